//! I4: what a low-privilege role plants in a database, and Howdah, connected as superuser, then looks at.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use howdah_testkit::{Client, Cluster, TestApp, hostile_names, segment, unique};
use howdah_types::rows::{Cell, RowsPage};
use howdah_types::tables::{DatabaseTable, Schema};

use crate::support::{ident, literal, path, scratch};

/// A role without any right, and a database that belongs to it.
pub(crate) struct Planter {
    pub(crate) role: String,
    password: String,
    pub(crate) database: String,
    pub(crate) marker: String,
}

impl Planter {
    pub(crate) async fn new(prefix: &str) -> Self {
        let cluster = Cluster::shared();
        let role = unique("low");
        let password = cluster.login_role(&role).await;
        let database = scratch(prefix).await;
        cluster.execute("postgres", &format!("ALTER DATABASE {database} OWNER TO {role}")).await;
        cluster.execute(&database, &format!("GRANT ALL ON SCHEMA public TO {role}")).await;
        let marker = unique("PLANTED_CODE_RAN");
        Self { role, password, database, marker }
    }

    pub(crate) async fn plant(&self, sql: &str) {
        let client = Cluster::shared().connect_as(&self.role, &self.password, &self.database).await;
        client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The body of a function that tells the server's log, which no rollback and no read-only transaction undoes, and
    /// then takes what it can get, also from behind a `SET ROLE`.
    pub(crate) fn body(&self, result: &str) -> String {
        format!(
            "LANGUAGE plpgsql AS $planted$ BEGIN RAISE LOG '{} as % (%)', current_user, session_user;
             BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXCEPTION WHEN others THEN NULL; END;
             BEGIN EXECUTE 'RESET ROLE'; EXCEPTION WHEN others THEN NULL; END;
             BEGIN EXECUTE 'SET ROLE postgres'; EXCEPTION WHEN others THEN NULL; END;
             RAISE LOG '{} then % (%)', current_user, session_user;
             IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
               BEGIN EXECUTE 'ALTER ROLE {} SUPERUSER'; EXCEPTION WHEN others THEN NULL; END; END IF;
             RETURN {result}; END $planted$",
            self.marker, self.marker, self.role
        )
    }

    /// Nothing of it was run as anybody but the planter, or a stand-in that has the planter's rights and no more.
    pub(crate) async fn assert_untouched(&self) {
        let cluster = Cluster::shared();
        let sql = format!("SELECT rolsuper FROM pg_roles WHERE rolname = {}", literal(&self.role));
        assert_eq!(cluster.value("postgres", &sql).await, "f", "the low role has become superuser");
        let oid = format!("SELECT oid FROM pg_roles WHERE rolname = {}", literal(&self.role));
        let stand_in = format!("howdah_as_{}", cluster.value("postgres", &oid).await);
        let allowed = [
            format!("as {role} ({role})", role = self.role),
            format!("as {} ({stand_in})", self.role),
            format!("then {role} ({role})", role = self.role),
            format!("then {stand_in} ({stand_in})"),
            // What ran before in the same transaction has said RESET ROLE.
            format!("as {stand_in} ({stand_in})"),
            // PostgreSQL has refused the RESET, as in the expressions of indexes.
            format!("then {} ({stand_in})", self.role),
        ];
        let ran: Vec<String> = cluster
            .log()
            .lines()
            .filter(|line| line.contains(&self.marker) && line.contains("LOG:"))
            .filter(|line| !allowed.iter().any(|allowed| line.contains(allowed)))
            .map(str::to_owned)
            .collect();
        assert!(ran.is_empty(), "planted code ran: {ran:#?}");
        let sql = format!(
            "SELECT coalesce(string_agg(r.rolname, ' '), '') FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
             WHERE m.member = to_regrole({})",
            literal(&stand_in)
        );
        let member_of = cluster.value("postgres", &sql).await;
        assert!(
            ["", self.role.as_str()].contains(&member_of.as_str()),
            "{stand_in} is a member of {member_of}"
        );
    }
}

/// Calls every route that looks into the database, on everything that is there.
async fn look_at_everything(client: &Client, database: &str) -> usize {
    let at = path(database);
    let mut calls = 4;
    for below in ["", "/connections"] {
        client.get(&format!("{at}{below}")).await.status(200);
    }
    let schemas: Vec<Schema> = client.get(&format!("{at}/schemas")).await.status(200).json();
    for list in ["sequences", "types", "functions", "triggers", "views"] {
        client.get(&format!("{at}/{list}?schema=*")).await.status(200);
        calls += 1;
    }
    client.get(&format!("{at}/extensions")).await.status(200);
    let all: Vec<DatabaseTable> =
        client.get(&format!("{at}/tables?schema=*&limit=500")).await.status(200).json();
    for schema in &schemas {
        let query = segment(&schema.name);
        let tables: Vec<DatabaseTable> =
            client.get(&format!("{at}/tables?schema={query}&limit=500")).await.status(200).json();
        if schema.name == "*" {
            // `?schema=*` is documented as "all"; a schema of that name is seen in the list of all.
            continue;
        }
        assert_eq!(i64::try_from(tables.len()).unwrap(), schema.tables, "{schema:?}");
        calls += 1;
    }
    for table in &all {
        let (schema, name) = (segment(&table.schema), segment(&table.name));
        client.get(&format!("{at}/tables/{name}?schema={schema}")).await.status(200);
        let answer = client.get(&format!("{at}/tables/{name}/rows?schema={schema}")).await;
        calls += 1;
        assert!(answer.status == 200 || (400..500).contains(&answer.status), "{answer}");
        if answer.status != 200 {
            continue;
        }
        let page: RowsPage = answer.json();
        if let (Some(address), Some(column)) =
            (page.addresses.first().cloned().flatten(), page.columns.last())
        {
            let cell = format!(
                "{at}/tables/{name}/cell?schema={schema}&column={}&address={}",
                segment(&column.name),
                segment(&address)
            );
            let cell: Cell = client.get(&cell).await.status(200).json();
            assert_eq!(cell.value, *page.rows[0].last().unwrap(), "{table:?}");
            calls += 1;
        }
    }
    calls
}

#[tokio::test]
async fn names_of_everything() {
    let planter = Planter::new("planted_names").await;
    let names = hostile_names();
    let mut sql = String::new();
    let labels: Vec<String> = names.iter().map(|name| literal(name)).collect();
    let _ = write!(
        sql,
        "SET standard_conforming_strings = on; CREATE TYPE labels AS ENUM ({});",
        labels.join(", ")
    );
    for name in &names {
        let (quoted, text) = (ident(name), literal(name));
        let _ = write!(sql, "CREATE SCHEMA {schema}; COMMENT ON SCHEMA {schema} IS {text};
             CREATE TABLE {schema}.{quoted} (id int PRIMARY KEY, {column} labels);
             COMMENT ON TABLE {schema}.{quoted} IS {text}; COMMENT ON COLUMN {schema}.{quoted}.{column} IS {text};
             INSERT INTO {schema}.{quoted} VALUES (1, {text}), (2, NULL);
             CREATE VIEW {schema}.{view} AS SELECT * FROM {schema}.{quoted};",
            schema = if name == "pg_catalog.x" || name == "public" { ident("a schema") } else { quoted.clone() },
            column = if name == "id" { ident("c") } else { quoted.clone() },
            view = ident(&format!("v{}", name.chars().take(30).collect::<String>())));
    }
    planter.plant(&sql).await;
    let admin = TestApp::shared().administrator().await;
    let schemas: Vec<Schema> =
        admin.get(&format!("{}/schemas", path(&planter.database))).await.status(200).json();
    assert_eq!(schemas.len(), names.len() + 1);
    let calls = look_at_everything(&admin, &planter.database).await;
    for name in &names {
        let schema = if name == "pg_catalog.x" { "a schema" } else { name };
        let at =
            format!("{}/tables/{}/rows?schema={}", path(&planter.database), segment(name), segment(schema));
        let page: RowsPage = admin.get(&at).await.status(200).json();
        assert_eq!(
            (page.columns[1].name.as_str(), page.columns[1].description.as_deref()),
            (name.as_str(), Some(name.as_str()))
        );
        assert_eq!(page.rows[0][1].as_deref(), Some(name.as_str()), "an enum's label");
    }
    planter.assert_untouched().await;
    println!("{} names of schemas, tables, columns, comments, labels and views; {calls} calls", names.len());
}

/// A view runs its functions with the rights of who looks: those of low roles are opened in their owner's stead, and a
/// superuser's that lead to planted code are not opened at all.
#[tokio::test]
async fn views_of_others_are_not_run() {
    let planter = Planter::new("planted_views").await;
    let cluster = Cluster::shared();
    let sql = format!(
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1);
         CREATE FUNCTION evil(int) RETURNS int {int};
         CREATE FUNCTION evil_rule() RETURNS boolean {bool};
         CREATE VIEW direct AS SELECT evil(a) FROM t;
         CREATE VIEW in_where AS SELECT a FROM t WHERE evil_rule();
         CREATE VIEW over_view AS SELECT * FROM direct;
         CREATE FUNCTION evil_op(int, int) RETURNS boolean {bool};
         CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = evil_op);
         CREATE VIEW by_operator AS SELECT a === 1 AS x FROM t;
         CREATE AGGREGATE evil_sum (int) (SFUNC = evil_state, STYPE = int, INITCOND = '0');
         CREATE VIEW by_aggregate AS SELECT evil_sum(a) FROM t;
         CREATE VIEW harmless AS SELECT a FROM t;
         GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC;",
        int = planter.body("1"),
        bool = planter.body("true")
    );
    let sql = format!("CREATE FUNCTION evil_state(int, int) RETURNS int {}; {sql}", planter.body("1"));
    planter.plant(&sql).await;
    // Views of the superuser that lead to the planted code: dropping the planted parts in is the classic way.
    cluster
        .execute(
            &planter.database,
            "CREATE VIEW trusted_over_planted AS SELECT * FROM public.direct;
             CREATE VIEW trusted_function AS SELECT public.evil(1) AS x;
             CREATE VIEW trusted_operator AS SELECT a OPERATOR(public.===) 1 AS x FROM public.t;
             CREATE VIEW trusted_deep AS SELECT (SELECT count(*) FROM public.trusted_over_planted) AS x;
             CREATE VIEW really_trusted AS SELECT 1 AS one;
             CREATE MATERIALIZED VIEW stored AS SELECT 2 AS two",
        )
        .await;
    let admin = TestApp::shared().administrator().await;
    let rows = |view: &str| format!("{}/tables/{view}/rows", path(&planter.database));
    let mut refused = 0;
    for view in ["direct", "in_where", "over_view", "by_operator", "by_aggregate", "harmless"] {
        admin.get(&rows(view)).await.status(200);
    }
    let ran = cluster.log().lines().filter(|line| line.contains(&planter.marker)).count();
    assert!(ran >= 10, "the planted code has run, with its owner's rights: {ran}");
    for view in ["trusted_over_planted", "trusted_function", "trusted_operator", "trusted_deep"] {
        let problem = admin.get(&rows(view)).await.problem(403, "table.untrusted_view");
        assert!(
            problem["detail"].as_str().unwrap().contains(&planter.role),
            "it names whose code it is: {problem}"
        );
        refused += 1;
    }
    for view in ["really_trusted", "stored"] {
        admin.get(&rows(view)).await.status(200);
    }
    look_at_everything(&admin, &planter.database).await;
    planter.assert_untouched().await;
    println!("{refused} views refused");
}

