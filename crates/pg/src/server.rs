//! A managed server: its connections, its state, its watchers.

mod facts;
mod watch;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use howdah_types::databases::Protection;
use howdah_types::events::DatabaseSize;
use howdah_types::servers::{Server as Info, ServerState};
use tokio::sync::{Notify, broadcast, watch as channel};

use crate::connect::{ConnectConfig, Connector, Settings};
use crate::error::Error;
use crate::pool::{Hold, Pools};
use crate::rows::Descriptions;
use crate::session::{Lease, Link, Session};
use crate::sizes::SizeCache;
use crate::stead::StandIns;
use crate::trace::Trace;
use facts::Facts;

const FIRST_RETRY: Duration = Duration::from_millis(200);
const LAST_RETRY: Duration = Duration::from_secs(15);
/// How long running statements may take to end before their database is renamed or copied.
const DRAIN: Duration = Duration::from_secs(2);
/// Between two looks at a server that is up.
const PING_EVERY: Duration = Duration::from_secs(5);

/// A managed server. Clones share everything.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
    /// See [`Server::for_long_work`].
    long: bool,
}

struct Inner {
    link: Arc<Link>,
    pools: Arc<Pools>,
    facts: Arc<Facts>,
    sizes: SizeCache,
    stand_ins: StandIns,
    descriptions: Descriptions,
    store_database: Option<String>,
    store_elsewhere: AtomicBool,
}

/// How a server is managed.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// `default` for the server that Howdah was started with.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// Howdah started it and stops it.
    pub private: bool,
    /// How to get in; its database is the maintenance database.
    pub config: ConnectConfig,
    /// The most connections to the maintenance database; other databases get at most four. Long work has up to four
    /// more in each.
    pub pool_size: usize,
    /// The most time that one statement may take; zero means no limit.
    pub statement_timeout: Duration,
    /// The most time to wait for a free connection.
    pub acquire_timeout: Duration,
    /// The store's database, where it may lie on this server: protected until [`Server::store_is_elsewhere`].
    pub store_database: Option<String>,
}

/// One pool, for `/metrics`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolStatus {
    pub database: String,
    /// Open connections.
    pub size: usize,
    /// Of these, idle.
    pub available: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}

impl Server {
    /// Does not connect.
    pub fn new(options: ServerOptions) -> Result<Self, Error> {
        let ServerOptions {
            id,
            name,
            private,
            mut config,
            pool_size,
            statement_timeout,
            acquire_timeout,
            store_database,
        } = options;
        if !config.is_named() {
            config.set_application_name("server");
        }
        let nudge = Arc::new(Notify::new());
        let facts = Arc::new(Facts::new(id, name, private, nudge.clone()));
        let (tls, mode) = config.tls();
        let limit = millis(statement_timeout);
        let connector = Connector::new(tls.clone(), mode, Settings::managed(limit), Some(facts.clone()));
        let in_stead = connector.with_settings(Settings::in_stead(limit));
        let pools = Pools::new(config.clone(), connector.clone(), in_stead, pool_size, acquire_timeout);
        let holds = pools.holds().clone();
        let link = Link { config, connector, statement_timeout, nudge, holds };
        let (link, pools) = (Arc::new(link), Arc::new(pools));
        let sizes = SizeCache::new();
        let (stand_ins, store_elsewhere) = (StandIns::default(), AtomicBool::new(false));
        let descriptions = Descriptions::default();
        let inner =
            Inner { link, pools, facts, sizes, stand_ins, descriptions, store_database, store_elsewhere };
        Ok(Self { inner: Arc::new(inner), long: false })
    }

    /// The store was found to lie on another server: a database of its name is like any other here.
    pub fn store_is_elsewhere(&self) {
        self.inner.store_elsewhere.store(true, Ordering::Relaxed);
    }

    /// What is known now; no IO. Down until it was reached once.
    pub fn info(&self) -> Info {
        self.inner.facts.info()
    }

    /// Follows up and down.
    pub fn subscribe(&self) -> channel::Receiver<Info> {
        self.inner.facts.subscribe()
    }

