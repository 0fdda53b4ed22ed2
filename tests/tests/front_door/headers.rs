//! I5 and I6: what every answer carries, and which requests are not answered at all.

use howdah_testkit::{Answer, Cluster, TestApp, raw};
use reqwest::Method;

fn policy(answer: &Answer) -> Vec<(String, String)> {
    let text = answer.header("content-security-policy").unwrap_or_else(|| panic!("no policy: {answer}"));
    text.split(';')
        .filter_map(|part| part.trim().split_once(' '))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_policy() {
    let app = TestApp::shared();
    let (admin, nobody) = (app.administrator().await, app.nobody());
    let mut answers =
        vec![admin.send(Method::DELETE, "/api/database/x", None, &[("origin", "http://evil")]).await];
    for at in [
        "/",
        "/databases",
        "/no/such/page",
        "/index.html",
        "/api/health",
        "/api/nothing",
        "/api/docs",
        "/api/openapi.json",
        "/api/events",
        "/metrics",
        "/favicon.ico",
    ] {
        answers.push(admin.get(at).await);
        answers.push(nobody.get(at).await);
    }
    for answer in &answers {
        let policy = policy(answer);
        let of = |name: &str| policy.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(of("default-src"), Some("'none'"), "{answer}");
        assert_eq!(of("frame-ancestors"), Some("'none'"), "{answer}");
        assert_eq!(of("base-uri"), Some("'none'"), "{answer}");
        assert!(of("form-action").is_some(), "{answer}");
        for (name, value) in &policy {
            assert!(!value.contains("'unsafe-inline'") && !value.contains("'unsafe-eval'"), "{name} {value}");
            assert!(!value.contains('*') && !value.contains("http"), "{name} {value}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{answer}");
        assert!(answer.header("x-request-id").is_some(), "{answer}");
        assert!(answer.header("server").is_none(), "{answer}");
    }
    println!("{} answers", answers.len());
}

#[tokio::test]
async fn the_api_is_not_cached_and_not_shared_with_other_sites() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    for at in ["/api/database", "/api/session", "/api/nothing"] {
        let answer = admin.send(Method::GET, at, None, &[("origin", "https://evil.example")]).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer}");
        assert!(
            answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")),
            "{:?}",
            answer.headers
        );
    }
    let preflight = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "DELETE"),
        ("access-control-request-headers", "authorization"),
    ];
    let answer = app.nobody().send(Method::OPTIONS, "/api/database/x", None, &preflight).await;
    assert!(
        answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")),
        "{:?}",
        answer.headers
    );
}

#[tokio::test]
async fn only_known_hosts_are_answered() {
    let app = TestApp::on(Cluster::shared()).argument("--allowed-host").argument("db.example.org").start();
    let get = |host: &str| {
        raw(app.port(), format!("GET /api/health HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes())
    };
    let port = app.port();
    let good = [
        format!("Host: 127.0.0.1:{port}\r\n"),
        format!("Host: localhost:{port}\r\n"),
        format!("Host: [::1]:{port}\r\n"),
        "Host: db.example.org\r\n".to_owned(),
        "Host: DB.EXAMPLE.ORG:443\r\n".to_owned(),
    ];
    for host in good {
        assert_eq!(get(&host).status, 200, "{host}");
    }
    let bad = [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: 127.0.0.1.evil.example:{port}\r\n"),
        "Host: localhost.evil.example\r\n".to_owned(),
        "Host: xdb.example.org\r\n".to_owned(),
        "Host: \r\n".to_owned(),
        String::new(),
        format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"),
        format!("Host: evil.example\r\nX-Forwarded-Host: 127.0.0.1:{port}\r\n"),
    ];
    for host in bad {
        let status = get(&host).status;
        assert!([400, 421].contains(&status), "{host:?} answered {status}");
    }
    let absolute = format!(
        "GET http://evil.example/api/health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    );
    assert!([400, 421].contains(&raw(port, absolute.as_bytes()).status));
}

/// What an attacker writes into headers comes back nowhere, and cannot split an answer.
#[tokio::test]
async fn nothing_of_a_request_is_reflected() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let script = "<script>alert(1)</script>";
    for at in [
        format!("/{script}"),
        format!("/api/{script}"),
        format!("/api/database/{script}"),
        format!("/?x={script}"),
    ] {
        let answer = admin.get(&at.replace('<', "%3C").replace('>', "%3E")).await;
        let kind = answer.header("content-type").unwrap_or_default().to_owned();
        assert!(!kind.contains("html") || !answer.text().contains(script), "{answer}");
    }
    let answer = admin.get("/api/database/a%0d%0aX-Injected:%201").await;
    assert!(answer.headers.get("x-injected").is_none());
    let name = howdah_testkit::unique("split\r\nX-Injected: 1");
    let answer = admin.post("/api/database", serde_json::json!({"name": name})).await.status(201);
    assert!(answer.headers.get("x-injected").is_none());
    assert!(
        answer.header("location").is_some_and(|value| value.contains("%0D%0A") || value.contains("%0d%0a"))
    );
    admin.delete(&crate::support::path(&name)).await.status(204);
}
