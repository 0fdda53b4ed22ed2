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

pub use page::DatabasesPage;
pub(crate) use trouble::Trouble;
pub use view::DatabasePage;
