//! The handle on the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::Pool;
use moka::future::Cache;
use tokio::sync::{Semaphore, broadcast, mpsc, watch};

use crate::audit::NewRecord;
use crate::db;
use crate::error::Error;
use crate::events::Stored;
use crate::jobs::JobSignal;
use crate::principal::{Principal, SecretHash};
use crate::together::Together;

/// Why [`Connect::listen`] failed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How the store's database is reached. The binary implements it: the store does not know how to connect.
#[async_trait]
pub trait Connect: Send + Sync + 'static {
    /// The pool of connections to the store's database. Asked once, when the [`Store`] is made; it does not connect.
    fn pool(&self) -> Pool;

    /// Opens a connection of its own, runs `LISTEN` on the channel and passes the payload of each notification.
    /// The receiver closes when the connection dies; dropping it closes the connection. The channel is a plain
    /// lower-case name.
    async fn listen(&self, channel: &str) -> Result<mpsc::Receiver<String>, BoxError>;
}

/// How long a session or token is believed without asking the store again. When a notification is lost because the
/// listening connection is down, this is how long another process may still let an ended session in.
const PRINCIPAL_TTL: Duration = Duration::from_secs(10);

/// Sessions and tokens held in memory at the most.
const PRINCIPALS: u64 = 10_000;

/// Events a slow reader may be behind before it loses some and has to start afresh.
const EVENT_BACKLOG: usize = 1024;

/// How long the store may take to say that it is there.
const PING: Duration = Duration::from_secs(2);

/// Howdah's own database. Cheap to clone. One file per noun: [`crate::accounts`], [`crate::sessions`] …
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    connect: Arc<dyn Connect>,
    pool: Pool,
    hashing: Arc<Semaphore>,
    passwords_checked: Arc<AtomicU64>,
    principals: Cache<(u64, SecretHash), Arc<Principal>>,
    generation: watch::Sender<u64>,
    events: broadcast::Sender<Stored>,
    jobs: broadcast::Sender<JobSignal>,
    set_up: AtomicBool,
    records: Together<NewRecord, Result<i64, Error>>,
    pings: Together<(), bool>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("pool", &self.inner.pool.status()).finish_non_exhaustive()
    }
}

impl Store {
    /// A handle; nothing is connected yet. Then [`Store::migrate`], and [`Store::run`] beside everything else.
    pub fn new(connect: Arc<dyn Connect>) -> Self {
        Self::believing_for(connect, PRINCIPAL_TTL)
    }

    /// The same with another limit to how long a session or token is believed without asking again. With a very long
    /// one, only a notification can bring the end of a session: so tests can tell the two apart without a clock.
    pub fn believing_for(connect: Arc<dyn Connect>, principal_ttl: Duration) -> Self {
        let pool = connect.pool();
        let inner = Inner {
            connect,
            pool,
            hashing: Arc::new(Semaphore::new(crate::password::AT_ONCE)),
            passwords_checked: Arc::default(),
            principals: Cache::builder().max_capacity(PRINCIPALS).time_to_live(principal_ttl).build(),
            generation: watch::Sender::new(0),
            events: broadcast::Sender::new(EVENT_BACKLOG),
            jobs: broadcast::Sender::new(EVENT_BACKLOG),
            set_up: AtomicBool::new(false),
            records: Together::default(),
            pings: Together::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Whether the store answers, within two seconds, or four where it was just being asked. Those who ask at the same
    /// time ask once.
    pub async fn ping(&self) -> bool {
        let store = self.clone();
        let ask = move |asked: Vec<()>| {
            let store = store.clone();
            async move {
                let work = async {
                    let client = store.client().await?;
                    db::query_one(&client, "asking whether the store answers", "SELECT 1", &[]).await
                };
                let answers = matches!(tokio::time::timeout(PING, work).await, Ok(Ok(_)));
                vec![answers; asked.len()]
            }
        };
        // Those who came while it was being asked wait for it and for the next time.
        let answered = tokio::time::timeout(PING * 2, self.inner.pings.add((), ask)).await;
        answered.ok().flatten().unwrap_or(false)
    }

    /// The pool, for its figures in `/metrics`.
    pub fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    pub(crate) fn connect(&self) -> &dyn Connect {
        &*self.inner.connect
    }

    pub(crate) fn hashing(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.hashing)
    }

    /// How many passwords this process has checked in full, of accounts that exist or not.
    pub fn passwords_checked(&self) -> u64 {
        self.inner.passwords_checked.load(Ordering::Relaxed)
    }

    pub(crate) fn password_counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.inner.passwords_checked)
    }

    pub(crate) fn principals(&self) -> &Cache<(u64, SecretHash), Arc<Principal>> {
        &self.inner.principals
    }

    pub(crate) fn generation(&self) -> &watch::Sender<u64> {
        &self.inner.generation
    }

    pub(crate) fn event_sender(&self) -> &broadcast::Sender<Stored> {
        &self.inner.events
    }

    pub(crate) fn job_sender(&self) -> &broadcast::Sender<JobSignal> {
        &self.inner.jobs
    }

    /// Once an account exists, one always does: the answer needs no second question.
    pub(crate) fn set_up(&self) -> &AtomicBool {
        &self.inner.set_up
    }

    /// Records on their way into the audit log.
    pub(crate) fn records(&self) -> &Together<NewRecord, Result<i64, Error>> {
        &self.inner.records
    }
}
