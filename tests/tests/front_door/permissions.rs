//! I1: every operation of openapi.json × everybody who could call it. 2xx exactly where it was granted.
//!
//! Operations are taken from the running program's own document: a new one is tested without a change here, as long as
//! its path is made of the variables in [`World::fill`] and its body has an example. One that declares no
//! `x-permission` fails.

use std::collections::BTreeMap;

use howdah_testkit::{Answer, Client, Cluster, PASSWORD, TestApp, eventually, segment, unique};
use howdah_types::permissions::{Permission, PermissionSet};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{exists, path, scratch};

/// One operation of the document.
struct Operation {
    method: Method,
    path: String,
    permission: String,
    /// The example of its body, if it takes one.
    example: Option<Value>,
}

impl Operation {
    fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.nobody().get("/api/openapi.json").await.status(200).value();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let permission = operation["x-permission"].as_str();
            let permission =
                permission.unwrap_or_else(|| panic!("{method} {path} declares no x-permission")).to_owned();
            let content = &operation["requestBody"]["content"]["application/json"];
            let example = content
                .get("example")
                .or_else(|| content["examples"].as_object()?.values().next()?.get("value"));
            let example = example.cloned().or_else(|| operation.get("requestBody").map(|_| json!({})));
            found.push(Operation { method, path: path.clone(), permission, example });
        }
    }
    found
}

/// Who calls.
struct Caller {
    name: String,
    client: Client,
    /// What it may do; empty for those who are not signed in any more.
    permissions: Vec<&'static str>,
    signed_in: bool,
    /// The database it works on here; for a limited account one that it may not see.
    database: String,
    /// That database is outside of what it may see.
    outside: bool,
    /// It may make databases of any name.
    unlimited: bool,
}

impl Caller {
    fn granted(&self, operation: &Operation) -> bool {
        match operation.permission.as_str() {
            "public" => true,
            "self" => self.signed_in,
            permission => self.signed_in && self.permissions.contains(&permission),
        }
    }
}

/// What paths and bodies are filled with.
struct World<'a> {
    app: &'a TestApp,
    admin: Client,
}

