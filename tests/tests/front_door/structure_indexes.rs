//! Indexes that are built and dropped while others write, as jobs.

use howdah_testkit::{Answer, Client, Cluster, TestApp, eventually, segment};
use howdah_types::jobs::{Job, JobState};
use howdah_types::table_details::TableDetails;
use serde_json::json;

use crate::support::{path, scratch};

async fn finished(client: &Client, started: Answer) -> Job {
    let job: Job = started.status(202).json();
    eventually("the job ends", 60, async || {
        let job: Job = client.get(&format!("/api/jobs/{}", job.id)).await.status(200).json();
        job.state.is_final().then_some(job)
    })
    .await
}

async fn indexes(client: &Client, database: &str) -> Vec<(String, bool)> {
    let details: TableDetails = client.get(&format!("{}/tables/t", path(database))).await.status(200).json();
    details.indexes.into_iter().map(|index| (index.name, index.valid)).collect()
}

#[tokio::test]
async fn an_index_is_built_and_dropped_concurrently() {
    let name = scratch("indexes").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t SELECT i, 'x' FROM generate_series(1, 1000) i").await;
    let admin = TestApp::shared().administrator().await;
    let at = format!("{}/tables/t/indexes", path(&name));
    let form = json!({"name": "odd \"name\"", "keys": [{"expression": "lower(b)"}, {"column": "a"}], "where": "a > 10"});
    let preview = admin.post(&format!("{at}?dryRun=true"), form.clone()).await.status(200).value();
    assert_eq!(
        (&preview["inTransaction"], &preview["statements"][0]["locks"][0]["mode"]),
        (&json!(false), &json!("shareUpdateExclusive"))
    );
    let job = finished(&admin, admin.post(&at, form.clone()).await).await;
    assert_eq!(
        (job.state, job.kind.as_str(), job.progress),
        (JobState::Succeeded, "index.create", Some(1.0)),
        "{job:?}"
    );
    let all = [("odd \"name\"".to_owned(), true), ("t_pkey".to_owned(), true)];
    assert_eq!(
        {
            let mut found = indexes(&admin, &name).await;
            found.sort();
            found
        },
        all
    );
    // The same name again is refused, and the index that has it stays.
    let job = finished(&admin, admin.post(&at, form).await).await;
    assert_eq!(job.state, JobState::Failed);
    assert_eq!(indexes(&admin, &name).await.len(), 2);
    let job = finished(&admin, admin.delete(&format!("{at}/{}", segment("odd \"name\""))).await).await;
    assert_eq!((job.state, job.kind.as_str()), (JobState::Succeeded, "index.drop"), "{job:?}");
    assert_eq!(indexes(&admin, &name).await.len(), 1);
    admin.delete(&format!("{at}/t_pkey")).await.problem(422, "postgres.unsupported");
    admin.delete(&format!("{at}/missing")).await.problem(404, "object.not_found");
    let nameless = admin.post(&at, json!({"keys": [{"column": "a"}]})).await.refused_fields();
    assert_eq!(nameless, ["name:required"]);
    let attack = json!({"name": "x", "keys": [{"expression": "a) ; DROP TABLE t; --"}]});
    assert_eq!(admin.post(&at, attack).await.refused_fields(), ["keys[0].expression:invalid"]);
}

#[tokio::test]
async fn an_index_that_fails_is_taken_away() {
    let name = scratch("failed_index").await;
    Cluster::shared().execute(&name, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)").await;
    let admin = TestApp::shared().administrator().await;
    let form = json!({"name": "u", "unique": true, "keys": [{"column": "a"}]});
    let job = finished(&admin, admin.post(&format!("{}/tables/t/indexes", path(&name)), form).await).await;
    assert_eq!(job.state, JobState::Failed);
    assert!(job.error.as_deref().is_some_and(|text| text.contains("(a)=(1)")), "{job:?}");
    assert_eq!(indexes(&admin, &name).await, []);
}

#[tokio::test]
async fn a_cancelled_build_leaves_nothing() {
    let name = scratch("cancelled_index").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)").await;
    let admin = TestApp::shared().administrator().await;
    // A transaction that has written keeps the build waiting.
    let writer = cluster.connect(&name).await;
    writer.batch_execute("BEGIN; INSERT INTO t VALUES (2)").await.unwrap();
    let form = json!({"name": "waits", "keys": [{"column": "a"}]});
    let job: Job = admin.post(&format!("{}/tables/t/indexes", path(&name)), form).await.status(202).json();
    eventually("the index is begun", 30, async || {
        (indexes(&admin, &name).await == [("waits".to_owned(), false)]).then_some(())
    })
    .await;
    admin.post(&format!("/api/jobs/{}/cancel", job.id), json!({})).await.ok();
    let job = eventually("the job is cancelled", 30, async || {
        let job: Job = admin.get(&format!("/api/jobs/{}", job.id)).await.status(200).json();
        job.state.is_final().then_some(job)
    })
    .await;
    assert_eq!(job.state, JobState::Cancelled);
    // The drop waits for the writer as well.
    writer.batch_execute("COMMIT").await.unwrap();
    eventually("nothing is left", 60, async || indexes(&admin, &name).await.is_empty().then_some(())).await;
}

/// A table was "something went wrong" while one of its indexes was being dropped.
#[tokio::test]
async fn a_table_is_described_while_its_indexes_come_and_go() {
    let name = scratch("fleeting_index").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (a int, b int)").await;
    let admin = TestApp::shared().administrator().await;
    let writer = cluster.connect(&name).await;
    let come_and_go = async {
        loop {
            writer.batch_execute("CREATE INDEX fleeting ON t (a, (b + 1), b)").await.unwrap();
            writer.batch_execute("DROP INDEX fleeting").await.unwrap();
        }
    };
    tokio::pin!(come_and_go);
    let mut seen = [0, 0];
    while seen.iter().sum::<i32>() < 40 {
        tokio::select! {
            never = &mut come_and_go => match never {},
            found = indexes(&admin, &name) => seen[found.len()] += 1,
        }
    }
}
