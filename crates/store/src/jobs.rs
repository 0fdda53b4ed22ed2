//! Jobs: what those who start, watch and cancel them need. [`queue`] is the side of those who run them.
//!
//! Every change of a job is published as `JobChanged`, in the same transaction.

mod ended;
mod queue;

use deadpool_postgres::{GenericClient, Transaction};
use howdah_types::events::EventBody;
use howdah_types::jobs::{Job, JobLogLine, JobState, LogLevel};
use tokio::sync::broadcast;
use tokio_postgres::Row;
use uuid::Uuid;

pub use queue::{Beat, Claimed, Ending, Verdict, claim, finish, heartbeat, log, progress, reap, release};

use crate::db::{self, clean, clean_opt, column, time, time_opt};
use crate::error::{Cause, Error};
use crate::signal::Signal;
use crate::{Store, events};

/// Jobs that may wait.
const WAITING: u32 = 1000;

/// The most jobs or lines of one page.
const PAGE: u32 = 1000;

const COLUMNS: &str =
    "id::text, kind, title, state, progress, phase, account, database, created_at, started_at,
    finished_at, error";

/// A job to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// For example `database.copy`.
    pub kind: String,
    /// In one line, for people.
    pub title: String,
    /// What the kind needs to know, without secrets.
    pub input: serde_json::Value,
    /// Who starts it.
    pub account: String,
    /// The database it works on; who may not see that one does not see the job.
    pub database: Option<String>,
}

/// What is going on with jobs, in any process. It comes while [`Store::run`] runs; a lost signal is made good by
/// looking now and then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobSignal {
    /// Some job may be waiting.
    Queued,
    /// The job of this id is to be cancelled.
    Cancel(String),
    /// The log of the job of this id has grown: read on with [`log_page`].
    Logged(String),
}

/// How many jobs are in the states that are not final.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub queued: u64,
    pub running: u64,
    pub cancelling: u64,
}

/// Signals from now on.
pub fn subscribe(store: &Store) -> broadcast::Receiver<JobSignal> {
    store.job_sender().subscribe()
}

/// Puts a job into the queue and wakes the workers. [`Error::Limit`] when too many wait.
pub async fn insert(store: &Store, job: &NewJob) -> Result<Job, Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = "SELECT count(*) AS count FROM howdah.job WHERE state = 'queued'";
    let waiting: i64 = column(&db::query_one(&transaction, "counting jobs", sql, &[]).await?, "count")?;
    if waiting >= i64::from(WAITING) {
        return Err(Error::Limit { what: "waiting jobs", limit: WAITING });
    }
    let sql = format!(
        "INSERT INTO howdah.job (id, kind, title, input, account, account_id, database)
         VALUES ($1::text::uuid, $2, $3, $4::text::jsonb, $5, (SELECT a.id FROM howdah.account AS a WHERE a.name = $5), $6)
         RETURNING {COLUMNS}"
    );
    let params: db::Params<'_> = &[
        &Uuid::now_v7().to_string(),
        &job.kind,
        &clean(&job.title),
        &db::json(&job.input),
        &clean(&job.account),
        &clean_opt(job.database.as_deref(), 1024),
    ];
    let job = from_row(&db::query_one(&transaction, "making a job", &sql, params).await?)?;
    Signal::JobQueued.send(&transaction).await?;
    changed(transaction, &job).await?;
    Ok(job)
}

/// One job. [`Error::NotFound`].
pub async fn get(store: &Store, id: &str) -> Result<Job, Error> {
    let client = store.client().await?;
    let sql = format!("SELECT {COLUMNS} FROM howdah.job WHERE id = $1::text::uuid");
    let row = db::query_opt(&client, "reading a job", &sql, &[&parse(id)?]).await?;
    from_row(&row.ok_or(Error::NotFound)?)
}

/// What a job was started with. [`Error::NotFound`].
pub async fn input(store: &Store, id: &str) -> Result<serde_json::Value, Error> {
    let client = store.client().await?;
    let sql = "SELECT input::text FROM howdah.job WHERE id = $1::text::uuid";
    let row = db::query_opt(&client, "reading a job", sql, &[&parse(id)?]).await?.ok_or(Error::NotFound)?;
    serde_json::from_str(column(&row, "input")?).map_err(|error| Error::internal("reading a job", error))
}

/// The id of the account that started a job. [`Error::NotFound`].
pub async fn owner(store: &Store, id: &str) -> Result<Option<String>, Error> {
    let client = store.client().await?;
    let sql = "SELECT account_id::text FROM howdah.job WHERE id = $1::text::uuid";
    let row = db::query_opt(&client, "reading a job", sql, &[&parse(id)?]).await?.ok_or(Error::NotFound)?;
    column(&row, "account_id")
}

/// The newest jobs, or those before the job `before`, the newest first. With `databases` only jobs on one of them.
pub async fn page(
    store: &Store,
    databases: Option<&[String]>,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<Job>, Error> {
    let client = store.client().await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM howdah.job
         WHERE ($1::text[] IS NULL OR database = ANY ($1)) AND ($2::text IS NULL OR id < $2::text::uuid)
         ORDER BY id DESC LIMIT $3"
    );
    let before = before.map(parse).transpose()?;
    let params: db::Params<'_> = &[&databases, &before, &i64::from(limit.min(PAGE))];
    db::query(&client, "listing jobs", &sql, params).await?.iter().map(from_row).collect()
}

