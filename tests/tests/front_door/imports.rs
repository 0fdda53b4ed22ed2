//! R25, R8, R7, R1: files become rows of tables, and what does not fit is named line by line.

use std::fmt::Write;

use howdah_testkit::{Client, Cluster, TestApp, hostile_names, segment};
use howdah_types::imports::{ImportReject, ImportReport};
use howdah_types::jobs::{Job, JobState};
use howdah_types::uploads::{Upload, UploadPreview};
use serde_json::{Value, json};

use crate::hostile_objects::Planter;
use crate::jobs::finished;
use crate::support::{ident, path, scratch};

pub(crate) async fn upload(client: &Client, name: &str, bytes: impl Into<Vec<u8>>) -> Upload {
    let at = format!("/api/uploads?name={}", segment(name));
    client.post_bytes(&at, bytes.into()).await.status(201).json()
}

pub(crate) async fn preview(client: &Client, id: &str, format: &Value) -> UploadPreview {
    let at = format!("/api/uploads/{id}/preview?format={}", segment(&format.to_string()));
    client.get(&at).await.status(200).json()
}

/// Starts the import and waits for its end.
pub(crate) async fn import(client: &Client, database: &str, data: Value) -> (Job, ImportReport) {
    let job: Job = client.post(&format!("{}/import", path(database)), data).await.status(202).json();
    let job = finished(client, &job.id).await;
    let report: ImportReport = client.get(&format!("/api/jobs/{}/import", job.id)).await.status(200).json();
    assert_eq!(report.state, job.state, "with the final state come the final numbers");
    (job, report)
}

pub(crate) async fn rejects(client: &Client, job: &str) -> Vec<ImportReject> {
    client.get(&format!("/api/jobs/{job}/import/rejects?limit=1000")).await.status(200).json()
}

fn numbers(report: &ImportReport) -> [i64; 4] {
    [report.rows_read, report.rows_written, report.rows_accepted, report.rows_rejected]
}

/// A thousand orders of which ten do not fit, each in another way.
pub(crate) fn orders_with_ten_bad_lines() -> (String, Vec<(i64, &'static str)>) {
    let mut csv = "id,customer,total,placed,note\n".to_owned();
    let bad: [(usize, &str, &str); 10] = [
        (17, "17,1,a lot,2026-01-01,x", "numeric"),
        (100, "100,1,9.50,2026-02-30,x", "date/time"),
        (101, "100000000000,1,9.50,2026-01-01,x", "integer"),
        (250, ",1,9.50,2026-01-01,x", "null value"),
        (251, "251,1,-1,2026-01-01,x", "check constraint"),
        (400, "399,1,9.50,2026-01-01,x", "duplicate key"),
        (401, "401,99,9.50,2026-01-01,x", "foreign key"),
        (700, "700,1,9.50,2026-01-01", "4 values"),
        (701, "701,1,9.50,2026-01-01,x,y", "6 values"),
        (1000, "1000,1,9.50,2026-01-01,far too long a note", "too long"),
    ];
    let mut lines = Vec::new();
    for id in 1..=1000 {
        match bad.iter().find(|(number, ..)| *number == id) {
            Some((_, line, reason)) => {
                lines.push((i64::try_from(id).unwrap() + 1, *reason));
                csv.push_str(line);
                csv.push('\n');
            }
            None => {
                writeln!(csv, "{id},{},{id}.50,2026-01-{:02},\"n, {id}\"", 1 + id % 2, 1 + id % 28).unwrap();
            }
        }
    }
    (csv, lines)
}

const ORDERS: &str = "CREATE TABLE customer (id int PRIMARY KEY); INSERT INTO customer VALUES (1), (2);
    CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customer, total numeric(10,2) CHECK (total >= 0),
        placed date NOT NULL, note varchar(10), made timestamptz NOT NULL DEFAULT now())";