/// The view is replaced again and again while it is read: no look may run what is planted. Now and then what is planted
/// stays until it was looked at, so that there is something to run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_that_changes_while_it_is_checked() {
    let planter = Planter::new("planted_race").await;
    let cluster = Cluster::shared();
    planter.plant(&format!("CREATE FUNCTION evil() RETURNS int {}; CREATE VIEW inner_view AS SELECT 1 AS x; GRANT ALL ON inner_view TO PUBLIC", planter.body("1"))).await;
    cluster.execute(&planter.database, "CREATE VIEW swapped AS SELECT 1 AS x").await;
    let (role, password, database) =
        (planter.role.clone(), planter.password.clone(), planter.database.clone());
    let superuser = cluster.connect(&database).await;
    let owner = role.clone();
    let looks = Arc::new(AtomicUsize::new(0));
    let looked = Arc::clone(&looks);
    let swapping = tokio::spawn(async move {
        let low = Cluster::shared().connect_as(&role, &password, &database).await;
        for round in 0..60 {
            // As if an administrator gave the view away, and the new owner changed it at once.
            superuser.batch_execute(&format!("ALTER VIEW swapped OWNER TO {owner}")).await.unwrap();
            low.batch_execute("CREATE OR REPLACE VIEW swapped AS SELECT evil() AS x").await.unwrap();
            let before = looked.load(Ordering::Relaxed);
            while round % 10 == 0 && looked.load(Ordering::Relaxed) < before + 2 {
                tokio::task::yield_now().await;
            }
            superuser.batch_execute("DROP VIEW swapped; CREATE VIEW swapped AS SELECT 1 AS x").await.unwrap();
        }
    });
    let admin = TestApp::shared().administrator().await;
    let at = format!("{}/tables/swapped/rows", path(&planter.database));
    let mut counts = [0, 0];
    while !swapping.is_finished() {
        let answer = admin.get(&at).await;
        assert!([200, 403, 404, 409].contains(&answer.status), "{answer}");
        counts[usize::from(answer.status != 200)] += 1;
        looks.fetch_add(1, Ordering::Relaxed);
    }
    swapping.await.unwrap();
    planter.assert_untouched().await;
    println!("{} looks allowed, {} refused, nothing run", counts[0], counts[1]);
}

