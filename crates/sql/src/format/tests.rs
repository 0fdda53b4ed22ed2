use proptest::prelude::*;

use super::*;

fn laid_out(script: &str) -> String {
    let out = format(script, Settings::default(), FormatOptions::default());
    assert_eq!(tokens(&out), tokens(script), "{script:?}\n{out:?}");
    let again = format(&out, Settings::default(), FormatOptions::default());
    assert_eq!(again, out, "{script:?}");
    out
}

/// What the server sees, and the comments; words in one case.
fn tokens(script: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for part in split(script, Settings::default()) {
        let text = &script[part.outer.clone()];
        if matches!(part.kind, PartKind::CopyData { .. }) {
            tokens.push(text.to_owned());
            continue;
        }
        for token in lex(text, Settings::default()) {
            match token.kind {
                Kind::Whitespace => {}
                Kind::Keyword(_) => tokens.push(token.text(text).to_ascii_lowercase()),
                _ => tokens.push(token.text(text).to_owned()),
            }
        }
    }
    tokens
}

#[test]
fn clauses_begin_lines_and_subqueries_are_indented() {
    let script = "select a, count(*) from t left join u on t.a = u.a and u.b is distinct from 1 where a between 1 and 2 \
        and b in (select x from y where z) or c group by a order by 2 limit 5;insert into t (a,b) values (1 , 2) \
        on conflict (a) do update set b=excluded.b returning *; with x as materialized (select 1) delete from t where true";
    let expected = "\
SELECT a, count(*)
FROM t
LEFT JOIN u ON t.a = u.a
  AND u.b IS DISTINCT FROM 1
WHERE a BETWEEN 1 AND 2
  AND b IN (
    SELECT x
    FROM y
    WHERE z
  )
  OR c
GROUP BY a
ORDER BY 2
LIMIT 5;

INSERT INTO t (a, b)
VALUES (1, 2)
ON CONFLICT (a) DO UPDATE SET b=excluded.b
RETURNING *;

WITH x AS MATERIALIZED (
  SELECT 1
)
DELETE FROM t
WHERE TRUE";
    let got = laid_out(script);
    assert_eq!(got, expected, "{got}");
}

#[test]
fn comments_and_strings_stay() {
    let script = "select 'a  select', -- one\n/* two */ \"From\" from t -- three\n;-- four\nselect 1";
    let expected = "SELECT 'a  select', -- one\n/* two */ \"From\"\nFROM t -- three\n; -- four\n\nSELECT 1";
    assert_eq!(laid_out(script), expected);
    assert_eq!(laid_out("select 'a'\n   'b' , 'c' 'd'"), "SELECT 'a'\n   'b', 'c' 'd'");
}

#[test]
fn other_statements_keep_their_lines() {
    let script = "create   table t (\n  a int,\n  b text not null\n);";
    assert_eq!(laid_out(script), "CREATE   TABLE t (\n  a int,\n  b text NOT NULL\n);");
}

#[test]
fn what_is_not_sql_is_left_alone() {
    for script in
        ["select  'a", "\\d  x\n", "select  {1}", "-- only\n", "", "copy t from stdin;\n select  1\n\\.\n\n"]
    {
        let out = laid_out(script).to_lowercase();
        assert_eq!(out, script, "{script:?}");
    }
}

#[test]
fn long_lists_are_broken() {
    let list = ["a_rather_long_name"; 12].join(",");
    let out = laid_out(&format!("select {list} from t"));
    assert!(out.lines().all(|line| line.len() < 100), "{out}");
    assert!(out.lines().count() > 3, "{out}");
}

#[test]
fn key_words_can_stay_as_they_are() {
    let options = FormatOptions { upper_case: false, ..FormatOptions::default() };
    assert_eq!(format("select a From t", Settings::default(), options), "select a\nFrom t");
}

proptest! {
    #[test]
    fn nothing_but_white_space_changes(any in any::<String>(), hard in crate::lex::tests::fragments()) {
        laid_out(&any);
        laid_out(&hard);
    }

    #[test]
    fn queries_of_many_shapes(words in prop::collection::vec(prop::sample::select(vec![
        "select", "from", "where", "and", "or", "(", ")", ",", "a", "'x'", "'y'", "-- c\n", "/* d */", "\n", "case", "end", "join", "left",
        "on", "between", "with", "as", ";", "union", "values", "1", "*", "=", ".", "B'1'", "insert", "update", "set", "for", "\t",
    ]), 0..60), glue in prop::sample::select(vec![" ", "", "\n"])) {
        laid_out(&words.join(glue));
        laid_out(&["select ", &words.join(glue)].concat());
    }
}
