//! Rows of a table or view: `/api/database/{name}/tables/{table}/rows`.

use serde::{Deserialize, Serialize};

/// A page of rows. Columns are described once; each value is PostgreSQL's own text, or null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowsPage {
    pub columns: Vec<Column>,
    /// One array per row, one value per column.
    pub rows: Vec<Vec<Option<String>>>,
    /// Where each row lies, to fetch a whole cell with; null for views and foreign tables.
    pub addresses: Vec<Option<String>>,
    /// The cells that are longer than the cap and are given only in part.
    pub truncated: Vec<TruncatedCell>,
    /// There are more rows than this page shows.
    pub has_more: bool,
    /// The planner's estimate of the rows of the whole relation; null where it is not known.
    pub row_estimate: Option<i64>,
    /// The time zone in which the server wrote times.
    #[cfg_attr(feature = "openapi", schema(example = "Etc/UTC"))]
    pub time_zone: String,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Column {
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub name: String,
    /// The type as one writes it in SQL.
    #[cfg_attr(feature = "openapi", schema(example = "numeric(20,2)"))]
    pub type_name: String,
    pub type_oid: u32,
    /// The table the column comes from, where it comes from one.
    pub table_oid: Option<u32>,
    /// Its number in that table, from 1.
    pub attribute_number: Option<i16>,
    pub nullable: bool,
    /// Part of the primary key.
    pub primary_key: bool,
    pub description: Option<String>,
}

/// A cell that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TruncatedCell {
    /// Index into `rows`.
    pub row: u32,
    /// Index into `columns`.
    pub column: u32,
    /// Bytes of the whole value.
    pub bytes: i64,
}

/// A whole cell: `GET …/tables/{table}/cell`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    pub value: Option<String>,
}
