use proptest::prelude::*;

use super::*;
use crate::lex::Settings;

fn parts(script: &str) -> Vec<Part> {
    let parts = split(script, Settings::default());
    let mut at = 0;
    for part in &parts {
        assert_eq!(part.outer.start, at, "{script:?}");
        assert!(part.outer.start <= part.range.start && part.range.end <= part.outer.end, "{script:?}");
        let before = script[..part.range.start].replace("\r\n", "\n");
        assert_eq!(part.line, 1 + before.matches(['\n', '\r']).count(), "{script:?}");
        at = part.outer.end;
    }
    assert!(parts.is_empty() || at == script.len(), "{script:?}");
    parts
}

fn texts(script: &str) -> Vec<&str> {
    parts(script).iter().map(|part| &script[part.range.clone()]).collect()
}

/// The script is one statement that is complete.
fn whole(script: &str) {
    let statement = script.strip_suffix(';').unwrap_or(script);
    assert_eq!(texts(script), [statement]);
    assert_eq!(open(script), None, "{script}");
}

fn open(script: &str) -> Option<Open> {
    match &parts(script).last().unwrap().kind {
        PartKind::Statement { open, .. } => *open,
        other => panic!("{other:?}"),
    }
}

#[test]
fn semicolons_end_statements() {
    assert_eq!(texts("SELECT 1;SELECT 2 ; \n SELECT 3"), ["SELECT 1", "SELECT 2", "SELECT 3"]);
    assert_eq!(texts(";; -- nothing\n /* ; */ ;"), Vec::<&str>::new());
    assert_eq!(texts(""), Vec::<&str>::new());
    assert_eq!(texts(" -- a\n SELECT 1 -- b ;\n ; -- c"), ["SELECT 1"]);
    let two = parts("\r\n\r\nSELECT 1;\rSELECT 2");
    assert_eq!((two[0].line, two[1].line), (3, 4));
    let ended: Vec<bool> =
        two.iter().map(|part| matches!(part.kind, PartKind::Statement { terminated: true, .. })).collect();
    assert_eq!(ended, [true, false]);
}

#[test]
fn r9_semicolons_inside_of_quotes_end_nothing() {
    whole("SELECT ';', E'\\';', \"a;b\", $$;$$, $x$ ; $$ ; $x$, U&';', /* ; /* ; */ ; */ -- ;\n'a'\n';';");
    whole(
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN PERFORM $q$;$q$; RETURN 1; END $f$;",
    );
    assert_eq!(texts("SELECT a$b$;$b$"), ["SELECT a$b$", "$b$"]);
    assert_eq!(texts("SELECT 'a\\';SELECT 2"), ["SELECT 'a\\'", "SELECT 2"]);
    let off = Settings { standard_conforming_strings: false };
    assert_eq!(split("SELECT 'a\\';SELECT 2'", off).len(), 1);
}

#[test]
fn r9_bodies_of_routines() {
    for script in [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;",
        "create or replace procedure p() begin atomic end;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 AS end; SELECT 1 end; END;",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT x.end FROM x; SELECT 1 AS \"end\"; END;",
        "CREATE FUNCTION f() RETURNS int BEGIN /* ; */ ATOMIC -- ;\n SELECT 1;END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END; END;",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); END;",
        "CREATE FUNCTION begin() RETURNS int RETURN 1;",
        "CREATE SCHEMA s CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END CREATE TABLE t ();",
    ] {
        whole(script);
        assert_eq!(texts(&format!("{script};SELECT 2"))[1], "SELECT 2", "{script}");
    }
    assert_eq!(
        texts("BEGIN; SELECT 1; END; BEGIN ATOMIC; END"),
        ["BEGIN", "SELECT 1", "END", "BEGIN ATOMIC", "END"]
    );
    assert_eq!(texts("CREATE FUNCTION f() AS 'x'; BEGIN; END")[1..], ["BEGIN", "END"]);
    assert_eq!(texts("CREATE VIEW v AS SELECT FROM begin atomic; SELECT 1").len(), 2);
    assert_eq!(open("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2;"), Some(Open::Body));
}

