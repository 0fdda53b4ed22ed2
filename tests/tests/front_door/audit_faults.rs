//! The audit log where things break, and where the client says where it comes from.

use howdah_testkit::{Client, Cluster, TestApp, eventually, unique};
use howdah_types::audit::{AuditRecord, Outcome};
use reqwest::Method;
use serde_json::json;

use crate::support::{exists, ident, path, scratch};

async fn record_of(admin: &Client, wanted: impl Fn(&AuditRecord) -> bool) -> AuditRecord {
    eventually("the record", 60, async || {
        let list: Vec<AuditRecord> = admin.get("/api/audit?limit=200").await.status(200).json();
        list.into_iter().find(&wanted)
    })
    .await
}

/// It was allowed and begun: that nobody waited for the end does not take it out of the log.
#[tokio::test]
async fn a_change_whose_client_goes_away_is_recorded() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = scratch("left_alone").await;
    let blocker = cluster.connect("postgres").await;
    let hold = format!("BEGIN; COMMENT ON DATABASE {} IS 'held'", ident(&name));
    blocker.batch_execute(&hold).await.unwrap();
    let waiting = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
         AND query LIKE 'COMMENT ON DATABASE %{name}%'"
    );
    let request = tokio::spawn({
        let (admin, at) = (admin.clone(), path(&name));
        async move { admin.try_send(Method::PUT, &at, Some(json!({"description": "late"})), &[]).await }
    });
    eventually("the change waits", 60, async || {
        (cluster.value("postgres", &waiting).await == "1").then_some(())
    })
    .await;
    request.abort();
    let record = record_of(&admin, |record| record.object.as_deref() == Some(name.as_str())).await;
    assert_eq!(
        (record.action.as_str(), record.outcome, record.code.as_deref(), record.account.as_deref()),
        ("database.update", Outcome::Failed, Some("postgres.cancelled"), Some("admin"))
    );
    blocker.batch_execute("ROLLBACK").await.unwrap();
}

/// The account is still known from memory, but the store takes no record: then nothing is changed either.
#[tokio::test]
async fn nothing_is_changed_that_cannot_be_recorded() {
    let (cluster, store) = (Cluster::shared(), Cluster::builder().start());
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &store.url("postgres")).start();
    let admin = app.administrator().await;
    let name = unique("unrecorded");
    admin.get("/api/database").await.status(200);
    // The connection that listens stays, so that nothing is forgotten.
    let close = "ALTER DATABASE postgres ALLOW_CONNECTIONS false;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'howdah/store'";
    store.execute("template1", close).await;
    admin.post("/api/database", json!({"name": name})).await.problem(503, "store.down");
    assert!(!exists(cluster, &name).await);
}

/// Anybody can write the header: it counts only where a trusted proxy has written it.
#[tokio::test]
async fn forwarded_addresses_are_believed_of_trusted_proxies_only() {
    for (trusted, expected) in [(None, "127.0.0.1"), (Some("127.0.0.1"), "203.0.113.7")] {
        let mut app = TestApp::on(Cluster::shared());
        if let Some(proxy) = trusted {
            app = app.argument("--trusted-proxy").argument(proxy);
        }
        let app = app.start();
        let admin = app.administrator().await;
        let name = unique("forwarded");
        let headers = [("x-forwarded-for", "9.9.9.9, 203.0.113.7")];
        admin.send(Method::POST, "/api/database", Some(json!({"name": name})), &headers).await.status(201);
        let record = record_of(&admin, |record| record.object.as_deref() == Some(name.as_str())).await;
        assert_eq!(record.address.as_deref(), Some(expected), "{trusted:?}");
    }
}

/// A preview only looks; neither what it shows nor its refusal belongs into the log of changes.
#[tokio::test]
async fn previews_are_not_recorded() {
    let admin = TestApp::shared().administrator().await;
    let name = unique("previewed");
    let body = json!({"name": name, "template": "template0"});
    let shown = admin.post("/api/database?dryRun=true", body).await.status(200).request_id();
    let gone = Method::DELETE;
    let refused = admin.send(gone.clone(), "/api/database/template1?dryRun=true", None, &[]).await;
    let refused = refused.status(403).request_id();
    // The same without the preview is recorded, and by then the others would be.
    let recorded = admin.send(gone, "/api/database/template1", None, &[]).await.status(403).request_id();
    record_of(&admin, |record| record.request_id.as_deref() == Some(recorded.as_str())).await;
    let list: Vec<AuditRecord> = admin.get("/api/audit?limit=200").await.status(200).json();
    for id in [shown, refused] {
        assert!(list.iter().all(|record| record.request_id.as_deref() != Some(id.as_str())), "{id}");
    }
}
