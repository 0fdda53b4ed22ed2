//! I4 for structure: on a superuser's table, what a change brings in from others is looked at as well.
//!
//! Each test plants code that would tell the log as whom it ran; the change is refused before anything of it runs.

use howdah_testkit::{Client, Cluster, TestApp, unique};
use serde_json::{Value, json};

use crate::hostile_objects::Planter;
use crate::support::path;

/// A database of a low role with its code in it, and tables of a superuser.
async fn planted(prefix: &str, low: &str, superuser: &str) -> (Planter, Client) {
    let planter = Planter::new(prefix).await;
    let code = format!(
        "CREATE SCHEMA app; CREATE FUNCTION app.one(int) RETURNS int IMMUTABLE {int};
         CREATE FUNCTION app.yes(int) RETURNS boolean IMMUTABLE {bool}; GRANT ALL ON SCHEMA app TO PUBLIC;
         {low}",
        int = planter.body("1"),
        bool = planter.body("true"),
    );
    planter.plant(&code).await;
    Cluster::shared().execute(&planter.database, superuser).await;
    (planter, TestApp::shared().administrator().await)
}

struct Place<'a> {
    client: &'a Client,
    planter: &'a Planter,
}

impl Place<'_> {
    fn at(&self, below: &str) -> String {
        format!("{}/{below}", path(&self.planter.database))
    }

    /// How often planted code has run until now.
    fn marks(&self) -> usize {
        Cluster::shared().log().lines().filter(|line| line.contains(&self.planter.marker)).count()
    }

    fn is_refused(&self, problem: &Value, before: usize, what: &Value) {
        assert!(problem["detail"].as_str().unwrap().contains(&self.planter.role), "{problem}");
        assert_eq!(self.marks(), before, "planted code ran: {what}");
    }

    /// The change of a table is refused, and its preview as well; nothing of it runs.
    async fn change_is_refused(&self, table: &str, change: Value) {
        let (before, at) = (self.marks(), self.at(&format!("tables/{table}")));
        for at in [format!("{at}?dryRun=true"), at] {
            let problem = self.client.put(&at, change.clone()).await.problem(403, "table.untrusted_view");
            self.is_refused(&problem, before, &change);
        }
    }

    /// The same for something that is made.
    async fn making_is_refused(&self, kind: &str, form: Value) {
        let (before, at) = (self.marks(), self.at(kind));
        let problem = self.client.post(&at, form.clone()).await.problem(403, "table.untrusted_view");
        self.is_refused(&problem, before, &form);
    }
}

#[tokio::test]
async fn types_of_others_bring_no_code_into_a_superusers_table() {
    let planter_types = "CREATE DOMAIN app.checked AS int DEFAULT app.one(1) CHECK (app.yes(VALUE));
         CREATE DOMAIN app.bare AS int; CREATE TYPE app.pair AS (a app.checked);
         CREATE TYPE app.label AS ENUM ('a'); CREATE FUNCTION app.of_text(text) RETURNS app.label AS 'SELECT NULL::app.label' LANGUAGE sql;
         CREATE FUNCTION app.to_text(app.label) RETURNS text AS 'SELECT NULL::text' LANGUAGE sql;
         CREATE CAST (text AS app.label) WITH FUNCTION app.of_text(text) AS IMPLICIT;
         CREATE CAST (app.label AS text) WITH FUNCTION app.to_text(app.label) AS IMPLICIT;
         CREATE TYPE app.plain AS ENUM ('a')";
    let (planter, admin) = planted(
        "planted_new_types",
        planter_types,
        "CREATE TABLE t (a int, s text); INSERT INTO t VALUES (1, 'a');
         CREATE TABLE labelled (l app.label, s text); INSERT INTO labelled VALUES ('a', 'a')",
    )
    .await;
    // The casts do what all planted code does; only their arguments are others.
    let casts = format!(
        "CREATE OR REPLACE FUNCTION app.of_text(text) RETURNS app.label {};
         CREATE OR REPLACE FUNCTION app.to_text(app.label) RETURNS text {}",
        planter.body("'a'::app.label"),
        planter.body("'a'"),
    );
    planter.plant(&casts).await;
    let place = Place { client: &admin, planter: &planter };
    for type_name in ["app.checked", "app.checked[]", "app.pair", "\"app\" . \"checked\"", "app.bare"] {
        place.change_is_refused("t", json!({"addColumns": [{"name": "n", "type": type_name}]})).await;
        let form = json!({"name": unique("n"), "columns": [{"name": "n", "type": type_name}]});
        place.making_is_refused("tables", form).await;
    }
    place.change_is_refused("t", json!({"changeColumns": [{"column": "s", "type": "app.label"}]})).await;
    place.change_is_refused("labelled", json!({"changeColumns": [{"column": "l", "type": "text"}]})).await;
    place.change_is_refused("labelled", json!({"addChecks": [{"expression": "l = s"}]})).await;
    // Reading a constant of such a type runs its check while the statement is parsed.
    let check = json!({"addChecks": [{"expression": "'{1}'::app.checked[] IS NOT NULL"}]});
    place.change_is_refused("t", check).await;
    let hidden = json!({"addChecks": [{"expression": "'{1}'::app.U&\"\\0063hecked\"[] IS NOT NULL"}]});
    admin.put(&place.at("tables/t"), hidden).await.problem(422, "postgres.unsupported");
    let view = json!({"name": "v", "query": "SELECT '{1}'::app.checked[] AS x"});
    place.making_is_refused("views", view).await;
    assert_eq!(place.marks(), 0);
    // An enum runs nothing.
    let plain = json!({"addColumns": [{"name": "p", "type": "app.plain", "default": "'a'"}]});
    admin.put(&place.at("tables/t"), plain).await.status(200);
    // The same with its owner's rights is no matter.
    let own =
        json!({"name": "own", "owner": planter.role, "columns": [{"name": "n", "type": "app.checked"}]});
    admin.post(&place.at("tables"), own).await.status(201);
    planter.assert_untouched().await;
}

