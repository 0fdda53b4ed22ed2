//! What name a token stands for.

/// The name that a written identifier stands for: in lower case without quotes, as it is between quotes, with the
/// escapes of `U&"…"` resolved (with the usual backslash: `UESCAPE` is another token). What cannot be resolved stays.
pub fn identifier(written: &str) -> String {
    let (unicode, quoted) = match written.get(..2) {
        Some(prefix) if prefix.eq_ignore_ascii_case("u&") => (true, written.get(2..).unwrap_or_default()),
        _ => (false, written),
    };
    let Some(inside) = quoted.strip_prefix('"') else {
        return written.to_ascii_lowercase();
    };
    let name = inside.strip_suffix('"').unwrap_or(inside).replace("\"\"", "\"");
    if unicode { unescape(&name) } else { name }
}

/// `\0441`, `\+000441` and `\\`; pairs of surrogates are one character.
fn unescape(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    let mut high: Option<u32> = None;
    while let Some(first) = rest.chars().next() {
        let mut used = first.len_utf8();
        let mut character = Some(first);
        if first == '\\' {
            let (digits, skip) = if rest[1..].starts_with('+') { (6, 2) } else { (4, 1) };
            let code = rest.get(skip..skip + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            if rest[1..].starts_with('\\') {
                used = 2;
            } else if let Some(code) = code {
                used = skip + digits;
                character = match (high.take(), code) {
                    (None, 0xd800..0xdc00) => {
                        high = Some(code);
                        None
                    }
                    (Some(high), 0xdc00..0xe000) => {
                        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (code - 0xdc00))
                    }
                    _ => char::from_u32(code),
                };
            }
        }
        plain.extend(character);
        rest = rest.get(used..).unwrap_or_default();
    }
    plain
}
