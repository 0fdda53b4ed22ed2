//! Files become rows: the file is sent, looked at, laid beside a table's columns, tried and imported.
//!
//! `draft` holds what was chosen, `body` makes the request of it. What became of an import (`outcome`) has an address of
//! its own.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]
#![expect(
    clippy::large_types_passed_by_value,
    reason = "handles over signals are copied, as closures that outlive their makers need"
)]

mod body;
mod columns;
mod draft;
mod file;
mod format;
mod how;
mod inputs;
mod matching;
mod names;
mod outcome;
mod page;
mod rejects;
mod sample;
mod start;
mod target;

use leptos::prelude::*;

use crate::lazy::part;

part! {
    /// `/databases/{name}/import`.
    pub(crate) IMPORT in imports = || view! { <page::ImportPage /> }
}
