//! Which editor a column has, and what it says about values.

use howdah_types::rows::{Column, TypeKind};

/// How a value is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of some: what PostgreSQL writes, and what a person reads.
    Choice(Vec<(String, String)>),
    /// A row of another table.
    Lookup,
    Json,
    Bytes,
    Number,
    /// A moment or a length of time; the texts are examples.
    Time(&'static [&'static str]),
    Uuid,
    /// A text of any length, which may be empty.
    Text,
    /// Anything else that has a text; with a word on how it is written.
    Other(&'static str),
}

const MOMENT: &[&str] = &["now", "today", "tomorrow", "infinity"];
const DATE: &[&str] = &["today", "tomorrow", "infinity"];
const TIME: &[&str] = &["now", "allballs"];
const LENGTH: &[&str] = &["1 day", "2:30:00", "1 mon"];

impl Kind {
    pub(crate) fn of(column: &Column) -> Self {
        let Some(details) = &column.details else { return Self::Other("") };
        if details.references.is_some() {
            return Self::Lookup;
        }
        match details.kind {
            TypeKind::Enum => {
                let labels = details.enum_labels.clone().unwrap_or_default();
                Self::Choice(labels.into_iter().map(|label| (label.clone(), label)).collect())
            }
            TypeKind::Array => Self::Other("{one,\"two words\",NULL}"),
            TypeKind::Range => Self::Other("[from,to) · (from,] · empty"),
            TypeKind::Multirange => Self::Other("{[1,3),[5,8)}"),
            TypeKind::Composite => Self::Other("(first,\"second, quoted\",)"),
            TypeKind::Base => Self::of_base(details.base_type_oid),
        }
    }

    fn of_base(oid: u32) -> Self {
        match oid {
            16 => Self::Choice(vec![("t".into(), "true".into()), ("f".into(), "false".into())]),
            17 => Self::Bytes,
            20 | 21 | 23 | 26 | 700 | 701 | 1700 => Self::Number,
            114 | 3802 => Self::Json,
            1082 => Self::Time(DATE),
            1083 | 1266 => Self::Time(TIME),
            1114 | 1184 => Self::Time(MOMENT),
            1186 => Self::Time(LENGTH),
            2950 => Self::Uuid,
            18 | 19 | 25 | 1042 | 1043 => Self::Text,
            600 => Self::Other("(x,y)"),
            869 => Self::Other("192.168.0.1/24"),
            650 => Self::Other("192.168.0.0/24"),
            829 | 774 => Self::Other("08:00:2b:01:02:03"),
            1560 | 1562 => Self::Other("10110"),
            _ => Self::Other(""),
        }
    }

    /// Pixels that the editor wants.
    pub(crate) fn width(&self) -> f64 {
        match self {
            Self::Json => 460.0,
            Self::Lookup | Self::Bytes => 380.0,
            Self::Text | Self::Time(_) | Self::Uuid => 300.0,
            Self::Other(_) => 280.0,
            Self::Choice(_) | Self::Number => 200.0,
        }
    }
}

/// A word of doubt about a text, shown and never enforced: PostgreSQL decides.
pub(crate) fn doubt(kind: &Kind, text: &str) -> Option<String> {
    let text = text.trim();
    match kind {
        Kind::Number if !is_number(text) => Some("This does not look like a number".to_owned()),
        Kind::Uuid if !is_uuid(text) => Some("A uuid has 32 hexadecimal digits".to_owned()),
        Kind::Json => json_doubt(text),
        Kind::Bytes => {
            let hex = text.strip_prefix("\\x");
            let fits = hex
                .is_none_or(|hex| hex.len().is_multiple_of(2) && hex.bytes().all(|b| b.is_ascii_hexdigit()));
            (!fits).then(|| "After \\x come pairs of hexadecimal digits".to_owned())
        }
        Kind::Choice(options)
            if !options.is_empty()
                && !options.iter().any(|(value, label)| value == text || label == text) =>
        {
            Some("It is none of the labels".to_owned())
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    let word = unsigned.to_ascii_lowercase();
    if matches!(word.as_str(), "nan" | "inf" | "infinity") {
        return true;
    }
    // Hexadecimal, octal and binary since PostgreSQL 16, and underscores between digits.
    let digits = unsigned.chars().any(|c| c.is_ascii_digit());
    digits
        && unsigned
            .chars()
            .all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | 'e' | 'E' | '+' | '-' | '_' | 'x' | 'o'))
        && unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

fn is_uuid(text: &str) -> bool {
    let digits: Vec<char> = text.chars().filter(|c| !matches!(c, '-' | '{' | '}')).collect();
    digits.len() == 32 && digits.iter().all(char::is_ascii_hexdigit)
}

#[cfg(target_arch = "wasm32")]
fn json_doubt(text: &str) -> Option<String> {
    // Only whether it can be read; what was read is thrown away, and with it what it did to numbers.
    let error = js_sys::JSON::parse(text).err()?;
    let message = js_sys::Reflect::get(&error, &"message".into()).ok().and_then(|m| m.as_string());
    Some(format!("Not JSON: {}", message.unwrap_or_default()))
}

#[cfg(not(target_arch = "wasm32"))]
fn json_doubt(text: &str) -> Option<String> {
    super::super::json::pretty(text).is_none().then(|| "Not JSON".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_raise_no_doubt_and_words_do() {
        for fine in ["1", "-1.5e10", "9007199254740993.00", "NaN", "-Infinity", ".5", "1_000", "0xFF", " 7 "]
        {
            assert_eq!(doubt(&Kind::Number, fine), None, "{fine}");
        }
        for odd in ["", "abc", "1,5", "e5", "--"] {
            assert!(doubt(&Kind::Number, odd).is_some(), "{odd}");
        }
    }

    #[test]
    fn other_types_are_looked_at_too() {
        assert_eq!(doubt(&Kind::Uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), None);
        assert!(doubt(&Kind::Uuid, "a0ee").is_some());
        assert_eq!(doubt(&Kind::Bytes, "\\xde00"), None);
        assert!(doubt(&Kind::Bytes, "\\xdeg").is_some());
        let labels = Kind::Choice(vec![("t".into(), "true".into())]);
        assert_eq!((doubt(&labels, "true"), doubt(&labels, "t")), (None, None));
        assert!(doubt(&labels, "yes").is_some());
    }
}
