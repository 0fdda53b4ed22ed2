//! Signing in and out, set-up, lockout (I6, I12).

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, eventually, raw, unique};
use howdah_types::session::{Session, SessionInfo};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_cookie_is_closed_to_scripts_sites_and_plain_http() {
    let app = TestApp::shared();
    let body = json!({"account": "admin", "password": app.admin_password()});
    let answer = app.nobody().post("/api/session", body).await.status(200);
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("__Host-howdah="), "{cookie}");
    let attributes: Vec<String> = cookie.split(';').skip(1).map(|part| part.trim().to_lowercase()).collect();
    for wanted in ["httponly", "secure", "samesite=strict", "path=/"] {
        assert!(attributes.iter().any(|one| one == wanted), "{wanted} is missing: {cookie}");
    }
    assert!(!attributes.iter().any(|one| one.starts_with("domain")), "{cookie}");
    let session: Session = answer.json();
    assert_eq!((session.account.as_str(), session.databases), ("admin", None));
    assert!(!answer.text().contains(&answer.session_cookie().unwrap()), "the secret is in the cookie only");
}

#[tokio::test]
async fn signing_in_rotates_and_signing_out_ends() {
    let app = TestApp::on(Cluster::shared()).start();
    let first = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let second = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    assert_ne!(first.secret(), second.secret());
    // A cookie that somebody else planted is not taken over.
    let planted = "A".repeat(43);
    let answer = Client::cookie(app.base(), "planted", &planted)
        .post("/api/session", json!({"account": "admin", "password": app.admin_password()}))
        .await
        .status(200);
    assert_ne!(answer.session_cookie().as_deref(), Some(planted.as_str()));
    let list: Vec<SessionInfo> = first.get("/api/sessions").await.status(200).json();
    assert_eq!((list.len(), list.iter().filter(|one| one.current).count()), (3, 1));
    assert!(!first.get("/api/sessions").await.text().contains(first.secret().unwrap()));

    let gone = first.delete("/api/session").await.status(204);
    assert!(
        gone.header("set-cookie").is_some_and(|cookie| cookie.starts_with("__Host-howdah=;")),
        "{:?}",
        gone.headers
    );
    first.get("/api/session").await.problem(401, "session.required");
    second.get("/api/session").await.status(200);
    let other = list.iter().find(|one| !one.current).unwrap();
    second.delete(&format!("/api/sessions/{}", other.id)).await;
    let own: Vec<SessionInfo> = second.get("/api/sessions").await.status(200).json();
    assert!(own.iter().all(|one| one.id != other.id));
}

