//! Imports while things break: no row is lost, and none is written twice.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::TcpStream;

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, eventually};
use howdah_types::imports::ImportReport;
use howdah_types::jobs::{Job, JobState};
use howdah_types::uploads::Upload;
use serde_json::{Value, json};

use crate::imports::upload;
use crate::jobs_faults::Stage;
use crate::support::path;

const ROWS: i64 = 50_000;
/// Rows of a batch.
const BATCH: i64 = 20_000;

/// An import that stands still at one row for as long as a connection of the test holds a lock.
struct Held {
    stage: Stage,
    holder: tokio_postgres::Client,
}

impl Held {
    async fn at_row(row: i64) -> Self {
        let stage = Stage::new().await;
        let sql = format!(
            "CREATE TABLE t (id int, note text); CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
                 IF NEW.id = {row} THEN PERFORM pg_catalog.pg_advisory_xact_lock(42); END IF; RETURN NEW; END$$;
             CREATE TRIGGER hold BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION hold()"
        );
        stage.cluster.execute("source", &sql).await;
        let holder = stage.cluster.connect("source").await;
        holder.batch_execute("SELECT pg_advisory_lock(42)").await.unwrap();
        Self { stage, holder }
    }

    async fn start(&self, client: &Client, more: Value) -> Job {
        let mut csv = "id,note\n".to_owned();
        for id in 1..=ROWS {
            // One in a thousand is refused.
            let id = if id % 1000 == 999 { "x".to_owned() } else { id.to_string() };
            writeln!(csv, "{id},n").unwrap();
        }
        let file = upload(client, "t.csv", csv).await;
        let mut data = json!({"upload": file.id, "table": "t", "maxRejects": null});
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let job: Job = client.post(&format!("{}/import", path("source")), data).await.status(202).json();
        eventually("the import stands still", 30, async || (self.waiting().await == "1").then_some(())).await;
        job
    }

    async fn waiting(&self) -> String {
        let sql =
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event = 'advisory'";
        self.stage.cluster.value("postgres", sql).await
    }

    async fn let_go(&self) {
        self.holder.batch_execute("SELECT pg_advisory_unlock_all()").await.unwrap();
    }

    async fn count(&self) -> String {
        self.stage
            .cluster
            .value(
                "source",
                "SELECT format('%s rows, %s of them different', count(*), count(DISTINCT id)) FROM t",
            )
            .await
    }

    async fn store(&self, sql: &str) -> String {
        self.stage.cluster.value(&self.stage.store, sql).await
    }
}

fn whole() -> String {
    format!("{0} rows, {0} of them different", ROWS - ROWS / 1000)
}

async fn ended(client: &Client, id: &str) -> Job {
    eventually("the import ends", 90, async || {
        let job: Job = client.get(&format!("/api/jobs/{id}")).await.status(200).json();
        job.state.is_final().then_some(job)
    })
    .await
}

async fn signed_in(app: &TestApp) -> Client {
    Client::sign_in(app.base(), "admin", PASSWORD).await
}

/// What the store says when the process dies in the middle of the second batch, or just before or after the commit of
/// the first one.
#[derive(Clone, Copy, Debug)]
enum Death {
    InABatch,
    AfterACommit,
    BeforeACommit,
}

