//! I14: a limit for everything a stranger can send.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use howdah_testkit::{Client, Cluster, TestApp, raw, unique};
use reqwest::Method;
use serde_json::json;

fn request(app: &TestApp, line: &str, headers: &str, body: &str) -> Vec<u8> {
    let port = app.port();
    format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}\r\n{body}")
        .into_bytes()
}

async fn alive(app: &TestApp) {
    app.nobody().get("/api/health").await.status(200);
}

#[tokio::test]
async fn bodies() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let secret = admin.secret().unwrap();
    let headers = format!("Authorization: Bearer {secret}\r\nContent-Type: application/json\r\n");
    let big = format!("{{\"name\": \"{}\"}}", "x".repeat(2 << 20));
    let announced =
        request(app, "POST /api/database", &format!("{headers}Content-Length: {}\r\n", big.len()), &big);
    assert_eq!(raw(app.port(), &announced).status, 413);
    let chunked = format!("{:x}\r\n{big}\r\n0\r\n\r\n", big.len());
    let chunked =
        request(app, "POST /api/database", &format!("{headers}Transfer-Encoding: chunked\r\n"), &chunked);
    let answer = raw(app.port(), &chunked);
    assert!([413, 400, 0].contains(&answer.status), "{answer:?}");
    let lies = request(
        app,
        "POST /api/database",
        &format!("{headers}Content-Length: 99999999999999999999\r\n"),
        "{}",
    );
    assert!([400, 413].contains(&raw(app.port(), &lies).status));
    let smuggled = request(
        app,
        "POST /api/database",
        &format!("{headers}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        "0\r\n\r\n",
    );
    assert!(raw(app.port(), &smuggled).status >= 400);
    alive(app).await;
}

#[tokio::test]
async fn depth_of_json() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let headers =
        format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", admin.secret().unwrap());
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [200, 100_000] {
            let body = format!("{{\"name\": {}1{}}}", open.repeat(depth), close.repeat(depth));
            let bytes = request(
                app,
                "POST /api/database",
                &format!("{headers}Content-Length: {}\r\n", body.len()),
                &body,
            );
            let answer = raw(app.port(), &bytes);
            assert!([400, 422].contains(&answer.status), "{depth}: {answer:?}");
        }
    }
    alive(app).await;
}

#[tokio::test]
async fn heads() {
    let app = TestApp::shared();
    for bytes in [40 << 10, 200 << 10, 2 << 20] {
        let answer = raw(
            app.port(),
            &request(app, "GET /api/health", &format!("X-Big: {}\r\n", "x".repeat(bytes)), ""),
        );
        assert!([400, 413, 431, 0].contains(&answer.status), "{bytes}: {}", answer.status);
    }
    let many = "X: y\r\n".repeat(5000);
    let answer = raw(app.port(), &request(app, "GET /api/health", &many, ""));
    assert!([400, 413, 431, 0].contains(&answer.status), "{}", answer.status);
    let long = format!("GET /api/health?{}", "x".repeat(100 << 10));
    let answer = raw(app.port(), &request(app, &long, "", ""));
    assert!([200, 400, 414, 431, 0].contains(&answer.status), "{}", answer.status);
    for garbage in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "\u{16}\u{3}\u{1}",
        "GET / HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        assert_ne!(raw(app.port(), garbage.as_bytes()).status, 200);
    }
    alive(app).await;
}

