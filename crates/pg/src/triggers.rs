//! Triggers of all tables.

use howdah_types::triggers::Trigger;

use crate::error::Error;
use crate::json::object;
use crate::listed::{self, Part};
use crate::server::Server;
use crate::session::Param;
use crate::tables::Page;
use crate::trace::Trace;

const LIST: &str = include_str!("triggers/list.sql");

/// Triggers by schema, table and name; of one table, where it is given.
pub async fn list(
    server: &Server,
    trace: &Trace,
    database: &str,
    part: Part<'_>,
    table: Option<&str>,
) -> Result<Page<Trigger>, Error> {
    let doing = "listing triggers";
    let session = server.session(database, trace).await?;
    let (after_schema, after_key) = part.after.unzip();
    let params = [
        Param::OptText(part.schema),
        Param::OptText(table),
        Param::OptText(None),
        Param::OptText(after_schema),
        Param::OptText(after_key),
        Param::Int8(i64::from(part.limit) + 1),
    ];
    let rows = session.query(doing, LIST, &params).await?;
    listed::page(&session, doing, part, rows).await
}

/// One trigger of a table. `table` is schema and table.
pub async fn details(
    server: &Server,
    trace: &Trace,
    database: &str,
    table: (&str, &str),
    name: &str,
) -> Result<Trigger, Error> {
    let doing = "describing the trigger";
    let session = server.session(database, trace).await?;
    let params = [
        Param::OptText(Some(table.0)),
        Param::OptText(Some(table.1)),
        Param::OptText(Some(name)),
        Param::OptText(None),
        Param::OptText(None),
        Param::Int8(1),
    ];
    match session.query_opt(doing, LIST, &params).await? {
        Some(row) => object(doing, &row, 2),
        None => Err(Error::ObjectNotFound { kind: "trigger", name: name.to_owned() }),
    }
}
