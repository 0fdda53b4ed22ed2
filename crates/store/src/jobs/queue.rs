//! Jobs, for those who run them. A job belongs to the worker that claimed it until it ends or is taken away: each write
//! names the worker and does nothing when the job is no longer its own.

use std::time::Duration;

use howdah_types::jobs::{Job, JobState, LogLevel};

use super::{COLUMNS, changed, from_row, level_text, parse, publish};
use crate::Store;
use crate::db::{self, clean, column};
use crate::error::Error;
use crate::signal::Signal;

/// How often a job that may be repeated is taken up again after its process died. A job that kills its process must
/// not go on doing so.
const ATTEMPTS: i32 = 3;

/// The longest line of a log, in characters.
const LINE: usize = 4096;

/// A job that a worker may run now.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    pub job: Job,
    /// As it was inserted.
    pub input: serde_json::Value,
}

/// The answer to a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// The job is still this worker's.
    Own,
    /// It is, and somebody wants it cancelled.
    Cancel,
    /// It was taken away, since no heartbeat came for too long: stop working on it.
    Lost,
}

/// How a job ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    Succeeded,
    /// Why, and what to do.
    Failed(String),
    Cancelled,
    /// What was left undone and what to check.
    Interrupted(String),
}

/// What becomes of a job whose worker died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may run again from its beginning.
    Queue,
    /// It may not; what to check.
    Interrupt(String),
}

impl Ending {
    fn state(&self) -> JobState {
        match self {
            Self::Succeeded => JobState::Succeeded,
            Self::Failed(_) => JobState::Failed,
            Self::Cancelled => JobState::Cancelled,
            Self::Interrupted(_) => JobState::Interrupted,
        }
    }

    fn error(&self) -> Option<&str> {
        match self {
            Self::Succeeded | Self::Cancelled => None,
            Self::Failed(text) | Self::Interrupted(text) => Some(text),
        }
    }
}

/// Takes the oldest waiting job of one of these kinds, or `None`. Two workers never get the same one.
pub async fn claim(store: &Store, worker: &str, kinds: &[&str]) -> Result<Option<Claimed>, Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = format!(
        "UPDATE howdah.job SET state = 'running', worker = $1, heartbeat_at = now(), attempts = attempts + 1,
             started_at = coalesce(started_at, now())
         WHERE id = (SELECT id FROM howdah.job WHERE state = 'queued' AND kind = ANY ($2)
                     ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING {COLUMNS}, input::text"
    );
    let Some(row) = db::query_opt(&transaction, "claiming a job", &sql, &[&worker, &kinds]).await? else {
        return Ok(None);
    };
    let claimed = claimed(&row)?;
    changed(transaction, &claimed.job).await?;
    Ok(Some(claimed))
}

fn claimed(row: &tokio_postgres::Row) -> Result<Claimed, Error> {
    let input = serde_json::from_str(column(row, "input")?);
    Ok(Claimed {
        job: from_row(row)?,
        input: input.map_err(|error| Error::internal("reading a job", error))?,
    })
}

/// Says that the worker lives and works on the job, and hears whether it may go on.
pub async fn heartbeat(store: &Store, id: &str, worker: &str) -> Result<Beat, Error> {
    let client = store.client().await?;
    let sql = "UPDATE howdah.job SET heartbeat_at = now()
               WHERE id = $1::text::uuid AND worker = $2 AND state IN ('running', 'cancelling')
               RETURNING cancel_requested";
    let row = db::query_opt(&client, "sending a heartbeat", sql, &[&parse(id)?, &worker]).await?;
    Ok(match row {
        None => Beat::Lost,
        Some(row) if column(&row, "cancel_requested")? => Beat::Cancel,
        Some(_) => Beat::Own,
    })
}

/// Writes progress (0 to 1, never backwards) and phase; counts as a heartbeat. `None` when the job was taken away.
pub async fn progress(
    store: &Store,
    id: &str,
    worker: &str,
    progress: Option<f64>,
    phase: Option<&str>,
) -> Result<Option<Job>, Error> {
    let progress = progress.filter(|progress| progress.is_finite()).map(|progress| progress.clamp(0.0, 1.0));
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = format!(
        "UPDATE howdah.job SET heartbeat_at = now(), phase = coalesce($4, phase),
             progress = CASE WHEN $3::float8 IS NULL THEN progress ELSE greatest(progress, $3) END
         WHERE id = $1::text::uuid AND worker = $2 AND state IN ('running', 'cancelling') RETURNING {COLUMNS}"
    );
    let phase = phase.map(clean);
    let params: db::Params<'_> = &[&parse(id)?, &worker, &progress, &phase];
    let row = db::query_opt(&transaction, "writing a job's progress", &sql, params).await?;
    let Some(row) = row else { return Ok(None) };
    let job = from_row(&row)?;
    changed(transaction, &job).await?;
    Ok(Some(job))
}

