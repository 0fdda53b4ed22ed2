//! Behind pgbouncer in transaction mode: a connection of ours is another one of the server's for each transaction.

use howdah_testkit::{Cluster, Pooler, TestApp, eventually, unique};
use howdah_types::databases::Database;
use howdah_types::jobs::JobState;
use howdah_types::rows::RowsPage;
use howdah_types::tables::DatabaseTable;
use reqwest::Method;
use serde_json::json;

use crate::imports::{import, upload};
use crate::support::{exists, path};

struct Stage {
    cluster: Cluster,
    pooler: Pooler,
    app: TestApp,
}

impl Stage {
    /// The managed server through the pooler; the store directly, since it listens to notifications.
    async fn new(settings: &[&str]) -> Self {
        let cluster = Cluster::builder().start();
        let pooler = Pooler::start(&cluster, settings);
        cluster.execute("postgres", "CREATE DATABASE shop").await;
        cluster
            .execute(
                "shop",
                "CREATE TABLE item (id int PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'one')",
            )
            .await;
        let app = TestApp::on(&cluster).variable("HOWDAH_DATABASE_URL", &pooler.url("postgres")).start();
        Self { cluster, pooler, app }
    }
}

#[tokio::test]
async fn r19_reading_and_changing() {
    let Stage { cluster, app, .. } = &Stage::new(&[]).await;
    let admin = app.administrator().await;
    for _ in 0..5 {
        let list: Vec<Database> = admin.get("/api/database?sizes=wait").await.status(200).json();
        let shop = list.iter().find(|database| database.name == "shop").expect("it is listed");
        assert!(shop.size_bytes.is_some_and(|bytes| bytes > 1_000_000), "{shop:?}");
        let tables: Vec<DatabaseTable> = admin.get("/api/database/shop/tables").await.status(200).json();
        assert_eq!(tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["item"]);
        let page: RowsPage = admin.get("/api/database/shop/tables/item/rows").await.status(200).json();
        assert_eq!(page.rows, [[Some("1".to_owned()), Some("one".to_owned())]]);
    }
    // What is known of a table is not believed from one transaction to the next.
    cluster.execute("shop", "ALTER TABLE item ADD COLUMN price int DEFAULT 3").await;
    let page: RowsPage = admin.get("/api/database/shop/tables/item/rows").await.status(200).json();
    assert_eq!(page.rows[0].last(), Some(&Some("3".to_owned())));
    admin.get("/api/database/nowhere/tables").await.problem(404, "database.not_found");
    admin.get("/api/database/shop/tables/nothing/rows").await.problem(404, "table.not_found");
    let (name, new) = (unique("behind"), unique("renamed"));
    admin.post("/api/database", json!({"name": name, "description": "made"})).await.status(201);
    assert!(exists(cluster, &name).await);
    let changed: Database =
        admin.put(&path(&name), json!({"name": new, "description": "kept"})).await.status(200).json();
    assert_eq!((changed.name.as_str(), changed.description.as_deref()), (new.as_str(), Some("kept")));
    // The pooler keeps connections to a database that was looked into; they do not keep it from being dropped.
    admin.get(&format!("{}/tables", path(&new))).await.status(200);
    admin.delete(&path(&new)).await.status(204);
    assert!(!exists(cluster, &new).await);
}

#[tokio::test]
async fn many_requests_at_once() {
    let Stage { app, .. } = &Stage::new(&[]).await;
    let admin = app.administrator().await;
    let requests = (0..60).map(|number| {
        let admin = admin.clone();
        async move {
            match number % 3 {
                0 => drop(admin.get("/api/database").await.status(200)),
                1 => drop(admin.get("/api/database/shop/tables").await.status(200)),
                _ => {
                    let page: RowsPage =
                        admin.get("/api/database/shop/tables/item/rows").await.status(200).json();
                    assert_eq!(page.rows.len(), 1);
                }
            }
        }
    });
    futures_util::future::join_all(requests).await;
}

