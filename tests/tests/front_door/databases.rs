//! `/api/database`: list, create, describe, delete.

use howdah_testkit::{Cluster, TestApp, unique};
use howdah_types::databases::{Connection, Database, DatabaseOptions};
use serde_json::{Value, json};

use crate::support::{exists, ident, literal, named, path, scratch, statements};

#[tokio::test]
async fn create_list_change_and_delete() {
    let admin = TestApp::shared().administrator().await;
    let name = unique("whole");
    let made = admin.post("/api/database", json!({"name": name, "description": "first"})).await.status(201);
    assert_eq!(made.header("location"), Some(path(&name).as_str()), "{made}");
    let made: Database = made.json();
    assert_eq!((made.name.as_str(), made.description.as_deref()), (name.as_str(), Some("first")));
    assert_eq!((made.owner.as_str(), made.connection_limit, made.allow_connections), ("postgres", -1, true));
    assert_eq!((made.is_template, made.tablespace.as_str(), made.protection), (false, "pg_default", None));

    let list = admin.get("/api/database").await.status(200).value();
    let entry = named(&list, &name).expect("it is in the list");
    let fields = [
        "name",
        "owner",
        "description",
        "sizeBytes",
        "encoding",
        "collation",
        "isTemplate",
        "allowConnections",
        "connectionLimit",
        "connections",
        "tablespace",
    ];
    for field in fields {
        assert!(entry.get(field).is_some(), "{field} is missing: {entry}");
    }
    assert_eq!(entry["connections"], 0, "{entry}");

    let changed: Database =
        admin.put(&path(&name), json!({"description": "second"})).await.status(200).json();
    assert_eq!(changed.description.as_deref(), Some("second"));
    let read: Database = admin.get(&path(&name)).await.status(200).json();
    assert_eq!(read.description.as_deref(), Some("second"));

    let gone = admin.delete(&path(&name)).await.status(204);
    assert!(gone.body.is_empty(), "{gone}");
    assert!(!exists(Cluster::shared(), &name).await);
    admin.get(&path(&name)).await.problem(404, "database.not_found");
    assert!(named(&admin.get("/api/database").await.ok().value(), &name).is_none());
}

/// Every field of the form, compared with the catalog.
#[tokio::test]
async fn create_with_every_option() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let (name, owner) = (unique("full"), unique("owner"));
    cluster.execute("postgres", &format!("CREATE ROLE {owner}")).await;
    let body = json!({
        "name": name, "description": "it's a \"test\"\n2nd line", "owner": owner, "encoding": "LATIN1",
        "collation": "C", "localeProvider": "libc", "template": "template0", "connectionLimit": 7,
        "allowConnections": false, "tablespace": "pg_default",
    });
    let made: Database = admin.post("/api/database", body).await.status(201).json();
    assert_eq!((made.encoding.as_str(), made.collation.as_str()), ("LATIN1", "C"));
    let sql = format!(
        "SELECT pg_get_userbyid(datdba), shobj_description(oid, 'pg_database'), pg_encoding_to_char(encoding), datcollate,
                datconnlimit, datallowconn, (SELECT spcname FROM pg_tablespace t WHERE t.oid = dattablespace)
         FROM pg_database WHERE datname = {}",
        literal(&name)
    );
    let row = cluster.query("postgres", &sql).await.remove(0);
    let row: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap_or("NULL")).collect();
    assert_eq!(row, [owner.as_str(), "it's a \"test\"\n2nd line", "LATIN1", "C", "7", "f", "pg_default"]);
    assert_eq!((made.connection_limit, made.allow_connections, made.owner), (7, false, owner));
    admin.delete(&path(&name)).await.status(204);
}

