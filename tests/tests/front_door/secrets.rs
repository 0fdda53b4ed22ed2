//! I11: canaries are searched for in everything that Howdah writes, answers and keeps.

use std::fmt::Write;
use std::fs;

use howdah_testkit::{Answer, Client, Cluster, TestApp, eventually, unique};
use serde_json::json;

/// Every form in which a secret could leak.
fn forms(secret: &str) -> Vec<String> {
    vec![secret.to_owned(), howdah_testkit::segment(secret), secret.to_uppercase()]
}

fn command_lines() -> String {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| fs::read_to_string(entry.path().join("cmdline")).ok())
        .map(|line| line.replace('\0', " ") + "\n")
        .collect()
}

/// What shows accounts, sign-ins and servers.
const READS: [&str; 8] = [
    "/api/servers",
    "/api/accounts",
    "/api/tokens",
    "/api/sessions",
    "/api/session",
    "/metrics",
    "/api/jobs",
    "/api/database-options",
];

#[tokio::test]
async fn no_canary_is_found() {
    let cluster = Cluster::builder().setting("synchronous_commit", "on").start();
    cluster.execute("postgres", "CREATE DATABASE canary_store").await;
    let admin_password = "canary admin 'password' é";
    let app = TestApp::on(&cluster)
        .variable("HOWDAH_STORE_URL", &cluster.url("canary_store"))
        .variable("HOWDAH_ADMIN_PASSWORD", admin_password)
        .variable("HOWDAH_LOG", "trace")
        .start();
    let session = Client::sign_in(app.base(), "admin", admin_password).await;
    let token = session.post("/api/tokens", json!({"name": "canary"})).await.status(201).value();
    let token = token["secret"].as_str().unwrap().to_owned();
    let api = Client::token(app.base(), "token", &token);
    let account_password = "canary of the account 1";
    let new_password = "canary of the account 2";
    let wrong_password = "canary that is wrong 3";
    let body = json!({"name": "canary", "password": account_password, "permissionSet": "viewer"});
    let mut answers: Vec<Answer> = vec![
        api.post("/api/accounts", body.clone()).await.status(201),
        api.post("/api/accounts", body).await.status(409),
        api.put("/api/accounts/canary", json!({"password": new_password})).await.status(200),
        api.put("/api/accounts/canary", json!({"password": new_password, "wrong": 1})).await.status(422),
        app.nobody()
            .post("/api/session", json!({"account": "admin", "password": wrong_password}))
            .await
            .status(401),
        app.nobody()
            .post("/api/session", json!({"account": "admin", "password": wrong_password, "more": 1}))
            .await
            .status(422),
        session
            .put("/api/account/password", json!({"current": wrong_password, "new": new_password}))
            .await
            .status(422),
        api.get(&format!("/api/nothing?token={token}")).await.status(404),
        api.post("/api/database", json!({"name": unique("canary")})).await.status(201),
        api.get("/api/database/postgres/tables").await.status(200),
    ];
    for at in READS {
        answers.push(api.get(at).await.status(200));
    }
    let mut everything = String::new();
    for answer in &answers {
        let _ = write!(everything, "{:?}\n{}\n", answer.headers, answer.text());
        for client in [&api, &session] {
            everything.push_str(&client.get(&format!("/api/trace/{}", answer.request_id())).await.text());
        }
    }
    everything.push_str(&api.get("/api/audit?limit=200").await.status(200).text());
    // The server goes away: what is said about it must not hold its address with the password.
    cluster.kill();
    everything.push_str(&app.nobody().get("/api/ready").await.text());
    let down = eventually("down", 10, async || {
        Some(api.get("/api/database").await).filter(|answer| answer.status == 503)
    })
    .await;
    everything.push_str(&down.text());
    everything.push_str(&command_lines());
    cluster.start();
    everything.push_str(&cluster.dump("canary_store"));
    let log = app.output();
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "the log is at its most talkative");
    let config = TestApp::run_program(
        &["config"],
        &[("HOWDAH_DATABASE_URL", &cluster.url("postgres")), ("HOWDAH_ADMIN_PASSWORD", admin_password)],
    );
    let config =
        String::from_utf8_lossy(&config.stdout).into_owned() + &String::from_utf8_lossy(&config.stderr);
    assert!(config.contains("postgresql://"), "the configuration names the server: {config}");
    let canaries = [
        ("the password of the database address", cluster.password()),
        ("the administrator's password", admin_password),
        ("an account's password", account_password),
        ("an account's new password", new_password),
        ("a wrong password", wrong_password),
        ("a session", session.secret().unwrap()),
        ("a token", token.as_str()),
    ];
    for (what, canary) in canaries {
        // What is kept of passwords is no secret in clear, and yet nothing for a log.
        assert!(!log.contains("$argon2"), "the log holds password hashes");
        for form in forms(canary) {
            for (place, text) in [
                ("answers, traces, audit, store or process list", &everything),
                ("the log", &log),
                ("howdah config", &config),
            ] {
                if let Some(position) = text.find(&form) {
                    // The token was sent in a query of our own making: the path is told without the query.
                    let from = text[..position].char_indices().rev().nth(200).map_or(0, |(index, _)| index);
                    panic!("{what} is in {place}: {}", &text[from..position]);
                }
            }
        }
    }
    println!("{} canaries, {} kB searched", canaries.len(), (everything.len() + log.len()) / 1024);
}

/// People type their password where the account belongs.
#[tokio::test]
async fn a_password_in_the_field_of_the_account() {
    let app = TestApp::on(Cluster::shared()).variable("HOWDAH_LOG", "trace").start();
    let admin = app.administrator().await;
    let canary = "typed in the wrong field 7";
    app.nobody().post("/api/session", json!({"account": canary, "password": "x"})).await.status(401);
    let log = app.output();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(canary)).collect();
    assert!(lines.is_empty(), "the log holds what was typed: {lines:#?}");
    let audit = admin.get("/api/audit").await.status(200).text();
    assert!(!audit.contains(canary), "the audit log holds what was typed: {audit}");
}

/// The link of the first start is printed once and is not in the log of requests.
#[tokio::test]
async fn the_set_up_link_is_only_printed() {
    let app = TestApp::on(Cluster::shared()).without_admin().variable("HOWDAH_LOG", "trace").start();
    let link = eventually("the link", 5, async || {
        app.output().split_whitespace().find(|word| word.contains("/setup")).map(str::to_owned)
    })
    .await;
    let secret = link.rsplit(['=', '#', '/']).next().unwrap().to_owned();
    app.nobody()
        .post("/api/setup", json!({"token": secret, "account": "a", "password": "short"}))
        .await
        .status(422);
    let body = json!({"token": secret, "account": "first", "password": "the first password"});
    app.nobody().post("/api/setup", body).await.ok();
    assert_eq!(app.output().matches(&secret).count(), 1, "printed, and nothing else");
    assert!(!link.contains('?'), "a fragment does not reach servers and logs: {link}");
}
