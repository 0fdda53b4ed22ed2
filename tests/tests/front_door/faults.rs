//! `PostgreSQL` goes away, is full, is slow: clear problems, and recovery without anybody's help.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use howdah_testkit::{Answer, Client, Cluster, PASSWORD, TestApp, Until, eventually};
use reqwest::Method;
use serde_json::json;

use crate::support::path;

/// 200, or a problem that says that the server or the store is away or busy just now.
fn is_clear(answer: &Answer) -> bool {
    if answer.status < 300 {
        return true;
    }
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or_default();
    let known = [
        "server.down",
        "server.busy",
        "store.down",
        "postgres.retry",
        "postgres.cancelled",
        "postgres.timeout",
    ];
    known.contains(&code) && [503, 409, 504].contains(&answer.status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r18_postgres_is_killed_and_restarted_under_load() {
    let cluster = Cluster::builder().setting("synchronous_commit", "on").start();
    let app = TestApp::on(&cluster).start();
    let admin = app.administrator().await;
    for index in 0..4 {
        cluster.execute("postgres", &format!("CREATE DATABASE load_{index}")).await;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let acknowledged: Vec<Arc<AtomicU64>> = (0..4).map(|_| Arc::new(AtomicU64::new(0))).collect();
    let workers: Vec<_> = (0..4)
        .map(|index| {
            let (admin, stop, written) = (admin.clone(), Arc::clone(&stop), Arc::clone(&acknowledged[index]));
            tokio::spawn(async move {
                let mut seen: BTreeMap<String, u32> = BTreeMap::new();
                let mut unclear = Vec::new();
                for number in 1.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let at = path(&format!("load_{index}"));
                    let change = admin.put(&at, json!({"description": number.to_string()})).await;
                    if change.status == 200 {
                        written.store(number, Ordering::Relaxed);
                    }
                    for answer in
                        [change, admin.get("/api/database").await, admin.get(&format!("{at}/tables")).await]
                    {
                        let code: serde_json::Value =
                            serde_json::from_slice(&answer.body).unwrap_or_default();
                        *seen
                            .entry(format!("{} {}", answer.status, code["code"].as_str().unwrap_or_default()))
                            .or_default() += 1;
                        if !is_clear(&answer) {
                            unclear.push(answer.to_string());
                        }
                    }
                }
                (seen, unclear)
            })
        })
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.kill();
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.start();
        eventually("it works again by itself", 20, async || {
            let list = admin.get("/api/database").await;
            let tables = admin.get(&format!("{}/tables", path("load_0"))).await;
            (list.status == 200 && tables.status == 200).then_some(())
        })
        .await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    for worker in workers {
        let (seen, unclear) = worker.await.unwrap();
        assert!(unclear.is_empty(), "{} unclear answers, the first: {}", unclear.len(), unclear[0]);
        for (key, count) in seen {
            *all.entry(key).or_default() += count;
        }
    }
    println!("answers under load: {all:?}");
    assert!(all.iter().any(|(key, _)| key.starts_with("503")), "the crash was not felt: {all:?}");
    for (index, written) in acknowledged.iter().enumerate() {
        let now: u64 = admin.get(&path(&format!("load_{index}"))).await.status(200).value()["description"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let promised = written.load(Ordering::Relaxed);
        assert!(now >= promised, "load_{index}: {promised} was promised, {now} is there");
    }
    // A stream that was open tells of the loss; a new one works.
    let mut stream = admin.events("/api/events", None).await;
    admin.put(&path("load_0"), json!({"description": "after"})).await.status(200);
    stream.wait_for("events work again", |event| event.event == "databasesChanged").await;
}

#[tokio::test]
async fn the_store_is_unreachable() {
    // What was answered must be there after the crash: tokens and accounts too.
    let (cluster, store) =
        (Cluster::shared(), Cluster::builder().setting("synchronous_commit", "on").start());
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &store.url("postgres")).start();
    let admin = app.administrator().await;
    store.kill();
    let nobody = app.nobody();
    nobody.get("/api/health").await.status(200);
    eventually("ready says so", 10, async || {
        let answer = nobody.get("/api/ready").await;
        (answer.status == 503 && answer.value() == json!({"ready": false, "store": false, "server": true}))
            .then_some(())
    })
    .await;
    let body = json!({"account": "admin", "password": app.admin_password()});
    nobody.post("/api/session", body).await.problem(503, "store.down");
    // Without the store nobody can be known, at the latest when the cache has forgotten them; nothing is changed.
    let name = howdah_testkit::unique("no_store");
    admin.post("/api/database", json!({"name": name})).await.problem(503, "store.down");
    assert!(!crate::support::exists(cluster, &name).await);
    eventually("the cache forgets", 15, async || {
        (admin.get("/api/database").await.status == 503).then_some(())
    })
    .await;
    store.start();
    eventually("it works again by itself", 20, async || {
        let answer = admin.get("/api/database").await;
        assert!(answer.status == 200 || answer.value()["code"] == "store.down", "{answer}");
        (answer.status == 200).then_some(())
    })
    .await;
    eventually("ready", 10, async || (nobody.get("/api/ready").await.status == 200).then_some(())).await;
    admin.post("/api/database", json!({"name": name})).await.status(201);
    let mut stream = admin.events("/api/events", None).await;
    admin.delete(&path(&name)).await.status(204);
    stream.wait_for("events work again", |event| event.event == "databasesChanged").await;
}

/// The managed server is away, the store is there.
#[tokio::test]
async fn the_managed_server_is_unreachable() {
    let managed = Cluster::builder().start();
    let app =
        TestApp::on(Cluster::shared()).variable("HOWDAH_DATABASE_URL", &managed.url("postgres")).start();
    let admin = app.administrator().await;
    admin.get("/api/database").await.status(200);
    let mut stream = admin.events("/api/events", None).await;
    managed.kill();
    admin.get("/api/database").await.problem(503, "server.down");
    stream
        .wait_for("the loss", |event| {
            event.event == "serverChanged" && event.data["body"]["server"]["state"] == "down"
        })
        .await;
    let server = admin.get("/api/servers").await.status(200);
    assert!(!server.text().contains(managed.password()));
    let server = server.value();
    assert_eq!(server[0]["state"], "down");
    assert!(server[0]["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "it says why: {server}");
    admin.get("/api/accounts").await.status(200);
    managed.start();
    stream
        .wait_for("the return", |event| {
            event.event == "serverChanged" && event.data["body"]["server"]["state"] == "up"
        })
        .await;
    admin.get("/api/database").await.status(200);
}

/// Everything is away when Howdah starts.
#[tokio::test]
async fn the_server_is_down_at_the_start() {
    let cluster = Cluster::builder().start();
    cluster.stop();
    let app = TestApp::bare()
        .variable("HOWDAH_DATABASE_URL", &cluster.url("postgres"))
        .variable("HOWDAH_ADMIN_PASSWORD", PASSWORD)
        .until(Until::Listening)
        .start();
    let nobody = app.nobody();
    nobody.get("/api/health").await.status(200);
    nobody.get("/api/ready").await.status(503);
    nobody
        .post("/api/session", json!({"account": "admin", "password": PASSWORD}))
        .await
        .problem(503, "store.down");
    let page = nobody.get("/").await;
    assert!(page.status < 500, "the app is served, and says so: {page}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    cluster.start();
    eventually("it has set itself up", 40, async || {
        (nobody.get("/api/ready").await.status == 200).then_some(())
    })
    .await;
    let admin = eventually("the administrator is there", 10, async || {
        let answer = nobody.post("/api/session", json!({"account": "admin", "password": PASSWORD})).await;
        Some(Client::cookie(app.base(), "admin", &answer.session_cookie()?))
    })
    .await;
    admin.get("/api/database").await.status(200);
    // The store is a database of its own on that server.
    assert_eq!(
        cluster.value("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'howdah'").await,
        "1"
    );
}

async fn locked_table(cluster: &Cluster, name: &str) -> tokio_postgres::Client {
    cluster.execute("postgres", &format!("CREATE DATABASE {name}")).await;
    cluster.execute(name, "CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE free AS SELECT 1 AS a").await;
    let blocker = cluster.connect(name).await;
    blocker.batch_execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE").await.unwrap();
    blocker
}

#[tokio::test]
async fn all_connections_are_in_use() {
    let cluster = Cluster::shared();
    let app = TestApp::on(cluster)
        .variable("HOWDAH_POOL_SIZE", "1")
        .variable("HOWDAH_ACQUIRE_TIMEOUT", "500ms")
        .start();
    let admin = app.administrator().await;
    let name = howdah_testkit::unique("exhausted");
    let blocker = locked_table(cluster, &name).await;
    let rows = format!("{}/tables/t/rows", path(&name));
    let (slow, (busy, health, unlocked)) = tokio::join!(admin.get(&rows), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let busy = admin.get(&format!("{}/tables/free/rows", path(&name))).await;
        let health = app.nobody().get("/api/health").await.status;
        (busy, health, blocker.batch_execute("ROLLBACK").await)
    });
    busy.problem(503, "server.busy");
    assert_eq!(health, 200);
    unlocked.unwrap();
    slow.status(200);
    admin.get(&rows).await.status(200);
}

#[tokio::test]
async fn the_servers_connections_are_in_use() {
    let cluster = Cluster::builder().setting("max_connections", "12").start();
    let password = cluster.login_role("plain").await;
    let app = TestApp::on(Cluster::shared())
        .variable("HOWDAH_DATABASE_URL", &cluster.url_as("plain", &password, "postgres"))
        .variable("HOWDAH_ACQUIRE_TIMEOUT", "1s")
        .start();
    let admin = app.administrator().await;
    admin.get("/api/database").await.status(200);
    let mut held = Vec::new();
    for _ in 0..12 {
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(cluster.port()).user("plain").password(&password).dbname("postgres");
        if let Ok((client, connection)) = config.connect(tokio_postgres::NoTls).await {
            tokio::spawn(connection);
            held.push(client);
        }
    }
    for at in ["/api/database", "/api/database/template1/tables", "/api/database/postgres/schemas"] {
        let answer = admin.get(at).await;
        assert!(answer.status == 200 || [503, 507].contains(&answer.status), "{answer}");
    }
    held.clear();
    eventually("it works again", 10, async || {
        (admin.get("/api/database/postgres/schemas").await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_stopped() {
    let cluster = Cluster::shared();
    let app = TestApp::on(cluster).variable("HOWDAH_STATEMENT_TIMEOUT", "700ms").start();
    let admin = app.administrator().await;
    let name = howdah_testkit::unique("too_long");
    let _blocker = locked_table(cluster, &name).await;
    admin.get(&format!("{}/tables/t/rows", path(&name))).await.problem(504, "postgres.timeout");
    let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND state = 'active'");
    assert_eq!(cluster.value("postgres", &sql).await, "0");
    // By the server itself: it would also do so if Howdah could no longer ask for it.
    assert!(cluster.log().contains("canceling statement due to statement timeout"));
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_its_statement() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let admin = app.administrator().await;
    let name = howdah_testkit::unique("gone_away");
    let _blocker = locked_table(cluster, &name).await;
    let waiting = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND wait_event_type = 'Lock'"
    );
    let request = tokio::spawn({
        let (admin, at) = (admin.clone(), format!("{}/tables/t/rows", path(&name)));
        async move { admin.try_send(Method::GET, &at, None, &[]).await }
    });
    eventually("the statement waits", 5, async || {
        (cluster.value("postgres", &waiting).await == "1").then_some(())
    })
    .await;
    request.abort();
    eventually("it was cancelled at the server", 10, async || {
        (cluster.value("postgres", &waiting).await == "0").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_graceful_stop_lets_requests_finish() {
    let cluster = Cluster::shared();
    let app = TestApp::on(cluster).start();
    let admin = app.administrator().await;
    let name = howdah_testkit::unique("finishing");
    let blocker = locked_table(cluster, &name).await;
    let at = format!("{}/tables/t/rows", path(&name));
    let mut stream = admin.events("/api/events", None).await;
    let (slow, ()) = tokio::join!(admin.get(&at), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        app.signal("-TERM");
        tokio::time::sleep(Duration::from_millis(600)).await;
        let late = app.nobody().try_send(Method::GET, "/api/health", None, &[]).await;
        assert!(late.is_err() || late.is_ok_and(|answer| answer.status == 503), "no new requests");
        blocker.batch_execute("ROLLBACK").await.unwrap();
    });
    slow.status(200);
    stream.until_closed(Duration::from_secs(5)).await;
    let status = app.ended(15).await;
    assert!(status.success(), "{status}: {}", app.output());
    let left = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'howdah/%' AND datname = '{name}'"
    );
    eventually("its connections are closed", 3, async || {
        (cluster.value("postgres", &left).await == "0").then_some(())
    })
    .await;
}
