//! Server-sent events: framing, who sees what, the two kinds of streams, and where events come from.

pub(crate) mod feed;
mod frame;
pub(crate) mod job_feed;
pub(crate) mod publish;
pub(crate) mod streams;
mod visible;
pub(crate) mod watch;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use bytes::Bytes;
use futures_util::stream;
use howdah_store::{Principal, sessions, tokens};
use howdah_types::events::{Event, EventBody};
use tokio::sync::watch as tokio_watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::context::State;
use crate::extract::actor::Credential;
use crate::problem::Failure;
use streams::Open;

/// How often something is sent, so that proxies and browsers do not take the stream for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the sign-in is checked again, besides whenever one has changed.
const RECHECK: Duration = Duration::from_secs(10);

/// The part that all streams share: who listens, for how long, and what waits to be sent.
pub(crate) struct Listener {
    pub(crate) state: Arc<State>,
    pub(crate) who: Arc<Principal>,
    credential: Credential,
    stop: tokio_watch::Receiver<bool>,
    changes: tokio_watch::Receiver<u64>,
    recheck: Interval,
    heartbeat: Interval,
    queue: VecDeque<Bytes>,
    ended: bool,
    _open: Open,
}

/// What comes up on any stream.
pub(crate) enum Turn {
    Stop,
    Recheck,
    Heartbeat,
}

impl Listener {
    /// Counts the stream; refused beyond the number that an account may have open.
    pub(crate) fn new(
        (state, who, credential): (Arc<State>, Arc<Principal>, Credential),
    ) -> Result<Self, Failure> {
        let open = state.streams.open(&who.account)?;
        Ok(Self {
            stop: state.stop.subscribe(),
            changes: sessions::changes(&state.store),
            recheck: every(RECHECK),
            heartbeat: every(HEARTBEAT),
            queue: VecDeque::from([Bytes::from_static(b"retry: 2000\n\n")]),
            ended: false,
            _open: open,
            state,
            who,
            credential,
        })
    }

    /// Waits for what is next. May be dropped at any moment.
    pub(crate) async fn turn(&mut self) -> Turn {
        tokio::select! {
            biased;
            _ = self.stop.wait_for(|stop| *stop) => Turn::Stop,
            changed = self.changes.changed() => if changed.is_ok() { Turn::Recheck } else { Turn::Stop },
            _ = self.recheck.tick() => Turn::Recheck,
            _ = self.heartbeat.tick() => Turn::Heartbeat,
        }
    }

    /// Does what came up. `last` is the id that the next request would resume from.
    pub(crate) async fn handle(&mut self, turn: Turn, last: Option<i64>) {
        match turn {
            Turn::Stop => self.ended = true,
            Turn::Recheck => self.check().await,
            Turn::Heartbeat => self.queue.push_back(frame::heartbeat(last)),
        }
    }

    async fn check(&mut self) {
        let store = &self.state.store;
        let found = match &self.credential {
            Credential::Session(secret) => sessions::by_secret(store, secret).await,
            Credential::Token(secret) => tokens::by_secret(store, secret).await,
        };
        match found {
            Ok(Some(who)) => self.who = who,
            Ok(None) => {
                self.send(None, &now(EventBody::SessionEnded));
                self.ended = true;
            }
            // The store is away: nothing can be said about the sign-in, and nothing comes from the store either.
            Err(error) => tracing::debug!(
                error = &error as &dyn std::error::Error,
                "a stream's sign-in was not checked"
            ),
        }
    }

    /// Puts an event into the queue.
    pub(crate) fn send(&mut self, id: Option<i64>, event: &Event) {
        self.queue.push_back(frame::event(id, event));
    }

    /// Tells from where the next request can go on.
    pub(crate) fn mark(&mut self, id: i64) {
        self.queue.push_back(frame::heartbeat(Some(id)));
    }

    pub(crate) fn end(&mut self) {
        self.ended = true;
    }
}

/// A stream of frames.
pub(crate) trait Feed: 'static {
    fn listener(&mut self) -> &mut Listener;
    /// Waits for something to happen and puts what is to be sent into the listener's queue.
    async fn step(&mut self);
}

/// The answer that sends what the feed brings, until it has ended.
pub(crate) fn respond(feed: impl Feed) -> HttpResponse {
    let frames = stream::unfold(feed, |mut feed| async move {
        loop {
            if let Some(frame) = feed.listener().queue.pop_front() {
                return Some((Ok::<_, Infallible>(frame), feed));
            }
            if feed.listener().ended {
                return None;
            }
            feed.step().await;
        }
    });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // nginx would else hold events back.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(Box::pin(frames))
}

/// An event that is not kept.
pub(crate) fn now(body: EventBody) -> Event {
    Event { id: None, at: format!("{:.6}", jiff::Timestamp::now()), body }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval.reset();
    interval
}
