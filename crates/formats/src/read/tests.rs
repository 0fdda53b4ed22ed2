use howdah_types::imports::{ImportFormat, ImportKind};
use proptest::prelude::*;

use super::*;

/// A value that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Text(String),
    Quoted(String),
    Json(String),
}

/// A record that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) line: u64,
    pub(crate) raw: String,
    pub(crate) problem: Option<String>,
    pub(crate) keys: Vec<String>,
    pub(crate) values: Vec<Value>,
}

/// Everything that a file in pieces holds, until its end or until it cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct All {
    pub(crate) records: Vec<Got>,
    pub(crate) columns: Vec<String>,
    pub(crate) failed: Option<Unreadable>,
}

impl All {
    /// The values, which must all be readable.
    pub(crate) fn values(self) -> Vec<Vec<Value>> {
        assert_eq!(self.failed, None);
        let whole = |got: Got| {
            assert_eq!(got.problem, None, "{got:?}");
            got.values
        };
        self.records.into_iter().map(whole).collect()
    }

    /// Lines and problems.
    pub(crate) fn problems(&self) -> Vec<(u64, &str)> {
        let problem = |got: &'_ Got| got.problem.is_some();
        let blamed = self.records.iter().filter(|got| problem(got));
        blamed.map(|got| (got.line, got.problem.as_deref().unwrap())).collect()
    }
}

pub(crate) fn read_pieces<'a>(format: &ImportFormat, pieces: impl IntoIterator<Item = &'a [u8]>) -> All {
    let mut reader = Reader::new(format).unwrap();
    let mut all = All { records: Vec::new(), columns: Vec::new(), failed: None };
    let mut record = Record::new();
    let mut pieces = pieces.into_iter();
    let mut ended = false;
    while !ended {
        if let Some(piece) = pieces.next() {
            reader.push(piece);
        } else {
            reader.finish();
            ended = true;
        }
        loop {
            match reader.next(&mut record) {
                Ok(false) => break,
                Ok(true) => all.records.push(keep(&record)),
                Err(failed) => {
                    assert_eq!(reader.next(&mut record), Err(failed.clone()));
                    all.failed = Some(failed);
                    ended = true;
                    break;
                }
            }
        }
    }
    all.columns = reader.columns().unwrap_or_default().to_vec();
    all
}

fn keep(record: &Record) -> Got {
    let value = |field| match field {
        Field::Null => Value::Null,
        Field::Text { text, quoted: false } => Value::Text(text.to_owned()),
        Field::Text { text, quoted: true } => Value::Quoted(text.to_owned()),
        Field::Json(text) => Value::Json(text.to_owned()),
    };
    Got {
        line: record.line(),
        raw: record.raw().to_owned(),
        problem: record.problem().map(str::to_owned),
        keys: record.keyed().map(|(key, _)| key.to_owned()).collect(),
        values: record.fields().map(value).collect(),
    }
}

pub(crate) fn read(format: &ImportFormat, file: impl AsRef<[u8]>) -> All {
    read_pieces(format, [file.as_ref()])
}

pub(crate) fn of_kind(kind: ImportKind) -> ImportFormat {
    ImportFormat { kind: Some(kind), ..ImportFormat::default() }
}

pub(crate) const KINDS: [ImportKind; 4] =
    [ImportKind::Csv, ImportKind::Tsv, ImportKind::Json, ImportKind::Ndjson];

/// The file cut where it says.
pub(crate) fn cut<'a>(file: &'a [u8], at: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = at.iter().map(|index| index.index(file.len() + 1)).collect();
    places.extend([0, file.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &file[pair[0]..pair[1]]).collect()
}

#[test]
fn what_the_format_cannot_be_is_said_with_its_field() {
    let field = |format: ImportFormat| Reader::new(&format).unwrap_err().field;
    let csv = of_kind(ImportKind::Csv);
    assert_eq!(field(ImportFormat { encoding: Some("klingon".into()), ..csv.clone() }), Some("encoding"));
    assert_eq!(field(ImportFormat { delimiter: Some("::".into()), ..csv.clone() }), Some("delimiter"));
    assert_eq!(field(ImportFormat { delimiter: Some("ä".into()), ..csv.clone() }), Some("delimiter"));
    assert_eq!(field(ImportFormat { quote: Some("''".into()), ..csv.clone() }), Some("quote"));
    assert_eq!(field(ImportFormat { quote: Some(",".into()), ..csv.clone() }), Some("quote"));
}

#[test]
fn every_kind_knows_encodings_and_lines_to_skip() {
    for (kind, text) in [
        (ImportKind::Csv, "# \"note\r\n#\rk\nä\n"),
        (ImportKind::Tsv, "# \"note\r\n#\rk\nä\n"),
        (ImportKind::Json, "# \"note\r\n#\r[\n{\"k\":\"ä\"}]"),
        (ImportKind::Ndjson, "# \"note\r\n#\r\n\n{\"k\":\"ä\"}\n"),
    ] {
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for (encoding, bytes) in [("utf-8", text.as_bytes()), ("utf-16le", &utf16), ("windows-1252", &latin)]
        {
            let format =
                ImportFormat { encoding: Some(encoding.into()), skip_lines: Some(2), ..of_kind(kind) };
            let all = read(&format, bytes);
            assert_eq!(all.records.len(), 1, "{kind:?} {encoding} {all:?}");
            assert_eq!(all.records[0].line, 4, "{kind:?} {encoding}");
            assert_eq!(all.records[0].keys, ["k"]);
            assert!(
                matches!(&all.records[0].values[0], Value::Text(text) | Value::Quoted(text) if text == "ä")
            );
        }
        let bad = read(&ImportFormat { skip_lines: Some(2), ..of_kind(kind) }, &latin).failed.unwrap();
        assert_eq!((bad.field, bad.line), (Some("encoding"), Some(4)), "{kind:?}");
    }
}