impl World<'_> {
    /// The path and the body for one call. What the call may destroy is made for it, if it may.
    async fn fill(&self, operation: &Operation, caller: &Caller) -> (String, Option<Value>) {
        let key = operation.key();
        let may = caller.granted(operation);
        let mut at = operation.path.clone();
        if at.contains("{name}") {
            let name = match key.as_str() {
                "DELETE /api/database/{name}" if may && !caller.outside => scratch("matrix_drop").await,
                _ => caller.database.clone(),
            };
            at = at.replace("{name}", &segment(if caller.unlimited { &name } else { &caller.database }));
        }
        if at.contains("/database/") {
            let prepared = may && !caller.outside;
            at = if prepared { self.structure(&key, at, &caller.database).await } else { unprepared(&at) };
        }
        if at.contains("{account}") {
            let name = unique("matrix_account");
            let body = json!({"name": name, "password": PASSWORD, "permissionSet": "viewer"});
            self.admin.post("/api/accounts", body).await.status(201);
            at = at.replace("{account}", &name);
        }
        if at.contains("{requestId}") {
            let id = caller.client.get("/api/session").await.request_id();
            at = at.replace("{requestId}", &id);
        }
        if at.contains("{id}") {
            let id = self.id(&at, caller).await;
            at = at.replace("{id}", &id);
        }
        assert!(
            !at.contains('{'),
            "{key}: the matrix does not know how to fill {at}; teach it in World::fill"
        );
        if at == "/api/uploads" {
            at.push_str("?name=matrix.csv");
        }
        if at.ends_with("/lookup") {
            at.push_str("?column=self");
        }
        if at.ends_with("/cell") {
            at.push_str("?column=a&address=");
            at.push_str(&segment(&self.address(caller).await));
        }
        if key == "POST /api/database/{name}/import" {
            let upload = self.upload(caller).await.unwrap_or_default();
            return (at, Some(json!({"upload": upload, "table": "t", "dryRun": true})));
        }
        (at, self.body(&key, operation, caller))
    }

    /// Makes what a call on the structure of the database needs, and may take away.
    async fn structure(&self, key: &str, at: String, database: &str) -> String {
        let cluster = Cluster::shared();
        if at.contains("{index}") {
            let index = unique("matrix_index");
            cluster.execute(database, &format!("CREATE INDEX {index} ON t (a)")).await;
            return at.replace("{table}", "t").replace("{index}", &index);
        }
        let Some((_, variable)) = at.split_once('{') else {
            if key == "POST /api/database/{name}/extensions" {
                cluster.execute(database, "DROP EXTENSION IF EXISTS plpgsql CASCADE").await;
            }
            return at;
        };
        let variable = variable.split('}').next().unwrap_or_default().to_owned();
        let fresh = unique("matrix");
        let (name, sql) = match (key, variable.as_str()) {
            ("DELETE /api/database/{name}/tables/{table}", _) => {
                (fresh.clone(), format!("CREATE TABLE {fresh} ()"))
            }
            (_, "table") => ("t".to_owned(), String::new()),
            ("POST /api/database/{name}/views/{view}/refresh", _) => {
                (fresh.clone(), format!("CREATE MATERIALIZED VIEW {fresh} AS SELECT 1 AS a"))
            }
            (_, "view") => (fresh.clone(), format!("CREATE VIEW {fresh} AS SELECT 1 AS a")),
            (_, "schema") => (fresh.clone(), format!("CREATE SCHEMA {fresh}")),
            (_, "sequence") => (fresh.clone(), format!("CREATE SEQUENCE {fresh}")),
            (_, "type") => (fresh.clone(), format!("CREATE TYPE {fresh} AS ENUM ('sad')")),
            (_, "extension") => ("plpgsql".to_owned(), "CREATE EXTENSION IF NOT EXISTS plpgsql".to_owned()),
            (_, "function") => {
                let sql =
                    "CREATE OR REPLACE FUNCTION matrix_function() RETURNS int LANGUAGE sql AS 'SELECT 1'";
                cluster.execute(database, sql).await;
                (cluster.value(database, "SELECT 'matrix_function'::regproc::oid").await, String::new())
            }
            (_, "trigger") => {
                let sql = "CREATE EXTENSION IF NOT EXISTS plpgsql; CREATE OR REPLACE FUNCTION matrix_trigger() RETURNS trigger
                    LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                    CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION matrix_trigger()";
                let exists = "SELECT count(*) FROM pg_trigger WHERE tgname = 'x'";
                let there = cluster.value(database, exists).await == "1";
                ("x".to_owned(), if there { String::new() } else { sql.to_owned() })
            }
            _ => return at,
        };
        cluster.execute(database, &sql).await;
        let at = at.replace(&format!("{{{variable}}}"), &name);
        if variable == "trigger" { format!("{at}?table=t") } else { at }
    }

    /// A file of the caller's own, if it may send one.
    async fn upload(&self, caller: &Caller) -> Option<String> {
        let answer = caller.client.post_bytes("/api/uploads?name=matrix.csv", "a\n5\n").await;
        answer.value()["id"].as_str().map(str::to_owned)
    }

    /// The job of an import of the caller's own, if it may import.
    async fn import(&self, caller: &Caller) -> Option<String> {
        let data = json!({"upload": self.upload(caller).await?, "table": "t", "dryRun": true});
        let job = caller.client.post(&format!("{}/import", path(&caller.database)), data).await.value();
        job["id"].as_str().map(str::to_owned)
    }

    async fn address(&self, caller: &Caller) -> String {
        let answer = self.admin.get(&format!("{}/tables/t/rows", path(&caller.database))).await;
        let page = answer.status(200).value();
        page["addresses"][0].as_str().expect("the row has an address").to_owned()
    }

    /// The id of one of the caller's own things.
    async fn id(&self, at: &str, caller: &Caller) -> String {
        let nothing = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f".to_owned();
        let account = caller.name.split(' ').next().unwrap_or_default();
        if at.starts_with("/api/uploads") {
            return self.upload(caller).await.unwrap_or(nothing);
        }
        if at.starts_with("/api/jobs")
            && at.contains("/import")
            && let Some(job) = self.import(caller).await
        {
            return job;
        }
        if at.starts_with("/api/exports") {
            let export = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e10".to_owned();
            caller.client.get(&format!("{}/tables/t/export?export={export}", path(&caller.database))).await;
            return export;
        }
        if at.starts_with("/api/jobs") {
            let body = json!({"name": unique("matrix_copy")});
            let job =
                self.admin.post(&format!("{}/copy", path(&caller.database)), body).await.status(202).value();
            let id = job["id"].as_str().expect("the job's id").to_owned();
            if !at.ends_with("/cancel") {
                eventually("the job ends", 30, async || {
                    let job = self.admin.get(&format!("/api/jobs/{id}")).await.value();
                    job["finishedAt"].is_string().then_some(())
                })
                .await;
            }
            return id;
        }
        if !caller.signed_in || !["admin", "operator", "viewer"].contains(&account) {
            return nothing;
        }
        let password = if account == "admin" { self.app.admin_password() } else { PASSWORD };
        let session = Client::sign_in(self.app.base(), account, password).await;
        if at.starts_with("/api/tokens") {
            let token =
                session.post("/api/tokens", json!({"name": "to be deleted"})).await.status(201).value();
            return token["token"]["id"].as_str().expect("the token's id").to_owned();
        }
        let list = session.get("/api/sessions").await.status(200).value();
        let current =
            list.as_array().and_then(|list| list.iter().find(|one| one["current"] == true).cloned());
        current.and_then(|one| one["id"].as_str().map(str::to_owned)).expect("the session's id")
    }

    fn body(&self, key: &str, operation: &Operation, caller: &Caller) -> Option<Value> {
        Some(match key {
            // Attempts are counted for each account.
            "POST /api/session" => match caller.name.len() % 3 {
                0 => json!({"account": "admin", "password": self.app.admin_password()}),
                1 => json!({"account": "operator", "password": PASSWORD}),
                _ => json!({"account": "viewer", "password": PASSWORD}),
            },
            "POST /api/database" => json!({"name": unique("matrix_new")}),
            "PUT /api/database/{name}" | "PUT /api/database/{name}/tables/{table}" => {
                json!({"description": caller.name})
            }
            "POST /api/database/{name}/copy" => json!({"name": unique("matrix_copied")}),
            "POST /api/accounts" => {
                json!({"name": unique("matrix_made"), "password": PASSWORD, "permissionSet": "viewer"})
            }
            "POST /api/database/{name}/tables" => {
                json!({"name": unique("matrix_table"), "columns": [{"name": "a", "type": "int"}]})
            }
            "POST /api/database/{name}/tables/{table}/indexes" => {
                json!({"name": unique("matrix_index"), "keys": [{"column": "a"}]})
            }
            "POST /api/database/{name}/views" => {
                json!({"name": unique("matrix_view"), "query": "SELECT 1 AS a"})
            }
            "POST /api/database/{name}/schemas" | "POST /api/database/{name}/sequences" => {
                json!({"name": unique("matrix_made")})
            }
            "POST /api/database/{name}/types" => json!({"name": unique("matrix_enum"), "labels": ["a"]}),
            "POST /api/database/{name}/extensions" => json!({"name": "plpgsql"}),
            "PUT /api/database/{name}/extensions/{extension}" => json!({"version": ""}),
            "PUT /api/accounts/{account}" => json!({"disabled": true}),
            "POST /api/database/{name}/tables/{table}/rows" => {
                json!({"inserts": [{"values": {"self": "1"}}]})
            }
            "PATCH /api/database/{name}/tables/{table}/rows"
            | "POST /api/database/{name}/tables/{table}/rows/changes" => {
                json!({"updates": [{"key": {"a": "1"}, "set": {"a": "1"}}]})
            }
            "DELETE /api/database/{name}/tables/{table}/rows" => {
                json!({"matching": {"filter": [{"column": "a", "op": "=", "value": "3"}], "expect": 0}})
            }
            _ => return operation.example.clone(),
        })
    }
}

