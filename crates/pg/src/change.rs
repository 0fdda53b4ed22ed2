//! Changes of structure, of whatever kind: with whose rights they run, how they are shown before, how they are done.
//!
//! DDL runs code that stands in the database: a rewrite calls the functions of indexes and checks, a new check is
//! evaluated over all rows. So it runs with the rights of the owner of what is changed (`crate::stead`), like reading
//! rows. What belongs to a superuser or to our own role runs on Howdah's own connection, after `crate::trust` has
//! found nobody else's code in the way (`change/look.rs`).
//!
//! What is typed (types, expressions, queries) is proven by the server to be one type, one expression or one statement
//! before it becomes a part of a statement: `change/proof.rs`. Each statement goes out by itself in the extended
//! protocol, in which the server refuses two in one.

pub(crate) mod dependents;
pub(crate) mod existing;
mod look;
mod names;
pub(crate) mod object;
mod plan;
pub(crate) mod proof;
mod run;
mod words;

pub use existing::At;
pub use run::{Changed, DropOptions, Options};

pub(crate) use names::{comment, rename_or_move};
pub(crate) use plan::{NamedAs, Plan, lock, warning};
pub(crate) use run::{Change, Drop, begin, change, drop, path_sql};
