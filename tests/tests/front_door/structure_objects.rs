//! Schemas, views, sequences, types, extensions, functions and triggers.

use howdah_testkit::{Client, Cluster, TestApp, hostile_names, segment};
use howdah_types::database_types::{DatabaseType, TypeDetails};
use howdah_types::extensions::{Extension, ExtensionDetails};
use howdah_types::functions::{DatabaseFunction, FunctionDetails};
use howdah_types::schemas::SchemaDetails;
use howdah_types::sequences::{Sequence, SequenceDetails};
use howdah_types::table_details::TableDetails;
use howdah_types::triggers::Trigger;
use serde_json::{Value, json};

use crate::support::{ident, literal, path, scratch};

/// Drops with the list that the dry run showed.
async fn drop_with_dependents(client: &Client, at: &str) {
    let and = if at.contains('?') { '&' } else { '?' };
    let preview = client.delete(&format!("{at}{and}dryRun=true")).await.status(200).value();
    let expect = preview["expect"].as_str().unwrap();
    client.delete(&format!("{at}{and}cascade=true&expect={expect}")).await.status(204);
}

#[tokio::test]
async fn schemas_are_made_changed_and_dropped() {
    let name = scratch("schemas").await;
    let admin = TestApp::shared().administrator().await;
    let schemas = format!("{}/schemas", path(&name));
    for odd in hostile_names().into_iter().filter(|odd| !odd.starts_with("pg_") && odd != "public") {
        let made: SchemaDetails =
            admin.post(&schemas, json!({"name": odd, "description": odd})).await.status(201).json();
        assert_eq!((made.name.as_str(), made.description.as_deref()), (odd.as_str(), Some(odd.as_str())));
        let at = format!("{schemas}/{}", segment(&odd));
        let now: SchemaDetails = admin.put(&at, json!({"description": ""})).await.status(200).json();
        assert_eq!(now.description, None);
        let table = json!({"name": "t", "schema": odd, "columns": [{"name": "a", "type": "int"}]});
        admin.post(&format!("{}/tables", path(&name)), table).await.status(201);
        let problem = admin.delete(&at).await.problem(409, "object.needed");
        assert!(problem["detail"].as_str().unwrap().contains("able "), "{problem}");
        drop_with_dependents(&admin, &at).await;
        admin.get(&at).await.problem(404, "schema.not_found");
    }
    admin.post(&schemas, json!({"name": "a"})).await.status(201);
    admin.post(&schemas, json!({"name": "a"})).await.problem(409, "postgres.conflict");
    let now: SchemaDetails =
        admin.put(&format!("{schemas}/a"), json!({"name": "b"})).await.status(200).json();
    assert_eq!(
        (now.name.as_str(), now.ddl[0].as_str()),
        ("b", "CREATE SCHEMA \"b\" AUTHORIZATION \"postgres\"")
    );
    let refused = admin.post(&schemas, json!({"name": "c", "owner": "nobody at all"})).await.refused_fields();
    assert_eq!(refused, ["owner:notFound"]);
    admin.delete(&format!("{schemas}/pg_catalog")).await.problem(422, "postgres.unsupported");
}

