//! Values of rows stay with those who may read them: in answers to changes, in the audit log, and when an account is gone.

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, segment, unique};
use howdah_types::jobs::JobState;
use serde_json::{Value, json};

use crate::imports::{import, upload};
use crate::rows_edits::Table;
use crate::structure_rights::with_permissions;
use crate::support::{path, scratch};

const SECRETS: &str = "CREATE TABLE t (id int PRIMARY KEY, v text, n int CHECK (n < 100), u text UNIQUE, d text DEFAULT 'secret d');
    INSERT INTO t VALUES (1, 'secret a', 1, 'secret u1'), (2, 'secret b', 2, 'secret u2')";

#[tokio::test]
async fn a_change_without_the_right_to_read_shows_no_values() {
    let database = scratch("kept").await;
    Cluster::shared().execute(&database, SECRETS).await;
    let app = TestApp::shared();
    let client = with_permissions(app, &["row.create", "row.update", "row.delete"]).await;
    let table = Table { client: &client, database: &database, name: "t" };
    let no_values = |text: String| assert!(!text.contains("secret"), "{text}");
    for (answer, counts) in [
        (table.update(json!({"key": {"id": "1"}, "set": {"n": "5"}})).await, [0, 1, 0]),
        (table.insert(json!({"id": "3", "n": "1"})).await, [1, 0, 0]),
        (table.changes(json!({"updates": [{"key": {"id": "2"}, "set": {"n": "6"}}]})).await, [0, 1, 0]),
        (table.delete(json!({"deletes": [{"key": {"id": "2"}}]})).await, [0, 0, 1]),
    ] {
        no_values(answer.text());
        let changed = answer.status(200).value();
        assert_eq!(
            [&changed["inserted"], &changed["updated"], &changed["deleted"]],
            counts.map(|n| json!(n)).each_ref()
        );
        for list in ["columns", "inserts", "updates", "deletes"] {
            assert_eq!(changed[list], json!([]), "{list}");
        }
    }
    let stale = json!({"key": {"id": "1"}, "was": {"v": "not this"}, "set": {"n": "7"}});
    let answer = table.update(stale.clone()).await;
    no_values(answer.text());
    assert_eq!(answer.problem(409, "row.changed").get("conflict"), None);
    // What PostgreSQL quotes: "Failing row contains …", "Key (u)=…".
    for set in [json!({"n": "100"}), json!({"id": "3"})] {
        let answer = table.update(json!({"key": {"id": "1"}, "set": set})).await;
        no_values(answer.text());
        let problem = answer.status(409).value();
        assert!(problem["detail"].as_str().unwrap().contains("t_"), "it names the constraint: {problem}");
    }
    // Who may read sees all of it.
    let reader = with_permissions(app, &["row.read", "row.update"]).await;
    let table = Table { client: &reader, database: &database, name: "t" };
    let problem = table.update(stale).await.problem(409, "row.changed");
    assert_eq!(problem["conflict"]["current"]["values"][1], "secret a");
    let changed = table.update(json!({"key": {"id": "1"}, "set": {"n": "8"}})).await.status(200).value();
    assert_eq!(changed["updates"][0]["before"]["values"][1], "secret a");
    let answer = table.update(json!({"key": {"id": "1"}, "set": {"n": "100"}})).await;
    assert!(answer.text().contains("secret a"), "{answer}");
}

/// Records of the audit log about an object, the newest first.
async fn records(admin: &Client, object: &str) -> Vec<Value> {
    let list = admin.get("/api/audit?limit=1000").await.status(200).value();
    list.as_array().unwrap().iter().filter(|record| record["object"] == object).cloned().collect()
}

