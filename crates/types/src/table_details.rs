//! A table or view in full: `GET /api/database/{name}/tables/{table}`, `GET /api/database/{name}/views/{view}`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::changes::Dependent;
use crate::table_form::{ForeignKeyAction, IdentityKind, PartitionStrategy};
use crate::tables::TableKind;

/// Everything that belongs to a table, partitioned table, partition, view, materialized view or foreign table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TableDetails {
    /// `pg_class.oid`.
    pub oid: u32,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub name: String,
    pub kind: TableKind,
    #[cfg_attr(feature = "openapi", schema(example = "app_owner"))]
    pub owner: String,
    pub description: Option<String>,
    /// In the order of the table; dropped ones are not there.
    pub columns: Vec<ColumnDetails>,
    pub primary_key: Option<KeyDetails>,
    pub unique: Vec<KeyDetails>,
    pub checks: Vec<CheckDetails>,
    pub exclusions: Vec<ExclusionDetails>,
    /// Of this table to others.
    pub foreign_keys: Vec<ForeignKeyDetails>,
    /// Of others (or itself) to this table.
    pub referenced_by: Vec<ForeignKeyDetails>,
    /// With those behind primary key, unique and exclusion constraints.
    pub indexes: Vec<IndexDetails>,
    pub triggers: Vec<TriggerDetails>,
    /// Without the one that makes a view a view.
    pub rules: Vec<RuleDetails>,
    pub policies: Vec<PolicyDetails>,
    /// Policies are applied.
    pub row_security: bool,
    /// To the owner as well.
    pub force_row_security: bool,
    /// Of a partitioned table.
    pub partition_key: Option<PartitionKeyDetails>,
    /// Of a partition.
    pub partition_of: Option<PartitionOfDetails>,
    /// The partitions right below, at most 1000; `partition_count` says how many there are.
    pub partitions: Vec<PartitionDetails>,
    /// The partitions right below.
    pub partition_count: i64,
    /// Tables that it inherits from (`INHERITS`), in order.
    pub inherits: Vec<RelationName>,
    /// Tables that inherit from it, at most 1000.
    pub inherited_by: Vec<RelationName>,
    /// What was granted, on the table and on columns. Null: nothing was ever granted or revoked, so the owner has all
    /// rights and nobody else has any.
    pub privileges: Option<Vec<Privilege>>,
    /// What the statistics collector counted; null for views and where there is nothing.
    pub statistics: Option<TableStatistics>,
    pub extended_statistics: Vec<ExtendedStatistics>,
    /// Views, functions, foreign keys … that would keep it from being dropped, at most 1000.
    pub dependents: Vec<Dependent>,
    pub storage: StorageDetails,
    /// The query of a view or materialized view.
    pub definition: Option<String>,
    /// Of a foreign table.
    pub foreign: Option<ForeignTableDetails>,
    /// Statements that make it anew in an empty database where what it refers to is there, one after the other.
    pub ddl: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ColumnDetails {
    /// `pg_attribute.attnum`; dropped columns leave gaps.
    pub number: i16,
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub name: String,
    /// As one writes it in SQL, with schema and arguments.
    #[cfg_attr(feature = "openapi", schema(example = "numeric(20,2)"))]
    #[serde(rename = "type")]
    pub type_name: String,
    pub type_oid: u32,
    /// Of a domain: the type below it.
    pub base_type: Option<String>,
    /// Of an enum (or a domain or array over one): its labels, in order.
    pub enum_labels: Option<Vec<String>>,
    pub nullable: bool,
    /// The default as an SQL expression; null where there is none and for generated columns.
    #[cfg_attr(feature = "openapi", schema(example = "now()"))]
    pub default: Option<String>,
    pub identity: Option<IdentityKind>,
    /// The sequence behind an identity column or a `serial`, as text for SQL.
    pub sequence: Option<String>,
    /// The expression of a generated column.
    pub generated: Option<String>,
    /// The generated column is not kept but computed when it is read (PostgreSQL 18).
    pub generated_virtual: bool,
    /// Where it is another one than the type’s own; as text for SQL.
    pub collation: Option<String>,
    /// Where the column came from: false where a table that this one inherits from has it, or the parent of a partition.
    pub local: bool,
    pub storage: ColumnStorage,
    /// `pglz`, `lz4`; null for the server’s default (PostgreSQL 14).
    pub compression: Option<String>,
    /// Null for the server’s default.
    pub statistics_target: Option<i32>,
    /// It is in the primary key: from 1.
    pub primary_key_position: Option<i32>,
    pub description: Option<String>,
}

