//! `POST`, `PATCH` and `DELETE …/rows`, and `POST …/rows/changes`.

use howdah_testkit::{Cluster, TestApp, hostile_names, segment};
use howdah_types::row_changes::RowsChanged;
use howdah_types::rows::{Lookup, RowKeyKind, RowsPage};
use serde_json::{Value, json};

use crate::rows_edits::{Table, field};
use crate::support::{ident, path, scratch, statements};

const ORDERS: &str = "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text);
    INSERT INTO customers SELECT i, 'Customer ' || i, i || '@example.com' FROM generate_series(1, 30) i;
    CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int REFERENCES customers DEFERRABLE,
        total numeric(10,2) NOT NULL DEFAULT 9.99 CONSTRAINT positive CHECK (total > 0), note text DEFAULT 'none',
        code varchar(5) UNIQUE, twice numeric GENERATED ALWAYS AS (total * 2) STORED);
    INSERT INTO orders (customer, total, note) SELECT i, i, NULL FROM generate_series(1, 5) i";

#[tokio::test]
async fn r8_rows_are_inserted_changed_and_deleted() {
    let database = scratch("edit").await;
    Cluster::shared().execute(&database, ORDERS).await;
    let client = TestApp::shared().operator().await;
    let orders = Table { client: &client, database: &database, name: "orders" };
    // R8: left out, default, null and empty are told apart.
    let body = json!({ "inserts": [
        { "values": {} },
        { "values": { "note": null, "total": { "default": true } } },
        { "values": { "note": "", "total": "1.005", "id": { "default": true } } },
        { "values": { "id": "70", "note": "70" }, "overridingSystemValue": true },
    ] });
    let done: RowsChanged = client.post(&orders.at(""), body).await.status(200).json();
    let values: Vec<Vec<Option<&str>>> =
        done.inserts.iter().map(|row| row.values.iter().map(Option::as_deref).collect()).collect();
    assert_eq!(
        values,
        [
            [Some("6"), None, Some("9.99"), Some("none"), None, Some("19.98")],
            [Some("7"), None, Some("9.99"), None, None, Some("19.98")],
            [Some("8"), None, Some("1.01"), Some(""), None, Some("2.02")],
            [Some("70"), None, Some("9.99"), Some("70"), None, Some("19.98")],
        ]
    );
    assert_eq!((done.inserted, done.columns.len()), (4, 6));
    let done: RowsChanged = orders
        .update(json!({ "key": { "id": "6" }, "was": { "note": "none" }, "set": { "note": "x", "total": { "default": true }, "customer": "3" } }))
        .await
        .status(200)
        .json();
    let after = &done.updates[0].after;
    assert_eq!(after.values[3].as_deref(), Some("x"));
    // Address and version are those of the row as it lies now.
    let page: RowsPage = serde_json::from_value(orders.page().await).unwrap();
    let at = page.rows.iter().position(|row| row[0].as_deref() == Some("6")).unwrap();
    assert_eq!((&page.addresses[at], &page.versions[at]), (&after.address, &after.version));
    let done: RowsChanged = orders
        .delete(json!({ "deletes": [{ "key": { "id": "6" } }, { "key": { "id": "7" } }] }))
        .await
        .status(200)
        .json();
    assert_eq!((done.deleted, done.deletes[0].values[3].as_deref()), (2, Some("x")));
    assert_eq!(orders.rows().await.as_array().unwrap().len(), 7);
}

/// Some of each kind.
fn staged() -> Value {
    json!({
        "deletes": [{ "key": { "id": "5" }, "was": { "total": "5.00" } }],
        "updates": [{ "key": { "id": "1" }, "set": { "total": "100" } }, { "key": { "id": "2" }, "set": { "note": "two" } }],
        "inserts": [{ "values": { "code": "abc" } }],
    })
}

