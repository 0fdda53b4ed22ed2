//! A table that is to be made: `POST /api/database/{name}/tables`, and the parts that a change uses as well.
//!
//! Types and expressions are SQL text. The server proves each to be one type or one expression by itself before it is
//! put into a statement. Expressions need the permission `query.run`, and `query.superuser` where the statement would
//! run with a superuser’s rights. Names without a schema in them are looked for in `pg_catalog`, the table’s schema and
//! `public`; in the latter two only while all functions and operators there belong to superusers or the table’s owner.

use serde::{Deserialize, Serialize};

/// The body of `POST /api/database/{name}/tables`. What is left out is PostgreSQL’s default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableFormData {
    /// 1 to 63 bytes, any character but NUL.
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub name: String,
    /// `public` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The table is made with the rights of this role and belongs to it. Left out: Howdah’s own role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// In order. A partition has those of its parent, so none may be given for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnFormData>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<KeyFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique: Vec<KeyFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKeyFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<IndexFormData>,
    /// Makes it a partitioned table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<PartitionByFormData>,
    /// Makes it a partition; columns come from the parent, none may be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<PartitionOfFormData>,
    /// Parents, in order (`INHERITS`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<RelationFormName>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlogged: bool,
    /// Storage parameters: `fillfactor`, `autovacuum_enabled` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<StorageOption>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
}

/// A column that is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ColumnFormData {
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub name: String,
    /// A type as one writes it in SQL: `numeric(10,2)`, `text[]`, `timestamp(3) with time zone`, `"My Schema"."My Type"`;
    /// also `smallserial`, `serial` and `bigserial`.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "numeric(10,2)"))]
    pub type_name: String,
    /// True where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// An SQL expression: `0`, `'new'`, `now()`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "0"))]
    pub default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<IdentityFormData>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<GeneratedFormData>,
    /// A collation as text for SQL: `"C"`, `"my schema"."my collation"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// `pglz` or `lz4` (PostgreSQL 14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Numbers that PostgreSQL gives by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityFormData {
    pub kind: IdentityKind,
    /// The first number; 1 where it is left out. Text, for it may be larger than a browser’s numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "1000"))]
    pub start: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "1"))]
    pub increment: Option<String>,
}

/// Whether an `INSERT` may give a value of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum IdentityKind {
    /// Only with `OVERRIDING SYSTEM VALUE`.
    Always,
    ByDefault,
}

/// A column that is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GeneratedFormData {
    /// An SQL expression over other columns of the row.
    #[cfg_attr(feature = "openapi", schema(example = "price * amount"))]
    pub expression: String,
    /// Stored where it is left out: virtual ones need PostgreSQL 18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<GeneratedKind>,
}

/// When a generated column is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum GeneratedKind {
    /// When the row is written.
    Stored,
    /// When the row is read (PostgreSQL 18).
    Virtual,
}

/// A primary key or unique constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyFormData {
    /// PostgreSQL finds one where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub columns: Vec<String>,
    /// Columns that the index carries along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Two nulls count as equal (PostgreSQL 15); only for unique constraints.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferrable: Option<Deferrable>,
}

/// When a constraint may wait until the end of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Deferrable {
    /// Where one asks for it.
    InitiallyImmediate,
    /// Unless one asks otherwise.
    InitiallyDeferred,
}

/// A check constraint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckFormData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A boolean SQL expression.
    #[cfg_attr(feature = "openapi", schema(example = "total >= 0"))]
    pub expression: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_inherit: bool,
    /// Rows that are there are not looked at; only when it is added to a table.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
}

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForeignKeyFormData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub columns: Vec<String>,
    /// The schema of the table itself where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references_schema: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "customers"))]
    pub references_table: String,
    /// The primary key where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references_columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<ForeignKeyAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<ForeignKeyAction>,
    /// Limits `setNull` and `setDefault` of `onDelete` to these columns (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_delete_columns: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_full: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferrable: Option<Deferrable>,
    /// Rows that are there are not looked at; only when it is added to a table.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
}

/// What happens to rows that refer to a row that is changed or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ForeignKeyAction {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// An index. Also the body of `POST …/tables/{table}/indexes`, which builds it concurrently.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IndexFormData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "orders_customer_idx"))]
    pub name: Option<String>,
    /// `btree` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    pub keys: Vec<IndexKeyFormData>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// A condition that makes it partial: a boolean SQL expression.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<StorageOption>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A column or an expression of an index or of a partition key: exactly one of both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IndexKeyFormData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "customer"))]
    pub column: Option<String>,
    /// An SQL expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// As text for SQL: `"C"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    /// An operator class as text for SQL: `text_pattern_ops`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// Last where it is left out, first where it is descending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls_first: Option<bool>,
}

/// How a table is split into partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartitionByFormData {
    pub strategy: PartitionStrategy,
    /// `descending` and `nullsFirst` mean nothing here.
    pub keys: Vec<IndexKeyFormData>,
}

/// By what a table is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PartitionStrategy {
    Range,
    List,
    Hash,
}

/// What a partition is a part of, and which rows belong into it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartitionOfFormData {
    /// The schema of the partition where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub table: String,
    pub bound: PartitionBound,
}

/// Which rows belong into a partition: exactly one of `default`, `in`, `from` with `to`, and `modulus` with `remainder`.
/// Values are SQL expressions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartitionBound {
    /// All rows that belong into no other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "in")]
    pub values: Vec<String>,
    /// Included; `MINVALUE` and `MAXVALUE` have no bound.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// Not included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modulus: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remainder: Option<i32>,
}

/// A relation by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RelationFormName {
    /// The schema of the table itself where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    pub name: String,
}

/// A storage parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorageOption {
    #[cfg_attr(feature = "openapi", schema(example = "fillfactor"))]
    pub name: String,
    /// Null (in a change): back to the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "90"))]
    pub value: Option<String>,
}
