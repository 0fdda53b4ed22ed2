use proptest::prelude::*;

use super::*;

/// The context at the `|` of a text.
fn at(text: &str) -> Context {
    let cursor = text.find('|').unwrap();
    context_at(&text.replacen('|', "", 1), cursor, Settings::default())
}

fn expected(text: &str) -> Expected {
    at(text).expected
}

/// Relations as `name=alias(columns)`.
fn relations(list: &[Relation]) -> Vec<String> {
    let show = |one: &Relation| {
        let alias = one.alias.as_ref().map(|alias| format!("={alias}")).unwrap_or_default();
        let columns =
            if one.columns.is_empty() { String::new() } else { format!("({})", one.columns.join(",")) };
        format!("{}{alias}{columns}", one.name.join("."))
    };
    list.iter().map(show).collect()
}

fn visible(text: &str) -> Vec<String> {
    relations(&at(text).relations)
}

#[test]
fn what_may_stand_there() {
    for text in ["|", "SELECT 1; |", "SEL|", "SELECT 1;SEL|ECT 2", "/* x */ |", ";; |"] {
        assert_eq!(expected(text), Expected::Statement, "{text}");
    }
    for text in [
        "SELECT * FROM |",
        "SELECT * FROM a|",
        "SELECT * FROM s.|",
        "SELECT * FROM a, | WHERE x",
        "SELECT * FROM a LEFT JOIN | ON true",
        "SELECT * FROM a JOIN LATERAL |",
        "INSERT INTO |",
        "UPDATE | SET a = 1",
        "DELETE FROM ONLY |",
        "DELETE FROM a USING |",
        "TRUNCATE |",
        "DROP TABLE |",
        "ALTER TABLE |",
        "COPY |",
        "CREATE INDEX ON |",
        "SELECT (SELECT 1 FROM |)",
        "SELECT EXISTS (SELECT FROM a WHERE b IN (SELECT c FROM |",
        "WITH x AS (SELECT 1) SELECT * FROM |",
    ] {
        assert_eq!(expected(text), Expected::Relation, "{text}");
    }
    for text in [
        "SELECT |",
        "SELECT a, | FROM t",
        "SELECT t.| FROM t",
        "SELECT t.a| FROM t",
        "SELECT f(|",
        "SELECT * FROM t WHERE |",
        "SELECT * FROM t WHERE a = |",
        "SELECT * FROM t JOIN u ON |",
        "SELECT * FROM t JOIN u USING (|",
        "SELECT * FROM t GROUP BY |",
        "SELECT * FROM t ORDER BY a, |",
        "UPDATE t SET |",
        "UPDATE t SET a = | WHERE b",
        "INSERT INTO t (a, |",
        "INSERT INTO t (a) VALUES (|",
        "DELETE FROM t WHERE a IS DISTINCT FROM |",
        "CREATE INDEX ON t (|",
        "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET |",
        "INSERT INTO t (a) VALUES (1) RETURNING |",
    ] {
        assert_eq!(expected(text), Expected::Column, "{text}");
    }
    for text in [
        "SELECT 'a|b'",
        "SELECT 'a|",
        "SELECT 1 -- a|",
        "SELECT 1 /* | */",
        "SELECT $$|$$",
        "COPY t FROM stdin;\n1|\n",
        "\\d|",
    ] {
        assert_eq!(expected(text), Expected::Nothing, "{text}");
    }
    assert_eq!(expected("SELECT a::|"), Expected::Type);
    assert_eq!(expected("SELECT a::in|"), Expected::Type);
    for text in ["SELECT * FROM t |", "CREATE |", "DROP |"] {
        assert_eq!(expected(text), Expected::Keyword, "{text}");
    }
}

#[test]
fn what_was_typed_and_what_stands_before_the_dot() {
    let context = at("SELECT \"My S\".t.na|me FROM x");
    assert_eq!(
        (context.prefix.as_str(), context.qualifier),
        ("na", vec!["\"My S\"".to_owned(), "t".to_owned()])
    );
    let context = at("SELECT u.| FROM users u");
    assert_eq!((context.prefix.as_str(), context.qualifier), ("", vec!["u".to_owned()]));
    assert_eq!(relations(&context.relations), ["users=u"]);
    assert_eq!(at("SELECT \"na|").prefix, "\"na");
}

#[test]
fn r21_relations_of_the_query_and_of_those_around_it() {
    assert_eq!(
        visible("SELECT | FROM a, s.\"B\" AS b, only c d JOIN e ON true"),
        ["a", "s.\"B\"=b", "c=d", "e"]
    );
    assert_eq!(visible("SELECT a FROM t WHERE |"), ["t"]);
    assert_eq!(visible("SELECT (SELECT | FROM inner_one) FROM outer_one o"), ["inner_one", "outer_one=o"]);
    assert_eq!(
        visible("SELECT | FROM (SELECT 1 FROM hidden) AS sub (x, y), f(1) g, t"),
        ["=sub(x,y)", "=g", "t"]
    );
    assert_eq!(visible("SELECT 1 FROM a UNION SELECT | FROM b"), ["b"]);
    assert_eq!(visible("UPDATE t x SET a = | FROM u"), ["t=x", "u"]);
    assert_eq!(visible("DELETE FROM t USING u WHERE |"), ["t", "u"]);
    assert_eq!(visible("INSERT INTO t (|"), ["t"]);
    assert_eq!(visible("SELECT | FROM a WHERE b IS DISTINCT FROM c FOR UPDATE"), ["a"]);
    assert_eq!(visible("SELECT 1 FROM a; SELECT | FROM b; SELECT 1 FROM c"), ["b"]);
    assert_eq!(visible("SELECT extract(year FROM x), | FROM a"), ["a"]);
}

#[test]
fn with_queries_can_be_named() {
    let context =
        at("WITH RECURSIVE x (a, b) AS NOT MATERIALIZED (SELECT 1 FROM t), y AS (SELECT 2) SELECT * FROM |");
    assert_eq!(relations(&context.with), ["x(a,b)", "y"]);
    assert_eq!(context.relations, []);
    assert_eq!(relations(&at("WITH x AS (SELECT 1), y AS (SELECT * FROM |) SELECT 1").with), ["x", "y"]);
    assert_eq!(relations(&at("WITH x AS (SELECT 1) SELECT 1 UNION SELECT * FROM |").with), ["x"]);
    assert_eq!(visible("WITH x AS (SELECT 1 FROM t) SELECT | FROM x z"), ["x=z"]);
}

proptest! {
    #[test]
    fn any_cursor_in_any_text(any in any::<String>(), hard in crate::lex::tests::fragments(), cursor in 0..300_usize) {
        context_at(&any, cursor, Settings::default());
        context_at(&hard, cursor, Settings::default());
    }

    #[test]
    fn any_query(words in prop::collection::vec(prop::sample::select(vec![
        "select", "from", "where", "(", ")", ",", "a", "b", ".", "as", "with", "join", "on", "union", "update", "set", "into", "::", "using",
    ]), 0..40), cursor in 0..200_usize) {
        context_at(&words.join(" "), cursor, Settings::default());
    }
}