/// A batch is done in one piece, and undone with what its answer says.
#[tokio::test]
async fn a_batch_is_one_transaction_and_can_be_undone() {
    let (database, cluster) = (scratch("batch").await, Cluster::shared());
    cluster.execute(&database, ORDERS).await;
    let client = TestApp::shared().operator().await;
    let orders = Table { client: &client, database: &database, name: "orders" };
    let before = orders.rows().await;
    let changes = staged();
    let done: RowsChanged = orders.changes(changes.clone()).await.status(200).json();
    assert_eq!((done.deleted, done.updated, done.inserted), (1, 2, 1));
    let undo = json!({
        "deletes": done.inserts.iter().map(|row| json!({ "key": { "id": row.values[0] }, "version": row.version })).collect::<Vec<_>>(),
        "updates": done.updates.iter().rev().map(|row| json!({
            "key": { "id": row.after.values[0] }, "version": row.after.version,
            "set": { "total": row.before.values[2], "note": row.before.values[3] } })).collect::<Vec<_>>(),
        "inserts": done.deletes.iter().map(|row| json!({ "overridingSystemValue": true, "values": {
            "id": row.values[0], "customer": row.values[1], "total": row.values[2], "note": row.values[3], "code": row.values[4] } })).collect::<Vec<_>>(),
    });
    orders.changes(undo).await.status(200);
    assert_eq!(orders.rows().await, before);
}

#[tokio::test]
async fn one_bad_change_undoes_the_batch_and_is_named() {
    let (database, cluster) = (scratch("batch_bad").await, Cluster::shared());
    cluster.execute(&database, ORDERS).await;
    let client = TestApp::shared().operator().await;
    let orders = Table { client: &client, database: &database, name: "orders" };
    let (before, changes) = (orders.rows().await, staged());
    // One bad change in it, of each kind, and nothing is done. The problem says which and why.
    for (bad, code, at) in [
        (
            json!({ "updates": [{ "key": { "id": "3" }, "set": { "total": "-1" } }] }),
            (409, "postgres.conflict"),
            "updates[2].set.total",
        ),
        (
            json!({ "updates": [{ "key": { "id": "3" }, "set": { "total": "ten" } }] }),
            (422, "postgres.invalid"),
            "updates[2].set.total",
        ),
        (
            json!({ "updates": [{ "key": { "id": "3" }, "set": { "total": null, "note": "" } }] }),
            (409, "postgres.conflict"),
            "updates[2].set.total",
        ),
        (
            json!({ "updates": [{ "key": { "id": "3" }, "set": { "code": "123456" } }] }),
            (422, "postgres.invalid"),
            "updates[2].set.code",
        ),
        (
            json!({ "updates": [{ "key": { "id": "3" }, "set": { "twice": "1" } }] }),
            (422, "request.fields"),
            "updates[2].set.twice",
        ),
        (
            json!({ "updates": [{ "key": { "id": "3" }, "set": { "id": "1" } }] }),
            (422, "request.fields"),
            "updates[2].set.id",
        ),
        (
            json!({ "updates": [{ "key": { "id": "3" }, "set": { "nothing": "1" } }] }),
            (422, "request.fields"),
            "updates[2].set.nothing",
        ),
        (
            json!({ "updates": [{ "key": { "id": "x" }, "set": { "note": "1" } }] }),
            (422, "postgres.invalid"),
            "updates[2].key.id",
        ),
        (
            json!({ "inserts": [{ "values": { "id": "1" } }] }),
            (422, "request.fields"),
            "inserts[1].values.id",
        ),
        (
            json!({ "inserts": [{ "values": { "code": "abc", "note": "" } }] }),
            (409, "postgres.conflict"),
            "inserts[1]",
        ),
        (
            json!({ "inserts": [{ "values": { "total": null } }] }),
            (409, "postgres.conflict"),
            "inserts[1].values.total",
        ),
        (
            json!({ "inserts": [{ "values": { "customer": "99" } }] }),
            (409, "postgres.conflict"),
            "inserts[1].values.customer",
        ),
        (json!({ "deletes": [{ "key": { "id": "99" } }] }), (409, "row.gone"), "deletes[1]"),
        (json!({ "deletes": [{ "key": { "note": null } }] }), (409, "row.count_mismatch"), "deletes[1]"),
    ] {
        let mut with = changes.clone();
        for (kind, more) in bad.as_object().unwrap() {
            with[kind].as_array_mut().unwrap().extend(more.as_array().unwrap().iter().cloned());
        }
        let problem = orders.changes(with).await.problem(code.0, code.1);
        assert_eq!(problem["errors"][0]["field"], at, "{problem}");
        if at == "inserts[1]" {
            assert_eq!(problem["constraint"], "orders_code_key");
        }
        assert_eq!(orders.rows().await, before, "{at}");
    }
    // A constraint that is checked at the end is checked before the answer.
    cluster
        .execute(&database, "ALTER TABLE orders ALTER CONSTRAINT orders_customer_fkey INITIALLY DEFERRED")
        .await;
    let problem = orders.insert(json!({ "customer": "99" })).await.problem(409, "postgres.conflict");
    assert_eq!(problem["constraint"], "orders_customer_fkey");
    assert_eq!(orders.rows().await, before);
}

