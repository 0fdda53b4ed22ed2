//! Cells that are too long for a page, and `GET …/tables/{table}/cell`.

use howdah_testkit::{Cluster, TestApp, segment};
use howdah_types::rows::{Cell, RowsPage};

use crate::support::{path, scratch};

#[tokio::test]
async fn r4_a_long_cell_is_cut_at_a_character_and_can_be_fetched_whole() {
    let name = scratch("long").await;
    let sql = "CREATE TABLE t (id int PRIMARY KEY, \"long, one\" text, b bytea, short text);
               INSERT INTO t VALUES (1, repeat('aé€🐘', 60000), decode(repeat('ab', 500000), 'hex'), 'x'), (2, NULL, '', '')";
    Cluster::shared().execute(&name, sql).await;
    let viewer = TestApp::shared().viewer().await;
    let answer = viewer.get(&format!("{}/tables/t/rows", path(&name))).await.status(200);
    assert!(answer.body.len() < 200_000, "a page stays small: {} bytes", answer.body.len());
    let page: RowsPage = answer.json();
    let mut cut: Vec<(u32, u32, i64)> =
        page.truncated.iter().map(|cell| (cell.row, cell.column, cell.bytes)).collect();
    cut.sort_unstable();
    assert_eq!(cut, [(0, 1, 600_000), (0, 2, 1_000_002)], "bytes of the whole values");
    let whole = "aé€🐘".repeat(60000);
    let part = page.rows[0][1].as_deref().unwrap();
    assert!(whole.starts_with(part) && part.len() > 100, "a prefix of whole characters");
    let address = page.addresses[0].as_deref().expect("a table's row has an address");
    let cell =
        format!("{}/tables/t/cell?column={}&address={}", path(&name), segment("long, one"), segment(address));
    let cell: Cell = viewer.get(&cell).await.status(200).json();
    assert_eq!(cell.value.as_deref(), Some(whole.as_str()));
    let address = page.addresses[1].as_deref().unwrap();
    let cell = format!("{}/tables/t/cell?column=b&address={}", path(&name), segment(address));
    assert_eq!(viewer.get(&cell).await.status(200).json::<Cell>().value.as_deref(), Some("\\x"));
    let cell = cell.replace("column=b", "column=long%2C%20one");
    assert_eq!(viewer.get(&cell).await.status(200).json::<Cell>().value, None, "NULL is not an empty text");
}

/// Each partition has row addresses of its own: the cell must come from the right one.
#[tokio::test]
async fn a_cell_of_a_partitioned_table_comes_from_its_partition() {
    let name = scratch("long_parts").await;
    let sql = "CREATE TABLE t (k int, v text) PARTITION BY LIST (k);
               CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
               INSERT INTO t VALUES (1, repeat('one', 50000)), (2, repeat('two', 50000))";
    Cluster::shared().execute(&name, sql).await;
    let viewer = TestApp::shared().viewer().await;
    let page: RowsPage = viewer.get(&format!("{}/tables/t/rows", path(&name))).await.status(200).json();
    assert_eq!(page.truncated.len(), 2);
    for (row, address) in page.addresses.iter().enumerate() {
        let word = if page.rows[row][0].as_deref() == Some("1") { "one" } else { "two" };
        let address = segment(address.as_deref().expect("an address"));
        let cell = viewer
            .get(&format!("{}/tables/t/cell?column=v&address={address}", path(&name)))
            .await
            .status(200);
        assert_eq!(cell.json::<Cell>().value.as_deref(), Some(word.repeat(50000).as_str()));
    }
}

#[tokio::test]
async fn a_cell_that_is_not_there() {
    let name = scratch("gone").await;
    Cluster::shared()
        .execute(
            &name,
            "CREATE TABLE t (a text); INSERT INTO t VALUES ('x'); CREATE VIEW v AS SELECT * FROM t",
        )
        .await;
    let viewer = TestApp::shared().viewer().await;
    let page: RowsPage = viewer.get(&format!("{}/tables/t/rows", path(&name))).await.status(200).json();
    let address = page.addresses[0].clone().expect("an address");
    let of = |table: &str, column: &str, address: &str| {
        format!("{}/tables/{table}/cell?column={}&address={}", path(&name), segment(column), segment(address))
    };
    assert_eq!(
        viewer.get(&of("t", "a", &address)).await.status(200).json::<Cell>().value.as_deref(),
        Some("x")
    );
    Cluster::shared().execute(&name, "DELETE FROM t").await;
    viewer.get(&of("t", "a", &address)).await.problem(404, "row.not_found");
    for wrong in ["", "x", "(0,1", "(0,1)'; DROP TABLE t; --", "(99999999999,1)", "NULL", "(-1,-1)"] {
        let answer = viewer.get(&of("t", "a", wrong)).await;
        assert!([400, 404, 422].contains(&answer.status), "{answer}");
    }
    for column in ["missing", "a\"", "ctid", "*", "a, a", ""] {
        let answer = viewer.get(&of("t", column, &address)).await;
        assert!([400, 404, 422].contains(&answer.status), "{answer}");
    }
    let answer = viewer.get(&of("v", "a", &address)).await;
    assert!([400, 404, 422].contains(&answer.status), "a view's rows have no address: {answer}");
}

/// Many cells of the greatest length are no page that fills the memory: it ends early and says so.
#[tokio::test]
async fn r1_a_page_is_limited_in_bytes_too() {
    let name = scratch("heavy").await;
    let columns: Vec<String> = (0..10).map(|n| format!("repeat('{n}', 4000) AS c{n}")).collect();
    let sql = format!("CREATE TABLE t AS SELECT {} FROM generate_series(1, 600)", columns.join(", "));
    Cluster::shared().execute(&name, &sql).await;
    let viewer = TestApp::shared().viewer().await;
    let answer = viewer.get(&format!("{}/tables/t/rows?limit=600", path(&name))).await.status(200);
    assert!(answer.body.len() < 12 << 20, "{} bytes", answer.body.len());
    let page: RowsPage = answer.json();
    assert!(page.has_more && page.rows.len() > 100 && page.rows.len() < 600, "{} rows", page.rows.len());
}
