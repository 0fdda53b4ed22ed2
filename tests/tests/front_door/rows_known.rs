//! What is known of a table does not outlive what it was read from: somebody changes the table, or whose code it would
//! run, between two calls that would otherwise not have looked again.

use howdah_testkit::{Client, Cluster, TestApp, eventually, unique};
use serde_json::{Value, json};

use crate::rows_edits::Table;
use crate::support::{ident, scratch};

/// A cluster on which nothing else happens, and a Howdah on it: there one can tell that nothing was committed.
async fn quiet() -> (Cluster, TestApp, Client) {
    let cluster = Cluster::builder().start();
    cluster.execute("postgres", "CREATE DATABASE shop").await;
    let app = TestApp::on(&cluster).start();
    let admin = app.administrator().await;
    (cluster, app, admin)
}

/// The statements of a page that is read.
async fn statements(table: &Table<'_>) -> Vec<String> {
    let answer = table.client.get(&table.at("?limit=10")).await.status(200);
    traced(table.client, &answer.request_id()).await
}

async fn traced(client: &Client, request: &str) -> Vec<String> {
    let trace = client.get(&format!("/api/trace/{request}")).await.status(200).value();
    let list = trace["statements"].as_array().unwrap();
    list.iter().map(|one| one["sql"].as_str().unwrap().to_owned()).collect()
}

fn describes(statements: &[String]) -> bool {
    statements.iter().any(|sql| sql.contains("pg_column_is_updatable"))
}

fn asks_whose_code_runs(statements: &[String]) -> bool {
    statements.iter().any(|sql| sql.contains("pg_statistic_ext"))
}

/// Reads until the table is known.
async fn known(table: &Table<'_>) -> Vec<String> {
    eventually("the table is known", 30, || async {
        let statements = statements(table).await;
        (!describes(&statements)).then_some(statements)
    })
    .await
}

#[tokio::test]
async fn a_known_table_takes_few_statements() {
    let (cluster, _app, admin) = quiet().await;
    cluster.execute("shop", "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1)").await;
    let table = Table { client: &admin, database: "shop", name: "t" };
    assert!(describes(&statements(&table).await));
    // Transaction and lock, the look, the rows, the end; nothing else while nothing at all is committed.
    let read = eventually("nothing is committed", 30, || async {
        let statements = known(&table).await;
        (!asks_whose_code_runs(&statements)).then_some(statements)
    })
    .await;
    assert_eq!(read.len(), 4, "{read:#?}");
    let update = json!({ "key": { "id": "1" }, "set": { "v": "2" } });
    table.update(update.clone()).await.status(200);
    let answer = table.update(update).await.status(200);
    let changed = traced(&admin, &answer.request_id()).await;
    // Whose code runs is asked after each commit; then the row, the change, the check of constraints, the end.
    assert_eq!(changed.len(), 7, "{changed:#?}");
    assert!(asks_whose_code_runs(&changed) && !describes(&changed), "{changed:#?}");
    table.insert(json!({ "id": "2" })).await.status(200);
    let answer = table.insert(json!({ "id": "3" })).await.status(200);
    assert_eq!(traced(&admin, &answer.request_id()).await.len(), 6);
}

/// In the stead of an ordinary role the catalogs are asked on Howdah's own connection, where statements are prepared.
#[tokio::test]
async fn a_known_table_of_an_ordinary_role_takes_few_statements() {
    let (cluster, _app, admin) = quiet().await;
    let sql = "CREATE ROLE plain; CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1); ALTER TABLE t OWNER TO plain";
    cluster.execute("shop", sql).await;
    let table = Table { client: &admin, database: "shop", name: "t" };
    let read = known(&table).await;
    assert_eq!(read.len(), 6, "{read:#?}");
    assert!(!asks_whose_code_runs(&read), "{read:#?}");
    // The role goes, and the table with it into other hands.
    cluster.execute("shop", "ALTER ROLE plain RENAME TO simple").await;
    assert_eq!(table.rows().await, json!([["1", "1"]]));
    cluster
        .execute("shop", "CREATE ROLE other; REASSIGN OWNED BY simple TO other; REVOKE ALL ON t FROM simple")
        .await;
    assert_eq!(table.rows().await, json!([["1", "1"]]));
    cluster.execute("shop", "DROP TABLE t").await;
    admin.get(&table.at("")).await.problem(404, "table.not_found");
    cluster.execute("shop", "CREATE VIEW t AS SELECT 7 AS seven; ALTER VIEW t OWNER TO other").await;
    assert_eq!(table.rows().await, json!([["7"]]));
}

