//! The audit log: `GET /api/audit`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One thing that somebody did or tried to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    /// Grows with time; pages go by it.
    pub id: i64,
    pub at: Timestamp,
    /// The account, or null before a sign-in.
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub account: Option<String>,
    /// The client's address.
    #[cfg_attr(feature = "openapi", schema(example = "127.0.0.1"))]
    pub address: Option<String>,
    /// What was done, for example `database.update`.
    #[cfg_attr(feature = "openapi", schema(example = "database.update"))]
    pub action: String,
    /// On what, for example the database's name.
    #[cfg_attr(feature = "openapi", schema(example = "shop"))]
    pub object: Option<String>,
    /// What was asked, without secrets.
    pub detail: Option<serde_json::Value>,
    pub outcome: Outcome,
    /// The problem code of a refusal or failure.
    pub code: Option<String>,
    /// Rows changed, where rows were changed.
    pub rows: Option<i64>,
    pub duration_ms: f64,
    pub request_id: Option<String>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Done,
    /// Not allowed, or refused as invalid.
    Refused,
    Failed,
}
