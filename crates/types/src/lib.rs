//! What travels over Howdah's wire, in one place for the server, the web app and the tests.
//!
//! JSON is camelCase. Times are RFC 3339 in UTC as text. One noun, one file: the same file name leads through
//! `pg`, `api` and the web app.

pub mod accounts;
pub mod audit;
pub mod changes;
pub mod database_types;
pub mod databases;
pub mod events;
pub mod exports;
pub mod extensions;
pub mod functions;
pub mod imports;
pub mod jobs;
pub mod permissions;
pub mod problem;
pub mod relations;
pub mod row_changes;
pub mod rows;
pub mod schemas;
pub mod sequences;
pub mod servers;
pub mod session;
pub mod table_details;
pub mod table_form;
pub mod table_update;
mod table_validate;
pub mod tables;
pub mod trace;
pub mod triggers;
pub mod uploads;
pub mod validate;
pub mod views;

/// A moment as RFC 3339 text in UTC, for example `2026-01-31T08:15:00.123456Z`.
pub type Timestamp = String;

/// A duration in milliseconds, to the microsecond: what `durationMs` holds everywhere.
pub fn milliseconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