/// Files go in and out while other clients of the pooler take the same names for their prepared statements.
#[tokio::test]
async fn r19_files_are_imported_and_exported() {
    let Stage { cluster, app, .. } = &Stage::new(&[]).await;
    let admin = app.administrator().await;
    for round in 0..3 {
        cluster.execute("shop", "TRUNCATE item").await;
        let file = upload(&admin, "item.csv", "id,name\n1,one\nx,bad\n2,two\n").await;
        let data = json!({"upload": file.id, "table": "item", "maxRejects": 1});
        let imports = (0..1).map(|_| import(&admin, "shop", data.clone()));
        let others = (0..8).map(|_| admin.get("/api/database/shop/tables/item/rows"));
        let (done, _) =
            tokio::join!(futures_util::future::join_all(imports), futures_util::future::join_all(others));
        let (job, report) = &done[0];
        assert_eq!(
            (job.state, report.rows_written, report.rows_rejected),
            (JobState::Succeeded, 2, 1),
            "{round}: {job:?}"
        );
        let sort = howdah_testkit::segment("[{\"column\":\"id\"}]");
        let text =
            admin.get(&format!("/api/database/shop/tables/item/export?sort={sort}")).await.status(200).text();
        assert_eq!(text, "id,name\n1,one\n2,two\n");
    }
}

/// What Howdah sets for itself must not meet other clients of the pooler: with our `search_path` an application would
/// no longer find its tables.
#[tokio::test]
async fn settings_do_not_leak_to_other_clients() {
    for settings in [&[] as &[&str], &["ignore_startup_parameters = options,extra_float_digits"]] {
        let Stage { cluster, pooler, app } = &Stage::new(settings).await;
        // An application with settings of its own for its database.
        cluster.execute("postgres", "ALTER DATABASE shop SET statement_timeout = '77s'").await;
        let admin = app.administrator().await;
        let reads = (0..12).map(|_| admin.get("/api/database/shop/tables/item/rows"));
        futures_util::future::join_all(reads).await.into_iter().for_each(|answer| drop(answer.status(200)));
        admin.get("/api/database/shop/schemas").await.status(200);
        admin.post("/api/database", json!({"name": "made", "description": "x"})).await.status(201);

        for database in ["shop", "postgres"] {
            // Both of the pooler's connections: each client holds one by an open transaction.
            let (one, two) = (pooler.connect(database).await, pooler.connect(database).await);
            let mut seen = Vec::new();
            for client in [&one, &two] {
                client.batch_execute("BEGIN").await.unwrap();
                let sql = "SELECT pg_backend_pid()::text, string_agg(name || '=' || setting, ' ' ORDER BY name)
                           FROM pg_settings WHERE source = 'session' AND name NOT IN
                               ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings',
                                'IntervalStyle')";
                let row = client.query_typed(sql, &[]).await.unwrap().remove(0);
                seen.push((row.get::<_, String>(0), row.get::<_, Option<String>>(1)));
            }
            assert_ne!(seen[0].0, seen[1].0, "two connections of the server");
            assert!(seen.iter().all(|(_, set)| set.is_none()), "{database}, {settings:?}: {seen:?}");
        }
    }
}

/// The reverse: what others left behind on the pooler's connections does not change what our SQL means.
#[tokio::test]
async fn settings_of_other_clients_do_not_reach_howdah() {
    for settings in [&[] as &[&str], &["ignore_startup_parameters = options"]] {
        others_do_not_reach_howdah(settings).await;
    }
}

