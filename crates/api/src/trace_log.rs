//! The SQL of the last requests, in memory, bounded in number and in bytes. Each process keeps its own.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use howdah_types::trace::Trace;
use uuid::Uuid;

/// The last requests of all accounts.
pub(crate) struct TraceLog {
    max_requests: usize,
    max_bytes: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    order: VecDeque<Uuid>,
    entries: HashMap<Uuid, Entry>,
    bytes: usize,
}

struct Entry {
    account: String,
    bytes: usize,
    trace: Trace,
}

impl TraceLog {
    pub(crate) fn new(max_requests: usize, max_bytes: usize) -> Self {
        Self { max_requests, max_bytes, inner: Mutex::new(Inner::default()) }
    }

    /// Keeps the trace of request `id` for `account`; the oldest ones make room.
    pub(crate) fn keep(&self, id: Uuid, account: &str, trace: Trace) {
        let bytes = weigh(&trace);
        if bytes > self.max_bytes {
            return;
        }
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        while inner.order.len() >= self.max_requests || inner.bytes + bytes > self.max_bytes {
            let Some(oldest) = inner.order.pop_front() else { break };
            if let Some(entry) = inner.entries.remove(&oldest) {
                inner.bytes -= entry.bytes;
            }
        }
        inner.order.push_back(id);
        inner.bytes += bytes;
        inner.entries.insert(id, Entry { account: account.to_owned(), bytes, trace });
    }

    /// The trace of request `id`, where it is one of `account`'s own.
    pub(crate) fn get(&self, id: Uuid, account: &str) -> Option<Trace> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.entries.get(&id).filter(|entry| entry.account == account).map(|entry| entry.trace.clone())
    }
}

fn weigh(trace: &Trace) -> usize {
    let statements = trace.statements.iter().map(|statement| {
        let parameters: usize = statement.parameters.iter().flatten().map(|text| text.len() + 24).sum();
        let error = statement.error.as_ref().map_or(0, String::len);
        size_of_val(statement) + statement.database.len() + statement.sql.len() + parameters + error
    });
    size_of::<Entry>() + 64 + trace.path.len() + statements.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use howdah_types::trace::Statement;

    use super::*;

    fn trace(sql: &str) -> Trace {
        Trace {
            request_id: String::new(),
            method: "GET".into(),
            path: "/api/database".into(),
            status: 200,
            started_at: String::new(),
            duration_ms: 1.0,
            statements: vec![Statement {
                database: "postgres".into(),
                sql: sql.into(),
                parameters: vec![],
                duration_ms: 1.0,
                rows: Some(1),
                error: None,
            }],
            dropped: 0,
        }
    }

    #[test]
    fn only_own_requests_are_shown() {
        let (log, id) = (TraceLog::new(10, 1 << 20), Uuid::now_v7());
        log.keep(id, "ann", trace("SELECT 1"));
        assert!(log.get(id, "ann").is_some());
        assert!(log.get(id, "bob").is_none());
        assert!(log.get(Uuid::now_v7(), "ann").is_none());
    }

    #[test]
    fn the_oldest_make_room() {
        let log = TraceLog::new(3, 100_000);
        let ids: Vec<_> = (0..5).map(|_| Uuid::now_v7()).collect();
        for id in &ids {
            log.keep(*id, "ann", trace("SELECT 1"));
        }
        assert!(log.get(ids[1], "ann").is_none());
        assert!(log.get(ids[2], "ann").is_some());
        log.keep(Uuid::now_v7(), "ann", trace(&"x".repeat(99_500)));
        assert!(log.get(ids[4], "ann").is_none(), "bytes count too");
        assert!(log.inner.lock().unwrap().bytes <= 100_000);
    }
}
