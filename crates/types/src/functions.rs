//! Functions and procedures: `/api/database/{name}/functions`.

use serde::{Deserialize, Serialize};

use crate::changes::Dependent;
use crate::table_details::Privilege;

/// A function, in lists and by itself. Several may share a name: the oid tells them apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DatabaseFunction {
    /// Leads to it: `/api/database/{name}/functions/{function}`.
    pub oid: u32,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "total_of"))]
    pub name: String,
    pub kind: FunctionKind,
    /// With names, modes and defaults.
    #[cfg_attr(feature = "openapi", schema(example = "customer bigint, since date DEFAULT CURRENT_DATE"))]
    pub arguments: String,
    /// Null for procedures.
    #[cfg_attr(feature = "openapi", schema(example = "numeric"))]
    pub result: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "plpgsql"))]
    pub language: String,
    pub owner: String,
    pub description: Option<String>,
    /// It runs with the rights of its owner.
    pub security_definer: bool,
    pub volatility: Volatility,
    /// It belongs to a trigger.
    pub trigger: bool,
}

/// What kind of function it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum FunctionKind {
    Function,
    Procedure,
    Aggregate,
    Window,
}

/// How much the planner may rely on the same arguments giving the same result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Volatility {
    Immutable,
    Stable,
    Volatile,
}

/// A function in full: `GET /api/database/{name}/functions/{function}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FunctionDetails {
    pub function: DatabaseFunction,
    /// Null as an argument means null as the result, without a call.
    pub strict: bool,
    /// `safe`, `restricted` or `unsafe`.
    #[cfg_attr(feature = "openapi", schema(example = "safe"))]
    pub parallel: String,
    pub leakproof: bool,
    /// The planner’s guess, in units of `cpu_operator_cost`.
    pub cost: String,
    /// The planner’s guess of rows, of a function that gives a set.
    pub rows: String,
    /// Settings for its run, as `name=value`.
    pub settings: Vec<String>,
    /// The text of its body; null where it is SQL-standard (`BEGIN ATOMIC`), or compiled.
    pub source: Option<String>,
    pub privileges: Option<Vec<Privilege>>,
    pub dependents: Vec<Dependent>,
    pub ddl: Vec<String>,
}