#[tokio::test]
async fn a_batch_needs_the_permission_of_each_kind() {
    let database = scratch("batch_rights").await;
    Cluster::shared().execute(&database, ORDERS).await;
    let app = TestApp::on(Cluster::shared()).start();
    let admin = howdah_testkit::Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let body = json!({ "name": "updates", "permissions": ["row.update", "row.read"] });
    let secret =
        admin.post("/api/tokens", body).await.status(201).value()["secret"].as_str().unwrap().to_owned();
    let client = howdah_testkit::Client::token(app.base(), "updates", &secret);
    let orders = Table { client: &client, database: &database, name: "orders" };
    orders.changes(json!({ "inserts": [{}] })).await.problem(403, "permission.denied");
    orders.changes(json!({ "deletes": [{ "key": { "id": "1" } }] })).await.problem(403, "permission.denied");
    orders
        .changes(json!({ "updates": [{ "key": { "id": "1" }, "set": { "note": "x" } }] }))
        .await
        .status(200);
    // What was done stands in the audit log, with the number of rows and without their values.
    let audit = admin.get("/api/audit").await.status(200).value();
    let records: Vec<_> =
        audit.as_array().unwrap().iter().filter(|one| one["action"] == "row.change").collect();
    assert_eq!((records.len(), &records[0]["rows"], &records[0]["outcome"]), (3, &json!(1), &json!("done")));
    assert_eq!(records[0]["detail"]["table"], "orders");
    assert!(!records[0].to_string().contains("\"x\""), "{}", records[0]);
}

#[tokio::test]
async fn a_preview_is_the_sql_and_does_nothing() {
    let (database, cluster) = (scratch("edit_preview").await, Cluster::shared());
    cluster.execute(&database, ORDERS).await;
    let client = TestApp::shared().operator().await;
    let orders = Table { client: &client, database: &database, name: "orders" };
    let before = orders.rows().await;
    let changes = json!({
        "deletes": [{ "key": { "id": "5" } }],
        "updates": [{ "key": { "id": "1" }, "set": { "note": "it's \\ new", "total": { "default": true }, "code": null } }],
        "inserts": [{ "values": { "note": "" } }, {}],
    });
    let preview = client.post(&orders.at("/changes?dryRun=true"), changes.clone()).await.status(200).value();
    let sql = statements(&preview);
    assert_eq!(
        sql,
        [
            "DELETE FROM \"public\".\"orders\" WHERE \"id\" = '5'",
            "UPDATE \"public\".\"orders\" SET \"code\" = NULL, \"note\" = E'it''s \\\\ new', \"total\" = DEFAULT WHERE \"id\" = '1'",
            "INSERT INTO \"public\".\"orders\" (\"note\") VALUES ('')",
            "INSERT INTO \"public\".\"orders\" DEFAULT VALUES",
        ]
    );
    assert_eq!(orders.rows().await, before);
    client
        .post(
            &orders.at("/changes?dryRun=true"),
            json!({ "updates": [{ "key": { "id": "1" }, "set": { "twice": "1" } }] }),
        )
        .await
        .problem(422, "request.fields");
    // What is shown does what is done.
    let twin = scratch("edit_preview_twin").await;
    cluster.execute(&twin, ORDERS).await;
    for statement in &sql {
        cluster.execute(&twin, statement).await;
    }
    orders.changes(changes).await.status(200);
    let other = Table { client: &client, database: &twin, name: "orders" };
    assert_eq!(orders.rows().await, other.rows().await);
    let body = json!({ "matching": { "filter": [{ "column": "id", "op": "in", "values": ["1", "2"] }, { "column": "note", "op": "hasText", "value": "it's" }], "expect": 1 }, "set": { "note": "z" } });
    let preview = client
        .send(reqwest::Method::PATCH, &orders.at("?dryRun=true"), Some(body), &[])
        .await
        .status(200)
        .value();
    cluster.execute(&twin, &statements(&preview)[0]).await;
    assert_eq!(
        cluster.value(&twin, "SELECT string_agg(id::text, ',') FROM orders WHERE note = 'z'").await,
        "1"
    );
}

