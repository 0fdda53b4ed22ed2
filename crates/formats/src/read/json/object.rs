//! Takes an object apart: one level of it. What lies deeper stays text.

use serde_json::value::RawValue;

use super::text;
use crate::read::Record;
use crate::read::record::{Span, Stored};

/// Fills the record with what its raw text holds, or blames it.
pub(super) fn take_apart(record: &mut Record) {
    if let Err(problem) = try_to(record) {
        record.blame(problem);
    }
}

fn try_to(record: &mut Record) -> Result<(), String> {
    if let Err(error) = serde_json::from_str::<&RawValue>(record.raw()) {
        let message = error.to_string();
        let message = match message.rfind(" at line ") {
            _ if error.is_eof() => "it ends too early",
            Some(at) => &message[..at],
            None => &message,
        };
        let line = u64::try_from(error.line()).unwrap_or(1).max(1);
        return Err(if line == 1 {
            format!("This is no valid JSON: {message}.")
        } else {
            format!("This is no valid JSON: {message} (line {}).", record.line() + line - 1)
        });
    }
    // From here on the text is known to be valid, so that nothing below needs to be looked for twice.
    let mut at = blanks(record, 0);
    if byte(record, at) != b'{' {
        return Err("This is no JSON object.".to_owned());
    }
    loop {
        at = blanks(record, at + 1);
        if byte(record, at) != b'"' {
            break;
        }
        let (key, end) = string(record, at)?;
        at = blanks(record, blanks(record, end) + 1);
        let (value, end) = value(record, at)?;
        record.add_keyed(key, value);
        at = blanks(record, end);
        if byte(record, at) != b',' {
            break;
        }
    }
    match twice(record) {
        Some(key) => Err(format!("The key “{key}” comes twice.")),
        None => Ok(()),
    }
}

/// The byte there; 0 after the end.
fn byte(record: &Record, at: usize) -> u8 {
    record.raw().as_bytes().get(at).copied().unwrap_or_default()
}

/// Where something other than blanks comes.
fn blanks(record: &Record, mut at: usize) -> usize {
    while matches!(byte(record, at), b' ' | b'\t' | b'\n' | b'\r') {
        at += 1;
    }
    at
}

/// The string that begins there, and where it ends.
fn string(record: &mut Record, at: usize) -> Result<(Span, usize), String> {
    let end = text::string_end(record.raw().as_bytes(), at);
    let inner = at + 1..end - 1;
    if !record.raw()[inner.clone()].contains('\\') {
        return Ok((Span::raw(inner.start, inner.end), end));
    }
    let begin = record.extra.len();
    let mut extra = std::mem::take(&mut record.extra);
    let result = text::unescape(&record.raw()[inner], &mut extra);
    record.extra = extra;
    result?;
    Ok((record.since(begin), end))
}

/// The value that begins there, and where it ends.
fn value(record: &mut Record, at: usize) -> Result<(Stored, usize), String> {
    match byte(record, at) {
        b'"' => {
            let (text, end) = string(record, at)?;
            Ok((Stored::Text { at: text, quoted: true }, end))
        }
        b'n' => Ok((Stored::Null, at + 4)),
        _ => {
            let end = text::value_end(record.raw(), at)?;
            Ok((Stored::Json(Span::raw(at, end)), end))
        }
    }
}

/// A key that comes more than once.
fn twice(record: &mut Record) -> Option<String> {
    // Most objects have the keys of the one before.
    if record.has_known_keys() {
        return None;
    }
    let keys = record.keys();
    let mut met = std::collections::HashSet::with_capacity(keys.len());
    let found = keys.iter().map(|key| record.text(*key)).find(|key| !met.insert(*key)).map(str::to_owned);
    if found.is_none() {
        record.remember_keys();
    }
    found
}