#[tokio::test]
async fn create_with_the_locale_providers_of_the_version() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let options: DatabaseOptions = admin.get("/api/database-options").await.status(200).json();
    let texts: Vec<Value> = options.locale_providers.iter().map(|provider| json!(provider)).collect();
    assert!(texts.contains(&json!("libc")), "{texts:?}");
    assert_eq!(texts.contains(&json!("builtin")), cluster.major() >= 17, "{texts:?}");
    for provider in texts {
        let locale = match provider.as_str() {
            Some("icu") => "und",
            Some("builtin") => "C.UTF-8",
            _ => "C",
        };
        let name = unique("locale");
        let body = json!({
            "name": name, "localeProvider": provider, "collation": locale, "template": "template0", "encoding": "UTF8",
        });
        let made: Database = admin.post("/api/database", body).await.status(201).json();
        assert_eq!(made.collation, locale, "{provider}");
        let sql = format!("SELECT datlocprovider FROM pg_database WHERE datname = {}", literal(&name));
        let expected = provider.as_str().unwrap_or_default().chars().next().unwrap_or('c');
        let expected = if expected == 'l' { 'c' } else { expected };
        assert_eq!(cluster.value("postgres", &sql).await, expected.to_string());
        admin.delete(&path(&name)).await.status(204);
    }
}

#[tokio::test]
async fn options_tell_what_there_is() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let owner = unique("Some Owner");
    cluster.execute("postgres", &format!("CREATE ROLE {}", ident(&owner))).await;
    let options: DatabaseOptions =
        app.administrator().await.get("/api/database-options").await.status(200).json();
    assert!(options.owners.contains(&owner) && options.owners.iter().all(|owner| !owner.starts_with("pg_")));
    assert!(options.encodings.iter().any(|encoding| encoding == "UTF8"), "{:?}", options.encodings);
    assert!(options.templates.iter().any(|template| template == "template0"), "{:?}", options.templates);
    assert!(
        options.tablespaces.contains(&"pg_default".to_owned())
            && !options.tablespaces.contains(&"pg_global".to_owned())
    );
    assert_eq!((options.default_owner.as_str(), options.default_encoding.as_str()), ("postgres", "UTF8"));
    // Each of the encodings offered can be used, with template0 and C.
    assert!(
        !options.encodings.iter().any(|encoding| encoding == "SJIS" || encoding == "BIG5"),
        "client encodings only"
    );
}

#[tokio::test]
async fn a_copy_of_a_template_holds_its_tables() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let (source, copy) = (scratch("template").await, unique("from_template"));
    cluster.execute(&source, "CREATE TABLE t AS SELECT 42 AS answer").await;
    admin.post("/api/database", json!({"name": copy, "template": source})).await.status(201);
    assert_eq!(cluster.value(&copy, "SELECT answer FROM t").await, "42");
}

#[tokio::test]
async fn delete_ends_connections_and_names_them_before() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = scratch("busy").await;
    let client = cluster.connect(&name).await;
    client.batch_execute("SET application_name = 'a client'; BEGIN; SELECT 1").await.unwrap();
    let connections: Vec<Connection> =
        admin.get(&format!("{}/connections", path(&name))).await.status(200).json();
    let ours = connections
        .iter()
        .find(|one| one.application_name.as_deref() == Some("a client"))
        .expect("it is listed");
    assert_eq!((ours.role.as_deref(), ours.own), (Some("postgres"), false));
    assert_eq!(ours.state.as_deref(), Some("idle in transaction"));
    assert_eq!(ours.client_address.as_deref(), Some("127.0.0.1"));
    assert_eq!(admin.get(&path(&name)).await.ok().value()["connections"], 1);

    admin.delete(&path(&name)).await.status(204);
    assert!(client.simple_query("SELECT 1").await.is_err(), "the connection was ended");
    assert!(!exists(cluster, &name).await);
}

/// Howdah's own connections, made by looking into a database, are no hindrance.
#[tokio::test]
async fn delete_after_looking_into_it() {
    let admin = TestApp::shared().administrator().await;
    let name = scratch("looked").await;
    admin.get(&format!("{}/tables", path(&name))).await.status(200);
    let list: Vec<Connection> = admin.get(&format!("{}/connections", path(&name))).await.ok().json();
    assert!(list.iter().all(|one| one.own), "{list:?}");
    assert_eq!(
        admin.get(&path(&name)).await.ok().value()["connections"],
        0,
        "own connections are not counted"
    );
    admin.delete(&path(&name)).await.status(204);
}

