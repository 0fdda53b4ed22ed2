use howdah_types::imports::{ImportFormat, ImportKind};
use proptest::prelude::*;

use super::*;
use crate::read::tests::{All, Value, cut, of_kind, read, read_pieces};

type Row = Vec<Option<String>>;

fn column(name: &str, kind: Kind) -> Column {
    Column { name: name.to_owned(), kind, generated: false, always: false }
}

fn options(format: ExportFormat) -> ExportOptions {
    ExportOptions { format, ..ExportOptions::default() }
}

/// The file, and how many texts were neutralised.
fn written(options: &ExportOptions, columns: &[Column], rows: &[Row]) -> (String, u64) {
    let mut writer = Writer::new(options, ("public", "o\"t"), columns.to_vec());
    let mut file = Vec::new();
    let mut out = Vec::new();
    writer.start(&mut out);
    for row in rows {
        file.append(&mut out);
        let row: Vec<Option<&str>> = row.iter().map(Option::as_deref).collect();
        writer.row(&row, &mut out).unwrap();
    }
    writer.finish(&mut out);
    file.append(&mut out);
    (String::from_utf8(file).unwrap(), writer.neutralised())
}

fn file(format: ExportFormat, columns: &[Column], rows: &[&[Option<&str>]]) -> String {
    let rows: Vec<Row> =
        rows.iter().map(|row| row.iter().map(|text| text.map(str::to_owned)).collect()).collect();
    written(&options(format), columns, &rows).0
}

#[test]
fn csv_tells_null_from_the_empty_text_and_quotes_what_needs_it() {
    let columns = [column("a,b", Kind::Text), column("c", Kind::Text)];
    let rows: [&[Option<&str>]; 4] = [
        &[None, Some("")],
        &[Some("say \"hi\""), Some("a\nb")],
        &[Some(" x "), Some("\r")],
        &[Some("\u{feff}"), Some("a\tb")],
    ];
    let head = "\"a,b\",c\n,\"\"\n\"say \"\"hi\"\"\",\"a\nb\"\n x ,\"'\r\"\n\"\u{feff}\",a\tb\n";
    assert_eq!(file(ExportFormat::Csv, &columns, &rows), head);
    assert!(file(ExportFormat::Tsv, &columns, &rows).starts_with("a,b\tc\n\t\"\"\n"));
    let other = ExportOptions {
        header: false,
        delimiter: ';',
        null: "NULL".into(),
        bom: true,
        ..options(ExportFormat::Csv)
    };
    let row = vec![Some("NULL".to_owned()), None];
    assert_eq!(written(&other, &columns, &[row]).0, "\u{feff}\"NULL\";NULL\n");
}

#[test]
fn formulas_are_neutralised_and_counted() {
    let kinds = [Kind::Text, Kind::Other, Kind::Json, Kind::Number, Kind::Date, Kind::Boolean]
        .map(|kind| column("c", kind));
    let row = |text: &str| vec![Some(text.to_owned()); 6];
    let of = |text: &str| written(&options(ExportFormat::Csv), &kinds, &[row(text)]);
    assert_eq!(of("=1"), ("c,c,c,c,c,c\n'=1,'=1,'=1,=1,=1,=1\n".into(), 3));
    assert_eq!(of("-1"), ("c,c,c,c,c,c\n'-1,'-1,-1,-1,-1,-1\n".into(), 2));
    for text in ["+x", "-x", "@x", "\tx", "\rx", "＝x", "＋x", "－x", "＠x"] {
        assert_eq!(of(text).1, 3, "{text:?}");
    }
    for text in ["x=", " =", "'=", "", "1"] {
        assert_eq!(of(text).1, 0, "{text:?}");
    }
    let as_is = ExportOptions { formulas: true, ..options(ExportFormat::Csv) };
    assert_eq!(written(&as_is, &kinds[..1], &[vec![Some("=1".into())]]), ("c\n=1\n".into(), 0));
    let null = ExportOptions { null: "'=x".into(), ..options(ExportFormat::Csv) };
    assert_eq!(written(&null, &kinds[..1], &[vec![Some("=x".into())]]).0, "c\n\"'=x\"\n");
    assert_eq!(written(&null, &[column("=c", Kind::Text)], &[]), ("'=c\n".into(), 1));
}