/// Granted, and yet refused for a reason that is none of rights. Everything else that is granted must be 2xx.
const OTHERWISE: &[(&str, &str)] = &[
    ("POST /api/setup", "setup.refused"),
    // Attempts of strangers are counted.
    ("POST /api/setup", "request.rate"),
    ("POST /api/jobs/{id}/cancel", "job.finished"),
    // Its query needs query.run, and query.superuser for a view that belongs to one.
    ("POST /api/database/{name}/views", "permission.denied"),
    // Tokens are no sign-in: these are for accounts that have given their password.
    ("DELETE /api/session", "session.not_found"),
    ("POST /api/tokens", "permission.denied"),
    ("PUT /api/account/password", "permission.denied"),
    ("PUT /api/account/password", "account.password_wrong"),
    // A caller that has no other session or token of its own.
    ("DELETE /api/sessions/{id}", "session.not_found"),
    ("DELETE /api/tokens/{id}", "token.not_found"),
    // The job is none of an import; one cannot export what one may not see.
    ("GET /api/jobs/{id}/import", "import.not_found"),
    ("GET /api/jobs/{id}/import/rejects", "import.not_found"),
    ("GET /api/jobs/{id}/import/rejects/file", "import.not_found"),
    ("GET /api/exports/{id}", "export.not_found"),
    // Many callers have one account, and its uploads are counted.
    ("POST /api/uploads", "upload.limit"),
    // Somebody else's request has no trace.
    ("GET /api/trace/{requestId}", "trace.not_found"),
];

