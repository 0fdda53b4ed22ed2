//! What lies in a database: the browser (schemas, tables, views, sequences, types, functions, triggers, extensions),
//! the page of one object, and the dialogs that make, change and drop them.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod browser;
mod change;
mod details;
mod dialogs;
mod lists;
mod page;
mod parts;
mod sections;
mod tables;
mod tree;
mod words;

use leptos::prelude::*;

use crate::lazy::part;
pub(crate) use change::{Change, ChangePanel, change_preview};
pub(crate) use dialogs::{Deed, Done, Open, show_dialog_then};
pub(crate) use parts::{Ddl, DependentList, PrivilegeTable, Section, fact, relation_link};
pub(crate) use sections::is_list;

part! {
    /// The lists of a database.
    pub(crate) OBJECTS in objects = || view! { <browser::Browser /> }
}

part! {
    /// `/databases/{name}/{noun}/{object}`.
    pub(crate) OBJECT in objects = || view! { <page::ObjectPage /> }
}