#[test]
fn options_that_cannot_be_read_back_are_known() {
    let csv = options(ExportFormat::Csv);
    assert_eq!(contradiction(&csv), None);
    for (delimiter, null, option) in [
        ('"', "", "delimiter"),
        ('ä', "", "delimiter"),
        ('\n', "", "delimiter"),
        (';', "a;", "null"),
        (',', "\"", "null"),
    ] {
        let options = ExportOptions { delimiter, null: null.into(), ..csv.clone() };
        assert_eq!(contradiction(&options).map(|(option, _)| option), Some(option));
    }
    assert_eq!(contradiction(&ExportOptions { delimiter: '"', ..options(ExportFormat::Xlsx) }), None);
}

#[test]
fn json_keeps_digits_and_is_one_line_a_row() {
    let columns = [
        column("n", Kind::Number),
        column("n", Kind::Number),
        column("b\"", Kind::Boolean),
        column("j", Kind::Json),
        column("t", Kind::Text),
    ];
    let rows: [&[Option<&str>]; 2] = [
        &[
            Some("12345678901234567890.10"),
            Some("NaN"),
            Some("t"),
            Some("{\"a\":\r\n [1]}"),
            Some("\u{1}\"\\\n\té"),
        ],
        &[None, Some("-1e-07"), Some("f"), Some("no json"), Some("")],
    ];
    let first = "{\"n\":12345678901234567890.10,\"n (2)\":\"NaN\",\"b\\\"\":true,\"j\":{\"a\":   [1]},\"t\":\"\\u0001\\\"\\\\\\n\\té\"}";
    let second = "{\"n\":null,\"n (2)\":-1e-07,\"b\\\"\":false,\"j\":\"no json\",\"t\":\"\"}";
    assert_eq!(file(ExportFormat::Ndjson, &columns, &rows), format!("{first}\n{second}\n"));
    assert_eq!(file(ExportFormat::Json, &columns, &rows), format!("[\n{first},\n{second}\n]\n"));
    assert_eq!(file(ExportFormat::Json, &columns, &[]), "[]\n");
    assert_eq!(file(ExportFormat::Ndjson, &columns, &[]), "");
}

#[test]
fn sql_inserts_what_may_be_inserted() {
    let mut columns = [
        column("id", Kind::Number),
        column("a\"b", Kind::Text),
        column("sum", Kind::Number),
        column("ok", Kind::Boolean),
    ];
    columns[2].generated = true;
    let rows: [&[Option<&str>]; 3] = [
        &[Some("1"), Some("it's"), Some("7"), Some("t")],
        &[Some("-1.50"), Some("a\\b"), None, None],
        &[Some("Infinity"), None, None, Some("f")],
    ];
    let values = "VALUES\n  (1, 'it''s', true),\n  (-1.50, E'a\\\\b', NULL),\n  ('Infinity', NULL, false);\n";
    let head = "INSERT INTO \"public\".\"o\"\"t\" (\"id\", \"a\"\"b\", \"ok\")";
    assert_eq!(file(ExportFormat::Sql, &columns, &rows), format!("{head} {values}"));
    columns[0].always = true;
    let overriding = file(ExportFormat::Sql, &columns, &rows);
    assert_eq!(overriding, format!("{head} OVERRIDING SYSTEM VALUE {values}"));
    assert_eq!(file(ExportFormat::Sql, &columns, &[]), "");
    let defaults = "INSERT INTO \"public\".\"o\"\"t\" DEFAULT VALUES;\n";
    assert_eq!(file(ExportFormat::Sql, &[], &[&[], &[]]), defaults.repeat(2));
    assert_eq!(file(ExportFormat::Sql, &columns[2..3], &[&[Some("7")]]), defaults);
}