/// A new connection may lead to a server that was restored or taken over by another: it believes nothing.
#[tokio::test]
async fn a_new_connection_looks_for_itself() {
    let (cluster, _app, admin) = quiet().await;
    cluster.execute("shop", "CREATE TABLE t (id int PRIMARY KEY)").await;
    let table = Table { client: &admin, database: "shop", name: "t" };
    known(&table).await;
    let end = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = 'shop' AND pid <> pg_backend_pid()";
    assert_ne!(cluster.value("postgres", end).await, "0");
    let statements = eventually("the loss is noticed", 30, || async {
        let answer = admin.get(&table.at("?limit=10")).await;
        (answer.status == 200).then_some(answer.request_id())
    })
    .await;
    let statements = traced(&admin, &statements).await;
    assert!(describes(&statements), "{statements:#?}");
    assert!(!describes(&known(&table).await));
}

/// Each change by another session, and what a page says then.
#[tokio::test]
async fn each_change_of_the_structure_is_seen_at_once() {
    each_change("postgres").await;
}

/// The same where Howdah works in the owner's stead.
#[tokio::test]
async fn each_change_of_an_ordinary_roles_table_is_seen_at_once() {
    let owner = unique("plain");
    Cluster::shared().execute("postgres", &format!("CREATE ROLE {owner}")).await;
    each_change(&owner).await;
}

async fn each_change(owner: &str) {
    let (cluster, database) = (Cluster::shared(), scratch("known").await);
    let sql = "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE shop (id int PRIMARY KEY, name text);
        CREATE FUNCTION five() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 5';
        CREATE TYPE num; CREATE FUNCTION num_in(cstring) RETURNS num LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
        CREATE FUNCTION num_out(num) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
        CREATE TYPE num (INPUT = num_in, OUTPUT = num_out, LIKE = int4);
        CREATE TABLE t (id int PRIMARY KEY, m mood, ms mood[], shop int REFERENCES shop, d int DEFAULT five() + 1, n num);
        INSERT INTO t VALUES (1)";
    let own = format!("ALTER TABLE t OWNER TO {owner}");
    cluster.execute(&database, &format!("{sql}; {own}")).await;
    let admin = TestApp::shared().administrator().await;
    let table = Table { client: &admin, database: &database, name: "t" };
    let steps: [(&str, &str, &str, Value); 20] = [
        ("ALTER TABLE t ADD COLUMN more int DEFAULT 7", "more", "/typeName", json!("integer")),
        ("ALTER TABLE t RENAME COLUMN more TO other", "other", "/typeName", json!("integer")),
        ("ALTER TABLE t ALTER COLUMN other TYPE text", "other", "/typeName", json!("text")),
        ("ALTER TABLE t ALTER COLUMN other SET DEFAULT 'x'", "other", "/details/default", json!("'x'::text")),
        ("ALTER TABLE t ALTER COLUMN other SET NOT NULL", "other", "/nullable", json!(false)),
        ("COMMENT ON COLUMN t.other IS 'said'", "other", "/description", json!("said")),
        ("ALTER TYPE mood ADD VALUE 'b'", "m", "/details/enumLabels", json!(["a", "b"])),
        ("ALTER TYPE mood RENAME VALUE 'a' TO 'z'", "ms", "/details/enumLabels", json!(["z", "b"])),
        ("ALTER TYPE mood RENAME TO temper", "m", "/typeName", json!("public.temper")),
        (
            "CREATE SCHEMA types; ALTER TYPE temper SET SCHEMA types",
            "ms",
            "/typeName",
            json!("types.temper[]"),
        ),
        ("ALTER SCHEMA types RENAME TO kinds", "m", "/typeName", json!("kinds.temper")),
        ("ALTER TABLE shop RENAME TO store", "shop", "/details/references/table", json!("store")),
        (
            "ALTER TABLE store RENAME COLUMN id TO number",
            "shop",
            "/details/references/referenced",
            json!(["number"]),
        ),
        (
            "ALTER TABLE t RENAME CONSTRAINT t_shop_fkey TO leads",
            "shop",
            "/details/references/constraint",
            json!("leads"),
        ),
        ("ALTER TABLE t DROP CONSTRAINT leads", "shop", "/details/references", Value::Null),
        ("ALTER FUNCTION five() RENAME TO cinq", "d", "/details/default", json!("(public.cinq() + 1)")),
        ("CREATE CAST (num AS int4) WITHOUT FUNCTION AS IMPLICIT", "n", "/details/sortable", json!(true)),
        ("ALTER TABLE t DROP CONSTRAINT t_pkey", "id", "/primaryKey", json!(false)),
        (
            // It belongs to a superuser then.
            "DROP TABLE t; CREATE TABLE t (id bigint PRIMARY KEY, other date)",
            "other",
            "/typeName",
            json!("date"),
        ),
        ("ALTER TABLE t DROP COLUMN other", "other", "", Value::Null),
    ];
    let mut stale = Vec::new();
    for (sql, column, at, wanted) in steps {
        let said = |page: &Value| {
            let columns = page["columns"].as_array().unwrap();
            let found = columns.iter().find(|one| one["name"] == column);
            found.and_then(|one| one.pointer(at)).cloned().unwrap_or(Value::Null)
        };
        known(&table).await;
        if stale.is_empty() {
            assert_ne!(said(&table.page().await), wanted, "before {sql}");
        }
        cluster.execute(&database, sql).await;
        let now = said(&table.page().await);
        if now != wanted {
            stale.push(format!("{sql}: {now} instead of {wanted}"));
        }
    }
    cluster.execute(&database, &own).await;
    // What tells rows apart.
    for (sql, kind) in [
        ("ALTER TABLE t DROP CONSTRAINT t_pkey", "address"),
        ("ALTER TABLE t ADD UNIQUE (id)", "unique"),
        ("CREATE TABLE child () INHERITS (t)", "address"),
        ("DROP TABLE child; ALTER TABLE t ADD PRIMARY KEY (id)", "primaryKey"),
    ] {
        known(&table).await;
        cluster.execute(&database, sql).await;
        let now = &table.page().await["rowKey"]["kind"];
        if now != kind {
            stale.push(format!("{sql}: {now} instead of {kind}"));
        }
    }
    assert_eq!(stale, [""; 0]);
}