/// Objects that stand in the way of the system's own names, with a search path that prefers them.
#[tokio::test]
async fn the_systems_names_are_not_shadowed() {
    let planter = Planter::new("planted_path").await;
    let function = |signature: &str, result: &str, value: &str| {
        format!("CREATE FUNCTION {signature} RETURNS {result} {};", planter.body(value))
    };
    let mut sql = String::new();
    for (signature, result, value) in [
        ("public.format(text, VARIADIC text[])", "text", "'x'"),
        ("public.format(text, int)", "text", "'x'"),
        ("public.format(text, text)", "text", "'x'"),
        ("public.num_nulls(VARIADIC int[])", "int", "0"),
        ("public.octet_length(int)", "int", "0"),
        ("public.octet_length(text)", "int", "0"),
        ("public.length(text)", "int", "0"),
        ("public.left(text, int)", "text", "'x'"),
        ("public.format_type(oid, int)", "text", "'x'"),
        ("public.pg_get_userbyid(oid)", "name", "'x'"),
        ("public.obj_description(oid, name)", "text", "'x'"),
        ("public.col_description(oid, int)", "text", "'x'"),
        ("public.shobj_description(oid, name)", "text", "'x'"),
        ("public.pg_database_size(name)", "bigint", "0"),
        ("public.pg_encoding_to_char(int)", "name", "'x'"),
        ("public.current_setting(text)", "text", "'x'"),
        ("public.quote_ident(text)", "text", "'x'"),
        ("public.has_database_privilege(oid, text)", "boolean", "true"),
        ("public.count_all()", "bigint", "0"),
    ] {
        sql.push_str(&function(signature, result, value));
    }
    for (left, right) in [
        ("name", "text"),
        ("oid", "oid"),
        ("text", "text"),
        ("name", "name"),
        ("int", "int"),
        ("smallint", "int"),
        ("\"char\"", "text"),
        ("\"char\"", "\"char\""),
    ] {
        let name = unique("op");
        sql.push_str(&function(&format!("{name}({left}, {right})"), "boolean", "true"));
        for operator in ["=", "<>", ">", "<"] {
            let _ = write!(
                sql,
                "CREATE OPERATOR public.{operator} (LEFTARG = {left}, RIGHTARG = {right}, FUNCTION = {name});"
            );
        }
    }
    sql.push_str("CREATE TABLE public.pg_class (relname text); CREATE TABLE public.pg_namespace (nspname text); CREATE TABLE public.pg_attribute (a int); CREATE TABLE public.pg_database (datname text);");
    sql.push_str("CREATE TABLE plain (a int, b text); INSERT INTO plain VALUES (1, 'x');");
    let _ = write!(sql, "ALTER DATABASE {} SET search_path = public, pg_catalog;", planter.database);
    planter.plant(&sql).await;
    // The role's own setting too, as an administrator might have left it.
    let app = TestApp::on(Cluster::shared()).start();
    let calls = look_at_everything(&app.administrator().await, &planter.database).await;
    planter.assert_untouched().await;
    println!("{calls} calls under a hostile search_path");
}

