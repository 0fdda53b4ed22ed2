//! Names for what tests make.

use std::sync::atomic::{AtomicU32, Ordering};

/// A name that no other test of this run uses: `prefix_<process>_<number>`.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Names that a low-privilege role may give its objects, and that break what is put together from text.
pub const HOSTILE_NAMES: &[&str] = &[
    "o'brien",
    "a\"b",
    "%I%s",
    "$$;drop",
    "\\",
    "line\nbreak",
    "tab\there",
    "<img src=x onerror=alert(1)>",
    "host=evil dbname=x",
    "../..",
    "a/b",
    ".",
    "..",
    "🐘 éß漢字",
    "UPPER Case",
    " leading and trailing ",
    "a?b=c",
    "a#b",
    "a%2Fb",
    "%00",
    "*",
    "$user",
    "-",
    "null",
    "select",
    "pg_catalog.x",
    "{{7*7}}",
    "a&b;c=d+e",
    "\u{202e}rtl\u{200b}",
    "\r\nX-Injected: 1",
    "postgres://u:p@evil/x",
    "{a,\"b\"}",
    "'; DROP TABLE x; --",
    "E'\\x41'",
];

/// [`HOSTILE_NAMES`], and one of exactly 63 bytes that ends within the room for a two-byte character.
pub fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> = HOSTILE_NAMES.iter().map(|&name| name.to_owned()).collect();
    names.push(format!("{}é", "x".repeat(61)));
    names
}

/// A text as one segment of a path or one value of a query: everything but letters, digits, `-`, `_` and `~` is
/// percent-encoded, the dot too (`.` and `..` would be taken out of the path).
pub fn segment(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            use std::fmt::Write;
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
