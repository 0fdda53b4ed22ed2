//! `/api/accounts`.

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, eventually, unique};
use howdah_types::accounts::Account;
use howdah_types::permissions::PermissionSetInfo;
use serde_json::json;

use crate::support::{path, scratch};

#[tokio::test]
async fn an_account_is_made_changed_and_deleted() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let name = unique("o'brien <b>");
    let body =
        json!({"name": name, "password": PASSWORD, "permissionSet": "viewer", "databases": ["a", "b"]});
    let made = admin.post("/api/accounts", body.clone()).await.status(201);
    assert!(!made.text().contains(PASSWORD));
    let made: Account = made.json();
    assert_eq!((made.databases, made.disabled), (Some(vec!["a".to_owned(), "b".to_owned()]), false));
    admin.post("/api/accounts", body).await.problem(409, "account.exists");
    let at = format!("/api/accounts/{}", howdah_testkit::segment(&name));
    let changed: Account =
        admin.put(&at, json!({"permissionSet": "operator", "allDatabases": true})).await.status(200).json();
    assert_eq!((json!(changed.permission_set), changed.databases), (json!("operator"), None));
    let list: Vec<Account> = admin.get("/api/accounts").await.status(200).json();
    assert!(list.iter().any(|account| account.name == name));
    admin.delete(&at).await.status(204);
    admin.delete(&at).await.problem(404, "account.not_found");
    admin.put(&at, json!({"disabled": true})).await.problem(404, "account.not_found");
}

#[tokio::test]
async fn a_change_of_rights_ends_the_sign_ins() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let changes = [
        json!({"permissionSet": "operator"}),
        json!({"databases": ["x"]}),
        json!({"allDatabases": true}),
        json!({"disabled": true}),
    ];
    admin
        .post("/api/accounts", json!({"name": "moving", "password": PASSWORD, "permissionSet": "viewer"}))
        .await
        .status(201);
    for change in changes {
        let session = Client::sign_in(app.base(), "moving", PASSWORD).await;
        session.get("/api/session").await.status(200);
        admin.put("/api/accounts/moving", change.clone()).await.status(200);
        assert_eq!(session.get("/api/session").await.status, 401, "{change}");
    }
    admin
        .put("/api/accounts/moving", json!({"disabled": false, "password": "another password"}))
        .await
        .status(200);
    Client::sign_in(app.base(), "moving", "another password").await;
}

#[tokio::test]
async fn one_administrator_remains() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    admin.delete("/api/accounts/admin").await.problem(409, "account.last_administrator");
    admin
        .put("/api/accounts/admin", json!({"disabled": true}))
        .await
        .problem(409, "account.last_administrator");
    admin
        .put("/api/accounts/admin", json!({"permissionSet": "viewer"}))
        .await
        .problem(409, "account.last_administrator");
    let second = json!({"name": "second", "password": PASSWORD, "permissionSet": "administrator"});
    admin.post("/api/accounts", second).await.status(201);
    // Both at once: one of the two must stay.
    let other = Client::sign_in(app.base(), "second", PASSWORD).await;
    let (one, two) = tokio::join!(
        admin.put("/api/accounts/second", json!({"disabled": true})),
        other.put("/api/accounts/admin", json!({"disabled": true}))
    );
    assert!(!(one.status == 200 && two.status == 200), "nobody is left: {one} {two}");
}

#[tokio::test]
async fn fields_are_checked() {
    let admin = TestApp::shared().administrator().await;
    let cases = [
        (json!({"name": "", "password": PASSWORD, "permissionSet": "viewer"}), "name:required"),
        (json!({"name": " x", "password": PASSWORD, "permissionSet": "viewer"}), "name:invalid"),
        (json!({"name": "a\nb", "password": PASSWORD, "permissionSet": "viewer"}), "name:invalid"),
        (json!({"name": "x".repeat(65), "password": PASSWORD, "permissionSet": "viewer"}), "name:tooLong"),
        (json!({"name": "x", "password": "elevenchars", "permissionSet": "viewer"}), "password:tooShort"),
        (json!({"name": "x", "password": "x".repeat(257), "permissionSet": "viewer"}), "password:tooLong"),
        (json!({"name": "x", "password": PASSWORD, "permissionSet": "root"}), "permissionSet:invalid"),
        (json!({"name": "x", "password": PASSWORD}), "permissionSet:required"),
        (
            json!({"name": "x", "password": PASSWORD, "permissionSet": "viewer", "databases": [""]}),
            "databases:required",
        ),
    ];
    for (body, expected) in cases {
        let refused = admin.post("/api/accounts", body.clone()).await.refused_fields();
        assert!(refused.iter().any(|one| one == expected), "{body}: {refused:?}, expected {expected}");
    }
}

