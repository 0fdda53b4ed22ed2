//! How tables hang together by foreign keys.

use howdah_types::relations::Relations;

use crate::error::Error;
use crate::json::objects;
use crate::server::Server;
use crate::session::Param;
use crate::tables::schema_must_exist;
use crate::trace::Trace;

/// The most tables that are answered: more cannot be read as a drawing.
pub const MOST_TABLES: u32 = 150;

/// The tables of a schema, or one of its relations, with what their foreign keys lead to and come from. What is not
/// there is [`Error::SchemaNotFound`] or [`Error::TableNotFound`].
pub async fn read(
    server: &Server,
    trace: &Trace,
    database: &str,
    schema: &str,
    table: Option<&str>,
) -> Result<Relations, Error> {
    let doing = "reading relations";
    let session = server.session(database, trace).await?;
    let params = [Param::Text(schema), Param::OptText(table), Param::Int8(i64::from(MOST_TABLES))];
    let rows = session.query(doing, include_str!("relations/relations.sql"), &params).await?;
    let found = objects::<Relations>(doing, &rows, 0)?.pop();
    if found.as_ref().is_none_or(|relations| relations.tables.is_empty()) {
        schema_must_exist(&session, schema).await?;
        if let Some(table) = table {
            return Err(Error::TableNotFound(table.to_owned()));
        }
    }
    Ok(found.unwrap_or_default())
}
