//! Writing: rows of PostgreSQL's own text go in, a file comes out.
//!
//! ```
//! use howdah_formats::write::{Column, Kind, Writer};
//! use howdah_types::exports::ExportOptions;
//!
//! let column = |name: &str, kind| Column { name: name.into(), kind, generated: false, always: false };
//! let columns = vec![column("id", Kind::Number), column("name", Kind::Text)];
//! let mut writer = Writer::new(&ExportOptions::default(), ("public", "people"), columns);
//! let mut file = Vec::new(); // may be emptied at any time
//! writer.start(&mut file);
//! writer.row(&[Some("1"), Some("Ada, Countess")], &mut file).unwrap();
//! writer.row(&[Some("2"), None], &mut file).unwrap();
//! writer.finish(&mut file);
//! assert_eq!(file, b"id,name\n1,\"Ada, Countess\"\n2,\n");
//! ```

mod delimited;
mod json;
mod markdown;
mod sql;
mod xlsx;
mod zip;

use std::fmt;

use howdah_types::exports::{ExportFormat, ExportOptions};

use self::delimited::Delimited;
use self::json::Json;
use self::markdown::Markdown;
use self::sql::Sql;
use self::xlsx::Xlsx;

pub use delimited::contradiction;

/// A column of what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// PostgreSQL computes it: `INSERT` leaves it out.
    pub generated: bool,
    /// An identity that is always generated: `INSERT` must override it.
    pub always: bool,
}

/// What a column's values are, for the formats that tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Boolean,
    Json,
    /// Dates and times: text that is never taken for a formula.
    Date,
    Other,
}

/// Writes a file. What is written is appended to `out`, which the caller may send and empty between two calls.
#[derive(Debug)]
pub struct Writer {
    file: File,
    /// Rows that were given.
    rows: u64,
}

#[derive(Debug)]
enum File {
    Delimited(Box<Delimited>),
    Json(Json),
    Sql(Sql),
    Markdown(Markdown),
    Xlsx(Box<Xlsx>),
}

impl Writer {
    /// `table` is schema and name.
    pub fn new(options: &ExportOptions, table: (&str, &str), columns: Vec<Column>) -> Self {
        let file = match options.format {
            ExportFormat::Csv | ExportFormat::Tsv => {
                File::Delimited(Box::new(Delimited::new(options, columns)))
            }
            ExportFormat::Json => File::Json(Json::new(&columns, true)),
            ExportFormat::Ndjson => File::Json(Json::new(&columns, false)),
            ExportFormat::Sql => File::Sql(Sql::new(table, columns)),
            ExportFormat::Markdown => File::Markdown(Markdown::new(columns)),
            ExportFormat::Xlsx => File::Xlsx(Box::new(Xlsx::new(table.1, columns))),
        };
        Self { file, rows: 0 }
    }

    /// What stands before the first row.
    pub fn start(&mut self, out: &mut Vec<u8>) {
        match &mut self.file {
            File::Delimited(file) => file.start(out),
            File::Json(file) => file.start(out),
            File::Sql(_) => {}
            File::Markdown(file) => file.start(out),
            File::Xlsx(file) => file.start(out),
        }
    }

    /// A row: one value per column, None for NULL. A row that is refused is not in the file, not even in part.
    pub fn row(&mut self, values: &[Option<&str>], out: &mut Vec<u8>) -> Result<(), Refused> {
        self.rows += 1;
        match &mut self.file {
            File::Delimited(file) => file.row(values, out),
            File::Json(file) => file.row(values, out),
            File::Sql(file) => file.row(values, out),
            File::Markdown(file) => file.row(values, out),
            File::Xlsx(file) => return file.row(self.rows, values, out),
        }
        Ok(())
    }

    /// What stands after the last row.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.file {
            File::Json(file) => file.finish(out),
            File::Sql(file) => file.finish(out),
            File::Xlsx(file) => file.finish(out),
            File::Delimited(_) | File::Markdown(_) => {}
        }
    }

    /// How many texts, names of columns among them, got a `'` in front, so that no spreadsheet takes them for a formula.
    pub fn neutralised(&self) -> u64 {
        match &self.file {
            File::Delimited(file) => file.neutralised(),
            File::Json(_) | File::Sql(_) | File::Markdown(_) | File::Xlsx(_) => 0,
        }
    }
}

/// A row that the format cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which of the rows that were given, from 1.
    pub row: u64,
    pub column: Option<String>,
    /// A sentence that names both.
    pub message: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

/// The text is a number as JSON and SQL write numbers: digits, a fraction, an exponent; neither NaN nor Infinity.
fn is_plain_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !exponent.is_empty() && digits(exponent) == exponent.len()
}

#[cfg(test)]
mod tests;