async fn killed(death: Death) {
    let held = Held::at_row(BATCH + 5_000).await;
    let app = held.stage.start();
    let admin = signed_in(&app).await;
    let job = held.start(&admin, json!({"mode": "batches"})).await;
    app.kill().await;
    held.let_go().await;
    eventually("the server has given up", 20, async || (held.waiting().await == "0").then_some(())).await;
    let accepted = BATCH - BATCH / 1000;
    assert_eq!(held.count().await, format!("{accepted} rows, {accepted} of them different"), "one batch");
    // As the store would be at other moments.
    let pending = |transaction: &str| {
        format!(
            "UPDATE howdah.import SET rows_read = 0, rows_accepted = 0, rows_written = 0, rows_rejected = 0, rejects_kept = 0,
                 pending = '{transaction}', pending_read = {BATCH}, pending_accepted = {accepted},
                 pending_rejected = {0}, pending_kept = {0}",
            BATCH / 1000
        )
    };
    let cluster = &held.stage.cluster;
    match death {
        // Refused rows of the batch may have been written down already.
        Death::InABatch => {
            let left = "INSERT INTO howdah.import_reject SELECT job, number + 20, line + 20000, \"column\", sqlstate, reason, record
                FROM howdah.import_reject WHERE number <= 5";
            cluster.execute(&held.stage.store, left).await;
        }
        Death::AfterACommit => {
            let transaction = cluster.value("source", "SELECT xmin FROM t LIMIT 1").await;
            cluster.execute(&held.stage.store, &pending(&transaction)).await;
        }
        Death::BeforeACommit => {
            cluster.execute("source", "TRUNCATE t").await;
            let aborted = cluster.connect("source").await;
            aborted.batch_execute("BEGIN").await.unwrap();
            let row = aborted.query_one("SELECT pg_current_xact_id()::text", &[]).await.unwrap();
            aborted.batch_execute("ROLLBACK").await.unwrap();
            cluster.execute(&held.stage.store, &pending(row.get(0))).await;
        }
    }
    let again = held.stage.start();
    let admin = Client::cookie(again.base(), "admin", admin.secret().unwrap());
    let job = ended(&admin, &job.id).await;
    assert_eq!(job.state, JobState::Succeeded, "{death:?}: {job:?}");
    assert_eq!(held.count().await, whole(), "{death:?}");
    let report: ImportReport = admin.get(&format!("/api/jobs/{}/import", job.id)).await.status(200).json();
    let refused = ROWS / 1000;
    assert_eq!(
        (report.rows_read, report.rows_written, report.rows_rejected, report.rejects_kept),
        (ROWS, ROWS - refused, refused, refused),
        "{death:?}"
    );
    assert_eq!(
        held.store("SELECT count(DISTINCT line) FROM howdah.import_reject").await,
        refused.to_string()
    );
}

#[tokio::test]
async fn killed_in_a_batch_it_goes_on_where_it_was() {
    killed(Death::InABatch).await;
}

#[tokio::test]
async fn killed_after_a_commit_the_batch_is_not_written_twice() {
    killed(Death::AfterACommit).await;
}

#[tokio::test]
async fn killed_before_a_commit_the_batch_is_not_forgotten() {
    killed(Death::BeforeACommit).await;
}

#[tokio::test]
async fn killed_in_one_transaction_it_begins_again() {
    let held = Held::at_row(BATCH + 5_000).await;
    let app = held.stage.start();
    let admin = signed_in(&app).await;
    let job = held.start(&admin, json!({})).await;
    app.kill().await;
    held.let_go().await;
    let again = held.stage.start();
    let admin = Client::cookie(again.base(), "admin", admin.secret().unwrap());
    let job = ended(&admin, &job.id).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    assert_eq!(held.count().await, whole());
}

#[tokio::test]
async fn cancelled_nothing_stays_of_one_transaction() {
    let held = Held::at_row(BATCH + 5_000).await;
    let app = held.stage.start();
    let admin = signed_in(&app).await;
    let job = held.start(&admin, json!({})).await;
    admin.post(&format!("/api/jobs/{}/cancel", job.id), json!({})).await.ok();
    let job = ended(&admin, &job.id).await;
    assert_eq!(job.state, JobState::Cancelled);
    eventually("nothing runs on", 10, async || (held.waiting().await == "0").then_some(())).await;
    assert_eq!(held.count().await, "0 rows, 0 of them different");
}

/// The server goes away in the middle: what was not committed is not there, and the job says so.
#[tokio::test]
async fn the_server_dies_in_the_middle() {
    let held = Held::at_row(BATCH + 5_000).await;
    let app = held.stage.start();
    let admin = signed_in(&app).await;
    let job = held.start(&admin, json!({})).await;
    held.stage.cluster.kill();
    held.stage.cluster.start();
    let job = eventually("the import ends", 90, async || {
        let answer = admin.get(&format!("/api/jobs/{}", job.id)).await;
        if answer.status != 200 {
            return None;
        }
        let job: Job = answer.json();
        job.state.is_final().then_some(job)
    })
    .await;
    // The store was away as well: it is taken up again, or has failed. In no case is half of it there.
    let expected =
        if job.state == JobState::Succeeded { whole() } else { "0 rows, 0 of them different".to_owned() };
    assert!([JobState::Succeeded, JobState::Failed].contains(&job.state), "{job:?}");
    assert_eq!(held.count().await, expected, "{job:?}");
}