#[test]
fn sql_statements_are_of_bounded_size() {
    let columns = [column("t", Kind::Text)];
    let statements = |rows: &[Row]| {
        let sql = written(&options(ExportFormat::Sql), &columns, rows).0;
        let statements: Vec<(usize, usize)> =
            sql.split_inclusive(";\n").map(|sql| (sql.matches("\n  (").count(), sql.len())).collect();
        statements
    };
    let counts = |rows: &[Row]| statements(rows).into_iter().map(|(rows, _)| rows).collect::<Vec<_>>();
    assert_eq!(counts(&vec![vec![Some("x".into())]; 250]), [100, 100, 50]);
    let large = statements(&vec![vec![Some("x".repeat(1000))]; 100]);
    assert_eq!(large.iter().map(|(rows, _)| rows).sum::<usize>(), 100);
    assert!(large.iter().all(|(_, length)| *length <= 64 << 10) && large[0].1 > 63 << 10, "{large:?}");
    assert_eq!(counts(&vec![vec![Some("x".repeat(100_000))]; 3]), [1, 1, 1]);
}

#[test]
fn markdown_is_a_table_whatever_is_in_it() {
    let columns = [column("a|b", Kind::Text), column("n", Kind::Number)];
    let rows: [&[Option<&str>]; 3] = [
        &[Some("x|y\r\nz\n\r"), Some("1")],
        &[None, Some("")],
        &[Some("a_b _c_ *d* `e` <i> [l] ~~ \\ &lt; & AT&T"), None],
    ];
    let expected = "| a\\|b | n |\n| --- | ---: |\n| x\\|y<br>z<br><br> | 1 |\n| |  |\n\
        | a_b \\_c\\_ \\*d\\* \\`e\\` \\<i> \\[l] \\~\\~ \\\\ \\&lt; & AT\\&T | |\n";
    assert_eq!(file(ExportFormat::Markdown, &columns, &rows), expected);
    assert_eq!(file(ExportFormat::Markdown, &[], &[&[]]), "");
}

#[test]
fn numbers_are_plain_or_not() {
    for text in ["0", "-0", "10", "1.50", "-0.001", "1e5", "1E+20", "1.5e-07"] {
        assert!(is_plain_number(text), "{text}");
    }
    for text in
        ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "NaN", "Infinity", "1 ", "0x1", "1,5", "--1", "1.2.3"]
    {
        assert!(!is_plain_number(text), "{text}");
    }
}

/// Texts that are hard on formats.
fn text() -> impl Strategy<Value = String> {
    let parts = [
        "\"", ",", ";", "\t", "\n", "\r", "\r\n", "'", "\\", "=", "NULL", "N", "a", "ä", "😀", " ",
        "\u{feff}", "\u{1}", "{", "}", "[", "1", "-", "e", "\u{2028}",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..5).prop_map(|parts| parts.concat())
}

fn rows(width: usize) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(prop::collection::vec(prop::option::of(text()), width), 0..6)
}

fn table() -> impl Strategy<Value = (Vec<String>, Vec<Row>)> {
    (1..4_usize).prop_flat_map(|width| (prop::collection::vec(text(), width), rows(width)))
}

fn as_values(rows: &[Row], value: impl Fn(&str) -> Value) -> Vec<Vec<Value>> {
    let each = |text: &Option<String>| text.as_deref().map_or(Value::Null, &value);
    rows.iter().map(|row| row.iter().map(each).collect()).collect()
}

