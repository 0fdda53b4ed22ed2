//! Long work: the list, and one job with its progress and log as they come.

pub mod list;
pub mod log;
pub mod page;
pub mod state_tag;

use leptos::prelude::*;

use crate::lazy::part;
pub use state_tag::StateTag;

part! {
    /// `/jobs`.
    pub(crate) JOBS in jobs = || view! { <list::JobsPage /> }
}
part! {
    /// `/jobs/{id}`.
    pub(crate) JOB in jobs = || view! { <page::JobPage /> }
}
