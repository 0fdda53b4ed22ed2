//! `GET …/rows` by key: forwards and backwards from any sort is one full ordered scan.

use std::collections::BTreeMap;

use howdah_testkit::{Client, Cluster, TestApp, hostile_names, segment};
use howdah_types::rows::{RowKeyKind, RowsCount, RowsPage};
use serde_json::{Value, json};

use crate::support::{ident, literal, path, scratch};

/// The address of a table's rows with parameters.
pub(crate) fn rows(database: &str, table: &str, parameters: &[(&str, &str)]) -> String {
    let query: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", segment(value))).collect();
    format!("{}/tables/{}/rows?{}", path(database), segment(table), query.join("&"))
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// The addresses of the Link header, by their relation.
fn links(header: &reqwest::header::HeaderMap) -> BTreeMap<String, String> {
    let link = |value: &reqwest::header::HeaderValue| {
        let (at, rel) = value.to_str().unwrap().split_once(">; rel=\"").unwrap();
        (rel.trim_end_matches('"').to_owned(), at.trim_start_matches('<').to_owned())
    };
    header.get_all("link").iter().map(link).collect()
}

/// All rows by following `rel` from one page to the next; pages in the order in which they came.
async fn follow(client: &Client, first: &str, rel: &str) -> Vec<RowsPage> {
    let mut pages = Vec::new();
    let mut at = Some(first.to_owned());
    while let Some(next) = at {
        let answer = client.get(&next).await.status(200);
        let links = links(&answer.headers);
        let page: RowsPage = answer.json();
        for (rel, cursor) in [("next", &page.next), ("prev", &page.previous)] {
            assert_eq!(links.contains_key(rel), cursor.is_some(), "{rel} of {next}");
        }
        assert_eq!(page.has_more, page.next.is_some(), "{next}");
        at = links.get(rel).cloned();
        pages.push(page);
        assert!(pages.len() < 1000, "{first} never ends");
    }
    pages
}

type Rows = Vec<Vec<Option<String>>>;

const ZOO: &str = "
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE TABLE keyed (p int, q text, a int, b text, c numeric, d date NOT NULL, m mood, r int4range, j jsonb,
                        l int[], f float8, PRIMARY KEY (q, p));
    INSERT INTO keyed SELECT i, CASE WHEN i % 2 = 0 THEN 'x' ELSE 'Ä' || i % 7 END,
        nullif(i % 5, 0), CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'b''\"\\' ELSE 'ä' || i % 3 END,
        CASE WHEN i % 6 = 0 THEN NULL WHEN i % 6 = 1 THEN 'NaN' ELSE i % 3 / 7.0 END,
        CASE WHEN i % 9 = 0 THEN 'infinity' ELSE date '0044-03-15 BC' + i % 11 END,
        (ARRAY['sad', 'ok', 'happy', NULL])[i % 4 + 1]::mood, CASE WHEN i % 3 > 0 THEN int4range(i % 3, 5) END,
        CASE WHEN i % 3 > 0 THEN to_jsonb(i % 4) END, CASE WHEN i % 3 > 0 THEN ARRAY[i % 2, NULL] END,
        (ARRAY['-Infinity', '-0', 'NaN', '1e-300', NULL])[i % 5 + 1]::float8
    FROM generate_series(1, 157) i;
    CREATE TABLE uniq AS SELECT * FROM keyed; ALTER TABLE uniq ALTER p SET NOT NULL; CREATE UNIQUE INDEX ON uniq (p);
    CREATE TABLE bare AS SELECT * FROM keyed; INSERT INTO bare SELECT * FROM bare WHERE p % 3 = 0; DELETE FROM bare WHERE p % 10 = 0;
    CREATE TABLE parted (LIKE keyed) PARTITION BY LIST (a);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1, 2); CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
    INSERT INTO parted SELECT * FROM keyed; INSERT INTO parted SELECT * FROM keyed WHERE p % 4 = 0;
    CREATE TABLE parent (LIKE keyed INCLUDING ALL); CREATE TABLE child () INHERITS (parent);
    INSERT INTO parent SELECT * FROM keyed; INSERT INTO child SELECT * FROM keyed;
    CREATE VIEW seen AS SELECT a, b, c, d, m, r, l, f, j::json AS j FROM bare WHERE p % 2 = 0;
    CREATE MATERIALIZED VIEW kept AS SELECT * FROM bare";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_in_both_directions_are_one_full_scan() {
    let (name, cluster) = (scratch("keyset").await, Cluster::shared());
    cluster.execute(&name, ZOO).await;
    let viewer = TestApp::shared().viewer().await;
    let mut dice = Dice(20_260_131);
    let mut pages_read = 0;
    for (table, kind) in [
        ("keyed", RowKeyKind::PrimaryKey),
        ("uniq", RowKeyKind::Unique),
        ("bare", RowKeyKind::Address),
        ("parted", RowKeyKind::Address),
        ("parent", RowKeyKind::Address),
        ("kept", RowKeyKind::Address),
        ("seen", RowKeyKind::None),
    ] {
        for turn in 0..8 {
            let columns: &[&str] = &["a", "b", "c", "d", "m", "r", "l", "f"];
            let most = if turn == 0 && kind != RowKeyKind::None { 0 } else { 1 + dice.roll(3) };
            let sort: Vec<Value> = (0..most)
                .map(|_| {
                    let column = columns[dice.roll(columns.len())];
                    let nulls = [json!(null), json!("first"), json!("last")][dice.roll(3)].clone();
                    json!({ "column": column, "descending": dice.roll(2) == 1, "nulls": nulls })
                })
                .collect();
            let limit = (7 + dice.roll(40)).to_string();
            let text = json!(sort).to_string();
            let at = |more: &[(&str, &str)]| {
                rows(&name, table, &[&[("sort", text.as_str()), ("limit", limit.as_str())], more].concat())
            };
            let forward = follow(&viewer, &at(&[]), "next").await;
            let backward = follow(&viewer, &at(&[("from", "end")]), "prev").await;
            pages_read += forward.len() + backward.len();
            assert_eq!(forward[0].row_key.kind, kind, "{table}");
            let flat =
                |pages: &[RowsPage]| -> Rows { pages.iter().flat_map(|page| page.rows.clone()).collect() };
            let (there, back) = (flat(&forward), backward.iter().rev().flat_map(|page| page.rows.clone()));
            assert_eq!(there, back.collect::<Rows>(), "{table} by {text}, {limit} at a time");
            let whole: RowsPage = viewer
                .get(&rows(&name, table, &[("sort", &text), ("limit", "1000")]))
                .await
                .status(200)
                .json();
            assert_eq!(there, whole.rows, "{table} by {text}, {limit} at a time");
            let scan = scanned(cluster, &name, table, &sort, &whole).await;
            assert_eq!(projected(&whole, &there, &sort), scan, "{table} by {text}");
            let mut all: Rows = there.clone();
            let mut stored = everything(cluster, &name, table, &whole).await;
            all.sort();
            stored.sort();
            assert_eq!(all, stored, "{table} by {text}: each row once");
        }
    }
    println!("{pages_read} pages");
}

