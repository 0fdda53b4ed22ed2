//! One connection in the hands of one request: every statement is timed, traced, limited and cancelled at the server
//! when its future is dropped.

mod cancel;
mod copy;
mod lease;
mod param;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::Object;
use futures_util::TryStreamExt;
use futures_util::future::{Either, join, select};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, SimpleQueryMessage};

use crate::connect::{ConnectConfig, Connector};
use crate::error::Error;
use crate::pool::Holds;
use crate::trace::{Ran, Trace};

pub(crate) use copy::{CopySink, is_lost_statement};
pub(crate) use lease::Lease;
pub(crate) use param::{Input, Param};

/// How much longer than its server-side limit a statement is waited for: the network may be gone.
const GRACE: Duration = Duration::from_secs(5);

const PARSE_TRIES: usize = 20;

/// What all sessions of a server share.
pub(crate) struct Link {
    pub(crate) config: ConnectConfig,
    pub(crate) connector: Connector,
    pub(crate) statement_timeout: Duration,
    /// Wakes the monitor.
    pub(crate) nudge: Arc<tokio::sync::Notify>,
    /// Which databases were closed to everybody, see [`Session::failed`].
    pub(crate) holds: Arc<Holds>,
}

/// A connection to one database with the trace of one request.
pub(crate) struct Session {
    lease: Option<Lease>,
    link: Arc<Link>,
    database: String,
    trace: Trace,
    /// Zero means none.
    timeout: Duration,
    /// A statement was given up: nothing more may be sent.
    abandoned: AtomicBool,
    in_transaction: AtomicBool,
    closes: AtomicBool,
    /// Statements are not prepared: the connection forgets them between two requests.
    unprepared: bool,
    /// How often the database had been held when the connection was taken.
    held: u64,
}

/// Rows of a limited read.
pub(crate) struct Limited {
    pub(crate) rows: Vec<Row>,
    /// Reading stopped at the byte limit.
    pub(crate) cut: bool,
}

impl Session {
    pub(crate) fn new(
        lease: Lease,
        link: Arc<Link>,
        database: &str,
        trace: &Trace,
        timeout: Duration,
    ) -> Self {
        Self {
            lease: Some(lease),
            held: link.holds.of(database),
            link,
            database: database.to_owned(),
            trace: trace.clone(),
            timeout,
            abandoned: AtomicBool::new(false),
            in_transaction: AtomicBool::new(false),
            closes: AtomicBool::new(false),
            unprepared: false,
        }
    }

    /// Without prepared statements, for connections that are cleared for each request.
    pub(crate) fn without_prepared(mut self) -> Self {
        self.unprepared = true;
        self
    }

