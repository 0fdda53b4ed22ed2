//! Managed servers and the state of Howdah itself.

use serde::{Deserialize, Serialize};

/// A PostgreSQL server that Howdah manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Server {
    /// `default` for the server that Howdah was started with.
    #[cfg_attr(feature = "openapi", schema(example = "default"))]
    pub id: String,
    /// A name for people, for example `Private cluster`.
    #[cfg_attr(feature = "openapi", schema(example = "Private cluster"))]
    pub name: String,
    pub state: ServerState,
    /// Why it cannot be reached, and when it is tried again; null while it is up.
    pub detail: Option<String>,
    /// For example `15.18`; null until it was reached once.
    #[cfg_attr(feature = "openapi", schema(example = "15.18"))]
    pub version: Option<String>,
    /// `server_version_num`, for example 150018.
    pub version_number: Option<i32>,
    /// The role Howdah is connected as.
    pub role: Option<String>,
    pub superuser: bool,
    /// Howdah started it and stops it.
    pub private: bool,
}

/// Whether a server can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ServerState {
    Up,
    Down,
}

/// `GET /api/health`: the process is alive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Health {
    #[cfg_attr(feature = "openapi", schema(example = "ok"))]
    pub status: String,
    #[cfg_attr(feature = "openapi", schema(example = "0.1.0"))]
    pub version: String,
}

/// `GET /api/ready`: what Howdah needs in order to work. Status 200 when all of it answers, else 503.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    pub ready: bool,
    /// The store answers.
    pub store: bool,
    /// The default server answers.
    pub server: bool,
}
