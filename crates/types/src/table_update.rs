//! A change of a table: `PUT /api/database/{name}/tables/{table}`.

use serde::{Deserialize, Serialize};

use crate::table_details::ColumnStorage;
use crate::table_form::{
    CheckFormData, ColumnFormData, ForeignKeyFormData, IdentityKind, IndexFormData, KeyFormData,
    RelationFormName, StorageOption,
};

/// The body of `PUT /api/database/{name}/tables/{table}`. What is left out stays as it is.
///
/// Everything happens in one transaction, in this order: indexes and constraints are dropped, columns are dropped,
/// changed, renamed and added, constraints and indexes are added, then come the properties of the table, and last its
/// name, schema and owner. Changes of columns, their expressions included, speak of the names before, what
/// is added of the names after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableUpdateData {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub name: Option<String>,
    /// The schema to move it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The new comment; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_columns: Vec<ColumnFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub change_columns: Vec<ColumnUpdateData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop_columns: Vec<String>,
    /// Always refused: PostgreSQL cannot reorder the columns of a table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub column_order: Vec<String>,
    /// For a table that has none, or whose own is among `dropConstraints`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_primary_key: Option<KeyFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_unique: Vec<KeyFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_checks: Vec<CheckFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_foreign_keys: Vec<ForeignKeyFormData>,
    /// Built while writes wait; `POST …/tables/{table}/indexes` builds without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_indexes: Vec<IndexFormData>,
    /// Also keys and foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rename_constraints: Vec<Rename>,
    /// Looks at the rows that were there before a constraint that was added `notValid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validate_constraints: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop_constraints: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rename_indexes: Vec<Rename>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop_indexes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlogged: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_security: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_row_security: Option<bool>,
    /// Storage parameters; those without a value go back to their default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<StorageOption>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    /// Makes a partition a table of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detach_partition: Option<RelationFormName>,
    /// What hangs on dropped columns and constraints goes with them; together with `?expect=` of the preview.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cascade: bool,
}

/// A change of a column. What is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColumnUpdateData {
    /// The column, by its name before the change.
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub column: String,
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new type, as one writes it in SQL.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "numeric(12,2)"))]
    pub type_name: Option<String>,
    /// How old values become new ones: an SQL expression over the row as it was; only together with `type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// As text for SQL; only together with `type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// An SQL expression; an empty text removes the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityChange>,
    /// The new expression of a generated column (PostgreSQL 17); an empty text makes it an ordinary column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// The new comment; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// -1: the server’s default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistics_target: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<ColumnStorage>,
    /// `pglz`, `lz4` or `default` (PostgreSQL 14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
}

/// What becomes of a column’s identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum IdentityChange {
    Always,
    ByDefault,
    /// It is no identity column any more.
    None,
}

impl From<IdentityKind> for IdentityChange {
    fn from(kind: IdentityKind) -> Self {
        match kind {
            IdentityKind::Always => Self::Always,
            IdentityKind::ByDefault => Self::ByDefault,
        }
    }
}

/// A new name for something that belongs to the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rename {
    pub from: String,
    pub to: String,
}
