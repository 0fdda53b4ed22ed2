//! `PUT /api/database/{name}`, and what stays in the way of it.

use howdah_testkit::{Cluster, TestApp, eventually, unique};
use howdah_types::databases::Database;
use serde_json::{Value, json};

use crate::support::{exists, ident, literal, path, scratch};

#[tokio::test]
async fn each_field_alone_leaves_the_others() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let (name, owner) = (scratch("fields").await, unique("field_owner"));
    cluster
        .execute("postgres", &format!("CREATE ROLE {owner}; COMMENT ON DATABASE {name} IS 'before'"))
        .await;
    let read = async || -> Value { admin.get(&path(&name)).await.status(200).value() };
    let mut expected = read().await;
    let changes = [
        ("owner", json!(owner)),
        ("description", json!("after $1 %s 'x'")),
        ("connectionLimit", json!(0)),
        ("connectionLimit", json!(2_147_483_647)),
        ("connectionLimit", json!(-1)),
        ("allowConnections", json!(false)),
        ("allowConnections", json!(true)),
    ];
    for (field, value) in changes {
        let answered = admin.put(&path(&name), json!({field: value})).await.status(200).value();
        expected[field] = value;
        for answer in [answered, read().await] {
            for key in [
                "name",
                "owner",
                "description",
                "connectionLimit",
                "allowConnections",
                "encoding",
                "tablespace",
            ] {
                assert_eq!(answer[key], expected[key], "{key} after the change of {field}");
            }
        }
    }
}

#[tokio::test]
async fn an_empty_description_removes_it_and_an_empty_body_changes_nothing() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = scratch("described").await;
    cluster.execute("postgres", &format!("COMMENT ON DATABASE {name} IS 'before'")).await;
    assert_eq!(admin.put(&path(&name), json!({})).await.status(200).value()["description"], "before");
    assert_eq!(
        admin.put(&path(&name), json!({"description": ""})).await.status(200).value()["description"],
        Value::Null
    );
    let sql = format!(
        "SELECT count(*) FROM pg_shdescription d JOIN pg_database b ON b.oid = d.objoid WHERE datname = '{name}'"
    );
    assert_eq!(cluster.value("postgres", &sql).await, "0");
}

#[tokio::test]
async fn rename_moves_the_address() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let (name, new) = (scratch("old").await, unique("new name"));
    // Howdah has looked into it: its own connections must not be in the way.
    admin.get(&format!("{}/tables", path(&name))).await.status(200);
    let renamed: Database =
        admin.put(&path(&name), json!({"name": new, "description": "moved"})).await.status(200).json();
    assert_eq!((renamed.name.as_str(), renamed.description.as_deref()), (new.as_str(), Some("moved")));
    admin.get(&path(&name)).await.problem(404, "database.not_found");
    admin.get(&format!("{}/tables", path(&name))).await.problem(404, "database.not_found");
    admin.get(&format!("{}/tables", path(&new))).await.status(200);
    assert!(exists(cluster, &new).await);
}

#[tokio::test]
async fn rename_of_a_database_in_use_is_told_plainly() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = scratch("held").await;
    let client = cluster.connect(&name).await;
    let new = unique("held_new");
    let problem = admin.put(&path(&name), json!({"name": new})).await.problem(409, "database.in_use");
    assert!(problem["detail"].as_str().unwrap().contains(&name), "{problem}");
    assert!(exists(cluster, &name).await && !exists(cluster, &new).await);
    drop(client);
}

#[tokio::test]
async fn rename_to_a_name_that_is_taken_or_its_own() {
    let admin = TestApp::shared().administrator().await;
    let (one, two) = (scratch("one").await, scratch("two").await);
    let problem = admin.put(&path(&one), json!({"name": two})).await.problem(409, "database.exists");
    assert_eq!(problem["errors"][0]["field"], "name", "it stands beside the field: {problem}");
    let same: Database =
        admin.put(&path(&one), json!({"name": one, "description": "same"})).await.status(200).json();
    assert_eq!((same.name, same.description.as_deref()), (one, Some("same")));
}

/// A scope names databases: it goes along with a rename, also when somebody else makes a new one of the old name.
#[tokio::test]
async fn a_scope_follows_a_rename() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let (name, new) = (scratch("scope_old").await, unique("scope_new"));
    let scoped = app.scoped("operator", &[&name]).await;
    scoped.get(&path(&name)).await.status(200);
    admin.put(&path(&name), json!({"name": new})).await.status(200);
    scoped.get(&path(&new)).await.status(200);
    admin.post("/api/database", json!({"name": name})).await.status(201);
    scoped.get(&path(&name)).await.problem(404, "database.not_found");
}