/// R12: as many as were shown, or none.
#[tokio::test]
async fn r12_all_rows_that_match_are_as_many_as_expected() {
    let (database, cluster) = (scratch("matching").await, Cluster::shared());
    cluster.execute(&database, ORDERS).await;
    let app = TestApp::shared();
    let (client, admin) = (app.operator().await, app.administrator().await);
    let orders = Table { client: &client, database: &database, name: "orders" };
    let filter = json!([{ "column": "total", "op": ">", "value": "2" }]);
    let problem = orders
        .delete(json!({ "matching": { "filter": filter, "expect": 2 } }))
        .await
        .problem(409, "row.count_mismatch");
    assert_eq!(problem["count"], json!({ "expected": 2, "found": 3 }));
    let set = json!({ "note": "big", "total": { "default": true } });
    let problem = orders
        .patch(json!({ "matching": { "filter": filter, "expect": 4 }, "set": set }))
        .await
        .problem(409, "row.count_mismatch");
    assert_eq!(problem["count"], json!({ "expected": 4, "found": 3 }));
    assert_eq!(
        cluster.value(&database, "SELECT count(*) FROM orders WHERE note IS NULL").await,
        "5",
        "nothing was changed"
    );
    let done: RowsChanged = orders
        .patch(json!({ "matching": { "filter": filter, "expect": 3 }, "set": set }))
        .await
        .status(200)
        .json();
    assert_eq!(done.updated, 3);
    assert_eq!(cluster.value(&database, "SELECT count(*) FROM orders WHERE note = 'big'").await, "3");
    for (body, wrong) in [
        (
            json!({ "matching": { "filter": [{ "column": "total", "op": "=", "value": "x" }], "expect": 1 } }),
            "matching.filter[0].value:refused",
        ),
        (json!({ "matching": { "expect": 1 }, "deletes": [{ "key": { "id": "1" } }] }), "deletes:exclusive"),
        (json!({}), "deletes:required"),
    ] {
        assert_eq!(field(&orders.delete(body).await.value()), wrong);
    }
    // A condition of one's own, on a superuser's table.
    let body = json!({ "matching": { "where": "note = 'big' AND id > 3", "filter": [{ "column": "id", "op": "<", "value": "5" }], "expect": 1 } });
    orders.delete(body.clone()).await.problem(403, "permission.denied");
    let mine = Table { client: &admin, database: &database, name: "orders" };
    let done: RowsChanged = mine.delete(body.clone()).await.status(200).json();
    assert_eq!(done.deleted, 1);
    let problem = mine.delete(body).await.problem(409, "row.count_mismatch");
    assert_eq!(problem["count"], json!({ "expected": 1, "found": 0 }));
    assert_eq!(
        cluster.value(&database, "SELECT string_agg(id::text, ',' ORDER BY id) FROM orders").await,
        "1,2,3,5"
    );
    let done: RowsChanged = orders.delete(json!({ "matching": { "expect": 4 } })).await.status(200).json();
    assert_eq!(done.deleted, 4);
}

