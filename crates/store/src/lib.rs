//! Howdah's own database: accounts, sessions, tokens, audit, events, jobs. One file per noun; each function takes the
//! [`Store`]. Nothing here knows HTTP or the managed servers.
//!
//! The binary gives the store its connections ([`Connect`]), calls [`Store::migrate`] at the start and runs
//! [`Store::run`] beside everything else. Several processes may share one store.

pub mod accounts;
pub mod audit;
mod db;
mod error;
pub mod events;
pub mod imports;
pub mod jobs;
mod listen;
mod lockout;
mod maintenance;
mod migrate;
mod password;
mod principal;
pub mod secret;
pub mod sessions;
pub mod setup;
mod signal;
mod store;
mod together;
pub mod tokens;
pub mod uploads;

pub use error::{Error, Source};
pub use principal::{Principal, Via};
pub use store::{BoxError, Connect, Store};
