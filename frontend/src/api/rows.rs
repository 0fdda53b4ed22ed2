//! `/api/database/{name}/tables/{table}/rows` and `/cell`.

use howdah_types::rows::{Cell, RowsPage};

use super::encode::query;
use super::{Api, Result, tables};

/// The first rows of a table or view.
pub async fn first_page(api: Api, database: &str, schema: &str, table: &str, limit: u32) -> Result<RowsPage> {
    let query = query(&[("schema", Some(schema.to_owned())), ("limit", Some(limit.to_string()))]);
    api.get(&format!("{}/rows{query}", tables::path(database, table))).await
}

/// A whole cell; `address` is the row's of `RowsPage::addresses`.
pub async fn cell(
    api: Api,
    database: &str,
    schema: &str,
    table: &str,
    column: &str,
    address: &str,
) -> Result<Cell> {
    let query = query(&[
        ("schema", Some(schema.to_owned())),
        ("column", Some(column.to_owned())),
        ("address", Some(address.to_owned())),
    ]);
    api.get(&format!("{}/cell{query}", tables::path(database, table))).await
}
