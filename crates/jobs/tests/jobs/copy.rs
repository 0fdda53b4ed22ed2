//! `database.copy` on a real server.

use std::time::Duration;

use howdah_jobs::{DATABASE_COPY, Jobs, KindInput};
use howdah_pg::{Server, ServerOptions};
use howdah_store::events;
use howdah_testkit::{eventually, unique};
use howdah_types::databases::DatabaseCopyData;
use howdah_types::events::EventBody;
use howdah_types::jobs::{Job, JobState};

use crate::kinds::{OPTIONS, Process};
use crate::kit::{Kit, Running};

struct Setting {
    kit: Kit,
    process: Process,
    _running: Running,
}

async fn setting() -> Setting {
    let (kit, store) = Kit::migrated().await;
    let server = Server::new(ServerOptions {
        id: "default".to_owned(),
        name: "test".to_owned(),
        private: false,
        config: kit.cluster.url("postgres").parse().unwrap(),
        pool_size: 4,
        statement_timeout: Duration::from_secs(30),
        acquire_timeout: Duration::from_secs(5),
        store_database: None,
    });
    let running = Running::start(&store).await;
    let process = Process::of(Jobs::new(store.clone(), server.unwrap(), OPTIONS), store);
    Setting { kit, process, _running: running }
}

impl Setting {
    async fn copy(&self, source: &str, name: &str) -> Job {
        let data = DatabaseCopyData { name: name.to_owned(), end_connections: false };
        let input = KindInput::DatabaseCopy { source: source.to_owned(), data };
        self.process.jobs.start(input, "admin").await.unwrap()
    }

    async fn exists(&self, name: &str) -> bool {
        self.kit.value(&format!("SELECT count(*) FROM pg_database WHERE datname = $q${name}$q$")).await == "1"
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_copied_with_what_is_in_it() {
    let setting = setting().await;
    let (source, target) = (unique("so\"urce"), unique("co'py"));
    let quoted = source.replace('"', "\"\"");
    setting.kit.execute(&format!("CREATE DATABASE \"{quoted}\"")).await;
    setting.kit.cluster.execute(&source, "CREATE TABLE t AS SELECT 42 AS answer").await;
    let job = setting.copy(&source, &target).await;
    assert_eq!((job.kind.as_str(), job.database.as_deref()), (DATABASE_COPY, Some(source.as_str())));
    let job = setting.process.until(&job.id, JobState::Succeeded).await;
    assert_eq!((job.progress, job.error), (Some(1.0), None));
    assert_eq!(setting.kit.cluster.value(&target, "SELECT answer FROM t").await, "42");
    let (published, _) = events::since(&setting.process.store, 0, 100).await.unwrap();
    let news = EventBody::DatabasesChanged { names: vec![target.clone()] };
    assert!(published.iter().any(|stored| stored.event.body == news));
    let log = setting.process.log(&job.id).await;
    assert!(log.iter().any(|line| line == "Copying"), "{log:?}");

    let again = setting.copy(&source, &target).await;
    let again = setting.process.until(&again.id, JobState::Failed).await;
    assert_eq!(again.error, Some(format!("A database “{target}” exists already.")));
    let missing = setting.copy("not there", "anything").await;
    let missing = setting.process.until(&missing.id, JobState::Failed).await;
    assert_eq!(missing.error.as_deref(), Some("There is no database “not there” on this server."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_copy_is_cancelled_at_the_server() {
    let setting = setting().await;
    let (source, target) = (unique("source"), unique("target"));
    setting.kit.execute(&format!("CREATE DATABASE {source}")).await;
    // Whoever makes a database waits for this lock.
    let blocker = setting.kit.cluster.connect("postgres").await;
    blocker.batch_execute("BEGIN; LOCK TABLE pg_catalog.pg_database IN SHARE MODE").await.unwrap();
    let job = setting.copy(&source, &target).await;
    let active = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'CREATE DATABASE%{target}%'"
    );
    eventually("the copy waits at the server", 10, async || {
        (setting.kit.value(&active).await == "1").then_some(())
    })
    .await;
    setting.process.jobs.cancel(&job.id).await.unwrap();
    setting.process.until(&job.id, JobState::Cancelled).await;
    eventually("nothing goes on at the server", 5, async || {
        (setting.kit.value(&active).await == "0").then_some(())
    })
    .await;
    blocker.batch_execute("COMMIT").await.unwrap();
    assert!(!setting.exists(&target).await);
}
