//! With whose rights rows are read, and what reading rows is not permission enough for.

use howdah_testkit::{Cluster, TestApp, unique};
use howdah_types::rows::RowsPage;

use crate::support::{ident, path, scratch};

/// `pg_authid` holds password verifiers, `pg_user_mapping` passwords; a superuser sees them in views as well.
#[tokio::test]
async fn the_systems_catalogs_are_not_for_everybody() {
    let app = TestApp::shared();
    let database = scratch("catalogs").await;
    let at = |table: &str, schema: &str| format!("{}/tables/{table}/rows?schema={schema}", path(&database));
    let secret = [
        ("pg_authid", "pg_catalog"),
        ("pg_shadow", "pg_catalog"),
        ("pg_user_mappings", "pg_catalog"),
        ("pg_hba_file_rules", "pg_catalog"),
        ("pg_class", "pg_catalog"),
        ("sql_features", "information_schema"),
    ];
    for client in [app.viewer().await, app.operator().await] {
        for (table, schema) in secret {
            client.get(&at(table, schema)).await.problem(403, "permission.denied");
        }
        let cell = format!(
            "{}/tables/pg_authid/cell?schema=pg_catalog&column=rolpassword&address=1260:(0,1)",
            path(&database)
        );
        client.get(&cell).await.problem(403, "permission.denied");
    }
    let admin = app.administrator().await;
    for (table, schema) in secret {
        admin.get(&at(table, schema)).await.status(200);
    }
}

/// What belongs to an ordinary role is read as that role: its own views work, and say who looks.
#[tokio::test]
async fn an_owners_view_is_read_in_its_stead() {
    let cluster = Cluster::shared();
    let owner = format!("own\"er {}", unique("x"));
    cluster.execute("postgres", &format!("CREATE ROLE {}", ident(&owner))).await;
    let database = scratch("stead").await;
    cluster
        .execute(
            &database,
            &format!(
                "CREATE SCHEMA mine AUTHORIZATION {role}; SET ROLE {role};
                 CREATE TABLE mine.t (a int); INSERT INTO mine.t VALUES (1), (2);
                 CREATE VIEW mine.v AS SELECT current_user::text AS me, count(*) AS n FROM mine.t;
                 CREATE VIEW mine.forbidden AS SELECT rolname FROM pg_authid",
                role = ident(&owner)
            ),
        )
        .await;
    let viewer = TestApp::shared().viewer().await;
    let at = |view: &str| format!("{}/tables/{view}/rows?schema=mine", path(&database));
    for _ in 0..3 {
        let page: RowsPage = viewer.get(&at("v")).await.status(200).json();
        assert_eq!(page.rows, [[Some(owner.clone()), Some("2".to_owned())]]);
    }
    viewer.get(&at("forbidden")).await.problem(403, "postgres.denied");
    // The owner's name may change, and its stand-in may lose its password to another process.
    let oid = format!("SELECT oid FROM pg_roles WHERE rolname = '{owner}'");
    let stand_in = format!("howdah_as_{}", cluster.value("postgres", &oid).await);
    let renamed = unique("renamed");
    cluster.execute("postgres", &format!("ALTER ROLE {} RENAME TO {renamed}", ident(&owner))).await;
    cluster
        .execute(
            "postgres",
            &format!(
                "ALTER ROLE {stand_in} PASSWORD 'another'; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{stand_in}'"
            ),
        )
        .await;
    let mut page = viewer.get(&at("v")).await;
    if page.status == 503 {
        // The connection that was ended is noticed by its next use.
        page = viewer.get(&at("v")).await;
    }
    assert_eq!(page.status(200).json::<RowsPage>().rows[0][0], Some(renamed.clone()));
    // A role of the stand-in's name that somebody else made is not touched.
    let other = unique("other");
    cluster.execute("postgres", &format!("CREATE ROLE {other}")).await;
    let oid = cluster.value("postgres", &format!("SELECT '{other}'::regrole::oid")).await;
    cluster
        .execute(
            &database,
            &format!(
                "CREATE ROLE howdah_as_{oid} LOGIN; CREATE TABLE foreign_stand_in (a int); ALTER TABLE foreign_stand_in OWNER TO {other}"
            ),
        )
        .await;
    let refused = viewer.get(&format!("{}/tables/foreign_stand_in/rows", path(&database))).await;
    refused.problem(403, "table.untrusted_view");
}