/// A head that never comes to its end is not waited for for ever.
#[tokio::test]
async fn slow_heads() {
    let app = TestApp::shared();
    let mut slow = TcpStream::connect(("127.0.0.1", app.port())).unwrap();
    slow.write_all(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1").unwrap();
    // Howdah closes it; this side, which would fail, waits much longer than anybody should.
    slow.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
    let mut text = Vec::new();
    let ended = tokio::task::spawn_blocking(move || slow.read_to_end(&mut text).map(|_| text)).await.unwrap();
    let text = String::from_utf8(ended.expect("Howdah closed it")).unwrap();
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 408 "), "{text}");
}

#[tokio::test]
async fn attempts_to_sign_in() {
    let app = TestApp::on(Cluster::shared()).start();
    let nobody = app.nobody();
    // Each failure doubles the wait, so that even a very slow machine gets few of them looked at.
    let mut refused = 0;
    for index in 0..60 {
        let body = json!({"account": format!("account {index}"), "password": "wrong password"});
        if nobody.post("/api/session", body).await.status == 429 {
            refused += 1;
        }
    }
    assert!(refused >= 40, "only {refused} of 60 attempts on changing accounts were refused");
}

/// A hundred at once do not get a hundred guesses.
#[tokio::test]
async fn attempts_at_once() {
    let app = TestApp::on(Cluster::shared()).start();
    let nobody = app.nobody();
    let attempts = (0..50).map(|index| {
        let body = json!({"account": "admin", "password": format!("guessed password {index}")});
        nobody.post("/api/session", body)
    });
    let answers = futures_util::future::join_all(attempts).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    assert!(looked_at <= 8, "{looked_at} guesses were looked at");
    assert!(answers.iter().all(|answer| [401, 429, 503].contains(&answer.status)));
}

#[tokio::test]
async fn strangers_requests() {
    let app = TestApp::on(Cluster::shared()).start();
    let nobody = app.nobody();
    let mut refused = 0;
    for _ in 0..600 {
        let requests = (0..50).map(|_| nobody.get("/api/session"));
        let answers = futures_util::future::join_all(requests).await;
        refused += answers.iter().filter(|answer| answer.status == 429).count();
        if refused > 0 {
            break;
        }
    }
    assert!(refused > 0, "30,000 requests of a stranger were all looked at");
    // Who is signed in is not hindered by strangers.
    let admin = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    for _ in 0..20 {
        admin.get("/api/session").await.status(200);
    }
}

#[tokio::test]
async fn event_streams() {
    let app = TestApp::on(Cluster::shared()).start();
    let viewer = app.viewer().await;
    let mut open = Vec::new();
    let mut refused = None;
    for _ in 0..60 {
        let answer = reqwest::Client::new()
            .get(format!("{}/api/events", app.base()))
            .bearer_auth(viewer.secret().unwrap())
            .send()
            .await
            .unwrap();
        if answer.status() == 200 {
            open.push(answer);
        } else {
            refused = Some(answer.status().as_u16());
            break;
        }
    }
    assert_eq!(refused, Some(429), "{} streams are open", open.len());
    drop(open);
    let other = app.operator().await;
    let stream = other.events("/api/events", None).await;
    drop(stream);
    // Closed streams count no more.
    howdah_testkit::eventually("the places are free again", 20, async || {
        let answer = viewer.send(Method::GET, "/api/events", None, &[]).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn numbers_and_texts_in_queries() {
    let admin = TestApp::shared().administrator().await;
    let huge = "9".repeat(400);
    let long = "x".repeat(5000);
    for at in [
        format!("/api/audit?limit={huge}"),
        format!("/api/audit?before={huge}"),
        "/api/audit?before=-1".to_owned(),
        "/api/audit?limit=-1".to_owned(),
        format!("/api/jobs?limit={huge}"),
        format!("/api/jobs?before={long}"),
        "/api/jobs?before=%27".to_owned(),
        format!("/api/database/postgres/tables?schema={long}"),
        format!("/api/database/postgres/tables?after={long}"),
        format!("/api/database/{long}"),
        format!("/api/database/postgres/tables/{long}/rows"),
        "/api/database/postgres/tables?limit=1&limit=2".to_owned(),
        "/api/database?sizes=quick&sizes=wait".to_owned(),
    ] {
        let answer = admin.get(&at).await;
        assert!(answer.status < 500, "{answer}");
    }
    let long = json!({"name": unique("d"), "description": "x".repeat(900_000)});
    let answer = admin.post("/api/database", long).await;
    assert!([201, 413, 422].contains(&answer.status), "{}", answer.status);
}
