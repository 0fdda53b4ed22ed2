//! Small pools, one for each database in use, and one for each owner in it in whose stead Howdah works; long work has
//! pools beside them, so that it takes no connection from those who only look.
//!
//! An open connection to a database blocks its rename, drop and copy. So idle connections to other databases than the
//! maintenance database are closed after a minute, at most [`MAX_POOLS`] databases have a pool at once, and
//! [`Pools::hold`] closes one and keeps it closed while such an operation runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{Object, Pool, PoolError, TimeoutType};
use tokio::sync::Notify;

use crate::connect::{ConnectConfig, Connector};
use crate::error::Error;
use crate::server::PoolStatus;
use crate::stead::StandIn;

/// Pools kept for other databases than the maintenance database.
const MAX_POOLS: usize = 12;
/// Connections to one database other than the maintenance database.
const MAX_OTHER: usize = 4;
/// Connections in one owner's stead.
const MAX_STEAD: usize = 2;
/// Connections for long work in one database, as oneself and in each owner's stead.
const MAX_LONG: usize = 4;
/// After how long an idle connection to such a database is closed.
const IDLE: Duration = Duration::from_mins(1);

pub(crate) struct Pools {
    config: ConnectConfig,
    connector: Connector,
    /// For connections in an owner's stead.
    in_stead: Connector,
    size: usize,
    wait: Duration,
    inner: Mutex<Inner>,
    released: Notify,
    holds: Arc<Holds>,
}

#[derive(Default)]
struct Inner {
    open: HashMap<Key, Entry>,
    held: HashMap<String, usize>,
    closed: bool,
}

/// What a pool leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    database: String,
    /// The oid of the role in whose stead its connections work; None for Howdah's own.
    stead: Option<u32>,
    /// For exports, imports and the like.
    long: bool,
}

struct Entry {
    pool: Pool,
    used: Instant,
}

/// How often each database was held: a connection that broke meanwhile was ended by us, and the server is not down.
#[derive(Default)]
pub(crate) struct Holds(Mutex<HashMap<String, u64>>);

impl Holds {
    pub(crate) fn of(&self, database: &str) -> u64 {
        self.lock().get(database).copied().unwrap_or(0)
    }

    fn one_more(&self, database: &str) {
        *self.lock().entry(database.to_owned()).or_insert(0) += 1;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While it lives, Howdah has no connection to the database and makes none.
pub(crate) struct Hold {
    pools: Arc<Pools>,
    database: String,
}

enum Found {
    Pool(Pool),
    Held,
}

impl Pools {
    pub(crate) fn new(
        config: ConnectConfig,
        connector: Connector,
        in_stead: Connector,
        size: usize,
        wait: Duration,
    ) -> Self {
        Self {
            config,
            connector,
            in_stead,
            size,
            wait,
            inner: Mutex::default(),
            released: Notify::new(),
            holds: Arc::default(),
        }
    }

    pub(crate) fn holds(&self) -> &Arc<Holds> {
        &self.holds
    }

    /// A connection to the database, waited for at most the acquire time.
    pub(crate) async fn get(&self, database: &str, long: bool) -> Result<Object, Error> {
        self.take(database, None, long).await
    }

    /// The same, signed in as the stand-in of another role.
    pub(crate) async fn get_in_stead(
        &self,
        database: &str,
        stead: &StandIn,
        long: bool,
    ) -> Result<Object, Error> {
        self.take(database, Some(stead), long).await
    }

    async fn take(&self, database: &str, stead: Option<&StandIn>, long: bool) -> Result<Object, Error> {
        let deadline = tokio::time::Instant::now() + self.wait;
        loop {
            // Registered before the look, so that a release in between is not missed.
            let released = self.released.notified();
            let pool = match self.find(database, stead, long)? {
                Found::Pool(pool) => pool,
                Found::Held => {
                    if tokio::time::timeout_at(deadline, released).await.is_err() {
                        return Err(Error::InUse {
                            name: database.to_owned(),
                            connections: 0,
                            by: Vec::new(),
                        });
                    }
                    continue;
                }
            };
            match pool.get().await {
                Ok(object) => return Ok(object),
                // Closed to make room, or held, since it was found.
                Err(PoolError::Closed) if tokio::time::Instant::now() < deadline => {}
                Err(error) => return Err(self.refused(database, stead, error)),
            }
        }
    }

    fn refused(&self, database: &str, stead: Option<&StandIn>, error: PoolError) -> Error {
        let server = self.config.address();
        match error {
            PoolError::Timeout(TimeoutType::Wait) => Error::PoolTimeout,
            PoolError::Backend(error) => {
                if let Some(stead) = stead.filter(|_| refuses_sign_in(&error)) {
                    self.forget(database, Some(stead.owner));
                    return Error::StandIn { role: stead.role.clone(), source: error.into() };
                }
                let error = Error::connecting(error, &self.config.with_database(database));
                if matches!(error, Error::DatabaseNotFound(_)) {
                    self.forget(database, None);
                }
                error
            }
            PoolError::Timeout(_) => Error::Unreachable { server, source: "no answer in time".into() },
            other => Error::Unreachable { server, source: other.to_string().into() },
        }
    }

    fn find(&self, database: &str, stead: Option<&StandIn>, long: bool) -> Result<Found, Error> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(Error::Unreachable {
                server: self.config.address(),
                source: "Howdah is stopping".into(),
            });
        }
        if inner.held.contains_key(database) {
            return Ok(Found::Held);
        }
        let key = Key { database: database.to_owned(), stead: stead.map(|stead| stead.owner), long };
        if let Some(entry) = inner.open.get_mut(&key) {
            entry.used = Instant::now();
            return Ok(Found::Pool(entry.pool.clone()));
        }
        let main = self.is_main(&key);
        let size = match stead {
            _ if long => self.size.min(MAX_LONG),
            Some(_) => self.size.min(MAX_STEAD),
            None if main => self.size,
            None => self.size.min(MAX_OTHER),
        };
        let config = self.config.with_database(database);
        let (config, connector) = match stead {
            Some(stead) => (config.with_role(&stead.role, &stead.password), &self.in_stead),
            None => (config, &self.connector),
        };
        let pool = config.build_pool(connector.clone(), size, self.wait)?;
        if !main {
            self.make_room(&mut inner);
        }
        inner.open.insert(key, Entry { pool: pool.clone(), used: Instant::now() });
        Ok(Found::Pool(pool))
    }

