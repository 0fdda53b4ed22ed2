//! Lists of what lies in schemas: by schema and key, in pages.

use serde::de::DeserializeOwned;
use tokio_postgres::Row;

use crate::error::Error;
use crate::json::object;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::tables::{Page, schema_must_exist};
use crate::trace::Trace;

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// None means all but the system's own.
    pub schema: Option<&'a str>,
    /// `Page::next` of the page before.
    pub after: Option<(&'a str, &'a str)>,
    pub limit: u32,
}

/// A page of a list whose statement takes [`params`].
pub(crate) async fn list<T: DeserializeOwned>(
    server: &Server,
    trace: &Trace,
    database: &str,
    part: Part<'_>,
    (doing, sql): (&'static str, &str),
) -> Result<Page<T>, Error> {
    let session = server.session(database, trace).await?;
    let rows = session.query(doing, sql, &params(part, 0)).await?;
    page(&session, doing, part, rows).await
}

/// Rows of schema, key and object as a page. They were asked for with one more than `part.limit`.
pub(crate) async fn page<T: DeserializeOwned>(
    session: &Session,
    doing: &'static str,
    part: Part<'_>,
    mut rows: Vec<Row>,
) -> Result<Page<T>, Error> {
    if let (true, Some(schema)) = (rows.is_empty(), part.schema) {
        schema_must_exist(session, schema).await?;
    }
    let limit = part.limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = match rows.last().filter(|_| more) {
        None => None,
        Some(row) => {
            let shape = |error| Error::shape(doing, error);
            Some((row.try_get(0).map_err(shape)?, row.try_get(1).map_err(shape)?))
        }
    };
    let items: Result<Vec<T>, _> = rows.iter().map(|row| object(doing, row, 2)).collect();
    Ok(Page { items: items?, next })
}

/// The parameters of the lists of sequences, types and functions: a part, or the one with this oid.
pub(crate) fn params(part: Part<'_>, oid: u32) -> [Param<'_>; 5] {
    let (after_schema, after_key) = part.after.unzip();
    [
        Param::OptText(part.schema),
        Param::Oid(oid),
        Param::OptText(after_schema),
        Param::OptText(after_key),
        Param::Int8(i64::from(part.limit) + 1),
    ]
}

/// The part that holds everything, for one by its oid.
pub(crate) const ONE: Part<'static> = Part { schema: None, after: None, limit: 1 };