/// How long values of a column are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ColumnStorage {
    Plain,
    External,
    Extended,
    Main,
}

/// A primary key or unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyDetails {
    #[cfg_attr(feature = "openapi", schema(example = "orders_pkey"))]
    pub name: String,
    pub columns: Vec<String>,
    /// Columns that the index carries along.
    pub include: Vec<String>,
    /// Two nulls count as equal (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub description: Option<String>,
    /// As PostgreSQL writes it.
    #[cfg_attr(feature = "openapi", schema(example = "PRIMARY KEY (id)"))]
    pub definition: String,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckDetails {
    pub name: String,
    /// A boolean SQL expression.
    #[cfg_attr(feature = "openapi", schema(example = "(total >= (0)::numeric)"))]
    pub expression: String,
    pub columns: Vec<String>,
    /// Rows that were there before are known to fulfil it.
    pub validated: bool,
    pub no_inherit: bool,
    /// It is checked (PostgreSQL 18 knows `NOT ENFORCED`).
    pub enforced: bool,
    /// False where it came from a parent.
    pub local: bool,
    pub description: Option<String>,
    pub definition: String,
}

/// An exclusion constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExclusionDetails {
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(example = "EXCLUDE USING gist (room WITH =, during WITH &&)"))]
    pub definition: String,
    pub description: Option<String>,
}

/// A foreign key, seen from either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ForeignKeyDetails {
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
    pub on_update: ForeignKeyAction,
    pub on_delete: ForeignKeyAction,
    /// The columns that `ON DELETE SET NULL` or `SET DEFAULT` is limited to (PostgreSQL 15); empty means all.
    pub on_delete_columns: Vec<String>,
    pub match_full: bool,
    pub deferrable: bool,
    pub initially_deferred: bool,
    pub validated: bool,
    pub enforced: bool,
    pub description: Option<String>,
    pub definition: String,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct IndexDetails {
    pub oid: u32,
    #[cfg_attr(feature = "openapi", schema(example = "orders_customer_idx"))]
    pub name: String,
    /// `btree`, `hash`, `gin`, `gist`, `spgist`, `brin` …
    #[cfg_attr(feature = "openapi", schema(example = "btree"))]
    pub method: String,
    pub unique: bool,
    pub primary: bool,
    /// It belongs to this constraint, and can only be dropped with it.
    pub constraint: Option<String>,
    /// Whether queries may use it; false after a failed or unfinished `CREATE INDEX CONCURRENTLY`.
    pub valid: bool,
    /// Columns and expressions, in order, as text for SQL.
    pub keys: Vec<String>,
    pub include: Vec<String>,
    /// The condition of a partial index.
    pub predicate: Option<String>,
    pub nulls_not_distinct: bool,
    /// Bytes on disk now.
    pub size_bytes: Option<i64>,
    /// Times that it was used by a query since the statistics were reset.
    pub scans: Option<i64>,
    pub tablespace: Option<String>,
    pub description: Option<String>,
    /// As PostgreSQL writes it.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "CREATE INDEX orders_customer_idx ON public.orders USING btree (customer)")
    )]
    pub definition: String,
}

/// A trigger of a table, without the internal ones of foreign keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TriggerDetails {
    #[cfg_attr(feature = "openapi", schema(example = "orders_audit"))]
    pub name: String,
    pub enabled: TriggerEnabled,
    /// The function that it calls, as text for SQL.
    #[cfg_attr(feature = "openapi", schema(example = "public.write_audit()"))]
    pub function: String,
    /// It stands in the parent of this partition.
    pub inherited: bool,
    pub description: Option<String>,
    pub definition: String,
}

