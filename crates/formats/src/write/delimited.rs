//! CSV and TSV, so that a reader gets back what was written: NULL is one text without quotes, and a value that reads the
//! same stands between quotes, as does the empty text.

use howdah_types::exports::{ExportFormat, ExportOptions};

use super::{Column, Kind, is_plain_number};

/// What in the options cannot be: the option, and why. A file that is written all the same cannot be read back.
pub fn contradiction(options: &ExportOptions) -> Option<(&'static str, &'static str)> {
    let delimiter = match options.format {
        ExportFormat::Csv => options.delimiter,
        ExportFormat::Tsv => '\t',
        _ => return None,
    };
    if !delimiter.is_ascii() || matches!(delimiter, '"' | '\n' | '\r' | '\0') {
        return Some(("delimiter", "Give one ASCII character other than a quote or a line break."));
    }
    if options.null.contains([delimiter, '"', '\n', '\r', '\0']) {
        return Some((
            "null",
            "What stands for NULL is never quoted; it must hold no delimiter, quote or line break.",
        ));
    }
    None
}

#[derive(Debug)]
pub(super) struct Delimited {
    columns: Vec<Column>,
    delimiter: u8,
    null: String,
    header: bool,
    formulas: bool,
    bom: bool,
    neutralised: u64,
    /// Bytes for which a value is quoted.
    special: [bool; 256],
}

impl Delimited {
    pub(super) fn new(options: &ExportOptions, columns: Vec<Column>) -> Self {
        let delimiter = match options.format {
            ExportFormat::Tsv => b'\t',
            _ => u8::try_from(options.delimiter).unwrap_or(b','),
        };
        let mut special = [false; 256];
        for byte in [delimiter, b'"', b'\n', b'\r'] {
            special[usize::from(byte)] = true;
        }
        Self {
            columns,
            delimiter,
            null: options.null.clone(),
            header: options.header,
            formulas: options.formulas,
            bom: options.bom,
            neutralised: 0,
            special,
        }
    }

    pub(super) fn neutralised(&self) -> u64 {
        self.neutralised
    }

    pub(super) fn start(&mut self, out: &mut Vec<u8>) {
        if self.bom {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        if !self.header {
            return;
        }
        let columns = std::mem::take(&mut self.columns);
        for (at, column) in columns.iter().enumerate() {
            self.between(at, out);
            self.text(&column.name, Kind::Text, out);
        }
        out.extend_from_slice(b"\n");
        self.columns = columns;
    }

    pub(super) fn row(&mut self, values: &[Option<&str>], out: &mut Vec<u8>) {
        for (at, value) in values.iter().enumerate() {
            self.between(at, out);
            match value {
                Some(text) => {
                    let kind = self.columns.get(at).map_or(Kind::Other, |column| column.kind);
                    self.text(text, kind, out);
                }
                None => out.extend_from_slice(self.null.as_bytes()),
            }
        }
        out.extend_from_slice(b"\n");
    }

    fn between(&self, at: usize, out: &mut Vec<u8>) {
        if at > 0 {
            out.push(self.delimiter);
        }
    }

    fn text(&mut self, text: &str, kind: Kind, out: &mut Vec<u8>) {
        let neutral = !self.formulas && is_formula(text, kind);
        self.neutralised += u64::from(neutral);
        // A mark at the beginning of the file would be taken away by whoever reads it.
        let quoted = text.is_empty()
            || text.bytes().any(|byte| self.special[usize::from(byte)])
            || text.starts_with('\u{feff}')
            || if neutral { self.null.strip_prefix('\'') == Some(text) } else { self.null == text };
        if !quoted {
            if neutral {
                out.push(b'\'');
            }
            out.extend_from_slice(text.as_bytes());
            return;
        }
        out.push(b'"');
        if neutral {
            out.push(b'\'');
        }
        for (at, part) in text.split('"').enumerate() {
            if at > 0 {
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(part.as_bytes());
        }
        out.push(b'"');
    }
}

/// A spreadsheet would run it. The wide forms are those of East Asian keyboards, which some spreadsheets take as well.
fn is_formula(text: &str, kind: Kind) -> bool {
    match kind {
        Kind::Number | Kind::Boolean | Kind::Date => return false,
        Kind::Json if is_plain_number(text) => return false,
        Kind::Json | Kind::Text | Kind::Other => {}
    }
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}
