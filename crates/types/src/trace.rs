//! The SQL of a request: `GET /api/trace/{requestId}`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What one request said to the managed server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub request_id: String,
    pub method: String,
    pub path: String,
    pub status: u16,
    pub started_at: Timestamp,
    pub duration_ms: f64,
    pub statements: Vec<Statement>,
    /// Statements beyond the number that is kept for one request.
    pub dropped: u32,
}

/// One statement with how long it took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// The database it ran in.
    #[cfg_attr(feature = "openapi", schema(example = "postgres"))]
    pub database: String,
    /// As it was sent, secrets removed.
    #[cfg_attr(feature = "openapi", schema(example = "SELECT datname FROM pg_database"))]
    pub sql: String,
    /// The values of `$1 …` as text, secrets removed.
    pub parameters: Vec<Option<String>>,
    pub duration_ms: f64,
    /// Rows returned or changed; null where it failed.
    pub rows: Option<u64>,
    /// SQLSTATE and message where it failed.
    pub error: Option<String>,
}
