//! Accounts and what they may do.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod delete;
mod editor;
mod explain;
mod form;
mod list;
mod page;
mod scope;

pub use page::AccountsPage;
