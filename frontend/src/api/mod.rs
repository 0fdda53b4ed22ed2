//! Every call to `/api`, typed. One file per noun, as in the server.
//!
//! A view takes the handle with [`use_api`] and passes it on: `databases::list(api, Sizes::Quick).await`. Each call is
//! timed, recorded in the debug console and answered with a value of `howdah-types` or a [`Problem`]; trouble on the
//! way (no network, an unreadable answer) is a [`Problem`] too, with a code that starts with `client.`.

pub mod accounts;
pub mod audit;
pub mod databases;
pub mod encode;
pub mod events;
pub mod exports;
pub mod imports;
pub mod jobs;
mod json;
pub mod objects;
pub mod relations;
mod request;
pub mod rows;
pub mod servers;
pub mod session;
pub mod tables;
pub mod tokens;
pub mod trace;
pub mod uploads;

use howdah_types::problem::Problem;
use leptos::prelude::*;

pub use request::{Api, Method};

/// What a call answers.
pub type Result<T> = std::result::Result<T, Problem>;

/// One page of a list that can grow.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Path and query of the next page for [`Api::page`]; none on the last one.
    pub next: Option<String>,
}

/// The code of a call that got no answer at all.
pub const UNREACHABLE: &str = "client.unreachable";
/// The code of an answer that this version of the app cannot read.
pub const UNREADABLE: &str = "client.unreadable";

/// Reads JSON that this app has written itself, for example into an address; none when it is no such thing.
pub fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    json::read(text).ok()
}

/// The handle to the API; a plain copyable value.
pub fn use_api() -> Api {
    expect_context()
}
