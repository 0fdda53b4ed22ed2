//! `/api/database/{name}/schemas` and `/api/database/{name}/tables`.

use howdah_testkit::{Answer, Client, Cluster, TestApp};
use howdah_types::tables::{DatabaseTable, Schema};
use serde_json::json;

use crate::support::{path, scratch};

const SHAPES: &str = "
    CREATE TABLE plain (id int PRIMARY KEY, t text);
    COMMENT ON TABLE plain IS 'a ''plain'' table';
    INSERT INTO plain SELECT i, repeat('x', 100) FROM generate_series(1, 1000) i;
    CREATE UNLOGGED TABLE no_key (a int);
    CREATE TABLE parted (k int, v text) PARTITION BY LIST (k);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
    CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2) PARTITION BY LIST (v);
    CREATE TABLE parted_2_a PARTITION OF parted_2 FOR VALUES IN ('a');
    CREATE VIEW looks AS SELECT * FROM plain;
    CREATE MATERIALIZED VIEW kept AS SELECT * FROM plain;
    CREATE FOREIGN DATA WRAPPER far;
    CREATE SERVER far FOREIGN DATA WRAPPER far;
    CREATE FOREIGN TABLE away (a int) SERVER far;
    CREATE SEQUENCE not_a_table;
    CREATE TYPE not_a_table_either AS (a int);
    CREATE SCHEMA other; CREATE TABLE other.inside (a int); COMMENT ON SCHEMA other IS 'another';
    CREATE SCHEMA empty;
    ANALYZE plain;";

async fn shapes() -> String {
    let name = scratch("shapes").await;
    Cluster::shared().execute(&name, SHAPES).await;
    name
}

/// The address in `Link: <…>; rel=\"next\"`.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let (address, rest) = link.strip_prefix('<')?.split_once('>')?;
    assert!(rest.contains("rel=\"next\""), "{link}");
    Some(address.to_owned())
}

async fn all_pages(client: &Client, first: String) -> Vec<DatabaseTable> {
    let (mut found, mut address) = (Vec::new(), Some(first));
    while let Some(path) = address {
        let answer = client.get(&path).await.status(200);
        let page: Vec<DatabaseTable> = answer.json();
        assert!(!page.is_empty() || found.is_empty(), "an empty last page");
        found.extend(page);
        address = next(&answer);
        assert!(found.len() < 10_000, "the pages do not end");
    }
    found
}

#[tokio::test]
async fn every_kind_of_relation_is_listed_as_what_it_is() {
    let name = shapes().await;
    let viewer = TestApp::shared().viewer().await;
    let list: Vec<DatabaseTable> = viewer.get(&format!("{}/tables", path(&name))).await.status(200).json();
    let kinds: Vec<(&str, serde_json::Value)> =
        list.iter().map(|table| (table.name.as_str(), json!(table.kind))).collect();
    let expected = [
        ("away", "foreign"),
        ("kept", "materializedView"),
        ("looks", "view"),
        ("no_key", "table"),
        ("parted", "partitioned"),
        ("parted_1", "partition"),
        ("parted_2", "partitioned"),
        ("parted_2_a", "partition"),
        ("plain", "table"),
    ];
    assert_eq!(kinds.len(), expected.len(), "{kinds:?}");
    for (table, kind) in expected {
        assert!(kinds.contains(&(table, json!(kind))), "{table}: {kinds:?}");
    }
    let of = |name: &str| list.iter().find(|table| table.name == name).unwrap();
    let plain = of("plain");
    assert_eq!(
        (plain.description.as_deref(), plain.owner.as_str(), plain.row_estimate),
        (Some("a 'plain' table"), "postgres", Some(1000))
    );
    assert!(plain.has_primary_key && !of("no_key").has_primary_key);
    assert!(plain.size_bytes.is_some_and(|bytes| bytes > 100_000), "{plain:?}");
    assert_eq!(
        (of("looks").size_bytes, of("no_key").row_estimate),
        (None, None),
        "a view has no size; never analysed"
    );
    assert_eq!(
        (of("parted").partitions, plain.partitions),
        (Some(3), None),
        "partitions below, on all levels"
    );
}

