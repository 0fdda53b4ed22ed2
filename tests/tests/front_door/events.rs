//! `GET /api/events`: what changes is told to everybody who may know, whoever changed it.

use std::time::Duration;

use howdah_testkit::{Client, Cluster, EventStream, PASSWORD, SseEvent, TestApp, unique};
use serde_json::{Value, json};

use crate::support::{path, scratch};

fn names(event: &SseEvent) -> Vec<String> {
    let names = event.data["body"]["names"].as_array().cloned().unwrap_or_default();
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn changed(name: &str) -> impl Fn(&SseEvent) -> bool + '_ {
    move |event| event.event == "databasesChanged" && names(event).iter().any(|one| one == name)
}

async fn open(client: &Client) -> EventStream {
    client.events("/api/events", None).await
}

#[tokio::test]
async fn a_change_by_one_is_seen_by_the_other_at_once() {
    let app = TestApp::shared();
    let (admin, viewer) = (app.administrator().await, app.viewer().await);
    let mut stream = open(&viewer).await;
    let (name, new) = (unique("seen"), unique("seen_new"));
    admin.post("/api/database", json!({"name": name})).await.status(201);
    let event = stream.wait_for("created", changed(&name)).await;
    assert_eq!(event.data["body"]["kind"], "databasesChanged");
    assert_eq!(event.data["id"].to_string(), event.id.clone().expect("it is kept"), "{event:?}");
    admin.put(&path(&name), json!({"description": "x"})).await.status(200);
    stream.wait_for("described", changed(&name)).await;
    admin.put(&path(&name), json!({"name": new})).await.status(200);
    let event = stream.wait_for("renamed", changed(&new)).await;
    assert!(names(&event).contains(&name) || names(&event).contains(&new));
    admin.delete(&path(&new)).await.status(204);
    stream.wait_for("dropped", changed(&new)).await;
}

#[tokio::test]
async fn a_change_by_psql_is_seen_too() {
    let (app, cluster) = (TestApp::shared(), Cluster::shared());
    let viewer = app.viewer().await;
    let mut stream = open(&viewer).await;
    // The server is looked at while somebody listens.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let name = unique("by_psql");
    for (what, sql) in [
        ("created", format!("CREATE DATABASE {name}")),
        ("described", format!("COMMENT ON DATABASE {name} IS 'by psql'")),
        ("limited", format!("ALTER DATABASE {name} CONNECTION LIMIT 3")),
        ("renamed", format!("ALTER DATABASE {name} RENAME TO {name}_2")),
        ("dropped", format!("DROP DATABASE {name}_2")),
    ] {
        cluster.execute("postgres", &sql).await;
        stream
            .wait_for(what, |event| {
                event.event == "databasesChanged" && names(event).iter().any(|one| one.starts_with(&name))
            })
            .await;
    }
}

#[tokio::test]
async fn a_stream_goes_on_where_it_broke() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let mut stream = open(&admin).await;
    let first = unique("resume");
    admin.post("/api/database", json!({"name": first})).await.status(201);
    stream.wait_for("the first", changed(&first)).await;
    let last = stream.last_id.clone().expect("an id");
    drop(stream);
    let missed: Vec<String> = (0..3).map(|_| unique("missed")).collect();
    for name in &missed {
        admin.post("/api/database", json!({"name": name})).await.status(201);
    }
    let mut stream = admin.events("/api/events", Some(&last)).await;
    let mut seen = Vec::new();
    for name in &missed {
        let event = stream.wait_for(name, changed(name)).await;
        seen.push(event.id.unwrap().parse::<i64>().unwrap());
    }
    assert!(
        seen.windows(2).all(|pair| pair[0] < pair[1]) && seen[0] > last.parse::<i64>().unwrap(),
        "{seen:?} after {last}"
    );
    drop(stream);
    // The last one again: nothing comes twice.
    let mut stream = admin.events("/api/events", Some(&seen[2].to_string())).await;
    while let Some(event) = stream.next(Duration::from_millis(800)).await {
        assert!(
            !missed.iter().any(|name| changed(name)(&event)
                && event.id.as_deref().is_some_and(|id| id.parse::<i64>().unwrap() <= seen[2])),
            "{event:?}"
        );
    }
}

