//! The table designer: makes tables and changes them, with the SQL that will run beside the form.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod body;
mod columns;
mod constraints;
mod context;
mod draft;
mod foreign;
mod indexes;
mod inputs;
mod layout;
mod layout_rows;
mod page;
mod saving;
mod types;

use leptos::prelude::*;

use crate::lazy::part;

part! {
    /// `/databases/{name}/new-table` and `/databases/{name}/tables/{table}/design`.
    pub(crate) DESIGNER in designer = || view! { <page::DesignerPage /> }
}