fn projected(page: &RowsPage, rows: &Rows, sort: &[Value]) -> Rows {
    let places: Vec<usize> = sort
        .iter()
        .map(|key| page.columns.iter().position(|column| key["column"] == column.name).unwrap())
        .collect();
    rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect()
}

const PINNED: &str = "SET search_path = pg_catalog, pg_temp; SET DateStyle = 'ISO'";

async fn scanned(cluster: &Cluster, name: &str, table: &str, sort: &[Value], page: &RowsPage) -> Rows {
    if sort.is_empty() {
        return page.rows.iter().map(|_| Vec::new()).collect();
    }
    let column = |key: &Value| ident(key["column"].as_str().unwrap());
    let order = sort.iter().map(|key| {
        let descending = key["descending"] == true;
        let nulls = key["nulls"].as_str().unwrap_or(if descending { "first" } else { "last" }).to_owned();
        format!("{} {} NULLS {nulls}", column(key), if descending { "DESC" } else { "ASC" })
    });
    let (columns, order): (Vec<_>, Vec<_>) = (sort.iter().map(column).collect(), order.collect());
    let sql =
        format!("{PINNED}; SELECT {} FROM public.{table} ORDER BY {}", columns.join(", "), order.join(", "));
    cluster.query(name, &sql).await
}