#[tokio::test]
async fn ids_that_make_no_sense_start_anew() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    for id in ["999999999999", "-5", "x", "99999999999999999999999", "1;DROP"] {
        let answer = admin.send(reqwest::Method::GET, "/api/events", None, &[("last-event-id", id)]).await;
        assert!([200, 400].contains(&answer.status), "{id}: {answer}");
    }
    let mut stream = admin.events("/api/events", Some("999999999999")).await;
    let name = unique("after_nonsense");
    admin.post("/api/database", json!({"name": name})).await.status(201);
    stream.wait_for("it lives", |event| changed(&name)(event) || event.event == "reset").await;
}

/// Another process on the same store publishes; this one passes it on.
#[tokio::test]
async fn events_cross_processes() {
    let cluster = Cluster::shared();
    let store = unique("events_store");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let start = || {
        TestApp::on(cluster)
            .variable("HOWDAH_STORE_URL", &cluster.url(&store))
            .variable("HOWDAH_ADMIN_PASSWORD", PASSWORD)
            .start()
    };
    let (one, two) = (start(), start());
    let here = Client::sign_in(one.base(), "admin", PASSWORD).await;
    let there = Client::cookie(two.base(), "admin", here.secret().unwrap());
    let mut stream = open(&there).await;
    let name = unique("crossing");
    here.post("/api/database", json!({"name": name})).await.status(201);
    stream.wait_for("from the other process", changed(&name)).await;
}

#[tokio::test]
async fn a_limited_account_hears_of_its_databases_only() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let (mine, other) = (scratch("ev_mine").await, scratch("ev_other").await);
    let scoped = app.scoped("viewer", &[&mine]).await;
    let mut stream = open(&scoped).await;
    admin.put(&path(&other), json!({"description": "secret"})).await.status(200);
    admin.put(&path(&mine), json!({"description": "mine"})).await.status(200);
    let mut heard = String::new();
    let mut found = false;
    while let Some(event) = stream.next(Duration::from_millis(if found { 2500 } else { 8000 })).await {
        found |= changed(&mine)(&event);
        heard.push_str(&event.data.to_string());
    }
    assert!(found, "its own change: {heard}");
    assert!(!heard.contains(&other), "{heard}");
    assert!(!heard.contains("template1"), "{heard}");
}

#[tokio::test]
async fn a_token_hears_what_it_may_read() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let token = session
        .post("/api/tokens", json!({"name": "deaf", "permissions": ["server.read"]}))
        .await
        .status(201)
        .value();
    let deaf = Client::token(app.base(), "deaf", token["secret"].as_str().unwrap());
    let mut stream = open(&deaf).await;
    let name = scratch("ev_deaf").await;
    admin.put(&path(&name), json!({"description": "x"})).await.status(200);
    admin.post(&format!("{}/copy", path(&name)), json!({"name": unique("ev_copy")})).await.status(202);
    while let Some(event) = stream.next(Duration::from_secs(3)).await {
        assert!(
            !["databasesChanged", "jobChanged", "databaseSizes"].contains(&event.event.as_str()),
            "{event:?}"
        );
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_sign_in() {
    let app = TestApp::on(Cluster::shared()).start();
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let mut stream = open(&session).await;
    session.delete("/api/session").await.status(204);
    let last = stream.until_closed(Duration::from_secs(5)).await;
    assert_eq!(last.last().map(|event| event.event.as_str()), Some("sessionEnded"), "{last:?}");
    // A token that is deleted ends its streams as well.
    let token = app.viewer().await;
    let id = token.get("/api/tokens").await.status(200).value()[0]["id"].as_str().unwrap().to_owned();
    let mut stream = open(&token).await;
    token.delete(&format!("/api/tokens/{id}")).await.status(204);
    stream.until_closed(Duration::from_secs(5)).await;
}

/// Sizes that were not in the list follow.
#[tokio::test]
async fn sizes_follow_as_events() {
    let app = TestApp::on(Cluster::shared()).start();
    let viewer = app.viewer().await;
    let mut stream = open(&viewer).await;
    let name = scratch("ev_size").await;
    let list = viewer.get("/api/database").await.status(200).value();
    let entry = crate::support::named(&list, &name).unwrap().clone();
    // A size that was quick enough for the list is news to everybody else all the same.
    let event = stream
        .wait_for("its size", |event| {
            let sizes = event.data["body"]["sizes"].as_array().cloned().unwrap_or_default();
            event.event == "databaseSizes" && sizes.iter().any(|size| size["name"] == name.as_str())
        })
        .await;
    assert!(event.data["body"]["sizes"][0]["sizeBytes"].is_i64(), "{event:?}");
    let size = &entry["sizeBytes"];
    assert!(size.is_null() || size.as_i64().unwrap() > 1_000_000, "{entry}");
}
