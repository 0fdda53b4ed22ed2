//! What a job's work is given to report with.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use howdah_store::Store;
use howdah_types::jobs::LogLevel;

/// Lines that may wait to be written, so that a store that is down does not fill the memory.
const WAITING_LINES: usize = 1000;

/// What the work reports through. Reporting is cheap and never waits: what is reported is written a few times a second
/// at most.
#[derive(Debug, Clone)]
pub struct JobContext {
    id: String,
    store: Store,
    report: Arc<Mutex<Report>>,
}

#[derive(Debug, Default)]
struct Report {
    progress: Option<f64>,
    phase: Option<String>,
    changed: bool,
    lines: VecDeque<(LogLevel, String)>,
    lost: u64,
}

impl JobContext {
    pub(crate) fn new(id: String, store: Store) -> Self {
        Self { id, store, report: Arc::default() }
    }

    /// The job's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Howdah's own database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reports how much is done (0 to 1; `None` where it cannot be known) and what is being done. Progress never goes
    /// back, and a new phase becomes a line of the log.
    pub fn progress(&self, progress: Option<f64>, phase: &str) {
        let mut report = self.report();
        if let Some(progress) = progress.filter(|progress| progress.is_finite()) {
            let progress = progress.clamp(0.0, 1.0);
            if report.progress.is_none_or(|before| progress > before) {
                report.progress = Some(progress);
                report.changed = true;
            }
        }
        if report.phase.as_deref() != Some(phase) {
            report.phase = Some(phase.to_owned());
            report.changed = true;
            report.line(LogLevel::Info, phase.to_owned());
        }
    }

    /// Adds a line to the job's log.
    pub fn log(&self, level: LogLevel, message: impl Into<String>) {
        self.report().line(level, message.into());
    }

    /// Progress and phase, where they have changed since the last call.
    pub(crate) fn take_progress(&self) -> Option<(Option<f64>, Option<String>)> {
        let mut report = self.report();
        std::mem::take(&mut report.changed).then(|| (report.progress, report.phase.clone()))
    }

    /// They could not be written: they are still to be.
    pub(crate) fn progress_unwritten(&self) {
        self.report().changed = true;
    }

    /// The oldest line that is not written yet.
    pub(crate) fn take_line(&self) -> Option<(LogLevel, String)> {
        let mut report = self.report();
        if report.lost > 0 {
            let lost = std::mem::take(&mut report.lost);
            return Some((
                LogLevel::Warning,
                format!("{lost} lines were lost while the store could not be reached."),
            ));
        }
        report.lines.pop_front()
    }

    /// It could not be written: it is the oldest again.
    pub(crate) fn line_unwritten(&self, level: LogLevel, message: String) {
        self.report().lines.push_front((level, message));
    }

    fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Report {
    fn line(&mut self, level: LogLevel, message: String) {
        if self.lines.len() >= WAITING_LINES {
            self.lines.pop_front();
            self.lost += 1;
        }
        self.lines.push_back((level, message));
    }
}