async fn everything(cluster: &Cluster, name: &str, table: &str, page: &RowsPage) -> Rows {
    let columns: Vec<_> = page.columns.iter().map(|column| ident(&column.name)).collect();
    cluster.query(name, &format!("{PINNED}; SELECT {} FROM public.{table}", columns.join(", "))).await
}

/// A row that is inserted or deleted between two pages moves no other one: this is what OFFSET cannot do.
#[tokio::test]
async fn what_happens_between_two_pages_moves_no_row() {
    let (name, cluster) = (scratch("keyset_moves").await, Cluster::shared());
    cluster
        .execute(&name, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 30)")
        .await;
    let viewer = TestApp::shared().viewer().await;
    let first: RowsPage = viewer.get(&rows(&name, "t", &[("limit", "10")])).await.status(200).json();
    cluster.execute(&name, "DELETE FROM t WHERE id <= 10; INSERT INTO t VALUES (-1), (-2)").await;
    let cursor = first.next.unwrap();
    let second: RowsPage =
        viewer.get(&rows(&name, "t", &[("limit", "10"), ("cursor", &cursor)])).await.status(200).json();
    assert_eq!(second.rows[0], [Some("11".to_owned())]);
    // A cursor is of one sort; another one, or what is none, is refused.
    let sort = json!([{ "column": "id", "descending": true }]).to_string();
    let answer = viewer.get(&rows(&name, "t", &[("sort", &sort), ("cursor", &cursor)])).await;
    assert_eq!(answer.refused_fields(), ["cursor:invalid"]);
    for wrong in ["x", "!!", "eyJzIjoxLCJiIjpmYWxzZSwidiI6WyIyIl0sIm4iOjB9"] {
        let answer = viewer.get(&rows(&name, "t", &[("cursor", wrong)])).await;
        assert_eq!(answer.refused_fields(), ["cursor:invalid"], "{wrong}");
    }
}

/// Neither the first page nor one deep in the table is read by sorting or skipping rows.
#[tokio::test]
async fn r1_a_page_deep_in_a_table_reads_no_more_than_itself() {
    let (name, cluster) = (scratch("keyset_deep").await, Cluster::shared());
    cluster
        .execute(
            &name,
            "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT i, i % 10 FROM generate_series(1, 20000) i;
             CREATE TABLE n AS SELECT * FROM t; CREATE INDEX ON t (v, id); ANALYZE t; ANALYZE n",
        )
        .await;
    cluster.execute(&name, "VACUUM t").await;
    let app = TestApp::shared();
    let admin = app.administrator().await;
    let by_v = json!([{ "column": "v", "nulls": "last" }]).to_string();
    for (table, sort) in [("t", "[]"), ("t", by_v.as_str()), ("n", "[]")] {
        let mut at = rows(&name, table, &[("sort", sort), ("limit", "1000")]);
        for _ in 0..10 {
            let page: RowsPage = admin.get(&at).await.status(200).json();
            at = rows(&name, table, &[("sort", sort), ("limit", "1000"), ("cursor", &page.next.unwrap())]);
        }
        let answer = admin.get(&at.replace("limit=1000", "limit=10")).await.status(200);
        let trace = admin.get(&format!("/api/trace/{}", answer.request_id())).await.status(200).value();
        let read = trace["statements"]
            .as_array()
            .unwrap()
            .iter()
            .rfind(|one| one["sql"].as_str().unwrap().starts_with("SELECT r.address"));
        let read = read.unwrap();
        let mut sql = read["sql"].as_str().unwrap().to_owned();
        for (number, value) in read["parameters"].as_array().unwrap().iter().enumerate().rev() {
            sql = sql.replace(&format!("${}", number + 1), &literal(value.as_str().unwrap()));
        }
        let plan = cluster.value(&name, &format!("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")).await;
        let plan: Value = serde_json::from_str(&plan).unwrap();
        let buffers = plan[0]["Plan"]["Shared Hit Blocks"].as_i64().unwrap()
            + plan[0]["Plan"]["Shared Read Blocks"].as_i64().unwrap();
        assert!(buffers < 30, "{buffers} blocks for ten rows of {table} by {sort}: {plan}");
    }
}