#[test]
fn r9_actions_of_rules() {
    whole("CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;);");
    whole("create or replace rule r as on delete to t do instead (select 1; (select 2));");
    assert_eq!(open("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2"), Some(Open::Parenthesis));
    assert_eq!(texts("SELECT (1; SELECT 2"), ["SELECT (1", "SELECT 2"]);
    assert_eq!(texts("SELECT 1); SELECT 2"), ["SELECT 1)", "SELECT 2"]);
    let first = &parts("SELECT (1; SELECT 2")[0];
    assert!(matches!(first.kind, PartKind::Statement { open: Some(Open::Parenthesis), .. }));
}

#[test]
fn elements_of_schemas_are_one_statement() {
    whole(
        "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT * FROM t GRANT SELECT ON t TO PUBLIC;",
    );
}

#[test]
fn r9_data_of_copy_is_a_part_of_its_own() {
    let script = "COPY t (a) FROM stdin; -- here\n1\t;\n'\n\\.\nSELECT 1;";
    let all = parts(script);
    assert_eq!(texts(script), ["COPY t (a) FROM stdin", "1\t;\n'\n", "SELECT 1"]);
    assert_eq!(all[0].kind, PartKind::Statement { terminated: true, open: None, data: true });
    assert_eq!(all[1].kind, PartKind::CopyData { terminated: true });
    assert_eq!((all[1].line, all[2].line), (2, 5));
    let crlf = "copy s.\"t\" FROM STDOUT WITH (FORMAT csv);\r\na,b\r\n\\.\r\n";
    assert_eq!(texts(crlf), ["copy s.\"t\" FROM STDOUT WITH (FORMAT csv)", "a,b\r\n"]);
    let rest = "COPY t FROM stdin;\n1\n2";
    assert_eq!(texts(rest), ["COPY t FROM stdin", "1\n2"]);
    assert_eq!(parts(rest)[1].kind, PartKind::CopyData { terminated: false });
    assert_eq!(texts("COPY t FROM stdin;\n\\.\n"), ["COPY t FROM stdin", ""]);
}

#[test]
fn what_is_no_copy_from_the_connection_has_no_data() {
    for script in [
        "COPY t FROM 'stdin';\nSELECT 1",
        "COPY t TO stdout;\nSELECT 1",
        "COPY t FROM PROGRAM 'x';\nSELECT 1",
        "COPY (SELECT 1 FROM stdin) TO stdout;\nSELECT 1",
        "SELECT copy FROM stdin;\nSELECT 1",
        "COPY t FROM stdin; SELECT 1",
        "COPY t FROM \"stdin\";\nSELECT 1",
    ] {
        let all = parts(script);
        assert_eq!(all.len(), 2, "{script}");
        assert!(
            all.iter().all(|part| matches!(part.kind, PartKind::Statement { data: false, .. })),
            "{script}"
        );
    }
    assert_eq!(texts("COPY t FROM stdin").len(), 1);
}

#[test]
fn commands_of_psql_are_told_apart() {
    let script = "\\restrict abc\nSELECT 1;\n  \\c shop ;\n\\.\n\\dt+ x\n\\zzz\n\\";
    let reasons: Vec<(String, MetaReason)> = parts(script)
        .into_iter()
        .filter_map(|part| match part.kind {
            PartKind::Meta(meta) => Some((meta.name, meta.reason)),
            _ => None,
        })
        .collect();
    let expected = [
        ("\\restrict", MetaReason::Restrict),
        ("\\c", MetaReason::Connect),
        ("\\.", MetaReason::EndOfData),
        ("\\dt", MetaReason::List),
        ("\\zzz", MetaReason::Unknown),
        ("\\", MetaReason::Unknown),
    ];
    assert_eq!(reasons, expected.map(|(name, reason)| (name.to_owned(), reason)));
    assert_eq!(texts("SELECT 1; \\d x; y\nSELECT 2"), ["SELECT 1", "\\d x; y", "SELECT 2"]);
    assert!(MetaReason::Restrict.may_be_left_out() && !MetaReason::Connect.may_be_left_out());
    assert!(MetaReason::Connect.to_string().contains("one database"));
}

