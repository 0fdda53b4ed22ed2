//! R24, R1: all rows as a file, in seven formats, as a stream.

use std::fmt::Write as _;

use howdah_testkit::{Client, Cluster, TestApp, eventually, hostile_names, segment, unique};
use howdah_types::exports::{Export, ExportState};
use howdah_types::imports::ImportReport;
use howdah_types::jobs::JobState;
use howdah_types::rows::RowsPage;
use reqwest::Method;
use serde_json::{Value, json};

use crate::hostile_objects::Planter;
use crate::imports::{import, upload};
use crate::support::{ident, path, scratch};

const UUID: &str = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e";

fn at(database: &str, table: &str, more: &str) -> String {
    format!("{}/tables/{}/export?{more}", path(database), segment(table))
}

/// The rows as the API's pages have them.
async fn on_screen(client: &Client, database: &str, table: &str, more: &str) -> Vec<Vec<Option<String>>> {
    let at = format!("{}/tables/{}/rows?limit=1000&{more}", path(database), segment(table));
    client.get(&at).await.status(200).json::<RowsPage>().rows
}

const EVERYTHING: &str = r#"CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE TABLE t (id int PRIMARY KEY, b boolean, i8 int8, n numeric, f float8, t text, c char(5), d date, ts timestamptz, iv interval,
        j json, jb jsonb, a text[], r int4range, u uuid, y bytea, m mood, x inet, money money, g int GENERATED ALWAYS AS (id * 2) STORED);
    INSERT INTO t VALUES
      (1, true, 9223372036854775807, 12345678901234567890.12345678901234567890, 'NaN', E'line\nbreak, "quote" \\ tab\t|', 'ab', '4713-01-01 BC', 'infinity', '1 mon -2 days',
       E'{"k" :\n 1}', '{"k": [1, null]}', ARRAY['a,b', NULL, ''], '[1,5)', '0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f', '\x00ff', 'happy', '10.0.0.0/8', '-1.50'),
      (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (3, false, -1, -0.0, '1e300', '', '', '2026-01-01', '2026-01-01 00:00:00.000001+00', '0', 'null', '"text"', '{}', 'empty', NULL, '', 'sad', NULL, '0'),
      (4, false, 0, 'NaN', '-Infinity', '=1+1', '-x', '2026-01-01', '0044-03-15 BC', '-1 day', '1.10', '1.10', '{=x}', NULL, NULL, NULL, NULL, NULL, '-7')"#;

#[tokio::test]
async fn r24_a_file_equals_what_is_on_screen() {
    let name = scratch("export").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, EVERYTHING).await;
    let admin = TestApp::shared().administrator().await;
    let screen = on_screen(&admin, &name, "t", "").await;
    let sort = segment("[{\"column\":\"id\"}]");
    for (format, media, extension) in [
        ("csv", "text/csv; charset=utf-8", "csv"),
        ("tsv", "text/tab-separated-values; charset=utf-8", "tsv"),
        ("json", "application/json", "json"),
        ("ndjson", "application/x-ndjson", "ndjson"),
        ("sql", "application/sql", "sql"),
        ("markdown", "text/markdown; charset=utf-8", "md"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ] {
        let answer = admin
            .get(&at(&name, "t", &format!("format={format}&sort={sort}&formulas=true")))
            .await
            .status(200);
        assert_eq!(answer.header("content-type"), Some(media));
        let disposition = format!("attachment; filename=\"t.{extension}\"; filename*=UTF-8''t%2E{extension}");
        assert_eq!(answer.header("content-disposition"), Some(disposition.as_str()));
        let id = answer.header("x-export-id").expect("an id").to_owned();
        let export: Export = admin.get(&format!("/api/exports/{id}")).await.status(200).json();
        assert_eq!(
            (export.state, export.rows, export.bytes),
            (ExportState::Done, 4, i64::try_from(answer.body.len()).unwrap())
        );
        match format {
            "sql" => {
                cluster.execute(&name, "CREATE TABLE kept AS TABLE t; DELETE FROM t").await;
                cluster.execute(&name, &answer.text()).await;
                assert_eq!(on_screen(&admin, &name, "t", "").await, screen, "{}", answer.text());
                cluster.execute(&name, "DROP TABLE kept").await;
            }
            "csv" | "tsv" | "ndjson" | "json" => {
                // What was written is read back, and is the same on screen.
                cluster.execute(&name, "DELETE FROM t").await;
                let file = upload(&admin, &format!("t.{extension}"), answer.body.clone()).await;
                let names: Vec<_> = "id b i8 n f t c d ts iv j jb a r u y m x money"
                    .split(' ')
                    .map(|name| json!({"source": name, "target": name}))
                    .collect();
                let (job, report): (_, ImportReport) =
                    import(&admin, &name, json!({"upload": file.id, "table": "t", "columns": names})).await;
                assert_eq!(
                    (job.state, report.rows_written),
                    (JobState::Succeeded, 4),
                    "{format}: {job:?}\n{}",
                    answer.text()
                );
                let mut back = on_screen(&admin, &name, "t", "").await;
                let mut expected = screen.clone();
                if format.ends_with("json") {
                    // JSON's null is NULL, and line breaks between the parts of json are none of its values.
                    for row in [&mut back, &mut expected] {
                        row[0][10] = None;
                        row[2][10] = None;
                    }
                }
                assert_eq!(back, expected, "{format}\n{}", answer.text());
                cluster.execute(&name, "DELETE FROM t").await;
                let (.., values) = EVERYTHING.split_at(EVERYTHING.find("INSERT").unwrap());
                cluster.execute(&name, values).await;
            }
            "markdown" => assert_eq!(answer.text().lines().count(), 2 + 4, "{}", answer.text()),
            _ => assert!(answer.body.starts_with(b"PK\x03\x04")),
        }
    }
    let first: Value = serde_json::from_str(
        admin
            .get(&at(&name, "t", &format!("format=ndjson&sort={sort}")))
            .await
            .status(200)
            .text()
            .lines()
            .next()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(
        (&first["id"], &first["b"], &first["jb"], &first["f"]),
        (&json!(1), &json!(true), &json!({"k": [1, null]}), &json!("NaN"))
    );
    let text = admin.get(&at(&name, "t", &format!("format=ndjson&sort={sort}"))).await.text();
    assert!(
        text.contains("12345678901234567890.12345678901234567890") && text.contains("9223372036854775807"),
        "every digit: {text}"
    );
}

#[tokio::test]
async fn only_what_the_filter_shows_in_the_columns_that_were_chosen() {
    let name = scratch("export_filter").await;
    let cluster = Cluster::shared();
    cluster
        .execute(
            &name,
            "CREATE DOMAIN code AS char(3); CREATE TABLE t (id int, \"odd \"\"name\" text, n numeric(10,2), c code, j jsonb, p point, bits bit(4), e interval);
             INSERT INTO t SELECT i, 'it''s \\ ' || i, i / 3.0, i::text, jsonb_build_object('k', i), point(i, 1), i::bit(4), i * interval '1 day' FROM generate_series(1, 50) i",
        )
        .await;
    let admin = TestApp::shared().administrator().await;
    for filter in [
        json!([{"column": "id", "op": "between", "values": ["5", "7"]}]),
        json!([{"column": "odd \"name", "op": "=", "value": "it's \\ 7"}]),
        json!([{"column": "odd \"name", "op": "hasText", "value": "\\ 4"}]),
        json!([{"column": "n", "op": "=", "value": "3.333"}]),
        json!([{"column": "n", "op": ">=", "value": "16.665"}]),
        json!([{"column": "c", "op": "in", "values": ["12", "13 ", "nix"]}]),
        json!([{"column": "j", "op": "contains", "value": "{\"k\": 9}"}, {"column": "id", "op": "notIn", "values": ["8"]}]),
        json!([{"column": "j", "op": "hasKey", "value": "k"}, {"column": "bits", "op": "=", "value": "0101"}]),
        json!([{"column": "p", "op": "=", "value": "( 3 , 1 )"}]),
        json!([{"column": "e", "op": "<", "value": "36:00:00"}]),
        json!([{"column": "id", "op": "isNull"}]),
    ] {
        let query = format!(
            "filter={}&sort={}",
            segment(&filter.to_string()),
            segment("[{\"column\":\"id\",\"descending\":true}]")
        );
        let columns = segment("[\"n\",\"odd \\\"name\"]");
        let answer =
            admin.get(&at(&name, "t", &format!("format=csv&columns={columns}&{query}"))).await.status(200);
        let rows = on_screen(&admin, &name, "t", &query).await;
        let mut expected = "n,\"odd \"\"name\"\n".to_owned();
        for row in &rows {
            writeln!(expected, "{},{}", row[2].as_deref().unwrap(), row[1].as_deref().unwrap()).unwrap();
        }
        assert_eq!(answer.text(), expected, "{filter}");
    }
    let condition = segment("id % 10 = 0 -- every tenth");
    let text = admin
        .get(&at(&name, "t", &format!("columns={}&where={condition}&header=false", segment("[\"id\"]"))))
        .await
        .status(200)
        .text();
    assert_eq!(text, "10\n20\n30\n40\n50\n");
    let refused = |query: &str| {
        let (admin, at) = (&admin, at(&name, "t", query));
        async move { admin.get(&at).await }
    };
    refused(&format!("where={}", segment("true) TO STDOUT; --"))).await.problem(422, "postgres.invalid");
    assert_eq!(
        refused(&format!(
            "filter={}",
            segment("[{\"column\":\"id\",\"op\":\"=\",\"value\":\"x'; DROP TABLE t; --\"}]")
        ))
        .await
        .status,
        422
    );
    assert_eq!(refused("columns=%5B%22nowhere%22%5D").await.refused_fields(), ["columns:notFound"]);
    assert_eq!(refused("delimiter=%0A").await.refused_fields(), ["delimiter:invalid"]);
    assert_eq!(refused("null=a,b").await.refused_fields(), ["null:invalid"]);
    assert_eq!(refused("export=mine").await.refused_fields(), ["export:invalid"]);
    refused("format=docx").await.problem(400, "request.invalid");
    admin.get(&at(&name, "nowhere", "")).await.problem(404, "table.not_found");
    // What fails while the first row is read is a problem, and no empty file.
    cluster.execute(&name, "CREATE VIEW broken AS SELECT 1 / (id - 1) AS x FROM t ORDER BY id").await;
    admin.get(&at(&name, "broken", "")).await.problem(422, "postgres.invalid");
}

#[tokio::test]
async fn formulas_are_made_harmless_unless_they_are_wanted() {
    let name = scratch("export_formulas").await;
    Cluster::shared()
        .execute(&name, "CREATE TABLE t (a text, n int, d date); INSERT INTO t VALUES ('=cmd()', -1, '2026-01-01'), ('+1', 2, NULL), ('plain', 3, NULL)")
        .await;
    let admin = TestApp::shared().administrator().await;
    let id = format!("{UUID}01");
    let text = admin.get(&at(&name, "t", &format!("export={id}"))).await.status(200).text();
    assert_eq!(text, "a,n,d\n'=cmd(),-1,2026-01-01\n'+1,2,\nplain,3,\n");
    let export: Export = admin.get(&format!("/api/exports/{id}")).await.status(200).json();
    assert_eq!(export.neutralised, 2);
    let text =
        admin.get(&at(&name, "t", "formulas=true&delimiter=;&null=NULL&bom=true")).await.status(200).text();
    assert_eq!(text, "\u{feff}a;n;d\n=cmd();-1;2026-01-01\n+1;2;NULL\nplain;3;NULL\n");
    // Somebody else learns nothing of it.
    TestApp::shared()
        .operator()
        .await
        .get(&format!("/api/exports/{id}"))
        .await
        .problem(404, "export.not_found");
}

/// R1, R15: the server is not read ahead of the client, and stops when the client has gone.
#[tokio::test]
async fn r1_a_client_that_leaves_ends_the_statement() {
    let name = scratch("export_left").await;
    let cluster = Cluster::shared();
    let marker = unique("left");
    // More than any buffer on the way holds.
    cluster
        .execute(&name, &format!("CREATE TABLE {marker} AS SELECT i, repeat('x', 1000) AS filler FROM generate_series(1, 200000) i"))
        .await;
    let admin = TestApp::shared().administrator().await;
    let id = format!("{UUID}02");
    let mut answer = admin.download(&at(&name, &marker, &format!("export={id}&format=ndjson"))).await;
    assert!(answer.chunk().await.unwrap().is_some());
    let active = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%{marker}%' AND state = 'active' AND pid <> pg_backend_pid()"
    );
    assert_eq!(cluster.value("postgres", &active).await, "1", "it waits for the client to read on");
    let export: Export = admin.get(&format!("/api/exports/{id}")).await.status(200).json();
    assert_eq!(export.state, ExportState::Running);
    assert!(export.rows < 200_000, "{export:?}");
    drop(answer);
    eventually("the statement has ended", 10, async || {
        (cluster.value("postgres", &active).await == "0").then_some(())
    })
    .await;
    eventually("the export is known as broken off", 10, async || {
        let export: Export = admin.get(&format!("/api/exports/{id}")).await.status(200).json();
        (export.state == ExportState::BrokenOff).then_some(())
    })
    .await;
}

/// Nobody takes half a file for a whole one.
#[tokio::test]
async fn what_fails_on_the_way_breaks_the_file_off() {
    let name = scratch("export_broken").await;
    Cluster::shared()
        .execute(&name, "CREATE TABLE t AS SELECT i, repeat('x', 100) AS filler FROM generate_series(1, 20000) i; CREATE VIEW v AS SELECT 1 / (20000 - i) AS x, filler FROM t")
        .await;
    let admin = TestApp::shared().administrator().await;
    let id = format!("{UUID}03");
    let mut answer = admin.download(&at(&name, "v", &format!("export={id}"))).await;
    assert_eq!(answer.status(), 200);
    let ended = loop {
        match answer.chunk().await {
            Ok(Some(_)) => {}
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(ended.is_err(), "the body has no proper end");
    let export: Export = admin.get(&format!("/api/exports/{id}")).await.status(200).json();
    assert_eq!(export.state, ExportState::Failed);
    assert!(export.error.as_deref().is_some_and(|text| text.contains("ivision by zero")), "{export:?}");
}

/// R27, and a table without columns or rows.
#[tokio::test]
async fn r27_hostile_names_and_odd_tables_are_exported() {
    let name = scratch("export_names").await;
    let cluster = Cluster::shared();
    let admin = TestApp::shared().administrator().await;
    for hostile in hostile_names() {
        let quoted = ident(&hostile);
        cluster
            .execute(&name, &format!("CREATE TABLE {quoted} ({quoted} int); INSERT INTO {quoted} VALUES (7)"))
            .await;
        let columns = segment(&json!([hostile]).to_string());
        for format in ["csv", "sql", "json", "xlsx", "markdown"] {
            let answer = admin
                .get(&at(&name, &hostile, &format!("format={format}&columns={columns}")))
                .await
                .status(200);
            if format == "sql" {
                cluster.execute(&name, &format!("DELETE FROM {quoted}")).await;
                cluster.execute(&name, &answer.text()).await;
                assert_eq!(
                    cluster.value(&name, &format!("SELECT count(*) FROM {quoted}")).await,
                    "1",
                    "{}",
                    answer.text()
                );
            }
        }
        cluster.execute(&name, &format!("DROP TABLE {quoted}")).await;
    }
    cluster
        .execute(
            &name,
            "CREATE TABLE nothing (a int); CREATE TABLE columnless (); INSERT INTO columnless DEFAULT VALUES",
        )
        .await;
    assert_eq!(admin.get(&at(&name, "nothing", "")).await.status(200).text(), "a\n");
    assert_eq!(admin.get(&at(&name, "nothing", "format=json")).await.status(200).value(), json!([]));
    let sql = admin.get(&at(&name, "columnless", "format=sql")).await.status(200).text();
    cluster.execute(&name, &sql).await;
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM columnless").await, "2");
    admin.send(Method::HEAD, &at(&name, "nothing", ""), None, &[]).await.status(200);
}

#[tokio::test]
async fn planted_code_gets_no_more_rights_than_its_owner() {
    let planter = Planter::new("export_planted").await;
    planter
        .plant(&format!(
            "CREATE FUNCTION public.evil(int) RETURNS int {}; CREATE VIEW public.v AS SELECT public.evil(1) AS a; GRANT ALL ON public.v TO PUBLIC",
            planter.body("1")
        ))
        .await;
    let admin = TestApp::shared().administrator().await;
    assert_eq!(admin.get(&at(&planter.database, "v", "")).await.status(200).text(), "a\n1\n");
    assert!(Cluster::shared().log().contains(&planter.marker), "the view has run");
    planter.assert_untouched().await;
    let operator = TestApp::shared().operator().await;
    operator
        .get(&at(&planter.database, "pg_authid", "schema=pg_catalog"))
        .await
        .problem(403, "permission.denied");
}

/// Long work has connections of its own: who only looks does not wait for it.
#[tokio::test]
async fn downloads_that_rest_are_in_nobodys_way() {
    let planter = Planter::new("export_rest").await;
    planter
        .plant("CREATE TABLE public.large AS SELECT i, repeat('x', 1000) AS filler FROM generate_series(1, 100000) i")
        .await;
    let admin = TestApp::shared().administrator().await;
    let mut resting = Vec::new();
    // As many as there are connections in the owner's stead for everything else, and one more.
    for _ in 0..3 {
        let mut answer = admin.download(&at(&planter.database, "large", "format=ndjson")).await;
        assert!(answer.chunk().await.unwrap().is_some());
        resting.push(answer);
    }
    let rows = format!("{}/tables/large/rows?limit=1", path(&planter.database));
    admin.get(&rows).await.status(200);
    drop(resting);
}
