//! `/api/database/{name}/relations`.

use howdah_testkit::{Cluster, TestApp};
use howdah_types::relations::Relations;

use crate::support::{path, scratch};

const SHAPES: &str = "
    CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, boss bigint REFERENCES customers);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers);
    CREATE TABLE notes (\"order\" bigint UNIQUE REFERENCES orders);
    CREATE SCHEMA other;
    CREATE TABLE other.pairs (a int, b int, PRIMARY KEY (b, a));
    CREATE TABLE points (x int, y int, FOREIGN KEY (x, y) REFERENCES other.pairs (a, b));
    CREATE TABLE other.far_away (id int PRIMARY KEY);
    CREATE TABLE alone (a numeric(10,2));
    CREATE TABLE parted (k bigint REFERENCES customers) PARTITION BY LIST (k);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
    CREATE VIEW looks AS SELECT * FROM alone;";

fn names(relations: &Relations) -> Vec<String> {
    relations.tables.iter().map(|table| format!("{}.{}", table.schema, table.name)).collect()
}

fn keys(relations: &Relations) -> Vec<String> {
    let one = |key: &howdah_types::relations::Relation| {
        let unique = if key.unique { " unique" } else { "" };
        format!(
            "{}({}) {}({}){unique}",
            key.table,
            key.columns.join(","),
            key.references_table,
            key.references_columns.join(",")
        )
    };
    relations.foreign_keys.iter().map(one).collect()
}

#[tokio::test]
async fn a_schema_is_shown_with_what_its_foreign_keys_lead_to() {
    let name = scratch("relations").await;
    Cluster::shared().execute(&name, SHAPES).await;
    let viewer = TestApp::shared().viewer().await;
    let found: Relations = viewer.get(&format!("{}/relations", path(&name))).await.status(200).json();
    assert_eq!(
        names(&found),
        [
            "other.pairs",
            "public.alone",
            "public.customers",
            "public.notes",
            "public.orders",
            "public.parted",
            "public.points"
        ]
    );
    assert_eq!(
        keys(&found),
        [
            "customers(boss) customers(id)",
            "notes(order) orders(id) unique",
            "orders(customer) customers(id)",
            "parted(k) customers(id)",
            "points(x,y) pairs(a,b)",
        ]
    );
    assert!(!found.truncated);
    let customers = found.tables.iter().find(|table| table.name == "customers").unwrap();
    let columns: Vec<_> = customers
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.type_name.as_str(), column.nullable, column.primary_key))
        .collect();
    assert_eq!(
        columns,
        [("id", "bigint", false, true), ("name", "text", false, false), ("boss", "bigint", true, false)]
    );
    assert_eq!(customers.column_count, 3);
}

#[tokio::test]
async fn one_table_is_shown_with_those_around_it() {
    let name = scratch("relations").await;
    Cluster::shared().execute(&name, SHAPES).await;
    let viewer = TestApp::shared().viewer().await;
    let around = format!("{}/relations?table=orders", path(&name));
    let found: Relations = viewer.get(&around).await.status(200).json();
    assert_eq!(names(&found), ["public.customers", "public.notes", "public.orders"]);
    let view = format!("{}/relations?table=looks", path(&name));
    let found: Relations = viewer.get(&view).await.status(200).json();
    assert_eq!(names(&found), ["public.looks"]);
    let far = format!("{}/relations?schema=other", path(&name));
    let found: Relations = viewer.get(&far).await.status(200).json();
    assert_eq!(names(&found), ["other.far_away", "other.pairs", "public.points"]);
    for (query, code) in [("?table=nothing", "table.not_found"), ("?schema=nothing", "schema.not_found")] {
        let answer = viewer.get(&format!("{}/relations{query}", path(&name))).await.status(404);
        assert_eq!(answer.json::<serde_json::Value>()["code"], code);
    }
}

#[tokio::test]
async fn more_tables_than_can_be_drawn_are_cut_and_linked_ones_stay() {
    let name = scratch("relations").await;
    let many =
        "DO $$ BEGIN FOR n IN 1..160 LOOP EXECUTE format('CREATE TABLE a_%s (id int)', n); END LOOP; END $$;
        CREATE TABLE zebra (id int PRIMARY KEY, mother int REFERENCES zebra);";
    Cluster::shared().execute(&name, many).await;
    let viewer = TestApp::shared().viewer().await;
    let found: Relations = viewer.get(&format!("{}/relations", path(&name))).await.status(200).json();
    assert_eq!((found.tables.len(), found.truncated), (150, true));
    assert!(names(&found).contains(&"public.zebra".to_owned()));
}