#[tokio::test]
async fn views_are_made_changed_refreshed_and_dropped() {
    let name = scratch("views").await;
    Cluster::shared().execute(&name, "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x')").await;
    let admin = TestApp::shared().administrator().await;
    let views = format!("{}/views", path(&name));
    let form = json!({"name": "v;\"", "query": "SELECT a, b FROM t -- all;\n;", "columns": ["one", "two"], "description": "d",
        "checkOption": "local", "securityBarrier": true});
    let made: TableDetails = admin.post(&views, form).await.status(201).json();
    assert_eq!((made.columns[0].name.as_str(), made.description.as_deref()), ("one", Some("d")));
    let at = format!("{views}/{}", segment("v;\""));
    let change = json!({"query": "SELECT a AS one, b AS two, a + 1 AS three FROM t", "name": "w"});
    let now: TableDetails = admin.put(&at, change).await.status(200).json();
    assert_eq!((now.name.as_str(), now.columns.len()), ("w", 3));
    let kept = json!({"name": "kept", "query": "SELECT * FROM w", "materialized": true, "withoutData": true});
    admin.post(&views, kept).await.status(201);
    let list: Vec<Value> = admin.get(&views).await.status(200).json();
    let kinds: Vec<&Value> = list.iter().map(|view| &view["kind"]).collect();
    assert_eq!(kinds, ["materializedView", "view"]);
    let rows = format!("{}/tables/kept/rows", path(&name));
    assert_eq!(admin.get(&rows).await.status, 409, "it was not filled");
    admin.post(&format!("{views}/kept/refresh?dryRun=true"), json!({})).await.status(200);
    admin.post(&format!("{views}/kept/refresh"), json!({})).await.status(204);
    assert_eq!(admin.get(&rows).await.status(200).value()["rows"], json!([["1", "x", "2"]]));
    let problem = admin.post(&format!("{views}/kept/refresh"), json!({"concurrently": true})).await;
    assert_eq!(problem.status, 409, "{problem}");
    admin.post(&format!("{views}/w/refresh"), json!({})).await.problem(422, "postgres.unsupported");
    admin.get(&format!("{views}/t")).await.problem(404, "table.not_found");
    for evil in [
        "SELECT 1; DROP TABLE t",
        "SELECT 1) ; DROP TABLE t; --",
        "DROP TABLE t",
        "SELECT 1 /*",
        "DELETE FROM t",
        "",
    ] {
        let form = json!({"name": "x", "query": evil});
        let refused = admin.post(&views, form).await.refused_fields();
        assert!(refused[0].starts_with("query:"), "{evil}: {refused:?}");
    }
    admin.delete(&format!("{views}/w")).await.problem(409, "object.needed");
    drop_with_dependents(&admin, &format!("{views}/w")).await;
    assert_eq!(admin.get(&views).await.status(200).value(), json!([]));
}

#[tokio::test]
async fn sequences_are_made_changed_and_dropped() {
    let name = scratch("sequences").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY)").await;
    let admin = TestApp::shared().administrator().await;
    let sequences = format!("{}/sequences", path(&name));
    let numbers = json!({"dataType": "integer", "start": "5", "minimum": "1", "maximum": "7", "increment": "2", "cycle": true});
    let made: SequenceDetails = admin
        .post(&sequences, json!({"name": "s", "numbers": numbers, "description": "d"}))
        .await
        .status(201)
        .json();
    assert_eq!(
        (
            made.sequence.data_type.as_str(),
            made.sequence.maximum.as_str(),
            made.sequence.last_value.as_deref()
        ),
        ("integer", "7", None)
    );
    cluster.execute(&name, "SELECT nextval('s')").await;
    let change = json!({"name": "s2", "restart": "3", "numbers": {"maximum": "", "cycle": false}});
    let now: SequenceDetails = admin.put(&format!("{sequences}/s"), change).await.status(200).json();
    assert_eq!((now.sequence.maximum.as_str(), now.sequence.cycle), ("2147483647", false));
    assert_eq!(cluster.value(&name, "SELECT nextval('s2')").await, "3");
    let copy = scratch("sequences_copy").await;
    for statement in &now.ddl {
        cluster.execute(&copy, statement).await;
    }
    let again: SequenceDetails = admin.get(&format!("{}/sequences/s2", path(&copy))).await.status(200).json();
    assert_eq!(
        (again.sequence.start, again.sequence.increment),
        (now.sequence.start, now.sequence.increment)
    );
    let list: Vec<Sequence> = admin.get(&sequences).await.status(200).json();
    let owners: Vec<(&str, Option<&str>, bool)> =
        list.iter().map(|one| (one.name.as_str(), one.owned_by.as_deref(), one.identity)).collect();
    assert_eq!(
        owners,
        [("s2", None, false), ("t_a_seq", Some("public.t.a"), false), ("t_b_seq", Some("public.t.b"), true)]
    );
    let refused = admin.post(&sequences, json!({"name": "x", "numbers": {"start": "1; DROP TABLE t"}})).await;
    assert_eq!(refused.refused_fields(), ["start:invalid"]);
    admin.delete(&format!("{sequences}/t_a_seq")).await.problem(409, "object.needed");
    admin.delete(&format!("{sequences}/s2")).await.status(204);
    admin.get(&format!("{sequences}/s2")).await.problem(404, "object.not_found");
}

