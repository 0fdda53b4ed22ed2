use proptest::prelude::*;

use super::*;
use crate::write::zip::tests::unzip;

fn column(name: &str, kind: Kind) -> Column {
    Column { name: name.to_owned(), kind, generated: false, always: false }
}

/// The parts of the file.
fn parts(mut xlsx: Xlsx, rows: &[&[Option<&str>]]) -> Vec<(String, String)> {
    let mut file = Vec::new();
    xlsx.start(&mut file);
    for (at, row) in (1..).zip(rows) {
        xlsx.row(at, row, &mut file).unwrap();
    }
    xlsx.finish(&mut file);
    unzip(&file, 0)
}

fn part<'a>(parts: &'a [(String, String)], name: &str) -> &'a str {
    &parts.iter().find(|(part, _)| part == name).unwrap().1
}

/// An element: where it stands among all, its attributes, and the text in it.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: String,
    text: String,
}

/// Reads XML strictly enough to find what is not well-formed.
fn elements(xml: &str) -> Vec<Element> {
    let mut rest = xml.strip_prefix(XML).unwrap();
    let mut open: Vec<usize> = Vec::new();
    let mut all: Vec<Element> = Vec::new();
    while !rest.is_empty() {
        if let Some(tag) = rest.strip_prefix('<') {
            let (tag, after) = tag.split_once('>').unwrap();
            rest = after;
            assert!(!tag.contains('<'));
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(all[open.pop().unwrap()].name, name);
                continue;
            }
            let empty = tag.ends_with('/');
            let tag = tag.trim_end_matches('/');
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            assert_eq!(attributes.matches('"').count() % 2, 0, "{attributes}");
            if !empty {
                open.push(all.len());
            }
            all.push(Element { name: name.into(), attributes: unescape(attributes), text: String::new() });
        } else {
            let (text, _) = rest.split_at(rest.find('<').unwrap());
            rest = &rest[text.len()..];
            assert!(
                text.chars()
                    .all(|c| matches!(c, '\t' | '\n') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}')))
            );
            all[*open.last().unwrap()].text.push_str(&unescape(text));
        }
    }
    assert!(open.is_empty());
    all
}

fn unescape(text: &str) -> String {
    for (at, _) in text.match_indices('&') {
        assert!(
            ["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|entity| text[at..].starts_with(entity)),
            "{text}"
        );
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// As spreadsheets read `_x0001_`.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest[at + 6..].starts_with('_'));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        if let Some(code) = code.and_then(char::from_u32) {
            plain.push(code);
            rest = &rest[at + 7..];
        } else {
            plain.push_str("_x");
            rest = &rest[at + 2..];
        }
    }
    plain + rest
}

/// The cells of a sheet: attributes, and the text in them.
fn cells(parts: &[(String, String)], sheet: usize) -> Vec<(String, String)> {
    let all = elements(part(parts, &format!("xl/worksheets/sheet{sheet}.xml")));
    let mut cells: Vec<(String, String)> = Vec::new();
    for element in all {
        match element.name.as_str() {
            "c" => cells.push((element.attributes, String::new())),
            "t" | "v" => cells.last_mut().unwrap().1 = plain(&element.text),
            _ => {}
        }
    }
    cells
}

#[test]
fn values_become_cells_of_their_kind() {
    let columns = vec![
        column("n <&>", Kind::Number),
        column("b", Kind::Boolean),
        column("t", Kind::Text),
        column("d", Kind::Date),
    ];
    let parts = parts(
        Xlsx::new("orders", columns),
        &[
            &[Some("1.50"), Some("t"), Some(" a\r\nb\u{1}_x0041_ _x _x0041\u{2}"), Some("2026-01-31")],
            &[Some("1234567890123456"), Some("f"), None, None],
            &[Some("NaN"), None, Some("=1+1"), None],
        ],
    );
    let cells = cells(&parts, 1);
    let expected = [
        ("r=\"A1\" s=\"1\" t=\"inlineStr\"", "n <&>"),
        ("r=\"B1\" s=\"1\" t=\"inlineStr\"", "b"),
        ("r=\"C1\" s=\"1\" t=\"inlineStr\"", "t"),
        ("r=\"D1\" s=\"1\" t=\"inlineStr\"", "d"),
        ("r=\"A2\"", "1.50"),
        ("r=\"B2\" t=\"b\"", "1"),
        ("r=\"C2\" t=\"inlineStr\"", " a\r\nb\u{1}_x0041_ _x _x0041\u{2}"),
        ("r=\"D2\" t=\"inlineStr\"", "2026-01-31"),
        ("r=\"A3\" t=\"inlineStr\"", "1234567890123456"),
        ("r=\"B3\" t=\"b\"", "0"),
        ("r=\"A4\" t=\"inlineStr\"", "NaN"),
        ("r=\"C4\" t=\"inlineStr\"", "=1+1"),
    ];
    let cells: Vec<(&str, &str)> = cells.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
    assert_eq!(cells, expected);
}

#[test]
fn every_part_is_there_and_is_xml() {
    let parts = parts(Xlsx::new("a<\"b\">", vec![column("a", Kind::Text)]), &[]);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "xl/worksheets/sheet1.xml",
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    ];
    assert_eq!(names, expected);
    for (_, xml) in &parts {
        assert!(!elements(xml).is_empty());
    }
    assert!(part(&parts, "xl/workbook.xml").contains("<sheet name=\"a&lt;&quot;b&quot;&gt;\" sheetId=\"1\""));
    assert!(part(&parts, names[0]).contains("state=\"frozen\""));
}