/// R11: by a unique index, by where it lies, by columns of a view; exactly one row, or nothing.
#[tokio::test]
async fn r11_tables_without_a_primary_key_are_edited() {
    let (database, cluster) = (scratch("keyless").await, Cluster::shared());
    let sql = "CREATE TABLE uniq (a int NOT NULL, b text NOT NULL, c text, UNIQUE (b, a)); INSERT INTO uniq VALUES (1, 'x', 'one'), (2, 'x', 'two');
        CREATE TABLE bare (a int, j json); INSERT INTO bare VALUES (1, '{}'), (1, '{}'), (NULL, NULL);
        CREATE TABLE parted (k int, v text) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF parted FOR VALUES IN (1);
        CREATE TABLE p2 PARTITION OF parted FOR VALUES IN (2); INSERT INTO parted VALUES (1, 'a'), (1, 'a'), (2, 'a');
        CREATE VIEW v AS SELECT a, b, c FROM uniq WHERE a < 10 WITH CHECK OPTION; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a";
    cluster.execute(&database, sql).await;
    let client = TestApp::shared().operator().await;
    let table = |name| Table { client: &client, database: &database, name };
    let (uniq, bare, parted, view) = (table("uniq"), table("bare"), table("parted"), table("v"));
    assert_eq!(uniq.page().await["rowKey"], json!({ "kind": "unique", "columns": ["b", "a"] }));
    uniq.update(json!({ "key": { "a": "1", "b": "x" }, "set": { "c": "1", "a": "3" } })).await.status(200);
    let problem = uniq
        .update(json!({ "key": { "b": "x" }, "set": { "c": "1" } }))
        .await
        .problem(409, "row.count_mismatch");
    assert_eq!(problem["count"], json!({ "expected": 1, "found": 2 }));

    let page: RowsPage = serde_json::from_value(bare.page().await).unwrap();
    assert_eq!((page.row_key.kind, page.row_key.columns.len()), (RowKeyKind::Address, 0));
    let address = &page.addresses[1];
    let problem = bare.update(json!({ "address": address, "was": { "a": "1" }, "set": { "a": "2" } })).await;
    assert_eq!(problem.refused_fields(), ["updates[0].was:required"]);
    bare.update(json!({ "address": address, "was": { "a": "1", "j": "{}" }, "set": { "a": "2" } }))
        .await
        .status(200);
    assert_eq!(
        cluster.value(&database, "SELECT string_agg(coalesce(a::text, '-'), ',' ORDER BY a) FROM bare").await,
        "1,2,-"
    );
    // The place is empty now, or another row lies there.
    bare.update(json!({ "address": address, "was": { "a": "1", "j": "{}" }, "set": { "a": "3" } }))
        .await
        .problem(409, "row.gone");
    cluster.execute(&database, "VACUUM FULL bare").await;
    let body = json!({ "deletes": [{ "address": page.addresses[0], "version": "3" }] });
    let answer = bare.delete(body).await;
    assert_eq!(answer.status, 409, "{answer}");
    let page: RowsPage = serde_json::from_value(bare.page().await).unwrap();
    let last = page.addresses.len() - 1;
    let done: RowsChanged = bare
        .delete(json!({ "deletes": [{ "address": page.addresses[last], "version": page.versions[last] }] }))
        .await
        .status(200)
        .json();
    assert_eq!(done.deletes[0].values, page.rows[last]);

    let page: RowsPage = serde_json::from_value(parted.page().await).unwrap();
    let update =
        json!({ "address": page.addresses[0], "version": page.versions[0], "set": { "v": "b", "k": "2" } });
    let done: RowsChanged = parted.update(update).await.status(200).json();
    let after = &done.updates[0].after;
    assert_eq!(after.values, [Some("2".to_owned()), Some("b".into())]);
    let made: RowsChanged = parted.insert(json!({ "k": "1", "v": "new" })).await.status(200).json();
    let page: RowsPage = serde_json::from_value(parted.page().await).unwrap();
    for image in [after, &made.inserts[0]] {
        let at = page.rows.iter().position(|row| *row == image.values).unwrap();
        assert_eq!((&page.addresses[at], &page.versions[at]), (&image.address, &image.version), "{image:?}");
    }

    assert_eq!(view.page().await["rowKey"], json!({ "kind": "none", "columns": [] }));
    view.update(json!({ "key": { "a": "3" }, "was": { "c": "1" }, "set": { "c": "seen" } }))
        .await
        .status(200);
    view.insert(json!({ "a": "5", "b": "y" })).await.status(200);
    let problem = view.insert(json!({ "a": "50", "b": "y" })).await.problem(422, "postgres.invalid");
    assert_eq!(problem["sqlstate"], "44000", "the view's own check");
    view.delete(json!({ "deletes": [{ "key": { "a": "5", "c": null } }] })).await.status(200);
    view.delete(json!({ "deletes": [{ "address": "1:(0,1)", "version": "1" }] }))
        .await
        .problem(422, "request.fields");
    assert_eq!(
        cluster.value(&database, "SELECT string_agg(a || c, ',' ORDER BY a) FROM uniq").await,
        "2two,3seen"
    );
    table("m").insert(json!({ "a": "2" })).await.problem(422, "postgres.unsupported");
}

