use howdah_types::imports::{ImportFormat, ImportKind};

use crate::read::tests::{All, Value, of_kind};

fn csv(file: &str) -> All {
    crate::read::tests::read(&of_kind(ImportKind::Csv), file)
}

fn headless(file: &str) -> All {
    let format = ImportFormat { header: Some(false), ..of_kind(ImportKind::Csv) };
    crate::read::tests::read(&format, file)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn quoted(text: &str) -> Value {
    Value::Quoted(text.to_owned())
}

#[test]
fn rfc_4180_is_read() {
    let all = csv(
        "\u{feff}id,\"na\"\"me\",note\r\n1,\"a,\"\"b\"\"\r\nc\",\r\n2,x\"y\"z, \"\n3,\"\",\"x\"\r4,ä,5\" pipe",
    );
    assert_eq!(all.columns, ["id", "na\"me", "note"]);
    assert_eq!(all.records[0].keys, all.columns);
    let places: Vec<(u64, &str)> = all.records.iter().map(|got| (got.line, got.raw.as_str())).collect();
    let raw = "1,\"a,\"\"b\"\"\r\nc\",";
    assert_eq!(places, [(2, raw), (4, "2,x\"y\"z, \""), (5, "3,\"\",\"x\""), (6, "4,ä,5\" pipe")]);
    let expected = [
        [text("1"), quoted("a,\"b\"\r\nc"), Value::Null],
        [text("2"), text("x\"y\"z"), text(" \"")],
        [text("3"), quoted(""), quoted("x")],
        [text("4"), text("ä"), text("5\" pipe")],
    ];
    assert_eq!(all.values(), expected);
}

#[test]
fn the_word_for_null_is_null_without_quotes_only() {
    let format = ImportFormat { null: Some("NULL".into()), ..of_kind(ImportKind::Tsv) };
    let all = crate::read::tests::read(&format, "a\tNULL\nNULL\t\"NULL\"\n\tnull\n");
    assert_eq!(all.columns, ["a", "NULL"]);
    assert_eq!(all.values(), [[Value::Null, quoted("NULL")], [text(""), text("null")]]);
}

#[test]
fn quotes_can_be_another_character_or_none() {
    let with = |quote: &str| ImportFormat { quote: Some(quote.into()), ..of_kind(ImportKind::Csv) };
    let file = "a,b\n'x,''',\"\n";
    assert_eq!(crate::read::tests::read(&with("'"), file).values(), [[quoted("x,'"), text("\"")]]);
    let all = crate::read::tests::read(&with(""), "a,b\n\"x,\"\"\n");
    assert_eq!(all.values(), [[text("\"x"), text("\"\"")]]);
}

#[test]
fn what_is_no_row_is_a_problem_and_reading_goes_on() {
    let all = csv("a,b\n1\n1,2,3\n\"1\"x,2\n\"1\n2\"\"\"y,\n\0,\"\0\"\n1,2\n");
    let expected = [
        (2, "This row has 1 value, the head has 2."),
        (3, "This row has 3 values, the head has 2."),
        (4, "Value 1 goes on after its closing quote."),
        (5, "Value 1 goes on after its closing quote."),
        (7, "PostgreSQL cannot hold the character NUL."),
    ];
    assert_eq!(all.problems(), expected);
    assert_eq!(all.records[2].values, [text("\"1\"x"), text("2")], "nothing is lost");
    assert_eq!(all.records[3].values[0], text("\"1\n2\"\"\"y"));
    assert_eq!(all.records[5].values, [text("1"), text("2")]);
    assert_eq!(headless("1,2\n3\n").problems(), [(2, "This row has 1 value, the first row has 2.")]);
}

#[test]
fn a_head_that_is_none_ends_it() {
    for head in ["a,\"b\"c\n1,2\n", "\n\na\0,b\n"] {
        let failed = csv(head).failed.unwrap();
        assert_eq!(failed.line, Some(if head.starts_with('a') { 1 } else { 3 }));
        assert!(failed.message.starts_with("The head cannot be read."), "{failed}");
    }
    assert_eq!(csv("a,,a\n").columns, ["a", "column 2", "a (2)"]);
    assert_eq!(headless("a,b,c\n").columns, ["column 1", "column 2", "column 3"]);
}

#[test]
fn a_quote_that_is_never_closed_ends_it_where_it_was_opened() {
    let all = csv("a,b\n1,2\n\"x\ny\",\"3\n4,5\n");
    assert_eq!(all.records.len(), 1);
    let failed = all.failed.unwrap();
    assert_eq!((failed.line, failed.message.as_str()), (Some(4), "This quote is never closed."));
    assert_eq!(csv("a\n\"1\"").values(), [[quoted("1")]]);
}

#[test]
fn blank_lines_are_rows_of_one_column_and_nothing_else() {
    assert_eq!(csv("\n\na,b\n\n1,2\r\n\r\n\r\n").values(), [[text("1"), text("2")]]);
    let all = csv("\na\n\nx\n\n");
    let lines: Vec<u64> = all.records.iter().map(|got| got.line).collect();
    assert_eq!(lines, [3, 4, 5]);
    assert_eq!(all.values(), [[Value::Null], [text("x")], [Value::Null]]);

    let all = headless("\r\n\nx\n");
    let lines: Vec<u64> = all.records.iter().map(|got| got.line).collect();
    assert_eq!(lines, [1, 2, 3]);
    assert_eq!(all.columns, ["column 1"]);
    assert_eq!(all.values(), [[Value::Null], [Value::Null], [text("x")]]);
    assert_eq!(headless("\n\nx,y\n").values(), [[text("x"), text("y")]]);
    assert_eq!(headless("\n\n").values(), [[Value::Null], [Value::Null]]);
    assert_eq!(headless("").values().len(), 0);
    let format = ImportFormat { header: Some(false), null: Some("-".into()), ..of_kind(ImportKind::Csv) };
    assert_eq!(
        crate::read::tests::read(&format, "\n-\n\"\"").values(),
        [[text("")], [Value::Null], [quoted("")]]
    );
}
