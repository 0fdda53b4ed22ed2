//! I4 for changes: code that somebody else planted runs with its owner's rights, or not at all.

use howdah_testkit::{Client, Cluster, TestApp};
use serde_json::json;

use crate::hostile_objects::Planter;
use crate::rows_edits::Table;

/// Inserts, changes and deletes rows of a table in every way there is.
async fn edit(client: &Client, database: &str, name: &str) {
    let table = Table { client, database, name };
    for (answer, what) in [
        (table.insert(json!({ "id": "1" })).await, "insert"),
        (table.update(json!({ "key": { "id": "1" }, "set": { "v": "2" } })).await, "update"),
        (table.patch(json!({ "matching": { "filter": [{ "column": "v", "op": "=", "value": "2" }], "expect": 1 }, "set": { "v": "3" } })).await, "bulk update"),
        (table.delete(json!({ "matching": { "where": "v = 4", "expect": 0 } })).await, "bulk delete"),
        (table.delete(json!({ "deletes": [{ "key": { "id": "1" } }] })).await, "delete"),
    ] {
        assert_eq!(answer.status, 200, "{what} of {name}: {answer}");
    }
}

#[tokio::test]
async fn what_a_low_role_planted_runs_with_its_own_rights() {
    let planter = Planter::new("planted_writes").await;
    let sql = format!(
        "CREATE FUNCTION public.evil(int) RETURNS int {int}; CREATE FUNCTION public.evil_check(int) RETURNS boolean {bool};
         CREATE FUNCTION public.evil_row() RETURNS trigger {new}; CREATE FUNCTION public.evil_end() RETURNS trigger {null};
         CREATE DOMAIN public.checked AS int CHECK (public.evil_check(VALUE));
         CREATE TABLE public.by_default (id int PRIMARY KEY, v int DEFAULT public.evil(1));
         CREATE TABLE public.by_check (id int PRIMARY KEY, v int DEFAULT 1 CHECK (public.evil_check(v)));
         CREATE TABLE public.by_domain (id int PRIMARY KEY, v public.checked DEFAULT 1, a public.checked[]);
         CREATE TABLE public.by_trigger (id int PRIMARY KEY, v int DEFAULT 1);
         CREATE TRIGGER row_trigger BEFORE INSERT OR UPDATE ON public.by_trigger FOR EACH ROW EXECUTE FUNCTION public.evil_row();
         CREATE CONSTRAINT TRIGGER deferred AFTER INSERT OR UPDATE OR DELETE ON public.by_trigger DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION public.evil_end();
         CREATE TABLE public.by_index (id int PRIMARY KEY, v int DEFAULT 1);
         CREATE TABLE public.under (id int PRIMARY KEY, v int DEFAULT public.evil(1)); CREATE VIEW public.by_view AS SELECT * FROM public.under;
         CREATE TABLE public.by_rule (id int PRIMARY KEY, v int DEFAULT 1); CREATE RULE also AS ON DELETE TO public.by_rule DO ALSO SELECT public.evil(1);
         GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC",
        int = planter.body("1"),
        bool = planter.body("true"),
        new = planter.body("NEW"),
        null = planter.body("NULL"),
    );
    planter.plant(&sql).await;
    let admin = TestApp::shared().administrator().await;
    for table in ["by_default", "by_check", "by_domain", "by_trigger", "by_index"] {
        edit(&admin, &planter.database, table).await;
    }
    for name in ["by_view", "by_rule"] {
        let table = Table { client: &admin, database: &planter.database, name };
        table.insert(json!({ "id": "1" })).await.status(200);
        let answer = table.delete(json!({ "deletes": [{ "key": { "id": "1" } }] })).await;
        assert!(answer.status < 500, "{answer}");
    }
    let ran = Cluster::shared().log().lines().filter(|line| line.contains(&planter.marker)).count();
    assert!(ran >= 10, "the planted code has run, with its owner's rights: {ran}");
    planter.assert_untouched().await;
}

