//! What lies in a file.

use std::collections::HashMap;

use howdah_types::imports::ImportFormat;
use howdah_types::uploads::{PreviewProblem, SourceColumn, UploadPreview};

use super::types::{self, Types};
use super::{Field, Reader, Record, Unreadable, guess};

/// So many records are looked at.
const RECORDS: u64 = 1000;
/// So many rows are shown.
const ROWS: usize = 20;
/// So many problems are shown.
const PROBLEMS: usize = 20;

/// Looks at the first records. With `whole` the beginning is all of the file; else a record that is cut off at its end
/// is left out.
///
/// Where the file cannot be read on after something of it was read, that is the last of the problems, and the preview
/// is not whole.
pub fn preview(format: &ImportFormat, beginning: &[u8], whole: bool) -> Result<UploadPreview, Unreadable> {
    let format = guess("", beginning, format);
    let mut reader = Reader::new(&format)?;
    reader.push(beginning);
    if whole {
        reader.finish();
    }
    let mut record = Record::new();
    let mut seen = Seen::default();
    let mut problems = Vec::new();
    let mut looked_at = 0;
    let mut ended = false;
    while looked_at < RECORDS {
        match reader.next(&mut record) {
            Ok(true) => looked_at += 1,
            Ok(false) => {
                ended = true;
                break;
            }
            Err(fatal) if looked_at == 0 => return Err(fatal),
            Err(fatal) => {
                problems.truncate(PROBLEMS - 1);
                let line = fatal.line.unwrap_or_else(|| record.line());
                problems.push(PreviewProblem { line, reason: fatal.message });
                break;
            }
        }
        if let Some(problem) = record.problem() {
            if problems.len() < PROBLEMS {
                problems.push(PreviewProblem { line: record.line(), reason: problem.to_owned() });
            }
        } else {
            seen.row(&record);
        }
    }
    // Of as many records as are looked at it is not known yet whether there is another.
    if looked_at == RECORDS {
        ended = matches!(reader.next(&mut record), Ok(false));
    }
    let (columns, rows) = seen.into_parts(reader.columns());
    Ok(UploadPreview { format, columns, rows, problems, looked_at, whole: whole && ended })
}

/// What was seen of the columns.
#[derive(Default)]
struct Seen {
    /// Where a column is. For CSV it is where it is in the row.
    places: HashMap<String, usize>,
    columns: Vec<Column>,
    rows: Vec<Vec<Option<String>>>,
    /// Rows that were seen.
    count: u64,
}

struct Column {
    name: String,
    types: Types,
    /// Values that are not NULL.
    values: u64,
}

impl Seen {
    fn row(&mut self, record: &Record) {
        let mut row = vec![None; if self.rows.len() < ROWS { self.columns.len() } else { 0 }];
        for (key, field) in record.keyed() {
            let at = match self.places.get(key) {
                Some(at) => *at,
                None => self.add(key),
            };
            let column = &mut self.columns[at];
            let (text, types) = match field {
                Field::Null => continue,
                Field::Text { text, .. } => (text, types::of_text(text, record.is_csv())),
                Field::Json(text) => (text, types::of_json(text)),
            };
            column.values += 1;
            column.types = column.types.and(types);
            if self.rows.len() < ROWS {
                if row.len() <= at {
                    row.resize(at + 1, None);
                }
                row[at] = Some(text.to_owned());
            }
        }
        self.count += 1;
        if self.rows.len() < ROWS {
            self.rows.push(row);
        }
    }

    fn add(&mut self, name: &str) -> usize {
        let at = self.columns.len();
        self.columns.push(Column { name: name.to_owned(), types: Types::ALL, values: 0 });
        self.places.insert(name.to_owned(), at);
        at
    }

    /// The columns, also those of a head without rows, and the rows.
    fn into_parts(mut self, head: Option<&[String]>) -> (Vec<SourceColumn>, Vec<Vec<Option<String>>>) {
        for name in head.unwrap_or_default() {
            if !self.places.contains_key(name) {
                self.add(name);
            }
        }
        for row in &mut self.rows {
            row.resize(self.columns.len(), None);
        }
        let count = self.count;
        let columns = self.columns.into_iter().map(|column| SourceColumn {
            type_name: if column.values == 0 { "text" } else { column.types.name() }.to_owned(),
            nullable: column.values < count,
            name: column.name,
        });
        (columns.collect(), self.rows)
    }
}

