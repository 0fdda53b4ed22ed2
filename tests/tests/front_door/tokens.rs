//! `/api/tokens`: shown once, at most what the account may, ended at once.

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, unique};
use howdah_types::session::{NewToken, Token};
use serde_json::json;

#[tokio::test]
async fn a_token_is_shown_once_and_works_until_it_is_deleted() {
    let app = TestApp::shared();
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let name = unique("script");
    let made: NewToken =
        session.post("/api/tokens", json!({"name": name, "expiresInDays": 1})).await.status(201).json();
    assert!(made.secret.starts_with("howdah_") && made.secret.len() >= 50, "32 random bytes");
    let answer = session.get("/api/tokens").await.status(200);
    assert!(!answer.text().contains(&made.secret));
    let list: Vec<Token> = answer.json();
    let entry = list.iter().find(|token| token.id == made.token.id).expect("it is listed");
    assert!(entry.expires_at.is_some() && entry.permissions.is_none() && entry.name == name);
    let token = Client::token(app.base(), "token", &made.secret);
    token.get("/api/database").await.status(200);
    token.delete(&format!("/api/tokens/{}", made.token.id)).await.status(204);
    token.get("/api/database").await.problem(401, "session.required");
    session.delete(&format!("/api/tokens/{}", made.token.id)).await.problem(404, "token.not_found");
}

#[tokio::test]
async fn tokens_make_no_tokens_and_change_no_password() {
    let app = TestApp::shared();
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let made: NewToken = session
        .post("/api/tokens", json!({"name": "narrow", "permissions": ["server.read"]}))
        .await
        .status(201)
        .json();
    let token = Client::token(app.base(), "narrow", &made.secret);
    token.post("/api/tokens", json!({"name": "wider"})).await.problem(403, "permission.denied");
    let body = json!({"current": app.admin_password(), "new": "stolen password 1"});
    token.put("/api/account/password", body).await.problem(403, "permission.denied");
    assert_eq!(token.get("/api/session").await.status(200).value()["permissions"], json!(["server.read"]));
    token.get("/api/servers").await.status(200);
    token.get("/api/database").await.problem(403, "permission.denied");
}

#[tokio::test]
async fn a_token_never_exceeds_its_account() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let name = unique("shrinking");
    admin
        .post("/api/accounts", json!({"name": name, "password": PASSWORD, "permissionSet": "viewer"}))
        .await
        .status(201);
    let session = Client::sign_in(app.base(), &name, PASSWORD).await;
    let body = json!({"name": "wide", "permissions": ["account.manage", "database.read", "database.delete"]});
    let answer = session.post("/api/tokens", body).await;
    if answer.status == 201 {
        let made: NewToken = answer.json();
        let token = Client::token(app.base(), "wide", &made.secret);
        token.get("/api/database").await.status(200);
        token.get("/api/accounts").await.problem(403, "permission.denied");
        token.delete("/api/database/nothing").await.problem(403, "permission.denied");
    } else {
        assert!([403, 422].contains(&answer.status), "{answer}");
    }
    let body = json!({"name": "x", "permissions": ["no.such"]});
    assert_eq!(session.post("/api/tokens", body).await.status, 422);
    for days in [0, -1, 3651] {
        assert_eq!(
            session.post("/api/tokens", json!({"name": "x", "expiresInDays": days})).await.refused_fields(),
            ["expiresInDays:outOfRange"]
        );
    }
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_its_account() {
    let cluster = Cluster::shared();
    let store = unique("token_times");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &cluster.url(&store)).start();
    let admin = app.administrator().await;
    let viewer = app.viewer().await;
    viewer.get("/api/session").await.status(200);
    admin.put("/api/accounts/viewer", json!({"disabled": true})).await.status(200);
    viewer.get("/api/session").await.problem(401, "session.required");
    admin.put("/api/accounts/viewer", json!({"disabled": false})).await.status(200);
    viewer.get("/api/session").await.status(200);
    let operator = app.operator().await;
    cluster
        .execute(
            &store,
            "UPDATE howdah.token SET expires_at = now() - interval '1 second' WHERE account = 'operator'",
        )
        .await;
    operator.get("/api/session").await.problem(401, "session.required");
    admin.delete("/api/accounts/viewer").await.status(204);
    viewer.get("/api/session").await.problem(401, "session.required");
}