#[tokio::test]
async fn previews_are_what_is_run_and_change_nothing() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let (name, new_name, owner) = (unique("pre'v\"iew"), unique("re named"), unique("ow'ner"));
    cluster.execute("postgres", &format!("CREATE ROLE {}", ident(&owner))).await;

    let body = json!({"name": name, "description": "d'\\", "owner": owner, "connectionLimit": 3, "template": "template0"});
    let preview =
        statements(&admin.post("/api/database?dryRun=true", body.clone()).await.status(200).value());
    assert!(!exists(cluster, &name).await, "a dry run makes nothing");
    let id = admin.post("/api/database", body).await.status(201).request_id();
    assert_ran(&admin.get(&format!("/api/trace/{id}")).await.status(200).value(), &preview);

    let body = json!({"name": new_name, "description": "", "owner": "postgres", "connectionLimit": -1, "allowConnections": false});
    let preview = statements(
        &admin.put(&format!("{}?dryRun=true", path(&name)), body.clone()).await.status(200).value(),
    );
    assert!(exists(cluster, &name).await && !exists(cluster, &new_name).await, "a dry run renames nothing");
    let id = admin.put(&path(&name), body).await.status(200).request_id();
    assert_ran(&admin.get(&format!("/api/trace/{id}")).await.status(200).value(), &preview);

    let preview =
        admin.send(reqwest::Method::DELETE, &format!("{}?dryRun=true", path(&new_name)), None, &[]).await;
    let preview = statements(&preview.status(200).value());
    assert!(exists(cluster, &new_name).await, "a dry run drops nothing");
    let id = admin.delete(&path(&new_name)).await.status(204).request_id();
    assert_ran(&admin.get(&format!("/api/trace/{id}")).await.status(200).value(), &preview);
}

/// Each previewed statement was run, in this order, and nothing else that changes something.
fn assert_ran(trace: &Value, preview: &[String]) {
    let ran: Vec<&str> =
        trace["statements"].as_array().unwrap().iter().map(|one| one["sql"].as_str().unwrap()).collect();
    let changes: Vec<&str> = ran
        .iter()
        .copied()
        .filter(|sql| {
            ["CREATE", "ALTER", "COMMENT", "DROP"].iter().any(|verb| sql.trim_start().starts_with(verb))
        })
        .collect();
    let wanted: Vec<&str> = preview
        .iter()
        .map(|sql| sql.trim_end_matches(';'))
        .filter(|sql| !["BEGIN", "COMMIT", "START"].iter().any(|verb| sql.starts_with(verb)))
        .collect();
    let changes: Vec<&str> = changes.iter().map(|sql| sql.trim_end_matches(';')).collect();
    assert_eq!(changes, wanted, "all of it: {ran:#?}");
}

#[tokio::test]
async fn two_creates_at_once_make_one() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    for _ in 0..4 {
        let name = unique("race");
        let body = json!({"name": name, "description": "x"});
        let (one, two) = tokio::join!(
            admin.post("/api/database", body.clone()),
            admin.post("/api/database", body.clone())
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{one}\n{two}");
        let lost = if one.status == 409 { one } else { two };
        lost.problem(409, "database.exists");
        let read: Database = admin.get(&path(&name)).await.status(200).json();
        assert_eq!(read.description.as_deref(), Some("x"), "the one that lost has not dropped it");
    }
}

#[tokio::test]
async fn sizes_come_with_the_list_when_they_are_waited_for() {
    let admin = TestApp::shared().administrator().await;
    let name = scratch("sized").await;
    let list: Vec<Database> = admin.get("/api/database?sizes=wait").await.status(200).json();
    let entry = list.iter().find(|entry| entry.name == name).expect("it is in the list");
    let real: i64 = Cluster::shared()
        .value("postgres", &format!("SELECT pg_database_size({})", literal(&name)))
        .await
        .parse()
        .unwrap();
    let size = entry.size_bytes.expect("the size was waited for");
    assert!((size - real).abs() < 1_000_000, "{size} and {real}");
    admin.get("/api/database?sizes=never").await.problem(400, "request.invalid");
}
