//! Tables, views and schemas: `/api/database/{name}/tables`, `/api/database/{name}/schemas`.

use serde::{Deserialize, Serialize};

/// A relation that holds or shows rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DatabaseTable {
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub name: String,
    pub kind: TableKind,
    #[cfg_attr(feature = "openapi", schema(example = "app_owner"))]
    pub owner: String,
    pub description: Option<String>,
    /// The planner's estimate; null where the relation was never analysed or has no rows of its own.
    #[cfg_attr(feature = "openapi", schema(example = 5_104_332))]
    pub row_estimate: Option<i64>,
    /// Table and TOAST and indexes in bytes, from the catalog's page counts (an estimate); null for views.
    #[cfg_attr(feature = "openapi", schema(example = 1_912_602_624))]
    pub size_bytes: Option<i64>,
    /// The number of partitions below a partitioned table, else null.
    pub partitions: Option<i32>,
    pub has_primary_key: bool,
}

/// What kind of relation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TableKind {
    Table,
    Partitioned,
    Partition,
    View,
    MaterializedView,
    Foreign,
}

/// A schema of a database, without the system's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub name: String,
    pub owner: String,
    pub description: Option<String>,
    /// Tables and views in it.
    #[cfg_attr(feature = "openapi", schema(example = 12))]
    pub tables: i64,
}