#[test]
fn records_before_bytes_that_cannot_be_read_are_read() {
    let all = read(&of_kind(ImportKind::Csv), b"a\n1\n2\n\xff\n3\n");
    assert_eq!(all.records.len(), 2);
    assert_eq!(all.failed.unwrap().line, Some(4));
}

#[test]
fn a_record_has_a_longest_length() {
    let long = "x".repeat(MAX_RECORD);
    for (kind, file) in [
        (ImportKind::Csv, format!("a\nb\n{long}")),
        (ImportKind::Ndjson, format!("{{}}\n{{}}\n\"{long}")),
        (ImportKind::Json, format!("[{{}}\n,\n{{\"a{long}\":1}}]")),
    ] {
        // It just fits, where nothing stands around it.
        let fits = read(&of_kind(kind), &file).failed.is_none();
        assert_eq!(fits, kind == ImportKind::Csv);
        let failed = read(&of_kind(kind), format!("{}y\n", file.replacen('x', "xx", 1))).failed.unwrap();
        assert_eq!(failed.line, Some(3));
        assert!(failed.message.contains("16 MiB"), "{failed}");
    }
    let endless = format!("a\n\n1\n\"{long}\n{long}\"\n");
    let failed = read(&of_kind(ImportKind::Csv), endless).failed.unwrap();
    assert_eq!(failed.line, Some(4));
    assert!(failed.message.starts_with("This quote is never closed"), "{failed}");
}

/// Bytes of which files are made, and others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let common = prop::sample::select(b"\"\"\\,;\t\n\n\r{}[]:au1 .-e\0\xc3\xa4\xff".to_vec());
    prop::collection::vec(prop_oneof![9 => common, 1 => any::<u8>()], 0..60)
}

/// Texts that are nearly JSON.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let parts = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"k\"",
        "\"a\\n\"",
        "\"\\\"\"",
        "\"\\\\\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud800\"",
        "1",
        "-0.5e3",
        "null",
        "true",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\"",
        "{\"a\":1}",
        "{\"b\":[{}]}",
        "ä",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..16)
        .prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_pieces_give_the_same_records_and_nothing_panics(
        file in prop_oneof![bytes(), nearly_json()],
        at in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        header in any::<bool>(),
        skip in 0..3_u32,
        quote in prop::sample::select(vec!["\"", "'", ""]),
        encoding in prop::sample::select(vec!["utf-8", "utf-8", "windows-1252", "utf-16le", "shift_jis"]),
    ) {
        for kind in KINDS {
            let format = ImportFormat {
                kind: Some(kind),
                header: Some(header),
                skip_lines: Some(skip),
                quote: Some(quote.to_owned()),
                encoding: Some(encoding.to_owned()),
                ..ImportFormat::default()
            };
            let whole = read(&format, &file);
            prop_assert_eq!(&read_pieces(&format, cut(&file, &at)), &whole);
            prop_assert_eq!(&read_pieces(&format, file.chunks(1)), &whole);
        }
    }

    #[test]
    fn a_record_stands_on_the_line_that_it_says(file in prop_oneof![bytes(), nearly_json()], header in any::<bool>()) {
        let text = String::from_utf8_lossy(&file).into_owned();
        let lines: Vec<&str> = text.split_inclusive(['\n', '\r']).collect();
        // `\r\n` was split into two.
        let mut begins = vec![0];
        let mut at = 0;
        for line in &lines {
            at += line.len();
            if line.ends_with('\n') && text[..at].ends_with("\r\n") && line.len() == 1 {
                *begins.last_mut().unwrap() = at;
            } else {
                begins.push(at);
            }
        }
        let text_read = text.trim_start_matches('\u{feff}');
        prop_assume!(text_read.len() == text.len());
        for kind in KINDS {
            let format = ImportFormat { header: Some(header), ..of_kind(kind) };
            for got in read(&format, &text).records {
                let from = begins[usize::try_from(got.line).unwrap() - 1];
                let to = begins.get(usize::try_from(got.line).unwrap()).copied().unwrap_or(text.len());
                let first = got.raw.split(['\n', '\r']).next().unwrap();
                prop_assert!(text[from..to].contains(first), "{:?} {:?}", kind, got);
            }
        }
    }

    #[test]
    fn guesses_and_previews_hold_for_any_bytes(file in prop_oneof![bytes(), nearly_json()], whole in any::<bool>()) {
        for name in ["", "a.csv", "a.tsv", "a.json", "a.jsonl"] {
            let format = guess(name, &file, &ImportFormat::default());
            prop_assert!(format.kind.is_some() && format.encoding.is_some() && format.delimiter.is_some());
            prop_assert!(format.quote.is_some() && format.header.is_some() && format.null.is_some());
            prop_assert!(format.skip_lines.is_some());
            prop_assert!(Reader::new(&format).is_ok());
            if let Ok(preview) = preview(&format, &file, whole) {
                prop_assert_eq!(preview.format, format);
                prop_assert!(preview.rows.iter().all(|row| row.len() == preview.columns.len()));
                prop_assert!(preview.problems.len() <= 20 && preview.rows.len() <= 20);
            }
        }
    }
}
