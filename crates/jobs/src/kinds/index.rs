//! `index.create` and `index.drop`: indexes that come and go while others write.

use async_trait::async_trait;
use howdah_pg::change::{At, Options};
use howdah_pg::{Server, Trace, indexes};
use howdah_store::events;
use howdah_store::jobs::NewJob;
use howdah_types::events::EventBody;
use howdah_types::jobs::LogLevel;
use howdah_types::table_form::IndexFormData;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Kind;
use crate::{Error, JobContext};

/// The kinds' names.
pub const INDEX_CREATE: &str = "index.create";
pub const INDEX_DROP: &str = "index.drop";

/// What is to be done to the indexes of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexWork {
    pub database: String,
    pub schema: String,
    pub table: String,
    /// The index.
    pub name: String,
    /// How it is to be built; None: it is to be dropped.
    pub form: Option<IndexFormData>,
    /// Whoever started it may give expressions.
    pub may_query: bool,
    pub may_query_as_superuser: bool,
}

pub(crate) struct Indexes {
    pub(crate) server: Server,
    /// [`INDEX_CREATE`] or [`INDEX_DROP`].
    pub(crate) name: &'static str,
}

pub(crate) fn job(work: IndexWork, account: &str) -> Result<NewJob, Error> {
    let (kind, verb) = if work.form.is_some() { (INDEX_CREATE, "Build") } else { (INDEX_DROP, "Drop") };
    Ok(NewJob {
        kind: kind.to_owned(),
        title: format!("{verb} the index {} of {}.{}", work.name, work.schema, work.table),
        account: account.to_owned(),
        database: Some(work.database.clone()),
        input: serde_json::to_value(work)?,
    })
}

#[async_trait]
impl Kind for Indexes {
    fn name(&self) -> &'static str {
        self.name
    }

    fn interrupted(&self, input: &Value) -> String {
        let name = input["name"].as_str().unwrap_or("?");
        format!(
            "The work was broken off because the process of Howdah that ran it ended. The index “{name}” may be there and \
             not valid: then nothing uses it, but it costs with every write. Look at the table’s indexes, drop it if it is \
             not valid, and start again."
        )
    }

    async fn run(&self, context: &JobContext, input: Value) -> Result<(), Error> {
        let work: IndexWork = serde_json::from_value(input)?;
        let trace = Trace::new();
        let options = Options {
            dry_run: false,
            lock_timeout_ms: 0,
            may_query: work.may_query,
            may_query_as_superuser: work.may_query_as_superuser,
        };
        let at = At { server: &self.server, trace: &trace, database: &work.database, options };
        let table = (work.schema.as_str(), work.table.as_str());
        match &work.form {
            Some(form) => {
                context.log(LogLevel::Info, format!("Building the index “{}”.", work.name));
                indexes::build(at, table, form, |part, phase| context.progress(part, phase)).await?;
            }
            None => {
                context.log(LogLevel::Info, format!("Dropping the index “{}”.", work.name));
                indexes::remove(at, table, &work.name).await?;
            }
        }
        let body = EventBody::TablesChanged { database: work.database.clone(), schema: Some(work.schema) };
        if let Err(error) = events::publish(context.store(), &body, Some(&work.database)).await {
            tracing::debug!(%error, "the news of an index was not published");
        }
        Ok(())
    }
}
