//! One claimed job from its first to its last write.

use std::sync::Arc;
use std::time::{Duration, Instant};

use howdah_store::jobs::{self, Beat, Claimed, Ending};
use howdah_types::jobs::LogLevel;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::jobs::Inner;
use crate::kinds::Kind;
use crate::worker::{cancelled, stopped};
use crate::{Error, JobContext};

/// How often progress and log lines are written at the most.
const REPORT: Duration = Duration::from_millis(250);

/// How long work may take to let go after it was told to.
const LET_GO: Duration = Duration::from_secs(5);

/// How long the cancel request of dropped work may take to reach the server before the process goes on to end.
const CANCEL_AT_SERVER: Duration = Duration::from_millis(300);

/// How long the last write is tried after a stop.
const LAST_WRITE: Duration = Duration::from_secs(3);

const BACK_OFF: Duration = Duration::from_millis(200);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);

/// Why the work is over.
enum Over {
    /// It came to its own end.
    Done(Result<Result<(), Error>, JoinError>),
    /// Somebody cancelled the job.
    Cancelled,
    /// The process stops.
    Stopped,
    /// The job was taken away.
    Lost,
}

/// What is to be written.
enum Last {
    End(Ending),
    Release,
}

pub(crate) async fn execute(
    inner: &Arc<Inner>,
    worker: &str,
    claimed: Claimed,
    mut stop: watch::Receiver<bool>,
) {
    let id = claimed.job.id.clone();
    let _alive = inner.begin(&id);
    let Some(kind) = inner.kind(&claimed.job.kind).cloned() else { return };
    let context = JobContext::new(id.clone(), inner.store.clone());
    if *stop.borrow() {
        // Nothing was begun, whatever the kind.
        return conclude(inner, worker, &context, Last::Release, &mut stop).await;
    }
    tracing::info!(job = id, kind = kind.name(), title = claimed.job.title, "job begun");
    let begun = Instant::now();
    let mut work = Work::spawn(Arc::clone(&kind), context.clone(), claimed.input.clone());
    let mut over = watch_over(inner, worker, &*kind, &context, &mut work, &mut stop).await;
    if !matches!(over, Over::Done(_)) {
        // Work that came to its end at the last moment has done what it has done.
        if let Some(Ok(result)) = work.break_off().await {
            over = Over::Done(Ok(result));
        }
    }
    let by_stop = matches!(over, Over::Stopped);
    let last = match over {
        Over::Lost => {
            tracing::warn!(job = id, "the job was taken away from this process; its work was stopped");
            context.log(
                LogLevel::Warning,
                "The work was stopped: the job had been taken away from its process.",
            );
            flush(inner, worker, &context).await;
            return;
        }
        Over::Done(result) => Last::End(ending(result)),
        Over::Cancelled => Last::End(Ending::Cancelled),
        Over::Stopped if kind.repeatable() => Last::Release,
        Over::Stopped => Last::End(Ending::Interrupted(kind.interrupted(&claimed.input))),
    };
    context.log(level(&last), last_line(&last));
    conclude(inner, worker, &context, last, &mut stop).await;
    if by_stop {
        sleep(CANCEL_AT_SERVER).await;
    }
    tracing::info!(job = id, seconds = begun.elapsed().as_secs_f64(), "job over");
}

/// Reports, sends heartbeats and hears of cancels until the work is over.
async fn watch_over(
    inner: &Inner,
    worker: &str,
    kind: &dyn Kind,
    context: &JobContext,
    work: &mut Work,
    stop: &mut watch::Receiver<bool>,
) -> Over {
    let mut signals = jobs::subscribe(&inner.store);
    let mut beats = interval(inner.options.heartbeat);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut reports = interval(REPORT);
    reports.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            biased;
            result = &mut work.0 => return Over::Done(result),
            () = stopped(stop) => return Over::Stopped,
            () = cancelled(&mut signals, context.id()) => return Over::Cancelled,
            // The first tick comes at once: a cancel that was asked for before we subscribed is heard by it.
            _ = beats.tick() => {
                let beat = jobs::heartbeat(&inner.store, context.id(), worker);
                match timeout(inner.options.heartbeat, beat).await {
                    Ok(Ok(Beat::Own)) => heard = Instant::now(),
                    Ok(Ok(Beat::Cancel)) => return Over::Cancelled,
                    Ok(Ok(Beat::Lost)) => return Over::Lost,
                    Ok(Err(error)) => tracing::debug!(job = context.id(), %error, "no heartbeat"),
                    Err(_) => tracing::debug!(job = context.id(), "no heartbeat in time"),
                }
                // Another process may be about to begin it again. What is not begun again may go on: its end is
                // written when the store is back.
                if kind.repeatable() && heard.elapsed() + inner.options.heartbeat > inner.options.dead_after {
                    return Over::Lost;
                }
            }
            _ = reports.tick() => flush(inner, worker, context).await,
        }
    }
}

