//! A managed server on which Howdah is not superuser: what is not allowed degrades, nothing breaks.

use howdah_testkit::{Cluster, TestApp, unique};
use howdah_types::databases::Database;
use serde_json::json;

use crate::support::{exists, path, scratch};

/// An app on the shared cluster that is connected as a role with these attributes.
async fn app_as(attributes: &str, more: &str) -> (TestApp, String) {
    let cluster = Cluster::shared();
    let role = unique("plain role");
    let password = cluster.login_role(&role).await;
    cluster
        .execute(
            "postgres",
            &format!("ALTER ROLE \"{role}\" {attributes}; {}", more.replace("ROLE", &format!("\"{role}\""))),
        )
        .await;
    let app = TestApp::on(cluster)
        .variable("HOWDAH_DATABASE_URL", &cluster.url_as(&role, &password, "postgres"))
        .start();
    (app, role)
}

#[tokio::test]
async fn a_plain_role_sees_the_whole_list() {
    let cluster = Cluster::shared();
    let (app, _) = app_as("NOSUPERUSER", "").await;
    let admin = app.administrator().await;
    let hidden = scratch("hidden").await;
    cluster.execute("postgres", &format!("REVOKE CONNECT ON DATABASE {hidden} FROM PUBLIC")).await;
    for sizes in ["quick", "wait"] {
        let list: Vec<Database> = admin.get(&format!("/api/database?sizes={sizes}")).await.status(200).json();
        let entry = list.iter().find(|entry| entry.name == hidden).expect("it is listed");
        assert_eq!(entry.size_bytes, None, "its size may not be read");
        if sizes == "wait" {
            let readable = list.iter().find(|entry| entry.name == "postgres").unwrap();
            assert!(readable.size_bytes.is_some(), "{readable:?}");
        }
    }
    let answer = admin.get(&format!("{}/tables", path(&hidden))).await;
    assert_eq!(
        (answer.status, answer.value()["code"].as_str().map(str::to_owned)),
        (403, Some("postgres.denied".into())),
        "{answer}"
    );
    admin.post("/api/database", json!({"name": unique("no")})).await.problem(403, "postgres.denied");
    admin.delete(&path(&hidden)).await.problem(403, "postgres.denied");
    admin.put(&path(&hidden), json!({"description": "x"})).await.problem(403, "postgres.denied");
    assert!(exists(cluster, &hidden).await);
    admin.get("/api/database-options").await.status(200);
    admin.get(&format!("{}/connections", path(&hidden))).await.status(200);
    let server = admin.get("/api/servers").await.status(200).value();
    assert_eq!((&server[0]["superuser"], &server[0]["state"]), (&json!(false), &json!("up")), "{server}");
}

#[tokio::test]
async fn a_role_that_may_create_does_the_whole_job() {
    let (app, role) = app_as("CREATEDB", "GRANT pg_read_all_stats TO ROLE").await;
    let admin = app.administrator().await;
    let name = unique("by_plain");
    let made: Database =
        admin.post("/api/database", json!({"name": name, "description": "d"})).await.status(201).json();
    assert_eq!((made.owner, made.description.as_deref()), (role, Some("d")));
    let renamed = unique("by_plain_2");
    admin.put(&path(&name), json!({"name": renamed, "connectionLimit": 4})).await.status(200);
    admin.delete(&path(&renamed)).await.status(204);
}

/// The owner is somebody whose rights Howdah's role does not inherit: after CREATE the comment fails, and so would a
/// plain DROP.
#[tokio::test]
async fn an_owner_whose_rights_are_not_inherited_leaves_nothing_half_done() {
    let cluster = Cluster::shared();
    let other = unique("not_inherited");
    cluster.execute("postgres", &format!("CREATE ROLE {other}")).await;
    let grant = if cluster.major() >= 16 {
        format!("GRANT {other} TO ROLE WITH INHERIT FALSE, SET TRUE")
    } else {
        format!("GRANT {other} TO ROLE")
    };
    let (app, _) = app_as("CREATEDB NOINHERIT", &grant).await;
    let admin = app.administrator().await;
    let name = unique("foreign_owner");
    let answer = admin.post("/api/database", json!({"name": name, "owner": other, "description": "x"})).await;
    if answer.status == 201 {
        assert_eq!(answer.value()["description"], "x", "made in full: {answer}");
    } else {
        assert!((400..500).contains(&answer.status), "{answer}");
        assert!(!exists(cluster, &name).await, "half-made: {answer}");
    }
}
