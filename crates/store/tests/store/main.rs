//! The store against a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise, in their helpers too")]

mod access;
mod accounts;
mod events;
mod faults;
mod imports;
mod jobs;
mod kit;
mod lockout;
mod schema;
