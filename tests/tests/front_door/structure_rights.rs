//! With whose rights structure is changed, and who may give expressions.

use howdah_testkit::{Client, Cluster, TestApp, unique};
use howdah_types::table_details::TableDetails;
use serde_json::{Value, json};

use crate::hostile_objects::Planter;
use crate::support::{path, scratch};

fn at(database: &str, table: &str) -> String {
    format!("{}/tables/{table}", path(database))
}

/// A table of a low role with code in every corner: whatever is changed, it runs with that role's rights only.
#[tokio::test]
async fn planted_code_runs_as_its_owner_when_a_table_is_changed() {
    let planter = Planter::new("planted_structure").await;
    let cluster = Cluster::shared();
    let sql = format!(
        "CREATE FUNCTION yes(int) RETURNS boolean IMMUTABLE {bool}; CREATE FUNCTION one(int) RETURNS int IMMUTABLE {int};
         CREATE FUNCTION vol() RETURNS int VOLATILE {int};
         CREATE DOMAIN checked AS int CHECK (yes(VALUE));
         CREATE TABLE t (a int PRIMARY KEY, b int, c text); INSERT INTO t VALUES (1, 1, '1');
         CREATE INDEX ON t (one(b)); CREATE INDEX ON t (b) WHERE yes(b);
         ALTER TABLE t ADD CHECK (yes(a)) NOT VALID; ALTER TABLE t RENAME CONSTRAINT t_a_check TO unchecked;
         CREATE MATERIALIZED VIEW m AS SELECT one(1) AS x",
        bool = planter.body("true"),
        int = planter.body("1"),
    );
    planter.plant(&sql).await;
    let admin = TestApp::shared().administrator().await;
    let table = at(&planter.database, "t");
    let marks = || cluster.log().lines().filter(|line| line.contains(&planter.marker)).count();
    let changes = [
        json!({"addChecks": [{"name": "k1", "expression": "yes(b)"}]}),
        json!({"changeColumns": [{"column": "b", "type": "int", "using": "one(b)"}]}),
        json!({"validateConstraints": ["unchecked"]}),
        json!({"addColumns": [{"name": "d", "type": "int", "default": "vol()"}]}),
        json!({"addColumns": [{"name": "e", "type": "checked", "default": "vol()"}]}),
        json!({"addColumns": [{"name": "g", "type": "int", "generated": {"expression": "one(a)"}}]}),
        json!({"addIndexes": [{"keys": [{"expression": "one(a)"}], "where": "yes(a)"}]}),
        json!({"unlogged": true}),
        json!({"changeColumns": [{"column": "c", "type": "int", "using": "c::int + vol()"}]}),
    ];
    for change in changes {
        let before = marks();
        let preview = admin.put(&format!("{table}?dryRun=true"), change.clone()).await.status(200).value();
        assert_eq!(
            (&preview["runsAs"], &preview["asSuperuser"]),
            (&json!(planter.role), &json!(false)),
            "{change}"
        );
        assert_eq!(marks(), before, "a dry run runs nothing: {change}");
        admin.put(&table, change.clone()).await.status(200);
        assert!(marks() > before, "nothing ran, so this proves nothing: {change}");
        planter.assert_untouched().await;
    }
    let before = marks();
    admin.post(&format!("{}/views/m/refresh", path(&planter.database)), json!({})).await.status(204);
    assert!(marks() > before);
    admin.get(&table).await.status(200);
    admin.delete(&table).await.status(204);
    planter.assert_untouched().await;
}