/// Whose code a table would run is not believed for longer than nothing is committed.
#[tokio::test]
async fn what_comes_to_belong_to_somebody_else_is_not_run() {
    let (own, _app, own_admin) = quiet().await;
    let (shared, admin) = (Cluster::shared(), TestApp::shared().administrator().await);
    shared_and_own(shared, &admin, &scratch("known_trust").await).await;
    shared_and_own(&own, &own_admin, "shop").await;
}

async fn shared_and_own(cluster: &Cluster, admin: &Client, database: &str) {
    let (low, boss) = (unique("low"), unique("boss"));
    let setup = format!(
        "CREATE ROLE {low}; CREATE ROLE {boss} SUPERUSER; GRANT ALL ON SCHEMA public TO {low};
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE FUNCTION g(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
         ALTER FUNCTION f() OWNER TO {boss}; ALTER FUNCTION g(int) OWNER TO {low};
         CREATE TABLE t (id int PRIMARY KEY, who text DEFAULT current_user); INSERT INTO t VALUES (1)"
    );
    cluster.execute(database, &setup).await;
    let table = Table { client: admin, database, name: "t" };
    let update = json!({ "key": { "id": "1" }, "set": { "who": "x" } });
    // What is done, whether rows may be read then, and whether they may be changed.
    for (sql, read, change) in [
        (
            "CREATE TRIGGER planted BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()".to_owned(),
            true,
            true,
        ),
        (format!("ALTER FUNCTION f() OWNER TO {low}"), true, false),
        (format!("ALTER FUNCTION f() OWNER TO {boss}"), true, true),
        (format!("ALTER ROLE {boss} NOSUPERUSER"), true, false),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
                .to_owned(),
            true,
            false,
        ),
        (format!("ALTER ROLE {boss} SUPERUSER"), true, true),
        ("CREATE RULE planted AS ON DELETE TO t DO ALSO SELECT g(1)".to_owned(), true, false),
        ("DROP RULE planted ON t".to_owned(), true, true),
        ("ALTER TABLE t ADD CONSTRAINT planted CHECK (g(id) = 1)".to_owned(), true, false),
        ("ALTER TABLE t DROP CONSTRAINT planted".to_owned(), true, true),
        ("CREATE INDEX planted ON t (g(id))".to_owned(), false, false),
        ("DROP INDEX planted".to_owned(), true, true),
        ("CREATE POLICY planted ON t USING (g(id) = 1)".to_owned(), true, true),
    ] {
        cluster.execute(database, &sql).await;
        let (reading, changing) =
            (admin.get(&table.at("")).await.status, table.update(update.clone()).await.status);
        let wanted = |may: bool| if may { 200 } else { 403 };
        assert_eq!((reading, changing), (wanted(read), wanted(change)), "{sql}");
        if read {
            // So that the next step meets a table that is known, for reading and for changing.
            known(&table).await;
        }
        assert_eq!(table.update(update.clone()).await.status, wanted(change), "{sql}, once more");
    }
    // The owner changes: from now on it is worked on in its stead.
    let insert = |id: &str| json!({ "inserts": [{ "values": { "id": id } }] });
    let who = |answer: &Value| answer["inserts"][0]["values"][1].clone();
    let before = admin.post(&table.at(""), insert("2")).await.status(200).value();
    cluster
        .execute(database, &format!("DROP POLICY planted ON t; ALTER TABLE t OWNER TO {}", ident(&low)))
        .await;
    let after = admin.post(&table.at(""), insert("3")).await.status(200).value();
    assert_ne!(who(&before), json!(low));
    assert_eq!(who(&after), json!(low), "{after}");
}
