//! Tables and views of a database: what their lists and pages share.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod glance;
mod kind;
mod list;
mod page_head;
mod paged;

pub(crate) use glance::TablesGlance;
pub(crate) use kind::{KindIcon, key_mark, kind_tag, rows_about, size};
pub(crate) use page_head::{TableHead, TablePlace, use_place};
pub(crate) use paged::Paged;
