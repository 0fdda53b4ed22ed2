//! `howdah-sql` beside the server's own parser: scripts are cut where the server cuts them, and where they are not, the
//! server refuses a piece before anything is run that should not be.

use howdah_sql::{MetaReason, Part, PartKind, Settings, split};
use howdah_testkit::{Cluster, unique};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::support::{ident, scratch};

/// Numbers that are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % end
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// What the server says of one text in the extended protocol, without running it.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// One statement, or none.
    One,
    /// "Cannot insert multiple commands into a prepared statement".
    Several,
    /// Refused otherwise.
    Refused(String),
}

async fn parse(client: &Client, text: &str) -> Verdict {
    let Err(error) = client.prepare(text).await else { return Verdict::One };
    let error = error.as_db_error().unwrap_or_else(|| panic!("{text:?}: {error:?}"));
    if error.message().contains("multiple commands") {
        assert_eq!(error.code().code(), "42601");
        return Verdict::Several;
    }
    Verdict::Refused(format!("{}: {}", error.code().code(), error.message()))
}

/// How many statements the server runs of a text in the simple protocol, if none fails.
async fn count(client: &Client, text: &str) -> Option<usize> {
    let answer = client.simple_query(text).await;
    // The text may have begun a transaction.
    client.batch_execute("ROLLBACK").await.unwrap();
    Some(commands(&answer.ok()?))
}

fn commands(messages: &[SimpleQueryMessage]) -> usize {
    messages.iter().filter(|one| matches!(one, SimpleQueryMessage::CommandComplete(_))).count()
}

fn statements(script: &str, settings: Settings) -> Vec<Part> {
    let mut parts = split(script, settings);
    parts.retain(|part| matches!(part.kind, PartKind::Statement { .. }));
    parts
}

/// Statements with everything inside of them that looks like an end.
const PIECES: &[&str] = &[
    "SELECT 1",
    "SELECT ';', E'\\';', $$;$$, $x$ ; $$ ; $x$, U&'\\003b;', B'01', N';'",
    "SELECT /* ; /* ; */ ' */ 'a'\n-- ';\n';'",
    "SELECT E'a' -- ;\n'\\';'",
    "SELECT 1 AS \"a;\"\"b\", 2 AS a$b$, 3 AS U&\"\\003b;\"",
    "SELECT 1 +-- ;\n-1 * 2/*;*/, 5 <>-1",
    "INSERT INTO t VALUES (1), (2)",
    "UPDATE t SET a = a WHERE a < 0",
    "WITH x AS (DELETE FROM t WHERE a < 0 RETURNING a) SELECT * FROM x",
    "DO $d$ BEGIN PERFORM 1; PERFORM ';'; END; $d$",
    "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN PERFORM $q$;$q$; RETURN 1; END $f$",
    "CREATE OR REPLACE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
    "CREATE OR REPLACE FUNCTION h() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 1 case; SELECT 1 end; END",
    "create or replace function i() returns void language sql begin /* ; */ atomic end",
    "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); DELETE FROM t WHERE a < 0; END",
    "CREATE OR REPLACE FUNCTION j() RETURNS int RETURN 1",
    "CREATE OR REPLACE RULE r AS ON INSERT TO v DO INSTEAD (SELECT 1; (SELECT 2); SELECT ';';)",
    "CREATE OR REPLACE VIEW w AS SELECT a AS begin, a AS atomic FROM t begin",
    "TABLE t",
    "SAVEPOINT s",
    "/*+ SeqScan(t) */ SELECT 2",
    "EXPLAIN SELECT 1",
    "COPY (SELECT ';') TO STDOUT",
];

#[tokio::test]
async fn r9_a_script_is_cut_where_the_server_cuts_it() {
    let name = scratch("split").await;
    let client = Cluster::shared().connect(&name).await;
    client.batch_execute("CREATE TABLE t (a int); CREATE VIEW v AS SELECT 1 AS b").await.unwrap();
    for piece in PIECES {
        assert_eq!(parse(&client, piece).await, Verdict::One, "{piece}");
    }
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut total = 0;
    for _ in 0..300 {
        let mut script = "BEGIN;".to_owned();
        let mut expected = vec!["BEGIN"];
        for _ in 0..numbers.below(12) {
            // The client here expects no rows of a COPY.
            let piece = numbers.of(&PIECES[..PIECES.len() - 1]);
            expected.push(piece);
            script.push_str(numbers.of(&["", " ", "\n", "-- ;\n", "/* ; */", ";", " ; ;\r\n"]));
            script.push_str(piece);
            script.push_str(numbers.of(&[";", "\n;", "/* ' */;", "-- $$\n;"]));
        }
        script.push_str("ROLLBACK");
        expected.push("ROLLBACK");
        let parts = statements(&script, Settings::default());
        let texts: Vec<&str> = parts.iter().map(|part| part.text(&script)).collect();
        assert_eq!(texts, expected, "{script}");
        let run = client.simple_query(&script).await.unwrap_or_else(|error| panic!("{script}: {error:?}"));
        assert_eq!(commands(&run), parts.len(), "{script}");
        for text in texts {
            assert_eq!(parse(&client, text).await, Verdict::One, "{text}");
        }
        total += parts.len();
    }
    println!("300 scripts with {total} statements");
    assert!(total > 1_000);
}

