//! What `/api/database` refuses, and how it says so.

use howdah_testkit::{Cluster, TestApp, unique};
use serde_json::{Value, json};

use crate::support::{exists, path, scratch};

#[tokio::test]
async fn fields_are_checked_before_anything_is_sent() {
    let admin = TestApp::shared().administrator().await;
    let long = "x".repeat(64);
    let cases = [
        (json!({}), "name:required"),
        (json!({"name": ""}), "name:required"),
        (json!({"name": long}), "name:tooLong"),
        (json!({"name": "ä".repeat(32)}), "name:tooLong"),
        (json!({"name": "a\u{0}b"}), "name:nul"),
        (json!({"name": 5}), "name:invalid"),
        (json!({"name": null}), "name:invalid"),
        (json!({"name": "ok", "description": "a\u{0}b"}), "description:nul"),
        (json!({"name": "ok", "connectionLimit": -2}), "connectionLimit:outOfRange"),
        (json!({"name": "ok", "connectionLimit": 2_147_483_648_i64}), "connectionLimit:invalid"),
        (json!({"name": "ok", "connectionLimit": 1.5}), "connectionLimit:invalid"),
        (json!({"name": "ok", "owner": ""}), "owner:required"),
        (json!({"name": "ok", "localeProvider": "acme"}), "localeProvider:invalid"),
        (json!({"name": "ok", "unknown": 1}), "unknown:unknown"),
        (json!({"name": "ok", "Name": "x"}), "Name:unknown"),
        (json!({"name": "ok", "connection_limit": 1}), "connection_limit:unknown"),
    ];
    for (body, expected) in cases {
        let refused = admin.post("/api/database", body.clone()).await.refused_fields();
        assert!(refused.iter().any(|one| one == expected), "{body}: {refused:?}, expected {expected}");
    }
    assert!(!exists(Cluster::shared(), "ok").await);
}

#[tokio::test]
async fn several_wrong_fields_are_named_at_once() {
    let admin = TestApp::shared().administrator().await;
    let body = json!({"name": "", "connectionLimit": -5, "owner": "x".repeat(70)});
    let refused = admin.post("/api/database", body).await.refused_fields();
    assert_eq!(refused.len(), 3, "{refused:?}");
}

#[tokio::test]
async fn what_is_fixed_at_creation_cannot_be_changed() {
    let admin = TestApp::shared().administrator().await;
    let name = scratch("fixed").await;
    let fixed = [
        ("encoding", "LATIN1"),
        ("collation", "C"),
        ("template", "template0"),
        ("tablespace", "x"),
        ("localeProvider", "icu"),
    ];
    for (field, value) in fixed {
        let refused = admin.put(&path(&name), json!({field: value})).await.refused_fields();
        assert_eq!(refused, [format!("{field}:fixed")]);
    }
    let refused = admin.put(&path(&name), json!({"isTemplate": true})).await.refused_fields();
    assert_eq!(refused, ["isTemplate:unknown"]);
}

/// `PostgreSQL` refuses: the problem stands beside the field that caused it, with its words and its code.
#[tokio::test]
async fn what_postgres_refuses_stands_beside_the_field() {
    let cluster = Cluster::shared();
    let admin = TestApp::shared().administrator().await;
    let cases = [
        ("owner", json!("nobody of this name"), "42704"),
        ("template", json!("nothing of this name"), "3D000"),
        ("tablespace", json!("nowhere"), "42704"),
        ("tablespace", json!("pg_global"), "22023"),
        ("encoding", json!("NOT AN ENCODING"), "22023"),
        ("collation", json!("zz_ZZ.nothing"), "42809"),
    ];
    for (field, value, sqlstate) in cases {
        let name = unique("refused");
        let answer =
            admin.post("/api/database", json!({"name": name, field: value, "description": "x"})).await;
        assert!((400..500).contains(&answer.status), "{answer}");
        let problem = answer.value();
        assert_eq!(problem["errors"][0]["field"], field, "{answer}");
        if problem.get("sqlstate").is_some() && field != "encoding" {
            assert_eq!(problem["sqlstate"], sqlstate, "{answer}");
        }
        assert!(!exists(cluster, &name).await);
    }
}

/// Another encoding needs template0; the server's hint arrives.
#[tokio::test]
async fn another_encoding_than_the_template_has() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = unique("latin");
    let source = scratch("utf8_template").await;
    let answer =
        admin.post("/api/database", json!({"name": name, "encoding": "LATIN1", "template": source})).await;
    assert_eq!(answer.status, 422, "{answer}");
    let problem = answer.value();
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("template0")), "{answer}");
    assert_eq!(problem["errors"][0]["field"], "encoding", "{answer}");
    assert!(!exists(cluster, &name).await);
}

#[tokio::test]
async fn a_template_in_use_is_a_conflict() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let source = scratch("used_template").await;
    let client = cluster.connect(&source).await;
    let answer = admin.post("/api/database", json!({"name": unique("from_used"), "template": source})).await;
    answer.problem(409, "database.in_use");
    drop(client);
}

#[tokio::test]
async fn an_existing_name_is_a_conflict_beside_the_name() {
    let admin = TestApp::shared().administrator().await;
    let name = scratch("taken").await;
    let problem = admin.post("/api/database", json!({"name": name})).await.problem(409, "database.exists");
    assert_eq!(problem["errors"][0]["field"], "name", "{problem}");
    // A description on the one that was there is not touched, and the one that was there is not dropped.
    assert!(exists(Cluster::shared(), &name).await);
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let admin = TestApp::shared().administrator().await;
    let missing = path("there is no such database");
    admin.get(&missing).await.problem(404, "database.not_found");
    admin.put(&missing, json!({"description": "x"})).await.problem(404, "database.not_found");
    admin.delete(&missing).await.problem(404, "database.not_found");
    admin.delete(&format!("{missing}?dryRun=true")).await.problem(404, "database.not_found");
    for below in ["connections", "schemas", "tables", "tables/t/rows"] {
        admin.get(&format!("{missing}/{below}")).await.problem(404, "database.not_found");
    }
    admin.post(&format!("{missing}/copy"), json!({"name": "x"})).await.problem(404, "database.not_found");
    admin.get("/api/database?server=other").await.problem(404, "server.not_found");
    admin.get("/api/database?server=default").await.status(200);
}

#[tokio::test]
async fn a_database_that_takes_no_connections_is_no_accident() {
    let admin = TestApp::shared().administrator().await;
    let name = scratch("closed").await;
    admin.put(&path(&name), json!({"allowConnections": false})).await.status(200);
    for below in ["tables", "schemas", "tables/t/rows"] {
        let answer = admin.get(&format!("{}/{below}", path(&name))).await;
        assert!((400..500).contains(&answer.status), "a person can open it again: {answer}");
        assert_ne!(answer.value()["code"], Value::Null);
    }
    admin.put(&path(&name), json!({"allowConnections": true})).await.status(200);
    admin.get(&format!("{}/tables", path(&name))).await.status(200);
}