#[tokio::test]
async fn functions_of_others_are_not_called_for_a_superusers_table() {
    let (planter, admin) = planted(
        "planted_calls",
        "CREATE FUNCTION app.\"it's \"\"odd\"\"\"(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT app.one($1)';
         CREATE OPERATOR app.@@@ (RIGHTARG = int, FUNCTION = app.one)",
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE TABLE p (a int) PARTITION BY LIST (a)",
    )
    .await;
    let place = Place { client: &admin, planter: &planter };
    for expression in [
        "app.one(a)",
        "app . ONE (1)",
        "\"app\".\"one\"(1)",
        "app.\"it's \"\"odd\"\"\"(1)",
        "OPERATOR(app.@@@) 1",
    ] {
        let positive = format!("{expression} > 0");
        for change in [
            json!({"addChecks": [{"expression": positive}]}),
            json!({"addColumns": [{"name": "n", "type": "int", "default": expression}]}),
            json!({"addColumns": [{"name": "n", "type": "int", "generated": {"expression": expression}}]}),
            json!({"addIndexes": [{"keys": [{"expression": expression}]}]}),
            json!({"addIndexes": [{"keys": [{"column": "a"}], "where": positive}]}),
            json!({"changeColumns": [{"column": "a", "type": "bigint", "using": expression}]}),
            json!({"changeColumns": [{"column": "a", "default": expression}]}),
        ] {
            place.change_is_refused("t", change).await;
        }
        let columns = json!([{"name": "a", "type": "int"}]);
        for form in [
            json!({"name": "n", "columns": columns, "checks": [{"expression": positive}]}),
            json!({"name": "n", "columns": columns, "indexes": [{"keys": [{"expression": expression}]}]}),
            json!({"name": "n", "partitionOf": {"table": "p", "bound": {"in": [expression]}}}),
        ] {
            place.making_is_refused("tables", form).await;
        }
    }
    let index = json!({"name": "i", "keys": [{"expression": "app.one(1)"}]});
    place.making_is_refused("tables/t/indexes", index).await;
    // A view that is made runs nothing; one that keeps its rows does.
    admin.post(&place.at("views"), json!({"name": "v", "query": "SELECT app.one(1) AS x"})).await.status(201);
    place
        .making_is_refused(
            "views",
            json!({"name": "m", "materialized": true, "query": "SELECT app.one(1) AS x"}),
        )
        .await;
    let later =
        json!({"name": "m", "materialized": true, "withoutData": true, "query": "SELECT app.one(1) AS x"});
    admin.post(&place.at("views"), later).await.status(201);
    assert_eq!(place.marks(), 0);
    let filled = json!({"name": "f", "materialized": true, "query": "SELECT 7 AS x", "description": "seven"});
    admin.post(&place.at("views"), filled).await.status(201);
    assert_eq!(Cluster::shared().value(&planter.database, "SELECT x FROM f").await, "7");
    planter.assert_untouched().await;
}

