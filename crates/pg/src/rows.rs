//! Rows of a table or view.
//!
//! Reading and changing rows runs code that others planted in the database: with whose rights, `rows/open.rs` decides.

mod open;
mod select;

use howdah_types::rows::{Cell, RowsPage, TruncatedCell};
use tokio_postgres::Row;

use crate::error::Error;
use crate::server::Server;
use crate::session::Param;
use crate::trace::Trace;
pub(crate) use open::must_be_trusted_to_change as must_be_trusted;
use open::{Described, Purpose, open};
use select::{CELL_CAP, Select};

/// Bytes of one page; a page that would be larger ends early and says that there is more.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// The largest value that is answered whole.
const WHOLE_CELL: i64 = 64 * 1024 * 1024;

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
    let opened = open(server, trace, database, (schema, table), Purpose::Read).await?;
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
    let opened = open(server, trace, database, (schema, table), Purpose::Read).await?;
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
