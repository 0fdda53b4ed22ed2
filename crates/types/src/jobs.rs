//! Long work: `/api/jobs`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Long work with progress, log and cancel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Job {
    #[cfg_attr(feature = "openapi", schema(example = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f"))]
    pub id: String,
    /// What kind of work, for example `database.copy`.
    #[cfg_attr(feature = "openapi", schema(example = "database.copy"))]
    pub kind: String,
    /// In one line, for people.
    #[cfg_attr(feature = "openapi", schema(example = "Copy shop to shop_copy"))]
    pub title: String,
    pub state: JobState,
    /// From 0 to 1; null where it cannot be known.
    #[cfg_attr(feature = "openapi", schema(example = 0.4))]
    pub progress: Option<f64>,
    /// What it does now.
    pub phase: Option<String>,
    /// Who started it.
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub account: String,
    /// The database it works on.
    #[cfg_attr(feature = "openapi", schema(example = "shop"))]
    pub database: Option<String>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// Why it failed or was interrupted, and what to do.
    pub error: Option<String>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum JobState {
    Queued,
    Running,
    /// Cancel was asked for and is on its way.
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
    /// The process that ran it died, and the job could not be taken up again.
    Interrupted,
}

impl JobState {
    /// It will not change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled | Self::Interrupted)
    }

    /// As it is written in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Cancelling => "cancelling",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A line of a job's log: `GET /api/jobs/{id}/log`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JobLogLine {
    /// Grows with each line of all jobs.
    pub id: i64,
    pub at: Timestamp,
    pub level: LogLevel,
    pub message: String,
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum LogLevel {
    Info,
    Warning,
    Error,
}
