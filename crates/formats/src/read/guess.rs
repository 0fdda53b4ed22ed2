//! Guesses how a file is written.

use std::collections::{HashMap, HashSet};

use howdah_types::imports::{ImportFormat, ImportKind};

use super::types::{self, Types};
use super::{Field, Reader, Record};

/// So many records are looked at.
const RECORDS: usize = 200;

/// What may stand between values; of two that fit alike the first is taken.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// The format with nothing left out: as it was given, and guessed from the file's name and beginning where it was not.
/// A beginning that ends in the middle of a character or of a record does no harm.
pub fn guess(name: &str, beginning: &[u8], given: &ImportFormat) -> ImportFormat {
    let mut format = given.clone();
    format.skip_lines.get_or_insert(0);
    format.null.get_or_insert_default();
    format.quote.get_or_insert_with(|| "\"".to_owned());
    let encoding = format.encoding.get_or_insert_with(|| guess_encoding(beginning).to_owned()).clone();
    if format.kind.is_none() {
        let text = decode(&encoding, beginning, format.skip_lines.unwrap_or_default());
        format.kind = guess_json(name, &text);
    }
    if matches!(format.kind, Some(ImportKind::Json | ImportKind::Ndjson)) {
        format.delimiter.get_or_insert_with(|| ",".to_owned());
        format.header.get_or_insert(true);
        return format;
    }
    let kind = *format.kind.get_or_insert_with(|| {
        let extension = extension(name);
        if matches!(extension.as_str(), "tsv" | "tab") { ImportKind::Tsv } else { ImportKind::Csv }
    });
    if format.delimiter.is_none() {
        let tabs = kind == ImportKind::Tsv;
        let delimiter = if tabs { '\t' } else { guess_delimiter(&format, beginning) };
        format.delimiter = Some(delimiter.to_string());
        if delimiter == '\t' && given.kind.is_none() {
            format.kind = Some(ImportKind::Tsv);
        }
    }
    if format.header.is_none() {
        format.header = Some(guess_header(&format, beginning));
    }
    format
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

fn guess_encoding(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return "utf-8",
        [0xff, 0xfe, ..] => return "utf-16le",
        [0xfe, 0xff, ..] => return "utf-16be",
        _ => {}
    }
    // In UTF-16 every other byte of what is ASCII is NUL.
    let looked_at = &bytes[..bytes.len().min(4096)];
    let nul = |from: usize| looked_at.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nul(0), nul(1));
    let enough = looked_at.len() / 8;
    if odd > enough && odd > 4 * even {
        return "utf-16le";
    }
    if even > enough && even > 4 * odd {
        return "utf-16be";
    }
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_some() => "windows-1252",
        _ => "utf-8",
    }
}

/// The text without the lines that are to be skipped.
fn decode(encoding: &str, bytes: &[u8], skip: u32) -> String {
    let Ok(mut input) = super::decode::Input::new(encoding, skip) else {
        return String::new();
    };
    input.push(bytes);
    input.begin_line();
    input.rest().to_owned()
}

/// JSON or NDJSON, if it is one of them.
fn guess_json(name: &str, text: &str) -> Option<ImportKind> {
    let text = text.trim_start();
    let extension = extension(name);
    if text.is_empty() || matches!(extension.as_str(), "ndjson" | "jsonl") {
        return match extension.as_str() {
            "json" => Some(ImportKind::Json),
            "ndjson" | "jsonl" => Some(ImportKind::Ndjson),
            _ => None,
        };
    }
    let table = matches!(extension.as_str(), "csv" | "tsv" | "tab");
    let inner = text.strip_prefix(['[', '{'])?.trim_start_matches([' ', '\t', '\n', '\r']).chars().next();
    match text.as_bytes()[0] {
        b'[' if matches!(inner, Some('{')) || (!table && matches!(inner, Some(']') | None)) => {
            Some(ImportKind::Json)
        }
        b'[' if extension == "json" => Some(ImportKind::Json),
        b'{' if matches!(inner, Some('"' | '}')) || (!table && inner.is_none()) => {
            let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let first = lines.next().unwrap_or_default();
            let whole = serde_json::from_str::<&serde_json::value::RawValue>(first).is_ok();
            let another = lines.next().is_some_and(|line| line.starts_with('{'));
            Some(if whole && another { ImportKind::Ndjson } else { ImportKind::Json })
        }
        _ => None,
    }
}

