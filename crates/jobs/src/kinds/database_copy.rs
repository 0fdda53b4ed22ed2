//! `database.copy`: a copy of a database on the same server.

use async_trait::async_trait;
use howdah_pg::{Server, Trace, databases};
use howdah_store::events;
use howdah_store::jobs::NewJob;
use howdah_types::databases::DatabaseCopyData;
use howdah_types::events::EventBody;
use howdah_types::jobs::LogLevel;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Kind;
use crate::{Error, JobContext};

/// The kind's name.
pub const DATABASE_COPY: &str = "database.copy";

#[derive(Debug, Serialize, Deserialize)]
struct Input {
    source: String,
    data: DatabaseCopyData,
}

pub(crate) struct DatabaseCopy {
    pub(crate) server: Server,
}

pub(crate) fn job(source: String, data: DatabaseCopyData, account: &str) -> Result<NewJob, Error> {
    Ok(NewJob {
        kind: DATABASE_COPY.to_owned(),
        title: format!("Copy {source} to {}", data.name),
        account: account.to_owned(),
        database: Some(source.clone()),
        input: serde_json::to_value(Input { source, data })?,
    })
}

#[async_trait]
impl Kind for DatabaseCopy {
    fn name(&self) -> &'static str {
        DATABASE_COPY
    }

    fn interrupted(&self, input: &Value) -> String {
        let name = input.pointer("/data/name").and_then(Value::as_str).unwrap_or("?");
        format!(
            "The copy was broken off because the process of Howdah that ran it ended. Check whether the database \
             “{name}” exists: PostgreSQL takes an unfinished copy away by itself, so if it is there, it is complete; \
             if not, start the copy again."
        )
    }

    async fn run(&self, context: &JobContext, input: Value) -> Result<(), Error> {
        let Input { source, data } = serde_json::from_value(input)?;
        context.log(LogLevel::Info, format!("Copying the database “{source}” to “{}”.", data.name));
        let progress = |progress, phase: &str| context.progress(progress, phase);
        databases::copy(&self.server, &Trace::new(), &source, &data, progress).await?;
        context.log(LogLevel::Info, format!("The database “{}” is there.", data.name));
        // The server is watched as well: without this the news only comes a little later.
        let body = EventBody::DatabasesChanged { names: vec![data.name.clone()] };
        if let Err(error) = events::publish(context.store(), &body, Some(&data.name)).await {
            tracing::debug!(%error, "the news of a copied database was not published");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_comes_back_from_the_store() {
        let data = DatabaseCopyData { name: "shop_copy".to_owned(), end_connections: true };
        let job = job("shop".to_owned(), data, "admin").unwrap();
        assert_eq!((job.title.as_str(), job.database.as_deref()), ("Copy shop to shop_copy", Some("shop")));
        let input: Input = serde_json::from_value(job.input).unwrap();
        assert_eq!(input.source, "shop");
        assert!(input.data.end_connections);
    }
}
