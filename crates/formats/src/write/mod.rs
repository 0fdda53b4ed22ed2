//! Writing: rows of PostgreSQL's own text go in, a file comes out.

use std::fmt;

use howdah_types::exports::ExportOptions;

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

/// What a column's values are for the formats that tell them apart.
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

/// Writes a file.
#[derive(Debug)]
pub struct Writer {
    neutralised: u64,
}

impl Writer {
    /// `table` is schema and name.
    pub fn new(_options: &ExportOptions, _table: (&str, &str), _columns: Vec<Column>) -> Self {
        Self { neutralised: 0 }
    }

    /// What stands before the first row.
    pub fn start(&mut self, _out: &mut Vec<u8>) {}

    /// A row: one value per column, None for NULL.
    pub fn row(&mut self, _values: &[Option<&str>], _out: &mut Vec<u8>) -> Result<(), Refused> {
        Ok(())
    }

    /// What stands after the last row.
    pub fn finish(&mut self, _out: &mut Vec<u8>) {}

    /// How many texts got a `'` in front, so that no spreadsheet takes them for a formula.
    pub fn neutralised(&self) -> u64 {
        self.neutralised
    }
}

/// A row that the format cannot hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// From 1.
    pub row: u64,
    pub column: Option<String>,
    pub message: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}
