//! Changes of structure: what would be sent, which locks it takes, what hangs on it. `?dryRun=true`.

use serde::{Deserialize, Serialize};

/// What a change of structure would send to PostgreSQL, in order. Nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangePreview {
    pub statements: Vec<PlannedStatement>,
    /// All of it happens or nothing: the first statement is `BEGIN`, the last `COMMIT`.
    pub in_transaction: bool,
    /// The role with whose rights the statements run: the owner of what is changed.
    #[cfg_attr(feature = "openapi", schema(example = "app_owner"))]
    pub runs_as: String,
    /// That role is a superuser: expressions of one's own need `query.superuser` as well.
    pub as_superuser: bool,
    /// What hangs on what is to be dropped; it keeps the drop from happening, or goes with it under `cascade`.
    pub dependents: Vec<Dependent>,
    /// Names this list of dependents: send it as `?expect=` together with `?cascade=true`. Null where nothing is
    /// dropped.
    #[cfg_attr(feature = "openapi", schema(example = "6c1d0d7f0b7e3a52"))]
    pub expect: Option<String>,
}

/// One statement, with what it does to those who use the table meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlannedStatement {
    #[cfg_attr(
        feature = "openapi",
        schema(example = "ALTER TABLE \"public\".\"orders\" ADD COLUMN \"note\" text")
    )]
    pub sql: String,
    /// The locks that it takes and keeps until the end of the transaction.
    pub locks: Vec<TakenLock>,
    /// It writes the whole table anew, indexes included, under its lock.
    pub rewrites: bool,
    /// It reads the whole table under its lock.
    pub scans: bool,
    pub warnings: Vec<Warning>,
}

/// A lock on a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TakenLock {
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub name: String,
    pub mode: LockMode,
}

/// PostgreSQL's lock modes of tables, from the one that lets most happen to the one that lets nothing happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum LockMode {
    /// What `SELECT` takes.
    AccessShare,
    RowShare,
    /// What `INSERT`, `UPDATE` and `DELETE` take.
    RowExclusive,
    /// Lets others read and write, but not change the structure.
    ShareUpdateExclusive,
    /// Lets others read; keeps writes out.
    Share,
    /// Lets others read; keeps writes out.
    ShareRowExclusive,
    Exclusive,
    /// Keeps reads out as well.
    AccessExclusive,
}

impl LockMode {
    /// As PostgreSQL writes it: `ACCESS EXCLUSIVE`.
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }
}

/// What to beware of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable: `rewrite`, `scan`, `blocksWrites`, `losesData`, `breaksClients`, `mayFail`, `cascades` …
    #[cfg_attr(feature = "openapi", schema(example = "scan"))]
    pub code: String,
    /// For a person.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "Reads the whole table to see that no row has a null there.")
    )]
    pub message: String,
}

/// Something that hangs on something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Dependent {
    /// PostgreSQL’s word for what it is: `view`, `table constraint`, `function` …
    #[cfg_attr(feature = "openapi", schema(example = "view"))]
    pub kind: String,
    /// Null for what lies in no schema of its own.
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: Option<String>,
    /// Null for what has no name of its own.
    #[cfg_attr(feature = "openapi", schema(example = "open_orders"))]
    pub name: Option<String>,
    /// The whole name, as PostgreSQL writes it.
    #[cfg_attr(feature = "openapi", schema(example = "public.open_orders"))]
    pub identity: String,
}
