//! Strings and values in text that is known to be valid JSON.

use crate::read::NUL;

/// Where the string ends that begins there, after its closing quote.
pub(super) fn string_end(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    loop {
        match text.get(at) {
            None => return text.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// Where the number, word, object or array ends that begins there. It is an error when a string in it holds what
/// PostgreSQL's texts cannot.
pub(super) fn value_end(text: &str, at: usize) -> Result<usize, String> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = at;
    let mut scratch = String::new();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = string_end(bytes, at);
                let inner = &text[at + 1..end - 1];
                if inner.contains('\\') {
                    scratch.clear();
                    unescape(inner, &mut scratch)?;
                }
                at = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at + 1);
                }
            }
            b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return Ok(at),
            _ => {}
        }
        at += 1;
    }
    Ok(bytes.len())
}

/// What stands between the quotes of a string, without its escapes.
pub(in crate::read) fn unescape(escaped: &str, out: &mut String) -> Result<(), String> {
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let plain = match after.as_bytes().first() {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let (c, used) = unicode(after)?;
                out.push(c);
                rest = &after[used..];
                continue;
            }
            Some(byte) => char::from(*byte),
            None => break,
        };
        out.push(plain);
        rest = &after[1..];
    }
    out.push_str(rest);
    Ok(())
}

/// The character that `uXXXX`, or two of them, stands for, and how long that is.
fn unicode(after: &str) -> Result<(char, usize), String> {
    let unit = |at: usize| after.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let first = unit(1).unwrap_or_default();
    if first == 0 {
        return Err(NUL.to_owned());
    }
    if let Some(c) = char::from_u32(first) {
        return Ok((c, 5));
    }
    let second = if after.get(5..7) == Some("\\u") { unit(7) } else { None };
    match second {
        Some(second @ 0xdc00..=0xdfff) if first < 0xdc00 => {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            Ok((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11))
        }
        _ => Err(format!("The escape \\u{} is half a character.", after.get(1..5).unwrap_or_default())),
    }
}
