//! The store against a real PostgreSQL.

mod access;
mod accounts;
mod events;
mod faults;
mod jobs;
mod kit;
mod lockout;
mod schema;