/// The lines of a job's log after the line `after`, oldest first. [`Error::NotFound`] without such a job.
pub async fn log_page(
    store: &Store,
    id: &str,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<JobLogLine>, Error> {
    const DOING: &str = "reading a job's log";
    let client = store.client().await?;
    let id = parse(id)?;
    let sql = "SELECT id, at, level, message FROM howdah.job_log
               WHERE job = $1::text::uuid AND id > $2 ORDER BY id LIMIT $3";
    let params: db::Params<'_> = &[&id, &after.unwrap_or(0), &i64::from(limit.min(PAGE))];
    let rows = db::query(&client, DOING, sql, params).await?;
    if rows.is_empty() {
        let sql = "SELECT FROM howdah.job WHERE id = $1::text::uuid";
        db::query_opt(&client, DOING, sql, &[&id]).await?.ok_or(Error::NotFound)?;
    }
    rows.iter()
        .map(|row| {
            Ok(JobLogLine {
                id: column(row, "id")?,
                at: time(row, "at")?,
                level: level(column(row, "level")?),
                message: column(row, "message")?,
            })
        })
        .collect()
}

/// Asks for a job to be cancelled: one that waits is cancelled at once, one that runs is told, in whichever process.
/// Asking twice does no harm. [`Error::NotFound`], [`Error::JobFinished`].
pub async fn request_cancel(store: &Store, id: &str) -> Result<Job, Error> {
    let id = parse(id)?;
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = "SELECT state FROM howdah.job WHERE id = $1::text::uuid FOR UPDATE";
    let row = db::query_opt(&transaction, "reading a job", sql, &[&id]).await?.ok_or(Error::NotFound)?;
    let next = match state(column(&row, "state")?)? {
        JobState::Queued => JobState::Cancelled,
        JobState::Running | JobState::Cancelling => JobState::Cancelling,
        _ => return Err(Error::JobFinished),
    };
    let sql = format!(
        "UPDATE howdah.job SET cancel_requested = true, state = $2,
             finished_at = CASE WHEN $2 = 'cancelled' THEN now() END
         WHERE id = $1::text::uuid RETURNING {COLUMNS}"
    );
    let row = db::query_one(&transaction, "cancelling a job", &sql, &[&id, &next.as_str()]).await?;
    let job = from_row(&row)?;
    if next == JobState::Cancelling {
        Signal::JobCancel(id).send(&transaction).await?;
    }
    changed(transaction, &job).await?;
    Ok(job)
}

/// How many jobs wait and run, in all processes.
pub async fn counts(store: &Store) -> Result<Counts, Error> {
    let client = store.client().await?;
    let sql = "SELECT count(*) FILTER (WHERE state = 'queued') AS queued,
                      count(*) FILTER (WHERE state = 'running') AS running,
                      count(*) FILTER (WHERE state = 'cancelling') AS cancelling
               FROM howdah.job WHERE state IN ('queued', 'running', 'cancelling')";
    let row = db::query_one(&client, "counting jobs", sql, &[]).await?;
    let count = |name| column::<i64>(&row, name).map(i64::unsigned_abs);
    Ok(Counts { queued: count("queued")?, running: count("running")?, cancelling: count("cancelling")? })
}

/// Publishes the job as it is now and commits. Last in its transaction, since it holds the lock of the events.
async fn changed(transaction: Transaction<'_>, job: &Job) -> Result<(), Error> {
    publish(&transaction, job).await?;
    db::commit(transaction).await
}

async fn publish<C: GenericClient>(client: &C, job: &Job) -> Result<(), Error> {
    ended::record(client, job).await?;
    let body = EventBody::JobChanged { job: job.clone() };
    events::publish_with(client, &body, job.database.as_deref()).await?;
    Ok(())
}

/// What is not an id names no job.
fn parse(id: &str) -> Result<String, Error> {
    Uuid::parse_str(id).map(|id| id.to_string()).map_err(|_| Error::NotFound)
}

fn from_row(row: &Row) -> Result<Job, Error> {
    Ok(Job {
        id: column(row, "id")?,
        kind: column(row, "kind")?,
        title: column(row, "title")?,
        state: state(column(row, "state")?)?,
        progress: column(row, "progress")?,
        phase: column(row, "phase")?,
        account: column(row, "account")?,
        database: column(row, "database")?,
        created_at: time(row, "created_at")?,
        started_at: time_opt(row, "started_at")?,
        finished_at: time_opt(row, "finished_at")?,
        error: column(row, "error")?,
    })
}

const STATES: [JobState; 7] = [
    JobState::Queued,
    JobState::Running,
    JobState::Cancelling,
    JobState::Succeeded,
    JobState::Failed,
    JobState::Cancelled,
    JobState::Interrupted,
];

fn state(text: &str) -> Result<JobState, Error> {
    let found = STATES.into_iter().find(|state| state.as_str() == text);
    found.ok_or_else(|| Error::internal("reading a job", Cause(format!("the state “{text}”"))))
}

fn level(text: &str) -> LogLevel {
    match text {
        "error" => LogLevel::Error,
        "warning" => LogLevel::Warning,
        _ => LogLevel::Info,
    }
}

fn level_text(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "info",
        LogLevel::Warning => "warning",
        LogLevel::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_store_are_read_as_they_were_written() {
        for known in STATES {
            assert_eq!(state(known.as_str()).unwrap(), known);
        }
        assert!(state("else").is_err());
        for known in [LogLevel::Info, LogLevel::Warning, LogLevel::Error] {
            assert_eq!(level(level_text(known)), known);
        }
    }
}
