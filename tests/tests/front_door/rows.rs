//! `GET …/tables/{table}/rows`: every value is exactly `PostgreSQL`'s own text.

use std::fmt::Write;

use howdah_testkit::{Cluster, TestApp, segment};
use howdah_types::rows::RowsPage;
use serde_json::json;

use crate::support::{ident, path, scratch};

/// Column name and SQL for three values; what a driver or JSON would round, shift or re-spell.
pub(crate) const VALUES: &[(&str, &[&str])] = &[
    ("boolean", &["true", "false", "NULL"]),
    ("smallint", &["-32768", "32767", "0"]),
    ("bigint", &["9223372036854775807", "-9223372036854775808", "9007199254740993"]),
    (
        "numeric",
        &["12345678901234567890123456789012345678901234567890.00000000000000000001", "'NaN'", "1e-300"],
    ),
    ("numeric(20,4)", &["1.5", "0", "-0.0001"]),
    ("real", &["'NaN'", "1e-37", "0.1"]),
    ("double precision", &["'-Infinity'", "0.1::float8 + 0.2", "-0.0"]),
    ("money", &["1234.5", "-0.01", "NULL"]),
    ("text", &["''", "E'tab\\tline\\nback\\\\slash'", "'null'"]),
    ("character(5)", &["'ab'", "''", "'äöü'"]),
    ("varchar(3)", &["'a  '", "'  '", "NULL"]),
    ("\"char\"", &["'x'", "''", "NULL"]),
    ("name", &["'a name'", "repeat('y', 63)", "''"]),
    ("bytea", &["'\\x00ff10'", "''", "NULL"]),
    ("date", &["'infinity'", "'0044-03-15 BC'", "'99999-12-31'"]),
    ("time", &["'24:00'", "'00:00:00.000001'", "NULL"]),
    ("timetz", &["'12:00+05:45'", "'23:59:59.999999-12'", "NULL"]),
    ("timestamp", &["'-infinity'", "'2026-01-31 08:15:00.1'", "'4713-01-01 00:00 BC'"]),
    ("timestamptz", &["'2026-07-01 12:00:00.123456+00'", "'infinity'", "'0001-01-01 00:00+00 BC'"]),
    ("interval", &["'1 year 2 mons -3 days 04:05:06.789'", "'0'", "'-1 mon'"]),
    ("integer[]", &["'{1,NULL,3}'", "'{}'", "'[2:3][0:1]={{1,2},{3,4}}'"]),
    ("text[]", &["ARRAY['a,b', 'c\"d', '', NULL, 'NULL', E'\\\\']", "'{}'", "NULL"]),
    ("json", &["'{\"b\":1,  \"a\":2, \"a\":3}'", "'null'", "'1.0'"]),
    ("jsonb", &["'{\"b\":1,  \"a\":2}'", "'\"\"'", "'12345678901234567890.10'"]),
    ("xml", &["'<a>1</a>'", "'<b/>'", "NULL"]),
    ("uuid", &["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "NULL", "NULL"]),
    ("inet", &["'192.168.0.1/24'", "'::1'", "'10.0.0.1'"]),
    ("cidr", &["'10.0.0.0/8'", "'2001:db8::/32'", "NULL"]),
    ("macaddr8", &["'08:00:2b:01:02:03:04:05'", "NULL", "NULL"]),
    ("bit(3)", &["B'101'", "B'000'", "NULL"]),
    ("varbit", &["B''", "B'1'", "NULL"]),
    ("int4range", &["'[1,5]'", "'empty'", "'(,)'"]),
    ("tstzrange", &["'[2026-01-01 00:00+00,infinity)'", "'empty'", "NULL"]),
    ("point", &["'(1.5,-2)'", "'(NaN,0)'", "NULL"]),
    ("polygon", &["'((0,0),(1,1),(1,0))'", "NULL", "NULL"]),
    ("circle", &["'<(0,0),1>'", "NULL", "NULL"]),
    ("tsvector", &["'a fat cat'::tsvector", "''", "NULL"]),
    ("tsquery", &["'fat & ''r at'''::tsquery", "NULL", "NULL"]),
    ("pg_lsn", &["'16/B374D848'", "NULL", "NULL"]),
    ("oid", &["4294967295", "0", "NULL"]),
    ("regclass", &["'pg_catalog.pg_class'", "'99999999'", "NULL"]),
    ("regtype", &["'integer'", "'pg_catalog.int4[]'", "NULL"]),
    ("xid8", &["'18446744073709551615'", "NULL", "NULL"]),
    ("jsonpath", &["'$.a ? (@ > 1)'", "NULL", "NULL"]),
    ("mood", &["'so, so'", "'it''s \"ok\"'", "NULL"]),
    ("percent", &["50", "0", "NULL"]),
    ("pair", &["ROW(NULL, NULL)", "ROW(1, 'a,\"b\" ')", "ROW(NULL, '')"]),
    ("pair[]", &["ARRAY[ROW(1, 'x, y')::pair, NULL]", "'{}'", "NULL"]),
    ("percent[]", &["ARRAY[1, 2]::percent[]", "NULL", "NULL"]),
    ("int4multirange", &["'{[1,3),[5,9)}'", "'{}'", "'{(,)}'"]),
    ("line", &["'{1,2,3}'", "NULL", "NULL"]),
    ("lseg", &["'[(0,0),(1,1e300)]'", "NULL", "NULL"]),
    ("box", &["'(0,0),(1,1)'", "NULL", "NULL"]),
    ("path", &["'[(0,0),(1,1),(2,0)]'", "'((0,0),(1,1))'", "NULL"]),
    ("macaddr", &["'08-00-2b-01-02-03'", "NULL", "NULL"]),
    ("pg_snapshot", &["'10:20:10,14,15'", "NULL", "NULL"]),
    ("int2vector", &["'1 2 3'", "''", "NULL"]),
    ("oidvector", &["'1 2'", "NULL", "NULL"]),
    ("xid", &["'4294967295'", "NULL", "NULL"]),
    ("tid", &["'(4294967295,65535)'", "NULL", "NULL"]),
    ("jsonb[]", &["ARRAY['{\"a\": \"x,\\\"y\"}', NULL]::jsonb[]", "'{}'", "NULL"]),
    ("timestamptz[]", &["ARRAY['infinity', '2026-01-31 08:15:00.123456+00']::timestamptz[]", "NULL", "NULL"]),
    ("interval(3)", &["'1.23456 s'", "'-178000000 years'", "NULL"]),
    ("bit varying(5)", &["B'10101'", "B''", "NULL"]),
];

/// What Howdah sets on each connection, so that a value's text does not depend on the settings of a database or a role:
/// all but the time zone. psql prints the same with the same settings.
const PINNED: &str =
    "SET search_path = pg_catalog, pg_temp; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres';
    SET extra_float_digits = 1; SET bytea_output = 'hex'";

pub(crate) const TYPES: &str = "CREATE TYPE mood AS ENUM ('so, so', 'it''s \"ok\"', ''); CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
    CREATE TYPE pair AS (n int, t text);";

pub(crate) async fn type_zoo() -> String {
    let name = scratch("types").await;
    let cluster = Cluster::shared();
    // PostgreSQL can be built without libxml.
    let xml = cluster.connect(&name).await.simple_query("SELECT '<a/>'::xml").await.is_ok();
    let known: Vec<&(&str, &[&str])> = VALUES.iter().filter(|(kind, _)| xml || *kind != "xml").collect();
    let columns: Vec<String> = known.iter().map(|(kind, _)| format!("{} {kind}", ident(kind))).collect();
    let mut sql = format!("{TYPES} CREATE TABLE zoo (id int PRIMARY KEY, {});", columns.join(", "));
    for row in 0..3 {
        let values: Vec<String> =
            known.iter().map(|(kind, values)| format!("({})::{kind}", values[row])).collect();
        let _ = write!(sql, "INSERT INTO zoo VALUES ({row}, {});", values.join(", "));
    }
    cluster.execute(&name, &sql).await;
    name
}

#[tokio::test]
async fn r5_r6_each_value_is_what_psql_prints() {
    let (name, cluster) = (type_zoo().await, Cluster::shared());
    let viewer = TestApp::shared().viewer().await;
    for settings in [
        "",
        "SET timezone = 'Asia/Kathmandu'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'iso_8601'",
        "SET bytea_output = 'escape'; SET extra_float_digits = -5; SET xmloption = 'document'",
    ] {
        if !settings.is_empty() {
            for setting in settings.split(';') {
                cluster.execute("postgres", &format!("ALTER DATABASE {name} {setting}")).await;
            }
        }
        // A new app, so that no connection has the settings of before; and psql beside it.
        let page: RowsPage = if settings.is_empty() {
            viewer.get(&format!("{}/tables/zoo/rows", path(&name))).await.status(200).json()
        } else {
            let app = TestApp::on(cluster).start();
            app.viewer().await.get(&format!("{}/tables/zoo/rows", path(&name))).await.status(200).json()
        };
        let printed = cluster.query(&name, &format!("{PINNED}; SELECT * FROM public.zoo")).await;
        assert_eq!(page.rows.len(), 3);
        for (row, (ours, theirs)) in page.rows.iter().zip(&printed).enumerate() {
            for (column, (our, their)) in page.columns.iter().zip(ours.iter().zip(theirs)) {
                assert_eq!(our, their, "{} in row {row} with {settings:?}", column.name);
            }
        }
        assert_eq!(page.time_zone, cluster.value(&name, "SHOW timezone").await);
    }
}

#[tokio::test]
async fn columns_are_described_once() {
    let (name, cluster) = (type_zoo().await, Cluster::shared());
    cluster.execute(&name, "COMMENT ON COLUMN zoo.boolean IS 'yes or no'; ALTER TABLE zoo DROP COLUMN smallint; ALTER TABLE zoo ALTER COLUMN bigint SET NOT NULL").await;
    let viewer = TestApp::shared().viewer().await;
    let page: RowsPage = viewer.get(&format!("{}/tables/zoo/rows", path(&name))).await.status(200).json();
    let sql = "SET search_path = pg_catalog; SELECT attname, format_type(atttypid, atttypmod), atttypid::text, attrelid::oid::text, attnum::text, (NOT attnotnull)::text
               FROM pg_attribute WHERE attrelid = 'public.zoo'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY pg_attribute.attnum";
    let expected = cluster.query(&name, sql).await;
    assert_eq!(page.columns.len(), expected.len());
    for (column, row) in page.columns.iter().zip(expected) {
        let row: Vec<String> = row.into_iter().flatten().collect();
        let ours = [
            column.name.clone(),
            column.type_name.clone(),
            column.type_oid.to_string(),
            column.table_oid.unwrap_or_default().to_string(),
            column.attribute_number.unwrap_or_default().to_string(),
            column.nullable.to_string(),
        ];
        assert_eq!(ours.as_slice(), row, "{}", column.name);
        assert_eq!(column.primary_key, column.name == "id");
    }
    assert_eq!(page.columns[1].description.as_deref(), Some("yes or no"));
}

#[tokio::test]
async fn null_empty_and_the_word_null_are_three_things() {
    let name = scratch("nothing").await;
    Cluster::shared().execute(&name, "CREATE TABLE n (a text, b int[]); INSERT INTO n VALUES (NULL, NULL), ('', '{}'), ('NULL', '{NULL}')").await;
    let viewer = TestApp::shared().viewer().await;
    let page = viewer.get(&format!("{}/tables/n/rows", path(&name))).await.status(200).value();
    assert_eq!(page["rows"], json!([[null, null], ["", "{}"], ["NULL", "{NULL}"]]));
}

#[tokio::test]
async fn r10_odd_tables_have_pages_too() {
    let name = scratch("odd").await;
    let wide: Vec<String> =
        (0..600).map(|index| format!("\"column %{index}$s\" int DEFAULT {index}")).collect();
    let sql = format!(
        "CREATE TABLE zero (); INSERT INTO zero DEFAULT VALUES; INSERT INTO zero DEFAULT VALUES;
         CREATE TABLE empty (a int);
         CREATE TABLE wide ({}); INSERT INTO wide DEFAULT VALUES;
         CREATE TABLE parted (k int, v text) PARTITION BY LIST (k);
         CREATE TABLE p1 PARTITION OF parted FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF parted FOR VALUES IN (2);
         INSERT INTO parted VALUES (1, 'one'), (2, 'two');
         CREATE TABLE made (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS IDENTITY); INSERT INTO made (a) VALUES (4);
         CREATE MATERIALIZED VIEW kept AS SELECT 7 AS seven; CREATE MATERIALIZED VIEW unpopulated AS SELECT 7 AS seven WITH NO DATA;
         CREATE VIEW looks AS SELECT k, v FROM parted ORDER BY k DESC;
         CREATE TABLE \"quoted \"\" 'name\" (\"a b\" int); INSERT INTO \"quoted \"\" 'name\" VALUES (1);",
        wide.join(", ")
    );
    Cluster::shared().execute(&name, &sql).await;
    let viewer = TestApp::shared().viewer().await;
    let read = async |table: &str| -> RowsPage {
        viewer.get(&format!("{}/tables/{}/rows", path(&name), segment(table))).await.status(200).json()
    };
    let zero = read("zero").await;
    assert_eq!((zero.columns.len(), zero.rows), (0, vec![Vec::new(), Vec::new()]));
    let empty = read("empty").await;
    assert_eq!((empty.columns.len(), empty.rows.len(), empty.has_more), (1, 0, false));
    let wide = read("wide").await;
    assert_eq!(
        (wide.columns.len(), wide.rows[0].len(), wide.rows[0][599].as_deref()),
        (600, 600, Some("599"))
    );
    assert_eq!(read("parted").await.rows.len(), 2);
    assert_eq!(read("made").await.rows, [[Some("4".to_owned()), Some("8".into()), Some("1".into())]]);
    assert_eq!(read("kept").await.rows, [[Some("7".to_owned())]]);
    assert_eq!(read("looks").await.rows[0][0].as_deref(), Some("2"), "a view keeps its order");
    assert_eq!(read("quoted \" 'name").await.rows.len(), 1);
    let answer = viewer.get(&format!("{}/tables/unpopulated/rows", path(&name))).await;
    assert!([409, 422].contains(&answer.status), "PostgreSQL says that it is not populated: {answer}");
}

#[tokio::test]
async fn the_page_is_limited_and_says_whether_there_is_more() {
    let name = scratch("paged").await;
    Cluster::shared()
        .execute(&name, "CREATE TABLE t AS SELECT i FROM generate_series(1, 300) i; ANALYZE t")
        .await;
    let viewer = TestApp::shared().viewer().await;
    let read = async |query: &str| -> RowsPage {
        viewer.get(&format!("{}/tables/t/rows{query}", path(&name))).await.status(200).json()
    };
    let page = read("?limit=10").await;
    assert_eq!((page.rows.len(), page.has_more, page.row_estimate), (10, true, Some(300)));
    assert_eq!(page.addresses.len(), 10);
    assert!(!read("?limit=300").await.has_more);
    let page = read("").await;
    assert!(page.rows.len() <= 300 && page.has_more == (page.rows.len() < 300));
    for query in ["?limit=0", "?limit=-5", "?limit=1000000", "?limit=ten"] {
        let answer = viewer.get(&format!("{}/tables/t/rows{query}", path(&name))).await;
        assert!([400, 422].contains(&answer.status), "{answer}");
    }
}

#[tokio::test]
async fn what_is_not_a_table_is_not_found() {
    let name = scratch("no_table").await;
    Cluster::shared()
        .execute(
            &name,
            "CREATE SEQUENCE s; CREATE TYPE c AS (a int); CREATE TABLE t (a int); CREATE INDEX i ON t (a)",
        )
        .await;
    let viewer = TestApp::shared().viewer().await;
    for table in ["missing", "s", "c", "i", "T", "t;", "public.t", "t\" --", "pg_class"] {
        let answer = viewer.get(&format!("{}/tables/{}/rows", path(&name), segment(table))).await;
        answer.problem(404, "table.not_found");
    }
    viewer
        .get(&format!("{}/tables/t/rows?schema=missing", path(&name)))
        .await
        .problem(404, "schema.not_found");
}

/// Whatever order the rows lie in.
#[tokio::test]
async fn rows_come_by_primary_key() {
    let name = scratch("ordered").await;
    let sql = "CREATE TABLE t (b int, a text, PRIMARY KEY (a, b));
         INSERT INTO t SELECT n % 3, (9 - n)::text FROM generate_series(1, 8) AS n; INSERT INTO t VALUES (0, '8')";
    Cluster::shared().execute(&name, sql).await;
    let admin = TestApp::shared().administrator().await;
    let page: RowsPage = admin.get(&format!("{}/tables/t/rows", path(&name))).await.status(200).json();
    let keys: Vec<_> = page.rows.iter().map(|row| (row[1].clone(), row[0].clone())).collect();
    assert_eq!(keys.len(), 9);
    assert!(keys.is_sorted(), "{keys:?}");
}

/// Looking changes nothing, not even through a superuser's own view.
#[tokio::test]
async fn reading_cannot_write() {
    let name = scratch("reading").await;
    let sql = "CREATE TABLE trace (at timestamptz);
         CREATE FUNCTION leaves_a_trace() RETURNS int LANGUAGE sql AS
             $$ INSERT INTO public.trace VALUES (now()) RETURNING 1 $$;
         CREATE VIEW v AS SELECT public.leaves_a_trace() AS one";
    Cluster::shared().execute(&name, sql).await;
    let admin = TestApp::shared().administrator().await;
    let answer = admin.get(&format!("{}/tables/v/rows", path(&name))).await;
    assert_eq!(answer.value()["sqlstate"], "25006", "{answer}");
    assert_eq!(Cluster::shared().value(&name, "SELECT count(*) FROM trace").await, "0");
}