#[tokio::test]
async fn protected_databases_are_neither_renamed_nor_dropped() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let list: Vec<Database> = admin.get("/api/database").await.status(200).json();
    let store = store_of(app).await;
    for name in ["postgres", "template0", "template1", &store] {
        let entry =
            list.iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("{name} is not listed"));
        assert!(entry.protection.is_some(), "{entry:?}");
        admin.delete(&path(name)).await.problem(403, "database.protected");
        admin.delete(&format!("{}?dryRun=true", path(name))).await.problem(403, "database.protected");
        admin.put(&path(name), json!({"name": unique("stolen")})).await.problem(403, "database.protected");
        assert!(exists(cluster, name).await);
    }
    for change in
        [json!({"owner": "postgres"}), json!({"connectionLimit": 0}), json!({"allowConnections": false})]
    {
        admin.put(&path(&store), change).await.problem(403, "database.protected");
    }
    assert_eq!(
        list.iter().find(|entry| entry.name == store).map(|entry| json!(entry.protection)),
        Some(json!("store"))
    );
}

/// The name of an app's store, as the server's list of connections knows it.
async fn store_of(app: &TestApp) -> String {
    let admin = app.administrator().await;
    let list: Vec<Database> = admin.get("/api/database").await.status(200).json();
    let mut stores = list.into_iter().filter(|entry| json!(entry.protection) == json!("store"));
    stores.next().expect("the store is listed and marked").name
}

/// The comment is held up by a lock, then cancelled or its connection ended by somebody else: the database that was made
/// before it has to go again.
#[tokio::test]
async fn a_create_that_fails_half_way_leaves_nothing() {
    let cluster = Cluster::builder().start();
    let app = TestApp::on(&cluster).start();
    let admin = app.administrator().await;
    for how in ["pg_cancel_backend", "pg_terminate_backend"] {
        let name = unique("half");
        let blocker = cluster.connect("postgres").await;
        blocker.batch_execute("BEGIN; LOCK TABLE pg_shdescription IN EXCLUSIVE MODE").await.unwrap();
        let interfere = async {
            let sql = format!(
                "SELECT {how}(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COMMENT ON DATABASE%'"
            );
            eventually("the comment waits", 10, async || {
                (cluster.value("postgres", &sql).await == "t").then_some(())
            })
            .await;
            blocker.batch_execute("ROLLBACK").await.unwrap();
        };
        let body = json!({"name": name, "description": "cannot be written"});
        let (answer, ()) = tokio::join!(admin.post("/api/database", body), interfere);
        assert!(answer.status >= 400 && answer.status != 500, "{how}: {answer}");
        eventually("nothing half-made is left behind", 10, async || {
            (!exists(&cluster, &name).await).then_some(())
        })
        .await;
    }
}

/// All but the rename is one transaction: an owner that is not there leaves the description as it was.
#[tokio::test]
async fn a_change_that_fails_changes_nothing() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = scratch("atomic").await;
    let body = json!({"description": "new", "connectionLimit": 5, "owner": "there is no such role", "name": unique("no")});
    let answer = admin.put(&path(&name), body).await;
    let problem = answer.value();
    assert_eq!(answer.status, 422, "{answer}");
    assert_eq!(problem["errors"][0]["field"], "owner", "{answer}");
    let sql = format!(
        "SELECT datconnlimit, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {}",
        literal(&name)
    );
    assert_eq!(cluster.query("postgres", &sql).await, [[Some("-1".to_owned()), None]]);
}

/// The server's own settings for the database stay with Howdah's changes.
#[tokio::test]
async fn settings_and_privileges_survive_a_change() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = scratch("settings").await;
    let quoted = ident(&name);
    cluster.execute("postgres", &format!("ALTER DATABASE {quoted} SET work_mem = '7MB'; REVOKE CONNECT ON DATABASE {quoted} FROM PUBLIC")).await;
    let state = async || {
        let sql = format!(
            "SELECT datacl::text, (SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = '{name}'"
        );
        cluster.query("postgres", &sql).await
    };
    let before = state().await;
    admin.put(&path(&name), json!({"description": "x", "connectionLimit": 9})).await.status(200);
    assert_eq!(state().await, before);
}

/// A read whose database is dropped under it is in conflict with the drop: nothing is the matter with the server.
#[tokio::test]
async fn a_read_of_a_dropped_database_does_not_call_the_server_down() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let name = scratch("dropped_under").await;
    let view = "CREATE VIEW slow AS SELECT pg_sleep(600)::text AS x, i FROM generate_series(1, 9) i";
    cluster.execute(&name, view).await;
    let viewer = app.viewer().await;
    let at = format!("{}/tables/slow/rows", path(&name));
    let reading = tokio::spawn(async move { viewer.get(&at).await });
    let active = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = {} AND query LIKE '%slow%'",
        literal(&name)
    );
    eventually("it reads", 20, async || (cluster.value("postgres", &active).await == "1").then_some(()))
        .await;
    app.administrator().await.delete(&path(&name)).await.status(204);
    reading.await.expect("it is answered").problem(409, "database.in_use");
}