/// On a superuser's table our own rights are used: not while somebody else's code would run.
#[tokio::test]
async fn a_superusers_table_with_planted_code_is_left_alone() {
    let planter = Planter::new("planted_super").await;
    let cluster = Cluster::shared();
    // The function is harmless while the index is built, and then changes hands.
    cluster
        .execute(
            &planter.database,
            &format!(
                "CREATE FUNCTION public.one(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
                 CREATE TABLE s (a int, t text); INSERT INTO s VALUES (1, 'x'); CREATE INDEX ON s (public.one(a));
                 CREATE TABLE clean (a int, t text); INSERT INTO clean VALUES (1, 'x');
                 CREATE MATERIALIZED VIEW sm AS SELECT 1 AS x WITH NO DATA; ALTER FUNCTION public.one(int) OWNER TO {}",
                planter.role
            ),
        )
        .await;
    let sql = format!(
        "CREATE OR REPLACE FUNCTION one(int) RETURNS int IMMUTABLE {int}; CREATE FUNCTION evil_eq(text, int) RETURNS boolean {bool};
         CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = int, FUNCTION = evil_eq);
         CREATE VIEW low AS SELECT one(1) AS x; GRANT SELECT ON low TO PUBLIC",
        int = planter.body("1"),
        bool = planter.body("true"),
    );
    planter.plant(&sql).await;
    cluster
        .execute(&planter.database, "CREATE MATERIALIZED VIEW over_low AS SELECT * FROM low WITH NO DATA")
        .await;
    let marks = || cluster.log().lines().filter(|line| line.contains(&planter.marker)).count();
    let before = marks();
    let admin = TestApp::shared().administrator().await;
    let retype = json!({"changeColumns": [{"column": "a", "type": "bigint"}]});
    admin.put(&at(&planter.database, "s"), retype.clone()).await.problem(403, "table.untrusted_view");
    admin.put(&at(&planter.database, "s"), json!({"description": "words run nothing"})).await.status(200);
    // A planted operator must not take the place of what was meant: the schema is not looked into.
    let check = json!({"addChecks": [{"expression": "t = 1"}]});
    admin.put(&at(&planter.database, "clean"), check).await.problem(422, "postgres.invalid");
    admin.put(&at(&planter.database, "clean"), retype).await.status(200);
    let views = format!("{}/views", path(&planter.database));
    admin.post(&format!("{views}/over_low/refresh"), json!({})).await.problem(403, "table.untrusted_view");
    admin.post(&format!("{views}/sm/refresh"), json!({})).await.status(204);
    let extension = json!({"name": "plpgsql", "schema": "public"});
    admin
        .post(&format!("{}/extensions", path(&planter.database)), extension)
        .await
        .problem(403, "table.untrusted_view");
    assert_eq!(marks(), before, "planted code ran");
    planter.assert_untouched().await;
}

pub(crate) async fn with_permissions(app: &TestApp, permissions: &[&str]) -> Client {
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let body = json!({"name": unique("t"), "permissions": permissions});
    let token = session.post("/api/tokens", body).await.status(201).value();
    Client::token(app.base(), "token", token["secret"].as_str().unwrap())
}

/// Expressions are SQL of one's own: `query.run`, and with a superuser's rights `query.superuser`.
#[tokio::test]
async fn expressions_need_their_own_permission() {
    let app = TestApp::shared();
    let cluster = Cluster::shared();
    let database = scratch("structure_rights").await;
    let owner = unique("owner");
    cluster.execute("postgres", &format!("CREATE ROLE {owner}")).await;
    cluster.execute(&database, &format!("GRANT CREATE ON SCHEMA public TO {owner}")).await;
    let tables = format!("{}/tables", path(&database));
    let form = |name: &str, owner: Option<&str>, default: Option<&str>| {
        let mut form = json!({"name": name, "columns": [{"name": "a", "type": "int"}]});
        if let Some(owner) = owner {
            form["owner"] = json!(owner);
        }
        if let Some(default) = default {
            form["columns"][0]["default"] = json!(default);
        }
        form
    };
    let plain = with_permissions(app, &["table.create", "table.update", "table.read"]).await;
    let query = with_permissions(app, &["table.create", "table.update", "table.read", "query.run"]).await;
    plain.post(&tables, form("t1", None, None)).await.status(201);
    plain.post(&tables, form("t2", None, Some("1"))).await.problem(403, "permission.denied");
    plain
        .post(&format!("{tables}?dryRun=true"), form("t2", None, Some("1")))
        .await
        .problem(403, "permission.denied");
    let problem = query.post(&tables, form("t2", None, Some("1"))).await.problem(403, "permission.denied");
    assert!(problem["detail"].as_str().unwrap().contains("query.superuser"), "{problem}");
    let made: TableDetails =
        query.post(&tables, form("t3", Some(&owner), Some("1"))).await.status(201).json();
    assert_eq!(made.owner, owner);
    for (client, table, status) in [(&plain, "t3", 403), (&query, "t3", 200), (&query, "t1", 403)] {
        let change = json!({"addChecks": [{"expression": "a > 0"}]});
        client.put(&at(&database, table), change).await.status(status);
    }
    let view = json!({"name": "v", "query": "SELECT 1", "owner": owner});
    plain.post(&format!("{}/views", path(&database)), view.clone()).await.problem(403, "permission.denied");
    query.post(&format!("{}/views", path(&database)), view).await.status(201);
    let refused = query.post(&tables, form("t4", Some("nobody at all"), None)).await.refused_fields();
    assert_eq!(refused, ["owner:notFound"]);
    // Given away in the end, by Howdah itself: the old owner could not.
    let other = unique("other");
    cluster.execute("postgres", &format!("CREATE ROLE {other}")).await;
    let change = json!({"owner": other, "addColumns": [{"name": "b", "type": "int"}]});
    let now: TableDetails = query.put(&at(&database, "t3"), change).await.status(200).json();
    assert_eq!((now.owner, now.columns.len()), (other, 2));
}

