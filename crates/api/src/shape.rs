//! Conditions without their values, for the audit log: it is read by more people than the rows are.

use howdah_types::rows::Filter;
use serde_json::{Value, json};

/// Columns and operators.
pub(crate) fn filters(filters: &[Filter]) -> Value {
    filters.iter().map(|filter| json!({ "column": filter.column, "op": filter.op })).collect()
}

/// A condition of one's own with `?` for each constant. Of comments, and of what is written in a way that is not known
/// for sure, nothing is left.
pub(crate) fn condition(text: &str) -> String {
    let mut shape = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (kept, length) = if c == '\'' {
            ("?", string(rest, &shape))
        } else if c == '"' {
            let length = quoted(rest, '"', false);
            (length.and_then(|length| rest.get(..length)).unwrap_or_default(), length)
        } else if c == '$' {
            ("?", dollar(rest))
        } else if rest.starts_with("--") || rest.starts_with("/*") {
            ("", None)
        } else if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let end = rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len());
            ("?", Some(end))
        } else if word > 0 {
            (rest.get(..word).unwrap_or_default(), Some(word))
        } else {
            (rest.get(..c.len_utf8()).unwrap_or_default(), Some(c.len_utf8()))
        };
        shape.push_str(kept);
        let Some(length) = length else {
            shape.push('…');
            break;
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    shape
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || !c.is_ascii()
}

/// The length of a string constant; `before` tells whether backslashes escape in it.
fn string(text: &str, before: &str) -> Option<usize> {
    let prefix = before.rsplit(|c: char| !is_word(c)).next().unwrap_or_default();
    quoted(text, '\'', prefix.eq_ignore_ascii_case("e"))
}

fn quoted(text: &str, quote: char, escapes: bool) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if escapes && c == '\\' {
            chars.next();
        } else if c == quote {
            if chars.peek().is_none_or(|(_, next)| *next != quote) {
                return Some(at + 1);
            }
            chars.next();
        }
    }
    None
}

/// The length of `$tag$ … $tag$`.
fn dollar(text: &str) -> Option<usize> {
    let end = text.get(1..)?.find('$')? + 2;
    let tag = text.get(..end)?;
    let close = text.get(end..)?.find(tag)?;
    Some(end + close + tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_left() {
        for (text, shape) in [
            ("name = 'Ann'", "name = ?"),
            ("total > 12.50 AND id IN (1, 2e3,.5)", "total > ? AND id IN (?, ?,?)"),
            ("\"it's\" = 'it''s' or x1 = y", "\"it's\" = ? or x1 = y"),
            ("a = E'it\\'s 5' AND b = $q$a'b$q$", "a = E? AND b = ?"),
            ("a = $$x$$ -- 'secret' 5", "a = ? …"),
            ("a /* 5 */ = 5", "a …"),
            ("a = 'open 5", "a = ?…"),
            ("a = 'x' \n 'secret'", "a = ? \n ?"),
            ("größe = 0xFF", "größe = ?"),
        ] {
            assert_eq!(condition(text), shape);
        }
    }
}