/// The first records as rows, those left out that cannot be taken apart at all.
fn rows(format: &ImportFormat, beginning: &[u8]) -> Vec<Vec<Option<String>>> {
    let without_head = ImportFormat { header: Some(false), ..format.clone() };
    let Ok(mut reader) = Reader::new(&without_head) else {
        return Vec::new();
    };
    reader.push(beginning);
    let mut record = Record::new();
    let mut rows = Vec::new();
    let mut finished = false;
    while rows.len() < RECORDS {
        match reader.next(&mut record) {
            Ok(true) => rows.push(
                record
                    .fields()
                    .map(|field| match field {
                        Field::Null => None,
                        Field::Text { text, .. } | Field::Json(text) => Some(text.to_owned()),
                    })
                    .collect(),
            ),
            // What comes last may be cut off; it counts only where there is nothing else.
            Ok(false) if !finished && rows.len() < 2 => {
                reader.finish();
                finished = true;
            }
            Ok(false) | Err(_) => break,
        }
    }
    rows
}

fn guess_delimiter(format: &ImportFormat, beginning: &[u8]) -> char {
    let mut best = (0, ',');
    for delimiter in DELIMITERS {
        if format.quote.as_deref() == Some(delimiter.to_string().as_str()) {
            continue;
        }
        let tried = ImportFormat {
            kind: Some(ImportKind::Csv),
            delimiter: Some(delimiter.to_string()),
            ..format.clone()
        };
        let rows = rows(&tried, beginning);
        let mut widths: HashMap<usize, usize> = HashMap::new();
        for row in &rows {
            *widths.entry(row.len()).or_default() += 1;
        }
        let usual =
            widths.into_iter().filter(|(width, _)| *width > 1).max_by_key(|(width, times)| (*times, *width));
        let Some((width, times)) = usual else {
            continue;
        };
        // Rows that agree count most; then how many values they have.
        let score = times * 1000 / rows.len() * 1000 + width.min(999);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn guess_header(format: &ImportFormat, beginning: &[u8]) -> bool {
    let rows = rows(format, beginning);
    let Some((head, others)) = rows.split_first() else {
        return true;
    };
    let is_typed = |value: &str| types::of_text(value, true) != Types::TEXT;
    // `t` and `n` are names as often as they are booleans.
    let is_letter = |name: &str| name.len() == 1 && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_value = |name: &str| !is_letter(name) && is_typed(name);
    if head.iter().flatten().any(|name| is_value(name)) {
        return false;
    }
    let names: Vec<&str> = head.iter().flatten().map(String::as_str).collect();
    let column = |at: usize| others.iter().filter_map(move |row| row.get(at)?.as_deref());
    // The first column alone may be without a name: it is where some programs write numbers of rows.
    let index = head.len() > 1 && names.len() + 1 == head.len();
    let unlike = (0..head.len()).any(|at| {
        (head[at].is_some() || (at == 0 && index)) && column(at).next().is_some() && column(at).all(is_typed)
    });
    if unlike {
        return true;
    }
    let distinct = names.iter().collect::<HashSet<_>>().len() == head.len();
    let repeated = (0..head.len()).any(|at| column(at).any(|value| head[at].as_deref() == Some(value)));
    distinct && !repeated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, beginning: &[u8]) -> ImportFormat {
        guess(name, beginning, &ImportFormat::default())
    }

    #[test]
    fn the_encoding_is_guessed() {
        for (bytes, encoding) in [
            (&b"a,b\n1,2\n"[..], "utf-8"),
            (b"", "utf-8"),
            (b"\xef\xbb\xbfa", "utf-8"),
            (b"stra\xc3\x9fe", "utf-8"),
            (b"cut off: \xc3", "utf-8"),
            (b"stra\xdfe,1", "windows-1252"),
            (b"\xff\xfea\0", "utf-16le"),
            (b"\xfe\xff\0a", "utf-16be"),
            (b"a\0,\0b\0\n\0", "utf-16le"),
            (b"\0a\0,\0b\0\n", "utf-16be"),
        ] {
            assert_eq!(of("a.csv", bytes).encoding.as_deref(), Some(encoding), "{bytes:?}");
        }
    }

    #[test]
    fn the_kind_is_guessed_by_content_and_name() {
        use ImportKind::{Csv, Json, Ndjson, Tsv};
        for (name, text, kind) in [
            ("a.txt", "[{\"a\":1}]", Json),
            ("a.csv", " [\n {\"a\":1}", Json),
            ("a.txt", "{\n\"a\":1}", Json),
            ("a.txt", "{\"a\":1}", Json),
            ("a.txt", "{\"a\":1}\n{\"a\":2}\n", Ndjson),
            ("a.json", "{\"a\":1}\r\n\r\n{\"a\":2, \"b", Ndjson),
            ("a.jsonl", "{\"a\":1}", Ndjson),
            ("a.json", "[]", Json),
            ("a.json", "[1", Json),
            ("a.json", "", Json),
            ("a.csv", "[x],{y}\n1,2\n", Csv),
            ("a.txt", "a,b\n1,2\n", Csv),
            ("a.txt", "a\tb\n1\t2\n", Tsv),
            ("A.TSV", "a\n1\n", Tsv),
            ("", "", Csv),
        ] {
            assert_eq!(of(name, text.as_bytes()).kind, Some(kind), "{name} {text}");
        }
        let skipping = ImportFormat { skip_lines: Some(1), ..ImportFormat::default() };
        assert_eq!(guess("", b"# note\n{\"a\":1}\n{}\n", &skipping).kind, Some(Ndjson));
    }

    #[test]
    fn the_delimiter_is_guessed_by_rows_that_agree() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", ","),
            ("a;b\n1,5;2\n2,5;3\n", ";"),
            ("a|b|c\n1|\"x,|y\"|3\n1|2,3|4", "|"),
            ("name\nAda, Countess\nGrace\n", ","),
            ("a\n1\n", ","),
            ("a;b", ";"),
            ("n;t\n1;\"a,b\nc,d,e\"\n2;x\n", ";"),
        ] {
            assert_eq!(of("a.csv", text.as_bytes()).delimiter.as_deref(), Some(delimiter), "{text}");
        }
        assert_eq!(of("a.csv", b"a\tb\n1\t2\n").delimiter.as_deref(), Some("\t"));
    }

    #[test]
    fn the_head_is_guessed() {
        for (text, header) in [
            ("id,name\n1,Ada\n2,Grace\n", true),
            ("1,Ada\n2,Grace\n", false),
            ("name,city\nAda,London\n", true),
            ("Ada,London\nBob,London\n", false),
            ("a,a\nx,y\n", false),
            (",name\nx,y\n", false),
            (",name\n1,y\n", true),
            ("\n1\n2\n", false),
            ("2026-01-31,x\n", false),
            ("id,name", true),
            ("", true),
        ] {
            assert_eq!(of("a.csv", text.as_bytes()).header, Some(header), "{text}");
        }
    }

    #[test]
    fn what_is_given_stays() {
        let given = ImportFormat {
            kind: Some(ImportKind::Csv),
            encoding: Some("windows-1252".into()),
            delimiter: Some("|".into()),
            quote: Some(String::new()),
            header: Some(false),
            null: Some("\\N".into()),
            skip_lines: Some(3),
        };
        assert_eq!(guess("a.json", b"[{\"a\":1}]", &given), given);
    }
}
