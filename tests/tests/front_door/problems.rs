//! Every refusal is a problem document with a stable code and a request id.

use howdah_testkit::{TestApp, raw};
use reqwest::Method;
use serde_json::json;

/// Sends a body as it is.
async fn post_raw(app: &TestApp, path: &str, kind: &str, body: &str) -> howdah_testkit::RawAnswer {
    let admin = app.administrator().await;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        app.port(),
        admin.secret().unwrap(),
        body.len()
    );
    raw(app.port(), request.as_bytes())
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let app = TestApp::shared();
    let cases = [
        ("application/json", "{", 400, "request.invalid"),
        ("application/json", "", 400, "request.invalid"),
        ("application/json", "{\"name\": \"a\"} x", 400, "request.invalid"),
        ("application/json", "\u{feff}{\"name\": \"a\"}", 400, "request.invalid"),
        ("application/json", "{\"name\": \"\\ud800\"}", 400, "request.invalid"),
        ("application/json", "[]", 422, "request.fields"),
        ("application/json", "null", 422, "request.fields"),
        ("application/json", "{\"name\": \"a\", \"name\": \"b\"}", 422, "request.fields"),
        ("text/plain", "{\"name\": \"a\"}", 415, "request.media_type"),
        ("application/x-www-form-urlencoded", "name=a", 415, "request.media_type"),
        ("", "{\"name\": \"a\"}", 415, "request.media_type"),
    ];
    for (kind, body, status, code) in cases {
        let answer = post_raw(app, "/api/database", kind, body).await;
        assert_eq!(answer.status, status, "{kind} {body:?}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{kind} {body:?}");
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status)), "{kind} {body:?}");
        assert_eq!(problem["requestId"].as_str(), answer.header("x-request-id"));
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf_8() {
    let app = TestApp::shared();
    let secret = app.administrator().await.secret().unwrap().to_owned();
    let mut request = format!(
        "POST /api/database HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n",
        app.port()
    )
    .into_bytes();
    request.extend_from_slice(b"{\"name\": \"\xff\xfe\"}");
    let answer = raw(app.port(), &request);
    assert!([400, 422].contains(&answer.status), "{answer:?}");
    for path in [
        "/api/database/%FF%FE",
        "/api/database/%C3",
        "/api/database/a%00b",
        "/api/database/%",
        "/api/database/%zz",
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\n\r\n",
            app.port()
        );
        let answer = raw(app.port(), request.as_bytes());
        assert!([400, 404].contains(&answer.status), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there() {
    let admin = TestApp::shared().administrator().await;
    for path in ["/api/nothing", "/api", "/api/", "/api/database/", "/api/database/x/y", "/API/database"] {
        let answer = admin.get(path).await;
        assert!(answer.status == 404 || !path.starts_with("/api"), "{answer}");
        if path.starts_with("/api") {
            let code = answer.value()["code"].as_str().unwrap_or_default().to_owned();
            assert!(code == "request.not_found" || code.ends_with("not_found"), "{answer}");
        }
    }
    for (method, path, allow) in [
        (Method::PATCH, "/api/database", "GET"),
        (Method::DELETE, "/api/database", "POST"),
        (Method::POST, "/api/database/postgres", "PUT"),
        (Method::PUT, "/api/session", "DELETE"),
    ] {
        let answer = admin.send(method, path, Some(json!({})), &[]).await;
        assert!(
            answer.header("allow").is_some_and(|value| value.contains(allow)),
            "{answer} {:?}",
            answer.headers
        );
        answer.problem(405, "request.method");
    }
}

#[tokio::test]
async fn each_code_that_is_answered_is_in_the_table() {
    let known: Vec<&str> = howdah_types::problem::Code::ALL.iter().map(|code| code.as_str()).collect();
    let document = TestApp::shared().nobody().get("/api/openapi.json").await.status(200).value();
    let mut documented = 0;
    for operations in document["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            for code in operation["x-problem-codes"].as_array().into_iter().flatten() {
                assert!(known.contains(&code.as_str().unwrap()), "{code} is not in the table");
                documented += 1;
            }
        }
    }
    assert!(documented > 50, "{documented} codes are documented");
}