#[tokio::test]
async fn r25_ten_bad_lines_are_named_and_the_others_written() {
    let name = scratch("import").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, ORDERS).await;
    let admin = TestApp::shared().administrator().await;
    let (csv, bad) = orders_with_ten_bad_lines();
    let file = upload(&admin, "orders.csv", csv).await;
    let seen = preview(&admin, &file.id, &json!({})).await;
    assert_eq!(
        seen.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
        ["id", "customer", "total", "placed", "note"]
    );
    assert_eq!(seen.problems.len(), 2, "those with too few and too many values: {seen:?}");
    assert!(seen.whole);
    let data = |more: Value| {
        let mut data = json!({"upload": file.id, "table": "orders"});
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    // Nothing is refused unless it is said that it may be.
    let (job, report) = import(&admin, &name, data(json!({}))).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    assert!(
        job.error
            .as_deref()
            .is_some_and(|text| text.contains("none may be") && text.contains("Nothing was written")),
        "{job:?}"
    );
    assert_eq!(report.rows_written, 0);
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM orders").await, "0");
    // A dry run knows them all, and leaves nothing.
    let (job, report) = import(&admin, &name, data(json!({"dryRun": true, "maxRejects": null}))).await;
    assert_eq!(
        (job.state, numbers(&report), report.dry_run),
        (JobState::Succeeded, [1000, 0, 990, 10], true),
        "{job:?}"
    );
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM orders").await, "0");
    let dry = rejects(&admin, &job.id).await;
    // For real, with just as many as are allowed.
    let (job, report) = import(&admin, &name, data(json!({"maxRejects": 10}))).await;
    assert_eq!((job.state, numbers(&report)), (JobState::Succeeded, [1000, 990, 990, 10]), "{job:?}");
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM orders WHERE made IS NOT NULL").await, "990");
    assert_eq!(cluster.value(&name, "SELECT note FROM orders WHERE id = 2").await, "n, 2");
    let listed = rejects(&admin, &job.id).await;
    let short =
        |list: &[ImportReject]| list.iter().map(|one| (one.line, one.sqlstate.clone())).collect::<Vec<_>>();
    assert_eq!(short(&listed), short(&dry));
    for (reject, (line, reason)) in listed.iter().zip(&bad) {
        assert_eq!(reject.line, *line, "{reject:?}");
        assert!(reject.reason.contains(reason), "{reason}: {reject:?}");
    }
    assert_eq!(listed.len(), bad.len());
    assert_eq!(
        (listed[0].column.as_deref(), listed[0].sqlstate.as_deref(), listed[0].record.as_deref()),
        (Some("total"), Some("22P02"), Some("17,1,a lot,2026-01-01,x"))
    );
    assert_eq!(listed[3].column.as_deref(), Some("id"), "{:?}", listed[3]);
    // The refused lines come back as a file of the same kind, and go in once they are mended.
    let file = admin.get(&format!("/api/jobs/{}/import/rejects/file", job.id)).await.status(200);
    assert!(
        file.header("content-disposition").is_some_and(|text| text.contains("refused rows of orders.csv")),
        "{file}"
    );
    let text = file.text();
    assert!(text.starts_with("line,reason,id,customer,total,placed,note\n18,\"invalid input syntax for type numeric: \"\"a lot\"\"\",17,1,a lot,2026-01-01,x\n"), "{text}");
    let again = upload(&admin, "again.csv", text).await;
    let columns = json!([{"source": "id", "target": "id"}, {"source": "customer", "target": "customer"}, {"source": "placed", "target": "placed"}]);
    let (job, report) = import(
        &admin,
        &name,
        json!({"upload": again.id, "table": "orders", "columns": columns, "maxRejects": null}),
    )
    .await;
    assert_eq!(job.state, JobState::Succeeded);
    // Without the note and the total, three of them are good: a lot, -1 and the long note.
    assert_eq!(numbers(&report)[1], 3, "{:?}", rejects(&admin, &job.id).await);
}