/// When a trigger or rule fires (`session_replication_role`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TriggerEnabled {
    /// In ordinary sessions.
    Origin,
    Always,
    Replica,
    Disabled,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleDetails {
    pub name: String,
    pub enabled: TriggerEnabled,
    pub description: Option<String>,
    pub definition: String,
}

/// A row policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyDetails {
    pub name: String,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    #[cfg_attr(feature = "openapi", schema(example = "SELECT"))]
    pub command: String,
    /// One of the permissive policies must let a row pass, and all of the restrictive ones.
    pub permissive: bool,
    /// `public` means everybody.
    pub roles: Vec<String>,
    pub using: Option<String>,
    pub with_check: Option<String>,
    pub description: Option<String>,
}

/// How a table is split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartitionKeyDetails {
    pub strategy: PartitionStrategy,
    /// As PostgreSQL writes it.
    #[cfg_attr(feature = "openapi", schema(example = "RANGE (ordered_at)"))]
    pub definition: String,
}

/// What a partition is a part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartitionOfDetails {
    pub schema: String,
    pub table: String,
    /// As PostgreSQL writes it.
    #[cfg_attr(feature = "openapi", schema(example = "FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')"))]
    pub bound: String,
}

/// A partition of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartitionDetails {
    pub schema: String,
    pub name: String,
    pub bound: String,
    /// It is split itself.
    pub partitioned: bool,
    pub row_estimate: Option<i64>,
    /// From the catalog’s page counts, without TOAST and indexes.
    pub size_bytes: Option<i64>,
}

/// A relation by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RelationName {
    pub schema: String,
    pub name: String,
}

/// A right that was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Privilege {
    /// The role; null means everybody (`PUBLIC`).
    pub grantee: Option<String>,
    pub grantor: String,
    #[cfg_attr(feature = "openapi", schema(example = "SELECT"))]
    pub privilege: String,
    /// The role may pass it on.
    pub grantable: bool,
    /// On this column only.
    pub column: Option<String>,
}

/// What was counted since the statistics were reset (`pg_stat_all_tables`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TableStatistics {
    pub sequential_scans: i64,
    pub index_scans: Option<i64>,
    pub inserted: i64,
    pub updated: i64,
    pub deleted: i64,
    /// Updates that needed no change of an index.
    pub hot_updated: i64,
    pub live_rows: i64,
    pub dead_rows: i64,
    pub changed_since_analyze: i64,
    pub last_vacuum: Option<Timestamp>,
    pub last_autovacuum: Option<Timestamp>,
    pub last_analyze: Option<Timestamp>,
    pub last_autoanalyze: Option<Timestamp>,
}

/// Statistics over several columns (`CREATE STATISTICS`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExtendedStatistics {
    pub schema: String,
    pub name: String,
    pub definition: String,
    pub description: Option<String>,
}

/// Where and how it lies on disk. Sizes are exact, in bytes; null for what has no files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StorageDetails {
    /// Table, TOAST and indexes.
    pub total_bytes: Option<i64>,
    /// The table alone.
    pub table_bytes: Option<i64>,
    pub indexes_bytes: Option<i64>,
    pub toast_bytes: Option<i64>,
    pub row_estimate: Option<i64>,
    /// The access method: `heap` …
    pub access_method: Option<String>,
    /// Null means the database’s default.
    pub tablespace: Option<String>,
    /// Not in the write-ahead log: emptied by a crash, not on standbys.
    pub unlogged: bool,
    /// Storage parameters as `name=value`.
    pub options: Vec<String>,
    /// What logical replication sends to name the old row: `default`, `nothing`, `full`, or the name of an index.
    pub replica_identity: Option<String>,
}

/// Where the rows of a foreign table come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ForeignTableDetails {
    pub server: String,
    pub options: Vec<String>,
}
