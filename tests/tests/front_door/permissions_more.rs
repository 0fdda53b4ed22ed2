//! I1 beyond the matrix: things of other accounts, what lists and streams show, methods that are not declared.

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, eventually, unique};
use howdah_types::jobs::{Job, JobState};
use reqwest::Method;
use serde_json::json;

use crate::support::{path, scratch};

#[tokio::test]
async fn the_things_of_other_accounts_are_not_there() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let admin_sessions = admin.get("/api/sessions").await.status(200).value();
    let session_id = admin_sessions[0]["id"].as_str().unwrap().to_owned();
    let token = admin.post("/api/tokens", json!({"name": "mine"})).await.status(201).value();
    let token_id = token["token"]["id"].as_str().unwrap().to_owned();
    let operator = app.operator().await;
    operator.delete(&format!("/api/sessions/{session_id}")).await.problem(404, "session.not_found");
    operator.delete(&format!("/api/tokens/{token_id}")).await.problem(404, "token.not_found");
    assert!(!operator.get("/api/tokens").await.text().contains(&token_id));
    assert!(!operator.get("/api/sessions").await.text().contains(&session_id));
    admin.get("/api/session").await.status(200);
    Client::token(app.base(), "admin", token["secret"].as_str().unwrap())
        .get("/api/session")
        .await
        .status(200);
}

/// A job of another database does not exist for a limited account, and neither does what is in its log.
#[tokio::test]
async fn jobs_of_other_databases_are_not_there() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let (mine, other) = (scratch("job_mine").await, scratch("job_other").await);
    let job: Job = admin
        .post(&format!("{}/copy", path(&other)), json!({"name": unique("job_copy")}))
        .await
        .status(202)
        .json();
    let scoped = app.scoped("operator", &[&mine]).await;
    assert!(!scoped.get("/api/jobs").await.status(200).text().contains(&job.id));
    for at in ["", "/log", "/events"] {
        scoped.get(&format!("/api/jobs/{}{at}", job.id)).await.problem(404, "job.not_found");
    }
    scoped.post(&format!("/api/jobs/{}/cancel", job.id), json!({})).await.problem(404, "job.not_found");
    eventually("the job ends", 30, async || {
        let job: Job = admin.get(&format!("/api/jobs/{}", job.id)).await.json();
        job.state.is_final().then_some(())
    })
    .await;
}

/// Ending the connections of others is more than making a copy.
#[tokio::test]
async fn a_copy_that_ends_connections_needs_more() {
    let app = TestApp::on(Cluster::shared()).start();
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let token = session
        .post("/api/tokens", json!({"name": "maker", "permissions": ["database.create"]}))
        .await
        .status(201)
        .value();
    let maker = Client::token(app.base(), "maker", token["secret"].as_str().unwrap());
    let source = scratch("more_source").await;
    let body = json!({"name": unique("more"), "endConnections": true});
    maker.post(&format!("{}/copy", path(&source)), body).await.problem(403, "permission.denied");
    maker.post(&format!("{}/copy", path(&source)), json!({"name": unique("less")})).await.status(202);
}

/// Howdah's own database holds what needs other permissions than `row.read`: password hashes, the audit log, sign-ins.
/// It is neither looked into nor copied to where it can be looked into.
#[tokio::test]
async fn the_store_is_not_read_through_the_front_door() {
    let cluster = Cluster::shared();
    let store = unique("closed_store");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &cluster.url(&store)).start();
    let mut open = Vec::new();
    for client in [app.viewer().await, app.operator().await, app.administrator().await] {
        for table in ["account", "session", "token", "audit", "job", "setup_link"] {
            let answer = client.get(&format!("{}/tables/{table}/rows?schema=howdah", path(&store))).await;
            if answer.status == 200 {
                open.push(format!(
                    "{} reads {table}: {}",
                    client.name,
                    answer.text().chars().take(300).collect::<String>()
                ));
            }
        }
        let copy = unique("stolen_store");
        let made = client.post("/api/database", json!({"name": copy, "template": store})).await;
        let copied = client
            .post(
                &format!("{}/copy", path(&store)),
                json!({"name": unique("stolen_copy"), "endConnections": true}),
            )
            .await;
        // Not for some other reason, such as that it is in use just now.
        let code = made.value()["code"].clone();
        if code != "database.protected" && !(client.name == "viewer" && code == "permission.denied") {
            open.push(format!("{} copies it: {made}", client.name));
        }
        // What a copy needs is checked by its job.
        if copied.status == 202 {
            let job = crate::jobs::finished(&client, copied.value()["id"].as_str().unwrap()).await;
            if job.state != JobState::Failed {
                open.push(format!("{} copies it: {job:?}", client.name));
            }
        }
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
}

