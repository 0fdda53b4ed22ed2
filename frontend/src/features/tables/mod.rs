//! Tables and views of a database.

mod glance;
mod kind;
mod list;
mod paged;
mod tab;

pub(crate) use glance::TablesGlance;
pub(crate) use paged::Paged;
pub(crate) use tab::TablesTab;