/// Connected as an ordinary role: its own tables are changed, those of others are a clear refusal.
#[tokio::test]
async fn a_plain_role_changes_what_is_its_own() {
    let cluster = Cluster::shared();
    let (role, other) = (unique("plain"), unique("other"));
    let password = cluster.login_role(&role).await;
    cluster.execute("postgres", &format!("CREATE ROLE {other}")).await;
    let database = scratch("plain_role").await;
    cluster
        .execute(
            &database,
            &format!(
                "GRANT CREATE ON SCHEMA public TO {role}, {other}; SET ROLE {other}; CREATE TABLE theirs (a int)"
            ),
        )
        .await;
    let app = TestApp::on(cluster)
        .variable("HOWDAH_DATABASE_URL", &cluster.url_as(&role, &password, "postgres"))
        .start();
    let admin = app.administrator().await;
    let tables = format!("{}/tables", path(&database));
    let form = json!({"name": "mine", "columns": [{"name": "a", "type": "int", "default": "1"}]});
    let preview = admin.post(&format!("{tables}?dryRun=true"), form.clone()).await.status(200).value();
    assert_eq!((&preview["runsAs"], &preview["asSuperuser"]), (&json!(role), &json!(false)));
    admin.post(&tables, form).await.status(201);
    let change = json!({"addColumns": [{"name": "b", "type": "int"}]});
    admin.put(&at(&database, "mine"), change.clone()).await.status(200);
    let problem = admin.put(&at(&database, "theirs"), change).await.problem(403, "postgres.owner_rights");
    assert!(problem["detail"].as_str().unwrap().contains("belongs to a role"), "{problem}");
    admin.delete(&at(&database, "theirs")).await.problem(403, "postgres.owner_rights");
    let details: Value = admin.get(&at(&database, "theirs")).await.status(200).json();
    assert_eq!(details["owner"], other);
    admin
        .post(&format!("{}/schemas", path(&database)), json!({"name": "s"}))
        .await
        .problem(403, "postgres.denied");
}

/// PostgreSQL's own schemas and Howdah's own database stay as they are, whoever asks.
#[tokio::test]
async fn what_is_not_to_be_changed() {
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let database = scratch("own").await;
    for (schema, table) in [("information_schema", "tables"), ("pg_catalog", "pg_class")] {
        let at = format!("{}?schema={schema}", at(&database, table));
        admin.delete(&at).await.problem(422, "postgres.unsupported");
        admin.put(&at, json!({"description": "x"})).await.status(422);
    }
}

/// What an ordinary role's view reads when it belongs to a superuser is more than it could read before: to give it away
/// needs what typing such SQL for a superuser needs.
#[tokio::test]
async fn giving_to_a_superuser_is_no_way_around_the_permission() {
    let planter = Planter::new("given_away").await;
    planter.plant("CREATE TABLE t (a int); CREATE TYPE e AS ENUM ('x'); CREATE SEQUENCE s").await;
    let (admin, operator) = (TestApp::shared().administrator().await, TestApp::shared().operator().await);
    let base = path(&planter.database);
    let view = json!({"name": "v", "owner": planter.role, "query": "SELECT * FROM pg_catalog.pg_authid"});
    operator.post(&format!("{base}/views"), view).await.status(201);
    let to_superuser = json!({"owner": "postgres"});
    for at in ["views/v", "tables/t", "types/e", "sequences/s"] {
        let at = format!("{base}/{at}");
        operator.put(&at, to_superuser.clone()).await.problem(403, "permission.denied");
        operator
            .put(&format!("{at}?dryRun=true"), to_superuser.clone())
            .await
            .problem(403, "permission.denied");
    }
    assert_ne!(operator.get(&format!("{base}/tables/v/rows")).await.status, 200);
    // Between ordinary roles it needs nothing more, and an administrator may.
    let other = unique("other_owner");
    Cluster::shared()
        .execute("postgres", &format!("CREATE ROLE {other}; GRANT {other} TO {}", planter.role))
        .await;
    operator.put(&format!("{base}/tables/t"), json!({"owner": other})).await.status(200);
    admin.put(&format!("{base}/types/e"), to_superuser).await.status(200);
}