#[tokio::test]
async fn columns_are_chosen_and_the_key_comes_along() {
    let name = scratch("chosen").await;
    let sql =
        "CREATE TABLE t (id int PRIMARY KEY, \"a,b\" text, c json); INSERT INTO t VALUES (1, 'x', '{}')";
    Cluster::shared().execute(&name, sql).await;
    let viewer = TestApp::shared().viewer().await;
    let columns = json!(["a,b"]).to_string();
    let page: RowsPage = viewer.get(&rows(&name, "t", &[("columns", &columns)])).await.status(200).json();
    let names: Vec<&str> = page.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!((names, page.rows), (vec!["a,b", "id"], vec![vec![Some("x".into()), Some("1".into())]]));
    for (parameter, value, field) in [
        ("columns", json!(["d"]), "columns:notFound"),
        ("sort", json!([{ "column": "d" }]), "sort[0].column:notFound"),
        ("sort", json!([{ "column": "id" }, { "column": "c" }]), "sort[1].column:unsortable"),
        ("sort", json!({}), "sort:invalid"),
        ("filter", json!([{ "column": "d", "op": "=", "value": "1" }]), "filter[0].column:notFound"),
        ("filter", json!([{ "column": "c", "op": "<", "value": "1" }]), "filter[0].op:unsupported"),
        ("filter", json!([{ "column": "id", "op": "=" }]), "filter[0].value:required"),
        ("filter", json!([{ "column": "id", "op": "between", "values": ["1"] }]), "filter[0].values:number"),
        ("filter", json!([{ "column": "id", "op": "= 1 OR", "value": "1" }]), "filter:invalid"),
    ] {
        let answer = viewer.get(&rows(&name, "t", &[(parameter, &value.to_string())])).await;
        assert_eq!(answer.refused_fields(), [field], "{value}");
    }
}

