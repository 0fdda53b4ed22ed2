//! The stream of `GET /api/jobs/{id}/events`: the job as it is, its log, its changes, until it has ended.

use std::time::Duration;

use howdah_store::events::{self, Stored};
use howdah_store::jobs::{self, JobSignal};
use howdah_types::events::{Event, EventBody};
use howdah_types::jobs::Job;
use howdah_types::permissions::Permission;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Interval;

use super::{Feed, Listener, Turn, every, now};
use crate::extract::actor::sees;
use crate::problem::Failure;

/// Lines that are read at once.
const LINES: u32 = 500;
/// How often the job is read again in case news of it was lost.
const LOOK: Duration = Duration::from_secs(5);

/// See the module's text.
pub(crate) struct JobFeed {
    listener: Listener,
    changes: broadcast::Receiver<Stored>,
    signals: broadcast::Receiver<JobSignal>,
    look: Interval,
    id: String,
    shown: Option<Job>,
    /// The last line that was sent.
    line: Option<i64>,
}

enum Happened {
    Turn(Turn),
    /// Something about some job.
    News(bool),
    Closed,
}

impl JobFeed {
    /// Starts with the job as it is, and its log after the line `line`.
    pub(crate) async fn open(listener: Listener, id: String, line: Option<i64>) -> Result<Self, Failure> {
        let store = listener.state.store.clone();
        let (changes, signals) = (events::subscribe(&store), jobs::subscribe(&store));
        let mut feed = Self { listener, changes, signals, look: every(LOOK), id, shown: None, line };
        feed.read().await?;
        Ok(feed)
    }

    /// Reads the job and the new lines of its log. The state is read first and sent last: whoever sees the final state
    /// has seen every line.
    async fn read(&mut self) -> Result<(), Failure> {
        let store = self.listener.state.store.clone();
        let job = jobs::get(&store, &self.id).await?;
        // Rights may have shrunk since the stream was opened.
        if !(self.listener.who.may(Permission::JobRead) && sees(&self.listener.who, job.database.as_deref()))
        {
            self.listener.end();
            return Ok(());
        }
        if self.shown.is_none() {
            self.show(job.clone());
        }
        loop {
            let lines = jobs::log_page(&store, &self.id, self.line, LINES).await?;
            let last = lines.len() < LINES as usize;
            for line in lines {
                let id = Some(line.id);
                self.line = id;
                let event = Event { id, at: line.at.clone(), body: EventBody::JobLog { line } };
                self.listener.send(id, &event);
            }
            if last {
                break;
            }
        }
        let ended = job.state.is_final();
        self.show(job);
        if ended {
            self.listener.end();
        }
        Ok(())
    }

    fn show(&mut self, job: Job) {
        if self.shown.as_ref() != Some(&job) {
            self.listener.send(None, &now(EventBody::JobChanged { job: job.clone() }));
            self.shown = Some(job);
        }
    }

    fn is_mine(&self, stored: &Stored) -> bool {
        matches!(&stored.event.body, EventBody::JobChanged { job } if job.id == self.id)
    }
}

impl Feed for JobFeed {
    fn listener(&mut self) -> &mut Listener {
        &mut self.listener
    }

    async fn step(&mut self) {
        let happened = tokio::select! {
            biased;
            turn = self.listener.turn() => Happened::Turn(turn),
            change = self.changes.recv() => match change {
                Ok(stored) => Happened::News(self.is_mine(&stored)),
                Err(RecvError::Lagged(_)) => Happened::News(true),
                Err(RecvError::Closed) => Happened::Closed,
            },
            signal = self.signals.recv() => match signal {
                Ok(JobSignal::Logged(id)) => Happened::News(id == self.id),
                Ok(_) => Happened::News(false),
                Err(RecvError::Lagged(_)) => Happened::News(true),
                Err(RecvError::Closed) => Happened::Closed,
            },
            _ = self.look.tick() => Happened::News(true),
        };
        match happened {
            Happened::Turn(turn) => self.listener.handle(turn, self.line).await,
            Happened::News(false) => {}
            Happened::News(true) => {
                if let Err(failure) = self.read().await {
                    tracing::debug!(%failure, "a job's stream ends early");
                    self.listener.end();
                }
            }
            Happened::Closed => self.listener.end(),
        }
    }
}
