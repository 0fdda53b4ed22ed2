//! The one task per process that hears what other processes did.

use std::time::{Duration, Instant};

use howdah_types::events::{Event, EventBody};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::error::Error;
use crate::events::{self, Stored};
use crate::jobs::JobSignal;
use crate::signal::{CHANNEL, Signal};
use crate::{Store, maintenance};

/// Notifications can only be lost with their connection, but a look now and then costs nothing.
const LOOK: Duration = Duration::from_secs(15);

const BACK_OFF: Duration = Duration::from_millis(200);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);

/// Events read at once.
const BATCH: u32 = 500;

impl Store {
    /// Listens to the other processes, hands events on to subscribers, forgets what has become stale and removes what
    /// is old, until `stop` is ready. Lost connections are made anew. To be run once per process.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) {
        tokio::select! {
            () = stop => {}
            () = self.listen_for_ever() => {}
            () = maintenance::run(self) => {}
        }
    }

    async fn listen_for_ever(&self) {
        let mut back_off = BACK_OFF;
        loop {
            let begun = Instant::now();
            match self.connect().listen(CHANNEL).await {
                Ok(receiver) => match self.serve(receiver).await {
                    Ok(()) => tracing::warn!("the connection that listens to the store was lost"),
                    Err(error) => tracing::warn!(error = %Chain(&error), "listening to the store failed"),
                },
                Err(error) => tracing::warn!(error = %Chain(&*error), "the store cannot be listened to"),
            }
            // What other processes say from here on is not heard: nothing from memory is believed for longer.
            self.forget_principals();
            if begun.elapsed() > LONGEST_BACK_OFF * 2 {
                // It went well for a while.
                back_off = BACK_OFF;
            }
            sleep(back_off).await;
            back_off = (back_off * 2).min(LONGEST_BACK_OFF);
        }
    }

    /// Until the connection dies.
    async fn serve(&self, mut receiver: mpsc::Receiver<String>) -> Result<(), Error> {
        // The channel is listened to already, so that nothing can fall between.
        let mut last = events::newest(self).await?;
        self.forget_principals();
        self.tell(Stored { event: reset(), database: None });
        self.tell_jobs(JobSignal::Queued);
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut read = false;
            tokio::select! {
                payload = receiver.recv() => {
                    let Some(payload) = payload else { return Ok(()) };
                    // Many at once are one query.
                    let mut next = Some(payload);
                    while let Some(payload) = next {
                        read |= self.heard(&payload);
                        next = receiver.try_recv().ok();
                    }
                }
                _ = look.tick() => read = true,
            }
            if read {
                last = self.pass_on(last).await?;
            }
        }
    }

    /// Whether there are new events.
    fn heard(&self, payload: &str) -> bool {
        match Signal::parse(payload) {
            Some(Signal::Event) => return true,
            Some(Signal::Session) => self.forget_principals(),
            Some(Signal::JobQueued) => self.tell_jobs(JobSignal::Queued),
            Some(Signal::JobCancel(id)) => self.tell_jobs(JobSignal::Cancel(id)),
            Some(Signal::JobLog(id)) => self.tell_jobs(JobSignal::Logged(id)),
            None => {}
        }
        false
    }

    async fn pass_on(&self, mut last: i64) -> Result<i64, Error> {
        let client = self.client().await?;
        loop {
            let batch = events::read(&client, last, BATCH).await?;
            if batch.last == last {
                return Ok(last);
            }
            last = batch.last;
            batch.events.into_iter().for_each(|stored| self.tell(stored));
        }
    }

    fn tell(&self, stored: Stored) {
        // Without a subscriber it fails, and that is all right.
        let _ = self.event_sender().send(stored);
    }

    fn tell_jobs(&self, signal: JobSignal) {
        let _ = self.job_sender().send(signal);
    }
}

fn reset() -> Event {
    Event { id: None, at: format!("{:.6}", jiff::Timestamp::now()), body: EventBody::Reset }
}

/// An error with its causes, for the log.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(inner) = source {
            write!(f, ": {inner}")?;
            source = inner.source();
        }
        Ok(())
    }
}
