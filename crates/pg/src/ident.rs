//! The one place where names and texts are put into SQL.
//!
//! Values go as parameters wherever PostgreSQL takes parameters; [`Literal`] is for utility statements
//! (`COMMENT ON … IS`, `CREATE DATABASE …`), which take none.

use std::fmt;

/// A name, always in double quotes: `{}` of `Ident("a\"b")` is `"a""b"`.
///
/// NUL cannot be part of a name; it is left out, and PostgreSQL's own check of names refuses it before.
#[derive(Debug, Clone, Copy)]
pub struct Ident<'a>(pub &'a str);

/// A name in a schema: `"public"."orders"`.
#[derive(Debug, Clone, Copy)]
pub struct Qualified<'a>(pub &'a str, pub &'a str);

/// A text as a string constant that means the same whatever `standard_conforming_strings` is: with a backslash in it,
/// it is written as ` E'…'` with doubled backslashes, like `quote_literal` does.
#[derive(Debug, Clone, Copy)]
pub struct Literal<'a>(pub &'a str);

impl fmt::Display for Ident<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quoted(f, self.0, '"', false)
    }
}

impl fmt::Display for Qualified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", Ident(self.0), Ident(self.1))
    }
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escapes = self.0.contains('\\');
        if escapes {
            // The blank keeps the E from melting into a word before it.
            f.write_str(" E")?;
        }
        quoted(f, self.0, '\'', escapes)
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str, quote: char, escapes: bool) -> fmt::Result {
    use fmt::Write;
    f.write_char(quote)?;
    for c in text.chars().filter(|c| *c != '\0') {
        if c == quote || (escapes && c == '\\') {
            f.write_char(c)?;
        }
        f.write_char(c)?;
    }
    f.write_char(quote)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a quoted token as PostgreSQL's scanner does; None when it does not end exactly at the end.
    fn read(sql: &str, quote: char, escapes: bool) -> Option<String> {
        let mut chars = sql.strip_prefix(quote)?.chars().peekable();
        let mut text = String::new();
        while let Some(c) = chars.next() {
            if c == quote {
                if chars.next_if_eq(&quote).is_none() {
                    return chars.next().is_none().then_some(text);
                }
            } else if escapes && c == '\\' {
                text.push(chars.next()?);
                continue;
            }
            text.push(c);
        }
        None
    }

    #[test]
    fn hostile_names_stay_names() {
        for (name, sql) in [
            ("orders", "\"orders\""),
            ("a\"b", "\"a\"\"b\""),
            ("o'brien", "\"o'brien\""),
            ("x\"; DROP DATABASE y; --", "\"x\"\"; DROP DATABASE y; --\""),
            ("%I%s\\", "\"%I%s\\\""),
            ("host=evil dbname=x", "\"host=evil dbname=x\""),
        ] {
            assert_eq!(Ident(name).to_string(), sql);
        }
        assert_eq!(Qualified("a.b", "c").to_string(), "\"a.b\".\"c\"");
    }

    #[test]
    fn literals_with_a_backslash_are_escape_strings() {
        assert_eq!(Literal("it's").to_string(), "'it''s'");
        assert_eq!(Literal("\\'; DROP").to_string(), " E'\\\\''; DROP'");
    }

    proptest! {
        #[test]
        fn any_name_is_read_back(name in "[^\0]*") {
            prop_assert_eq!(read(&Ident(&name).to_string(), '"', false), Some(name));
        }

        #[test]
        fn any_text_is_read_back_with_both_kinds_of_strings(text in "([^\0]|['\\\\])*") {
            let sql = Literal(&text).to_string();
            let read_back = match sql.strip_prefix(" E") {
                Some(escape) => read(escape, '\'', true),
                None => read(&sql, '\'', false).filter(|_| read(&sql, '\'', true).is_some()),
            };
            prop_assert_eq!(read_back, Some(text));
        }
    }
}
