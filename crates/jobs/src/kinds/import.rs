//! `rows.import`: a file into a table.
//!
//! The work may be begun again at any point without a row being written twice: before each commit the number of its
//! transaction is noted in the store, and a process that takes the job up asks PostgreSQL what became of it.

mod mapping;
mod run;

use async_trait::async_trait;
use howdah_pg::Server;
use howdah_store::jobs::NewJob;
use howdah_types::imports::ImportData;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Kind;
use crate::{Error, JobContext};

/// The kind's name.
pub const ROWS_IMPORT: &str = "rows.import";

/// What is to be imported. `data` is complete: nothing in its format is left to be guessed, and its columns are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportWork {
    pub database: String,
    /// Where the rows go, also when the table is made first.
    pub schema: String,
    pub table: String,
    pub data: ImportData,
    /// The file's name.
    pub file: String,
    /// The file's columns, as far as they were seen: a key that comes up later and was never shown is not dropped.
    pub seen: Vec<String>,
    /// Bytes of the file.
    pub bytes: i64,
    /// Whoever started it may give expressions in the table's form.
    pub may_query: bool,
    pub may_query_as_superuser: bool,
}

pub(crate) struct Import {
    pub(crate) server: Server,
}

pub(crate) fn job(work: ImportWork, account: &str) -> Result<NewJob, Error> {
    let verb = if work.data.dry_run { "Try the import of" } else { "Import" };
    Ok(NewJob {
        kind: ROWS_IMPORT.to_owned(),
        title: format!("{verb} {} into {}.{}", work.file, work.schema, work.table),
        account: account.to_owned(),
        database: Some(work.database.clone()),
        input: serde_json::to_value(work)?,
    })
}

#[async_trait]
impl Kind for Import {
    fn name(&self) -> &'static str {
        ROWS_IMPORT
    }

    fn repeatable(&self) -> bool {
        true
    }

    fn interrupted(&self, _: &Value) -> String {
        "The import was broken off three times because the process of Howdah that ran it ended. What was committed is in \
         the table, and the report counts it; the rest is not. Look at the log of Howdah, then import again."
            .to_owned()
    }

    async fn run(&self, context: &JobContext, input: Value) -> Result<(), Error> {
        let work: ImportWork = serde_json::from_value(input)?;
        run::run(&self.server, context, &work).await
    }
}
