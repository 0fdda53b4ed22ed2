use proptest::prelude::*;

use super::*;

fn of(statement: &str) -> Classification {
    classify(statement, Settings::default())
}

fn dangers(statement: &str) -> Vec<String> {
    of(statement).dangers.iter().map(ToString::to_string).collect()
}

#[test]
fn tags() {
    for (statement, tag) in [
        ("select 1", "SELECT"),
        ("(SELECT 1)", "SELECT"),
        ("VALUES (1)", "SELECT"),
        ("TABLE t", "SELECT"),
        ("/* c */ WITH x AS (DELETE FROM t) INSERT INTO u SELECT 1", "INSERT"),
        (
            "WITH RECURSIVE x(select_) AS NOT MATERIALIZED (SELECT 1) SEARCH BREADTH FIRST BY a SET b SELECT 1",
            "SELECT",
        ),
        ("create or replace temp view v as select 1", "CREATE VIEW"),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX"),
        ("CREATE UNLOGGED TABLE t ()", "CREATE TABLE"),
        ("DROP TEXT SEARCH DICTIONARY d", "DROP TEXT SEARCH DICTIONARY"),
        ("REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW"),
        ("START TRANSACTION", "START TRANSACTION"),
        ("EXPLAIN SELECT 1", "EXPLAIN"),
        ("", ""),
        ("\"select\"", "\"SELECT\""),
        ("'x'", ""),
    ] {
        assert_eq!(of(statement).tag, tag, "{statement}");
    }
}

#[test]
fn r23_what_destroys_is_told_with_its_name() {
    for (statement, expected) in [
        (
            "DROP TABLE IF EXISTS a, \"B\".\"c d\" CASCADE",
            vec!["Drops the table a.", "Drops the table \"B\".\"c d\"."],
        ),
        ("drop materialized view v", vec!["Drops the materialized view v."]),
        ("DROP DATABASE shop WITH (FORCE)", vec!["Drops the database shop."]),
        ("DROP INDEX CONCURRENTLY IF EXISTS i", vec!["Drops the index i."]),
        (
            "DROP FUNCTION f(int, text), s.g ()",
            vec!["Drops the function f(int, text).", "Drops the function s.g ()."],
        ),
        ("DROP TRIGGER t ON s.x", vec!["Drops the trigger t ON s.x."]),
        ("DROP OWNED BY r", vec!["Drops everything that r owns here."]),
        ("DROP USER MAPPING FOR r SERVER s", vec!["Drops the user mapping r SERVER s."]),
        ("DROP CAST (int AS text)", vec!["Drops the cast (int AS text)."]),
        (
            "TRUNCATE TABLE ONLY a, b * RESTART IDENTITY",
            vec!["Deletes all rows of a.", "Deletes all rows of b."],
        ),
        ("DELETE FROM ONLY s.t", vec!["Deletes all rows of s.t: there is no WHERE."]),
        ("delete from t using (select 1 where true) x", vec!["Deletes all rows of t: there is no WHERE."]),
        ("UPDATE t SET a = (SELECT 1 WHERE false)", vec!["Changes all rows of t: there is no WHERE."]),
        (
            "WITH x AS (DELETE FROM t RETURNING *), y AS MATERIALIZED (UPDATE u SET a = 1) SELECT 1 WHERE true",
            vec!["Deletes all rows of t: there is no WHERE.", "Changes all rows of u: there is no WHERE."],
        ),
        ("WITH x AS (SELECT 1 WHERE true) DELETE FROM t", vec!["Deletes all rows of t: there is no WHERE."]),
        ("COPY (DELETE FROM t RETURNING *) TO stdout", vec!["Deletes all rows of t: there is no WHERE."]),
        ("EXPLAIN (ANALYZE, BUFFERS) DELETE FROM t", vec!["Deletes all rows of t: there is no WHERE."]),
        (
            "ALTER TABLE IF EXISTS ONLY s.t * ADD b numeric(10, 2), DROP COLUMN IF EXISTS c CASCADE, DROP d",
            vec!["Drops the column s.t.c with its values.", "Drops the column s.t.d with its values."],
        ),
        ("ALTER TYPE p DROP ATTRIBUTE x", vec!["Drops the column p.x with its values."]),
    ] {
        assert_eq!(dangers(statement), expected, "{statement}");
    }
}

#[test]
fn r23_what_does_not_destroy_is_left_alone() {
    for statement in [
        "DELETE FROM t WHERE a = 1",
        "UPDATE t SET a = 1 WHERE CURRENT OF c",
        "WITH x AS (DELETE FROM t WHERE a) SELECT 1",
        "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2",
        "SELECT 'DELETE FROM t', \"delete\" FROM x -- DROP TABLE y",
        "GRANT DELETE ON t TO r",
        "REVOKE UPDATE ON t FROM r",
        "EXPLAIN DELETE FROM t",
        "EXPLAIN (ANALYZE false) DELETE FROM t",
        "SELECT 1 FROM t FOR UPDATE",
        "ALTER TABLE t ALTER COLUMN a DROP DEFAULT, DROP CONSTRAINT c",
        "ALTER TABLE t ADD CHECK (a IN (1, 2))",
        "CREATE TRIGGER d BEFORE DELETE OR UPDATE ON t EXECUTE FUNCTION f()",
        "COPY t FROM stdin",
        "PREPARE p AS DELETE FROM t",
        "DROP",
        "TRUNCATE",
        "DELETE FROM",
    ] {
        assert_eq!(dangers(statement), Vec::<String>::new(), "{statement}");
    }
}

