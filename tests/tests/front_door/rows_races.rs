//! R14: two who edit the same row.

use howdah_testkit::{Cluster, TestApp};
use howdah_types::row_changes::RowsChanged;
use howdah_types::rows::RowsPage;
use serde_json::json;

use crate::rows_edits::{Table, field};
use crate::support::scratch;

const T: &str = "CREATE TABLE t (id int PRIMARY KEY, a text, b text); INSERT INTO t SELECT i, 'a', 'b' FROM generate_series(1, 20) i";

#[tokio::test]
async fn r14_a_row_that_was_changed_meanwhile_is_shown_as_it_is() {
    let (database, cluster) = (scratch("race").await, Cluster::shared());
    cluster.execute(&database, T).await;
    let client = TestApp::shared().operator().await;
    let t = Table { client: &client, database: &database, name: "t" };
    let page: RowsPage = serde_json::from_value(t.page().await).unwrap();
    cluster.execute(&database, "UPDATE t SET a = 'theirs' WHERE id = 1").await;
    // What they changed and I did not look at is none of my business; by version it is.
    let mine = json!({ "key": { "id": "1" }, "was": { "a": "a" }, "set": { "a": "mine" } });
    let problem = t.update(mine).await.problem(409, "row.changed");
    assert_eq!(problem["conflict"]["differing"], json!(["a"]));
    assert_eq!(problem["conflict"]["columns"], json!(["id", "a", "b"]));
    assert_eq!(problem["conflict"]["current"]["values"], json!(["1", "theirs", "b"]));
    assert_eq!(
        (problem["conflict"]["change"].as_str(), field(&problem).as_str()),
        (Some("updates[0]"), "updates[0]:changed")
    );
    let by_version = json!({ "deletes": [{ "key": { "id": "1" }, "version": page.versions[0] }] });
    let problem = t.delete(by_version).await.problem(409, "row.changed");
    assert_eq!(problem["conflict"]["differing"], json!([]));
    let done: RowsChanged = t
        .update(json!({ "key": { "id": "1" }, "was": { "b": "b" }, "set": { "b": "mine" } }))
        .await
        .status(200)
        .json();
    assert_eq!(done.updates[0].before.values[1].as_deref(), Some("theirs"));
    // With the version from the problem one can go on.
    let version = &done.updates[0].after.version;
    t.update(json!({ "key": { "id": "1" }, "version": version, "set": { "a": "mine" } })).await.status(200);
    cluster.execute(&database, "DELETE FROM t WHERE id = 1").await;
    let problem = t
        .update(json!({ "key": { "id": "1" }, "was": { "a": "mine" }, "set": { "a": "x" } }))
        .await
        .problem(409, "row.gone");
    assert_eq!(field(&problem), "updates[0]:gone");
    // Null and empty are different old values.
    cluster.execute(&database, "UPDATE t SET a = NULL WHERE id = 2; UPDATE t SET a = '' WHERE id = 3").await;
    for (id, was) in [("2", json!("")), ("3", json!(null))] {
        t.update(json!({ "key": { "id": id }, "was": { "a": was }, "set": { "a": "x" } }))
            .await
            .problem(409, "row.changed");
    }
}

/// Of many who change the same row at once from what they saw, one succeeds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_editors_wins() {
    let (database, cluster) = (scratch("race_many").await, Cluster::shared());
    let sql = "CREATE TABLE bare (id int, n int); INSERT INTO bare VALUES (1, 0), (2, 0)";
    cluster.execute(&database, &format!("{T}; {sql}")).await;
    let client = TestApp::shared().operator().await;
    for (name, column) in [("t", "a"), ("bare", "n")] {
        let page: RowsPage =
            serde_json::from_value(Table { client: &client, database: &database, name }.page().await)
                .unwrap();
        let place = if name == "t" { json!({ "id": "1" }) } else { json!(null) };
        let asking: Vec<_> = (1..=8)
            .map(|number: i32| {
                let (client, database, name) = (client.clone(), database.clone(), name.to_owned());
                let mut update =
                    json!({ "version": page.versions[0], "set": { column: number.to_string() } });
                if place.is_null() {
                    update["address"] = json!(page.addresses[0]);
                } else {
                    update["key"] = place.clone();
                }
                tokio::spawn(async move {
                    Table { client: &client, database: &database, name: &name }.update(update).await
                })
            })
            .collect();
        let mut done = 0;
        for answer in asking {
            let answer = answer.await.unwrap();
            if answer.status == 200 {
                done += 1;
            } else {
                let code = answer.value()["code"].as_str().unwrap().to_owned();
                assert!(["row.changed", "row.gone", "row.locked"].contains(&code.as_str()), "{answer}");
            }
        }
        assert_eq!(done, 1, "{name}");
    }
}

/// A row that somebody else holds is an answer, not a wait without end.
#[tokio::test]
async fn a_locked_row_is_said_to_be_locked() {
    let (database, cluster) = (scratch("race_locked").await, Cluster::shared());
    cluster.execute(&database, T).await;
    let holder = cluster.connect(&database).await;
    holder.batch_execute("BEGIN; UPDATE t SET a = 'held' WHERE id = 1").await.unwrap();
    let client = TestApp::shared().operator().await;
    let t = Table { client: &client, database: &database, name: "t" };
    let problem = t.changes(json!({ "updates": [{ "key": { "id": "2" }, "set": { "a": "x" } }, { "key": { "id": "1" }, "set": { "a": "x" } }] })).await.problem(409, "row.locked");
    assert_eq!(field(&problem), "updates[1]:locked");
    t.delete(json!({ "matching": { "expect": 20 } })).await.problem(409, "row.locked");
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(cluster.value(&database, "SELECT count(*) FROM t WHERE a = 'a'").await, "20");
    t.update(json!({ "key": { "id": "1" }, "set": { "a": "x" } })).await.status(200);
}

/// Rows that come and go between the look and a change of all that match are counted again.
#[tokio::test]
async fn a_trigger_that_keeps_a_row_is_noticed() {
    let (database, cluster) = (scratch("race_trigger").await, Cluster::shared());
    let sql = "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id = 1 THEN RETURN NULL; END IF; RETURN OLD; END $$;
        CREATE TRIGGER keep BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a = 'no') EXECUTE FUNCTION refuse()";
    cluster.execute(&database, &format!("{T}; {sql}")).await;
    let client = TestApp::shared().operator().await;
    let t = Table { client: &client, database: &database, name: "t" };
    let problem = t
        .delete(json!({ "deletes": [{ "key": { "id": "2" } }, { "key": { "id": "1" } }] }))
        .await
        .problem(409, "row.count_mismatch");
    assert_eq!(
        (field(&problem).as_str(), &problem["count"]),
        ("deletes[1]:count", &json!({ "expected": 1, "found": 0 }))
    );
    t.insert(json!({ "id": "99", "a": "no" })).await.problem(409, "row.count_mismatch");
    t.delete(json!({ "matching": { "expect": 20 } })).await.problem(409, "row.count_mismatch");
    assert_eq!(cluster.value(&database, "SELECT count(*) FROM t").await, "20");
}
