//! `/api/database/{name}/tables/{table}/rows`, `/cell` and `/lookup`.

use howdah_types::databases::Preview;
use howdah_types::row_changes::{RowChanges, RowsChanged, RowsDeleteData, RowsUpdateData};
use howdah_types::rows::{Cell, Filter, Lookup, RowsCount, RowsPage, SortKey};
use serde::Serialize;
use web_sys::AbortSignal;

use super::encode::query;
use super::{Api, Method, Result, tables};

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub database: String,
    pub schema: String,
    pub table: String,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    First,
    Last,
    /// `next` or `previous` of another page.
    Cursor(String),
}

/// Which rows, and what of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowsQuery {
    pub filter: Vec<Filter>,
    /// A condition in SQL; needs `query.run`.
    pub condition: Option<String>,
    pub sort: Vec<SortKey>,
    /// All when it is empty.
    pub columns: Vec<String>,
}

pub(super) fn path(place: &Place, rest: &str) -> String {
    format!("{}{rest}", tables::path(&place.database, &place.table))
}

/// As JSON in a parameter, none when there is nothing.
pub(super) fn json<T: Serialize>(list: &[T]) -> Option<String> {
    if list.is_empty() { None } else { serde_json::to_string(list).ok() }
}

/// A page of rows.
pub async fn page(api: Api, place: &Place, rows: &RowsQuery, start: &Start, limit: u32) -> Result<RowsPage> {
    let cursor = match start {
        Start::Cursor(cursor) => Some(cursor.clone()),
        Start::First | Start::Last => None,
    };
    let query = query(&[
        ("schema", Some(place.schema.clone())),
        ("limit", Some(limit.to_string())),
        ("columns", json(&rows.columns)),
        ("sort", json(&rows.sort)),
        ("filter", json(&rows.filter)),
        ("where", rows.condition.clone()),
        ("cursor", cursor),
        ("from", (*start == Start::Last).then(|| "end".to_owned())),
    ]);
    api.get(&path(place, &format!("/rows{query}"))).await
}

/// The exact number of rows. Aborting `until` cancels the statement at the server.
pub async fn count(api: Api, place: &Place, rows: &RowsQuery, until: &AbortSignal) -> Result<RowsCount> {
    let query = query(&[
        ("schema", Some(place.schema.clone())),
        ("filter", json(&rows.filter)),
        ("where", rows.condition.clone()),
    ]);
    api.get_until(&path(place, &format!("/rows/count{query}")), until).await
}

/// Rows that a foreign key of `column` may lead to.
pub async fn lookup(api: Api, place: &Place, column: &str, search: &str) -> Result<Lookup> {
    let query = query(&[
        ("schema", Some(place.schema.clone())),
        ("column", Some(column.to_owned())),
        ("search", (!search.is_empty()).then(|| search.to_owned())),
        ("limit", Some("30".to_owned())),
    ]);
    api.get(&path(place, &format!("/lookup{query}"))).await
}

/// Does all of the changes, or none.
pub async fn change(api: Api, place: &Place, changes: &RowChanges) -> Result<RowsChanged> {
    let query = query(&[("schema", Some(place.schema.clone()))]);
    api.send(Method::Post, &path(place, &format!("/rows/changes{query}")), changes).await
}

/// The SQL that [`change`] would send.
pub async fn preview(api: Api, place: &Place, changes: &RowChanges) -> Result<Preview> {
    let query = query(&[("schema", Some(place.schema.clone())), ("dryRun", Some("true".to_owned()))]);
    api.send(Method::Post, &path(place, &format!("/rows/changes{query}")), changes).await
}

/// The address of all rows, where a change of many goes; `dry` only asks for the SQL.
fn many(place: &Place, dry: bool) -> String {
    let query = query(&[("schema", Some(place.schema.clone())), ("dryRun", dry.then(|| "true".to_owned()))]);
    path(place, &format!("/rows{query}"))
}

/// Changes the rows that match. Aborting `until` cancels it at the server.
pub async fn update_matching(
    api: Api,
    place: &Place,
    data: &RowsUpdateData,
    until: &AbortSignal,
) -> Result<RowsChanged> {
    api.send_until(Method::Patch, &many(place, false), data, until).await
}

/// The SQL that [`update_matching`] would send.
pub async fn preview_update(api: Api, place: &Place, data: &RowsUpdateData) -> Result<Preview> {
    api.send(Method::Patch, &many(place, true), data).await
}

/// Deletes the rows that match. Aborting `until` cancels it at the server.
pub async fn delete_matching(
    api: Api,
    place: &Place,
    data: &RowsDeleteData,
    until: &AbortSignal,
) -> Result<RowsChanged> {
    api.send_until(Method::Delete, &many(place, false), data, until).await
}

/// The SQL that [`delete_matching`] would send.
pub async fn preview_delete(api: Api, place: &Place, data: &RowsDeleteData) -> Result<Preview> {
    api.send(Method::Delete, &many(place, true), data).await
}

/// A whole cell; `address` is the row's of `RowsPage::addresses`.
pub async fn cell(api: Api, place: &Place, column: &str, address: &str) -> Result<Cell> {
    let query = query(&[
        ("schema", Some(place.schema.clone())),
        ("column", Some(column.to_owned())),
        ("address", Some(address.to_owned())),
    ]);
    api.get(&path(place, &format!("/cell{query}"))).await
}
