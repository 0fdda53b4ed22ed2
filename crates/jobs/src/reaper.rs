//! The reaper: finds jobs whose process died.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use howdah_store::jobs::{self, Claimed, Verdict};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::jobs::Inner;
use crate::worker::stopped;

/// Looked at least so often, so that the figure of waiting jobs is fresh.
const LONGEST: Duration = Duration::from_secs(5);

pub(crate) async fn run(inner: Arc<Inner>, mut stop: watch::Receiver<bool>) {
    let mut ticks = interval(inner.options.heartbeat.min(LONGEST));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut reachable_since = None;
    loop {
        tokio::select! {
            () = stopped(&mut stop) => return,
            _ = ticks.tick() => look(&inner, &mut reachable_since).await,
        }
    }
}

async fn look(inner: &Inner, reachable_since: &mut Option<Instant>) {
    match jobs::counts(&inner.store).await {
        Ok(counts) => inner.queued.store(counts.queued, Ordering::Relaxed),
        Err(error) => {
            tracing::debug!(%error, "jobs could not be counted");
            *reachable_since = None;
            return;
        }
    }
    // After an outage of the store every job looks dead. Two heartbeats are time enough for the living to say so.
    if reachable_since.get_or_insert_with(Instant::now).elapsed() < inner.options.heartbeat * 2 {
        return;
    }
    let alive: Vec<String> = inner.alive().iter().cloned().collect();
    match jobs::reap(&inner.store, inner.options.dead_after, &alive, |dead| verdict(inner, dead)).await {
        Ok(jobs) => {
            for job in jobs {
                tracing::warn!(job = job.id, state = job.state.as_str(), "a job’s process had died");
                inner.count_end(job.state);
            }
        }
        Err(error) => tracing::debug!(%error, "dead jobs could not be looked for"),
    }
}

fn verdict(inner: &Inner, dead: &Claimed) -> Verdict {
    match inner.kind(&dead.job.kind) {
        Some(kind) if kind.repeatable() => Verdict::Queue,
        Some(kind) => Verdict::Interrupt(kind.interrupted(&dead.input)),
        None => Verdict::Interrupt("The process of Howdah that ran it ended before it was done.".to_owned()),
    }
}