/// One server has many names: `localhost` is not `127.0.0.1` to a comparison of texts. And a database on another server
/// that only has the same name as the store is like any other.
#[tokio::test]
async fn the_store_is_known_by_what_it_is_and_not_by_its_address() {
    let cluster = Cluster::shared();
    let store = unique("alias_store");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let alias = cluster.url(&store).replace("@127.0.0.1:", "@localhost:");
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &alias).start();
    let admin = app.administrator().await;
    let rows = format!("{}/tables/account/rows?schema=howdah", path(&store));
    admin.get(&rows).await.problem(403, "database.protected");

    let elsewhere = Cluster::builder().start();
    elsewhere.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &elsewhere.url(&store)).start();
    let admin = app.administrator().await;
    howdah_testkit::eventually("the database of the same name is open", 20, async || {
        (admin.get(&rows).await.status == 200).then_some(())
    })
    .await;
}

/// What is not declared is refused, whatever trick leads there.
#[tokio::test]
async fn no_way_around_the_gate() {
    let app = TestApp::shared();
    let viewer = app.viewer().await;
    let name = scratch("around").await;
    let at = path(&name);
    for header in ["x-http-method-override", "x-method-override", "x-http-method"] {
        viewer.send(Method::GET, &at, None, &[(header, "DELETE")]).await.status(200);
    }
    for header in ["x-original-url", "x-rewrite-url", "x-forwarded-path"] {
        let answer = viewer.send(Method::GET, "/api/health", None, &[(header, "/api/accounts")]).await;
        assert!(!answer.text().contains("permissionSet"), "{answer}");
    }
    viewer.get(&format!("{at}?_method=DELETE")).await.status(200);
    for path in [
        "//api/accounts",
        "/api//accounts",
        "/api/accounts/",
        "/./api/accounts",
        "/api/x/%2e%2e/accounts",
        "/api/accounts;x=1",
    ] {
        let answer = viewer.get(path).await;
        assert!(answer.status != 200 || !answer.text().contains("permissionSet"), "{answer}");
    }
    for method in ["PATCH", "TRACE", "CONNECT", "PROPFIND"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        if let Ok(answer) = viewer.try_send(method, &at, None, &[]).await {
            assert!(answer.status >= 400, "{answer}");
        }
    }
    let head = viewer.send(Method::HEAD, "/api/accounts", None, &[]).await;
    assert_eq!(head.status, 403, "HEAD is GET for the gate");
    viewer.get(&at).await.status(200);
}

/// GET changes nothing: the catalog and the store are as they were. That rows went out as a file is recorded.
#[tokio::test]
async fn reading_changes_nothing() {
    let cluster = Cluster::shared();
    let store = unique("reading_store");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &cluster.url(&store)).start();
    let admin = app.administrator().await;
    let name = scratch("reading").await;
    cluster.execute(&name, "CREATE TABLE t AS SELECT 1 AS a; ANALYZE t").await;
    let _ = admin.get("/api/session").await;
    let state = async || {
        let catalog = cluster
            .query(
                "postgres",
                &format!("SELECT xmin::text, oid::text FROM pg_database WHERE datname = '{name}'"),
            )
            .await;
        let tables =
            cluster.query(&name, "SELECT count(*)::text, max(oid::text::bigint)::text FROM pg_class").await;
        let counts = "SELECT (SELECT count(*) FROM howdah.audit WHERE action <> 'row.export'), (SELECT count(*) FROM howdah.account), (SELECT count(*) FROM howdah.token),
                             (SELECT count(*) FROM howdah.job), (SELECT count(*) FROM howdah.setup_link)";
        (catalog, tables, cluster.query(&store, counts).await)
    };
    let before = state().await;
    let document = app.nobody().get("/api/openapi.json").await.status(200).value();
    let mut count = 0;
    for (at, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() {
            continue;
        }
        let at = at
            .replace("{name}", &name)
            .replace("{table}", "t")
            .replace("{id}", "x")
            .replace("{requestId}", "x");
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let answer = admin.send(method, &format!("{at}?column=a&address=(0,1)"), None, &[]).await;
            assert!(answer.status < 500, "{answer}");
            count += 1;
        }
    }
    assert_eq!(state().await, before);
    println!("{count} requests that read");
}

/// The account that is deleted in the middle of a stream of its own.
#[tokio::test]
async fn an_open_stream_ends_with_the_account() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let body = json!({"name": "listener", "password": PASSWORD, "permissionSet": "viewer"});
    admin.post("/api/accounts", body).await.status(201);
    let session = Client::sign_in(app.base(), "listener", PASSWORD).await;
    let mut stream = session.events("/api/events", None).await;
    admin.delete("/api/accounts/listener").await.status(204);
    stream.until_closed(std::time::Duration::from_secs(5)).await;
}