/// Whether a text was quoted is left out.
fn unquoted(all: All) -> Vec<Vec<Value>> {
    let each = |value| if let Value::Quoted(text) = value { Value::Text(text) } else { value };
    all.values().into_iter().map(|row| row.into_iter().map(each).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn delimited_files_are_read_back(
        (names, rows) in table(),
        tsv in any::<bool>(),
        header in any::<bool>(),
        bom in any::<bool>(),
        formulas in any::<bool>(),
        delimiter in prop::sample::select(vec![',', ';', '|', 'N', ' ']),
        null in prop::sample::select(vec!["", "NULL", "\\N", "-", "'="]),
        at in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    ) {
        let format = if tsv { ExportFormat::Tsv } else { ExportFormat::Csv };
        let options = ExportOptions { format, header, delimiter, null: null.to_owned(), formulas, bom };
        prop_assume!(contradiction(&options).is_none());
        let columns: Vec<Column> = names.iter().map(|name| column(name, Kind::Text)).collect();
        let (file, neutralised) = written(&options, &columns, &rows);
        let format = ImportFormat {
            kind: Some(if tsv { ImportKind::Tsv } else { ImportKind::Csv }),
            delimiter: Some(delimiter.to_string()),
            header: Some(header),
            null: Some(null.to_owned()),
            ..ImportFormat::default()
        };
        let all = read_pieces(&format, cut(file.as_bytes(), &at));
        prop_assert!(!formulas || neutralised == 0);
        if neutralised == 0 {
            if header {
                prop_assert_eq!(&all.columns, &crate::read::unique_names(&names));
            }
            prop_assert_eq!(unquoted(all), as_values(&rows, |text| Value::Text(text.to_owned())));
        } else {
            let neutral = |text: &str| {
                let formula = text.starts_with(['=', '-', '\t', '\r']);
                Value::Text(if formula { format!("'{text}") } else { text.to_owned() })
            };
            prop_assert_eq!(unquoted(all), as_values(&rows, neutral));
        }
    }

    #[test]
    fn json_is_read_back((names, rows) in table(), array in any::<bool>()) {
        let (format, kind) =
            if array { (ExportFormat::Json, ImportKind::Json) } else { (ExportFormat::Ndjson, ImportKind::Ndjson) };
        let columns: Vec<Column> = names.iter().map(|name| column(name, Kind::Text)).collect();
        let (file, _) = written(&options(format), &columns, &rows);
        if !array {
            prop_assert_eq!(file.lines().count(), rows.len());
        }
        let all = read(&of_kind(kind), &file);
        for got in &all.records {
            prop_assert_eq!(&got.keys, &crate::read::unique_names(&names));
        }
        prop_assert_eq!(all.values(), as_values(&rows, |text| Value::Quoted(text.to_owned())));
    }

    #[test]
    fn json_is_valid_whatever_a_column_is_said_to_hold(
        text in prop_oneof![text(), "[-+0-9.e]{1,6}", "[tf\\[\\]{}\":,\n\r 1a]{1,12}"],
    ) {
        for kind in [Kind::Number, Kind::Boolean, Kind::Json, Kind::Other] {
            let (file, _) = written(&options(ExportFormat::Ndjson), &[column("c", kind)], &[vec![Some(text.clone())]]);
            prop_assert_eq!(file.matches(['\n', '\r']).count(), 1);
            // The reader refuses halves of characters, which JSON itself does not.
            let valid = serde_json::from_str::<&serde_json::value::RawValue>(&file).is_ok();
            prop_assert!(valid, "{}", file);
        }
    }

    #[test]
    fn markdown_has_a_line_for_each_row((names, rows) in table()) {
        let columns: Vec<Column> = names.iter().map(|name| column(name, Kind::Text)).collect();
        let (file, _) = written(&options(ExportFormat::Markdown), &columns, &rows);
        prop_assert!(!file.contains('\r'));
        prop_assert_eq!(file.matches('\n').count(), rows.len() + 2);
        for line in file.lines() {
            let escaped = line.matches("\\|").count();
            prop_assert_eq!(line.matches('|').count() - escaped, names.len() + 1);
        }
    }
}