    /// Closes the pool that was not used for the longest time, one without a running statement first.
    fn make_room(&self, inner: &mut Inner) {
        while inner.open.keys().filter(|key| !self.is_main(key)).count() >= MAX_POOLS {
            let others = inner.open.iter().filter(|(key, _)| !self.is_main(key));
            let oldest = others.min_by_key(|(_, entry)| {
                let status = entry.pool.status();
                (status.available < status.size, entry.used)
            });
            let Some(key) = oldest.map(|(key, _)| key.clone()) else { return };
            if let Some(entry) = inner.open.remove(&key) {
                entry.pool.close();
            }
        }
    }

    fn is_main(&self, key: &Key) -> bool {
        key.stead.is_none() && !key.long && key.database == self.config.database()
    }

    /// Closes the connections in this owner's stead.
    pub(crate) fn forget_stead(&self, owner: u32) {
        self.lock().open.retain(|key, entry| {
            let keep = key.stead != Some(owner);
            if !keep {
                entry.pool.close();
            }
            keep
        });
    }

    fn forget(&self, database: &str, stead: Option<u32>) {
        let mut inner = self.lock();
        for long in [false, true] {
            let key = Key { database: database.to_owned(), stead, long };
            if let Some(entry) = inner.open.remove(&key) {
                entry.pool.close();
            }
        }
    }

    /// Closes the connections to the database and prevents new ones until the answer is dropped. Statements that run
    /// get until `drain` is over to end.
    pub(crate) async fn hold(self: &Arc<Self>, database: &str, drain: Duration) -> Hold {
        self.holds.one_more(database);
        let closed = {
            let mut inner = self.lock();
            *inner.held.entry(database.to_owned()).or_insert(0) += 1;
            let keys: Vec<_> = inner.open.keys().filter(|key| key.database == database).cloned().collect();
            keys.iter().filter_map(|key| inner.open.remove(key)).map(|entry| entry.pool).collect::<Vec<_>>()
        };
        let hold = Hold { pools: self.clone(), database: database.to_owned() };
        for pool in &closed {
            pool.close();
        }
        let deadline = Instant::now() + drain;
        while closed.iter().any(|pool| pool.status().size > 0) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        hold
    }

    /// Closes what was idle for a minute.
    pub(crate) fn sweep(&self) {
        let mut inner = self.lock();
        inner.open.retain(|key, entry| {
            if self.is_main(key) {
                return true;
            }
            let _ = entry.pool.retain(|_, metrics| metrics.last_used() < IDLE);
            let status = entry.pool.status();
            let keep = status.size > 0 || status.waiting > 0 || entry.used.elapsed() < IDLE;
            if !keep {
                entry.pool.close();
            }
            keep
        });
    }

    pub(crate) fn status(&self) -> Vec<PoolStatus> {
        let inner = self.lock();
        // One entry for a database, whoever its connections work for.
        let mut sums: BTreeMap<&str, PoolStatus> = BTreeMap::new();
        for (key, entry) in &inner.open {
            let status = entry.pool.status();
            let sum = sums.entry(&key.database).or_insert_with(|| PoolStatus {
                database: key.database.clone(),
                size: 0,
                available: 0,
                waiting: 0,
            });
            sum.size += status.size;
            sum.available += status.available;
            sum.waiting += status.waiting;
        }
        sums.into_values().collect()
    }

    pub(crate) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        for (_, entry) in inner.open.drain() {
            entry.pool.close();
        }
        drop(inner);
        self.released.notify_waiters();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No such role, a wrong password, no login, or no matching line in `pg_hba.conf`.
fn refuses_sign_in(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| code.code().starts_with("28"))
        // The server wants a way of signing in that a password is no answer to.
        || error.as_db_error().is_none() && error.to_string().contains("authentication")
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut inner = self.pools.lock();
        if let Some(count) = inner.held.get_mut(&self.database) {
            *count -= 1;
            if *count == 0 {
                inner.held.remove(&self.database);
            }
        }
        drop(inner);
        self.pools.released.notify_waiters();
    }
}