/// Each operator against the same condition in SQL, on the count and on the page.
#[tokio::test]
async fn filters_are_what_they_are_in_sql() {
    let (name, cluster) = (scratch("filters").await, Cluster::shared());
    cluster.execute(&name, ZOO).await;
    let sql = "CREATE TABLE odd (id int PRIMARY KEY, t text, p point, j json, x text[], v varbit);
        INSERT INTO odd VALUES (1, '100%', '(1,2)', '{\"a\":1}', '{a,NULL}', '101'), (2, '100_', '(1,3)', '{\"a\":2}', '{}', ''),
                               (3, E'back\\\\slash', NULL, '[1,2]', NULL, NULL), (4, '', '(1,2)', NULL, '{\"a,b\"}', '1')";
    cluster.execute(&name, sql).await;
    let viewer = TestApp::shared().viewer().await;
    let one = |column: &str, op: &str, value: &str| json!([{ "column": column, "op": op, "value": value }]);
    let many =
        |column: &str, op: &str, values: &[&str]| json!([{ "column": column, "op": op, "values": values }]);
    let mut some = 0;
    for (table, filter, condition) in [
        ("keyed", one("a", "=", "3"), "a = 3"),
        ("keyed", one("a", "<>", "3"), "a <> 3"),
        ("keyed", one("c", "<", "0.2"), "c < 0.2"),
        ("keyed", one("c", ">=", "NaN"), "c >= 'NaN'"),
        ("keyed", one("d", "<=", "0044-03-18 BC"), "d <= '0044-03-18 BC'"),
        ("keyed", one("d", ">", "infinity"), "d > 'infinity'"),
        ("keyed", one("m", ">", "sad"), "m > 'sad'"),
        ("keyed", many("m", "in", &["sad", "happy"]), "m IN ('sad', 'happy')"),
        ("keyed", many("a", "notIn", &["1", "2"]), "a NOT IN (1, 2)"),
        ("keyed", many("a", "in", &[]), "false"),
        ("keyed", many("l", "in", &["{0,NULL}", "{1,2}"]), "l IN ('{0,NULL}', '{1,2}')"),
        ("keyed", many("p", "between", &["10", "20"]), "p BETWEEN 10 AND 20"),
        ("keyed", many("p", "notBetween", &["10", "20"]), "p NOT BETWEEN 10 AND 20"),
        ("keyed", one("b", "like", "%'\"%"), "b LIKE '%''\"%'"),
        ("keyed", one("b", "ilike", "Ä%"), "b ILIKE 'Ä%'"),
        ("keyed", one("b", "notLike", "ä%"), "b NOT LIKE 'ä%'"),
        ("keyed", json!([{ "column": "b", "op": "isNull" }]), "b IS NULL"),
        ("keyed", json!([{ "column": "b", "op": "isNotNull" }]), "b IS NOT NULL"),
        ("keyed", one("b", "=", ""), "b = ''"),
        ("keyed", one("r", "contains", "[2,3]"), "r @> '[2,3]'"),
        ("keyed", one("r", "overlaps", "[0,1]"), "r && '[0,1]'"),
        ("keyed", one("r", "containedBy", "[2,9]"), "r <@ '[2,9]'"),
        ("keyed", one("l", "contains", "{1}"), "l @> '{1}'"),
        ("keyed", one("j", "contains", "2"), "j @> '2'"),
        ("keyed", one("p", "like", "1%"), "p::text LIKE '1%'"),
        ("keyed", one("f", "=", "-0"), "f = 0"),
        ("odd", one("t", "hasText", "0%"), "position('0%' in t) > 0"),
        ("odd", one("t", "hasText", "K\\S"), "position('k\\s' in t) > 0"),
        ("odd", one("p", "=", " ( 1 , 2 ) "), "p ~= '(1,2)'"),
        ("odd", one("j", "contains", "{\"a\": 1.0}"), "j::jsonb @> '{\"a\":1}'"),
        ("odd", one("j", "hasKey", "a"), "j::jsonb ? 'a'"),
        ("odd", one("x", "contains", "{\"a,b\"}"), "x @> '{\"a,b\"}'"),
        ("odd", one("v", "=", ""), "v = ''"),
        (
            "odd",
            json!([{ "column": "id", "op": ">", "value": "1" }, { "column": "t", "op": "=", "value": "" }]),
            "id > 1 AND t = ''",
        ),
    ] {
        let expected = cluster.value(&name, &format!("SELECT count(*) FROM {table} WHERE {condition}")).await;
        let text = filter.to_string();
        let at = rows(&name, table, &[("filter", &text), ("limit", "1000")]);
        let page: RowsPage = viewer.get(&at).await.status(200).json();
        assert_eq!(page.rows.len().to_string(), expected, "{filter} is {condition}");
        let count: RowsCount = viewer
            .get(&at.replace("/rows?", "/rows/count?").replace("&limit=1000", ""))
            .await
            .status(200)
            .json();
        assert_eq!(count.count.to_string(), expected);
        some += usize::from(expected != "0");
        assert_eq!(page.row_estimate, Some(count.count), "all are on the page, so they are counted");
    }
    assert!(some > 28, "{some}");
    let filter = one("a", "=", "1").to_string();
    let page: RowsPage =
        viewer.get(&rows(&name, "keyed", &[("filter", &filter), ("limit", "2")])).await.json();
    assert!(page.row_estimate.is_some_and(|rows| rows < 157), "the planner's: {:?}", page.row_estimate);
}

