//! Rows of a table or view, read-only.
//!
//! Rows are read on Howdah's own connection, often a superuser's. Code that others planted in the database would run
//! with its rights, so before a relation is read, `rows/trust.sql` finds all that reading it would run. If any of it
//! belongs to a role that is neither a superuser nor our own, nothing is run: [`Error::UntrustedView`].
//!
//! What remains: between the look and the read (one round trip), the owner of a table can add an index with a function
//! of its own; PostgreSQL has no lock against it that leaves others alone. The transaction is read-only all the same.

mod select;

use howdah_types::databases::Protection;
use howdah_types::rows::{Cell, Column, RowsPage, TruncatedCell};
use tokio_postgres::Row;

use crate::error::Error;
use crate::ident::Qualified;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::tables::schema_must_exist;
use crate::trace::Trace;
use select::{CELL_CAP, Select};

/// Bytes of one page; a page that would be larger ends early and says that there is more.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// The largest value that is answered whole.
const WHOLE_CELL: i64 = 64 * 1024 * 1024;

/// A relation that may be read, in a transaction that is open for it.
struct Opened {
    session: Session,
    oid: u32,
    kind: String,
    estimate: Option<i64>,
    time_zone: String,
    columns: Vec<Described>,
}

/// A column and how its values are written.
struct Described {
    column: Column,
    /// Of a domain the type below it.
    base_oid: u32,
    /// Where it stands in the primary key.
    key: Option<i32>,
    /// Its values have no fixed length: they may be too long for a cell.
    variable: bool,
}

/// The first rows of a relation, by primary key where it has one, at most `limit`. Each value is PostgreSQL's own
/// text; of longer ones than 4 KiB the beginning.
pub async fn first_page(
    server: &Server,
    trace: &Trace,
    database: &str,
    schema: &str,
    table: &str,
    limit: u32,
) -> Result<RowsPage, Error> {
    let doing = "reading rows";
    let opened = open(server, trace, database, schema, table).await?;
    let select = Select { schema, table, kind: &opened.kind, columns: &opened.columns };
    let sql = select.page(u64::from(limit) + 1);
    let read = opened.session.read(doing, &sql, &[], PAGE_BYTES).await?;
    if !read.cut {
        opened.session.commit().await?;
    }
    let mut page = RowsPage {
        columns: Vec::new(),
        rows: Vec::new(),
        addresses: Vec::new(),
        truncated: Vec::new(),
        has_more: read.cut || read.rows.len() > limit as usize,
        row_estimate: opened.estimate,
        time_zone: opened.time_zone,
    };
    for row in read.rows.iter().take(limit as usize) {
        add(&mut page, row, &opened.columns).map_err(|error| Error::shape(doing, error))?;
    }
    page.columns = opened.columns.into_iter().map(|described| described.column).collect();
    Ok(page)
}

fn add(page: &mut RowsPage, row: &Row, columns: &[Described]) -> Result<(), tokio_postgres::Error> {
    let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let mut values: Vec<Option<String>> = row.try_get(1)?;
    // Lengths come for columns of variable length only, and only of values over the cap.
    let lengths: Vec<Option<i64>> = row.try_get(2)?;
    let variable = columns.iter().enumerate().filter(|(_, described)| described.variable);
    for ((column, _), bytes) in variable.zip(lengths) {
        let Some(bytes) = bytes else { continue };
        if let Some(Some(value)) = values.get_mut(column) {
            value.truncate(value.floor_char_boundary(CELL_CAP));
        }
        page.truncated.push(TruncatedCell { row: number(page.rows.len()), column: number(column), bytes });
    }
    page.addresses.push(row.try_get(0)?);
    page.rows.push(values);
    Ok(())
}

/// A whole value. `address` is one of `RowsPage::addresses`; [`Error::CellNotFound`] when the row moved or went, or
/// there is no such column. At most 64 MiB.
pub async fn cell(
    server: &Server,
    trace: &Trace,
    database: &str,
    schema: &str,
    table: &str,
    column: &str,
    address: &str,
) -> Result<Cell, Error> {
    let doing = "reading a cell";
    let (part, place) = parse_address(address).ok_or(Error::CellNotFound)?;
    let opened = open(server, trace, database, schema, table).await?;
    let select = Select { schema, table, kind: &opened.kind, columns: &opened.columns };
    let described = opened.columns.iter().find(|described| described.column.name == column);
    let (Some(described), true) = (described, select.has_addresses()) else {
        return Err(Error::CellNotFound);
    };
    let sql = select.cell(described, WHOLE_CELL);
    let read = opened.session.read(doing, &sql, &[Param::Oid(part), Param::Text(place)], usize::MAX).await?;
    opened.session.commit().await?;
    let row = read.rows.first().ok_or(Error::CellNotFound)?;
    let shape = |error| Error::shape(doing, error);
    match row.try_get::<_, Option<i64>>(1).map_err(shape)? {
        Some(bytes) if bytes > WHOLE_CELL => Err(Error::Unsupported {
            what: format!("showing a value of {bytes} bytes"),
            needs: format!("at most {WHOLE_CELL} bytes"),
        }),
        _ => Ok(Cell { value: row.try_get(0).map_err(shape)? }),
    }
}

