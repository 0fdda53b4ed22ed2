//! Server-sent events: `GET /api/events` and `GET /api/jobs/{id}/events`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::jobs::{Job, JobLogLine};
use crate::servers::Server;

/// What an event stream carries in `data:`; `id:` is `id`, `event:` is the kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Grows with time; send it as `Last-Event-ID` to go on from there. Null for what is not kept.
    pub id: Option<i64>,
    pub at: Timestamp,
    pub body: EventBody,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EventBody {
    /// These databases were made, changed or dropped, by whomever; read them again.
    DatabasesChanged { names: Vec<String> },
    /// Tables, views, sequences, types, functions or extensions of this database were made, changed or dropped through
    /// Howdah; read what is shown of it again.
    TablesChanged {
        database: String,
        /// Null where it is not about one schema, or about schemas themselves.
        schema: Option<String>,
    },
    /// Sizes that were not known when the list was answered.
    DatabaseSizes { sizes: Vec<DatabaseSize> },
    /// A job was made or changed.
    JobChanged { job: Job },
    /// A line of a job's log; only in that job's own stream.
    JobLog { line: JobLogLine },
    /// A server was lost or came back.
    ServerChanged { server: Server },
    /// Events were missed that are no longer kept; read everything again.
    Reset,
    /// The sign-in behind this stream has ended.
    SessionEnded,
}

impl EventBody {
    /// The SSE event name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::DatabasesChanged { .. } => "databasesChanged",
            Self::TablesChanged { .. } => "tablesChanged",
            Self::DatabaseSizes { .. } => "databaseSizes",
            Self::JobChanged { .. } => "jobChanged",
            Self::JobLog { .. } => "jobLog",
            Self::ServerChanged { .. } => "serverChanged",
            Self::Reset => "reset",
            Self::SessionEnded => "sessionEnded",
        }
    }
}

/// A database's size on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DatabaseSize {
    pub name: String,
    /// Bytes; null where it may not be read.
    pub size_bytes: Option<i64>,
}
