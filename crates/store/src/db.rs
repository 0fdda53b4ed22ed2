//! The few ways in which the store is asked, so that each failure says what was being done.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use deadpool_postgres::{GenericClient, Object, PoolError, Transaction};
use howdah_types::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::Store;
use crate::error::{Cause, Error};

pub(crate) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// How long a request may wait for a connection to the store: longer waits help nobody, the store is then down or swamped.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// How long one statement may take. All of the store's statements are short; a longer silence is a dead network.
const STATEMENT_LIMIT: Duration = Duration::from_secs(15);

/// A new connection's first words. The server ends by itself what nobody waits for any more.
const SET_UP: &str = "SET search_path = pg_catalog, pg_temp; SET statement_timeout = '20s'";

impl Store {
    /// A connection from the pool.
    ///
    /// A new one first forgets the role's `search_path`: others may be able to make objects in the store's database
    /// (before PostgreSQL 15 everybody could in `public`), and a function of theirs whose arguments fit better than
    /// those of PostgreSQL's own would run with Howdah's rights.
    pub(crate) async fn client(&self) -> Result<Object, Error> {
        const DOING: &str = "connecting";
        let client = match tokio::time::timeout(CONNECT_LIMIT, self.pool().get()).await {
            Ok(Ok(client)) => client,
            Ok(Err(PoolError::Backend(error))) => return Err(Error::unavailable(DOING, error)),
            Ok(Err(error)) => return Err(Error::unavailable(DOING, error)),
            Err(elapsed) => return Err(Error::unavailable(DOING, elapsed)),
        };
        if Object::metrics(&client).recycle_count > 0 {
            return Ok(client);
        }
        // Sent at once, before anything can be awaited: also where the request goes away now, it runs before whatever
        // the next one sends.
        let set = client.batch_execute(SET_UP);
        match limited(DOING, set).await {
            Ok(()) => Ok(client),
            Err(error) => {
                drop(Object::take(client));
                Err(error)
            }
        }
    }
}

/// A transaction; it is rolled back when it is dropped.
pub(crate) async fn begin(client: &mut Object) -> Result<Transaction<'_>, Error> {
    const DOING: &str = "beginning a transaction";
    limited(DOING, client.transaction()).await
}

pub(crate) async fn commit(transaction: Transaction<'_>) -> Result<(), Error> {
    limited("committing", transaction.commit()).await
}

async fn limited<T>(
    doing: &'static str,
    work: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(STATEMENT_LIMIT, work).await {
        Ok(result) => result.map_err(|error| Error::postgres(doing, error)),
        Err(elapsed) => Err(Error::unavailable(doing, elapsed)),
    }
}

/// All rows.
pub(crate) async fn query<C: GenericClient>(
    client: &C,
    doing: &'static str,
    sql: &str,
    params: Params<'_>,
) -> Result<Vec<Row>, Error> {
    let work = async {
        let statement = client.prepare_cached(sql).await?;
        client.query(&statement, params).await
    };
    limited(doing, work).await
}

/// At most one row.
pub(crate) async fn query_opt<C: GenericClient>(
    client: &C,
    doing: &'static str,
    sql: &str,
    params: Params<'_>,
) -> Result<Option<Row>, Error> {
    Ok(query(client, doing, sql, params).await?.into_iter().next())
}

/// Exactly one row.
pub(crate) async fn query_one<C: GenericClient>(
    client: &C,
    doing: &'static str,
    sql: &str,
    params: Params<'_>,
) -> Result<Row, Error> {
    query_opt(client, doing, sql, params)
        .await?
        .ok_or_else(|| Error::internal(doing, Cause("a row was expected and none came".to_owned())))
}

/// The number of rows changed.
pub(crate) async fn execute<C: GenericClient>(
    client: &C,
    doing: &'static str,
    sql: &str,
    params: Params<'_>,
) -> Result<u64, Error> {
    let work = async {
        let statement = client.prepare_cached(sql).await?;
        client.execute(&statement, params).await
    };
    limited(doing, work).await
}

/// A column of a row.
pub(crate) fn column<'a, T: tokio_postgres::types::FromSql<'a>>(
    row: &'a Row,
    name: &'static str,
) -> Result<T, Error> {
    row.try_get(name).map_err(|error| Error::internal(name, error))
}

/// A `timestamptz` column as RFC 3339 text in UTC.
pub(crate) fn time(row: &Row, name: &'static str) -> Result<Timestamp, Error> {
    rfc3339(name, column(row, name)?)
}

/// The same, where it may be null.
pub(crate) fn time_opt(row: &Row, name: &'static str) -> Result<Option<Timestamp>, Error> {
    column::<Option<SystemTime>>(row, name)?.map(|at| rfc3339(name, at)).transpose()
}

pub(crate) fn rfc3339(name: &'static str, at: SystemTime) -> Result<Timestamp, Error> {
    let at = jiff::Timestamp::try_from(at).map_err(|error| Error::internal(name, error))?;
    Ok(format!("{at:.6}"))
}

/// A text column that is one of our words.
pub(crate) fn word<T: std::str::FromStr>(row: &Row, name: &'static str) -> Result<T, Error>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    column::<&str>(row, name)?.parse().map_err(|error| Error::internal(name, error))
}

/// PostgreSQL's text cannot hold NUL. What strangers send (a name, a header, a path) must not become an error of ours.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// The same for optional text, cut to `max` characters.
pub(crate) fn clean_opt(text: Option<&str>, max: usize) -> Option<String> {
    text.map(|text| clean(text).chars().take(max).collect())
}

/// JSON as text for `jsonb`, which refuses `\u0000` as well.
pub(crate) fn json(value: &serde_json::Value) -> String {
    let text = value.to_string();
    if text.contains("\\u0000") { clean_json(value).to_string() } else { text }
}

fn clean_json(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(clean(text).into_owned()),
        Value::Array(items) => Value::Array(items.iter().map(clean_json).collect()),
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(key, value)| (clean(key).into_owned(), clean_json(value))).collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_never_reaches_postgresql() {
        assert_eq!(clean("a\0b"), "a\u{fffd}b");
        assert_eq!(clean_opt(Some("a\0bc"), 2).as_deref(), Some("a\u{fffd}"));
        let value = serde_json::json!({ "a\0": ["\0", { "b": "x\0y" }], "c": 1 });
        assert!(!json(&value).contains("\\u0000"));
        // The six characters as data are no NUL and stay.
        let value = serde_json::json!("\\u0000");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json(&value)).unwrap(), value);
    }

    #[test]
    fn times_are_rfc_3339_with_microseconds() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_micros(1_769_847_300_123_456);
        assert_eq!(rfc3339("at", at).unwrap(), "2026-01-31T08:15:00.123456Z");
        assert_eq!(rfc3339("at", SystemTime::UNIX_EPOCH).unwrap(), "1970-01-01T00:00:00.000000Z");
    }
}
