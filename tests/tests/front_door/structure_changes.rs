//! Tables are made, changed and dropped.

use howdah_testkit::{Client, Cluster, TestApp, eventually, hostile_names, segment};
use howdah_types::table_details::TableDetails;
use serde_json::{Value, json};

use crate::support::{path, scratch};

fn tables(database: &str) -> String {
    format!("{}/tables", path(database))
}

async fn details(client: &Client, database: &str, schema: &str, table: &str) -> TableDetails {
    let at = format!("{}/{}?schema={}", tables(database), segment(table), segment(schema));
    client.get(&at).await.status(200).json()
}

/// The statements of a preview without those that frame it.
fn shown(preview: &Value) -> Vec<String> {
    let list = preview["statements"].as_array().unwrap_or_else(|| panic!("no statements: {preview}"));
    let text = list.iter().map(|one| one["sql"].as_str().unwrap().to_owned());
    text.filter(|sql| !["BEGIN", "COMMIT"].contains(&sql.as_str()) && !sql.starts_with("SET LOCAL")).collect()
}

fn codes(statement: &Value) -> Vec<&str> {
    statement["warnings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

fn orders() -> Value {
    json!({
        "name": "orders", "schema": "My Schema", "description": "it's \\ %",
        "columns": [
            {"name": "id", "type": "bigint", "identity": {"kind": "always", "start": "100"}},
            {"name": "total", "type": "numeric(10,2)", "nullable": false, "default": "0 -- nothing yet", "description": "sum"},
            {"name": "tags", "type": "varchar(255)[]", "default": "ARRAY['a', $$b)$$]"},
            {"name": "at", "type": "timestamp(3) with time zone", "default": "now()"},
            {"name": "mood", "type": "\"My Schema\".\"My Type\"", "default": "'ok'"},
            {"name": "mood2", "type": "\"My Type\""},
            {"name": "doubled", "type": "numeric", "generated": {"expression": "total * 2"}},
            {"name": "c", "type": "int"},
            {"name": "n", "type": "text", "collation": "\"C\""}
        ],
        "primaryKey": {"name": "the \"key\"", "columns": ["id"]},
        "unique": [{"columns": ["c", "n"], "include": ["at"], "deferrable": "initiallyDeferred"}],
        "checks": [{"name": "positive", "expression": "total >= 0"}],
        "foreignKeys": [{"columns": ["c"], "referencesSchema": "public", "referencesTable": "customers", "onDelete": "cascade",
                         "onUpdate": "setNull"}],
        "indexes": [{"name": "by mood", "keys": [{"column": "mood", "descending": true}, {"expression": "lower(n)", "operatorClass": "text_pattern_ops"}],
                     "where": "total > 0", "options": [{"name": "fillfactor", "value": "80"}], "description": "x"}],
        "options": [{"name": "fillfactor", "value": "70"}]
    })
}

async fn shop() -> String {
    let name = scratch("structure").await;
    let sql = "CREATE SCHEMA \"My Schema\"; CREATE TYPE \"My Schema\".\"My Type\" AS ENUM ('ok', 'bad');
        CREATE TABLE customers (id int PRIMARY KEY)";
    Cluster::shared().execute(&name, sql).await;
    name
}

/// R28: types with arguments, quoted schemas, defaults, identity, generated, constraints, comments.
#[tokio::test]
async fn r28_a_table_is_made_as_the_form_says() {
    let name = shop().await;
    let admin = TestApp::shared().administrator().await;
    let preview = admin.post(&format!("{}?dryRun=true", tables(&name)), orders()).await.status(200).value();
    assert_eq!(preview["inTransaction"], true, "{preview}");
    assert_eq!((&preview["asSuperuser"], &preview["runsAs"]), (&json!(true), &json!("postgres")));
    assert_eq!(shown(&preview).len(), 5, "{preview}");
    admin.get(&format!("{}/orders?schema=My%20Schema", tables(&name))).await.problem(404, "table.not_found");
    let answer = admin.post(&tables(&name), orders()).await.status(201);
    let location = answer.header("location").unwrap().to_owned();
    let made: TableDetails = answer.json();
    assert_eq!(admin.get(&location).await.status(200).json::<TableDetails>().oid, made.oid);
    let types: Vec<&str> = made.columns.iter().map(|column| column.type_name.as_str()).collect();
    let mood = "\"My Schema\".\"My Type\"";
    assert_eq!(
        types,
        [
            "bigint",
            "numeric(10,2)",
            "character varying(255)[]",
            "timestamp(3) with time zone",
            mood,
            mood,
            "numeric",
            "integer",
            "text"
        ]
    );
    assert_eq!(made.description.as_deref(), Some("it's \\ %"));
    assert_eq!(made.primary_key.as_ref().unwrap().name, "the \"key\"");
    assert_eq!((made.unique.len(), made.checks.len(), made.foreign_keys.len()), (1, 1, 1));
    assert!(made.unique[0].initially_deferred && made.unique[0].include == ["at"]);
    assert_eq!(made.columns[8].collation.as_deref(), Some("pg_catalog.\"C\""));
    assert!(!made.columns[1].nullable && made.columns[3].nullable);
    assert_eq!(made.columns[6].generated.as_deref(), Some("(total * (2)::numeric)"));
    assert!(made.ddl.iter().any(|sql| sql.contains("START WITH 100")), "{:?}", made.ddl);
    let index = made.indexes.iter().find(|index| index.name == "by mood").unwrap();
    assert!(
        index.definition.contains("text_pattern_ops) WITH (fillfactor='80') WHERE (total > (0)::numeric)"),
        "{index:?}"
    );
    admin.post(&tables(&name), orders()).await.problem(409, "postgres.conflict");
}

#[tokio::test]
async fn partitions_are_made() {
    let name = shop().await;
    let admin = TestApp::shared().administrator().await;
    let make =
        async |body: Value| -> TableDetails { admin.post(&tables(&name), body).await.status(201).json() };
    let parent = json!({"name": "p", "columns": [{"name": "a", "type": "int"}, {"name": "b", "type": "text"}],
        "partitionBy": {"strategy": "range", "keys": [{"column": "a"}, {"expression": "lower(b)", "collation": "\"C\""}]}});
    assert_eq!(make(parent).await.partition_key.unwrap().definition, "RANGE (a, lower(b) COLLATE \"C\")");
    let part = json!({"name": "p1", "partitionOf": {"table": "p", "bound": {"from": ["1", "minvalue"], "to": ["5 + 5", "'m'"]}}});
    assert_eq!(make(part).await.partition_of.unwrap().bound, "FOR VALUES FROM (1, MINVALUE) TO (10, 'm')");
    let rest = json!({"name": "rest", "partitionOf": {"table": "p", "bound": {"default": true}}});
    assert_eq!(make(rest).await.partition_of.unwrap().bound, "DEFAULT");
    let detach = json!({"detachPartition": {"name": "p1"}});
    let parent: TableDetails = admin.put(&format!("{}/p", tables(&name)), detach).await.status(200).json();
    assert_eq!(parent.partition_count, 1);
}

#[tokio::test]
async fn r26_a_table_is_changed_in_one_transaction() {
    let name = shop().await;
    let cluster = Cluster::shared();
    let admin = TestApp::shared().administrator().await;
    admin.post(&tables(&name), orders()).await.status(201);
    cluster.execute(&name, "INSERT INTO customers VALUES (1); INSERT INTO \"My Schema\".orders (total, c, n) VALUES (5, 1, '7')").await;
    let at = format!("{}/orders?schema=My%20Schema", tables(&name));
    let change = json!({
        "name": "Orders 2", "schema": "public", "description": "",
        "addColumns": [{"name": "note", "type": "text", "default": "'n'", "description": "new"}],
        "changeColumns": [
            {"column": "n", "name": "number", "type": "int", "using": "n::int + 1", "nullable": false, "default": "9"},
            {"column": "c", "statisticsTarget": 50, "description": "customer"},
            {"column": "id", "identity": "byDefault"}
        ],
        "dropColumns": ["tags"],
        "dropConstraints": ["positive", "orders_c_n_at_key"], "dropIndexes": ["by mood"],
        "addChecks": [{"name": "small", "expression": "total < 100", "notValid": true}],
        "validateConstraints": ["small"],
        "addIndexes": [{"keys": [{"column": "note"}]}],
        "renameConstraints": [{"from": "the \"key\"", "to": "pk"}],
        "options": [{"name": "fillfactor"}, {"name": "autovacuum_enabled", "value": "false"}],
        "rowSecurity": true
    });
    let before = cluster.value(&name, "SELECT count(*) FROM pg_class").await;
    let preview = admin.put(&format!("{at}&dryRun=true"), change.clone()).await.status(200).value();
    assert_eq!(
        cluster.value(&name, "SELECT count(*) FROM pg_class").await,
        before,
        "a dry run changes nothing"
    );
    let list = preview["statements"].as_array().unwrap();
    let find = |text: &str| {
        list.iter()
            .find(|one| one["sql"].as_str().unwrap().contains(text))
            .unwrap_or_else(|| panic!("{text}: {preview}"))
    };
    // R26: the lock, whether it rewrites, what to beware of.
    let retype = find(" TYPE int");
    assert_eq!((&retype["rewrites"], &retype["locks"][0]["mode"]), (&json!(true), &json!("accessExclusive")));
    assert!(codes(find("DROP COLUMN")).contains(&"losesData"));
    assert!(codes(find("SET NOT NULL")).contains(&"scan"));
    assert_eq!(find("CREATE INDEX")["locks"][0]["mode"], "share");
    assert!(codes(find("RENAME TO")).contains(&"breaksClients"));
    assert_eq!(find("VALIDATE CONSTRAINT")["locks"][0]["mode"], "shareUpdateExclusive");
    let now: TableDetails = admin.put(&at, change).await.status(200).json();
    assert_eq!(
        (now.schema.as_str(), now.name.as_str(), now.description.as_deref()),
        ("public", "Orders 2", None)
    );
    let number = now.columns.iter().find(|column| column.name == "number").unwrap();
    assert_eq!(
        (number.type_name.as_str(), number.nullable, number.default.as_deref()),
        ("integer", false, Some("9"))
    );
    assert_eq!(cluster.value(&name, "SELECT number || note FROM public.\"Orders 2\"").await, "8n");
    assert_eq!(now.checks.len(), 1);
    assert!(now.checks[0].validated && now.row_security);
    assert_eq!(now.storage.options, ["autovacuum_enabled=false"]);
    // All or nothing: the last statement fails, and the first is undone.
    let change =
        json!({"addColumns": [{"name": "x", "type": "int"}], "addChecks": [{"expression": "total > 100"}]});
    let at = format!("{}/Orders%202", tables(&name));
    admin.put(&at, change).await.problem(409, "postgres.conflict");
    assert!(
        !details(&admin, &name, "public", "Orders 2").await.columns.iter().any(|column| column.name == "x")
    );
    let refused = admin.put(&at, json!({"columnOrder": ["note", "id"]})).await.refused_fields();
    assert_eq!(refused, ["columnOrder:impossible"]);
}

/// R26: a lock that somebody else holds is a clear answer, soon, with who holds it.
#[tokio::test]
async fn r26_a_lock_is_not_waited_for_for_ever() {
    let name = shop().await;
    let admin = TestApp::shared().administrator().await;
    let holder = Cluster::shared().connect(&name).await;
    holder
        .batch_execute("SET application_name = 'the holder'; BEGIN; SELECT * FROM customers")
        .await
        .unwrap();
    let at = format!("{}/customers?lockTimeoutMs=100", tables(&name));
    let change = json!({"addColumns": [{"name": "x", "type": "int"}]});
    let problem = admin.put(&at, change.clone()).await.problem(409, "table.locked");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("the holder") && detail.contains("idle in transaction"), "{detail}");
    admin.delete(&at).await.problem(409, "table.locked");
    holder.batch_execute("COMMIT").await.unwrap();
    admin.put(&at, change).await.status(200);
    for wrong in ["-1", "600001", "x"] {
        let at = format!("{}/customers?lockTimeoutMs={wrong}", tables(&name));
        let answer = admin.put(&at, json!({})).await;
        assert!([400, 422].contains(&answer.status), "{answer}");
    }
}

/// R29: what depends on it is shown before it may go with it, and nothing goes that was not shown.
#[tokio::test]
async fn r29_what_depends_on_a_table_is_shown_before_it_goes() {
    let name = shop().await;
    let cluster = Cluster::shared();
    cluster
        .execute(&name, "CREATE VIEW v AS SELECT * FROM customers; CREATE VIEW v2 AS SELECT * FROM v")
        .await;
    let admin = TestApp::shared().administrator().await;
    let at = format!("{}/customers", tables(&name));
    let problem = admin.delete(&at).await.problem(409, "object.needed");
    assert!(problem["detail"].as_str().unwrap().contains("iew public.v "), "{problem}");
    let preview = admin.delete(&format!("{at}?dryRun=true&cascade=true")).await.status(200).value();
    let list: Vec<&str> = preview["dependents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["identity"].as_str().unwrap())
        .collect();
    assert_eq!(list, ["public.v", "public.v2"]);
    assert_eq!(shown(&preview), ["DROP TABLE \"public\".\"customers\" CASCADE"]);
    let expect = preview["expect"].as_str().unwrap().to_owned();
    admin.delete(&format!("{at}?cascade=true")).await.problem(409, "object.needed");
    cluster.execute(&name, "CREATE MATERIALIZED VIEW v3 AS SELECT * FROM v2").await;
    let problem =
        admin.delete(&format!("{at}?cascade=true&expect={expect}")).await.problem(409, "object.needed");
    assert!(problem["detail"].as_str().unwrap().contains("public.v3"), "{problem}");
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM v3").await, "0", "nothing was dropped");
    // A column and a constraint have dependents as well.
    let column = json!({"dropColumns": ["id"]});
    let preview = admin.put(&format!("{at}?dryRun=true"), column.clone()).await.status(200).value();
    assert_eq!(preview["dependents"].as_array().unwrap().len(), 3, "{preview}");
    admin.put(&at, column).await.problem(409, "object.needed");
    let preview = admin.delete(&format!("{at}?dryRun=true&cascade=true")).await.status(200).value();
    let expect = preview["expect"].as_str().unwrap();
    admin.delete(&format!("{at}?cascade=true&expect={expect}")).await.status(204);
    assert_eq!(
        cluster
            .value(&name, "SELECT count(*) FROM pg_class WHERE relname IN ('customers', 'v', 'v2', 'v3')")
            .await,
        "0"
    );
}

/// What is typed is one type, one expression, or it is refused before anything runs.
#[tokio::test]
async fn attacks_in_types_and_expressions_are_refused() {
    let name = shop().await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE victim (a int)").await;
    let admin = TestApp::shared().administrator().await;
    let evil = [
        "int); DROP TABLE victim; --",
        "int; DROP TABLE victim",
        "int, b int",
        "int) ; CREATE TABLE x (a int",
        "int DEFAULT 1",
        "int NOT NULL",
        "int /* ",
        "int --\n, b int",
        "int $$",
        "int '",
        "int \"",
        "int COLLATE \"C\"",
        "int USING pg_sleep(10)",
        "int, DROP COLUMN a",
        "(int)",
        "int)",
        "",
        "int] , [int",
        "1",
        "int AS int",
    ];
    for text in evil {
        let body = json!({"name": "t", "columns": [{"name": "a", "type": text}]});
        let refused = admin.post(&tables(&name), body).await.refused_fields();
        assert_eq!(refused.len(), 1, "{text}");
        assert!(refused[0].starts_with("columns[0].type:"), "{text}: {refused:?}");
        let body = json!({"changeColumns": [{"column": "a", "type": text}]});
        let refused = admin.put(&format!("{}/victim", tables(&name)), body).await.refused_fields();
        assert!(refused[0].starts_with("changeColumns[0].type:"), "{text}: {refused:?}");
    }
    let evil = [
        "1); DROP TABLE victim; --",
        "1; DROP TABLE victim",
        "1), (2",
        "1, 2",
        "1) CHECK (true",
        "1 /*",
        "1 /* /* */",
        "'",
        "$$",
        "$x$ 1 $y$",
        "1] , [2",
        "SELECT 1",
        "1 AS x",
        "1) NOT NULL, b int DEFAULT (1",
        "E'\\'",
        "U&'\\'",
        "1 --\n) , b int DEFAULT (2",
        "\"",
        "",
    ];
    for text in evil {
        for body in [
            json!({"name": "t", "columns": [{"name": "a", "type": "int", "default": text}]}),
            json!({"name": "t", "columns": [{"name": "a", "type": "int", "generated": {"expression": text}}]}),
            json!({"name": "t", "columns": [{"name": "a", "type": "int"}], "checks": [{"expression": text}]}),
            json!({"name": "t", "columns": [{"name": "a", "type": "int"}], "indexes": [{"keys": [{"expression": text}]}]}),
            json!({"name": "t", "columns": [{"name": "a", "type": "int"}], "indexes": [{"keys": [{"column": "a"}], "where": text}]}),
            json!({"name": "t", "columns": [{"name": "a", "type": "int"}], "partitionBy": {"strategy": "list", "keys": [{"expression": text}]}}),
        ] {
            let answer = admin.post(&tables(&name), body.clone()).await;
            assert_eq!(answer.status, 422, "{text} {body}: {answer}");
            assert_eq!(answer.clone().refused_fields().len(), 1, "{text} {body}: {answer}");
        }
        let body = json!({"changeColumns": [{"column": "a", "type": "int", "using": text}]});
        admin.put(&format!("{}/victim", tables(&name)), body).await.refused_fields();
    }
    // These fit into the first frame of the proof, and would fit into the statement.
    for text in ["true), ADD COLUMN evil int, ADD CHECK (true", "true), DROP COLUMN a, ADD CHECK (true"] {
        let body = json!({"addChecks": [{"expression": text}]});
        let refused = admin.put(&format!("{}/victim", tables(&name)), body).await.refused_fields();
        assert_eq!(refused, ["addChecks[0].expression:invalid"], "{text}");
    }
    for text in
        ["\"C\"; DROP TABLE victim", "\"C\" DEFAULT 1", "\"C\", b int", "\"C\" --\n NOT NULL", "C\" x"]
    {
        let body = json!({"name": "t", "columns": [{"name": "a", "type": "text", "collation": text}]});
        assert_eq!(admin.post(&tables(&name), body).await.refused_fields().len(), 1, "{text}");
    }
    for text in ["text_ops, a", "text_ops DESC", "text_ops) ; DROP TABLE victim; --", "text_ops (a"] {
        let key = json!({"column": "a", "operatorClass": text});
        let body =
            json!({"name": "t", "columns": [{"name": "a", "type": "text"}], "indexes": [{"keys": [key]}]});
        assert_eq!(admin.post(&tables(&name), body).await.refused_fields().len(), 1, "{text}");
    }
    let sql = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    assert_eq!(cluster.value(&name, sql).await, "customers victim");
    // What only looks like an attack is what it says.
    let odd = json!({"name": "odd", "columns": [
        {"name": "a", "type": "text", "default": "'); DROP TABLE victim; --'"},
        {"name": "b", "type": "text", "default": "$q$ ' \" ) ] $q$ -- and on"},
        {"name": "c", "type": "int /* whole */ -- number", "default": "(1) /* ; */ + 1"},
        {"name": "d", "type": "numeric(10 , 2) []", "default": "ARRAY[1, 2]"},
        {"name": "e", "type": "text", "default": "CASE WHEN true THEN ']' ELSE E'\\')' END"}
    ]});
    admin.post(&tables(&name), odd).await.status(201);
    cluster.execute(&name, "INSERT INTO odd DEFAULT VALUES").await;
    assert_eq!(cluster.value(&name, "SELECT a || c || e FROM odd").await, "); DROP TABLE victim; --2]");
}

/// R27 through all routes of changes.
#[tokio::test]
async fn r27_hostile_names_are_made_changed_and_dropped() {
    let name = scratch("hostile_changes").await;
    let admin = TestApp::shared().administrator().await;
    for odd in hostile_names() {
        let body = json!({"name": odd, "description": odd, "columns": [{"name": odd, "type": "int", "description": odd}],
            "primaryKey": {"columns": [odd]}, "checks": [{"name": odd, "expression": "true"}],
            "foreignKeys": [{"columns": [odd], "referencesTable": odd, "referencesColumns": [odd]}]});
        let made: TableDetails = admin.post(&tables(&name), body).await.status(201).json();
        assert_eq!((made.name.as_str(), made.columns[0].name.as_str()), (odd.as_str(), odd.as_str()));
        let at = format!("{}/{}", tables(&name), segment(&odd));
        let now: TableDetails = admin
            .put(&at, json!({"changeColumns": [{"column": odd, "name": "c", "description": "c"}], "addColumns": [{"name": odd, "type": "text"}],
                "dropConstraints": [odd]}))
            .await
            .status(200)
            .json();
        assert_eq!(now.columns[1].name, odd);
        admin.put(&at, json!({"name": "plain"})).await.status(200);
        let back: TableDetails =
            admin.put(&format!("{}/plain", tables(&name)), json!({"name": odd})).await.status(200).json();
        assert_eq!(back.name, odd);
        admin.delete(&at).await.status(204);
    }
}

/// Open pages learn that the structure is another one.
#[tokio::test]
async fn changes_are_audited_and_told() {
    let name = shop().await;
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let mut events = admin.events("/api/events", None).await;
    admin
        .put(&format!("{}/customers?dryRun=true", tables(&name)), json!({"description": "x"}))
        .await
        .status(200);
    admin.put(&format!("{}/customers", tables(&name)), json!({"description": "x"})).await.status(200);
    let wanted =
        |data: &Value| data["body"]["kind"] == "tablesChanged" && data["body"]["database"] == name.as_str();
    let told = events.wait_for("tablesChanged", |event| wanted(&event.data)).await;
    assert_eq!((told.event.as_str(), &told.data["body"]["schema"]), ("tablesChanged", &json!("public")));
    let object = format!("{name}/public.customers");
    let records = eventually("the record", 10, async || {
        let list = admin.get("/api/audit?limit=200").await.status(200).value();
        let list: Vec<Value> =
            list.as_array().unwrap().iter().filter(|one| one["object"] == object.as_str()).cloned().collect();
        (!list.is_empty()).then_some(list)
    })
    .await;
    assert_eq!(records.len(), 1, "a dry run is no change: {records:?}");
    assert_eq!((&records[0]["action"], &records[0]["outcome"]), (&json!("table.update"), &json!("done")));
}