#[cfg(test)]
mod tests {
    use howdah_types::imports::ImportKind;

    use super::*;

    fn columns(preview: &UploadPreview) -> Vec<(&str, &str, bool)> {
        let columns = preview.columns.iter();
        columns.map(|column| (column.name.as_str(), column.type_name.as_str(), column.nullable)).collect()
    }

    fn of(file: &str, whole: bool) -> UploadPreview {
        let format = guess("", file.as_bytes(), &ImportFormat::default());
        preview(&format, file.as_bytes(), whole).unwrap()
    }

    #[test]
    fn a_table_is_shown_with_its_types() {
        let seen = of(
            "id,phone,paid,at,none\n1,+49301,yes,2026-01-31,\n2,\"\",\"no\",,\n3,1\n4,007,t,2026-02-01,",
            true,
        );
        let expected = [
            ("id", "integer", false),
            ("phone", "text", false),
            ("paid", "boolean", false),
            ("at", "date", true),
            ("none", "text", true),
        ];
        assert_eq!(columns(&seen), expected);
        assert_eq!(seen.rows.len(), 3);
        let row = [Some("2"), Some(""), Some("no"), None, None];
        assert_eq!(seen.rows[1].iter().map(Option::as_deref).collect::<Vec<_>>(), row);
        let reason = "This row has 2 values, the head has 5.".to_owned();
        assert_eq!(seen.problems, [PreviewProblem { line: 4, reason }]);
        assert_eq!((seen.looked_at, seen.whole), (4, true));
    }

    #[test]
    fn what_is_cut_off_is_left_out() {
        let seen = of("id,name\n1,Ada\n2,Gra", false);
        assert_eq!((seen.looked_at, seen.rows.len(), seen.whole), (1, 1, false));
        let seen = of("id,name\n1,Ada\n2,\"Gra", false);
        assert_eq!((seen.looked_at, seen.problems.len()), (1, 0));
        assert_eq!(columns(&of("id,name\n", true)), [("id", "text", false), ("name", "text", false)]);
    }

    #[test]
    fn keys_of_json_become_columns_as_they_are_met() {
        let seen = of("[{\"b\":1,\"a\":\"12\"},{\"a\":null,\"c\":{\"d\":1}},7,{\"b\":2.5,\"c\":3}]", true);
        let expected = [("b", "numeric", true), ("a", "text", true), ("c", "jsonb", true)];
        assert_eq!(columns(&seen), expected);
        let rows: Vec<Vec<Option<&str>>> =
            seen.rows.iter().map(|row| row.iter().map(Option::as_deref).collect()).collect();
        let expected =
            [[Some("1"), Some("12"), None], [None, None, Some("{\"d\":1}")], [Some("2.5"), None, Some("3")]];
        assert_eq!(rows, expected);
        assert_eq!((seen.looked_at, seen.problems.len()), (4, 1));
    }

    #[test]
    fn only_so_much_is_looked_at() {
        let rows = |count: u64| "1\n".repeat(usize::try_from(count).unwrap());
        let seen = of(&format!("id\n{}x\n", rows(RECORDS)), true);
        assert_eq!((seen.looked_at, seen.rows.len(), seen.whole), (RECORDS, ROWS, false));
        assert_eq!(columns(&seen), [("id", "integer", false)]);
        assert!(of(&format!("id\n{}", rows(RECORDS)), true).whole);
        let seen = of(&format!("id,b\n{}", rows(30)), true);
        assert_eq!((seen.problems.len(), seen.looked_at), (PROBLEMS, 30));
    }

    #[test]
    fn a_file_that_breaks_later_is_shown_up_to_there() {
        let seen = of("id,b\n1,2\n\"3,4\n", true);
        assert_eq!((seen.rows.len(), seen.whole), (1, false));
        assert_eq!(seen.problems, [PreviewProblem { line: 3, reason: "This quote is never closed.".into() }]);
        let bad = ImportFormat { encoding: Some("utf-8".into()), ..ImportFormat::default() };
        assert_eq!(preview(&bad, b"\xff,b\n", true).unwrap_err().field, Some("encoding"));
        let json = ImportFormat { kind: Some(ImportKind::Json), ..ImportFormat::default() };
        assert_eq!(preview(&json, b"a,b\n", true).unwrap_err().line, Some(1));
    }
}