/// Whatever planted code leaves behind on a stand-in's connection is gone for the next request.
#[tokio::test]
async fn planted_code_leaves_nothing_behind() {
    let cluster = Cluster::shared();
    let owner = unique("litter");
    let password = cluster.login_role(&owner).await;
    let database = scratch("litter").await;
    cluster.execute(&database, &format!("GRANT ALL ON SCHEMA public TO {owner}")).await;
    let low = cluster.connect_as(&owner, &password, &database).await;
    low.batch_execute(
        "CREATE FUNCTION public.litter() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
           PERFORM set_config('DateStyle', 'German', false), set_config('search_path', 'public', false),
                   set_config('TimeZone', 'Asia/Kolkata', false), set_config('statement_timeout', '1', false),
                   pg_advisory_lock(42);
           RETURN 'done'; END $$;
         CREATE VIEW littering AS SELECT public.litter() AS x;
         CREATE VIEW clean AS SELECT '2026-01-02'::date AS d, current_setting('search_path') AS p,
           (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND pid = pg_backend_pid()) AS n",
    )
    .await
    .unwrap();
    let viewer = TestApp::shared().viewer().await;
    let at = |view: &str| format!("{}/tables/{view}/rows", path(&database));
    for _ in 0..3 {
        viewer.get(&at("littering")).await.status(200);
        let page: RowsPage = viewer.get(&at("clean")).await.status(200).json();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(page.rows, [[text("2026-01-02"), text("pg_catalog, pg_temp"), text("0")]]);
    }
}

/// An owner with a table, its password, and the name of its stand-in.
async fn owner(prefix: &str) -> (String, String, String, String) {
    let cluster = Cluster::shared();
    let owner = unique(prefix);
    let password = cluster.login_role(&owner).await;
    let database = scratch(prefix).await;
    cluster.execute(&database, &format!("GRANT ALL ON SCHEMA public TO {owner}")).await;
    let oid = cluster.value("postgres", &format!("SELECT '{owner}'::regrole::oid")).await;
    (owner, password, database, format!("howdah_as_{oid}"))
}

/// Code of an owner can get at the stand-in itself: its password and its settings do not outlast it.
#[tokio::test]
async fn what_an_owner_does_to_its_stand_in_is_undone() {
    let cluster = Cluster::shared();
    let (name, password, database, stand_in) = owner("sabotage").await;
    let low = cluster.connect_as(&name, &password, &database).await;
    let sql = format!(
        "CREATE FUNCTION alter_it() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
           EXECUTE 'RESET ROLE'; EXECUTE 'ALTER ROLE {stand_in} PASSWORD ''stolen''';
           EXECUTE 'ALTER ROLE {stand_in} SET search_path = public';
           EXECUTE 'ALTER ROLE {stand_in} IN DATABASE {database} SET default_transaction_isolation = ''serializable''';
           EXECUTE 'ALTER ROLE {stand_in} SET timezone = ''Asia/Kolkata''';
           RETURN session_user; END $$;
         CREATE TABLE t (id int PRIMARY KEY, v text DEFAULT alter_it());
         CREATE VIEW seen AS SELECT current_user::text, current_setting('timezone') <> 'Asia/Kolkata', current_setting('default_transaction_isolation')"
    );
    low.batch_execute(&sql).await.unwrap();
    let admin = TestApp::shared().administrator().await;
    let at = |below: &str| format!("{}/tables/{below}", path(&database));
    let row = serde_json::json!({"inserts": [{"values": {"id": "1"}}]});
    let changed = admin.post(&at("t/rows"), row).await.status(200).value();
    assert_eq!(changed["inserts"][0]["values"][1], stand_in, "{changed}");
    let settings = format!("SELECT count(*) FROM pg_db_role_setting WHERE setrole = '{stand_in}'::regrole");
    assert_eq!(cluster.value("postgres", &settings).await, "2");
    // Whoever connects anew meets the other password and the settings: another Howdah, which knows no password yet, and
    // this one, whose connections are ended.
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{stand_in}'");
    cluster.query("postgres", &end).await;
    let other = TestApp::on(cluster).start();
    for client in [&other.administrator().await, &admin] {
        let mut page = client.get(&at("seen/rows")).await;
        if page.status == 503 {
            // The connection that was ended is noticed by its next use.
            page = client.get(&at("seen/rows")).await;
        }
        let page: RowsPage = page.status(200).json();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(page.rows, [[text(&name), text("t"), text("read committed")]]);
        assert_eq!(cluster.value("postgres", &settings).await, "0");
    }
    // Settings alone, which no sign-in tells of; and a membership that was taken away.
    for sabotage in [
        format!("ALTER ROLE {stand_in} SET timezone = 'Asia/Kolkata'"),
        format!("REVOKE {name} FROM {stand_in}"),
    ] {
        cluster.execute("postgres", &sabotage).await;
        cluster.query("postgres", &end).await;
        let mut page = admin.get(&at("seen/rows")).await;
        if page.status == 503 {
            page = admin.get(&at("seen/rows")).await;
        }
        let page: RowsPage = page.status(200).json();
        assert_eq!(page.rows[0][1].as_deref(), Some("t"), "{sabotage}");
    }
}

