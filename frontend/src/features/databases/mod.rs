//! Databases: the list, a database's page, and the dialogs that make, change, copy and delete them.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod actions;
mod connections;
mod copy;
mod delete;
mod details;
mod dialogs;
mod draft;
mod editor;
mod facts;
mod fields;
mod list;
mod order;
mod overview;
mod page;
mod preview;
mod trouble;
mod view;

use leptos::prelude::*;

use crate::lazy::part;
pub(crate) use dialogs::DIALOG;
pub use page::DatabasesPage;
pub(crate) use trouble::Trouble;

part! {
    /// `/databases/{name}` and its sections.
    pub(crate) DATABASE in database = || view! { <view::DatabasePage /> }
}
