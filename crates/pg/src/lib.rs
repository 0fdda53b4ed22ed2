//! Everything Howdah says to a PostgreSQL server that it manages: connections, catalogs, DDL, rows.
//!
//! One module per noun. Each function takes the [`Server`], a [`Trace`] that records the SQL it ran, and answers the
//! types of the wire. Names go into SQL through [`ident`] only, values as parameters.

pub mod change;
pub mod connect;
pub mod database_types;
pub mod databases;
pub mod error;
pub mod extensions;
pub mod functions;
pub mod ident;
pub mod indexes;
mod json;
pub mod listed;
mod pool;
pub mod relations;
pub mod rows;
pub mod schemas;
pub mod sequences;
pub mod server;
mod session;
mod sizes;
mod stead;
pub mod tables;
mod tls;
pub mod trace;
pub mod triggers;
mod trust;
pub mod views;

pub use connect::{ConfigError, ConnectConfig, RawConnection};
pub use error::{Error, SqlError};
pub use server::{PoolStatus, Server, ServerOptions};
pub use trace::Trace;
