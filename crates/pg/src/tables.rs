//! Schemas, tables and views of a database.

mod alter;
mod details;
mod effects;
mod form;
mod parts;
pub(crate) mod recreate;
mod remove;

use howdah_types::databases::Protection;
use howdah_types::table_form::IndexFormData;
use howdah_types::tables::{DatabaseTable, Schema, TableKind};
use tokio_postgres::Row;

use crate::change::proof::Pieces;
use crate::error::Error;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::trace::Trace;

pub use alter::update;
pub use details::details;
pub(crate) use form::begin_with;
pub use form::create;
pub use remove::delete;

/// A page of a list that goes on by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Schema and name of the last item, to go on behind it; None when this is the last page.
    pub next: Option<(String, String)>,
}

/// What a list is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// None means all but the system's own.
    pub schema: Option<&'a str>,
    /// Only those with this text in `schema.name`, in whatever case.
    pub search: Option<&'a str>,
    /// Only these kinds; empty means all.
    pub kinds: &'a [TableKind],
    /// `Page::next` of the page before.
    pub after: Option<(&'a str, &'a str)>,
    pub limit: u32,
}

/// Tables, views and foreign tables by schema and name (bytewise). A schema that does not exist is
/// [`Error::SchemaNotFound`].
pub async fn list(
    server: &Server,
    trace: &Trace,
    database: &str,
    wanted: Wanted<'_>,
) -> Result<Page<DatabaseTable>, Error> {
    let Wanted { schema, search, kinds, after, limit } = wanted;
    let doing = "listing tables";
    let session = server.session(database, trace).await?;
    let (after_schema, after_name) = after.unzip();
    let kinds: Vec<_> = kinds.iter().copied().map(code).collect();
    let kinds = (!kinds.is_empty()).then(|| kinds.join(","));
    let params = [
        Param::OptText(schema),
        Param::OptText(after_schema),
        Param::OptText(after_name),
        Param::Int8(i64::from(limit) + 1),
        Param::OptText(search),
        Param::OptText(kinds.as_deref()),
    ];
    let mut rows = session.query(doing, include_str!("tables/list.sql"), &params).await?;
    if let (true, Some(schema)) = (rows.is_empty(), schema) {
        schema_must_exist(&session, schema).await?;
    }
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let items: Result<Vec<_>, _> = rows.iter().map(table).collect();
    let items = items.map_err(|error| Error::shape(doing, error))?;
    let last = items.last().filter(|_| more);
    let next = last.map(|table| (table.schema.clone(), table.name.clone()));
    Ok(Page { items, next })
}

/// As `list.sql` names it.
fn code(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "r",
        TableKind::Partitioned => "p",
        TableKind::Partition => "partition",
        TableKind::View => "v",
        TableKind::MaterializedView => "m",
        TableKind::Foreign => "f",
    }
}

fn table(row: &Row) -> Result<DatabaseTable, tokio_postgres::Error> {
    let kind = match row.try_get::<_, &str>(2)? {
        "p" => TableKind::Partitioned,
        "partition" => TableKind::Partition,
        "v" => TableKind::View,
        "m" => TableKind::MaterializedView,
        "f" => TableKind::Foreign,
        _ => TableKind::Table,
    };
    Ok(DatabaseTable {
        schema: row.try_get(0)?,
        name: row.try_get(1)?,
        kind,
        owner: row.try_get(3)?,
        description: row.try_get(4)?,
        row_estimate: row.try_get(5)?,
        size_bytes: row.try_get(6)?,
        partitions: row.try_get(7)?,
        has_primary_key: row.try_get(8)?,
    })
}

/// The schemas of a database by name, without the system's own.
pub async fn schemas(server: &Server, trace: &Trace, database: &str) -> Result<Vec<Schema>, Error> {
    let doing = "listing schemas";
    let session = server.session(database, trace).await?;
    let rows = session.query(doing, include_str!("tables/schemas.sql"), &[]).await?;
    let read = |row: &Row| {
        Ok(Schema {
            name: row.try_get(0)?,
            owner: row.try_get(1)?,
            description: row.try_get(2)?,
            tables: row.try_get(3)?,
        })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}

/// `CREATE INDEX CONCURRENTLY …` on a server of this version.
pub(crate) fn concurrent_index(
    form: &IndexFormData,
    table: (&str, &str),
    version: i32,
    pieces: &mut Pieces,
) -> Result<String, Error> {
    parts::Parts { version, pieces }.index("", form, table, true)
}

/// The word for a relation of this kind (`Object::what`) in `ALTER …` and `DROP …`.
pub(crate) fn noun_of(what: &str) -> &'static str {
    match what {
        "v" => "VIEW",
        "m" => "MATERIALIZED VIEW",
        "f" => "FOREIGN TABLE",
        _ => "TABLE",
    }
}

/// Its structure is ours: who changes it can break Howdah, and its functions would run as Howdah.
pub(crate) fn not_the_store(server: &Server, database: &str) -> Result<(), Error> {
    if server.protection(database) == Some(Protection::Store) {
        return Err(Error::Protected { name: database.to_owned(), protection: Protection::Store });
    }
    Ok(())
}

/// [`Error::SchemaNotFound`] unless there is such a schema.
pub(crate) async fn schema_must_exist(session: &Session, schema: &str) -> Result<(), Error> {
    let sql = "SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1";
    match session.query_opt("looking for the schema", sql, &[Param::Text(schema)]).await? {
        Some(_) => Ok(()),
        None => Err(Error::SchemaNotFound(schema.to_owned())),
    }
}