/// An address of what need not be there: the call does not come so far.
fn unprepared(at: &str) -> String {
    let mut at = at.replace("{table}", "t");
    for variable in ["index", "view", "schema", "sequence", "type", "extension", "function"] {
        at = at.replace(&format!("{{{variable}}}"), "x");
    }
    at.replace("{trigger}", "x?table=t")
}

fn verdict(operation: &Operation, caller: &Caller, answer: &Answer) -> Result<(), String> {
    let key = operation.key();
    let success = (200..300).contains(&answer.status);
    let code =
        if success { String::new() } else { answer.value()["code"].as_str().unwrap_or_default().to_owned() };
    let wrong = |why: &str| Err(format!("{why}: {} as {}: {answer}", key, caller.name));
    if answer.status >= 500 {
        return wrong("an error of the server");
    }
    if !caller.granted(operation) {
        let expected = if caller.signed_in { (403, "permission.denied") } else { (401, "session.required") };
        return if (answer.status, code.as_str()) == expected { Ok(()) } else { wrong("not granted") };
    }
    let scoped = key.contains("/api/database/{name}") || (key.contains("/api/jobs/{id}"));
    if caller.outside && scoped {
        return if answer.status == 404 { Ok(()) } else { wrong("outside of its databases") };
    }
    let makes = ["POST /api/database", "POST /api/database/{name}/copy"].contains(&key.as_str());
    if !caller.unlimited && makes {
        return if code == "permission.denied" { Ok(()) } else { wrong("a database outside of its own") };
    }
    if success || OTHERWISE.contains(&(key.as_str(), code.as_str())) {
        Ok(())
    } else {
        wrong("granted, and refused")
    }
}

const NOBODY: [&str; 0] = [];
const TABLE: &str = "CREATE TABLE t (a int UNIQUE, self int REFERENCES t (a)); INSERT INTO t VALUES (1, 1)";

async fn callers(app: &TestApp, database: &str) -> Vec<Caller> {
    let all: Vec<&'static str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    let of = |set: PermissionSet| -> Vec<&'static str> {
        set.permissions().iter().map(|one| one.as_str()).collect()
    };
    let admin = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let caller = |name: &str, client: Client, permissions: Vec<&'static str>, signed_in: bool| Caller {
        name: name.to_owned(),
        client,
        permissions,
        signed_in,
        database: database.to_owned(),
        outside: false,
        unlimited: true,
    };
    let mut list = vec![
        caller("nobody", app.nobody(), NOBODY.to_vec(), false),
        caller("admin by token", app.administrator().await, all.clone(), true),
        caller("operator by token", app.operator().await, of(PermissionSet::Operator), true),
        caller("viewer by token", app.viewer().await, of(PermissionSet::Viewer), true),
    ];
    for (set, permissions) in [
        ("administrator", all.clone()),
        ("operator", of(PermissionSet::Operator)),
        ("viewer", of(PermissionSet::Viewer)),
    ] {
        let scoped = app.scoped(set, &[database]).await;
        let mut inside = caller(&format!("scoped {set} inside"), scoped.clone(), permissions.clone(), true);
        inside.unlimited = false;
        list.push(inside);
        let scoped = app.scoped(set, &["some other database"]).await;
        let mut outside = caller(&format!("scoped {set} outside"), scoped, permissions, true);
        (outside.outside, outside.unlimited) = (true, false);
        list.push(outside);
    }
    // Each permission alone, by a token of the administrator.
    for permission in &all {
        let answer =
            admin.post("/api/tokens", json!({"name": permission, "permissions": [permission]})).await;
        let secret = answer.status(201).value()["secret"].as_str().expect("a secret").to_owned();
        list.push(caller(
            &format!("admin with {permission} only"),
            Client::token(app.base(), permission, &secret),
            vec![permission],
            true,
        ));
    }
    list.extend(ended(app, &admin, caller).await);
    list
}