#[tokio::test]
async fn schemas_are_listed_without_the_systems_own() {
    let name = shapes().await;
    let viewer = TestApp::shared().viewer().await;
    let list: Vec<Schema> = viewer.get(&format!("{}/schemas", path(&name))).await.status(200).json();
    let names: Vec<(&str, i64)> = list.iter().map(|schema| (schema.name.as_str(), schema.tables)).collect();
    assert_eq!(names, [("empty", 0), ("other", 1), ("public", 9)]);
    assert_eq!(list[1].description.as_deref(), Some("another"));
    let of = async |schema: &str| -> Vec<String> {
        let list: Vec<DatabaseTable> =
            viewer.get(&format!("{}/tables?schema={schema}", path(&name))).await.status(200).json();
        list.into_iter().map(|table| format!("{}.{}", table.schema, table.name)).collect()
    };
    assert_eq!(of("other").await, ["other.inside"]);
    assert_eq!(of("empty").await, Vec::<String>::new());
    assert_eq!(of("*").await.len(), 10);
    viewer.get(&format!("{}/tables?schema=missing", path(&name))).await.problem(404, "schema.not_found");
}

#[tokio::test]
async fn r2_pages_by_key_show_each_table_once() {
    let name = scratch("many").await;
    let sql = "DO $$ BEGIN FOR i IN 1..53 LOOP
        EXECUTE format('CREATE TABLE %I (a int)', 'T ' || i || CASE WHEN i % 3 = 0 THEN '/?&#,' ELSE '' END); END LOOP; END $$;
        CREATE SCHEMA \"s,&=/ é\"; CREATE TABLE \"s,&=/ é\".\"t,&=/ é\" (a int); CREATE TABLE \"s,&=/ é\".z (a int);";
    Cluster::shared().execute(&name, sql).await;
    let viewer = TestApp::shared().viewer().await;
    for (query, count) in
        [("limit=10", 53), ("limit=1&schema=*", 55), ("limit=53", 53), ("limit=7&schema=*", 55), ("", 53)]
    {
        let found = all_pages(&viewer, format!("{}/tables?{query}", path(&name))).await;
        let mut names: Vec<(String, String)> =
            found.into_iter().map(|table| (table.schema, table.name)).collect();
        assert_eq!(names.len(), count, "{query}");
        let in_order = names.clone();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "each once: {query}");
        assert_eq!(names, in_order, "in byte order, as the key compares");
    }
    for limit in ["0", "-1", "100000", "x", ""] {
        let answer = viewer.get(&format!("{}/tables?limit={limit}", path(&name))).await;
        assert!([400, 422].contains(&answer.status), "{answer}");
    }
    let answer = viewer.get(&format!("{}/tables?after=nonsense", path(&name))).await;
    assert!([200, 400, 422].contains(&answer.status), "{answer}");
}

/// `search_path` of the database, and objects named like the system's, do not matter.
#[tokio::test]
async fn a_database_with_settings_of_its_own() {
    let name = shapes().await;
    let cluster = Cluster::shared();
    cluster
        .execute(
            "postgres",
            &format!(
                "ALTER DATABASE {name} SET search_path = other; ALTER DATABASE {name} SET default_transaction_read_only = on;
                 ALTER DATABASE {name} SET datestyle = 'German'; ALTER DATABASE {name} SET quote_all_identifiers = on;
                 ALTER DATABASE {name} SET row_security = off; ALTER DATABASE {name} SET standard_conforming_strings = off"
            ),
        )
        .await;
    let viewer = TestApp::shared().viewer().await;
    let list: Vec<DatabaseTable> = viewer.get(&format!("{}/tables", path(&name))).await.status(200).json();
    assert_eq!(list.len(), 9);
    viewer.get(&format!("{}/tables/plain/rows", path(&name))).await.status(200);
}

#[tokio::test]
async fn temporary_tables_of_others_are_not_listed() {
    let name = scratch("temporary").await;
    let client = Cluster::shared().connect(&name).await;
    client.batch_execute("CREATE TEMP TABLE passing (a int)").await.unwrap();
    let viewer = TestApp::shared().viewer().await;
    let list: Vec<DatabaseTable> =
        viewer.get(&format!("{}/tables?schema=*", path(&name))).await.status(200).json();
    assert!(list.is_empty(), "{list:?}");
}