#[test]
fn steps_of_transactions() {
    let step = |statement: &str| of(statement).transaction;
    for statement in ["BEGIN", "begin isolation level serializable", "START TRANSACTION READ ONLY"] {
        assert_eq!(step(statement), Some(TransactionStep::Begin), "{statement}");
    }
    assert_eq!(step("COMMIT"), Some(TransactionStep::Commit { chain: false }));
    assert_eq!(step("END WORK AND CHAIN"), Some(TransactionStep::Commit { chain: true }));
    assert_eq!(step("COMMIT AND NO CHAIN"), Some(TransactionStep::Commit { chain: false }));
    assert_eq!(step("ABORT"), Some(TransactionStep::Rollback { chain: false }));
    assert_eq!(step("ROLLBACK WORK TO SAVEPOINT s"), Some(TransactionStep::RollbackTo));
    assert_eq!(step("PREPARE TRANSACTION 'x'"), Some(TransactionStep::Prepare));
    assert_eq!(step("SAVEPOINT s"), Some(TransactionStep::Savepoint));
    assert_eq!(step("RELEASE s"), Some(TransactionStep::Release));
    for statement in
        ["PREPARE x AS SELECT 1", "COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'", "SELECT 1", "\"begin\""]
    {
        assert_eq!(step(statement), None, "{statement}");
    }
    let chained = TransactionStep::Commit { chain: true };
    assert!(chained.begins() && chained.ends() && !TransactionStep::RollbackTo.ends());
}

#[test]
fn what_no_transaction_block_takes() {
    for statement in [
        "CREATE DATABASE a",
        "DROP DATABASE a",
        "ALTER DATABASE a SET TABLESPACE x",
        "CREATE TABLESPACE a LOCATION '/x'",
        "ALTER SYSTEM SET work_mem = 1",
        "VACUUM",
        "CREATE UNIQUE INDEX CONCURRENTLY ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX (CONCURRENTLY) TABLE t",
        "REINDEX TABLE CONCURRENTLY t",
        "REINDEX SCHEMA s",
        "CLUSTER",
        "COMMIT PREPARED 'x'",
        "DISCARD ALL",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
        "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
    ] {
        assert!(of(statement).outside_transaction, "{statement}");
    }
    for statement in [
        "CREATE INDEX ON t (a)",
        "REINDEX TABLE t",
        "REINDEX (CONCURRENTLY off) TABLE t",
        "CLUSTER t",
        "ALTER DATABASE a SET work_mem = 1",
        "DISCARD PLANS",
        "ALTER TABLE t DETACH PARTITION p",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
        "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
        "COMMIT",
        "SELECT vacuum",
    ] {
        assert!(!of(statement).outside_transaction, "{statement}");
    }
}

#[test]
fn parameters_copies_and_plans() {
    assert_eq!(of("SELECT $2, '$9', $10, $$ $11 $$, a$12 -- $13").parameters, 10);
    assert_eq!(of("SELECT $99999999999").parameters, 0);
    assert_eq!(of("COPY t (a, b) FROM STDIN WITH (FORMAT csv)").copy, Some(Copy::FromStdin));
    assert_eq!(of("copy (select 1 from x) to stdout").copy, Some(Copy::ToStdout));
    for statement in
        ["COPY t TO '/x'", "COPY t FROM PROGRAM 'stdin'", "SELECT 1", "COPY t TO", "COPY (SELECT 1"]
    {
        assert_eq!(of(statement).copy, None, "{statement}");
    }
    for statement in [
        "EXPLAIN ANALYZE INSERT INTO t VALUES (1)",
        "EXPLAIN (COSTS off, ANALYZE on) MERGE INTO t USING u ON true WHEN MATCHED THEN DO NOTHING",
        "EXPLAIN ANALYZE VERBOSE WITH x AS (DELETE FROM t WHERE a) SELECT 1",
        "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
        "EXPLAIN ANALYZE SELECT 1 INTO x",
    ] {
        assert!(of(statement).explain_analyze_writes, "{statement}");
    }
    for statement in [
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAIN INSERT INTO t VALUES (1)",
        "EXPLAIN (ANALYZE 'off') DELETE FROM t",
        "EXPLAIN (SELECT 1)",
        "DELETE FROM t",
    ] {
        assert!(!of(statement).explain_analyze_writes, "{statement}");
    }
}

proptest! {
    #[test]
    fn anything_is_classified(any in any::<String>(), hard in crate::lex::tests::fragments()) {
        of(&any);
        of(&hard);
    }

    /// Blanks, comments and capitals change nothing, whatever stands between the words.
    #[test]
    fn comments_inside_change_nothing(gap in prop::sample::select(vec!["\n", "/* WHERE */", " -- WHERE\n", "\t/*/**/*/ "])) {
        let statement = ["WITH", "x", "AS", "(", "delete", "FROM", "t", ")", "UPDATE", "u", "SET", "a", "=", "1"].join(gap);
        prop_assert_eq!(dangers(&statement).len(), 2);
    }
}