/// `16402:(0,1)`: the oid of the table or partition, and the row's place in it.
fn parse_address(address: &str) -> Option<(u32, &str)> {
    let (part, place) = address.split_once(':')?;
    let (block, line) = place.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    block.parse::<u32>().ok()?;
    line.parse::<u16>().ok()?;
    Some((part.parse().ok()?, place))
}

/// Begins the transaction, makes sure that reading the relation runs nobody else's code, and describes its columns.
async fn open(
    server: &Server,
    trace: &Trace,
    database: &str,
    schema: &str,
    table: &str,
) -> Result<Opened, Error> {
    match open_once(server, trace, database, schema, table).await {
        // A pooler lost our prepared statements, and the transaction with them; now the session does without.
        Err(error) if matches!(error.sqlstate(), Some("26000" | "42P05")) => {
            open_once(server, trace, database, schema, table).await
        }
        opened => opened,
    }
}

async fn open_once(
    server: &Server,
    trace: &Trace,
    database: &str,
    schema: &str,
    table: &str,
) -> Result<Opened, Error> {
    // It holds password hashes and the audit log, for which reading rows is not permission enough.
    if server.protection(database) == Some(Protection::Store) {
        return Err(Error::Protected { name: database.to_owned(), protection: Protection::Store });
    }
    let session = server.session(database, trace).await?;
    session.begin("READ ONLY").await?;
    let found = relation(&session, schema, table).await?;
    let (oid, kind) = (found.0, found.1.clone());
    if matches!(kind.as_str(), "r" | "p" | "v") {
        // While we hold it, nobody replaces the view or puts another relation in its place.
        let lock = format!("LOCK TABLE {} IN ACCESS SHARE MODE", Qualified(schema, table));
        session.execute("locking the table", &lock).await.map_err(|error| gone(error, table))?;
        if relation(&session, schema, table).await?.0 != oid {
            return Err(Error::TableNotFound(table.to_owned()));
        }
    }
    let sql = include_str!("rows/trust.sql");
    let doing = "looking whose code reading would run";
    if let Some(row) = session.query_opt(doing, sql, &[Param::Oid(oid)]).await? {
        let shape = |error| Error::shape(doing, error);
        return Err(Error::UntrustedView {
            view: row.try_get(0).map_err(shape)?,
            role: row.try_get(1).map_err(shape)?,
        });
    }
    if matches!(kind.as_str(), "r" | "m") {
        session.query("refusing views", include_str!("rows/harden.sql"), &[]).await?;
    }
    let columns = columns(&session, oid).await?;
    Ok(Opened { session, oid, kind, estimate: found.2, time_zone: found.3, columns }.with_table_oid())
}

impl Opened {
    fn with_table_oid(mut self) -> Self {
        for described in &mut self.columns {
            described.column.table_oid = Some(self.oid);
        }
        self
    }
}

type Relation = (u32, String, Option<i64>, String);

async fn relation(session: &Session, schema: &str, table: &str) -> Result<Relation, Error> {
    let doing = "looking for the table";
    let params = [Param::Text(schema), Param::Text(table)];
    let Some(row) = session.query_opt(doing, include_str!("rows/relation.sql"), &params).await? else {
        schema_must_exist(session, schema).await?;
        return Err(Error::TableNotFound(table.to_owned()));
    };
    let read = || Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?));
    read().map_err(|error| Error::shape(doing, error))
}

fn gone(error: Error, table: &str) -> Error {
    if error.sqlstate() == Some("42P01") { Error::TableNotFound(table.to_owned()) } else { error }
}

async fn columns(session: &Session, oid: u32) -> Result<Vec<Described>, Error> {
    let doing = "describing columns";
    let rows = session.query(doing, include_str!("rows/columns.sql"), &[Param::Oid(oid)]).await?;
    let read = |row: &Row| {
        let key: Option<i32> = row.try_get(5)?;
        let column = Column {
            name: row.try_get(0)?,
            type_name: row.try_get(1)?,
            type_oid: row.try_get(2)?,
            table_oid: None,
            attribute_number: Some(row.try_get(3)?),
            nullable: row.try_get(4)?,
            primary_key: key.is_some(),
            description: row.try_get(6)?,
        };
        Ok(Described { column, base_oid: row.try_get(7)?, key, variable: row.try_get(8)? })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_is_an_address() {
        assert_eq!(parse_address("16402:(0,1)"), Some((16402, "(0,1)")));
        for wrong in [
            "",
            "1",
            "1:",
            "1:(0,1",
            "1:(0,1)x",
            "x:(0,1)",
            "1:(a,1)",
            "1:(0,1);--",
            "-1:(0,1)",
            "1:(0,99999)",
        ] {
            assert_eq!(parse_address(wrong), None, "{wrong}");
        }
    }
}
