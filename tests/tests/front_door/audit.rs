//! `/api/audit`: who, from where, what, on what, how it ended.

use howdah_testkit::{Cluster, TestApp, segment, unique};
use howdah_types::audit::AuditRecord;
use serde_json::json;

use crate::support::{path, scratch};

async fn records(app: &TestApp) -> Vec<AuditRecord> {
    app.administrator().await.get("/api/audit?limit=200").await.status(200).json()
}

#[tokio::test]
async fn each_change_is_recorded_whatever_came_of_it() {
    let app = TestApp::on(Cluster::shared()).start();
    let (admin, viewer) = (app.administrator().await, app.viewer().await);
    let name = unique("audited");
    let done =
        admin.post("/api/database", json!({"name": name, "description": "d"})).await.status(201).request_id();
    let refused = admin.post("/api/database", json!({"name": name})).await.status(409).request_id();
    let invalid = admin.post("/api/database", json!({"name": ""})).await.status(422).request_id();
    let denied = viewer.delete(&path(&name)).await.status(403).request_id();
    let dropped = admin.delete(&path(&name)).await.status(204).request_id();
    app.nobody()
        .post("/api/session", json!({"account": "admin", "password": "wrong password"}))
        .await
        .status(401);
    let list = records(&app).await;
    let of = |id: &str| {
        let found: Vec<&AuditRecord> =
            list.iter().filter(|record| record.request_id.as_deref() == Some(id)).collect();
        assert_eq!(found.len(), 1, "one record for {id}: {found:?}");
        found[0]
    };
    let record = of(&done);
    assert_eq!(
        (record.account.as_deref(), record.action.as_str(), record.object.as_deref()),
        (Some("admin"), "database.create", Some(name.as_str()))
    );
    assert_eq!((json!(record.outcome), record.address.as_deref()), (json!("done"), Some("127.0.0.1")));
    assert!(record.duration_ms > 0.0);
    assert_eq!(
        (json!(of(&refused).outcome), of(&refused).code.as_deref()),
        (json!("refused"), Some("database.exists"))
    );
    assert_eq!(of(&invalid).code.as_deref(), Some("request.fields"));
    let record = of(&denied);
    assert_eq!(
        (record.account.as_deref(), record.code.as_deref(), record.object.as_deref()),
        (Some("viewer"), Some("permission.denied"), Some(name.as_str()))
    );
    assert_eq!(
        (of(&dropped).action.as_str(), json!(of(&dropped).outcome)),
        ("database.delete", json!("done"))
    );
    let failed = list
        .iter()
        .find(|record| record.code.as_deref() == Some("session.refused"))
        .expect("a failed sign-in");
    assert_eq!(
        (failed.account.as_deref(), failed.action.as_str(), failed.object.as_deref()),
        (None, "session.create", Some("admin"))
    );
}

#[tokio::test]
async fn reading_is_not_recorded_and_pages_go_by_id() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let name = scratch("audit_pages").await;
    for index in 0..7 {
        admin.put(&path(&name), json!({"description": format!("{index}")})).await.status(200);
    }
    let before = records(&app).await.len();
    admin.get("/api/database").await.status(200);
    admin.post("/api/database?dryRun=true", json!({"name": unique("dry")})).await.status(200);
    let now = records(&app).await;
    assert!(now.len() <= before + 1, "a dry run changes nothing; a list neither");
    assert!(now.windows(2).all(|pair| pair[0].id > pair[1].id), "the newest first");
    let mut found = Vec::new();
    let mut address = Some("/api/audit?limit=3".to_owned());
    while let Some(path) = address {
        let answer = admin.get(&path).await.status(200);
        let page: Vec<AuditRecord> = answer.json();
        assert!(page.len() <= 3);
        found.extend(page.into_iter().map(|record| record.id));
        address = answer.header("link").map(|link| link[1..link.find('>').unwrap()].to_owned());
    }
    let all: Vec<i64> = records(&app).await.iter().map(|record| record.id).collect();
    assert_eq!(found, all);
}

/// The log only grows, also for whoever has the store's role.
#[tokio::test]
async fn records_cannot_be_changed() {
    let cluster = Cluster::shared();
    let store = unique("audit_store");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &cluster.url(&store)).start();
    let admin = app.administrator().await;
    admin.delete(&path(&segment("nothing"))).await.status(404);
    let client = cluster.connect(&store).await;
    for sql in ["DELETE FROM howdah.audit", "UPDATE howdah.audit SET account = 'x'", "TRUNCATE howdah.audit"]
    {
        assert!(client.batch_execute(sql).await.is_err(), "{sql}");
    }
}
