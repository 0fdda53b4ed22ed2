//! `/api/jobs`, with `database.copy` as the kind.

use howdah_testkit::{Client, Cluster, TestApp, eventually, unique};
use howdah_types::jobs::{Job, JobLogLine, JobState};
use serde_json::json;

use crate::support::{exists, path, scratch};

/// Waits until the job will not change any more.
pub(crate) async fn finished(client: &Client, id: &str) -> Job {
    eventually("the job ends", 30, async || {
        let job: Job = client.get(&format!("/api/jobs/{id}")).await.status(200).json();
        job.state.is_final().then_some(job)
    })
    .await
}

#[tokio::test]
async fn a_copy_is_a_job_with_progress_and_log() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let (admin, viewer) = (app.administrator().await, app.viewer().await);
    let (source, copy) = (scratch("copy source").await, unique("copy \"of' it"));
    cluster.execute(&source, "CREATE TABLE t AS SELECT 42 AS answer").await;
    cluster.execute("postgres", &format!("COMMENT ON DATABASE \"{source}\" IS 'the source'")).await;
    let mut stream = viewer.events("/api/events", None).await;
    let answer = admin.post(&format!("{}/copy", path(&source)), json!({"name": copy})).await.status(202);
    let job: Job = answer.json();
    assert_eq!(answer.header("location"), Some(format!("/api/jobs/{}", job.id).as_str()));
    assert_eq!(
        (job.kind.as_str(), job.account.as_str(), job.database.as_deref()),
        ("database.copy", "admin", Some(source.as_str()))
    );
    let job = finished(&admin, &job.id).await;
    assert_eq!(
        (job.state, job.progress, job.error.as_deref()),
        (JobState::Succeeded, Some(1.0), None),
        "{job:?}"
    );
    assert!(job.started_at.is_some() && job.finished_at.is_some());
    assert_eq!(cluster.value(&copy, "SELECT answer FROM t").await, "42");
    let log: Vec<JobLogLine> = viewer.get(&format!("/api/jobs/{}/log", job.id)).await.status(200).json();
    assert!(!log.is_empty() && log.windows(2).all(|pair| pair[0].id < pair[1].id), "{log:?}");
    let list: Vec<Job> = viewer.get("/api/jobs").await.status(200).json();
    assert!(list.iter().any(|one| one.id == job.id));
    stream
        .wait_for("the job's end", |event| {
            event.event == "jobChanged"
                && event.data["body"]["job"]["id"] == job.id.as_str()
                && event.data["body"]["job"]["state"] == "succeeded"
        })
        .await;
    admin.post(&format!("/api/jobs/{}/cancel", job.id), json!({})).await.problem(409, "job.finished");
}

#[tokio::test]
async fn what_a_copy_needs_is_checked_first() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let source = scratch("needs").await;
    let at = format!("{}/copy", path(&source));
    let taken = scratch("needs_taken").await;
    for (body, what) in
        [(json!({"name": taken}), "the name is taken"), (json!({"name": source}), "its own name")]
    {
        let answer = admin.post(&at, body).await;
        if answer.status == 202 {
            let job = finished(&admin, answer.value()["id"].as_str().unwrap()).await;
            assert_eq!(job.state, JobState::Failed, "{what}");
            assert!(
                job.error.as_deref().is_some_and(|error| error.contains(&taken) || error.contains(&source)),
                "{job:?}"
            );
        } else {
            answer.problem(409, "database.exists");
        }
    }
    assert_eq!(admin.post(&at, json!({"name": ""})).await.refused_fields(), ["name:required"]);
    // Somebody is in it: said plainly, or ended where that is asked for.
    let client = cluster.connect(&source).await;
    let name = unique("needs_copy");
    let answer = admin.post(&at, json!({"name": name})).await;
    if answer.status == 202 {
        let job = finished(&admin, answer.value()["id"].as_str().unwrap()).await;
        assert_eq!(job.state, JobState::Failed, "{job:?}");
        assert!(job.error.as_deref().is_some_and(|error| error.contains("connection")), "{job:?}");
    } else {
        answer.problem(409, "database.in_use");
    }
    assert!(!exists(cluster, &name).await);
    client.simple_query("SELECT 1").await.expect("the connection still lives");
    let job: Job = admin.post(&at, json!({"name": name, "endConnections": true})).await.status(202).json();
    assert_eq!(finished(&admin, &job.id).await.state, JobState::Succeeded);
    assert!(client.simple_query("SELECT 1").await.is_err(), "the connection was ended");
    assert!(exists(cluster, &name).await);
}

#[tokio::test]
async fn pages_of_jobs_and_logs() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let source = scratch("job_pages").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let job: Job = admin
            .post(&format!("{}/copy", path(&source)), json!({"name": unique("job_page")}))
            .await
            .status(202)
            .json();
        finished(&admin, &job.id).await;
        ids.push(job.id);
    }
    ids.reverse();
    let (mut found, mut address) = (Vec::new(), Some("/api/jobs?limit=2".to_owned()));
    while let Some(path) = address {
        let answer = admin.get(&path).await.status(200);
        found.extend(answer.json::<Vec<Job>>().into_iter().map(|job| job.id));
        address = answer.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
    }
    assert_eq!(found, ids, "the newest first, each once");
    let all: Vec<JobLogLine> = admin.get(&format!("/api/jobs/{}/log", ids[0])).await.status(200).json();
    let rest: Vec<JobLogLine> =
        admin.get(&format!("/api/jobs/{}/log?after={}", ids[0], all[0].id)).await.status(200).json();
    assert_eq!(rest, all[1..]);
    for id in ["x", "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f", "%27", "..%2f"] {
        admin.get(&format!("/api/jobs/{id}")).await.problem(404, "job.not_found");
    }
}

/// A job's own stream: from the first line to the end, then it is closed or silent.
#[tokio::test]
async fn a_job_tells_of_itself() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let source = scratch("telling").await;
    let job: Job = admin
        .post(&format!("{}/copy", path(&source)), json!({"name": unique("told")}))
        .await
        .status(202)
        .json();
    let mut stream = admin.events(&format!("/api/jobs/{}/events", job.id), None).await;
    let event = stream
        .wait_for("the end", |event| {
            event.event == "jobChanged" && event.data["body"]["job"]["state"] == "succeeded"
        })
        .await;
    assert_eq!(event.data["body"]["job"]["id"], job.id.as_str());
}
