//! What every request passes before a handler.

pub(crate) mod front;
pub(crate) mod gate;
mod headers;
mod host;
pub(crate) mod origin;
mod proxy;
