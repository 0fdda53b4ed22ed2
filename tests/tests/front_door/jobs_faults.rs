//! Jobs while things break: cancel, kill -9, several processes on one store.
//!
//! A copy is held up by a lock on `pg_database`: as long as a test wants, on clusters of their own.

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, eventually};
use howdah_types::jobs::{Job, JobState};
use serde_json::json;

use crate::jobs::finished;
use crate::support::{exists, path};

pub(crate) struct Stage {
    pub(crate) cluster: Cluster,
    pub(crate) store: String,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let cluster = Cluster::builder().start();
        let store = "jobs_store".to_owned();
        cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
        cluster.execute("postgres", "CREATE DATABASE source").await;
        Self { cluster, store }
    }

    pub(crate) fn start(&self) -> TestApp {
        // Not `TestApp::on`, which makes a database: that would wait for the lock.
        TestApp::bare()
            .variable("HOWDAH_DATABASE_URL", &self.cluster.url("postgres"))
            .variable("HOWDAH_STORE_URL", &self.cluster.url(&self.store))
            .variable("HOWDAH_ADMIN_PASSWORD", PASSWORD)
            .start()
    }

    /// Holds up every CREATE DATABASE until it is dropped.
    async fn block(&self) -> tokio_postgres::Client {
        let blocker = self.cluster.connect("postgres").await;
        blocker.batch_execute("BEGIN; LOCK TABLE pg_catalog.pg_database IN SHARE MODE").await.unwrap();
        blocker
    }

    /// How many CREATE DATABASE are at work.
    async fn creating(&self) -> u32 {
        let sql =
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query ILIKE 'CREATE DATABASE%'";
        self.cluster.value("postgres", sql).await.parse().unwrap()
    }

    async fn copy(&self, client: &Client, name: &str) -> Job {
        let job: Job =
            client.post(&format!("{}/copy", path("source")), json!({"name": name})).await.status(202).json();
        eventually("the copy is at work", 10, async || (self.creating().await > 0).then_some(())).await;
        job
    }
}

#[tokio::test]
async fn cancel_reaches_the_server() {
    let stage = Stage::new().await;
    let app = stage.start();
    let admin = Client::sign_in(app.base(), "admin", PASSWORD).await;
    let _blocker = stage.block().await;
    let job = stage.copy(&admin, "cancelled_copy").await;
    let answer: Job = admin.post(&format!("/api/jobs/{}/cancel", job.id), json!({})).await.ok().json();
    assert!([JobState::Cancelling, JobState::Cancelled].contains(&answer.state), "{answer:?}");
    let job = finished(&admin, &job.id).await;
    assert_eq!(job.state, JobState::Cancelled, "{job:?}");
    assert_eq!(stage.creating().await, 0, "nothing runs on at the server");
    assert!(!exists(&stage.cluster, "cancelled_copy").await);
    admin.post(&format!("/api/jobs/{}/cancel", job.id), json!({})).await.problem(409, "job.finished");
}

#[tokio::test]
async fn cancel_while_queued() {
    let stage = Stage::new().await;
    let app = stage.start();
    let admin = Client::sign_in(app.base(), "admin", PASSWORD).await;
    let blocker = stage.block().await;
    for name in ["first", "second"] {
        admin.post(&format!("{}/copy", path("source")), json!({"name": name})).await.status(202);
    }
    let waiting: Job =
        admin.post(&format!("{}/copy", path("source")), json!({"name": "third"})).await.status(202).json();
    assert_eq!(waiting.state, JobState::Queued, "two workers are busy");
    admin.post(&format!("/api/jobs/{}/cancel", waiting.id), json!({})).await.ok();
    let job = finished(&admin, &waiting.id).await;
    assert_eq!(job.state, JobState::Cancelled);
    drop(blocker);
    eventually("the others end", 20, async || {
        let list: Vec<Job> = admin.get("/api/jobs").await.json();
        list.iter().all(|job| job.state.is_final()).then_some(())
    })
    .await;
    assert!(!exists(&stage.cluster, "third").await);
}

