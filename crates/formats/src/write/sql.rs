//! `INSERT` statements.

use super::{Column, Kind, is_plain_number};

/// A statement has no more rows,
const ROWS: usize = 100;
/// and is no longer than this, unless its only row is.
const LENGTH: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Sql {
    columns: Vec<Column>,
    /// `INSERT INTO … VALUES`, or all of the statement where no column is written.
    head: String,
    /// Whether there are columns whose values are written.
    values: bool,
    /// Rows and bytes of the statement that is not ended yet.
    rows: usize,
    length: usize,
    row: String,
}

impl Sql {
    pub(super) fn new((schema, table): (&str, &str), columns: Vec<Column>) -> Self {
        let mut head = "INSERT INTO ".to_owned();
        quoted(schema, '"', false, &mut head);
        head.push('.');
        quoted(table, '"', false, &mut head);
        let mut written = columns.iter().filter(|column| !column.generated).peekable();
        let values = written.peek().is_some();
        if values {
            let always = columns.iter().any(|column| column.always && !column.generated);
            for (at, column) in written.enumerate() {
                head.push_str(if at == 0 { " (" } else { ", " });
                quoted(&column.name, '"', false, &mut head);
            }
            head.push_str(if always { ") OVERRIDING SYSTEM VALUE VALUES" } else { ") VALUES" });
        } else {
            head.push_str(" DEFAULT VALUES;\n");
        }
        Self { columns, head, values, rows: 0, length: 0, row: String::new() }
    }

    pub(super) fn row(&mut self, values: &[Option<&str>], out: &mut Vec<u8>) {
        if !self.values {
            out.extend_from_slice(self.head.as_bytes());
            return;
        }
        self.row.clear();
        let written = self.columns.iter().zip(values).filter(|(column, _)| !column.generated);
        for (at, (column, value)) in written.enumerate() {
            self.row.push_str(if at == 0 { "\n  (" } else { ", " });
            match value {
                Some(text) => literal(text, column.kind, &mut self.row),
                None => self.row.push_str("NULL"),
            }
        }
        self.row.push(')');
        if self.rows == ROWS || self.length + self.row.len() + 1 > LENGTH {
            self.finish(out);
        }
        if self.rows == 0 {
            out.extend_from_slice(self.head.as_bytes());
            // The semicolon and its line end belong to it.
            self.length = self.head.len() + 2;
        } else {
            out.push(b',');
            self.length += 1;
        }
        out.extend_from_slice(self.row.as_bytes());
        self.length += self.row.len();
        self.rows += 1;
    }

    /// Ends the statement that is not ended yet.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.rows > 0 {
            out.extend_from_slice(b";\n");
        }
        self.rows = 0;
        self.length = 0;
    }
}

/// A constant that means the same whatever `standard_conforming_strings` is: with a backslash in it, it is written as
/// `E'…'` with doubled backslashes, like `quote_literal` does.
fn literal(text: &str, kind: Kind, sql: &mut String) {
    match kind {
        Kind::Number if is_plain_number(text) => sql.push_str(text),
        Kind::Boolean if text == "t" => sql.push_str("true"),
        Kind::Boolean if text == "f" => sql.push_str("false"),
        _ => {
            let escapes = text.contains('\\');
            if escapes {
                sql.push('E');
            }
            quoted(text, '\'', escapes, sql);
        }
    }
}

fn quoted(text: &str, quote: char, escapes: bool, sql: &mut String) {
    sql.push(quote);
    let mut rest = text;
    let special = |c: char| c == quote || c == '\0' || (escapes && c == '\\');
    while let Some(at) = rest.find(special) {
        sql.push_str(&rest[..at]);
        let c = &rest[at..=at];
        if c != "\0" {
            sql.push_str(c);
            sql.push_str(c);
        }
        rest = &rest[at + 1..];
    }
    sql.push_str(rest);
    sql.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a constant as PostgreSQL's scanner does; None when it does not end exactly at the end.
    fn read(sql: &str, escapes: bool) -> Option<String> {
        let mut chars = sql.strip_prefix('\'')?.chars().peekable();
        let mut text = String::new();
        while let Some(c) = chars.next() {
            if c == '\'' {
                if chars.next_if_eq(&'\'').is_none() {
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

    proptest! {
        #[test]
        fn any_text_is_read_back_with_both_kinds_of_strings(text in "([^\0]|['\\\\])*") {
            let mut sql = String::new();
            literal(&text, Kind::Text, &mut sql);
            let read_back = match sql.strip_prefix('E') {
                Some(escape) => read(escape, true),
                None => read(&sql, false).filter(|_| read(&sql, true).is_some()),
            };
            prop_assert_eq!(read_back, Some(text));
        }

        #[test]
        fn only_numbers_stand_without_quotes(text in "[-+0-9.eEx')]{1,8}") {
            let mut sql = String::new();
            literal(&text, Kind::Number, &mut sql);
            prop_assert!(sql.starts_with('\'') || (sql == text && text.parse::<f64>().is_ok()), "{}", sql);
        }
    }
}
