//! How large databases are. PostgreSQL counts files for it, which takes long for many or large databases: known sizes
//! are kept, and one worker at a time finds the others.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use howdah_types::databases::{Database, Sizes};
use howdah_types::events::DatabaseSize;
use tokio::sync::{broadcast, watch};

use crate::error::Error;
use crate::server::Server;
use crate::session::Param;
use crate::trace::Trace;

/// How long a list waits for sizes that are not known at all.
const BUDGET: Duration = Duration::from_millis(150);
/// A size older than this is looked for again when a list is asked for.
const FRESH: Duration = Duration::from_secs(10);
/// The most databases that one statement looks at.
const MAX_CHUNK: usize = 64;

pub(crate) struct SizeCache {
    inner: Mutex<Inner>,
    /// Counts what the worker has done.
    progress: watch::Sender<u64>,
    updates: broadcast::Sender<Vec<DatabaseSize>>,
}

#[derive(Default)]
struct Inner {
    known: HashMap<u32, Known>,
    /// What the worker has before it, in order.
    queue: Vec<(u32, String)>,
    working: bool,
}

#[derive(Clone, Copy)]
struct Known {
    bytes: Option<i64>,
    at: Instant,
}

impl SizeCache {
    pub(crate) fn new() -> Self {
        Self { inner: Mutex::default(), progress: watch::Sender::new(0), updates: broadcast::Sender::new(64) }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Vec<DatabaseSize>> {
        self.updates.subscribe()
    }

    /// Forgets databases that are no more.
    pub(crate) fn keep_only(&self, databases: &[(u32, Database)]) {
        let oids: HashSet<_> = databases.iter().map(|(oid, _)| *oid).collect();
        self.lock().known.retain(|oid, _| oids.contains(oid));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts what is not fresh before the worker. True when a worker has to be started.
    fn ask(&self, databases: &[(u32, Database)]) -> bool {
        let mut inner = self.lock();
        let queued: HashSet<_> = inner.queue.iter().map(|(oid, _)| *oid).collect();
        for (oid, database) in databases {
            let fresh = inner.known.get(oid).is_some_and(|known| known.at.elapsed() < FRESH);
            if !fresh && !queued.contains(oid) {
                inner.queue.push((*oid, database.name.clone()));
            }
        }
        let start = !inner.working && !inner.queue.is_empty();
        inner.working |= start;
        start
    }

    /// The next databases to look at; None when there are none, and then the worker has ended.
    fn take(&self, count: usize) -> Option<Vec<(u32, String)>> {
        let mut inner = self.lock();
        if inner.queue.is_empty() {
            inner.working = false;
            return None;
        }
        let count = count.min(inner.queue.len());
        Some(inner.queue.drain(..count).collect())
    }

    fn learn(&self, chunk: &[(u32, String)], found: &HashMap<u32, Option<i64>>) {
        let mut news = Vec::new();
        let mut inner = self.lock();
        for (oid, name) in chunk {
            let bytes = found.get(oid).copied().flatten();
            let before = inner.known.insert(*oid, Known { bytes, at: Instant::now() });
            if before.is_none_or(|before| before.bytes != bytes) {
                news.push(DatabaseSize { name: name.clone(), size_bytes: bytes });
            }
        }
        drop(inner);
        if !news.is_empty() {
            // Nobody listens: nobody misses it.
            let _ = self.updates.send(news);
        }
        self.progress.send_modify(|count| *count += 1);
    }

    fn give_up(&self) {
        let mut inner = self.lock();
        inner.queue.clear();
        inner.working = false;
        drop(inner);
        self.progress.send_modify(|count| *count += 1);
    }
}

/// Ends the worker properly even when its task is dropped in the middle.
struct Working {
    server: Server,
    ended: bool,
}

impl Drop for Working {
    fn drop(&mut self) {
        if !self.ended {
            self.server.sizes().give_up();
        }
    }
}

/// Sets the sizes of the databases: at once where they are known, else after a short wait (or a long one).
pub(crate) async fn fill(server: &Server, trace: &Trace, databases: &mut [(u32, Database)], sizes: Sizes) {
    let asked = Instant::now();
    let cache = server.sizes();
    let mut progress = cache.progress.subscribe();
    if cache.ask(databases) {
        tokio::spawn(work(server.clone(), trace.clone()));
    }
    let deadline = tokio::time::Instant::now() + BUDGET;
    loop {
        progress.borrow_and_update();
        let (missing, working) = {
            let inner = cache.lock();
            let good = |known: &Known| sizes == Sizes::Quick || known.at + FRESH > asked;
            (databases.iter().any(|(oid, _)| !inner.known.get(oid).is_some_and(good)), inner.working)
        };
        if !missing || !working {
            break;
        }
        let waited = match sizes {
            Sizes::Wait => progress.changed().await.is_ok(),
            Sizes::Quick => matches!(tokio::time::timeout_at(deadline, progress.changed()).await, Ok(Ok(()))),
        };
        if !waited {
            break;
        }
    }
    let inner = cache.lock();
    for (oid, database) in databases {
        database.size_bytes = inner.known.get(oid).and_then(|known| known.bytes);
    }
}

/// Looks at a few databases at a time: more while it is quick, one by one when it is slow.
async fn work(server: Server, trace: Trace) {
    let mut working = Working { server: server.clone(), ended: false };
    let cache = server.sizes();
    let mut count = 8;
    while let Some(chunk) = cache.take(count) {
        let started = Instant::now();
        match look(&server, &trace, &chunk).await {
            Ok(found) => cache.learn(&chunk, &found),
            Err(Error::Unreachable { .. } | Error::PoolTimeout) => return,
            // One of them cannot be read (dropped just now, too slow): find out which.
            Err(_) if chunk.len() > 1 => {
                for one in &chunk {
                    let one = std::slice::from_ref(one);
                    let found = look(&server, &trace, one).await.unwrap_or_default();
                    cache.learn(one, &found);
                }
            }
            Err(_) => cache.learn(&chunk, &HashMap::new()),
        }
        count = if started.elapsed() > Duration::from_millis(40) {
            1.max(count / 4)
        } else {
            MAX_CHUNK.min(count * 2)
        };
    }
    // Nothing was left, and another worker may be at it already.
    working.ended = true;
}

async fn look(
    server: &Server,
    trace: &Trace,
    chunk: &[(u32, String)],
) -> Result<HashMap<u32, Option<i64>>, Error> {
    let doing = "measuring databases";
    let oids: Vec<u32> = chunk.iter().map(|(oid, _)| *oid).collect();
    let session = server.maintenance(trace).await?;
    let rows = session.query(doing, include_str!("databases/sizes.sql"), &[Param::Oids(&oids)]).await?;
    let read = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.iter()
        .map(read)
        .collect::<Result<_, tokio_postgres::Error>>()
        .map_err(|error| Error::shape(doing, error))
}
