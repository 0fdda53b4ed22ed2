//! What is old goes away, so that no table that strangers can fill grows without bound.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::error::Error;
use crate::listen::Chain;
use crate::{Store, db, events, lockout, uploads};

const EVERY: Duration = Duration::from_mins(5);

/// Failures of sign-ins kept at the most; a flood of made-up names pushes out the oldest.
const FAILURES: i64 = 100_000;

/// Jobs that have ended are kept so long.
const JOBS: &str = "90 days";

/// For ever. Several processes may do it at once.
pub(crate) async fn run(store: &Store) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = tidy(store).await {
            tracing::debug!(error = %Chain(&error), "old rows of the store stay for now");
        }
    }
}

/// Removes what is old.
pub(crate) async fn tidy(store: &Store) -> Result<(), Error> {
    const DOING: &str = "removing old rows";
    let client = &store.client().await?;
    // One that fails keeps none of the others from its work.
    let mut result = Ok(0);
    let sessions = "DELETE FROM howdah.session
        WHERE expires_at < now() OR last_used_at < now() - interval '12 hours'";
    result = result.and(db::execute(client, DOING, sessions, &[]).await);
    let tokens = "DELETE FROM howdah.token WHERE expires_at < now() - interval '30 days'";
    result = result.and(db::execute(client, DOING, tokens, &[]).await);
    let failures =
        "DELETE FROM howdah.sign_in_failure WHERE last_at < now() - $1::float8 * interval '1 second'";
    result = result.and(db::execute(client, DOING, failures, &[&lockout::FORGOTTEN.as_secs_f64()]).await);
    let failures = "DELETE FROM howdah.sign_in_failure WHERE key IN
        (SELECT key FROM howdah.sign_in_failure ORDER BY last_at DESC OFFSET $1)";
    result = result.and(db::execute(client, DOING, failures, &[&FAILURES]).await);
    // The newest stays whatever its age: it tells a reader that resumes how far the numbers have come.
    let events = "DELETE FROM howdah.event WHERE id < (SELECT max(id) FROM howdah.event)
        AND (at < now() - interval '1 day' OR id <= (SELECT max(id) FROM howdah.event) - $1)";
    result = result.and(db::execute(client, DOING, events, &[&events::KEPT]).await);
    // What a job still reads stays.
    let uploads = "DELETE FROM howdah.upload u WHERE u.created_at < now() - $1::float8 * interval '1 second'
        AND NOT EXISTS (SELECT FROM howdah.job j WHERE j.state IN ('queued', 'running', 'cancelling')
                        AND j.input #>> '{data,upload}' = u.id::text)";
    result = result.and(db::execute(client, DOING, uploads, &[&uploads::KEPT.as_secs_f64()]).await);
    let jobs = "DELETE FROM howdah.job WHERE finished_at < now() - $1::text::interval";
    result = result.and(db::execute(client, DOING, jobs, &[&JOBS]).await);
    result.map(|_| ())
}
