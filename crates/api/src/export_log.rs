//! What became of the last exports, in memory and bounded. Each process keeps its own.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use howdah_types::exports::{Export, ExportState};
use uuid::Uuid;

/// Exports that are remembered, of all accounts.
const KEPT: usize = 1000;

#[derive(Default)]
pub(crate) struct ExportLog {
    entries: Mutex<VecDeque<(Uuid, String, Export)>>,
}

impl ExportLog {
    /// Remembers an export that begins; one of the same name and account is replaced. `false`: the name is taken, by
    /// another account or by one that runs.
    pub(crate) fn begin(&self, id: Uuid, account: &str, export: Export) -> bool {
        let mut entries = self.entries();
        match entries.iter().position(|entry| entry.0 == id) {
            Some(at)
                if entries
                    .get(at)
                    .is_some_and(|(_, of, export)| of != account || export.state == ExportState::Running) =>
            {
                return false;
            }
            Some(at) => drop(entries.remove(at)),
            None if entries.len() >= KEPT => drop(entries.pop_front()),
            None => {}
        }
        entries.push_back((id, account.to_owned(), export));
        true
    }

    /// Writes down how far it has come.
    pub(crate) fn progress(&self, id: Uuid, rows: u64, bytes: u64, neutralised: u64) {
        self.change(id, |export| {
            let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            export.rows = number(rows);
            export.bytes = number(bytes);
            export.neutralised = number(neutralised);
        });
    }

    /// Writes down how it ended.
    pub(crate) fn end(&self, id: Uuid, state: ExportState, error: Option<String>) {
        self.change(id, |export| {
            export.state = state;
            export.finished_at = Some(format!("{:.6}", jiff::Timestamp::now()));
            export.error = error;
        });
    }

    /// An export of the account.
    pub(crate) fn get(&self, id: Uuid, account: &str) -> Option<Export> {
        let entries = self.entries();
        let entry = entries.iter().find(|entry| entry.0 == id && entry.1 == account)?;
        Some(entry.2.clone())
    }

    fn change(&self, id: Uuid, change: impl FnOnce(&mut Export)) {
        let mut entries = self.entries();
        if let Some(entry) = entries.iter_mut().find(|entry| entry.0 == id) {
            change(&mut entry.2);
        }
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, VecDeque<(Uuid, String, Export)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