/// Adds a line to a job's log.
pub async fn log(store: &Store, id: &str, level: LogLevel, message: &str) -> Result<(), Error> {
    let id = parse(id)?;
    let client = store.client().await?;
    let message: String = clean(message).chars().take(LINE).collect();
    let sql = "INSERT INTO howdah.job_log (job, level, message)
               SELECT id, $2, $3 FROM howdah.job WHERE id = $1::text::uuid";
    db::execute(&client, "writing a job's log", sql, &[&id, &level_text(level), &message]).await?;
    Signal::JobLog(id).send(&client).await
}

/// Ends a job. `None` when it was taken away.
pub async fn finish(store: &Store, id: &str, worker: &str, ending: &Ending) -> Result<Option<Job>, Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = format!(
        "UPDATE howdah.job SET state = $3, error = $4, finished_at = now(),
             progress = CASE WHEN $3 = 'succeeded' THEN 1 ELSE progress END, phase = NULL
         WHERE id = $1::text::uuid AND worker = $2 AND state IN ('running', 'cancelling') RETURNING {COLUMNS}"
    );
    let error = ending.error().map(clean);
    let params: db::Params<'_> = &[&parse(id)?, &worker, &ending.state().as_str(), &error];
    let row = db::query_opt(&transaction, "ending a job", &sql, params).await?;
    let Some(row) = row else { return Ok(None) };
    let job = from_row(&row)?;
    changed(transaction, &job).await?;
    Ok(Some(job))
}

/// Gives a job back: it waits again, for whomever. One that is to be cancelled is cancelled. `None` when it was taken
/// away.
pub async fn release(store: &Store, id: &str, worker: &str) -> Result<Option<Job>, Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = format!(
        "UPDATE howdah.job SET worker = NULL, heartbeat_at = NULL, progress = NULL, phase = NULL,
             state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'queued' END,
             finished_at = CASE WHEN cancel_requested THEN now() END, attempts = attempts - 1
         WHERE id = $1::text::uuid AND worker = $2 AND state IN ('running', 'cancelling') RETURNING {COLUMNS}"
    );
    let row = db::query_opt(&transaction, "giving a job back", &sql, &[&parse(id)?, &worker]).await?;
    let Some(row) = row else { return Ok(None) };
    let job = from_row(&row)?;
    Signal::JobQueued.send(&transaction).await?;
    changed(transaction, &job).await?;
    Ok(Some(job))
}

/// Takes jobs away from workers that gave no heartbeat for `dead_after`, and answers them as they are then. `alive`
/// names jobs that are known to be worked on in this process, whatever the store has heard of them.
///
/// Only to be called by a process that has itself been able to reach the store for a while: after an outage every
/// worker looks dead at first.
pub async fn reap(
    store: &Store,
    dead_after: Duration,
    alive: &[String],
    decide: impl Fn(&Claimed) -> Verdict + Send,
) -> Result<Vec<Job>, Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = format!(
        "SELECT {COLUMNS}, input::text, attempts, cancel_requested FROM howdah.job
         WHERE state IN ('running', 'cancelling') AND NOT id::text = ANY ($2)
             AND heartbeat_at < now() - $1::float8 * interval '1 second'
         ORDER BY id FOR UPDATE SKIP LOCKED"
    );
    let rows =
        db::query(&transaction, "looking for dead jobs", &sql, &[&dead_after.as_secs_f64(), &alive]).await?;
    let mut jobs = Vec::new();
    for row in &rows {
        let dead = claimed(row)?;
        let (state, error) = match decide(&dead) {
            Verdict::Queue if column(row, "cancel_requested")? => (JobState::Cancelled, None),
            Verdict::Queue if column::<i32>(row, "attempts")? < ATTEMPTS => (JobState::Queued, None),
            Verdict::Queue => (
                JobState::Interrupted,
                Some(format!("It was begun {ATTEMPTS} times, and each time the process that ran it died.")),
            ),
            Verdict::Interrupt(text) => (JobState::Interrupted, Some(text)),
        };
        let sql = format!(
            "UPDATE howdah.job SET state = $2, error = $3, phase = NULL,
                 worker = CASE WHEN $2 <> 'queued' THEN worker END,
                 progress = CASE WHEN $2 <> 'queued' THEN progress END,
                 finished_at = CASE WHEN $2 <> 'queued' THEN now() END
             WHERE id = $1::text::uuid RETURNING {COLUMNS}"
        );
        let params: db::Params<'_> = &[&dead.job.id, &state.as_str(), &error.as_deref().map(clean)];
        jobs.push(from_row(&db::query_one(&transaction, "taking a job away", &sql, params).await?)?);
    }
    if jobs.iter().any(|job| job.state == JobState::Queued) {
        Signal::JobQueued.send(&transaction).await?;
    }
    for job in &jobs {
        publish(&transaction, job).await?;
    }
    db::commit(transaction).await?;
    Ok(jobs)
}
