//! The rows of a table or view: read, filtered, sorted, and changed.
//!
//! `view` reads the address, `source` reads pages into a `window`, `draw` says what the sheet shows of them. A deed on
//! the sheet (`deeds`, `menus`, `edit/`) changes what is `staged`; `changes` makes a request of it, `apply` sends it.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]
#![expect(
    clippy::large_types_passed_by_value,
    reason = "handles over signals are copied, as closures that outlive their makers need"
)]

mod apply;
mod bar;
mod cell;
mod changes;
mod columns;
mod conflict;
mod count;
mod deeds;
mod draw;
mod edit;
mod filter;
mod history;
mod json;
mod leave;
mod menus;
mod page;
mod referrers;
mod source;
mod staged;
mod tools;
mod values;
mod view;
mod window;
mod work;

use leptos::prelude::*;

use crate::lazy::part;

part! {
    /// `/databases/{name}/tables/{table}`.
    pub(crate) TABLE in rows = || view! { <page::TablePage /> }
}