/// The process dies in the middle: afterwards the job is taken up or interrupted, and nothing is left running.
#[tokio::test]
async fn killed_in_the_middle_of_a_job() {
    let stage = Stage::new().await;
    let app = stage.start();
    let admin = Client::sign_in(app.base(), "admin", PASSWORD).await;
    let blocker = stage.block().await;
    let job = stage.copy(&admin, "orphan").await;
    app.kill().await;
    // From 14 on the server notices by itself that nobody waits any more.
    eventually("the server has given up", 20, async || (stage.creating().await == 0).then_some(())).await;
    let again = stage.start();
    let admin = Client::cookie(again.base(), "admin", admin.secret().unwrap());
    drop(blocker);
    let job = eventually("the job is not running for ever", 60, async || {
        let job: Job = admin.get(&format!("/api/jobs/{}", job.id)).await.status(200).json();
        job.state.is_final().then_some(job)
    })
    .await;
    match job.state {
        JobState::Succeeded => assert!(exists(&stage.cluster, "orphan").await),
        JobState::Interrupted => assert!(job.error.is_some(), "it says why: {job:?}"),
        _ => panic!("{job:?}"),
    }
    let next: Job =
        admin.post(&format!("{}/copy", path("source")), json!({"name": "after"})).await.status(202).json();
    assert_eq!(finished(&admin, &next.id).await.state, JobState::Succeeded, "work goes on");
}

/// The other process on the store takes notice of the death.
#[tokio::test]
async fn the_other_process_reaps() {
    let stage = Stage::new().await;
    let (one, two) = (stage.start(), stage.start());
    let admin = Client::sign_in(one.base(), "admin", PASSWORD).await;
    let there = Client::cookie(two.base(), "admin", admin.secret().unwrap());
    let blocker = stage.block().await;
    let jobs =
        futures_util::future::join_all(
            (0..4).map(|index| {
                let body = json!({"name": format!("reaped_{index}")});
                let admin = &admin;
                async move {
                    admin.post(&format!("{}/copy", path("source")), body).await.status(202).json::<Job>()
                }
            }),
        )
        .await;
    eventually("both are at work", 15, async || (stage.creating().await >= 4).then_some(())).await;
    one.kill().await;
    drop(blocker);
    eventually("no job runs for ever", 60, async || {
        let list: Vec<Job> = there.get("/api/jobs").await.status(200).json();
        assert_eq!(list.len(), jobs.len());
        list.iter().all(|job| job.state.is_final()).then_some(())
    })
    .await;
    let list: Vec<Job> = there.get("/api/jobs").await.status(200).json();
    for job in list {
        assert!(
            [JobState::Succeeded, JobState::Interrupted, JobState::Failed].contains(&job.state),
            "{job:?}"
        );
    }
}

#[tokio::test]
async fn two_processes_run_each_job_once() {
    let stage = Stage::new().await;
    let apps = [stage.start(), stage.start()];
    let admin = Client::sign_in(apps[0].base(), "admin", PASSWORD).await;
    let clients: Vec<Client> =
        apps.iter().map(|app| Client::cookie(app.base(), "admin", admin.secret().unwrap())).collect();
    let starts = (0..12).map(|index| {
        let client = &clients[index % 2];
        async move {
            let body = json!({"name": format!("once_{index}"), "endConnections": true});
            client.post(&format!("{}/copy", path("source")), body).await.status(202).json::<Job>()
        }
    });
    let jobs = futures_util::future::join_all(starts).await;
    for job in &jobs {
        let job = finished(&clients[1], &job.id).await;
        assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    }
    let sql = "SELECT count(*) FROM howdah.job WHERE attempts <> 1";
    assert_eq!(stage.cluster.value(&stage.store, sql).await, "0", "each was taken once");
    let made = "SELECT count(*) FROM pg_database WHERE datname LIKE 'once_%'";
    assert_eq!(stage.cluster.value("postgres", made).await, "12");
}

#[tokio::test]
async fn a_graceful_stop_hands_jobs_back() {
    let stage = Stage::new().await;
    let app = stage.start();
    let admin = Client::sign_in(app.base(), "admin", PASSWORD).await;
    let blocker = stage.block().await;
    let job = stage.copy(&admin, "handed_back").await;
    app.signal("-TERM");
    let exit = app.ended(20).await;
    assert!(exit.success(), "{exit}: {}", app.output());
    eventually("nothing is left at the server", 5, async || (stage.creating().await == 0).then_some(()))
        .await;
    let sql = format!("SELECT state FROM howdah.job WHERE id = '{}'", job.id);
    let handed = stage.cluster.value(&stage.store, &sql).await;
    assert!(["queued", "interrupted"].contains(&handed.as_str()), "{handed}");
    drop(blocker);
    let again = stage.start();
    let admin = Client::cookie(again.base(), "admin", admin.secret().unwrap());
    let job = finished(&admin, &job.id).await;
    assert!([JobState::Succeeded, JobState::Interrupted].contains(&job.state), "{job:?}");
    assert_eq!(exists(&stage.cluster, "handed_back").await, job.state == JobState::Succeeded);
}