/// Types bring code along: casts to text, checks of domains, defaults, generated columns, index expressions, policies.
#[tokio::test]
async fn types_and_tables_bring_no_code() {
    let planter = Planter::new("planted_types").await;
    let sql = format!(
        "CREATE TYPE sneaky AS (a int); CREATE FUNCTION to_text(sneaky) RETURNS text {text}; CREATE CAST (sneaky AS text) WITH FUNCTION to_text(sneaky) AS IMPLICIT;
         CREATE TYPE label AS ENUM ('x'); CREATE FUNCTION label_text(label) RETURNS text {text}; CREATE CAST (label AS text) WITH FUNCTION label_text(label) AS IMPLICIT;
         CREATE FUNCTION check_it(int) RETURNS boolean IMMUTABLE {bool}; CREATE DOMAIN checked AS int CHECK (check_it(VALUE));
         CREATE FUNCTION default_it() RETURNS int {int};
         CREATE FUNCTION generate_it(int) RETURNS int IMMUTABLE {int};
         CREATE TABLE t (id int PRIMARY KEY, s sneaky, l label, c checked, d int DEFAULT default_it(), g int GENERATED ALWAYS AS (generate_it(id)) STORED, k int CHECK (check_it(k)));
         CREATE TABLE indexed (id int); INSERT INTO indexed VALUES (1);
         CREATE INDEX ON indexed (generate_it(id)); CREATE INDEX ON indexed (id) WHERE check_it(id); CREATE INDEX ON indexed (id) WHERE check_it(7);
         INSERT INTO t (id, s, l, c, k) VALUES (1, ROW(5), 'x', 3, 4);
         CREATE TABLE guarded (a int); INSERT INTO guarded VALUES (1); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
         CREATE POLICY p ON guarded USING (check_it(a));
         GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC;",
        text = planter.body("'x'"),
        bool = planter.body("true"),
        int = planter.body("1"),
    );
    planter.plant(&sql).await;
    let cluster = Cluster::shared();
    let admin = TestApp::shared().administrator().await;
    let calls = look_at_everything(&admin, &planter.database).await;
    let page: RowsPage =
        admin.get(&format!("{}/tables/t/rows", path(&planter.database))).await.status(200).json();
    assert_eq!(page.rows[0][1].as_deref(), Some("(5)"), "the type's own output, not its cast");
    planter.assert_untouched().await;
    // As a plain role that may read everything: row policies would run their functions with its rights.
    let reader = unique("reader");
    let password = cluster.login_role(&reader).await;
    let grant =
        if cluster.major() >= 14 { format!("GRANT pg_read_all_data TO {reader}") } else { String::new() };
    cluster.execute("postgres", &grant).await;
    let app = TestApp::on(cluster)
        .variable("HOWDAH_DATABASE_URL", &cluster.url_as(&reader, &password, "postgres"))
        .start();
    let client = app.administrator().await;
    look_at_everything(&client, &planter.database).await;
    planter.assert_untouched().await;
    println!("{calls} calls on planted types");
}

