//! A kind whose work does what its input says, and a process that runs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use howdah_jobs::{Error, JobContext, Jobs, JobsOptions, Kind, NewJob};
use howdah_store::{Store, jobs};
use howdah_testkit::eventually;
use howdah_types::jobs::{Job, JobState};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::kit::{Kit, Running};

pub(crate) const ONCE: &str = "test.once";
pub(crate) const AGAIN: &str = "test.again";

/// Quick enough for tests.
pub(crate) const OPTIONS: JobsOptions = JobsOptions {
    workers: 2,
    heartbeat: Duration::from_millis(300),
    dead_after: Duration::from_millis(1500),
    poll: Duration::from_secs(3),
};

/// With these, nothing happens because of a heartbeat but the first one, nor because somebody looked.
pub(crate) const RARE: JobsOptions = JobsOptions {
    workers: 2,
    heartbeat: Duration::from_hours(24),
    dead_after: Duration::from_hours(24 * 7),
    poll: Duration::from_hours(24),
};

/// What the work of all processes of one test has done.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) begun: AtomicUsize,
    pub(crate) ended: AtomicUsize,
    pub(crate) dropped: AtomicUsize,
}

impl Tally {
    pub(crate) fn get(&self) -> [usize; 3] {
        [&self.begun, &self.ended, &self.dropped].map(|count| count.load(Ordering::SeqCst))
    }
}

struct Scripted {
    name: &'static str,
    tally: Arc<Tally>,
}

/// Counts work that was dropped before its end.
struct Guard(Arc<Tally>, bool);

impl Drop for Guard {
    fn drop(&mut self) {
        let count = if self.1 { &self.0.ended } else { &self.0.dropped };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Kind for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn repeatable(&self) -> bool {
        self.name == AGAIN
    }

    fn interrupted(&self, input: &Value) -> String {
        format!("Check {}.", input["ms"])
    }

    async fn run(&self, context: &JobContext, input: Value) -> Result<(), Error> {
        self.tally.begun.fetch_add(1, Ordering::SeqCst);
        let mut guard = Guard(Arc::clone(&self.tally), false);
        let steps = input["ms"].as_u64().unwrap() / 10;
        for step in 0..steps {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            context.progress(
                Some(step as f64 / steps as f64),
                if step * 2 < steps { "first half" } else { "second half" },
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        guard.1 = true;
        assert_ne!(input["end"], "panic", "as the test wants it");
        if input["end"] == "fail" { Err(Error::Work("as the test wants it".to_owned())) } else { Ok(()) }
    }
}

/// Howdah, as far as jobs go. Dropping it is `kill -9`.
pub(crate) struct Process {
    pub(crate) jobs: Jobs,
    pub(crate) store: Store,
    listening: Option<Running>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Process {
    pub(crate) async fn start(kit: &Kit, tally: &Arc<Tally>) -> Self {
        Self::start_with(kit, tally, OPTIONS).await
    }

    pub(crate) async fn start_with(kit: &Kit, tally: &Arc<Tally>, options: JobsOptions) -> Self {
        let store = kit.process();
        let listening = Running::start(&store).await;
        let mut process = Self::deaf_with(store, tally, options);
        process.listening = Some(listening);
        process
    }

    /// Without notifications: what comes by looking.
    pub(crate) fn deaf(store: Store, tally: &Arc<Tally>) -> Self {
        Self::deaf_with(store, tally, OPTIONS)
    }

    fn deaf_with(store: Store, tally: &Arc<Tally>, options: JobsOptions) -> Self {
        let kinds =
            [ONCE, AGAIN].map(|name| Arc::new(Scripted { name, tally: Arc::clone(tally) }) as Arc<dyn Kind>);
        Self::of(Jobs::with_kinds(store.clone(), options, kinds.to_vec()), store)
    }

    pub(crate) fn of(jobs: Jobs, store: Store) -> Self {
        let (stop, stopped) = oneshot::channel();
        let running = jobs.clone();
        let task = tokio::spawn(async move {
            running
                .run(async {
                    let _ = stopped.await;
                })
                .await;
        });
        Self { jobs, store, listening: None, stop: Some(stop), task }
    }

    pub(crate) async fn begin(&self, kind: &str, ms: u64, end: &str) -> Job {
        let job = NewJob {
            kind: kind.to_owned(),
            title: "test".to_owned(),
            input: json!({ "ms": ms, "end": end }),
            account: "admin".to_owned(),
            database: None,
        };
        self.jobs.enqueue(&job).await.unwrap()
    }

    pub(crate) async fn state(&self, id: &str) -> JobState {
        jobs::get(&self.store, id).await.unwrap().state
    }

    /// Until the job is in this state.
    pub(crate) async fn until(&self, id: &str, state: JobState) -> Job {
        eventually(state.as_str(), 20, async || {
            // The store may be away for a moment.
            let job = jobs::get(&self.store, id).await.ok()?;
            (job.state == state).then_some(job)
        })
        .await
    }

    pub(crate) async fn log(&self, id: &str) -> Vec<String> {
        let lines = jobs::log_page(&self.store, id, None, 100).await.unwrap();
        lines.into_iter().map(|line| line.message).collect()
    }

    /// A graceful stop.
    pub(crate) async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        let task = std::mem::replace(&mut self.task, tokio::spawn(async {}));
        tokio::time::timeout(Duration::from_mins(1), task).await.unwrap().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.task.abort();
        self.listening = None;
    }
}
