//! What handlers take: who asks, path and query, the body.

pub(crate) mod access;
pub(crate) mod actor;
pub(crate) mod json;
pub(crate) mod paging;
pub(crate) mod params;