/// What an owner may set for a database reaches each connection to it.
#[tokio::test]
async fn settings_of_the_database() {
    let planter = Planter::new("planted_settings").await;
    planter.plant("CREATE TABLE t (a text); INSERT INTO t VALUES ('x')").await;
    let low = Cluster::shared().connect_as(&planter.role, &planter.password, &planter.database).await;
    let mut taken = 0;
    for setting in [
        "search_path = public, pg_catalog",
        "statement_timeout = 1",
        "lock_timeout = 1",
        "idle_in_transaction_session_timeout = 1",
        "default_transaction_read_only = on",
        "default_transaction_isolation = 'serializable'",
        "default_transaction_deferrable = on",
        "client_encoding = 'LATIN1'",
        "standard_conforming_strings = off",
        "escape_string_warning = on",
        "backslash_quote = on",
        "quote_all_identifiers = on",
        "row_security = off",
        "enable_seqscan = off",
        "client_min_messages = 'debug5'",
        "check_function_bodies = off",
        "array_nulls = off",
        "extra_float_digits = -15",
        "bytea_output = 'escape'",
        "intervalstyle = 'sql_standard'",
        "role = 'nobody of this name'",
    ] {
        if low.batch_execute(&format!("ALTER DATABASE {} SET {setting}", planter.database)).await.is_err() {
            continue;
        }
        taken += 1;
        let app = TestApp::on(Cluster::shared()).start();
        let admin = app.administrator().await;
        look_at_everything(&admin, &planter.database).await;
        let name = unique("after_setting");
        admin
            .post("/api/database", serde_json::json!({"name": name, "description": "a\\'b"}))
            .await
            .status(201);
        low.batch_execute(&format!("ALTER DATABASE {} RESET ALL", planter.database)).await.unwrap();
    }
    println!("{taken} settings");
}
