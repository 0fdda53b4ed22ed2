//! The rows of a table or view, read-only.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod cell;
mod grid;
mod json;
mod page;
mod values;

use leptos::prelude::*;

use crate::lazy::part;

part! {
    /// `/databases/{name}/tables/{table}`.
    pub(crate) TABLE in rows = || view! { <page::TablePage /> }
}
