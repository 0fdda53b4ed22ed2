//! I4: names that break what is put together from text, for databases and their owners, on every route.

use howdah_testkit::{Cluster, TestApp, eventually, hostile_names, unique};
use howdah_types::databases::{Connection, Database};
use howdah_types::tables::DatabaseTable;
use serde_json::json;

use crate::support::{exists, ident, literal, named, path};

/// The whole life of a database of each name, through each route that takes it.
#[tokio::test]
async fn databases() {
    let cluster = Cluster::builder().start();
    let app = TestApp::on(&cluster).start();
    let admin = app.administrator().await;
    let names = hostile_names();
    for name in &names {
        let at = path(name);
        let made = admin.post("/api/database", json!({"name": name, "description": name})).await.status(201);
        let location = made.header("location").unwrap().to_owned();
        assert_eq!(made.json::<Database>().name, *name);
        for address in [&at, &location] {
            let read: Database = admin.get(address).await.status(200).json();
            assert_eq!((&read.name, read.description.as_ref()), (name, Some(name)), "{address}");
        }
        let list = admin.get("/api/database").await.status(200).value();
        assert!(named(&list, name).is_some(), "{name:?} is in the list");
        for below in ["schemas", "tables?schema=*", "connections"] {
            admin.get(&format!("{at}/{below}")).await.status(200);
        }
        let preview =
            admin.post("/api/database?dryRun=true", json!({"name": name, "owner": name})).await.status(200);
        assert!(preview.value()["statements"][0].as_str().unwrap().contains(&name.replace('"', "\"\"")));
        admin
            .put(&at, json!({"description": format!("again {name}"), "connectionLimit": 3}))
            .await
            .status(200);
        let new = format!("2{}", name.chars().take(20).collect::<String>());
        admin.put(&at, json!({"name": new})).await.status(200);
        admin.put(&path(&new), json!({"name": name})).await.status(200);
        admin.delete(&format!("{at}?dryRun=true")).await.status(200);
        let copy = unique("hostile_copy");
        let job = admin.post(&format!("{at}/copy"), json!({"name": copy})).await.status(202).value();
        let job = crate::jobs::finished(&admin, job["id"].as_str().unwrap()).await;
        assert_eq!(json!(job.state), json!("succeeded"), "{job:?}");
        admin.delete(&path(&copy)).await.status(204);
        admin.delete(&at).await.status(204);
        admin.get(&at).await.problem(404, "database.not_found");
    }
    let audit = admin.get("/api/audit?limit=200").await.status(200).text();
    assert!(audit.contains("onerror"), "names are told as they are");
    println!("{} names of databases", names.len());
}

/// `host=evil dbname=x` is a name, not a connection string: each database is looked into, and no other.
#[tokio::test]
async fn each_name_connects_to_its_own_database() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    for name in hostile_names() {
        cluster.execute("postgres", &format!("CREATE DATABASE {}", ident(&name))).await;
        let marker = unique("marker");
        cluster.execute(&name, &format!("CREATE TABLE {marker} (a int)")).await;
        let tables: Vec<DatabaseTable> =
            admin.get(&format!("{}/tables", path(&name))).await.status(200).json();
        let found: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(found, [marker.as_str()], "{name:?}");
        // The test's own connection, which has made the table, may take a moment to end.
        eventually("the connections are told", 5, async || {
            let list: Vec<Connection> =
                admin.get(&format!("{}/connections", path(&name))).await.status(200).json();
            list.iter().all(|one| one.own).then_some(())
        })
        .await;
        cluster.execute("postgres", &format!("DROP DATABASE {} WITH (FORCE)", ident(&name))).await;
    }
}