#[tokio::test]
async fn enums_are_made_changed_and_dropped_and_other_types_are_shown() {
    let (name, copy) = (scratch("types").await, scratch("types_copy").await);
    let cluster = Cluster::shared();
    let sql = "CREATE DOMAIN positive AS numeric(5,2) DEFAULT 1 NOT NULL CONSTRAINT \"is >0\" CHECK (VALUE > 0);
        CREATE TYPE pair AS (a int, \"b B\" varchar(3) COLLATE \"C\"); CREATE TYPE span AS RANGE (SUBTYPE = float8); CREATE TABLE no_type (a int)";
    cluster.execute(&name, sql).await;
    let admin = TestApp::shared().administrator().await;
    let types = format!("{}/types", path(&name));
    let labels: Vec<String> = hostile_names();
    let made: TypeDetails = admin
        .post(&types, json!({"name": "e", "labels": labels, "description": "d"}))
        .await
        .status(201)
        .json();
    assert_eq!(made.summary.labels, Some(labels.clone()));
    let change = json!({"renameLabels": [{"from": labels[0], "to": "it's"}],
        "addLabels": [{"label": "last\\"}, {"label": "first", "before": "it's"}, {"label": "second", "after": "first"}]});
    let now: TypeDetails = admin.put(&format!("{types}/e"), change).await.status(200).json();
    let now_labels = now.summary.labels.clone().unwrap();
    assert_eq!(now_labels[..3], ["first", "second", "it's"]);
    assert_eq!(now_labels.last().unwrap(), "last\\");
    let list: Vec<DatabaseType> = admin.get(&types).await.status(200).json();
    let names: Vec<&str> = list.iter().map(|one| one.name.as_str()).collect();
    let multirange = names.contains(&"span_multirange") || names.contains(&"multirange_of_span");
    assert!(
        multirange && ["e", "pair", "positive", "span"].iter().all(|one| names.contains(one)),
        "{names:?}"
    );
    for one in ["e", "pair", "positive", "span"] {
        let first: TypeDetails = admin.get(&format!("{types}/{one}")).await.status(200).json();
        for statement in &first.ddl {
            cluster.execute(&copy, statement).await;
        }
        let second: TypeDetails = admin.get(&format!("{}/types/{one}", path(&copy))).await.status(200).json();
        let same =
            |details: &TypeDetails| (details.ddl.clone(), details.attributes.clone(), details.checks.clone());
        assert_eq!(same(&first), same(&second), "{one}");
    }
    cluster.execute(&name, "CREATE TABLE uses (a e)").await;
    admin.delete(&format!("{types}/e")).await.problem(409, "object.needed");
    drop_with_dependents(&admin, &format!("{types}/e")).await;
    admin
        .put(&format!("{types}/pair"), json!({"addLabels": [{"label": "x"}]}))
        .await
        .problem(422, "postgres.unsupported");
    admin.put(&format!("{types}/positive"), json!({"name": "above", "description": "x"})).await.status(200);
    admin.get(&format!("{types}/no_type")).await.problem(404, "object.not_found");
}

#[tokio::test]
async fn functions_and_triggers_are_shown() {
    let name = scratch("functions").await;
    let sql = "CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1';
        CREATE FUNCTION f(a text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER SET work_mem = '1MB' AS $$ BEGIN RETURN NEXT a; END $$;
        CREATE PROCEDURE p() LANGUAGE sql AS ''; CREATE AGGREGATE agg (int) (SFUNC = int4pl, STYPE = int);
        CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE t (a int); CREATE TABLE u (a int);
        CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf(); CREATE TRIGGER x AFTER INSERT ON u FOR EACH ROW EXECUTE FUNCTION tf()";
    Cluster::shared().execute(&name, sql).await;
    let viewer = TestApp::shared().viewer().await;
    let list: Vec<DatabaseFunction> =
        viewer.get(&format!("{}/functions", path(&name))).await.status(200).json();
    let names: Vec<&str> = list.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["agg", "f", "f", "p", "tf"]);
    for one in &list {
        let at = format!("{}/functions/{}", path(&name), one.oid);
        let details: FunctionDetails = viewer.get(&at).await.status(200).json();
        assert_eq!(&details.function, one);
    }
    let text = list.iter().find(|one| one.arguments == "a text").unwrap();
    let at = format!("{}/functions/{}", path(&name), text.oid);
    let details: FunctionDetails = viewer.get(&at).await.status(200).json();
    assert_eq!(
        (details.settings.as_slice(), details.function.security_definer),
        (["work_mem=1MB".to_owned()].as_slice(), true)
    );
    viewer.get(&format!("{}/functions/1", path(&name))).await.problem(404, "object.not_found");
    viewer.get(&format!("{}/functions/x", path(&name))).await.problem(404, "object.not_found");
    let all: Vec<Trigger> = viewer.get(&format!("{}/triggers", path(&name))).await.status(200).json();
    assert_eq!(all.len(), 2);
    let of_u: Vec<Trigger> =
        viewer.get(&format!("{}/triggers?table=u", path(&name))).await.status(200).json();
    assert_eq!((of_u.len(), of_u[0].table.as_str()), (1, "u"));
    let one: Trigger = viewer.get(&format!("{}/triggers/x?table=u", path(&name))).await.status(200).json();
    assert_eq!(one, of_u[0]);
    viewer.get(&format!("{}/triggers/y?table=u", path(&name))).await.problem(404, "object.not_found");
}

/// The lists go on by key, each thing once.
#[tokio::test]
async fn lists_of_objects_are_paged() {
    let name = scratch("object_pages").await;
    let mut sql = "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a int);".to_owned();
    for odd in hostile_names() {
        let quoted = ident(&odd);
        sql.push_str(&format!(
            "CREATE SEQUENCE {quoted}; CREATE TYPE {quoted} AS ENUM ({}); CREATE FUNCTION {quoted}() RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE TRIGGER {quoted} BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();",
            literal(&odd)
        ).replace(&format!("CREATE TYPE {quoted}"), &format!("CREATE TYPE {}", ident(&odd.chars().rev().collect::<String>()))));
    }
    Cluster::shared().execute(&name, &format!("SET standard_conforming_strings = on; {sql}")).await;
    let viewer = TestApp::shared().viewer().await;
    for list in ["sequences", "types", "functions", "triggers"] {
        let whole: Vec<Value> = viewer.get(&format!("{}/{list}", path(&name))).await.status(200).json();
        assert!(whole.len() >= hostile_names().len(), "{list}");
        let (mut found, mut at) = (Vec::<Value>::new(), Some(format!("{}/{list}?limit=3", path(&name))));
        while let Some(address) = at {
            let answer = viewer.get(&address).await.status(200);
            found.extend(answer.json::<Vec<Value>>());
            at = answer
                .header("link")
                .and_then(|link| Some(link.strip_prefix('<')?.split_once('>')?.0.to_owned()));
            assert!(found.len() <= whole.len(), "{list}: the pages do not end");
        }
        assert_eq!(found, whole, "{list}");
    }
}

/// Where the server has the files of an extension, it is installed, moved, and dropped.
#[tokio::test]
async fn extensions_are_installed_and_dropped() {
    let name = scratch("extensions").await;
    let admin = TestApp::shared().administrator().await;
    let extensions = format!("{}/extensions", path(&name));
    let list: Vec<Extension> = admin.get(&extensions).await.status(200).json();
    let plpgsql = list.iter().find(|one| one.name == "plpgsql").expect("it is always there");
    assert!(plpgsql.version.is_some() && plpgsql.schema.as_deref() == Some("pg_catalog"));
    admin.get(&format!("{extensions}/missing")).await.problem(404, "object.not_found");
    let problem = admin.post(&extensions, json!({"name": "missing\"; DROP TABLE x; --"})).await;
    assert!([409, 422, 507].contains(&problem.status), "{problem}");
    // plpgsql comes with every server: it can be dropped and installed again.
    drop_with_dependents(&admin, &format!("{extensions}/plpgsql")).await;
    let made: ExtensionDetails = admin.post(&extensions, json!({"name": "plpgsql"})).await.status(201).json();
    assert!(made.extension.version.is_some() && !made.members.is_empty());
    admin.put(&format!("{extensions}/plpgsql"), json!({"version": ""})).await.status(200);
}
