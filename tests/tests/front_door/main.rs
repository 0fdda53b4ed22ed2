//! Scenarios through the front door: the real binary, a real `PostgreSQL`, HTTP.
//!
//! One file per noun or promise. Most tests share one Howdah on one cluster (`TestApp::shared()`); what they make has
//! a name of its own. Tests that count, kill, lock out or look for secrets start their own.
#![expect(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod support;

mod accounts;
mod audit;
mod audit_faults;
mod binary;
mod databases;
mod databases_changes;
mod databases_refused;
mod databases_rights;
mod events;
mod exports;
mod faults;
mod faults_private;
mod headers;
mod hostile_names;
mod hostile_objects;
mod imports;
mod imports_faults;
mod jobs;
mod jobs_faults;
mod kit;
mod limits;
mod openapi;
mod permissions;
mod permissions_more;
mod pooler;
mod problems;
mod relations;
mod requirements;
mod rows;
mod rows_cells;
mod rows_changes;
mod rows_edits;
mod rows_kept;
mod rows_known;
mod rows_paging;
mod rows_planted;
mod rows_races;
mod rows_rights;
mod rows_types;
mod rows_where;
mod secrets;
mod session;
mod sql_advice;
mod sql_split;
mod structure_changes;
mod structure_ddl;
mod structure_indexes;
mod structure_objects;
mod structure_planted;
mod structure_rights;
mod tables;
mod tls;
mod tokens;
mod trace;