#[test]
fn more_rows_than_a_sheet_holds_go_on_on_the_next() {
    let column = column("a", Kind::Number);
    assert_eq!(Xlsx::new("t", vec![column.clone()]).limit, 1_048_575);
    let xlsx = Xlsx { limit: 2, ..Xlsx::new("t", vec![column]) };
    let rows: [&[Option<&str>]; 5] = [&[Some("1")], &[Some("2")], &[Some("3")], &[Some("4")], &[Some("5")]];
    let parts = parts(xlsx, &rows);
    let sheet = |sheet| {
        let cells = cells(&parts, sheet);
        cells.into_iter().map(|(at, text)| (at[3..5].to_owned(), text)).collect::<Vec<_>>()
    };
    let cell = |at: &str, text: &str| (at.to_owned(), text.to_owned());
    assert_eq!(sheet(1), [cell("A1", "a"), cell("A2", "1"), cell("A3", "2")]);
    assert_eq!(sheet(2), [cell("A1", "a"), cell("A2", "3"), cell("A3", "4")]);
    assert_eq!(sheet(3), [cell("A1", "a"), cell("A2", "5")]);
    let named = elements(part(&parts, "xl/workbook.xml"));
    let named: Vec<&str> = named
        .iter()
        .filter(|element| element.name == "sheet")
        .map(|element| &element.attributes[..12])
        .collect();
    assert_eq!(named, ["name=\"t\" she", "name=\"t (2)\"", "name=\"t (3)\""]);
    for (name, count) in [("[Content_Types].xml", 3), ("xl/_rels/workbook.xml.rels", 3)] {
        assert_eq!(part(&parts, name).matches("worksheets/sheet").count(), count);
    }
}

#[test]
fn what_a_spreadsheet_cannot_hold_is_refused() {
    let mut out = Vec::new();
    let mut xlsx = Xlsx::new("t", vec![column("a", Kind::Text), column("note", Kind::Text)]);
    xlsx.start(&mut out);
    let fits = "😀".repeat(16_383) + "x";
    xlsx.row(1, &[None, Some(&fits)], &mut out).unwrap();
    let refused = xlsx.row(2, &[None, Some(&(fits + "x"))], &mut out).unwrap_err();
    assert_eq!((refused.row, refused.column.as_deref()), (2, Some("note")));
    let sentence = "A cell of a spreadsheet holds at most 32,767 characters; row 2 has 32768 in “note”.";
    assert_eq!(refused.to_string(), sentence);
    xlsx.row(3, &[Some("y"), None], &mut out).unwrap();
    xlsx.finish(&mut out);
    let cells = cells(&unzip(&out, 0), 1);
    assert_eq!(cells.len(), 4);
    assert_eq!(cells[3], ("r=\"A3\" t=\"inlineStr\"".to_owned(), "y".to_owned()));

    let mut wide = Xlsx::new("t", vec![column("a", Kind::Text); COLUMNS]);
    assert_eq!(wide.letters.last().unwrap(), "XFD");
    let mut out = Vec::new();
    wide.start(&mut out);
    wide.row(1, &vec![None; COLUMNS], &mut out).unwrap();
    let mut wide = Xlsx::new("t", vec![column("a", Kind::Text); COLUMNS + 1]);
    wide.start(&mut out);
    let refused = wide.row(1, &vec![None; COLUMNS + 1], &mut out).unwrap_err();
    assert_eq!(refused.message, "A spreadsheet has at most 16,384 columns; row 1 has 16385.");
}

#[test]
fn numbers_that_would_be_rounded_are_texts() {
    for text in [
        "0",
        "0.00",
        "-1",
        "123456789012345",
        "1234567890123450000",
        "0.000123456789012345",
        "1e+300",
        "-1.5e-07",
    ] {
        assert!(is_exact(text), "{text}");
    }
    for text in ["-0", "1234567890123456", "0.1234567890123456", "1e400", "1e-320", "NaN", "Infinity", ""] {
        assert!(!is_exact(text), "{text}");
    }
}

#[test]
fn columns_and_sheets_have_names() {
    for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
        assert_eq!(letters(column), name);
    }
    for (table, sheet, name) in [
        ("orders", 1, "orders"),
        ("orders", 2, "orders (2)"),
        ("'a/b:c'", 1, "a_b_c"),
        ("''", 1, "rows"),
        ("History", 1, "rows"),
        ("abcdefghijklmnopqrstuvwxyz0123456789", 1, "abcdefghijklmnopqrstuvwxyz01234"),
        ("abcdefghijklmnopqrstuvwxyz0123456789", 12, "abcdefghijklmnopqrstuvwxyz (12)"),
    ] {
        assert_eq!(sheet_name(table, sheet), name);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_back(texts in prop::collection::vec("([^\0]|_x00|_x00Aa|[<>&_\r\u{1}\u{ffff}]){0,20}", 1..4)) {
        let columns = vec![column("a", Kind::Text); texts.len()];
        let row: Vec<Option<&str>> = texts.iter().map(|text| Some(text.as_str())).collect();
        let cells = cells(&parts(Xlsx::new("t", columns), &[&row]), 1);
        let read: Vec<&str> = cells[texts.len()..].iter().map(|(_, text)| text.as_str()).collect();
        prop_assert_eq!(read, texts);
    }
}