async fn others_do_not_reach_howdah(settings: &[&str]) {
    let Stage { cluster, pooler, app } = &Stage::new(settings).await;
    let other = "CREATE SCHEMA trap; CREATE FUNCTION trap.format(text, text) RETURNS text LANGUAGE sql AS
         $$ SELECT 'trapped' $$; CREATE TABLE trap.pg_class AS SELECT 1 AS x";
    cluster.execute("shop", other).await;
    cluster
        .execute(
            "shop",
            "CREATE TABLE kinds AS SELECT '\\x00ff'::bytea AS b, interval '1 day 2 h' AS i, 0.1::float8 + 0.2 AS f",
        )
        .await;
    let admin = app.administrator().await;
    admin.get("/api/database/shop/tables/kinds/rows").await.status(200);
    // Now that Howdah is connected, whatever it has set is overwritten.
    let (one, two) = (pooler.connect("shop").await, pooler.connect("shop").await);
    for client in [&one, &two] {
        client.batch_execute("BEGIN").await.unwrap();
    }
    for client in [&one, &two] {
        let spoil = "SET search_path = trap, pg_catalog; SET bytea_output = 'escape'; SET IntervalStyle = 'sql_standard';
             SET extra_float_digits = -10; COMMIT";
        client.batch_execute(spoil).await.unwrap();
    }
    for _ in 0..6 {
        let page: RowsPage = admin.get("/api/database/shop/tables/kinds/rows").await.status(200).json();
        let values: Vec<_> = page.rows[0].iter().map(|value| value.as_deref().unwrap()).collect();
        assert_eq!(values, ["\\x00ff", "1 day 02:00:00", "0.30000000000000004"]);
    }
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_its_statement() {
    let Stage { cluster, pooler, app } = &Stage::new(&[]).await;
    let admin = app.administrator().await;
    let blocker = cluster.connect("shop").await;
    blocker.batch_execute("BEGIN; LOCK TABLE item IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'shop' AND wait_event_type = 'Lock'";
    let request = tokio::spawn({
        let admin = admin.clone();
        async move { admin.try_send(Method::GET, "/api/database/shop/tables/item/rows", None, &[]).await }
    });
    eventually("the statement waits", 60, async || {
        (cluster.value("postgres", waiting).await == "1").then_some(())
    })
    .await;
    request.abort();
    eventually("it was cancelled at the server", 60, async || {
        (cluster.value("postgres", waiting).await == "0").then_some(())
    })
    .await;
    // The first request has done it: a second one follows where the first was lost.
    assert_eq!(pooler.log().matches("started sending cancel request").count(), 1, "{}", pooler.log());
    blocker.batch_execute("ROLLBACK").await.unwrap();
    // Neither of the pooler's connections was left in a transaction of ours.
    for _ in 0..4 {
        admin.get("/api/database/shop/tables/item/rows").await.status(200);
    }
    assert!(!pooler.log().contains("FATAL"), "{}", pooler.log());
    let other = pooler.connect("shop").await;
    other.batch_execute("INSERT INTO item VALUES (2, 'two')").await.unwrap();
}

/// The limit holds although the pooler's connections cannot be set to it.
#[tokio::test]
async fn a_statement_that_takes_too_long_is_stopped() {
    let Stage { cluster, pooler, .. } = &Stage::new(&[]).await;
    let app = TestApp::on(cluster)
        .variable("HOWDAH_DATABASE_URL", &pooler.url("postgres"))
        .variable("HOWDAH_STATEMENT_TIMEOUT", "700ms")
        .start();
    let admin = app.administrator().await;
    let blocker = cluster.connect("shop").await;
    blocker.batch_execute("BEGIN; LOCK TABLE item IN ACCESS EXCLUSIVE MODE").await.unwrap();
    admin.get("/api/database/shop/tables/item/rows").await.problem(504, "postgres.timeout");
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'shop' AND wait_event_type = 'Lock'";
    assert_eq!(cluster.value("postgres", sql).await, "0");
}

/// The store needs connections of its own: it listens. Behind the pooler it would seem to work and then fail at random,
/// so it says what to do instead.
#[tokio::test]
async fn the_store_is_not_kept_behind_a_pooler() {
    let Stage { cluster, pooler, .. } = &Stage::new(&[]).await;
    let app = TestApp::bare()
        .variable("HOWDAH_DATABASE_URL", &pooler.url("postgres"))
        .until(howdah_testkit::Until::Listening)
        .start();
    eventually("it says why", 60, async || app.output().contains("HOWDAH_STORE_URL").then_some(())).await;
    assert!(app.output().contains("pooler"), "{}", app.output());
    app.nobody().get("/api/ready").await.status(503);
    assert!(!exists(cluster, "howdah").await, "nothing was made");
}
