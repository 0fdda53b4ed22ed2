//! The audit log.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod filter;
mod page;
mod row;

pub use page::AuditPage;
