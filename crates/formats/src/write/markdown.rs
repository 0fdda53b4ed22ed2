//! A table for documents, as GitHub and most others read them.

use super::{Column, Kind};

#[derive(Debug)]
pub(super) struct Markdown {
    columns: Vec<Column>,
}

impl Markdown {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        Self { columns }
    }

    pub(super) fn start(&mut self, out: &mut Vec<u8>) {
        if self.columns.is_empty() {
            return;
        }
        let names: Vec<Option<&str>> = self.columns.iter().map(|column| Some(column.name.as_str())).collect();
        self.row(&names, out);
        for column in &self.columns {
            let right = column.kind == Kind::Number;
            out.extend_from_slice(if right { b"| ---: " } else { b"| --- " });
        }
        out.extend_from_slice(b"|\n");
    }

    pub(super) fn row(&self, values: &[Option<&str>], out: &mut Vec<u8>) {
        if self.columns.is_empty() {
            return;
        }
        for value in values {
            out.extend_from_slice(b"| ");
            if let Some(text) = value {
                escape(text, out);
                out.push(b' ');
            }
        }
        out.extend_from_slice(b"|\n");
    }
}

/// What would end the cell or the row, and what Markdown would take for its own.
fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' if at > 0 && bytes[at - 1] == b'\r' => {}
            b'\n' | b'\r' => out.extend_from_slice(b"<br>"),
            b'|' | b'\\' | b'`' | b'*' | b'<' | b'[' | b'~' => out.extend_from_slice(&[b'\\', *byte]),
            // Within a word it is only a character.
            b'_' if !(word(at.checked_sub(1)) && word(Some(at + 1))) => out.extend_from_slice(b"\\_"),
            // `&lt;` would become `<`.
            b'&' if word(Some(at + 1)) || bytes.get(at + 1) == Some(&b'#') => out.extend_from_slice(b"\\&"),
            _ => out.push(*byte),
        }
    }
}
