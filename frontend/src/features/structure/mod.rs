//! The structure of a table or view: columns, constraints, indexes …, its relations, its SQL.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod columns;
mod constraints;
mod page;
mod rest;

use leptos::prelude::*;

use crate::lazy::part;

part! {
    /// `/databases/{name}/tables/{table}/structure`, `…/relations` and `…/sql`.
    pub(crate) STRUCTURE in structure = || view! { <page::StructurePage /> }
}
