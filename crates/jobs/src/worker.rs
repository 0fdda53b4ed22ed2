//! A worker: claims one job after the other.

use std::sync::Arc;

use howdah_store::jobs::{self, JobSignal};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::sleep;

use crate::execute::execute;
use crate::jobs::Inner;

pub(crate) async fn run(inner: Arc<Inner>, name: String, mut stop: watch::Receiver<bool>) {
    let kinds = inner.kind_names();
    let mut signals = jobs::subscribe(&inner.store);
    while !*stop.borrow() {
        match jobs::claim(&inner.store, &name, &kinds).await {
            Ok(Some(claimed)) => {
                execute(&inner, &name, claimed, stop.clone()).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the queue of jobs could not be read"),
        }
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = queued(&mut signals) => {}
            () = sleep(inner.options.poll) => {}
        }
    }
}

/// Until some job may be waiting.
async fn queued(signals: &mut broadcast::Receiver<JobSignal>) {
    loop {
        match signals.recv().await {
            Ok(JobSignal::Queued) | Err(RecvError::Lagged(_)) => return,
            Ok(JobSignal::Cancel(_) | JobSignal::Logged(_)) => {}
            // Cannot be while the store lives; the poll remains.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Until this job is to be cancelled.
pub(crate) async fn cancelled(signals: &mut broadcast::Receiver<JobSignal>, id: &str) {
    loop {
        match signals.recv().await {
            Ok(JobSignal::Cancel(which)) if which == id => return,
            // What is missed here comes with the next heartbeat.
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Until this process stops.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}
