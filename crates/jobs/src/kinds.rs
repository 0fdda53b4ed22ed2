//! The kinds of jobs, one file each.

mod database_copy;
mod import;
mod index;

use std::sync::Arc;

use async_trait::async_trait;
use howdah_store::jobs::NewJob;
use howdah_types::databases::DatabaseCopyData;
use serde_json::Value;

pub use database_copy::DATABASE_COPY;
pub use import::{ImportWork, ROWS_IMPORT};
pub use index::{INDEX_CREATE, INDEX_DROP, IndexWork};

use crate::{Error, JobContext};

/// A kind of job: what it does, and what becomes of it when its process dies.
#[async_trait]
pub trait Kind: Send + Sync + 'static {
    /// For example `database.copy`; it is written to the store and must not change.
    fn name(&self) -> &'static str;

    /// Whether the work may be begun again after it was broken off at any point. Then it waits for another worker,
    /// else it is marked interrupted.
    fn repeatable(&self) -> bool {
        false
    }

    /// For people: what a job of this input may have left behind when it was broken off, and what to check.
    fn interrupted(&self, input: &Value) -> String;

    /// Does the work. To cancel it the future is dropped: it must let nothing go on at the server then.
    async fn run(&self, context: &JobContext, input: Value) -> Result<(), Error>;
}

/// What a job is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KindInput {
    /// Makes a copy of the database `source`: `CREATE DATABASE … TEMPLATE …`.
    DatabaseCopy { source: String, data: DatabaseCopyData },
    /// Builds or drops an index while others write.
    Index(Box<IndexWork>),
    /// Imports a file into a table.
    Import(Box<ImportWork>),
}

impl KindInput {
    pub(crate) fn into_job(self, account: &str) -> Result<NewJob, Error> {
        match self {
            Self::DatabaseCopy { source, data } => database_copy::job(source, data, account),
            Self::Index(work) => index::job(*work, account),
            Self::Import(work) => import::job(*work, account),
        }
    }
}

/// Every kind, for this server.
pub(crate) fn all(server: howdah_pg::Server) -> Vec<Arc<dyn Kind>> {
    vec![
        Arc::new(index::Indexes { server: server.clone(), name: INDEX_CREATE }),
        Arc::new(index::Indexes { server: server.clone(), name: INDEX_DROP }),
        Arc::new(import::Import { server: server.clone() }),
        Arc::new(database_copy::DatabaseCopy { server }),
    ]
}
