//! Names in addresses. A PostgreSQL name can hold anything but NUL: slashes, quotes, per cent signs, newlines, emoji.

use std::fmt::Write as _;

/// One segment of an API path, percent-encoded: everything but letters, digits, `-` and `_` of ASCII.
///
/// A browser removes the segments `.` and `..`, even when they are spelled `%2E`; NUL, which no name can hold, goes
/// before them so that they arrive.
pub fn segment(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    if name == "." || name == ".." {
        out.push_str("%00");
    }
    for byte in name.bytes() {
        push_percent(byte, &mut out);
    }
    out
}

/// A value in a query string, percent-encoded in the same way.
pub fn value(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        push_percent(byte, &mut out);
    }
    out
}

fn push_percent(byte: u8, out: &mut String) {
    if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.' {
        out.push(char::from(byte));
    } else {
        let _ = write!(out, "%{byte:02X}");
    }
}

/// `?a=1&b=2` of those that have a value; empty when none has.
pub fn query(pairs: &[(&str, Option<String>)]) -> String {
    let mut out = String::new();
    for (key, text) in pairs {
        if let Some(text) = text {
            out.push(if out.is_empty() { '?' } else { '&' });
            out.push_str(key);
            out.push('=');
            out.push_str(&value(text));
        }
    }
    out
}

/// A name as one segment of an address of the *app*.
///
/// Browsers rewrite percent signs and dots of paths in their own ways. ASCII letters and digits, all of Unicode, `-`,
/// `_` and `.` stay; every other byte is `~` and two hexadecimal digits.
pub fn route_segment(name: &str) -> String {
    let dots = name == "." || name == "..";
    let mut out = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || !c.is_ascii() || c == '-' || c == '_' || (c == '.' && !dots) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "~{byte:02X}");
            }
        }
    }
    out
}

/// The name behind a segment that [`route_segment`] made; what it did not make stays as it is.
pub fn from_route(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = (first == b'~').then(|| tail.get(..2)).flatten().and_then(|h| std::str::from_utf8(h).ok());
        if let Some(byte) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_make_one_segment_of_a_path() {
        assert_eq!(segment("o'brien \"x\"/%\n"), "o%27brien%20%22x%22%2F%25%0A");
        assert_eq!(segment(".."), "%00..");
        assert_eq!(segment("a..b"), "a..b");
        assert_eq!(segment("🐘"), "%F0%9F%90%98");
    }

    #[test]
    fn a_query_holds_only_what_is_given() {
        assert_eq!(query(&[("a", None), ("b", Some("1&2".into()))]), "?b=1%262");
        assert_eq!(query(&[("a", None)]), "");
    }

    #[test]
    fn any_name_comes_back_from_an_address_of_the_app() {
        for name in ["shop", "a/b", "%41", "~2E", ".", "..", "a\nb", "🐘 ä", "?x=1#y", "<img>"] {
            let made = route_segment(name);
            assert!(!made.contains(['/', '%', '?', '#', ' ', '\n']), "{made}");
            assert_eq!(from_route(&made), name);
        }
        assert_eq!(from_route("~zz~4"), "~zz~4");
    }
}
