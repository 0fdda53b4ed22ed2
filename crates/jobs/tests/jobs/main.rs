//! Jobs against a real store, with kinds of their own and with `database.copy`.
#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise, in their helpers too")]

mod copy;
mod death;
mod kinds;
#[path = "../../../store/tests/store/kit.rs"]
mod kit;
mod life;
