//! R20: a condition of one's own reads, and does nothing else. It cannot leave its parentheses.

use howdah_testkit::{Client, Cluster, TestApp, unique};
use howdah_types::rows::RowsPage;
use reqwest::Method;
use serde_json::json;

use crate::rows_paging::rows;
use crate::support::{path, scratch};

const TABLES: &str = "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 9) i;
    CREATE TABLE secret (s text); INSERT INTO secret VALUES ('secret'); CREATE SEQUENCE counter;
    CREATE FUNCTION writes() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO secret VALUES ('written'); RETURN true; END $$;
    CREATE FUNCTION unseals() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        PERFORM set_config('transaction_read_only', 'off', false); INSERT INTO secret VALUES ('written'); RETURN true; END $$;
    CREATE FUNCTION commits() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN COMMIT; INSERT INTO secret VALUES ('written'); RETURN true; END $$";

/// A database whose tables belong to an ordinary role.
async fn of_a_plain_role() -> (String, String) {
    let (name, role, cluster) = (scratch("where").await, unique("plain"), Cluster::shared());
    cluster.execute("postgres", &format!("CREATE ROLE {role}")).await;
    cluster.execute(&name, &format!("GRANT ALL ON SCHEMA public TO {role}; SET ROLE {role}; {TABLES}")).await;
    (name, role)
}

async fn ask(client: &Client, name: &str, condition: &str) -> howdah_testkit::Answer {
    client.get(&rows(name, "t", &[("where", condition)])).await
}

#[tokio::test]
async fn it_needs_query_run_and_for_a_superusers_table_query_superuser() {
    let app = TestApp::shared();
    let (plain, _) = of_a_plain_role().await;
    let powerful = scratch("where_super").await;
    Cluster::shared().execute(&powerful, TABLES).await;
    let (viewer, operator, admin) = (app.viewer().await, app.operator().await, app.administrator().await);
    ask(&viewer, &plain, "id = 1").await.problem(403, "permission.denied");
    ask(&operator, &plain, "id = 1").await.status(200);
    for condition in [
        "id = 1",
        "pg_read_file('PG_VERSION') <> ''",
        "pg_ls_dir('.') IS NOT NULL",
        "lo_export(1, '/tmp/x') = 1",
    ] {
        let problem = ask(&operator, &powerful, condition).await.problem(403, "permission.denied");
        assert!(problem["detail"].as_str().unwrap().contains("query.superuser"), "{problem}");
    }
    ask(&admin, &powerful, "id = 1 AND pg_read_file('PG_VERSION') <> ''").await.status(200);
    let count = rows(&powerful, "t", &[("where", "id = 1")]).replace("/rows?", "/rows/count?");
    operator.get(&count).await.problem(403, "permission.denied");
    assert_eq!(admin.get(&count).await.status(200).value(), json!({ "count": 1 }));
}

#[tokio::test]
async fn conditions_are_conditions() {
    let (name, _) = of_a_plain_role().await;
    let operator = TestApp::shared().operator().await;
    for (condition, count) in [
        ("id > 3", 6),
        ("id > 3 -- a comment", 6),
        ("id > 3 /* a /* nested */ comment */ AND true", 6),
        ("v = $$v1$$ OR v = $x$v2$x$", 2),
        ("v = 'v1)' OR v = E'v\\'1' OR v = U&'\\0076\\0031'", 1),
        ("\"v\" = ANY (ARRAY['v1', 'v2'])", 2),
        ("EXISTS (SELECT FROM public.secret WHERE s = 'secret') AND t.id = 1", 1),
        ("(id, v) = (1, 'v1')", 1),
        ("id IN (SELECT 1 UNION SELECT 2)", 2),
        ("CASE WHEN id = 1 THEN true ELSE false END", 1),
        ("  \n  ", 9),
    ] {
        let page: RowsPage = ask(&operator, &name, condition).await.status(200).json();
        assert_eq!(page.rows.len(), count, "{condition}");
        // It is one among others: a filter stays a filter, whatever OR stands in the condition.
        let filter = json!([{ "column": "id", "op": "<", "value": "0" }]).to_string();
        let at = rows(&name, "t", &[("where", condition), ("filter", &filter)]);
        let page: RowsPage = operator.get(&at).await.status(200).json();
        assert!(page.rows.is_empty(), "{condition}");
    }
    let problem = ask(&operator, &name, "id = 1 AND nothing = 2").await.problem(422, "postgres.invalid");
    assert_eq!((&problem["position"], &problem["errors"][0]["field"]), (&json!(12), &json!("where")));
}

/// What has been tried to get out.
const ESCAPES: &[&str] = &[
    "true) OR (true",
    "true) UNION SELECT (s) FROM public.secret WHERE (true",
    "true) LIMIT (1",
    "true) -- ",
    "true) /*",
    "true); DROP TABLE public.secret; SELECT (true",
    "true; DELETE FROM public.secret",
    "true;",
    "1], ARRAY[2",
    "true])[1] OR (ARRAY[true",
    "true)) OR ((true",
    "true]) OR (ARRAY[true",
    "*/ true) OR (true /*",
    "'",
    "E'\\'",
    "$$",
    "$x$ true",
    "\"",
    "--",
    "/*",
    "/* /* */ true",
    "",
    "\u{0}",
    "true, true",
    "(SELECT true",
    "SELECT true",
    "id",
    "$1 IS NULL",
    "$1",
    "true ORDER BY 1",
    "true FOR UPDATE",
    "true GROUP BY id",
    "true WINDOW w AS ()",
    "count(*) > 0",
    "row_number() OVER () > 1",
    "WITH x AS (DELETE FROM public.secret RETURNING s) SELECT true",
    "EXISTS (WITH x AS (DELETE FROM public.secret RETURNING s) SELECT FROM x)",
    "(WITH x AS (INSERT INTO public.secret VALUES ('written') RETURNING true) SELECT * FROM x)",
    "COMMIT",
    "true) ; COMMIT; INSERT INTO public.secret VALUES ('written'); --",
    "true\\; select (1",
    "true) \\gexec (",
    "U&'\\0027' UESCAPE '!) OR (true'",
    "true)\r\nOR\r\n(true",
    "true \u{2028}) OR (true",
];