/// A role of the stand-in's name and with its comment may come from another cluster's dump, or from somebody who wants
/// the owner's rights.
#[tokio::test]
async fn a_stand_in_with_more_than_the_owners_rights_is_not_used() {
    let cluster = Cluster::shared();
    // How the comment is written, from one of Howdah's own.
    let (_, _, database, stand_in) = owner("comment").await;
    let name = database.as_str();
    let role = cluster.value("postgres", &format!("SELECT substr('{stand_in}', 11)::oid::regrole")).await;
    cluster.execute(name, &format!("CREATE TABLE t (a int); ALTER TABLE t OWNER TO {role}")).await;
    let admin = TestApp::shared().administrator().await;
    admin.get(&format!("{}/tables/t/rows", path(name))).await.status(200);
    let comment = cluster
        .value("postgres", &format!("SELECT shobj_description('{stand_in}'::regrole, 'pg_authid')"))
        .await;
    let other = unique("other");
    cluster.execute("postgres", &format!("CREATE ROLE {other}")).await;
    for (more, said) in [
        ("ALTER ROLE {stand_in} SUPERUSER".to_owned(), "is a superuser"),
        ("ALTER ROLE {stand_in} CREATEROLE".to_owned(), "may make roles"),
        ("ALTER ROLE {stand_in} CREATEDB".to_owned(), "may make databases"),
        ("ALTER ROLE {stand_in} BYPASSRLS".to_owned(), "is not bound by row security"),
        ("ALTER ROLE {stand_in} REPLICATION".to_owned(), "may replicate"),
        (format!("GRANT {other} TO {{stand_in}}"), "is a member of the role"),
        (format!("GRANT {{stand_in}} TO {other}"), "has the member"),
        ("COMMENT ON ROLE {stand_in} IS NULL".to_owned(), "which somebody else made"),
    ] {
        let (name, _, database, stand_in) = owner("tampered").await;
        let sql = format!(
            "CREATE ROLE {stand_in} LOGIN; COMMENT ON ROLE {stand_in} IS '{comment}'; {};
             CREATE TABLE t (a int); ALTER TABLE t OWNER TO {name}",
            more.replace("{stand_in}", &stand_in)
        );
        cluster.execute(&database, &sql).await;
        let problem = admin
            .get(&format!("{}/tables/t/rows", path(&database)))
            .await
            .problem(403, "table.untrusted_view");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(said) && detail.contains("dropped"), "{more}: {problem}");
        let change = serde_json::json!({"addColumns": [{"name": "b", "type": "int"}]});
        let problem = admin
            .put(&format!("{}/tables/t", path(&database)), change)
            .await
            .problem(403, "postgres.owner_rights");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
        // What is only left behind is taken over.
        cluster
            .execute(
                "postgres",
                &format!(
                    "DROP ROLE {stand_in}; CREATE ROLE {stand_in}; COMMENT ON ROLE {stand_in} IS '{comment}'"
                ),
            )
            .await;
        admin.get(&format!("{}/tables/t/rows", path(&database))).await.status(200);
    }
}