/// Were the statement to end there, the DELETE would have lost its WHERE.
#[test]
fn r9_a_command_of_psql_inside_of_a_statement_does_not_end_it() {
    let script = "DELETE FROM t\n\\g x;\nWHERE id = 1;";
    assert_eq!(open(script), Some(Open::MetaInside));
    assert_eq!(texts(script), ["DELETE FROM t\n\\g x;\nWHERE id = 1"]);
    assert_eq!(texts("SELECT 1 \\g x; SELECT 2"), ["SELECT 1 \\g x", "SELECT 2"]);
}

#[test]
fn what_is_open_at_the_end_is_told() {
    for (script, expected) in [
        ("SELECT 'a;", Open::String),
        ("SELECT \"a;", Open::QuotedIdentifier),
        ("SELECT $$;", Open::DollarString),
        ("SELECT 1 /* ;", Open::Comment),
        ("SELECT (1", Open::Parenthesis),
        ("/* ; ", Open::Comment),
    ] {
        assert_eq!(texts(script), [script.trim_start()], "what is open is sent, so that it is refused");
        assert_eq!(open(script), Some(expected), "{script}");
    }
}

#[test]
fn hints_stay_with_their_statement() {
    assert_eq!(
        texts("/*+ SeqScan(t) */ SELECT 1; /* no */ SELECT 2"),
        ["/*+ SeqScan(t) */ SELECT 1", "SELECT 2"]
    );
    assert_eq!(texts("/*+ a */; SELECT 1"), ["SELECT 1"]);
}

#[test]
fn the_statement_at_the_cursor() {
    let script = "SELECT 1; -- one\n\n-- two\nSELECT 2;SELECT 3;\nCOPY t FROM stdin;\n1\n\\.\n\n";
    let at =
        |cursor: usize| statement_at(script, cursor, Settings::default()).unwrap().text(script).to_owned();
    let of = |text: &str| script.find(text).unwrap();
    assert_eq!(at(0), "SELECT 1");
    assert_eq!(at(of(";")), "SELECT 1");
    assert_eq!(at(of(";") + 1), "SELECT 1", "right behind the semicolon");
    assert_eq!(at(of("one") + 3), "SELECT 1", "in the same line");
    assert_eq!(at(of("-- two")), "SELECT 2");
    assert_eq!(at(of("SELECT 3")), "SELECT 3");
    assert_eq!(at(of("1\n\\.")), "COPY t FROM stdin");
    assert_eq!(at(script.len()), "COPY t FROM stdin");
    assert_eq!(at(usize::MAX), "COPY t FROM stdin");
    assert_eq!(statement_at(" -- x", 1, Settings::default()), None);
    assert_eq!(statement_at("SELECT 1\n", 9, Settings::default()).unwrap().range, 0..8);
}

fn valid_piece() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "SELECT 1",
        "SELECT ';', /* ; */ $$;$$",
        "SELECT E'\\';' -- ;\n, 1",
        "INSERT INTO \"a;b\" VALUES ('''', $a$;$a$)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END",
        "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
        "BEGIN",
        "END",
        "SELECT 1 @-- ;\n 2",
        "SELECT 1.5e3, .5, a$1, $1",
        "VALUES (1), (2)",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn pieces_come_back(
        pieces in prop::collection::vec((valid_piece(), prop::sample::select(vec![";", " ;\n", "; -- c ;\n", ";;/*;*/;"])), 0..8)
    ) {
        let script: String = pieces.iter().map(|(piece, end)| [piece, *end].concat()).collect();
        let expected: Vec<&str> = pieces.iter().map(|(piece, _)| piece.as_str()).collect();
        prop_assert_eq!(texts(&script), expected);
    }

    #[test]
    fn anything_is_split(any in any::<String>(), hard in crate::lex::tests::fragments(), cursor in 0..200_usize) {
        for script in [any, hard] {
            parts(&script);
            statement_at(&script, cursor, Settings::default());
        }
    }
}