#[tokio::test]
async fn owners() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let mut count = 0;
    for name in hostile_names() {
        let role = format!("r{}{}", name.chars().take(14).collect::<String>(), unique(""));
        cluster.execute("postgres", &format!("CREATE ROLE {}", ident(&role))).await;
        let database = unique("owned");
        let made: Database =
            admin.post("/api/database", json!({"name": database, "owner": role})).await.status(201).json();
        assert_eq!(made.owner, role);
        admin.put(&path(&database), json!({"owner": "postgres"})).await.status(200);
        let again: Database =
            admin.put(&path(&database), json!({"owner": role, "description": role})).await.status(200).json();
        assert_eq!((again.owner, again.description), (role.clone(), Some(role.clone())));
        let options = admin.get("/api/database-options").await.status(200).value();
        assert!(options["owners"].as_array().unwrap().contains(&json!(role)));
        admin.delete(&path(&database)).await.status(204);
        count += 1;
    }
    println!("{count} names of roles");
}

/// A wrong value of a hostile name is said back as it is, and nothing of it is run.
#[tokio::test]
async fn refusals_quote_them() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    for name in hostile_names() {
        for field in ["owner", "template", "tablespace", "encoding", "collation"] {
            let database = unique("quoting");
            // Databases of exactly these names are made by a test beside this one.
            let value = format!("no {name}").chars().take(30).collect::<String>();
            let answer = admin.post("/api/database", json!({"name": database, field: value})).await;
            assert!((400..500).contains(&answer.status), "{field} {name:?}: {answer}");
            assert!(!exists(cluster, &database).await, "{field} {name:?}");
        }
    }
    let sql = format!("SELECT count(*) FROM pg_roles WHERE rolname = {}", literal("x"));
    assert_eq!(cluster.value("postgres", &sql).await, "0");
}

/// Descriptions are data: whatever stands in them comes back as it went in.
#[tokio::test]
async fn descriptions() {
    let admin = TestApp::shared().administrator().await;
    let name = unique("described");
    admin.post("/api/database", json!({"name": name})).await.status(201);
    let mut texts = hostile_names();
    texts.push("x".repeat(100_000));
    texts.push("'); DROP DATABASE postgres; --".to_owned());
    texts.push("$$ $1 $howdah$ \\' \u{1} \u{fffd} \u{10ffff}".to_owned());
    for text in texts {
        let changed: Database =
            admin.put(&path(&name), json!({"description": text})).await.status(200).json();
        assert_eq!(changed.description.as_deref(), Some(text.as_str()));
    }
}

/// The role as which Howdah is connected, its password and its database may be hostile too.
#[tokio::test]
async fn the_connection_itself() {
    let cluster = Cluster::shared();
    for (role, password) in
        [("o'br\"ien %I", "p@ss:w/ord?#% '\\"), ("host=evil dbname=x", "é 🐘"), ("a/b@c:d", "%2F")]
    {
        let role = format!("{role}{}", unique(""));
        let database = format!("db {role}");
        cluster
            .execute(
                "postgres",
                &format!("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}", ident(&role), escaped(password)),
            )
            .await;
        cluster.execute("postgres", &format!("CREATE DATABASE {}", ident(&database))).await;
        let app = TestApp::on(cluster)
            .variable("HOWDAH_DATABASE_URL", &cluster.url_as(&role, password, &database))
            .start();
        let admin = app.administrator().await;
        let list = admin.get("/api/database").await.status(200).value();
        assert!(named(&list, &database).is_some_and(|entry| entry["protection"] == "inUse"), "{list}");
        admin.delete(&path(&database)).await.problem(403, "database.protected");
        let dsn = format!(
            "host=127.0.0.1 port={} user='{}' password='{}' dbname='{}' sslmode=disable",
            cluster.port(),
            dsn(&role),
            dsn(password),
            dsn(&database)
        );
        let app = TestApp::on(cluster).variable("HOWDAH_DATABASE_URL", &dsn).start();
        app.administrator().await.get("/api/database").await.status(200);
        assert!(!app.output().contains(password));
    }
}

fn escaped(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn dsn(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}