/// The server goes away for a while: batches wait for it, and go on behind the last one that was committed.
#[tokio::test]
async fn batches_outlive_a_restart_of_the_server() {
    let stage = Stage::new().await;
    let managed = Cluster::builder().start();
    let sql = "CREATE TABLE t (id int, note text); CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
            IF NEW.id = 25000 THEN PERFORM pg_catalog.pg_advisory_xact_lock(42); END IF; RETURN NEW; END$$;
        CREATE TRIGGER hold BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION hold()";
    managed.execute("postgres", sql).await;
    let app = TestApp::bare()
        .variable("HOWDAH_DATABASE_URL", &managed.url("postgres"))
        .variable("HOWDAH_STORE_URL", &stage.cluster.url(&stage.store))
        .variable("HOWDAH_ADMIN_PASSWORD", PASSWORD)
        .start();
    // Even where the server says that a commit is done before it is on disk.
    managed.execute("postgres", "ALTER DATABASE postgres SET synchronous_commit = off").await;
    managed.execute("postgres", "ALTER SYSTEM SET wal_writer_delay = '10s'").await;
    managed.execute("postgres", "SELECT pg_reload_conf()").await;
    let admin = signed_in(&app).await;
    let holder = managed.connect("postgres").await;
    holder.batch_execute("SELECT pg_advisory_lock(42)").await.unwrap();
    let mut csv = "id,note\n".to_owned();
    for id in 1..=ROWS {
        writeln!(csv, "{id},n").unwrap();
    }
    let file = upload(&admin, "t.csv", csv).await;
    let data = json!({"upload": file.id, "table": "t", "mode": "batches"});
    let job: Job = admin.post(&format!("{}/import", path("postgres")), data).await.status(202).json();
    eventually("the import stands still", 30, async || {
        let sql =
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event = 'advisory'";
        (managed.value("postgres", sql).await == "1").then_some(())
    })
    .await;
    managed.kill();
    managed.start();
    let job = ended(&admin, &job.id).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let count = "SELECT format('%s rows, %s of them different', count(*), count(DISTINCT id)) FROM t";
    assert_eq!(managed.value("postgres", count).await, format!("{ROWS} rows, {ROWS} of them different"));
}

/// Half a file is no file.
#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let stage = Stage::new().await;
    let app = stage.start();
    let admin = signed_in(&app).await;
    let parts = "SELECT count(*) FROM howdah.upload_part";
    {
        let mut stream = TcpStream::connect(("127.0.0.1", app.port())).unwrap();
        let head = format!(
            "POST /api/uploads?name=half.csv HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\nOrigin: http://127.0.0.1:{0}\r\n\
             Cookie: __Host-howdah={1}\r\nContent-Length: 9000000\r\n\r\n",
            app.port(),
            admin.secret().unwrap()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&vec![b'x'; 3_500_000]).unwrap();
        eventually("some of it is there", 10, async || {
            (stage.cluster.value(&stage.store, parts).await == "3").then_some(())
        })
        .await;
    }
    eventually("nothing is left", 10, async || {
        let left = "SELECT (SELECT count(*) FROM howdah.upload) + (SELECT count(*) FROM howdah.upload_part)";
        (stage.cluster.value(&stage.store, left).await == "0").then_some(())
    })
    .await;
    let list: Vec<Upload> = admin.get("/api/uploads").await.status(200).json();
    assert_eq!(list, []);
    // Larger than other bodies may be, whole, and bigger than one piece.
    let file = upload(&admin, "whole.csv", vec![b'x'; 3_500_000]).await;
    assert_eq!(file.bytes, 3_500_000);
    assert_eq!(
        stage.cluster.value(&stage.store, "SELECT sum(length(bytes)) FROM howdah.upload_part").await,
        "3500000"
    );
    let old = "UPDATE howdah.upload SET created_at = now() - interval '25 hours'";
    stage.cluster.execute(&stage.store, old).await;
    app.kill().await;
    let again = stage.start();
    eventually("what is old goes", 20, async || {
        (stage.cluster.value(&stage.store, parts).await == "0").then_some(())
    })
    .await;
    drop(again);
}
