//! How tables hang together: `GET /api/database/{name}/relations`.

use serde::{Deserialize, Serialize};

use crate::tables::TableKind;

/// Tables with their columns, and the foreign keys between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Relations {
    /// By schema and name.
    pub tables: Vec<RelatedTable>,
    /// Both ends are among `tables`.
    pub foreign_keys: Vec<Relation>,
    /// There are more tables than are answered.
    pub truncated: bool,
}

/// A table as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RelatedTable {
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub name: String,
    pub kind: TableKind,
    /// In the order of the table, at most 50.
    pub columns: Vec<RelatedColumn>,
    /// All of its columns.
    #[cfg_attr(feature = "openapi", schema(example = 6))]
    pub column_count: i64,
}

/// A column of a table that is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RelatedColumn {
    #[cfg_attr(feature = "openapi", schema(example = "customer"))]
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(example = "bigint"))]
    #[serde(rename = "type")]
    pub type_name: String,
    pub nullable: bool,
    pub primary_key: bool,
}

/// A foreign key between two of the tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Relation {
    #[cfg_attr(feature = "openapi", schema(example = "orders_customer_fkey"))]
    pub name: String,
    /// The table that refers.
    pub schema: String,
    pub table: String,
    pub columns: Vec<String>,
    /// The table that is referred to.
    pub references_schema: String,
    pub references_table: String,
    /// In the order of `columns`.
    pub references_columns: Vec<String>,
    /// At most one row refers to each: a unique index has exactly these columns.
    pub unique: bool,
}