/// A value is never SQL, and one that its type does not take names its filter.
#[tokio::test]
async fn hostile_values_stay_values() {
    let (name, cluster) = (scratch("filter_values").await, Cluster::shared());
    cluster.execute(&name, "CREATE TABLE t (id int PRIMARY KEY, v text, x text[])").await;
    let names = hostile_names();
    for (number, value) in names.iter().enumerate() {
        cluster
            .execute(
                &name,
                &format!(
                    "SET standard_conforming_strings = on; INSERT INTO t VALUES ({number}, {})",
                    literal(value)
                ),
            )
            .await;
    }
    let viewer = TestApp::shared().viewer().await;
    for (number, value) in names.iter().enumerate() {
        for filter in [
            json!([{ "column": "v", "op": "=", "value": value }]),
            json!([{ "column": "v", "op": "in", "values": [value] }]),
            json!([{ "column": "v", "op": "between", "values": [value, value] }]),
        ] {
            let page: RowsPage =
                viewer.get(&rows(&name, "t", &[("filter", &filter.to_string())])).await.status(200).json();
            let ids: Vec<_> = page.rows.iter().map(|row| row[0].clone().unwrap()).collect();
            assert_eq!(ids, [number.to_string()], "{filter}");
        }
        let filter =
            json!([{ "column": "v", "op": "isNotNull" }, { "column": "id", "op": "<>", "value": value }]);
        let answer = viewer.get(&rows(&name, "t", &[("filter", &filter.to_string())])).await;
        let problem = answer.problem(422, "postgres.invalid");
        assert_eq!(problem["errors"][0]["field"], "filter[1].value", "{problem}");
    }
    assert_eq!(cluster.value(&name, "SELECT count(*) FROM t").await, names.len().to_string());
}

/// Columns, tables and schemas of any name can be sorted by, filtered and chosen.
#[tokio::test]
async fn hostile_names_can_be_sorted_by() {
    let (name, cluster) = (scratch("sort_names").await, Cluster::shared());
    let names: Vec<String> = hostile_names().into_iter().filter(|one| one != "id").collect();
    let columns: Vec<String> = names.iter().map(|one| format!("{} int", ident(one))).collect();
    let values: Vec<&str> = names.iter().map(|_| "7").collect();
    cluster
        .execute(&name, &format!("CREATE TABLE t (id int PRIMARY KEY, {}); INSERT INTO t SELECT i, {} FROM generate_series(1, 3) i", columns.join(", "), values.join(", ")))
        .await;
    let viewer = TestApp::shared().viewer().await;
    for column in &names {
        let sort = json!([{ "column": column, "descending": true }]).to_string();
        let filter = json!([{ "column": column, "op": "=", "value": "7" }]).to_string();
        let chosen = json!([column]).to_string();
        let at =
            rows(&name, "t", &[("sort", &sort), ("filter", &filter), ("columns", &chosen), ("limit", "2")]);
        let pages = follow(&viewer, &at, "next").await;
        let ids: Vec<_> =
            pages.iter().flat_map(|page| page.rows.iter().map(|row| row[1].clone().unwrap())).collect();
        assert_eq!(ids, ["3", "2", "1"], "{column}");
    }
}

/// R3: an exact count of a large table ends at the server when the client goes away.
#[tokio::test]
async fn r3_a_count_ends_when_nobody_waits() {
    let (name, cluster) = (scratch("count_gone").await, Cluster::shared());
    cluster
        .execute(
            &name,
            "CREATE VIEW slow AS SELECT pg_sleep(600)::text AS x, i FROM generate_series(1, 1000) i",
        )
        .await;
    let viewer = TestApp::shared().viewer().await;
    let filter = json!([{ "column": "x", "op": "isNotNull" }]).to_string();
    let at = rows(&name, "slow", &[("filter", &filter)]).replace("/rows?", "/rows/count?");
    let active = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = {} AND state = 'active' AND query LIKE '%count(*)%' AND pid <> pg_backend_pid()",
        literal(&name)
    );
    let asking = tokio::spawn(async move { viewer.get(&at).await });
    howdah_testkit::eventually("it counts", 20, async || {
        (cluster.value("postgres", &active).await == "1").then_some(())
    })
    .await;
    asking.abort();
    howdah_testkit::eventually("it has ended", 20, async || {
        (cluster.value("postgres", &active).await == "0").then_some(())
    })
    .await;
}
