//! The SQL of one request, as the debug console shows it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use howdah_types::trace::Statement;

/// Statements kept for one request.
const MAX_STATEMENTS: usize = 200;
/// Bytes of SQL, and of each parameter, kept for one statement.
const MAX_TEXT: usize = 16 * 1024;

/// Records the statements of one request; clones record into the same list. Bounded: 200 statements, 16 KiB of SQL
/// each.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    statements: Vec<Statement>,
    dropped: u32,
}

impl Trace {
    /// An empty trace.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was recorded so far, in the order in which the statements ended.
    pub fn statements(&self) -> Vec<Statement> {
        self.lock().statements.clone()
    }

    /// How many statements were not kept.
    pub fn dropped(&self) -> u32 {
        self.lock().dropped
    }

    pub(crate) fn record(&self, ran: Ran<'_>) {
        let mut inner = self.lock();
        if inner.statements.len() >= MAX_STATEMENTS {
            inner.dropped = inner.dropped.saturating_add(1);
            return;
        }
        inner.statements.push(Statement {
            database: ran.database.to_owned(),
            sql: cut(ran.sql),
            parameters: ran.parameters.iter().map(|p| p.as_deref().map(cut)).collect(),
            duration_ms: howdah_types::milliseconds(ran.duration),
            rows: ran.rows,
            error: ran.error,
        });
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while the list is pushed to leaves a list that is still good.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement that has ended.
pub(crate) struct Ran<'a> {
    pub(crate) database: &'a str,
    pub(crate) sql: &'a str,
    pub(crate) parameters: &'a [Option<String>],
    pub(crate) duration: Duration,
    pub(crate) rows: Option<u64>,
    pub(crate) error: Option<String>,
}

fn cut(text: &str) -> String {
    if text.len() <= MAX_TEXT {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(MAX_TEXT)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(trace: &Trace, sql: &str) {
        trace.record(Ran {
            database: "postgres",
            sql,
            parameters: &[None, Some("ä".repeat(MAX_TEXT))],
            duration: Duration::from_millis(2),
            rows: Some(1),
            error: None,
        });
    }

    #[test]
    fn it_is_bounded() {
        let trace = Trace::new();
        for _ in 0..=MAX_STATEMENTS {
            record(&trace.clone(), &"€".repeat(MAX_TEXT));
        }
        let statements = trace.statements();
        assert_eq!((statements.len(), trace.dropped()), (MAX_STATEMENTS, 1));
        assert!(statements[0].sql.len() <= MAX_TEXT + '…'.len_utf8());
        assert!(statements[0].parameters[1].as_ref().is_some_and(|p| p.len() <= MAX_TEXT + 3));
    }
}
