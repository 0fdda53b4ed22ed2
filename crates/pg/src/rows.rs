//! Rows of a table or view.
//!
//! Reading and changing rows runs code that others planted in the database: with whose rights, `rows/open.rs` decides.

mod batch;
mod bound;
mod change;
mod columns;
mod condition;
mod export;
mod filter;
pub mod import;
mod keyset;
mod known;
mod lookup;
mod open;
mod page;
mod select;

use howdah_types::rows::{Cell, Filter, RowsCount};

use crate::error::Error;
use crate::ident::Qualified;
use crate::server::Server;
use crate::session::Param;
use crate::trace::Trace;
pub use batch::{Batch, Given};
use bound::Bound;
pub use change::{Selection, change, delete_matching, preview, preview_matching, update_matching};
pub use export::{Reading, RowSink};
pub(crate) use known::Descriptions;
pub use lookup::{lookup, reference};
use open::{Opened, Purpose, open};
pub use page::{PageRequest, page};
use select::{Select, all};

/// The largest value that is answered whole.
const WHOLE_CELL: i64 = 64 * 1024 * 1024;

/// A relation of a managed server.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub database: &'a str,
    pub schema: &'a str,
    pub table: &'a str,
}

impl<'a> Place<'a> {
    fn name(&self) -> (&'a str, &'a str) {
        (self.schema, self.table)
    }

    fn qualified(&self) -> Qualified<'a> {
        Qualified(self.schema, self.table)
    }
}

/// A condition of the caller's own.
#[derive(Debug, Clone, Copy)]
pub struct Where<'a> {
    pub text: &'a str,
    /// The caller may let it run with a superuser's rights.
    pub superuser: bool,
    /// What the request calls it.
    pub field: &'static str,
}

/// How many rows fit.
pub async fn count(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    filters: &[Filter],
    condition: Option<&Where<'_>>,
) -> Result<RowsCount, Error> {
    let doing = "counting rows";
    let opened = open(server, trace, place.database, place.name(), Purpose::Read).await?;
    let mut bound = Bound::default();
    let conditions = conditions(&opened, place, filters, "filter", condition, &mut bound).await?;
    let sql = format!("SELECT pg_catalog.count(*) FROM {} AS t{}", place.qualified(), all(&conditions));
    let read = opened.session.read_last(doing, &sql, &bound.params(), usize::MAX).await;
    let read = read.map_err(|error| bound.explain(error))?;
    let count = read.rows.first().map_or(Ok(0), |row| row.try_get(0));
    Ok(RowsCount { count: count.map_err(|error| Error::shape(doing, error))? })
}

/// What rows must fit. `at` is what the request calls the filters.
async fn conditions<'a>(
    opened: &Opened,
    place: Place<'_>,
    filters: &'a [Filter],
    at: &str,
    condition: Option<&Where<'_>>,
    bound: &mut Bound<'a>,
) -> Result<Vec<String>, Error> {
    let mut conditions = filter::conditions(filters, &opened.columns, at, bound)?;
    if let Some(condition) = condition {
        conditions.push(condition::sealed(opened, place.name(), condition).await?);
    }
    opened.may_read(bound).await?;
    Ok(conditions)
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
    let opened = open(server, trace, database, (schema, table), Purpose::Read).await?;
    let select = Select { schema, table, kind: &opened.kind, columns: &[] };
    let described = opened.columns.iter().find(|described| described.column.name == column);
    let (Some(described), true) = (described, select.has_addresses()) else {
        return Err(Error::CellNotFound);
    };
    let sql = select.cell(described, WHOLE_CELL);
    let params = [Param::Oid(part), Param::Text(place)];
    let read = opened.session.read_last(doing, &sql, &params, usize::MAX).await?;
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