#[tokio::test]
async fn the_sets_are_told() {
    let viewer = TestApp::shared().viewer().await;
    let sets: Vec<PermissionSetInfo> = viewer.get("/api/permission-sets").await.status(200).json();
    assert_eq!(sets.len(), 3);
    for set in sets {
        assert_eq!(set.permissions, set.name.permissions());
    }
}

/// An account that is limited to databases sees nothing of the others: not in lists, not in sizes, not in jobs.
#[tokio::test]
async fn a_limited_account_sees_its_databases_only() {
    let app = TestApp::shared();
    let (mine, other) = (scratch("mine").await, scratch("not_mine").await);
    let scoped = app.scoped("operator", &[&mine]).await;
    for query in ["", "?sizes=wait"] {
        let answer = scoped.get(&format!("/api/database{query}")).await.status(200);
        let names: Vec<String> = answer
            .value()
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, std::slice::from_ref(&mine));
    }
    scoped.get(&format!("{}/tables", path(&mine))).await.status(200);
    let missing = scoped.get(&path("there is none")).await.problem(404, "database.not_found");
    let hidden = scoped.get(&path(&other)).await.problem(404, "database.not_found");
    let words =
        |problem: &serde_json::Value, name: &str| problem["detail"].as_str().unwrap().replace(name, "…");
    assert_eq!(words(&missing, "there is none"), words(&hidden, &other), "the two cannot be told apart");
    // It may not give itself more by making, copying or renaming.
    assert_eq!(scoped.post("/api/database", json!({"name": unique("escape")})).await.status / 100, 4);
    assert_eq!(
        scoped.post(&format!("{}/copy", path(&mine)), json!({"name": unique("escape")})).await.status / 100,
        4
    );
    assert_eq!(scoped.put(&path(&mine), json!({"name": other})).await.status / 100, 4);
    let stolen = scoped.post("/api/database", json!({"name": mine, "template": other})).await;
    assert_eq!(stolen.status / 100, 4, "{stolen}");
    let options = scoped.get("/api/database-options").await.status(200);
    assert!(!options.text().contains(&other), "templates of others are not offered: {options}");
    // A template outside of its databases would show what is in them.
    let admin = app.administrator().await;
    admin.delete(&path(&mine)).await.status(204);
    let stolen = scoped.post("/api/database", json!({"name": mine, "template": other})).await;
    assert_eq!(stolen.status / 100, 4, "a copy of a database it may not see: {stolen}");
}

/// A conflict tells whether a name is taken: for one that may not be seen that must not happen.
#[tokio::test]
async fn a_limited_account_cannot_probe_for_names() {
    let app = TestApp::shared();
    let (mine, other) = (scratch("probe_mine").await, scratch("probe_other").await);
    let scoped = app.scoped("operator", &[&mine]).await;
    let taken = scoped.put(&path(&mine), json!({"name": other})).await;
    let free = scoped.put(&path(&mine), json!({"name": unique("free")})).await;
    assert_eq!(taken.status, free.status, "{taken} {free}");
    let taken = scoped.post("/api/database", json!({"name": other})).await;
    let free = scoped.post("/api/database", json!({"name": unique("free")})).await;
    assert_eq!(taken.status, free.status, "{taken} {free}");
}

#[tokio::test]
async fn an_account_of_other_letters_is_the_same() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    admin
        .post("/api/accounts", json!({"name": "ADMIN", "password": PASSWORD, "permissionSet": "viewer"}))
        .await
        .problem(409, "account.exists");
    let name = unique("seen");
    admin
        .post("/api/accounts", json!({"name": name, "password": PASSWORD, "permissionSet": "viewer"}))
        .await
        .status(201);
    Client::sign_in(app.base(), &name, PASSWORD).await;
    eventually("the last sign-in is told", 2, async || {
        let list: Vec<Account> = admin.get("/api/accounts").await.status(200).json();
        list.into_iter().find(|account| account.name == name)?.last_sign_in_at
    })
    .await;
}
