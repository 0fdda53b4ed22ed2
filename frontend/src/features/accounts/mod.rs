//! Accounts and what they may do.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod delete;
mod editor;
mod explain;
mod form;
mod list;
mod page;
mod scope;

use leptos::prelude::*;

use crate::lazy::part;

part! {
    /// `/accounts`.
    pub(crate) ACCOUNTS in accounts = || view! { <page::AccountsPage /> }
}