/// Those who were something once.
async fn ended(
    app: &TestApp,
    admin: &Client,
    caller: impl Fn(&str, Client, Vec<&'static str>, bool) -> Caller,
) -> Vec<Caller> {
    let make = async |name: &str| -> (Client, Client) {
        let body = json!({"name": name, "password": PASSWORD, "permissionSet": "administrator"});
        admin.post("/api/accounts", body).await.status(201);
        let session = Client::sign_in(app.base(), name, PASSWORD).await;
        let token = session.post("/api/tokens", json!({"name": "t"})).await.status(201).value();
        (session, Client::token(app.base(), name, token["secret"].as_str().expect("a secret")))
    };
    let (session, token) = make("was_disabled").await;
    admin.put("/api/accounts/was_disabled", json!({"disabled": true})).await.status(200);
    let (gone_session, gone_token) = make("was_deleted").await;
    admin.delete("/api/accounts/was_deleted").await.status(204);
    let (signed_out, _) = make("signed_out").await;
    signed_out.get("/api/session").await.status(200);
    signed_out.delete("/api/session").await.status(204);
    vec![
        caller("disabled session", session, NOBODY.to_vec(), false),
        caller("disabled token", token, NOBODY.to_vec(), false),
        caller("deleted session", gone_session, NOBODY.to_vec(), false),
        caller("deleted token", gone_token, NOBODY.to_vec(), false),
        caller("signed out", signed_out, NOBODY.to_vec(), false),
        caller(
            "forged token",
            Client::token(app.base(), "forged", &format!("howdah_{}", "A".repeat(43))),
            NOBODY.to_vec(),
            false,
        ),
    ]
}

#[tokio::test]
async fn every_operation_for_everybody() {
    let cluster = Cluster::shared();
    let app = TestApp::on(cluster).start();
    let database = scratch("matrix").await;
    cluster.execute(&database, TABLE).await;
    let operations = operations(&app).await;
    assert!(operations.len() >= 40, "{} operations", operations.len());
    let callers = callers(&app, &database).await;
    let world = World { app: &app, admin: app.administrator().await };
    let (mut cases, mut wrong, mut granted) = (0, Vec::new(), BTreeMap::<String, u32>::new());
    for operation in &operations {
        for caller in &callers {
            let (at, body) = world.fill(operation, caller).await;
            let answer = caller.client.send(operation.method.clone(), &at, body, &[]).await;
            cases += 1;
            if operation.key() == "DELETE /api/database/{name}" && !exists(cluster, &database).await {
                // A caller that is limited to it has just dropped it.
                cluster.execute("postgres", &format!("CREATE DATABASE {database}")).await;
                cluster.execute(&database, TABLE).await;
            }
            if (200..300).contains(&answer.status) {
                *granted.entry(operation.key()).or_default() += 1;
            }
            if let Err(text) = verdict(operation, caller, &answer) {
                wrong.push(text);
            }
        }
    }
    println!("I1: {} operations × {} callers = {cases} cases", operations.len(), callers.len());
    assert!(wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    // The matrix would prove little if its calls could not succeed.
    let never: Vec<String> =
        operations.iter().map(Operation::key).filter(|key| !granted.contains_key(key)).collect();
    let excepted =
        ["POST /api/setup", "DELETE /api/session", "POST /api/tokens", "PUT /api/account/password"];
    let never: Vec<&String> =
        never.iter().filter(|key| !excepted.contains(&key.as_str()) && !key.ends_with("/cancel")).collect();
    assert!(never.is_empty(), "nobody could call {never:?}");
}