/// A text of what is hard to read: sometimes a script, mostly nearly one.
fn hard_script(numbers: &mut Numbers) -> String {
    const INSIDE: &[&str] = &[
        "'", "''", "\"", "$", "$$", "$a$", "/*", "*/", "--", "\n", "\r", ";", "\\", "\\'", "a", "ä", "1",
        "(", " ",
    ];
    const ITEMS: &[&str] = &[
        "1", ".5", "1.", "'x'", "$$x$$", "E'\\''", "a$a$", "1e5", "''", "$1", "NULL", "-1", "1 +", "1 -",
        "1 @", "(1)", "a.b", "'\\'", "'a'\n'b'", "U&'x'", "x'1f'", "1 a", "1 \"a\"", "::int", ",", ";",
    ];
    let mut script = String::new();
    for _ in 0..=numbers.below(4) {
        if numbers.below(4) == 0 {
            script.push_str(&hard_body(numbers));
            continue;
        }
        script.push_str(numbers.of(&[
            "SELECT ",
            "SELECT/**/",
            "select\n",
            ";",
            "",
            "VALUES (1)",
            "SELECT 1",
            "SELECT 1;",
        ]));
        for _ in 0..numbers.below(4) {
            let soup: String = (0..numbers.below(6)).map(|_| numbers.of(INSIDE)).collect();
            let item = match numbers.below(10) {
                0 => format!("'{soup}'"),
                1 => format!("$a${soup}$a$"),
                2 => format!("E'{soup}'"),
                3 => format!("\"{soup}\""),
                4 => format!("/*{soup}*/"),
                5 => format!("--{soup}\n"),
                6 => soup,
                _ => numbers.of(ITEMS).to_owned(),
            };
            script.push_str(&item);
            script.push_str(numbers.of(&["", " ", "\n", ",", ";", " AS "]));
        }
        script.push_str(numbers.of(&[";", "", "\n;", ";\n"]));
    }
    script
}

/// A routine or a rule, mostly one that the grammar takes.
fn hard_body(numbers: &mut Numbers) -> String {
    const HEADS: &[(&str, &str)] = &[
        ("CREATE FUNCTION f() RETURNS void BEGIN ATOMIC ", "END"),
        ("create or replace procedure begin() begin/**/atomic ", "end"),
        (
            "CREATE FUNCTION f(a int DEFAULT (CASE WHEN true THEN 1 END)) RETURNS int LANGUAGE sql BEGIN ATOMIC ",
            "END",
        ),
        ("CREATE RULE r AS ON INSERT TO t DO ALSO (", ")"),
        ("CREATE OR REPLACE RULE r AS ON UPDATE TO t DO (", ")"),
        ("CREATE VIEW v AS SELECT 1 FROM begin atomic", ""),
        ("BEGIN", ""),
    ];
    const INSIDE: &[&str] = &[
        "SELECT 1;",
        "SELECT 1 AS end;",
        "SELECT 1 end;",
        "SELECT CASE WHEN true THEN 2 END;",
        "SELECT 1 AS case;",
        "SELECT a.end FROM a;",
        "SELECT (SELECT 1);",
        "SELECT ';' \"end\";",
        "DELETE FROM begin;",
        "/* END; */",
        "-- ) END\n",
        ";",
        "SELECT 1",
        "END",
        ")",
        "(",
    ];
    let (head, tail) = HEADS[numbers.below(HEADS.len())];
    // The last ones break it.
    let reach = if numbers.below(3) == 0 { INSIDE.len() } else { INSIDE.len() - 4 };
    let inside: String = (0..numbers.below(4)).map(|_| numbers.of(&INSIDE[..reach])).collect();
    let middle = if tail.is_empty() { "" } else { inside.as_str() };
    format!("{head}{middle}{tail};")
}

