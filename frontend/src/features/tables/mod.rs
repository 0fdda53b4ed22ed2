//! Tables and views of a database.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod glance;
mod kind;
mod list;
mod paged;
mod tab;

pub(crate) use glance::TablesGlance;
pub(crate) use paged::Paged;
pub(crate) use tab::TablesTab;
