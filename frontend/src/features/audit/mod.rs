//! The audit log.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod filter;
mod page;
mod row;

use leptos::prelude::*;

use crate::lazy::part;

part! {
    /// `/audit`.
    pub(crate) AUDIT in audit = || view! { <page::AuditPage /> }
}