    /// Looks after the server until `stop`: marks it up and down, tries again with back-off (0.2 s doubling to 15 s,
    /// at once when a request met a broken connection), and closes idle connections.
    pub async fn monitor(&self, stop: impl Future<Output = ()> + Send) {
        let mut stop = std::pin::pin!(stop);
        let mut retry = FIRST_RETRY;
        loop {
            let wait = if self.ping().await {
                retry = FIRST_RETRY;
                PING_EVERY
            } else {
                let now = retry;
                retry = (retry * 2).min(LAST_RETRY);
                now
            };
            self.inner.pools.sweep();
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(wait) => {}
                // Never more often than the first retry, however many requests fail.
                () = async { self.inner.link.nudge.notified().await; tokio::time::sleep(FIRST_RETRY).await } => {}
            }
        }
    }

    /// Whether the server answers now; the state follows.
    pub async fn ping(&self) -> bool {
        let look = async {
            let session = self.maintenance(&Trace::new()).await?;
            let sql = include_str!("server/ping.sql");
            session.query_opt("looking whether the server is there", sql, &[]).await
        };
        match tokio::time::timeout(PING_EVERY * 3, look).await {
            Ok(Ok(Some(row))) => self.inner.facts.is_up(&row),
            // Busy is not down.
            Ok(Err(Error::PoolTimeout)) => {}
            Ok(Err(error)) => self.inner.facts.is_down(&error.to_string()),
            Ok(Ok(None)) => self.inner.facts.is_down("it gave no answer"),
            Err(_) => self.inner.facts.is_down("it did not answer in time"),
        }
        self.info().state == ServerState::Up
    }

    /// `server_version_num`, for example 150018; connects where it is not known yet.
    pub async fn version(&self) -> Result<i32, Error> {
        if let Some(number) = self.info().version_number {
            return Ok(number);
        }
        let session = self.maintenance(&Trace::new()).await?;
        let sql = include_str!("server/ping.sql");
        if let Some(row) = session.query_opt("asking for the version", sql, &[]).await? {
            self.inner.facts.is_up(&row);
        }
        let server = || self.inner.link.config.address();
        self.info()
            .version_number
            .ok_or_else(|| Error::Unreachable { server: server(), source: "no version".into() })
    }

    /// Sizes that were found or changed after a list was answered.
    pub fn size_updates(&self) -> broadcast::Receiver<Vec<DatabaseSize>> {
        self.inner.sizes.subscribe()
    }

    /// Calls back with the names of databases that were made, changed or dropped by anyone, with both names of a
    /// renamed one. Runs until it is dropped or the server is closed; skips while the server is down.
    pub async fn watch_databases(&self, interval: Duration, changed: impl Fn(Vec<String>) + Send) {
        watch::run(self, interval, changed).await;
    }

    /// All pools, by database.
    pub fn pool_status(&self) -> Vec<PoolStatus> {
        self.inner.pools.status()
    }

    /// Closes all connections; nothing works afterwards.
    pub fn close(&self) {
        self.inner.pools.close();
        self.inner.link.nudge.notify_one();
    }

    /// Why a database is kept from being renamed or dropped.
    pub fn protection(&self, database: &str) -> Option<Protection> {
        let elsewhere = self.inner.store_elsewhere.load(Ordering::Relaxed);
        if !elsewhere && self.inner.store_database.as_deref() == Some(database) {
            Some(Protection::Store)
        } else if matches!(database, "postgres" | "template0" | "template1") {
            Some(Protection::System)
        } else {
            (database == self.inner.link.config.database()).then_some(Protection::InUse)
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.inner.pools.is_closed()
    }

    pub(crate) fn sizes(&self) -> &SizeCache {
        &self.inner.sizes
    }

    pub(crate) fn maintenance_database(&self) -> &str {
        self.inner.link.config.database()
    }

    /// A pooled connection to a database.
    pub(crate) async fn session(&self, database: &str, trace: &Trace) -> Result<Session, Error> {
        let found = self.inner.pools.get(database, self.long).await;
        if matches!(found, Err(Error::Unreachable { .. })) {
            self.inner.link.nudge.notify_one();
        }
        let found = match found {
            // A pooler's word for a database that is not there, and for much else.
            Err(error) if error.sqlstate() == Some("08P01") && database != self.maintenance_database() => {
                match Box::pin(crate::databases::exists(self, trace, database)).await {
                    Ok(false) => return Err(Error::DatabaseNotFound(database.to_owned())),
                    _ => Err(error),
                }
            }
            other => other,
        };
        Ok(self.wrap(Lease::Pooled(found?), database, trace))
    }

    /// A connection in the hands of a request, with the configured time limit.
    pub(crate) fn wrap(&self, lease: Lease, database: &str, trace: &Trace) -> Session {
        Session::new(lease, self.inner.link.clone(), database, trace, self.inner.link.statement_timeout)
    }

    /// The same server, for what may take long: its connections are not those that others wait for. At most four at a
    /// time for one database and one owner; further ones wait like everybody.
    #[must_use]
    pub fn for_long_work(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), long: true }
    }

    pub(crate) fn is_for_long_work(&self) -> bool {
        self.long
    }

    pub(crate) fn pools(&self) -> &Arc<Pools> {
        &self.inner.pools
    }

    pub(crate) fn stand_ins(&self) -> &StandIns {
        &self.inner.stand_ins
    }

    pub(crate) fn descriptions(&self) -> &Descriptions {
        &self.inner.descriptions
    }

    /// A pooled connection to the maintenance database.
    pub(crate) async fn maintenance(&self, trace: &Trace) -> Result<Session, Error> {
        self.session(self.maintenance_database(), trace).await
    }

    /// A connection of its own to the maintenance database, for statements that take long; zero means no limit. Where
    /// the server can (14+), it notices within seconds when Howdah dies, and ends the statement.
    pub(crate) async fn dedicated(&self, trace: &Trace, timeout: Duration) -> Result<Session, Error> {
        if self.is_closed() {
            let source = "Howdah is stopping".into();
            return Err(Error::Unreachable { server: self.inner.link.config.address(), source });
        }
        let version = self.version().await?;
        let config = &self.inner.link.config;
        let opened = self.inner.link.connector.start(config.postgres()).await;
        let (client, task) = opened.map_err(|error| Error::connecting(error, config))?;
        // Behind a pooler it would be the next client's; the limit is then kept from here.
        if !self.inner.link.connector.is_pooled() {
            let limit = client.batch_execute(&format!("SET statement_timeout = {}", millis(timeout))).await;
            limit.map_err(|error| Error::statement("setting the time limit", error, false, config))?;
            if version >= 140_000 {
                // Some systems cannot watch a socket and refuse the setting; the work goes on without.
                let _ = client.batch_execute("SET client_connection_check_interval = '2s'").await;
            }
        }
        let database = config.database();
        Ok(Session::new(Lease::Own { client, task }, self.inner.link.clone(), database, trace, timeout))
    }

    /// Closes Howdah's connections to a database and makes none until the answer is dropped. What runs on them gets a
    /// short while to end.
    pub(crate) async fn hold(&self, database: &str) -> Hold {
        self.inner.pools.hold(database, DRAIN).await
    }

    /// The same without waiting for what runs: it will be ended with the database.
    pub(crate) async fn hold_at_once(&self, database: &str) -> Hold {
        self.inner.pools.hold(database, Duration::ZERO).await
    }

    /// The limit for statements that make, change or drop a database: two minutes, or the configured one.
    pub(crate) fn ddl_timeout(&self) -> Duration {
        let configured = self.inner.link.statement_timeout;
        if configured.is_zero() { configured } else { configured.max(Duration::from_mins(2)) }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.inner.link.config).finish()
    }
}

fn millis(limit: Duration) -> u64 {
    u64::try_from(limit.as_millis()).unwrap_or(0)
}
