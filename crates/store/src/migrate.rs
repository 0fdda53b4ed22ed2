//! The store's schema: numbered SQL files, run once each, by whichever process comes first.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object};
use refinery::{Migration, Runner};

use crate::Store;
use crate::error::Error;

/// Every migration, in order. A published file is never changed: the next change is the next number.
const MIGRATIONS: &[(&str, &str)] = &[
    ("V1__store", include_str!("../migrations/V1__store.sql")),
    ("V2__imports", include_str!("../migrations/V2__imports.sql")),
    ("V3__account_id", include_str!("../migrations/V3__account_id.sql")),
];

/// Taken for the time of the migration. The number is arbitrary ("howdah" as letters), only it must not change.
const LOCK: i64 = 0x686f_7764_6168;

/// How long another process may take for it.
const LOCK_LIMIT: Duration = Duration::from_mins(2);

const HISTORY: &str = "howdah.schema_history";

impl Store {
    /// Brings the store's schema up to date. Several processes may do so at once: one works, the others wait.
    ///
    /// Everything lies in the schema `howdah` rather than in `public`: the store may share a database with others,
    /// ordinary roles may not write to `public` since PostgreSQL 15, and what is Howdah's can be seen and dropped
    /// as one. [`Error::Newer`] when the store was made by a newer program.
    pub async fn migrate(&self) -> Result<(), Error> {
        // Taken out of the pool, so that the lock of its session ends with it, whatever happens here.
        let mut client = Object::take(self.client().await?);
        // A migration takes as long as it takes.
        let unlimited = client.batch_execute("SET statement_timeout = 0").await;
        unlimited.map_err(|error| Error::postgres("beginning to migrate", error))?;
        let waiting = client.execute("SELECT pg_catalog.pg_advisory_lock($1)", &[&LOCK]);
        match tokio::time::timeout(LOCK_LIMIT, waiting).await {
            Ok(locked) => locked.map_err(|error| Error::postgres("waiting for another migration", error))?,
            Err(elapsed) => return Err(Error::unavailable("waiting for another migration", elapsed)),
        };
        run(&mut client).await
    }
}

async fn run(client: &mut ClientWrapper) -> Result<(), Error> {
    const DOING: &str = "reading the version of the schema";
    let migrations = migrations()?;
    let known = migrations.iter().map(Migration::version).max().unwrap_or_default();
    let found = client
        .query_one("SELECT pg_catalog.to_regclass($1)::pg_catalog.text IS NOT NULL", &[&HISTORY])
        .await
        .and_then(|row| row.try_get::<_, bool>(0))
        .map_err(|error| Error::postgres(DOING, error))?;
    if found {
        let store = client
            .query_one("SELECT coalesce(max(version), 0)::int8 FROM howdah.schema_history", &[])
            .await
            .and_then(|row| row.try_get::<_, i64>(0))
            .map_err(|error| Error::postgres(DOING, error))?;
        if store > i64::from(known) {
            return Err(Error::Newer { store, known: known.into() });
        }
        if store == i64::from(known) {
            return Ok(());
        }
    }
    client
        .batch_execute("CREATE SCHEMA IF NOT EXISTS howdah")
        .await
        .map_err(|error| Error::postgres("making the schema howdah", error))?;
    let mut runner = Runner::new(&migrations);
    runner.set_migration_table_name(HISTORY);
    let report = runner.run_async(&mut **client).await.map_err(|error| Error::Migration(Arc::new(error)))?;
    for migration in report.applied_migrations() {
        tracing::info!(version = migration.version(), name = migration.name(), "store migrated");
    }
    Ok(())
}

fn migrations() -> Result<Vec<Migration>, Error> {
    MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql).map_err(|error| Error::Migration(Arc::new(error))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_holes() {
        let versions: Vec<_> = migrations().unwrap().iter().map(Migration::version).collect();
        let expected: Vec<_> = (1..).take(versions.len()).collect();
        assert_eq!(versions, expected);
    }
}