#[tokio::test]
async fn what_goes_out_and_comes_in_is_recorded_with_its_rows_and_without_values() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let database = scratch("recorded").await;
    Cluster::shared().execute(&database, SECRETS).await;
    let object = format!("{database}/public.t");
    let at = |query: &str| format!("{}/tables/t/export{query}", path(&database));
    let filter = segment(&json!([{"column": "u", "op": "=", "value": "secret u1"}]).to_string());
    let condition = segment("v = 'secret a' AND n < 77");
    admin.get(&at(&format!("?format=json&filter={filter}&where={condition}"))).await.status(200);
    admin.get(&at("?sort=[")).await.status(422);
    let failed = segment("1 / (n - 1) > 0");
    assert!(admin.get(&at(&format!("?where={failed}"))).await.status >= 400);
    let list = records(&admin, &object).await;
    assert_eq!(list.len(), 2, "{list:#?}");
    let [failed, done] = [&list[0], &list[1]];
    assert_eq!(
        (&done["action"], &done["outcome"], &done["rows"]),
        (&json!("row.export"), &json!("done"), &json!(1))
    );
    let detail = json!({"format": "json", "columns": null, "filter": [{"column": "u", "op": "="}], "where": "v = ? AND n < ?"});
    assert_eq!((&done["detail"], &done["account"]), (&detail, &json!("admin")));
    assert_ne!(failed["outcome"], "done");
    // A bulk change.
    let table = Table { client: &admin, database: &database, name: "t" };
    let matching = json!({"matching": {"filter": [{"column": "v", "op": "in", "values": ["secret a", "secret x"]}],
        "where": "u = 'secret u1'", "expect": 1}, "set": {"n": "9"}});
    let id = table.patch(matching).await.status(200).request_id();
    let log = admin.get("/api/audit?limit=1000").await.status(200);
    assert!(!log.text().contains("secret"), "{log}");
    let log = log.value();
    let record = log.as_array().unwrap().iter().find(|record| record["requestId"] == json!(id)).unwrap();
    let shape = json!({"filter": [{"column": "v", "op": "in"}], "where": "u = ?", "expect": 1});
    assert_eq!(record["detail"]["matching"], shape);
    // Imports, at their end.
    for (dry_run, csv, state, rows) in [
        (true, "id,n\n10,1\n", JobState::Succeeded, 0),
        (false, "id,n\n10,1\n11,2\n", JobState::Succeeded, 2),
        (false, "id,n\n12,100\n", JobState::Failed, 0),
    ] {
        let file = upload(&admin, "in.csv", csv).await;
        let data = json!({"upload": file.id, "table": "t", "dryRun": dry_run, "maxRejects": 0});
        let (job, _) = import(&admin, &database, data).await;
        assert_eq!(job.state, state, "{job:?}");
        let list = records(&admin, &object).await;
        let record = &list[0];
        assert_eq!((&record["action"], &record["account"]), (&json!("row.imported"), &json!("admin")));
        assert_eq!((&record["rows"], &record["detail"]["dryRun"]), (&json!(rows), &json!(dry_run)));
        let outcome = if state == JobState::Succeeded { "done" } else { "failed" };
        assert_eq!((&record["outcome"], &record["detail"]["job"]), (&json!(outcome), &json!(job.id)));
        assert_eq!(list.iter().filter(|one| one["detail"]["job"] == json!(job.id)).count(), 1);
    }
}

#[tokio::test]
async fn a_new_account_of_an_old_name_inherits_nothing() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let database = scratch("inherited").await;
    Cluster::shared().execute(&database, SECRETS).await;
    let name = unique("again");
    let make = async || {
        let body = json!({"name": name, "password": PASSWORD, "permissionSet": "operator"});
        admin.post("/api/accounts", body).await.status(201);
        Client::sign_in(app.base(), &name, PASSWORD).await
    };
    let first = make().await;
    let file = upload(&first, "in.csv", "id,n\n20,secret n\n21,1\n").await;
    let (job, _) = import(&first, &database, json!({"upload": file.id, "table": "t"})).await;
    let export = first.get(&format!("{}/tables/t/export", path(&database))).await.status(200);
    let export = format!("/api/exports/{}", export.header("x-export-id").unwrap());
    let trace =
        format!("/api/trace/{}", first.get(&format!("{}/tables/t/rows", path(&database))).await.request_id());
    let mine: Vec<_> =
        ["", "/rejects", "/rejects/file"].map(|below| format!("/api/jobs/{}/import{below}", job.id)).into();
    for at in mine.iter().chain([&export, &trace]) {
        first.get(at).await.status(200);
    }
    admin.delete(&format!("/api/accounts/{}", segment(&name))).await.status(204);
    let second = make().await;
    for at in &mine {
        second.get(at).await.problem(404, "import.not_found");
    }
    second.get(&export).await.problem(404, "export.not_found");
    second.get(&trace).await.status(404);
}