#[tokio::test]
async fn one_more_than_allowed_takes_everything_back() {
    let name = scratch("import_limit").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, ORDERS).await;
    let admin = TestApp::shared().administrator().await;
    let file = upload(&admin, "orders.csv", orders_with_ten_bad_lines().0).await;
    let (job, report) =
        import(&admin, &name, json!({"upload": file.id, "table": "orders", "maxRejects": 9})).await;
    assert_eq!((job.state, report.rows_written), (JobState::Failed, 0), "{job:?}");
    assert!(report.rows_rejected > 9);
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM orders").await, "0");
}

#[tokio::test]
async fn r8_null_empty_and_default_are_three_things() {
    let name = scratch("import_nulls").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (id int, a text DEFAULT 'made', b text DEFAULT 'made')").await;
    let admin = TestApp::shared().administrator().await;
    let file = upload(&admin, "t.csv", "id,a,b\n1,,x\n2,\"\",x\n3,NULL,x\n4,\"NULL\",x\n").await;
    let rows = "SELECT string_agg(format('%s=%L', id, a), ' ' ORDER BY id) FROM t";
    let column = |when_null: &str, when_empty: &str| json!([{"source": "id", "target": "id"}, {"source": "a", "target": "a", "whenNull": when_null, "whenEmpty": when_empty}]);
    for (marker, columns, expected) in [
        ("", column("keep", "keep"), "1=NULL 2='' 3='NULL' 4='NULL'"),
        ("NULL", column("keep", "keep"), "1='' 2='' 3=NULL 4='NULL'"),
        ("NULL", column("keep", "null"), "1=NULL 2=NULL 3=NULL 4='NULL'"),
        ("NULL", column("default", "default"), "1='made' 2='made' 3='made' 4='NULL'"),
    ] {
        cluster.execute(&name, "TRUNCATE t").await;
        let format = json!({"kind": "csv", "header": true, "null": marker});
        let data = json!({"upload": file.id, "table": "t", "format": format, "columns": columns});
        let (job, _) = import(&admin, &name, data).await;
        assert_eq!(job.state, JobState::Succeeded, "{job:?}");
        assert_eq!(cluster.value(&name, rows).await, expected, "{marker} {columns}");
        assert_eq!(
            cluster.value(&name, "SELECT count(*) FROM t WHERE b = 'made'").await,
            "4",
            "b is not in the file's mapping"
        );
    }
    let (job, report) = import(
        &admin,
        &name,
        json!({"upload": file.id, "table": "t", "maxRejects": null, "columns": column("refuse", "refuse")}),
    )
    .await;
    assert_eq!(numbers(&report), [4, 2, 2, 2], "{job:?}");
    let reasons: Vec<_> = rejects(&admin, &job.id)
        .await
        .into_iter()
        .map(|reject| (reject.line, reject.column, reject.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            (2, Some("a".to_owned()), "It is NULL.".to_owned()),
            (3, Some("a".to_owned()), "It is empty.".to_owned())
        ]
    );
    // JSON: a missing key is a third thing.
    cluster.execute(&name, "TRUNCATE t").await;
    let file = upload(&admin, "t.json", r#"[{"id": 1, "a": null}, {"id": 2, "a": ""}, {"id": 3}]"#).await;
    let (job, _) = import(&admin, &name, json!({"upload": file.id, "table": "t"})).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    assert_eq!(cluster.value(&name, rows).await, "1=NULL 2='' 3='made'");
}

#[tokio::test]
async fn r5_json_keeps_its_digits_its_arrays_and_its_json() {
    let name = scratch("import_json").await;
    let cluster = Cluster::shared();
    cluster
        .execute(
            &name,
            "CREATE TABLE t (n numeric, b boolean, a text[], m int[][], j jsonb, s json, d timestamptz)",
        )
        .await;
    let admin = TestApp::shared().administrator().await;
    let lines = r#"{"n": 12345678901234567890.123456789012345678, "b": true, "a": ["x,\"y\"", null, "NULL", ""], "m": [[1,2],[3,4]], "j": {"k": [1, null]}, "s": "text", "d": "infinity"}
{"n": "1e3", "b": null, "a": [], "j": "a \"string\"", "s": 1.10}
"#;
    let file = upload(&admin, "t.ndjson", lines).await;
    let (job, report) = import(&admin, &name, json!({"upload": file.id, "table": "t"})).await;
    assert_eq!(
        (job.state, report.rows_written),
        (JobState::Succeeded, 2),
        "{job:?} {:?}",
        rejects(&admin, &job.id).await
    );
    let all = "SELECT string_agg(concat_ws('|', n, b, a, m, j, s, d), E'\n' ORDER BY n) FROM t";
    assert_eq!(
        cluster.value(&name, all).await,
        "1000|{}|\"a \\\"string\\\"\"|1.10\n12345678901234567890.123456789012345678|t|{\"x,\\\"y\\\"\",NULL,\"NULL\",\"\"}|{{1,2},{3,4}}|{\"k\": [1, null]}|\"text\"|infinity"
    );
    // A key that was not among those that were shown is no reason to lose its values.
    let mut text = String::new();
    for n in 0..1500 {
        writeln!(text, "{{\"n\": {n}}}").unwrap();
    }
    text.push_str("{\"n\": 7, \"late\": 1}\n");
    let file = upload(&admin, "late.ndjson", text).await;
    let (job, report) =
        import(&admin, &name, json!({"upload": file.id, "table": "t", "maxRejects": 5})).await;
    assert_eq!(numbers(&report), [1501, 1500, 1500, 1], "{job:?}");
    assert!(rejects(&admin, &job.id).await[0].reason.contains("“late”"));
}

#[tokio::test]
async fn a_new_table_is_made_in_the_same_transaction() {
    let name = scratch("import_new").await;
    let cluster = Cluster::shared();
    let admin = TestApp::shared().administrator().await;
    let file = upload(&admin, "people.tsv", "Id\tName\tBorn\n1\tAda\t1815-12-10\n2\tx\tsoon\n").await;
    let seen = preview(&admin, &file.id, &json!({})).await;
    let types: Vec<_> = seen.columns.iter().map(|column| column.type_name.as_str()).collect();
    assert_eq!(types, ["integer", "text", "text"]);
    let create = json!({"name": "people", "columns": [{"name": "id", "type": "int", "nullable": false}, {"name": "name", "type": "text"}, {"name": "born", "type": "date"}], "primaryKey": {"columns": ["id"]}});
    let there = "SELECT count(*) FROM pg_class WHERE relname = 'people'";
    let (job, report) = import(
        &admin,
        &name,
        json!({"upload": file.id, "create": create, "dryRun": true, "maxRejects": null}),
    )
    .await;
    assert_eq!((job.state, numbers(&report)), (JobState::Succeeded, [2, 0, 1, 1]), "{job:?}");
    assert_eq!(cluster.value(&name, there).await, "0");
    let (job, _) = import(&admin, &name, json!({"upload": file.id, "create": create})).await;
    assert_eq!(job.state, JobState::Failed, "one row is refused and none may be");
    assert_eq!(cluster.value(&name, there).await, "0", "the table went with its rows");
    let (job, _) = import(&admin, &name, json!({"upload": file.id, "create": create, "maxRejects": 1})).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    assert_eq!(cluster.value(&name, "SELECT id || name || born FROM people").await, "1Ada1815-12-10");
    let at = format!("{}/import", path(&name));
    let send = async |name: &str, kind: &str| {
        let create = json!({"name": name, "columns": [{"name": "id", "type": kind}]});
        admin.post(&at, json!({"upload": file.id, "create": create})).await
    };
    let attack = send("q", "int) ; DROP TABLE people; --").await.refused_fields();
    assert_eq!(attack, ["create.columns[0].type:invalid"]);
    assert_eq!(send("people", "int").await.refused_fields(), ["create.name:exists"]);
    send("q", "no_such").await.problem(422, "postgres.invalid");
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM pg_class WHERE relname = 'q'").await, "0");
    assert_eq!(cluster.value(&name, there).await, "1");
}

#[tokio::test]
async fn encodings_delimiters_and_what_cannot_be_read() {
    let name = scratch("import_formats").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (a text, b text)").await;
    let admin = TestApp::shared().administrator().await;
    let latin: &[u8] = b"a;b\r\nM\xfcller;'x;y'\r\n";
    let file = upload(&admin, "t.csv", latin).await;
    let seen = preview(&admin, &file.id, &json!({"quote": "'"})).await;
    assert_eq!(
        (seen.format.encoding.as_deref(), seen.format.delimiter.as_deref()),
        (Some("windows-1252"), Some(";"))
    );
    assert_eq!(seen.rows, [[Some("Müller".to_owned()), Some("x;y".to_owned())]]);
    let (job, _) =
        import(&admin, &name, json!({"upload": file.id, "table": "t", "format": {"quote": "'"}})).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("a,b\nλ,\"2\n3\"\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let file = upload(&admin, "t.csv", utf16).await;
    let (job, _) = import(&admin, &name, json!({"upload": file.id, "table": "t"})).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    assert_eq!(
        cluster.value(&name, "SELECT string_agg(a || b, ' ' ORDER BY a) FROM t").await,
        "Müllerx;y λ2\n3"
    );
    let at = format!("{}/import", path(&name));
    let send = async |file: &str, format: Value| {
        admin
            .post(
                &at,
                json!({"upload": upload(&admin, "t.csv", file).await.id, "table": "t", "format": format}),
            )
            .await
    };
    assert_eq!(
        send("a,b\n1,2\n", json!({"encoding": "klingon"})).await.refused_fields(),
        ["format.encoding:invalid"]
    );
    assert_eq!(
        send("a,b\n1,2\n", json!({"delimiter": "--"})).await.refused_fields(),
        ["format.delimiter:oneCharacter"]
    );
    assert_eq!(send("a,c\n1,2\n", json!({})).await.refused_fields(), ["columns:notFound"]);
    send("[1", json!({"kind": "json"})).await.problem(422, "upload.unreadable");
    let wide: Vec<_> = (0..1601).map(|number| format!("c{number}")).collect();
    send(&format!("{0}\n{0}\n", wide.join(",")), json!({"kind": "csv", "header": true}))
        .await
        .problem(422, "upload.unreadable");
    // A quote that is never closed would swallow the rest of the file.
    let answer = send("a,b\n1,2\n\"open,2\n3,4\n", json!({"kind": "csv", "header": true})).await;
    let failed = if answer.status == 202 {
        let job: Job = answer.json();
        finished(&admin, &job.id).await.error.unwrap_or_default()
    } else {
        answer.text()
    };
    assert!(failed.contains('3') && failed.contains("quote"), "{failed}");
    let missing = json!({"upload": "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f", "table": "t"});
    admin.post(&at, missing).await.problem(404, "upload.not_found");
    let file = upload(&admin, "t.csv", "a,b\n1,2\n").await;
    admin.post(&at, json!({"upload": file.id, "table": "nowhere"})).await.problem(404, "table.not_found");
    let columns = json!([{"source": "a", "target": "x"}, {"source": "zz", "target": "b"}]);
    let refused =
        admin.post(&at, json!({"upload": file.id, "table": "t", "columns": columns})).await.refused_fields();
    assert_eq!(refused, ["columns[0].target:notFound", "columns[1].source:notFound"]);
}

#[tokio::test]
async fn uploads_and_reports_are_ones_own() {
    let name = scratch("import_own").await;
    Cluster::shared().execute(&name, "CREATE TABLE t (a text)").await;
    let app = TestApp::shared();
    let (admin, operator, viewer) = (app.administrator().await, app.operator().await, app.viewer().await);
    let file = upload(&operator, "t.csv", "a\nsecret\n").await;
    admin.get(&format!("/api/uploads/{}/preview", file.id)).await.problem(404, "upload.not_found");
    admin.delete(&format!("/api/uploads/{}", file.id)).await.problem(404, "upload.not_found");
    viewer.post_bytes("/api/uploads?name=x", "x").await.problem(403, "permission.denied");
    let at = format!("{}/import", path(&name));
    admin.post(&at, json!({"upload": file.id, "table": "t"})).await.problem(404, "upload.not_found");
    let (job, _) = import(&operator, &name, json!({"upload": file.id, "table": "t"})).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    for below in ["", "/rejects", "/rejects/file"] {
        admin.get(&format!("/api/jobs/{}/import{below}", job.id)).await.problem(404, "import.not_found");
    }
    let listed: Vec<Upload> = operator.get("/api/uploads").await.status(200).json();
    assert!(listed.contains(&file), "{listed:?}");
    operator.delete(&format!("/api/uploads/{}", file.id)).await.status(204);
    operator.get(&format!("/api/uploads/{}/preview", file.id)).await.problem(404, "upload.not_found");
}

/// A value can look like what PostgreSQL says of a line; codes of triggers' own are refusals like any other.
#[tokio::test]
async fn the_row_that_is_refused_is_the_one_that_is_wrong() {
    let name = scratch("import_blame").await;
    let cluster = Cluster::shared();
    let sql = "CREATE TABLE t (a int, note text); CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
            IF NEW.a = 7 THEN RAISE 'not seven' USING ERRCODE = 'U0001'; END IF; RETURN NEW; END$$;
        CREATE TRIGGER mine BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION mine()";
    cluster.execute(&name, sql).await;
    let admin = TestApp::shared().administrator().await;
    let file =
        upload(&admin, "t.csv", "a,note\n1,x\n2,y\n\"COPY t, line 1, column a: \",z\n4,z\n7,z\n8,z\n").await;
    let (job, report) =
        import(&admin, &name, json!({"upload": file.id, "table": "t", "maxRejects": null})).await;
    assert_eq!((job.state, numbers(&report)), (JobState::Succeeded, [6, 4, 4, 2]), "{job:?}");
    let lines: Vec<_> = rejects(&admin, &job.id).await.into_iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [4, 6]);
    let at = format!("{}/import", path(&name));
    let catalog = json!({"upload": file.id, "schema": "pg_catalog", "table": "pg_authid"});
    admin.post(&at, catalog).await.problem(403, "permission.denied");
    // A column that does not fit at all ends it soon, and not after each row was tried with all those behind it.
    let mut csv = "a,note\n".to_owned();
    for n in 0..20_000 {
        writeln!(csv, "no{n},x").unwrap();
    }
    let file = upload(&admin, "t.csv", csv).await;
    let (job, report) =
        import(&admin, &name, json!({"upload": file.id, "table": "t", "maxRejects": 3})).await;
    assert_eq!((job.state, report.rows_rejected, report.rows_written), (JobState::Failed, 4, 0), "{job:?}");
}

/// R27.
#[tokio::test]
async fn r27_hostile_names_are_imported_into() {
    let name = scratch("import_names").await;
    let cluster = Cluster::shared();
    let admin = TestApp::shared().administrator().await;
    for hostile in hostile_names() {
        let (table, column) = (ident(&hostile), ident(&hostile));
        cluster.execute(&name, &format!("CREATE TABLE {table} ({column} int)")).await;
        let head = format!("\"{}\"", hostile.replace('"', "\"\""));
        let file = upload(&admin, &hostile, format!("{head}\n1\nx\n3\n")).await;
        let data = json!({"upload": file.id, "table": hostile, "maxRejects": null, "format": {"kind": "csv", "header": true}});
        let (job, report) = import(&admin, &name, data).await;
        assert_eq!(
            (job.state, numbers(&report)),
            (JobState::Succeeded, [3, 2, 2, 1]),
            "{hostile:?}: {job:?}"
        );
        let reject = &rejects(&admin, &job.id).await[0];
        assert_eq!(reject.column.as_deref(), Some(hostile.as_str()), "{reject:?}");
        admin.get(&format!("/api/jobs/{}/import/rejects/file", job.id)).await.status(200);
        cluster.execute(&name, &format!("DROP TABLE {table}")).await;
    }
}

/// What stands in a role's tables runs with that role's rights.
#[tokio::test]
async fn planted_code_gets_no_more_rights_than_its_owner() {
    let planter = Planter::new("import_planted").await;
    planter
        .plant(&format!(
            "CREATE FUNCTION public.evil_row() RETURNS trigger {}; CREATE FUNCTION public.evil(int) RETURNS int {};
             CREATE TABLE public.t (id int PRIMARY KEY, v int DEFAULT public.evil(1));
             CREATE TRIGGER r BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.evil_row();
             GRANT ALL ON public.t TO PUBLIC",
            planter.body("NEW"),
            planter.body("1")
        ))
        .await;
    let admin = TestApp::shared().administrator().await;
    let file = upload(&admin, "t.csv", "id\n1\n2\n").await;
    let (job, report) = import(&admin, &planter.database, json!({"upload": file.id, "table": "t"})).await;
    assert_eq!((job.state, report.rows_written), (JobState::Succeeded, 2), "{job:?}");
    assert!(Cluster::shared().log().contains(&planter.marker), "the trigger has run");
    planter.assert_untouched().await;
}

/// A trigger that refuses whatever comes is found out before every row has been tried by itself: one that fires before
/// the first row is sent, and one that fires after the last, for which PostgreSQL blames no row.
#[tokio::test]
async fn a_table_that_takes_nothing_ends_the_import() {
    let name = scratch("import_hopeless").await;
    let cluster = Cluster::shared();
    let refusing =
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'closed for today'; END$$";
    cluster.execute(&name, refusing).await;
    let admin = TestApp::shared().administrator().await;
    for (when, rows) in [("BEFORE", 20_000), ("AFTER", 200)] {
        let sql = format!(
            "CREATE TABLE {when} (a int);
             CREATE TRIGGER no {when} INSERT ON {when} FOR EACH STATEMENT EXECUTE FUNCTION no()"
        );
        cluster.execute(&name, &sql).await;
        let mut csv = "a\n".to_owned();
        for n in 0..rows {
            writeln!(csv, "{n}").unwrap();
        }
        let file = upload(&admin, "t.csv", csv).await;
        let data = json!({"upload": file.id, "table": when.to_lowercase(), "maxRejects": null});
        let (job, _) = import(&admin, &name, data).await;
        assert_eq!(job.state, JobState::Failed, "{when}: {job:?}");
        assert!(
            job.error.as_deref().is_some_and(|text| text.contains("closed for today")),
            "{when}: {job:?}"
        );
    }
}

#[tokio::test]
async fn every_column_may_be_left_to_its_default() {
    let name = scratch("import_defaults").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (a int DEFAULT 7, g int GENERATED ALWAYS AS (a * 2) STORED, i int GENERATED ALWAYS AS IDENTITY)").await;
    let admin = TestApp::shared().administrator().await;
    let file = upload(&admin, "t.csv", "a,i\n,5\n1,6\n").await;
    let columns = json!([{"source": "a", "target": "a", "whenNull": "default"}]);
    let (job, report) =
        import(&admin, &name, json!({"upload": file.id, "table": "t", "columns": columns})).await;
    assert_eq!((job.state, report.rows_written), (JobState::Succeeded, 2), "{job:?}");
    let (job, _) = import(&admin, &name, json!({"upload": file.id, "table": "t"})).await;
    assert_eq!(job.state, JobState::Succeeded, "identity columns take values: {job:?}");
    let all = "SELECT string_agg(format('%s:%s:%s', a, g, i), ' ' ORDER BY i, a) FROM t";
    assert_eq!(cluster.value(&name, all).await, "7:14:1 1:2:2 ::5 1:2:6");
    let computed = json!([{"source": "a", "target": "g"}]);
    let at = format!("{}/import", path(&name));
    let refused =
        admin.post(&at, json!({"upload": file.id, "table": "t", "columns": computed})).await.refused_fields();
    assert_eq!(refused, ["columns[0].target:notFound"]);
}
