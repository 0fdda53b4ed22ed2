//! JSON laid out over lines, token by token.
//!
//! It is not parsed into numbers: `9007199254740993` and `1.10` stay as PostgreSQL wrote them.

/// `text` with one member a line, or None when it is not JSON as far as this can tell.
pub(super) fn pretty(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() * 2);
    let mut open = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => string(&mut chars, &mut out)?,
            '{' | '[' => {
                let end = if c == '{' { '}' } else { ']' };
                out.push(c);
                skip_blanks(&mut chars);
                if chars.next_if_eq(&end).is_some() {
                    out.push(end);
                } else {
                    open.push(end);
                    line(&mut out, open.len());
                }
            }
            '}' | ']' => {
                if open.pop() != Some(c) {
                    return None;
                }
                line(&mut out, open.len());
                out.push(c);
            }
            ',' => {
                out.push(',');
                line(&mut out, open.len());
            }
            ':' => out.push_str(": "),
            _ if c.is_ascii_whitespace() => {}
            _ => out.push(c),
        }
    }
    open.is_empty().then_some(out)
}

fn string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) -> Option<()> {
    out.push('"');
    loop {
        let c = chars.next()?;
        out.push(c);
        match c {
            '"' => return Some(()),
            '\\' => out.push(chars.next()?),
            _ => {}
        }
    }
}

fn skip_blanks(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while chars.next_if(char::is_ascii_whitespace).is_some() {}
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_strings_stay_as_they_were_written() {
        let text = r#"{"a": 9007199254740993, "b": [1.10, {}, [ ]], "c": "x, {\"y\"}: [é]"}"#;
        let want = "{\n  \"a\": 9007199254740993,\n  \"b\": [\n    1.10,\n    {},\n    []\n  ],\n  \"c\": \"x, {\\\"y\\\"}: [é]\"\n}";
        assert_eq!(pretty(text).as_deref(), Some(want));
    }

    #[test]
    fn what_does_not_close_is_left_alone() {
        assert_eq!(pretty(r#"{"a": "b"#), None);
        assert_eq!(pretty("[1, 2}"), None);
        assert_eq!(pretty("[1, 2"), None);
        assert_eq!(pretty("12").as_deref(), Some("12"));
    }
}