    /// With another time limit: [`Session::limit_transaction`] tells it to the server.
    pub(crate) fn with_limit(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sets the time limit for the statements of the transaction that has just begun.
    pub(crate) async fn limit_transaction(&self) -> Result<(), Error> {
        let limit = self.timeout.as_millis();
        self.execute_unseen("setting the time limit", &format!("SET LOCAL statement_timeout = {limit}")).await
    }

    /// Runs a fixed statement, prepared once for each pooled connection.
    pub(crate) async fn query(
        &self,
        doing: &'static str,
        sql: &str,
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, Error> {
        let lease = self.lease()?;
        let sql = without_comment(sql);
        let values: Vec<_> = params.iter().map(Param::value).collect();
        let typed = || Box::pin(self.query_unprepared(lease.client(), sql, &values));
        let work = async {
            let rows = match lease {
                Lease::Pooled(object) if !self.unprepared && !self.is_pooled() => {
                    let kinds: Vec<_> = values.iter().map(|(_, kind)| kind.clone()).collect();
                    let plain: Vec<_> = values.iter().map(|(value, _)| *value).collect();
                    let prepared = async {
                        let statement = object.prepare_typed_cached(sql, &kinds).await?;
                        object.query(&statement, &plain).await
                    };
                    match prepared.await {
                        Err(error) if lost_statement(&error) => {
                            self.link.connector.met_pooler();
                            // A transaction is lost with it; the next request will do.
                            if self.in_transaction() { Err(error) } else { typed().await }
                        }
                        result => result,
                    }
                }
                _ => typed().await,
            }?;
            let count = rows.len() as u64;
            Ok((rows, count))
        };
        self.run(doing, sql, params, work).await
    }

    /// Behind a pooler in a transaction that brings our settings, since the connection does not have them.
    async fn query_unprepared(
        &self,
        client: &Client,
        sql: &str,
        values: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        if !self.is_pooled() || self.in_transaction() {
            return client.query_typed(sql, values).await;
        }
        client.batch_execute(&self.link.connector.begin("")).await?;
        let result = client.query_typed(sql, values).await;
        // After a failure this is a rollback.
        let ended = client.batch_execute("COMMIT").await;
        result.and_then(|rows| ended.map(|()| rows))
    }

    pub(crate) async fn query_opt(
        &self,
        doing: &'static str,
        sql: &str,
        params: &[Param<'_>],
    ) -> Result<Option<Row>, Error> {
        Ok(self.query(doing, sql, params).await?.pop())
    }

    /// Runs a statement that is made for this request and reads rows until `max_bytes` have come; the rest is
    /// cancelled, and then the session ends.
    pub(crate) async fn read(
        &self,
        doing: &'static str,
        sql: &str,
        params: &[Param<'_>],
        max_bytes: usize,
    ) -> Result<Limited, Error> {
        let lease = self.lease()?;
        let values: Vec<_> = params.iter().map(Param::value).collect();
        let work = async {
            let values = values.iter().map(|(value, kind)| (*value, kind.clone()));
            let stream = lease.client().query_typed_raw(sql, values).await?;
            let mut stream = std::pin::pin!(stream);
            let mut limited = Limited { rows: Vec::new(), cut: false };
            let mut bytes = 0;
            while let Some(row) = stream.try_next().await? {
                bytes += row.raw_size_bytes();
                limited.rows.push(row);
                if bytes > max_bytes {
                    limited.cut = true;
                    break;
                }
            }
            let count = limited.rows.len() as u64;
            Ok((limited, count))
        };
        let limited = self.run(doing, sql, params, work).await?;
        if limited.cut {
            self.abandon();
        }
        Ok(limited)
    }

    /// The same for the last statement of a transaction that is rolled back, which is asked for along with it.
    pub(crate) async fn read_last(
        &self,
        doing: &'static str,
        sql: &str,
        params: &[Param<'_>],
        max_bytes: usize,
    ) -> Result<Limited, Error> {
        let read = std::pin::pin!(self.read(doing, sql, params, max_bytes));
        let end = std::pin::pin!(self.roll_back());
        match select(read, end).await {
            // The session is given up with what still comes.
            Either::Left((Ok(limited), _)) if limited.cut => Ok(limited),
            Either::Left((read, end)) => {
                let ended = end.await;
                read.and_then(|limited| ended.map(|()| limited))
            }
            Either::Right((ended, read)) => read.await.and_then(|limited| ended.map(|()| limited)),
        }
    }

    /// Runs a statement that is made for this request and answers how many rows it changed.
    pub(crate) async fn affect(
        &self,
        doing: &'static str,
        sql: &str,
        params: &[Param<'_>],
    ) -> Result<u64, Error> {
        let lease = self.lease()?;
        let values: Vec<_> = params.iter().map(Param::value).collect();
        let work = async {
            let count = lease.client().execute_typed(sql, &values).await?;
            Ok((count, count))
        };
        self.run(doing, sql, params, work).await
    }

    /// The connection is closed after this request: what runs on it may leave something behind that no rollback undoes.
    pub(crate) fn close_at_end(&self) {
        self.closes.store(true, Ordering::Relaxed);
    }

    /// Runs one statement without parameters and without rows: DDL, transaction control. Behind a pooler our settings
    /// hold for it only in a transaction: it must mean the same without.
    pub(crate) async fn execute(&self, doing: &'static str, sql: &str) -> Result<(), Error> {
        let lease = self.lease()?;
        let work = async { lease.client().batch_execute(sql).await.map(|()| ((), 0)) };
        self.run(doing, sql, &[], work).await
    }

    /// Runs one statement without parameters in the extended protocol, in which the server takes no second one with it.
    pub(crate) async fn execute_one(&self, doing: &'static str, sql: &str) -> Result<(), Error> {
        let lease = self.lease()?;
        let work = async { lease.client().query_typed(sql, &[]).await.map(|rows| ((), rows.len() as u64)) };
        self.run(doing, sql, &[], work).await
    }

    /// Lets the server parse one statement without running it; answers how many parameters it has.
    pub(crate) async fn parse(&self, doing: &'static str, sql: &str) -> Result<usize, Error> {
        let client = self.lease()?.client();
        let work = async {
            for _ in 0..PARSE_TRIES {
                match client.prepare(sql).await {
                    // Behind a pooler others may have taken the name; the next try has another.
                    Err(error) if lost_statement(&error) => {}
                    statement => return statement.map(|statement| Some(statement.params().len())),
                }
            }
            Ok(None)
        };
        self.unseen(doing, work).await?.ok_or(Error::PoolTimeout)
    }

    /// Runs statements that are about the connection and not about the request: they are not in its trace.
    pub(crate) async fn execute_unseen(&self, doing: &'static str, sql: &str) -> Result<(), Error> {
        self.unseen(doing, self.lease()?.client().batch_execute(sql)).await
    }

    /// The first value of a statement that is about the connection.
    pub(crate) async fn query_unseen(&self, doing: &'static str, sql: &str) -> Result<Option<String>, Error> {
        let messages = self.unseen(doing, self.lease()?.client().simple_query(sql)).await?;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }

    async fn unseen<T>(
        &self,
        doing: &'static str,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        let (mut unended, started) = (Unended(Some(self)), Instant::now());
        let patience = if self.timeout.is_zero() { Duration::MAX } else { self.timeout + GRACE };
        let Ok(result) = tokio::time::timeout(patience, work).await else { return Err(Error::Timeout) };
        unended.0 = None;
        result.map_err(|error| self.failed(doing, error, started.elapsed()))
    }

    /// Begins a transaction with the given words after BEGIN. It is rolled back unless [`Session::commit`] is called.
    pub(crate) async fn begin(&self, mode: &str) -> Result<(), Error> {
        self.begin_with("beginning a transaction", mode).await
    }

    /// The same, where more than that is done in the same message.
    pub(crate) async fn begin_with(&self, doing: &'static str, mode: &str) -> Result<(), Error> {
        self.in_transaction.store(true, Ordering::Relaxed);
        self.execute(doing, &self.link.connector.begin(mode)).await
    }

    pub(crate) async fn commit(&self) -> Result<(), Error> {
        self.execute("ending the transaction", "COMMIT").await?;
        self.in_transaction.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Checks what is deferred to the end, where it can still be told, and commits.
    pub(crate) async fn check_and_commit(&self) -> Result<(), Error> {
        let check = self.execute("checking constraints", "SET CONSTRAINTS ALL IMMEDIATE");
        // After a failure this is a rollback.
        let (checked, committed) = join(check, self.commit()).await;
        checked.and(committed)
    }

    pub(crate) async fn roll_back(&self) -> Result<(), Error> {
        self.execute("ending the transaction", "ROLLBACK").await?;
        self.in_transaction.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// A pooler hands the server's connections to others after each transaction: nothing may be set for longer.
    pub(crate) fn is_pooled(&self) -> bool {
        self.link.connector.is_pooled()
    }

    /// Since when this very connection to the server has stood; None where it may be another one from one transaction
    /// to the next.
    pub(crate) fn since(&self) -> Option<Instant> {
        match &self.lease {
            Some(Lease::Pooled(object)) if !self.is_pooled() => Some(Object::metrics(object).created),
            _ => None,
        }
    }

    fn in_transaction(&self) -> bool {
        self.in_transaction.load(Ordering::Relaxed)
    }

    fn lease(&self) -> Result<&Lease, Error> {
        match &self.lease {
            Some(lease) if !self.abandoned.load(Ordering::Relaxed) => Ok(lease),
            _ => Err(Error::Cancelled),
        }
    }

    async fn run<T>(
        &self,
        doing: &'static str,
        sql: &str,
        params: &[Param<'_>],
        work: impl Future<Output = Result<(T, u64), tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        let mut running = Running { session: self, sql, params, started: Instant::now(), ended: false };
        let patience = if self.timeout.is_zero() { Duration::MAX } else { self.timeout + GRACE };
        let Ok(result) = tokio::time::timeout(patience, work).await else {
            self.link.nudge.notify_one();
            return Err(Error::Timeout);
        };
        let elapsed = running.started.elapsed();
        match result {
            Ok((value, rows)) => {
                running.end(Some(rows), None);
                Ok(value)
            }
            Err(error) => {
                running.end(None, Some(describe(&error)));
                Err(self.failed(doing, error, elapsed))
            }
        }
    }

    fn failed(&self, doing: &'static str, error: tokio_postgres::Error, elapsed: Duration) -> Error {
        let timed_out = !self.timeout.is_zero() && elapsed >= self.timeout;
        let error = Error::statement(doing, error, timed_out, &self.link.config);
        if !matches!(error, Error::Unreachable { .. }) {
            return error;
        }
        if self.link.holds.of(&self.database) != self.held {
            // It was ended by us, who dropped, renamed or copied the database: nothing is the matter with the server.
            return Error::InUse { name: self.database.clone(), connections: 0, by: Vec::new() };
        }
        self.link.nudge.notify_one();
        error
    }

    /// Gives up the statement that runs: cancels it at the server; the session takes no other.
    fn abandon(&self) {
        if self.abandoned.swap(true, Ordering::Relaxed) {
            return;
        }
        if let Some(lease) = &self.lease {
            lease.cancel(&self.link);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        if self.abandoned.load(Ordering::Relaxed) || self.closes.load(Ordering::Relaxed) {
            lease.discard_when_idle(&self.link);
        } else if self.in_transaction() {
            lease.roll_back_and_return();
        } else {
            lease.finish();
        }
    }
}

/// A statement on its way. Dropped before its end, it is cancelled at the server.
struct Running<'a> {
    session: &'a Session,
    sql: &'a str,
    params: &'a [Param<'a>],
    started: Instant,
    ended: bool,
}

impl Running<'_> {
    fn end(&mut self, rows: Option<u64>, error: Option<String>) {
        self.ended = true;
        let parameters: Vec<_> = self.params.iter().map(Param::text).collect();
        self.session.trace.record(Ran {
            database: &self.session.database,
            sql: self.sql,
            parameters: &parameters,
            duration: self.started.elapsed(),
            rows,
            error,
        });
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.end(None, Some("given up; cancelled at the server".to_owned()));
            self.session.abandon();
        }
    }
}

/// What is not in the trace, on its way: dropped before its end, it is cancelled like everything else.
struct Unended<'a>(Option<&'a Session>);

impl Drop for Unended<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0 {
            session.abandon();
        }
    }
}

/// The comment at the top of a `.sql` file is for those who read the source, not for the server's log.
fn without_comment(sql: &str) -> &str {
    let mut rest = sql;
    while let Some((_, after)) = rest.split_once('\n').filter(|(line, _)| line.starts_with("--")) {
        rest = after;
    }
    rest.trim_end()
}

/// As the trace shows it.
fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => format!("{}: {}", refusal.code().code(), refusal.message()),
        None => error.to_string(),
    }
}

/// A pooler in transaction mode handed us a server connection that does not know our statement, or knows another.
fn lost_statement(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| matches!(code.code(), "26000" | "42P05"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_comment_at_the_top_is_left_out() {
        assert_eq!(without_comment("-- a\n-- b\nSELECT 1 -- c\n  + 2\n"), "SELECT 1 -- c\n  + 2");
        assert_eq!(without_comment("SELECT '--'"), "SELECT '--'");
    }
}