#[tokio::test]
async fn r27_hostile_names_and_values_are_edited() {
    let (database, cluster) = (scratch("edit_names").await, Cluster::shared());
    let client = TestApp::shared().operator().await;
    for name in hostile_names() {
        let column = if name == "id" { "c" } else { name.as_str() };
        cluster
            .execute(
                &database,
                &format!("CREATE TABLE {} (id text PRIMARY KEY, {} text)", ident(&name), ident(column)),
            )
            .await;
        let table = Table { client: &client, database: &database, name: &name };
        table.insert(json!({ "id": name, column: name })).await.status(200);
        let update = json!({ "key": { "id": name }, "was": { column: name }, "set": { column: format!("{name}{name}") } });
        let done: RowsChanged = table.update(update).await.status(200).json();
        assert_eq!(done.updates[0].after.values, [Some(name.clone()), Some(format!("{name}{name}"))]);
        let sql = client
            .send(
                reqwest::Method::PATCH,
                &table.at("?dryRun=true"),
                Some(json!({ "updates": [{ "key": { "id": name }, "set": { column: name } }] })),
                &[],
            )
            .await
            .status(200)
            .value();
        cluster
            .execute(&database, &format!("SET standard_conforming_strings = off; {}", statements(&sql)[0]))
            .await;
        assert_eq!(table.rows().await, json!([[name, name]]));
        table.delete(json!({ "deletes": [{ "key": { "id": name, column: name } }] })).await.status(200);
    }
}

#[tokio::test]
async fn the_systems_tables_are_not_edited() {
    let database = scratch("edit_system").await;
    let admin = TestApp::shared().administrator().await;
    for (schema, table) in
        [("pg_catalog", "pg_class"), ("information_schema", "sql_features"), ("pg_toast", "x")]
    {
        let at = format!("{}/tables/{table}/rows?schema={schema}", path(&database));
        admin.post(&at, json!({ "inserts": [{}] })).await.problem(403, "permission.denied");
    }
}

/// A foreign key's column offers rows of the other table.
#[tokio::test]
async fn a_foreign_key_is_looked_up() {
    let (database, cluster) = (scratch("lookup").await, Cluster::shared());
    cluster.execute(&database, ORDERS).await;
    let client = TestApp::shared().viewer().await;
    let look = async |column: &str, search: &str| {
        client
            .get(&format!(
                "{}/tables/orders/lookup?column={column}&search={}&limit=5",
                path(&database),
                segment(search)
            ))
            .await
    };
    let keys = |found: &Lookup| -> Vec<String> {
        found.rows.iter().map(|row| row.key[0].clone().unwrap()).collect()
    };
    let found: Lookup = look("customer", "").await.status(200).json();
    assert_eq!(
        (keys(&found), found.has_more),
        (vec!["1".into(), "2".into(), "3".into(), "4".into(), "5".into()], true)
    );
    assert_eq!(found.labels, ["name", "email"]);
    let found: Lookup = look("customer", "30").await.status(200).json();
    assert_eq!(
        (keys(&found), &found.rows[0].labels[0]),
        (vec!["30".to_owned()], &Some("Customer 30".to_owned()))
    );
    let found: Lookup = look("customer", "CUSTOMER 12").await.status(200).json();
    assert_eq!(keys(&found), ["12"]);
    // "2" is in every text of these names, and 20 to 29 begin with it: neither pushes the key itself out.
    cluster.execute(&database, "UPDATE customers SET name = 'Number 2 of ' || id WHERE id <> 2").await;
    assert_eq!(keys(&look("customer", "2").await.status(200).json()), ["2", "20", "21", "22", "23"]);
    cluster.execute(&database, "DELETE FROM customers WHERE id BETWEEN 21 AND 29 AND id NOT IN (SELECT customer FROM orders WHERE customer IS NOT NULL)").await;
    let found: Lookup = look("customer", "2").await.status(200).json();
    assert_eq!(
        (keys(&found)[..2].to_vec(), found.rows.len(), found.has_more),
        (vec!["2".to_owned(), "20".to_owned()], 5, true)
    );
    for hostile in hostile_names() {
        let found: Lookup = look("customer", &hostile).await.status(200).json();
        assert!(found.rows.len() <= 5, "{hostile}");
    }
    assert_eq!(
        keys(&look("customer", "%").await.status(200).json()),
        Vec::<String>::new(),
        "a sign, not a pattern"
    );
    assert_eq!(look("total", "1").await.refused_fields(), ["column:noReference"]);
}
