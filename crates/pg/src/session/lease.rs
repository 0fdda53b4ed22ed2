//! How a connection is given back: clean, or not at all.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Object;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use super::{Link, cancel};

/// How long a cancelled statement may take to end before the connection is dropped all the same.
const UNTIL_IDLE: Duration = Duration::from_secs(30);
const ROLL_BACK: Duration = Duration::from_secs(5);

/// A connection of a pool, or one of its own.
pub(crate) enum Lease {
    Pooled(Object),
    Own { client: Client, task: JoinHandle<()> },
}

impl Lease {
    pub(crate) fn client(&self) -> &Client {
        match self {
            Self::Pooled(object) => object,
            Self::Own { client, .. } => client,
        }
    }

    /// Asks the server to cancel what runs on this connection. Nothing else will be sent on it, so a request that
    /// arrives late hits nobody.
    pub(crate) fn cancel(&self, link: &Arc<Link>) {
        let (token, link) = (self.client().cancel_token(), Arc::clone(link));
        spawn(async move {
            let request = cancel::send(token, link);
            if !matches!(tokio::time::timeout(ROLL_BACK, request).await, Ok(Ok(()))) {
                tracing::warn!("a cancel request did not reach the server");
            }
        });
    }

    /// Keeps the connection (and its place in the pool) until the server has ended the cancelled statement, then
    /// closes it.
    pub(crate) fn discard_when_idle(self, link: &Arc<Link>) {
        let (token, link) = (self.client().cancel_token(), Arc::clone(link));
        spawn(async move {
            let idle = self.client().batch_execute("ROLLBACK");
            if tokio::time::timeout(UNTIL_IDLE, idle).await.is_err() {
                // The first request may have come before the statement began.
                let _ = tokio::time::timeout(ROLL_BACK, cancel::send(token, link)).await;
            }
            self.discard();
        });
    }

    pub(crate) fn roll_back_and_return(self) {
        spawn(async move {
            match tokio::time::timeout(ROLL_BACK, self.client().batch_execute("ROLLBACK")).await {
                Ok(Ok(())) => self.finish(),
                _ => self.discard(),
            }
        });
    }

    /// Back into the pool; one of its own is closed.
    pub(crate) fn finish(self) {
        if let Self::Own { client, task } = self {
            close(client, task);
        }
    }

    fn discard(self) {
        match self {
            Self::Pooled(object) => drop(Object::take(object)),
            Self::Own { client, task } => close(client, task),
        }
    }
}

/// Dropping the client makes its task say goodbye to the server and end.
fn close(client: Client, task: JoinHandle<()>) {
    drop(client);
    drop(task);
}

/// Runs it in the background; where there is no runtime any more, the connection is simply closed with it.
fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(handle) = Handle::try_current() {
        handle.spawn(work);
    }
}