/// Random texts beside the server, with both readings of backslashes:
/// - what the server takes and runs as so many statements, is as many statements here;
/// - what the server refuses before it runs anything is refused in pieces, too;
/// - no piece is ever several statements to the server where the whole was taken.
#[tokio::test]
async fn r9_hard_texts_are_cut_as_the_server_does_or_refused() {
    const CASES: usize = 4_000;
    let name = scratch("split_hard").await;
    let cluster = Cluster::shared();
    let client = cluster.connect(&name).await;
    client
        .batch_execute("SET default_transaction_read_only = on; SET escape_string_warning = off")
        .await
        .unwrap();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let (mut taken, mut several, mut parsed_only, mut refused) = (0, 0, 0, 0);
    for conforming in [true, false] {
        // Since version 19 it is always on.
        if !conforming && cluster.major() >= 19 {
            continue;
        }
        let word = if conforming { "on" } else { "off" };
        client.batch_execute(&format!("SET standard_conforming_strings = {word}")).await.unwrap();
        let settings = Settings { standard_conforming_strings: conforming };
        for _ in 0..CASES {
            // The first statement shows an empty rest apart from one that is run.
            let script = format!("SELECT 0;\n{}", hard_script(&mut numbers));
            let parts = split(&script, settings);
            let whole = parse(&client, &script).await;
            let mut verdicts = Vec::new();
            for part in &parts {
                verdicts.push(match part.kind {
                    PartKind::Statement { .. } => parse(&client, part.text(&script)).await,
                    _ => Verdict::Refused(String::new()),
                });
            }
            if let Some(count) = count(&client, &script).await {
                assert_eq!(count, parts.len(), "{script:?}: {parts:?}");
                assert!(verdicts.iter().all(|one| *one == Verdict::One), "{script:?}: {verdicts:?}");
                taken += 1;
                several += usize::from(count > 1);
            } else if matches!(whole, Verdict::Several) {
                // It can be parsed, and fails when it is run or analysed: so does each piece.
                let parsed = |one: &Verdict| match one {
                    Verdict::One => true,
                    Verdict::Several => false,
                    Verdict::Refused(why) => !why.starts_with("42601"),
                };
                assert!(verdicts.iter().all(parsed), "{script:?}: {verdicts:?}");
                assert!(parts.len() > 1, "{script:?}");
                parsed_only += 1;
            } else {
                assert!(
                    verdicts.iter().any(|one| matches!(one, Verdict::Refused(_))),
                    "{script:?}: {whole:?}"
                );
                assert_refused_in_time(&client, &script, &parts, &verdicts).await;
                refused += 1;
            }
        }
    }
    println!(
        "{taken} texts were taken ({several} of several statements), {parsed_only} parsed, {refused} refused"
    );
    assert!(several > 300 && parsed_only > 300 && refused > 300, "{taken} {several} {parsed_only} {refused}");
}

/// What is sent before the first piece that is refused is what the server would have read there as well: each of these
/// pieces is a statement of the text that ends where the refused one begins.
async fn assert_refused_in_time(client: &Client, script: &str, parts: &[Part], verdicts: &[Verdict]) {
    let Some(first) = verdicts.iter().position(|one| *one != Verdict::One) else { return };
    let before = &script[..parts[first].outer.start];
    if let Some(count) = count(client, before).await {
        assert_eq!(count, first, "{script:?}");
    }
}

/// Data goes through a COPY of its own, and what follows is not taken for data.
#[tokio::test]
async fn r9_data_of_copy_is_sent_as_it_stands() {
    let name = scratch("split_copy").await;
    let cluster = Cluster::shared();
    cluster.execute(&name, "CREATE TABLE t (a text, b text)").await;
    let rows = [("1", "a;b"), ("'", "\\."), ("$$", "\\restrict"), ("/*", "--")];
    cluster
        .execute(
            &name,
            "INSERT INTO t VALUES ('1', 'a;b'), ('''', '\\.'), ('$$', '\\restrict'), ('/*', '--')",
        )
        .await;
    // The dump is psql's: it holds its commands, settings, the data, and comments.
    let dump = cluster.dump(&name);
    let copy = unique("split_copied");
    cluster.execute("postgres", &format!("CREATE DATABASE {}", ident(&copy))).await;
    let client = cluster.connect(&copy).await;
    let parts = split(&dump, Settings::default());
    let mut sent = 0;
    for (index, part) in parts.iter().enumerate() {
        match &part.kind {
            PartKind::Meta(meta) => assert_eq!(meta.reason, MetaReason::Restrict, "{meta:?}"),
            PartKind::CopyData { terminated } => assert!(terminated, "{part:?}"),
            PartKind::Statement { data: true, open: None, .. } => {
                let sink = client.copy_in::<_, std::io::Cursor<Vec<u8>>>(part.text(&dump)).await.unwrap();
                let mut sink = std::pin::pin!(sink);
                let data = std::io::Cursor::new(parts[index + 1].text(&dump).as_bytes().to_vec());
                futures_util::SinkExt::send(&mut sink, data).await.unwrap();
                assert_eq!(sink.finish().await.unwrap(), 4);
                sent += 1;
            }
            PartKind::Statement { .. } => {
                let text = part.text(&dump);
                assert_eq!(parse(&client, text).await, Verdict::One, "{text}");
                client.execute(text, &[]).await.unwrap_or_else(|error| panic!("{text}: {error:?}"));
            }
        }
    }
    assert_eq!(sent, 1);
    let there = cluster.query(&copy, "SELECT a, b FROM public.t ORDER BY a COLLATE \"C\"").await;
    let mut expected = rows.map(|(a, b)| vec![Some(a.to_owned()), Some(b.to_owned())]);
    expected.sort();
    assert_eq!(there, expected);
}
