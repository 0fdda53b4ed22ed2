//! Events for the streams of all processes, kept for a while so that a reader can resume.

use deadpool_postgres::GenericClient;
use howdah_types::events::{Event, EventBody};
use tokio::sync::broadcast;
use tokio_postgres::Row;

use crate::Store;
use crate::db::{self, clean_opt, column, time};
use crate::error::Error;
use crate::signal::CHANNEL;

/// Events that are kept at the most; also not longer than a day.
pub(crate) const KEPT: i64 = 10_000;

/// Taken while an event is published; see [`publish_with`]. Arbitrary, but fixed.
const LOCK: i64 = 0x686f_7764_6576;

/// The most events of one answer.
const PAGE: u32 = 1000;

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub event: Event,
    /// The database it is about: an account confined to others must not get it. `None` for everybody.
    pub database: Option<String>,
}

/// Keeps an event and tells every process. Answers its id.
pub async fn publish(store: &Store, body: &EventBody, database: Option<&str>) -> Result<i64, Error> {
    publish_with(&store.client().await?, body, database).await
}

/// The same as part of a transaction: what happened and the news of it, or neither.
///
/// Ids are drawn under a lock that is held until the commit. Without it a transaction with a smaller id could become
/// visible after one with a greater id, and whoever resumes behind the greater one would never see the smaller.
/// The lock is taken by the `WITH` query before the row, and with it the id, is made.
pub(crate) async fn publish_with<C: GenericClient>(
    client: &C,
    body: &EventBody,
    database: Option<&str>,
) -> Result<i64, Error> {
    const DOING: &str = "publishing an event";
    let sql = "WITH locked AS MATERIALIZED (SELECT pg_catalog.pg_advisory_xact_lock($4)),
        stored AS (
            INSERT INTO howdah.event (at, database, body)
            SELECT clock_timestamp(), $1, $2::text::jsonb FROM locked RETURNING id)
        SELECT id, pg_catalog.pg_notify($3, 'event') FROM stored";
    let value = serde_json::to_value(body).map_err(|error| Error::internal(DOING, error))?;
    let params: db::Params<'_> = &[&clean_opt(database, 1024), &db::json(&value), &CHANNEL, &LOCK];
    column(&db::query_one(client, DOING, sql, params).await?, "id")
}

/// The kept events after the id `after`, oldest first, and whether some between are no longer kept (then the reader
/// must start afresh). Subscribe first, read what was missed, then drop what comes twice by its id.
pub async fn since(store: &Store, after: i64, limit: u32) -> Result<(Vec<Stored>, bool), Error> {
    let client = store.client().await?;
    // In this order: should old events be removed in between, it looks like a gap rather than like none.
    let events = read(&client, after, limit).await?.events;
    let sql = "SELECT min(id) AS oldest, max(id) AS newest FROM howdah.event";
    let row = db::query_one(&client, "reading events", sql, &[]).await?;
    let (oldest, newest): (Option<i64>, Option<i64>) = (column(&row, "oldest")?, column(&row, "newest")?);
    Ok((events, is_gap(after, oldest, newest)))
}

/// An id beyond the newest comes from another store. A hole in the numbers may look like a gap; that only costs a
/// reload.
fn is_gap(after: i64, oldest: Option<i64>, newest: Option<i64>) -> bool {
    match (oldest, newest) {
        (Some(oldest), Some(newest)) => after.saturating_add(1) < oldest || after > newest,
        _ => after > 0,
    }
}

/// Events of one query.
pub(crate) struct Batch {
    pub(crate) events: Vec<Stored>,
    /// The id to go on from; not that of the last event where that was left out.
    pub(crate) last: i64,
}

pub(crate) async fn read<C: GenericClient>(client: &C, after: i64, limit: u32) -> Result<Batch, Error> {
    let sql = "SELECT id, at, database, body::text FROM howdah.event WHERE id > $1 ORDER BY id LIMIT $2";
    let limit = i64::from(limit.min(PAGE));
    let rows = db::query(client, "reading events", sql, &[&after, &limit]).await?;
    let last = rows.last().map_or(Ok(after), |row| column(row, "id"))?;
    let events = rows.iter().filter_map(|row| from_row(row).transpose()).collect::<Result<_, _>>()?;
    Ok(Batch { events, last })
}

/// `None` for a kind that only a newer Howdah knows.
fn from_row(row: &Row) -> Result<Option<Stored>, Error> {
    let id: i64 = column(row, "id")?;
    let body: &str = column(row, "body")?;
    match serde_json::from_str(body) {
        Ok(body) => {
            let event = Event { id: Some(id), at: time(row, "at")?, body };
            Ok(Some(Stored { event, database: column(row, "database")? }))
        }
        Err(error) => {
            tracing::warn!(id, %error, "an event of an unknown kind was left out");
            Ok(None)
        }
    }
}

/// The id of the newest event that is kept, 0 without any.
pub async fn newest(store: &Store) -> Result<i64, Error> {
    let client = store.client().await?;
    let sql = "SELECT coalesce(max(id), 0) AS newest FROM howdah.event";
    column(&db::query_one(&client, "reading events", sql, &[]).await?, "newest")
}

/// Events from now on, of all processes, in the order of their ids; they come while [`Store::run`] runs. After the
/// connection to the store was lost a `Reset` without an id comes first. A receiver that falls behind gets
/// `RecvError::Lagged`, and its reader must start afresh too.
pub fn subscribe(store: &Store) -> broadcast::Receiver<Stored> {
    store.event_sender().subscribe()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_missed_something_is_told() {
        // Kept: 5 to 9.
        let gap = |after| is_gap(after, Some(5), Some(9));
        assert_eq!([4, 5, 8, 9].map(gap), [false; 4]);
        assert_eq!([0, 3, 10, i64::MAX].map(gap), [true; 4]);
        assert!(!is_gap(0, None, None));
        assert!(is_gap(7, None, None));
    }
}