/// Two processes on one store: what ends on one ends on the other, cache or not.
#[tokio::test]
async fn a_session_ends_on_every_process() {
    let cluster = Cluster::shared();
    let store = unique("two_processes");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let password = "two processes password";
    let start = || {
        TestApp::on(cluster)
            .variable("HOWDAH_STORE_URL", &cluster.url(&store))
            .variable("HOWDAH_ADMIN_PASSWORD", password)
            .start()
    };
    let (one, two) = (start(), start());
    let here = Client::sign_in(one.base(), "admin", password).await;
    let there = Client::cookie(two.base(), "admin", here.secret().unwrap());
    there.get("/api/session").await.status(200);
    here.delete("/api/session").await.status(204);
    eventually("the other process has heard of it", 2, async || {
        (there.get("/api/session").await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn sessions_end_by_time() {
    let cluster = Cluster::shared();
    let store = unique("times");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &cluster.url(&store)).start();
    for change in
        ["expires_at = now() - interval '1 second'", "last_used_at = now() - interval '12 hours 1 second'"]
    {
        let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
        cluster.execute(&store, &format!("UPDATE howdah.session SET {change}")).await;
        // The cache may know it for ten seconds.
        eventually(change, 12, async || (session.get("/api/session").await.status == 401).then_some(()))
            .await;
    }
}

#[tokio::test]
async fn what_is_no_session() {
    let app = TestApp::shared();
    let token = app.administrator().await;
    for secret in ["", "x", "' OR 1=1 --", token.secret().unwrap(), &"A".repeat(43), &"A".repeat(5000)] {
        Client::cookie(app.base(), "forged", secret)
            .get("/api/session")
            .await
            .problem(401, "session.required");
    }
    for secret in ["", "x", "howdah_", "howdah_x", &format!("howdah_{}", "A".repeat(43)), "Bearer"] {
        Client::token(app.base(), "forged", secret)
            .get("/api/session")
            .await
            .problem(401, "session.required");
    }
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    // A cookie's secret as bearer token is no token.
    Client::token(app.base(), "mixed", session.secret().unwrap())
        .get("/api/session")
        .await
        .problem(401, "session.required");
    let both = [("authorization", "Bearer howdah_wrong")];
    let answer = session.send(Method::GET, "/api/session", None, &both).await;
    assert!([200, 401].contains(&answer.status), "{answer}");
}

#[tokio::test]
async fn changes_with_a_cookie_need_the_origin() {
    let app = TestApp::shared();
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let cookie = format!("__Host-howdah={}", session.secret().unwrap());
    let host = format!("127.0.0.1:{}", app.port());
    let send = |headers: &str| {
        let body = "{\"name\":\"csrf\"}";
        let request = format!(
            "POST /api/tokens HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookie}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        raw(app.port(), request.as_bytes())
    };
    let refused = [
        String::new(),
        "Origin: null\r\n".to_owned(),
        "Origin: https://evil.example\r\n".to_owned(),
        format!("Origin: http://{host}.evil.example\r\n"),
        format!("Origin: http://evil@{host}\r\n"),
        "Origin: http://127.0.0.1:1\r\n".to_owned(),
        format!("Sec-Fetch-Site: cross-site\r\nOrigin: http://{host}\r\n"),
        "Sec-Fetch-Site: same-site\r\n".to_owned(),
        format!("Referer: http://{host}/\r\n"),
    ];
    for headers in refused {
        let answer = send(&headers);
        assert_eq!(answer.status, 403, "{headers:?}: {}", answer.body);
        assert!(answer.body.contains("request.origin"), "{headers:?}: {}", answer.body);
    }
    for headers in [format!("Origin: http://{host}\r\n"), "Sec-Fetch-Site: same-origin\r\n".to_owned()] {
        assert_eq!(send(&headers).status, 201, "{headers:?}");
    }
}

#[tokio::test]
async fn a_password_is_changed_and_other_sign_ins_end() {
    let app = TestApp::on(Cluster::shared()).start();
    let one = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let two = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let wrong = json!({"current": "not the password", "new": "a new password 1"});
    one.put("/api/account/password", wrong).await.problem(422, "account.password_wrong");
    let short = json!({"current": app.admin_password(), "new": "short"});
    assert_eq!(one.put("/api/account/password", short).await.refused_fields(), ["new:tooShort"]);
    one.put("/api/account/password", json!({"current": app.admin_password(), "new": "a new password 1"}))
        .await
        .ok();
    one.get("/api/session").await.status(200);
    two.get("/api/session").await.problem(401, "session.required");
    let old = json!({"account": "admin", "password": app.admin_password()});
    app.nobody().post("/api/session", old).await.problem(401, "session.refused");
    Client::sign_in(app.base(), "admin", "a new password 1").await;
}

/// The same answer for a wrong password, an unknown and a disabled account; then a growing wait, on every way in.
#[tokio::test]
async fn failures_are_alike_and_lock() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    admin
        .post("/api/accounts", json!({"name": "off", "password": PASSWORD, "permissionSet": "viewer"}))
        .await
        .status(201);
    admin.put("/api/accounts/off", json!({"disabled": true})).await.status(200);
    let nobody = app.nobody();
    let mut texts = Vec::new();
    for (account, password) in [("admin", "wrong password 1"), ("there is none", PASSWORD), ("off", PASSWORD)]
    {
        let problem = nobody
            .post("/api/session", json!({"account": account, "password": password}))
            .await
            .problem(401, "session.refused");
        texts.push(problem["detail"].clone());
    }
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{texts:?}");
    let mut locked = None;
    for _ in 0..12 {
        let answer =
            nobody.post("/api/session", json!({"account": "admin", "password": "wrong password 2"})).await;
        if answer.status == 429 {
            locked = Some(answer);
            break;
        }
        answer.problem(401, "session.refused");
    }
    let locked = locked.expect("too many failures lock");
    assert!(
        locked.header("retry-after").is_some_and(|wait| wait.parse::<u64>().is_ok_and(|wait| wait >= 1)),
        "{locked}"
    );
    locked.problem(429, "session.locked");
    let right = json!({"account": "admin", "password": app.admin_password()});
    nobody.post("/api/session", right).await.problem(429, "session.locked");
    // Who is signed in already goes on, and the list of accounts tells of it.
    admin.get("/api/session").await.status(200);
}

#[tokio::test]
async fn the_first_administrator_by_a_link_that_works_once() {
    let app = TestApp::on(Cluster::shared()).without_admin().start();
    let nobody = app.nobody();
    assert_eq!(nobody.get("/api/setup").await.status(200).value(), json!({"required": true}));
    let link = eventually("the set-up link is printed", 5, async || {
        app.output().split_whitespace().find(|word| word.contains("/setup")).map(str::to_owned)
    })
    .await;
    assert!(link.starts_with(app.base()), "{link}");
    let secret = link.rsplit(['=', '#', '/']).next().unwrap().to_owned();
    let body =
        |token: &str, password: &str| json!({"token": token, "account": "first", "password": password});
    nobody.post("/api/setup", body("wrong", PASSWORD)).await.problem(403, "setup.refused");
    assert_eq!(
        nobody.post("/api/setup", body(&secret, "short")).await.refused_fields(),
        ["password:tooShort"]
    );
    nobody.get("/api/accounts").await.problem(401, "session.required");
    let answer = nobody.post("/api/setup", body(&secret, PASSWORD)).await.ok();
    let first = Client::cookie(app.base(), "first", &answer.session_cookie().expect("signed in at once"));
    assert_eq!(first.get("/api/session").await.status(200).value()["permissionSet"], "administrator");
    nobody.post("/api/setup", body(&secret, PASSWORD)).await.problem(403, "setup.refused");
    assert_eq!(nobody.get("/api/setup").await.status(200).value(), json!({"required": false}));
}

#[tokio::test]
async fn two_that_redeem_one_link_make_one_administrator() {
    let app = TestApp::on(Cluster::shared()).without_admin().start();
    let link = eventually("the set-up link is printed", 5, async || {
        app.output().split_whitespace().find(|word| word.contains("/setup")).map(str::to_owned)
    })
    .await;
    let secret = link.rsplit(['=', '#', '/']).next().unwrap().to_owned();
    let nobody = app.nobody();
    let post = |name: &str| {
        nobody.post("/api/setup", json!({"token": secret, "account": name, "password": PASSWORD}))
    };
    let (a, b) = (json!("a"), json!("b"));
    let (one, two) = tokio::join!(post(a.as_str().unwrap()), post(b.as_str().unwrap()));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403], "{one}\n{two}");
}