#[tokio::test]
async fn the_list_is_searched_and_limited_to_kinds() {
    let name = shapes().await;
    let viewer = TestApp::shared().viewer().await;
    let of = async |query: &str| -> Vec<String> {
        let list: Vec<DatabaseTable> =
            viewer.get(&format!("{}/tables?{query}", path(&name))).await.status(200).json();
        list.into_iter().map(|table| format!("{}.{}", table.schema, table.name)).collect()
    };
    let parted = ["public.parted", "public.parted_1", "public.parted_2", "public.parted_2_a"];
    assert_eq!(of("search=PARTED").await, parted, "in whatever case");
    assert_eq!(of("search=r.ins&schema=*").await, ["other.inside"], "across the dot");
    assert_eq!(of("search=_").await.len(), 4, "no wildcard: {:?}", of("search=_").await);
    assert_eq!(of("search=%25").await, Vec::<String>::new(), "no wildcard");
    assert_eq!(of("kind=view,materializedView").await, ["public.kept", "public.looks"]);
    assert_eq!(of("kind=partition&search=_2").await, ["public.parted_2_a"]);
    assert_eq!(of("kind=foreign").await, ["public.away"]);
    let refused = viewer.get(&format!("{}/tables?kind=table,chair", path(&name))).await.refused_fields();
    assert_eq!(refused, ["kind:invalid"]);
    let found = all_pages(&viewer, format!("{}/tables?search=parted&limit=1", path(&name))).await;
    assert_eq!(found.len(), 4, "the next page is of the same search");
}

/// Few schemas are walked along the index on names, many are read in one go: the answer is the same.
#[tokio::test]
async fn few_and_many_schemas_are_listed_alike() {
    let viewer = TestApp::shared().viewer().await;
    for count in [4, 9] {
        let name = scratch("schemas").await;
        // "public" is one of them, and stays empty.
        let sql = format!(
            "DO $$ BEGIN FOR i IN 2..{count} LOOP
               EXECUTE format('CREATE SCHEMA s%s', i);
               FOR j IN 1..i LOOP EXECUTE format('CREATE TABLE s%s.t%s (id int)', i, j); END LOOP;
             END LOOP; END $$; CREATE VIEW s3.looks AS SELECT 1 AS a"
        );
        Cluster::shared().execute(&name, &sql).await;
        let mut expected = vec!["s3.looks".to_owned()];
        expected.extend((2..=count).flat_map(|i| (1..=i).map(move |j| format!("s{i}.t{j}"))));
        expected.sort();
        for (query, wanted) in
            [("", ""), ("&search=.T2", ".t2"), ("&search=s3.", "s3."), ("&kind=view", "looks")]
        {
            let wanted: Vec<&String> = expected.iter().filter(|table| table.contains(wanted)).collect();
            for limit in [1, 3, 500] {
                let address = format!("{}/tables?schema=*&limit={limit}{query}", path(&name));
                let found = all_pages(&viewer, address).await;
                let found: Vec<String> =
                    found.into_iter().map(|table| format!("{}.{}", table.schema, table.name)).collect();
                assert_eq!(
                    found.iter().collect::<Vec<_>>(),
                    wanted,
                    "{count} schemas, {query}, limit {limit}"
                );
            }
        }
    }
}

/// Since PostgreSQL 14 an analysed partitioned table itself has -1 pages; it must not take a page from the sum.
#[tokio::test]
async fn a_partitioned_table_is_as_large_as_its_partitions() {
    let name = scratch("partitioned").await;
    let sql = "CREATE TABLE p (id int PRIMARY KEY, note text) PARTITION BY RANGE (id);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000);
        CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (1000) TO (9000) PARTITION BY RANGE (id);
        CREATE TABLE p2a PARTITION OF p2 FOR VALUES FROM (1000) TO (9000);
        INSERT INTO p SELECT n, repeat('x', 100) FROM generate_series(0, 5000) n; ANALYZE p";
    Cluster::shared().execute(&name, sql).await;
    let viewer = TestApp::shared().viewer().await;
    let list: Vec<DatabaseTable> = viewer.get(&format!("{}/tables", path(&name))).await.status(200).json();
    let size = |name: &str| list.iter().find(|table| table.name == name).unwrap().size_bytes.unwrap();
    assert!(size("p1") > 100_000 && size("p2a") > 500_000, "{list:?}");
    assert_eq!(size("p2"), size("p2a"));
    assert_eq!(size("p"), size("p1") + size("p2a"));
}
