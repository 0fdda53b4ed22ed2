//! The stream of `GET /api/events`.

use howdah_store::events::{self, Stored};
use howdah_types::events::{DatabaseSize, EventBody};
use howdah_types::servers::Server;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::visible::visible;
use super::{Feed, Listener, Turn, now};
use crate::problem::Failure;

/// The most events that are sent again; whoever missed more starts afresh.
const MISSED: u32 = 1000;

/// See the module's text.
pub(crate) struct EventFeed {
    listener: Listener,
    kept: broadcast::Receiver<Stored>,
    sizes: broadcast::Receiver<Vec<DatabaseSize>>,
    server: watch::Receiver<Server>,
    /// The id of the last kept event that was looked at.
    last: i64,
}

enum Happened {
    Turn(Turn),
    Kept(Result<Box<Stored>, RecvError>),
    Sizes(Result<Vec<DatabaseSize>, RecvError>),
    Server(bool),
}

impl EventFeed {
    /// Starts behind the event `last`, or now.
    pub(crate) async fn open(mut listener: Listener, last: Option<i64>) -> Result<Self, Failure> {
        let state = listener.state.clone();
        // First the subscription, then what was missed: nothing falls between the two.
        let kept = events::subscribe(&state.store);
        let (sizes, mut server) = (state.server.size_updates(), state.server.subscribe());
        // Said once at the beginning: a page that comes back learns of a server that went away meanwhile.
        server.mark_changed();
        let start = match last {
            Some(id) => id,
            None => events::newest(&state.store).await?,
        };
        listener.mark(start);
        let mut feed = Self { listener, kept, sizes, server, last: start };
        if last.is_some() {
            feed.catch_up().await?;
        }
        Ok(feed)
    }

    /// Sends what was kept after `last`, or says that something is lost.
    async fn catch_up(&mut self) -> Result<(), Failure> {
        let store = self.listener.state.store.clone();
        let (missed, gap) = events::since(&store, self.last, MISSED).await?;
        if gap || missed.len() >= MISSED as usize {
            self.last = events::newest(&store).await?;
            self.listener.send(Some(self.last), &now(EventBody::Reset));
        } else {
            for stored in missed {
                self.take(stored);
            }
        }
        Ok(())
    }

    fn take(&mut self, stored: Stored) {
        let id = stored.event.id;
        if let Some(id) = id {
            if id <= self.last {
                return;
            }
            self.last = id;
        }
        if let Some(event) = visible(&self.listener.who, stored.event) {
            self.listener.send(id, &event);
        }
    }

    fn pass(&mut self, body: EventBody) {
        if let Some(event) = visible(&self.listener.who, now(body)) {
            self.listener.send(None, &event);
        }
    }
}

impl Feed for EventFeed {
    fn listener(&mut self) -> &mut Listener {
        &mut self.listener
    }

    async fn step(&mut self) {
        let happened = tokio::select! {
            biased;
            turn = self.listener.turn() => Happened::Turn(turn),
            event = self.kept.recv() => Happened::Kept(event.map(Box::new)),
            sizes = self.sizes.recv() => Happened::Sizes(sizes),
            changed = self.server.changed() => Happened::Server(changed.is_ok()),
        };
        match happened {
            Happened::Turn(turn) => self.listener.handle(turn, Some(self.last)).await,
            Happened::Kept(Ok(stored)) => self.take(*stored),
            Happened::Kept(Err(RecvError::Lagged(_))) => {
                if self.catch_up().await.is_err() {
                    self.listener.end();
                }
            }
            Happened::Sizes(Ok(sizes)) => self.pass(EventBody::DatabaseSizes { sizes }),
            Happened::Sizes(Err(RecvError::Lagged(_))) => {}
            Happened::Server(true) => {
                let server = self.server.borrow_and_update().clone();
                self.pass(EventBody::ServerChanged { server });
            }
            Happened::Kept(Err(RecvError::Closed))
            | Happened::Sizes(Err(RecvError::Closed))
            | Happened::Server(false) => {
                self.listener.end();
            }
        }
    }
}
