//! Tables and how they hang together, drawn.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod canvas;
mod draw;
mod export;
mod layout;
mod page;

use leptos::prelude::*;

use crate::lazy::part;

/// Which tables are drawn: those of a schema, or one with those around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Around {
    pub(crate) database: String,
    pub(crate) schema: String,
    pub(crate) table: Option<String>,
}

part! {
    /// The relations of a schema or of one table.
    pub(crate) RELATIONS in relations = |around: Around| view! { <page::RelationsPage around /> }
}
