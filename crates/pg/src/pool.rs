//! Small pools, one for each database in use.
//!
//! An open connection to a database blocks its rename, drop and copy. So idle connections to other databases than the
//! maintenance database are closed after a minute, at most [`MAX_POOLS`] databases have a pool at once, and
//! [`Pools::hold`] closes one and keeps it closed while such an operation runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{Object, Pool, PoolError, TimeoutType};
use tokio::sync::Notify;

use crate::connect::{ConnectConfig, Connector};
use crate::error::Error;
use crate::server::PoolStatus;

/// Pools kept for other databases than the maintenance database.
const MAX_POOLS: usize = 8;
/// Connections to one database other than the maintenance database.
const MAX_OTHER: usize = 4;
/// After how long an idle connection to such a database is closed.
const IDLE: Duration = Duration::from_mins(1);

pub(crate) struct Pools {
    config: ConnectConfig,
    connector: Connector,
    size: usize,
    wait: Duration,
    inner: Mutex<Inner>,
    released: Notify,
}

#[derive(Default)]
struct Inner {
    open: HashMap<String, Entry>,
    held: HashMap<String, usize>,
    closed: bool,
}

struct Entry {
    pool: Pool,
    used: Instant,
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
    pub(crate) fn new(config: ConnectConfig, connector: Connector, size: usize, wait: Duration) -> Self {
        Self { config, connector, size, wait, inner: Mutex::default(), released: Notify::new() }
    }

    /// A connection to the database, waited for at most the acquire time.
    pub(crate) async fn get(&self, database: &str) -> Result<Object, Error> {
        let deadline = tokio::time::Instant::now() + self.wait;
        loop {
            // Registered before the look, so that a release in between is not missed.
            let released = self.released.notified();
            let pool = match self.find(database)? {
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
                Err(error) => return Err(self.refused(database, error)),
            }
        }
    }

    fn refused(&self, database: &str, error: PoolError) -> Error {
        let server = self.config.address();
        match error {
            PoolError::Timeout(TimeoutType::Wait) => Error::PoolTimeout,
            PoolError::Backend(error) => {
                let error = Error::connecting(error, &self.config.with_database(database));
                if matches!(error, Error::DatabaseNotFound(_)) {
                    self.forget(database);
                }
                error
            }
            PoolError::Timeout(_) => Error::Unreachable { server, source: "no answer in time".into() },
            other => Error::Unreachable { server, source: other.to_string().into() },
        }
    }

    fn find(&self, database: &str) -> Result<Found, Error> {
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
        if let Some(entry) = inner.open.get_mut(database) {
            entry.used = Instant::now();
            return Ok(Found::Pool(entry.pool.clone()));
        }
        let main = self.is_main(database);
        let size = if main { self.size } else { self.size.min(MAX_OTHER) };
        let pool = self.config.with_database(database).build_pool(self.connector.clone(), size, self.wait)?;
        if !main {
            self.make_room(&mut inner);
        }
        inner.open.insert(database.to_owned(), Entry { pool: pool.clone(), used: Instant::now() });
        Ok(Found::Pool(pool))
    }

    /// Closes the pool that was not used for the longest time, one without a running statement first.
    fn make_room(&self, inner: &mut Inner) {
        while inner.open.keys().filter(|name| !self.is_main(name)).count() >= MAX_POOLS {
            let others = inner.open.iter().filter(|(name, _)| !self.is_main(name));
            let oldest = others.min_by_key(|(_, entry)| {
                let status = entry.pool.status();
                (status.available < status.size, entry.used)
            });
            let Some(name) = oldest.map(|(name, _)| name.clone()) else { return };
            if let Some(entry) = inner.open.remove(&name) {
                entry.pool.close();
            }
        }
    }

    fn is_main(&self, database: &str) -> bool {
        database == self.config.database()
    }

    fn forget(&self, database: &str) {
        if let Some(entry) = self.lock().open.remove(database) {
            entry.pool.close();
        }
    }

    /// Closes the connections to the database and prevents new ones until the answer is dropped. Statements that run
    /// get until `drain` is over to end.
    pub(crate) async fn hold(self: &Arc<Self>, database: &str, drain: Duration) -> Hold {
        let closed = {
            let mut inner = self.lock();
            *inner.held.entry(database.to_owned()).or_insert(0) += 1;
            inner.open.remove(database).map(|entry| entry.pool)
        };
        let hold = Hold { pools: self.clone(), database: database.to_owned() };
        if let Some(pool) = closed {
            pool.close();
            let deadline = Instant::now() + drain;
            while pool.status().size > 0 && Instant::now() < deadline {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        hold
    }

    /// Closes what was idle for a minute.
    pub(crate) fn sweep(&self) {
        let mut inner = self.lock();
        inner.open.retain(|name, entry| {
            if self.is_main(name) {
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
        let mut list: Vec<_> = inner
            .open
            .iter()
            .map(|(database, entry)| {
                let status = entry.pool.status();
                let (size, available, waiting) = (status.size, status.available, status.waiting);
                PoolStatus { database: database.clone(), size, available, waiting }
            })
            .collect();
        list.sort_by(|a, b| a.database.cmp(&b.database));
        list
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