/// What would write, or say more than a condition may, also with the rights of a superuser.
const WRITES: &[&str] = &[
    "nextval('public.counter') > 0",
    "setval('public.counter', 5) > 0",
    "public.writes()",
    "public.unseals()",
    "public.commits()",
    "lo_create(0) > 0",
    "lo_from_bytea(0, 'x') > 0",
    "set_config('transaction_read_only', 'off', false) = 'off'",
    "set_config('default_transaction_read_only', 'off', false) = 'off' AND public.writes()",
    "query_to_xml('INSERT INTO public.secret VALUES (''written'')', true, true, '') IS NOT NULL",
    "query_to_xml('COMMIT; INSERT INTO public.secret VALUES (''written'')', true, true, '') IS NOT NULL",
    "(SELECT count(*) FROM public.t FOR UPDATE) > 0",
];

async fn untouched(name: &str) {
    let cluster = Cluster::shared();
    assert_eq!(cluster.value(name, "SELECT string_agg(s, ',') FROM secret").await, "secret");
    assert_eq!(cluster.value(name, "SELECT count(*) FROM t").await, "9");
    assert_eq!(cluster.value(name, "SELECT last_value || ' ' || is_called FROM counter").await, "1 false");
    assert_eq!(cluster.value(name, "SELECT count(*) FROM pg_largeobject_metadata").await, "0");
}

#[tokio::test]
async fn no_condition_gets_out_or_writes() {
    let app = TestApp::shared();
    let (plain, _) = of_a_plain_role().await;
    let powerful = scratch("where_escape").await;
    Cluster::shared().execute(&powerful, TABLES).await;
    let (operator, admin) = (app.operator().await, app.administrator().await);
    let mut refused = 0;
    for (client, name) in [(&operator, &plain), (&admin, &powerful)] {
        for condition in ESCAPES.iter().chain(WRITES) {
            let answer = ask(client, name, condition).await;
            if condition.is_empty() {
                answer.status(200);
                continue;
            }
            // Large objects can be made in a read-only transaction before PostgreSQL 16; they are rolled back with it.
            let undone = condition.starts_with("lo_") && Cluster::shared().major() < 16;
            assert!((400..500).contains(&answer.status) || undone, "{condition}: {answer}");
            assert!(!answer.text().contains("v9") || undone, "{condition}: {answer}");
            refused += 1;
            // The same for a change of all rows that fit.
            let body = json!({ "matching": { "where": condition, "expect": 12345 } });
            let at = format!("{}/tables/t/rows", path(name));
            let answer = client.send(Method::DELETE, &at, Some(body), &[]).await;
            assert!((400..500).contains(&answer.status), "{condition}: {answer}");
        }
        untouched(name).await;
    }
    println!("{refused} conditions refused");
}

/// Functions for a superuser's hands only are not for an account that may not let SQL run so.
#[tokio::test]
async fn a_plain_owners_rights_are_all_there_is() {
    let (name, role) = of_a_plain_role().await;
    let app = TestApp::shared();
    for client in [app.operator().await, app.administrator().await] {
        for condition in [
            "pg_read_file('PG_VERSION') <> ''",
            "pg_read_binary_file('PG_VERSION') <> ''",
            "pg_ls_dir('.') IS NOT NULL",
            "lo_export(1, '/tmp/howdah_where') = 1",
            "lo_import('/etc/passwd') > 0",
            "(SELECT rolpassword FROM pg_authid LIMIT 1) <> ''",
            "set_config('role', 'postgres', false) = 'postgres'",
            "set_config('session_authorization', 'postgres', false) = 'postgres'",
            "pg_reload_conf()",
        ] {
            let answer = ask(&client, &name, condition).await;
            assert!((400..500).contains(&answer.status), "{condition}: {answer}");
        }
        let page: RowsPage = ask(&client, &name, &format!("id = 1 AND current_user = '{role}'")).await.json();
        assert_eq!(page.rows.len(), 1, "it runs as the owner");
    }
    untouched(&name).await;
}

/// What a condition sets or locks for its session does not meet the next request.
#[tokio::test]
async fn a_condition_leaves_nothing_behind() {
    let (plain, _) = of_a_plain_role().await;
    let powerful = scratch("where_left").await;
    Cluster::shared().execute(&powerful, TABLES).await;
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let cluster = Cluster::shared();
    for name in [&plain, &powerful] {
        for _ in 0..3 {
            let left = "pg_advisory_lock(42) IS NOT NULL AND set_config('search_path', 'public', false) = 'public' AND id = 1";
            let page: RowsPage = ask(&admin, name, left).await.status(200).json();
            assert_eq!(page.rows.len(), 1);
            let found = "replace(current_setting('search_path'), ' ', '') = 'pg_catalog,pg_temp' AND id = 1";
            let page: RowsPage = ask(&admin, name, found).await.status(200).json();
            assert_eq!(page.rows.len(), 1, "the setting of before is gone");
            howdah_testkit::eventually("the lock is gone", 20, async || {
                let locks = cluster.value(name, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").await;
                (locks == "0").then_some(())
            })
            .await;
        }
    }
}
