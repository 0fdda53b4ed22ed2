//! Handlers, one file per noun, each beside what the reference says about it. `router.rs` lists them all.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod copy;
pub(crate) mod database_options;
pub(crate) mod database_types;
pub(crate) mod databases;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod extensions;
pub(crate) mod functions;
pub(crate) mod health;
pub(crate) mod imports;
pub(crate) mod indexes;
pub(crate) mod jobs;
pub(crate) mod lookup;
pub(crate) mod permission_sets;
pub(crate) mod relations;
pub(crate) mod row_changes;
pub(crate) mod rows;
pub(crate) mod schemas;
pub(crate) mod sequences;
pub(crate) mod servers;
pub(crate) mod session;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod table;
pub(crate) mod tables;
pub(crate) mod tokens;
pub(crate) mod trace;
pub(crate) mod triggers;
pub(crate) mod uploads;
pub(crate) mod views;

use actix_web::web::Json;

use crate::problem::Failure;

/// What most handlers answer.
pub(crate) type Answer<T> = Result<Json<T>, Failure>;
