//! Long work: the queue's workers and the kinds of jobs.
//!
//! A job lies in the store, so that it is seen and cancelled from every process that shares it, runs in one of them
//! only, and comes to an end in the store whatever becomes of the process: see [`Jobs::run`].

mod context;
mod error;
mod execute;
mod jobs;
mod kinds;
mod reaper;
mod worker;

pub use context::JobContext;
pub use error::Error;
pub use howdah_store::jobs::NewJob;
pub use jobs::{Counts, Jobs, JobsOptions};
pub use kinds::{
    DATABASE_COPY, INDEX_CREATE, INDEX_DROP, ImportWork, IndexWork, Kind, KindInput, ROWS_IMPORT,
};