#[tokio::test]
async fn tables_of_others_bring_no_code_into_a_superusers_table() {
    let (planter, admin) = planted(
        "planted_relations",
        "CREATE TABLE app.keys (a int PRIMARY KEY); INSERT INTO app.keys VALUES (1); CREATE INDEX ON app.keys (a) WHERE app.yes(1);
         CREATE TABLE app.clean (a int PRIMARY KEY, d text); INSERT INTO app.clean VALUES (1);
         CREATE FUNCTION app.row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER t BEFORE INSERT OR UPDATE ON app.clean FOR EACH ROW EXECUTE FUNCTION app.row();
         CREATE TABLE app.parent (a int) PARTITION BY LIST (a); CREATE INDEX ON app.parent ((a + app.one(1)));
         CREATE TABLE app.base (a int CHECK (app.yes(a)));
         CREATE TABLE app.harmless (a int) PARTITION BY LIST (a);
         CREATE TABLE app.seen (a int); INSERT INTO app.seen VALUES (1); CREATE INDEX ON app.seen (a) WHERE app.yes(2);
         GRANT ALL ON ALL TABLES IN SCHEMA app TO PUBLIC",
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1);
         CREATE TABLE referring (a int); INSERT INTO referring VALUES (1);
         ALTER TABLE referring ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES app.keys NOT VALID;
         CREATE TABLE parents (a int); CREATE TABLE app.child () INHERITS (parents);
         CREATE MATERIALIZED VIEW m AS SELECT * FROM app.seen WITH NO DATA;
         CREATE MATERIALIZED VIEW over_parents AS SELECT * FROM parents WITH NO DATA",
    )
    .await;
    let cluster = Cluster::shared();
    cluster.execute(&planter.database, &format!("ALTER TABLE app.child OWNER TO {}", planter.role)).await;
    planter.plant("INSERT INTO app.child VALUES (1); CREATE INDEX ON app.child (a) WHERE app.yes(3)").await;
    if cluster.major() >= 14 {
        planter.plant("CREATE STATISTICS app.s ON (app.one(a)), (app.one(4)) FROM app.clean").await;
    }
    let place = Place { client: &admin, planter: &planter };
    let key = |table: &str| json!({"columns": ["a"], "referencesSchema": "app", "referencesTable": table});
    place.change_is_refused("t", json!({"addForeignKeys": [key("keys")]})).await;
    place.change_is_refused("referring", json!({"validateConstraints": ["k"]})).await;
    let columns = json!([{"name": "a", "type": "int"}]);
    for form in [
        json!({"name": "n", "columns": columns, "foreignKeys": [key("keys")]}),
        json!({"name": "n", "partitionOf": {"schema": "app", "table": "parent", "bound": {"in": ["1"]}}}),
        // What is harmless now gets triggers whenever its owner likes.
        json!({"name": "n", "partitionOf": {"schema": "app", "table": "harmless", "bound": {"in": ["1"]}}}),
        json!({"name": "n", "columns": [], "inherits": [{"schema": "app", "name": "base"}]}),
    ] {
        place.making_is_refused("tables", form).await;
    }
    for query in ["SELECT * FROM app.seen", "SELECT * FROM parents"] {
        place.making_is_refused("views", json!({"name": "n", "materialized": true, "query": query})).await;
    }
    for view in ["m", "over_parents"] {
        place.making_is_refused(&format!("views/{view}/refresh"), json!({})).await;
    }
    if cluster.major() >= 14 {
        let query = "SELECT * FROM app.clean";
        place.making_is_refused("views", json!({"name": "n", "materialized": true, "query": query})).await;
        place.change_is_refused("t", json!({"addForeignKeys": [key("clean")]})).await;
        planter.plant("DROP STATISTICS app.s").await;
    }
    // Its triggers do not run when it is referred to.
    admin.put(&place.at("tables/t"), json!({"addForeignKeys": [key("clean")]})).await.status(200);
    let own = json!({"name": "own", "schema": "app", "owner": planter.role,
        "partitionOf": {"table": "parent", "bound": {"in": ["1"]}}});
    admin.post(&place.at("tables"), own).await.status(201);
    planter.assert_untouched().await;
}

/// A row type is read column by column, and its domains check.
#[tokio::test]
async fn domains_within_rows_are_looked_at() {
    let (planter, admin) = planted(
        "planted_rows",
        "CREATE DOMAIN app.checked AS int CHECK (app.yes(VALUE)); CREATE TYPE app.pair AS (x int, y app.checked)",
        "CREATE TABLE t (id int PRIMARY KEY, p app.pair)",
    )
    .await;
    let place = Place { client: &admin, planter: &planter };
    place
        .making_is_refused("tables/t/rows", json!({"inserts": [{"values": {"id": "1", "p": "(1,2)"}}]}))
        .await;
    planter.assert_untouched().await;
}

/// Who installed an extension may replace its functions: they are no better than other ones.
#[tokio::test]
async fn functions_of_an_extension_are_its_owners() {
    let (planter, admin) =
        planted("planted_member", "", "CREATE TABLE t (a int); INSERT INTO t VALUES (1)").await;
    let cluster = Cluster::shared();
    let sql = format!(
        "CREATE FUNCTION public.member(int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
         ALTER EXTENSION plpgsql ADD FUNCTION public.member(int); ALTER FUNCTION public.member(int) OWNER TO {}",
        planter.role
    );
    cluster.execute(&planter.database, &sql).await;
    let place = Place { client: &admin, planter: &planter };
    place.making_is_refused("extensions", json!({"name": "plpgsql", "schema": "public"})).await;
}
