//! The handle on jobs.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use howdah_pg::Server;
use howdah_store::Store;
use howdah_store::jobs::{self as store_jobs, NewJob};
use howdah_types::jobs::{Job, JobState};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::kinds::{self, Kind, KindInput};
use crate::{Error, reaper, worker};

/// How long a stop may take: cancelling at the server and writing what became of the jobs.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// How jobs are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobsOptions {
    /// Jobs run at once in this process; 0 runs none, but jobs can be started and seen.
    pub workers: usize,
    /// How often a worker says that it lives.
    pub heartbeat: Duration,
    /// After how long without a heartbeat a job is taken away from its worker. Several times [`Self::heartbeat`].
    pub dead_after: Duration,
    /// How often the queue is looked at without being told. Notifications can be lost while the store is away.
    pub poll: Duration,
}

impl Default for JobsOptions {
    fn default() -> Self {
        Self {
            workers: 2,
            heartbeat: Duration::from_secs(5),
            dead_after: Duration::from_secs(30),
            poll: Duration::from_secs(3),
        }
    }
}

/// Figures for `/metrics`. Running and ended jobs are those of this process since its start; `queued` is read from the
/// store now and then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub queued: u64,
    pub running: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
    pub interrupted: u64,
}

/// Starts, cancels and runs jobs. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) options: JobsOptions,
    pub(crate) kinds: Vec<Arc<dyn Kind>>,
    /// Names this process in the store.
    pub(crate) process: Uuid,
    alive: Mutex<HashSet<String>>,
    pub(crate) queued: AtomicU64,
    ended: [AtomicU64; 4],
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Inner { options, process, .. } = &*self.inner;
        f.debug_struct("Jobs").field("options", options).field("process", process).finish_non_exhaustive()
    }
}

impl Jobs {
    /// Jobs of all kinds on this server. Nothing runs before [`Jobs::run`].
    pub fn new(store: Store, server: Server, options: JobsOptions) -> Self {
        Self::with_kinds(store, options, kinds::all(server))
    }

    /// Jobs of these kinds only. Jobs of other kinds wait for a process that knows them.
    pub fn with_kinds(store: Store, options: JobsOptions, kinds: Vec<Arc<dyn Kind>>) -> Self {
        let inner = Inner {
            store,
            options,
            kinds,
            process: Uuid::new_v4(),
            alive: Mutex::default(),
            queued: AtomicU64::new(0),
            ended: Default::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Puts a job into the queue; some process runs it as soon as a worker is free.
    pub async fn start(&self, kind: KindInput, account: &str) -> Result<Job, Error> {
        self.enqueue(&kind.into_job(account)?).await
    }

    /// The same for a job of any kind.
    pub async fn enqueue(&self, job: &NewJob) -> Result<Job, Error> {
        Ok(store_jobs::insert(&self.inner.store, job).await?)
    }

    /// Asks for a job to be cancelled, wherever it runs. Answers at once: a running job is `cancelling` until its work
    /// was stopped. `Store(NotFound)`, `Store(JobFinished)`.
    pub async fn cancel(&self, id: &str) -> Result<Job, Error> {
        Ok(store_jobs::request_cancel(&self.inner.store, id).await?)
    }

    /// Runs jobs until `stop` is ready, then stops the running ones: their work is cancelled at the server, and they
    /// wait again where their kind may be repeated, else they are marked interrupted. Takes ten seconds at the most
    /// after `stop`. To be run once per process, beside [`Store::run`], without which jobs still run but start and
    /// cancel some seconds late.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) {
        let (stopping, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(reaper::run(Arc::clone(&self.inner), stopped.clone()));
        for number in 0..self.inner.options.workers {
            let name = format!("{}/{number}", self.inner.process);
            tasks.spawn(worker::run(Arc::clone(&self.inner), name, stopped.clone()));
        }
        stop.await;
        stopping.send_replace(true);
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_LIMIT, all).await.is_err() {
            // Whatever is left is found without a heartbeat by the next process.
            tracing::warn!("some jobs could not be handed back in time");
        }
    }

    /// Figures of jobs. No IO.
    pub fn counts(&self) -> Counts {
        let inner = &self.inner;
        let [succeeded, failed, cancelled, interrupted] =
            inner.ended.each_ref().map(|n| n.load(Ordering::Relaxed));
        let running = inner.alive().len() as u64;
        Counts {
            queued: inner.queued.load(Ordering::Relaxed),
            running,
            succeeded,
            failed,
            cancelled,
            interrupted,
        }
    }
}

impl Inner {
    pub(crate) fn kind(&self, name: &str) -> Option<&Arc<dyn Kind>> {
        self.kinds.iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn kind_names(&self) -> Vec<&'static str> {
        self.kinds.iter().map(|kind| kind.name()).collect()
    }

    pub(crate) fn count_end(&self, state: JobState) {
        let index = match state {
            JobState::Succeeded => 0,
            JobState::Failed => 1,
            JobState::Cancelled => 2,
            JobState::Interrupted => 3,
            JobState::Queued | JobState::Running | JobState::Cancelling => return,
        };
        self.ended[index].fetch_add(1, Ordering::Relaxed);
    }

    /// Jobs that are worked on in this process: its own reaper leaves them alone.
    pub(crate) fn alive(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(self: &Arc<Self>, id: &str) -> Alive {
        self.alive().insert(id.to_owned());
        Alive { inner: Arc::clone(self), id: id.to_owned() }
    }
}

/// As long as it lives, the job is being worked on.
pub(crate) struct Alive {
    inner: Arc<Inner>,
    id: String,
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.inner.alive().remove(&self.id);
    }
}
