//! JSON and NDJSON. Numbers, booleans and json are written as such, digit for digit; all else is text.

use serde_json::value::RawValue;

use super::{Column, Kind, is_plain_number};
use crate::read::unique_names;

#[derive(Debug)]
pub(super) struct Json {
    /// What stands before a value, and what the value is.
    columns: Vec<(Vec<u8>, Kind)>,
    /// An array; else one object on each line.
    array: bool,
    first: bool,
}

impl Json {
    pub(super) fn new(columns: &[Column], array: bool) -> Self {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let names = unique_names(&names);
        let columns = names.iter().zip(columns).enumerate().map(|(at, (name, column))| {
            let mut key = Vec::new();
            if at > 0 {
                key.push(b',');
            }
            string(name, &mut key);
            key.push(b':');
            (key, column.kind)
        });
        Self { columns: columns.collect(), array, first: true }
    }

    pub(super) fn start(&mut self, out: &mut Vec<u8>) {
        if self.array {
            out.push(b'[');
        }
    }

    pub(super) fn row(&mut self, values: &[Option<&str>], out: &mut Vec<u8>) {
        if self.array {
            out.extend_from_slice(if self.first { b"\n" } else { b",\n" });
        }
        self.first = false;
        out.push(b'{');
        for ((key, kind), value) in self.columns.iter().zip(values) {
            out.extend_from_slice(key);
            match value {
                Some(text) => write(text, *kind, out),
                None => out.extend_from_slice(b"null"),
            }
        }
        out.push(b'}');
        if !self.array {
            out.push(b'\n');
        }
    }

    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.array {
            out.extend_from_slice(if self.first { b"]\n" } else { b"\n]\n" });
        }
    }
}

fn write(text: &str, kind: Kind, out: &mut Vec<u8>) {
    match kind {
        Kind::Number if is_plain_number(text) => out.extend_from_slice(text.as_bytes()),
        Kind::Boolean if text == "t" => out.extend_from_slice(b"true"),
        Kind::Boolean if text == "f" => out.extend_from_slice(b"false"),
        Kind::Json if serde_json::from_str::<&RawValue>(text).is_ok() => {
            // In valid JSON line breaks stand between values only, never in strings.
            out.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        }
        _ => string(text, out),
    }
}

fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte >= b' ' && !matches!(byte, b'"' | b'\\') {
            continue;
        }
        out.extend_from_slice(&bytes[written..at]);
        written = at + 1;
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}
