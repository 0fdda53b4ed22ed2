//! Changes of all rows that a filter shows, at once: counted before, and done only while it is that number.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod dialog;
mod set;

use howdah_types::rows::Column;
use leptos::prelude::*;

use crate::api::rows::{Place, RowsQuery};
use crate::lazy::part;

/// What the dialog is opened on.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) place: Place,
    /// The filter is what counts.
    pub(crate) shown: RowsQuery,
    /// All columns of the table.
    pub(crate) columns: Vec<Column>,
    /// The rows are deleted, else changed.
    pub(crate) deletes: bool,
    /// It was done.
    pub(crate) done: Callback<()>,
    pub(crate) close: Callback<()>,
}

part! {
    /// The dialog, open.
    pub(crate) SWEEP in sweeps = |about: About| view! { <dialog::SweepDialog about /> }
}
