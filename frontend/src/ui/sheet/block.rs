//! Blocks of cells as text: for the clipboard, and from it.

use std::fmt::Write as _;

use howdah_types::row_changes::NewValue;

/// As what cells are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyAs {
    /// What spreadsheets take: tabs between cells, quotes where a cell needs them, nothing for NULL.
    Tsv,
    /// The same with a line of names.
    TsvWithNames,
    Csv,
    /// An array of objects; values are texts or null.
    Json,
    /// `INSERT INTO … VALUES …` for the table of this name, which is written as it is given.
    Insert,
}

/// Rows as one text. `table` is the name that INSERT takes, quoted as it must be. Only INSERT knows a default; elsewhere
/// it is nothing, as NULL is.
pub fn copied(kind: CopyAs, names: &[String], rows: &[Vec<NewValue>], table: &str) -> String {
    match kind {
        CopyAs::Tsv => separated(rows, '\t'),
        CopyAs::TsvWithNames => {
            line(names.iter().map(|name| Some(name.as_str())), '\t') + &separated(rows, '\t')
        }
        CopyAs::Csv => line(names.iter().map(|name| Some(name.as_str())), ',') + &separated(rows, ','),
        CopyAs::Json => json(names, rows),
        CopyAs::Insert => insert(names, rows, table),
    }
}

fn separated(rows: &[Vec<NewValue>], separator: char) -> String {
    rows.iter().map(|row| line(row.iter().map(NewValue::text), separator)).collect()
}

/// NULL is nothing, an empty text is `""`: both are told apart, as `COPY … CSV` does.
fn line<'a>(cells: impl Iterator<Item = Option<&'a str>>, separator: char) -> String {
    let mut out = String::new();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(separator);
        }
        let Some(text) = cell else { continue };
        let quoted = text.is_empty() || text.contains([separator, '"', '\n', '\r']);
        if quoted {
            let _ = write!(out, "\"{}\"", text.replace('"', "\"\""));
        } else {
            out.push_str(text);
        }
    }
    out.push('\n');
    out
}

fn json(names: &[String], rows: &[Vec<NewValue>]) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let object = |row: &Vec<NewValue>| {
        let pairs = names.iter().zip(row).map(|(name, value)| {
            format!("{}: {}", text(name), value.text().map_or_else(|| "null".to_owned(), text))
        });
        format!("  {{{}}}", pairs.collect::<Vec<_>>().join(", "))
    };
    format!("[\n{}\n]\n", rows.iter().map(object).collect::<Vec<_>>().join(",\n"))
}

fn insert(names: &[String], rows: &[Vec<NewValue>], table: &str) -> String {
    let columns = names.iter().map(|name| ident(name)).collect::<Vec<_>>().join(", ");
    let value = |value: &NewValue| match value {
        NewValue::Text(text) => literal(text),
        NewValue::Null => "NULL".to_owned(),
        NewValue::Default => "DEFAULT".to_owned(),
    };
    let tuple = |row: &Vec<NewValue>| {
        let values = row.iter().map(value);
        format!("  ({})", values.collect::<Vec<_>>().join(", "))
    };
    format!(
        "INSERT INTO {table} ({columns}) VALUES\n{};\n",
        rows.iter().map(tuple).collect::<Vec<_>>().join(",\n")
    )
}

/// Quoted in every case: it never is a keyword by accident.
fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A literal that means the same whatever `standard_conforming_strings` says.
fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// A block out of a text that a spreadsheet, a database tool or this app copied: tabs between cells, quotes around
/// cells that hold tabs, quotes or line ends. A cell that is nothing at all is `None`; `""` is an empty text.
pub fn pasted(text: &str) -> Vec<Vec<Option<String>>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        let mut cell = None;
        if chars.next_if_eq(&'"').is_some() {
            let mut held = String::new();
            while let Some(c) = chars.next() {
                if c == '"' && chars.next_if_eq(&'"').is_none() {
                    break;
                }
                held.push(c);
            }
            cell = Some(held);
        }
        while let Some(c) = chars.next_if(|c| !matches!(c, '\t' | '\n' | '\r')) {
            cell.get_or_insert_default().push(c);
        }
        row.push(cell);
        match chars.next() {
            Some('\t') => {}
            Some('\r') => {
                chars.next_if_eq(&'\n');
                rows.push(std::mem::take(&mut row));
            }
            Some(_) => rows.push(std::mem::take(&mut row)),
            None => {
                // A line end at the end begins no row.
                if rows.is_empty() || row.iter().any(Option::is_some) || row.len() > 1 {
                    rows.push(row);
                }
                return rows;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn what_was_copied_is_pasted_as_it_was() {
        let rows = vec![
            vec![some("a"), None, some("")],
            vec![some("x\ty\nz"), some("she \"said\" so"), some("9007199254740993.10")],
            vec![None, None, None],
        ];
        let given: Vec<Vec<NewValue>> =
            rows.iter().map(|row| row.iter().cloned().map(NewValue::from).collect()).collect();
        let text = copied(CopyAs::Tsv, &[], &given, "");
        assert_eq!(text, "a\t\t\"\"\n\"x\ty\nz\"\t\"she \"\"said\"\" so\"\t9007199254740993.10\n\t\t\n");
        assert_eq!(pasted(&text), rows);
        assert_eq!(pasted("1\r\n2\r\n"), [[some("1")], [some("2")]]);
        assert_eq!(pasted("one"), [[some("one")]]);
        assert_eq!(pasted("a \"b\" c"), [[some("a \"b\" c")]]);
    }

    #[test]
    fn insert_quotes_names_and_values_and_tells_null_from_the_default() {
        let names = ["a\"b".to_owned(), "n".to_owned(), "d".to_owned()];
        let row = vec![NewValue::from(some("o'k\\")), NewValue::Null, NewValue::Default];
        let text = copied(CopyAs::Insert, &names, &[row], "\"s\".\"t\"");
        assert_eq!(
            text,
            "INSERT INTO \"s\".\"t\" (\"a\"\"b\", \"n\", \"d\") VALUES\n  (E'o''k\\\\', NULL, DEFAULT);\n"
        );
    }

    #[test]
    fn json_keeps_numbers_as_they_are_written() {
        let text = copied(
            CopyAs::Json,
            &["n".to_owned()],
            &[vec![NewValue::from(some("1.10"))], vec![NewValue::Null]],
            "",
        );
        assert_eq!(text, "[\n  {\"n\": \"1.10\"},\n  {\"n\": null}\n]\n");
    }
}
