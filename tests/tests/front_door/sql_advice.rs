//! `howdah-sql` beside the server: key words, what no transaction block takes, and where psql marks an error.

use howdah_sql::{Category, Settings, classify, excerpt, keyword};
use howdah_testkit::Cluster;

use crate::support::scratch;

/// The list holds each word that the server knows, with its category where that has not changed between versions.
#[tokio::test]
async fn key_words_are_those_of_the_server() {
    let rows = Cluster::shared().query("postgres", "SELECT word, catcode FROM pg_get_keywords()").await;
    assert!(rows.len() > 400);
    let (mut missing, mut other) = (Vec::new(), Vec::new());
    for row in rows {
        let (word, code) = (row[0].clone().unwrap(), row[1].clone().unwrap());
        let expected = match code.as_str() {
            "R" => Category::Reserved,
            "C" => Category::ColumnName,
            "T" => Category::FunctionName,
            _ => Category::Unreserved,
        };
        match keyword(&word) {
            None => missing.push(word),
            Some(category) if category != expected => other.push(word),
            Some(_) => {}
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    assert_eq!(other, Vec::<String>::new());
}

/// Each statement is run in a transaction block: it fails with 25001 exactly if that was said of it.
#[tokio::test]
async fn what_no_transaction_block_takes_is_told() {
    let name = scratch("blocks").await;
    let cluster = Cluster::shared();
    cluster
        .execute(
            &name,
            "CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE p (a int) PARTITION BY LIST (a);
            CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        )
        .await;
    let client = cluster.connect(&name).await;
    let mut refused = 0;
    for statement in [
        "CREATE DATABASE blocks_new",
        "DROP DATABASE blocks_missing",
        "ALTER DATABASE blocks_missing SET TABLESPACE pg_default",
        "ALTER DATABASE blocks_missing SET work_mem = '1MB'",
        "CREATE TABLESPACE blocks_new LOCATION '/nowhere'",
        "DROP TABLESPACE blocks_missing",
        "ALTER SYSTEM SET work_mem = '4MB'",
        "VACUUM",
        "VACUUM (ANALYZE) t",
        "ANALYZE t",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
        "CREATE INDEX i ON t (a)",
        "DROP INDEX CONCURRENTLY t_pkey",
        "DROP INDEX t_pkey",
        "REINDEX TABLE t",
        "REINDEX TABLE CONCURRENTLY t",
        "REINDEX (CONCURRENTLY) INDEX t_pkey",
        "REINDEX (CONCURRENTLY off) INDEX t_pkey",
        "REINDEX (VERBOSE, CONCURRENTLY true) INDEX t_pkey",
        "REINDEX SCHEMA public",
        "CLUSTER",
        "CLUSTER t USING t_pkey",
        "COMMIT PREPARED 'blocks'",
        "ROLLBACK PREPARED 'blocks'",
        "DISCARD ALL",
        "DISCARD PLANS",
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
        "ALTER TABLE p DETACH PARTITION p1",
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)",
        "SAVEPOINT s",
        "CHECKPOINT",
        "LISTEN x",
        "ALTER TABLE t ADD b int",
        "TRUNCATE t",
    ] {
        client.batch_execute("BEGIN").await.unwrap();
        let answer = client.execute(statement, &[]).await;
        client.batch_execute("ROLLBACK").await.unwrap();
        let code = answer.err().and_then(|error| error.code().cloned());
        let told = classify(statement, Settings::default()).outside_transaction;
        let is = code.as_ref().is_some_and(|code| code.code() == "25001");
        assert_eq!(told, is, "{statement}: {code:?}");
        refused += usize::from(is);
    }
    assert!(refused > 15, "{refused}");
}

/// A mark under the error, where psql puts it: with tabs, wide characters, several lines, and long lines on both sides.
#[tokio::test]
async fn an_error_is_marked_where_psql_marks_it() {
    let cluster = Cluster::shared();
    let client = cluster.connect("postgres").await;
    let fills =
        ["", "1, ", "'ä漢字🐘', ", "\t1,\t", "/* e\u{301} */ 1, ", "'a'\n, '가나다', ", "1,\r\n", "-- x\n"];
    let mut cases = 0;
    let mut shortened = 0;
    for (index, first) in fills.iter().enumerate() {
        for second in &fills[index..] {
            for (before, after) in [(0, 0), (1, 40), (14, 0), (25, 3), (30, 40), (3, 14)] {
                let text = format!("SELECT {}{first}nope, {}1", second.repeat(before), second.repeat(after));
                let error = client.simple_query(&text).await.unwrap_err();
                let error = error.as_db_error().unwrap();
                let Some(tokio_postgres::error::ErrorPosition::Original(position)) = error.position() else {
                    panic!("{text}: {error:?}");
                };
                let ours = excerpt(&text, usize::try_from(*position).unwrap(), 1).unwrap();
                let mut psql = cluster.programs().command("psql");
                psql.env("PGPASSWORD", cluster.password()).env("PGCLIENTENCODING", "UTF8").args([
                    "-X",
                    "-h",
                    "127.0.0.1",
                ]);
                psql.args([
                    "-U",
                    "postgres",
                    "-d",
                    "postgres",
                    "-p",
                    &cluster.port().to_string(),
                    "-c",
                    &text,
                ]);
                let output = String::from_utf8(psql.output().unwrap().stderr).unwrap();
                let theirs = &output[output.find("LINE ").unwrap_or_else(|| panic!("{output}"))..];
                assert_eq!(ours, theirs, "{text:?}");
                cases += 1;
                shortened += usize::from(ours.contains("..."));
            }
        }
    }
    println!("{cases} errors, {shortened} in lines that were shortened");
    assert!(shortened > 20);
}