/// A superuser's table with somebody else's code in it is not changed; reading it goes on.
#[tokio::test]
async fn a_superusers_table_with_planted_code_is_not_changed() {
    let planter = Planter::new("planted_super").await;
    let cluster = Cluster::shared();
    planter
        .plant(&format!(
            "CREATE FUNCTION public.evil(int) RETURNS int {int}; CREATE FUNCTION public.evil_check(int) RETURNS boolean {bool};
             CREATE FUNCTION public.evil_row() RETURNS trigger {new};
             CREATE DOMAIN public.checked AS int CHECK (public.evil_check(VALUE)); GRANT ALL ON SCHEMA public TO PUBLIC;
             CREATE TYPE public.label AS ENUM ('a', 'b'); CREATE FUNCTION public.cast_label(text) RETURNS public.label {label};
             CREATE CAST (text AS public.label) WITH FUNCTION public.cast_label(text) AS IMPLICIT",
            int = planter.body("1"),
            bool = planter.body("true"),
            new = planter.body("NEW"),
            label = planter.body("'a'::public.label"),
        ))
        .await;
    cluster
        .execute(
            &planter.database,
            &format!(
                "CREATE TABLE public.by_trigger (id int PRIMARY KEY, v int); GRANT TRIGGER, REFERENCES ON public.by_trigger TO {role};
                 CREATE TABLE public.by_default (id int PRIMARY KEY, v int DEFAULT public.evil(1));
                 CREATE TABLE public.by_array (id int PRIMARY KEY, v public.checked[]); INSERT INTO public.by_array VALUES (1);
                 CREATE TABLE public.by_cast (id int PRIMARY KEY, v public.label);
                 CREATE TABLE public.safe (id int PRIMARY KEY, v int)",
                role = planter.role
            ),
        )
        .await;
    planter.plant("CREATE TRIGGER row_trigger BEFORE INSERT OR UPDATE ON public.by_trigger FOR EACH ROW EXECUTE FUNCTION public.evil_row()").await;
    let admin = TestApp::shared().administrator().await;
    for name in ["by_trigger", "by_default", "by_array"] {
        let table = Table { client: &admin, database: &planter.database, name };
        let problem = table.insert(json!({ "id": "5" })).await.problem(403, "table.untrusted_view");
        assert!(problem["detail"].as_str().unwrap().contains(&planter.role), "{problem}");
        table
            .patch(json!({ "matching": { "expect": 0 }, "set": { "id": "1" } }))
            .await
            .problem(403, "table.untrusted_view");
        table
            .delete(json!({ "deletes": [{ "key": { "id": "1" } }] }))
            .await
            .problem(403, "table.untrusted_view");
        table.page().await;
    }
    // A value that is looked for is read by its type: here by a domain with a check of the planter's.
    let filter = howdah_testkit::segment(&json!([{ "column": "v", "op": "=", "value": "{1}" }]).to_string());
    let table = Table { client: &admin, database: &planter.database, name: "by_array" };
    admin.get(&table.at(&format!("?filter={filter}"))).await.problem(403, "table.untrusted_view");
    // No cast is looked for: a planted one is not run.
    let table = Table { client: &admin, database: &planter.database, name: "by_cast" };
    table.insert(json!({ "id": "1", "v": "b" })).await.status(200);
    table
        .update(json!({ "key": { "id": "1", "v": "b" }, "was": { "v": "b" }, "set": { "v": "b" } }))
        .await
        .status(200);
    let filter =
        howdah_testkit::segment(&json!([{ "column": "v", "op": "in", "values": ["b"] }]).to_string());
    assert_eq!(
        admin.get(&table.at(&format!("?filter={filter}"))).await.status(200).value()["rows"],
        json!([["1", "b"]])
    );
    edit(&admin, &planter.database, "safe").await;
    planter.assert_untouched().await;
}

/// Code of a table's owner finds what its author found: with the owner's own search path.
#[tokio::test]
async fn triggers_find_their_tables() {
    let planter = Planter::new("planted_trigger_path").await;
    planter
        .plant(
            "CREATE SCHEMA mine; CREATE TABLE mine.log (what text); CREATE TABLE t (id int PRIMARY KEY, v int);
             CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NEW; END $$;
             CREATE TRIGGER note AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note()",
        )
        .await;
    let cluster = Cluster::shared();
    cluster.execute("postgres", &format!("ALTER ROLE {} SET search_path = mine, public", planter.role)).await;
    let admin = TestApp::shared().administrator().await;
    edit(&admin, &planter.database, "t").await;
    assert_eq!(
        cluster.value(&planter.database, "SELECT string_agg(what, ',') FROM mine.log").await,
        "INSERT,UPDATE,UPDATE"
    );
}
