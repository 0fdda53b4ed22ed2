//! `GET /api/trace/{requestId}`: the SQL of one's own requests.

use howdah_testkit::{TestApp, unique};
use howdah_types::trace::Trace;
use serde_json::json;

use crate::support::{path, scratch};

#[tokio::test]
async fn a_request_shows_its_sql() {
    let viewer = TestApp::shared().viewer().await;
    let name = scratch("traced").await;
    let answer = viewer.get(&format!("{}/tables", path(&name))).await.status(200);
    let id = answer.request_id();
    let trace: Trace = viewer.get(&format!("/api/trace/{id}")).await.status(200).json();
    assert_eq!((trace.request_id.as_str(), trace.method.as_str(), trace.status), (id.as_str(), "GET", 200));
    assert!(trace.path.starts_with("/api/database/"), "{}", trace.path);
    assert!(!trace.statements.is_empty() && trace.dropped == 0);
    let statement =
        trace.statements.iter().find(|one| one.sql.contains("pg_class")).expect("the catalog was read");
    assert_eq!(statement.database, name);
    assert!(statement.duration_ms > 0.0 && trace.duration_ms >= statement.duration_ms, "{statement:?}");
    assert!(statement.error.is_none() && statement.rows.is_some(), "{statement:?}");
}

#[tokio::test]
async fn a_failed_statement_is_in_the_trace_with_its_code() {
    let admin = TestApp::shared().administrator().await;
    let answer = admin.post("/api/database", json!({"name": unique("t"), "tablespace": "nowhere"})).await;
    let trace: Trace = admin.get(&format!("/api/trace/{}", answer.request_id())).await.status(200).json();
    let failed = trace.statements.iter().find(|one| one.error.is_some()).expect("the failed statement");
    assert!(failed.error.as_deref().unwrap().contains("42704"), "{failed:?}");
    assert_eq!((trace.status, failed.rows), (answer.status, None));
}

#[tokio::test]
async fn the_traces_of_others_are_not_there() {
    let app = TestApp::shared();
    let (admin, viewer) = (app.administrator().await, app.viewer().await);
    let id = admin.get("/api/database").await.status(200).request_id();
    viewer.get(&format!("/api/trace/{id}")).await.problem(404, "trace.not_found");
    admin.get(&format!("/api/trace/{id}")).await.status(200);
    app.nobody().get(&format!("/api/trace/{id}")).await.problem(401, "session.required");
    for id in ["x", "00000000-0000-0000-0000-000000000000", "%00", "..%2F..", "'"] {
        let answer = admin.get(&format!("/api/trace/{id}")).await;
        assert_eq!(answer.status, 404, "{answer}");
    }
    // The account of another request of the same name does not count either: a request's id is never chosen by a client.
    let forged = "11111111-1111-4111-8111-111111111111";
    let answer = viewer.send(reqwest::Method::GET, "/api/database", None, &[("x-request-id", forged)]).await;
    assert_ne!(answer.request_id(), forged);
}