/// Writes what was reported; what cannot be written is kept for the next time.
async fn flush(inner: &Inner, worker: &str, context: &JobContext) {
    if let Some((progress, phase)) = context.take_progress() {
        let write = jobs::progress(&inner.store, context.id(), worker, progress, phase.as_deref());
        if !matches!(timeout(inner.options.heartbeat, write).await, Ok(Ok(_))) {
            return context.progress_unwritten();
        }
    }
    while let Some((level, message)) = context.take_line() {
        let write = jobs::log(&inner.store, context.id(), level, &message);
        if !matches!(timeout(inner.options.heartbeat, write).await, Ok(Ok(()))) {
            return context.line_unwritten(level, message);
        }
    }
}

/// Writes the job's end, trying again while the store is away: a job must not be `running` for ever. When the process
/// has to stop before that, the reaper of the next one sees the missing heartbeat.
async fn conclude(
    inner: &Inner,
    worker: &str,
    context: &JobContext,
    last: Last,
    stop: &mut watch::Receiver<bool>,
) {
    let writing = async {
        let mut back_off = BACK_OFF;
        loop {
            flush(inner, worker, context).await;
            let written = match &last {
                Last::End(ending) => jobs::finish(&inner.store, context.id(), worker, ending).await,
                Last::Release => jobs::release(&inner.store, context.id(), worker).await,
            };
            match written {
                Ok(Some(job)) => return inner.count_end(job.state),
                Ok(None) => {
                    return tracing::warn!(
                        job = context.id(),
                        "the job was taken away before its end was written"
                    );
                }
                Err(error) => {
                    tracing::warn!(job = context.id(), %error, "the job’s end could not be written yet");
                }
            }
            sleep(back_off).await;
            // Not rarer than heartbeats: another process must not take the job for dead when the store is back.
            back_off = (back_off * 2).min(LONGEST_BACK_OFF).min(inner.options.heartbeat);
        }
    };
    let limit = async {
        stopped(stop).await;
        sleep(LAST_WRITE).await;
    };
    tokio::select! {
        () = writing => {}
        () = limit => tracing::warn!(job = context.id(), "the job’s end could not be written before the stop"),
    }
}

/// The work, in a task of its own: a panic in it is this job's failure and nobody else's.
struct Work(JoinHandle<Result<(), Error>>);

impl Work {
    fn spawn(kind: Arc<dyn Kind>, context: JobContext, input: serde_json::Value) -> Self {
        Self(tokio::spawn(async move { kind.run(&context, input).await }))
    }

    /// Drops the work's future, which cancels at the server, and waits until it is dropped.
    async fn break_off(&mut self) -> Option<Result<Result<(), Error>, JoinError>> {
        self.0.abort();
        timeout(LET_GO, &mut self.0).await.ok()
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn ending(result: Result<Result<(), Error>, JoinError>) -> Ending {
    match result {
        Ok(Ok(())) => Ending::Succeeded,
        Ok(Err(error)) => Ending::Failed(error.for_people()),
        Err(error) => {
            tracing::error!(%error, "a job’s work broke down");
            Ending::Failed("Something went wrong inside Howdah; its log says more.".to_owned())
        }
    }
}

fn level(last: &Last) -> LogLevel {
    match last {
        Last::End(Ending::Succeeded) => LogLevel::Info,
        Last::End(Ending::Failed(_)) => LogLevel::Error,
        Last::End(Ending::Cancelled | Ending::Interrupted(_)) | Last::Release => LogLevel::Warning,
    }
}

fn last_line(last: &Last) -> String {
    match last {
        Last::End(Ending::Succeeded) => "Done.".to_owned(),
        Last::End(Ending::Cancelled) => "Cancelled.".to_owned(),
        Last::End(Ending::Failed(text) | Ending::Interrupted(text)) => text.clone(),
        Last::Release => "Handed back: this process of Howdah stops.".to_owned(),
    }
}
