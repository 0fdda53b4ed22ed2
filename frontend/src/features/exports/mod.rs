//! Rows into a file: what goes into it, how it is written, and what became of it.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod dialog;
mod progress;

use leptos::prelude::*;

use crate::api::rows::{Place, RowsQuery};
use crate::lazy::part;

/// What the dialog is opened on.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) place: Place,
    /// What is shown of the table now.
    pub(crate) shown: RowsQuery,
    /// How many rows that are, in words; empty where it is not known.
    pub(crate) rows: String,
    pub(crate) close: Callback<()>,
}

part! {
    /// The dialog, open.
    pub(crate) EXPORT in exports = |about: About| view! { <dialog::ExportDialog about /> }
}
