//! Changes that other clients make to databases, asked for only while somebody listens.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::publish::databases_changed;
use crate::context::State;

/// Runs until the API stops. Several processes on one store may tell the same change twice; that does no harm.
pub(crate) async fn run(state: Arc<State>) {
    let mut stop = state.stop.subscribe();
    tokio::select! {
        () = rounds(&state) => {}
        () = async { drop(stop.wait_for(|stop| *stop).await) } => {}
    }
}

/// Waits for the number of open streams to be as wished; false when it will not change any more.
async fn until(open: &mut watch::Receiver<usize>, wish: impl Fn(usize) -> bool) -> bool {
    open.wait_for(|count| wish(*count)).await.is_ok()
}

async fn rounds(state: &State) {
    let mut open = state.streams.watch();
    let (found, mut names) = mpsc::unbounded_channel::<Vec<String>>();
    let tell = async {
        while let Some(names) = names.recv().await {
            databases_changed(&state.store, &names).await;
        }
    };
    let watching = async {
        while until(&mut open, |count| count > 0).await {
            let found = found.clone();
            let watched = state.server.watch_databases(state.options.watch_interval, move |names| {
                // The other end lives as long as this.
                let _ = found.send(names);
            });
            tokio::select! {
                _ = until(&mut open, |count| count == 0) => {}
                () = watched => tokio::time::sleep(state.options.watch_interval).await,
            }
        }
    };
    tokio::join!(tell, watching);
}
