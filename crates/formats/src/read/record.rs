//! One record, in buffers that are used again for the next.

use std::sync::Arc;

/// A value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
    Null,
    /// Without its quotes and escapes. What JSON has as a string counts as quoted.
    Text {
        text: &'a str,
        quoted: bool,
    },
    /// A number, `true`, `false`, an object or an array of JSON, as it stands in the file, digit for digit.
    Json(&'a str),
}

/// A record of a file. It is made once and filled by [`Reader::next`](super::Reader::next).
#[derive(Debug, Default)]
pub struct Record {
    line: u64,
    raw: String,
    /// Texts that do not stand in `raw` as they are: doubled quotes, escapes.
    extra: String,
    problem: Option<String>,
    fields: Vec<Stored>,
    /// The keys of JSON, as many as fields.
    keys: Vec<Span>,
    /// The columns of CSV.
    columns: Option<Arc<[String]>>,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: u32,
    to: u32,
    /// In `extra`, else in `raw`.
    extra: bool,
}

#[derive(Debug, Clone, Copy)]
enum Stored {
    Null,
    Text { at: Span, quoted: bool },
    Json(Span),
}

impl Record {
    pub fn new() -> Self {
        Self::default()
    }

    /// The line of the file where it begins, from 1, skipped lines counted.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The record as it stands in the file, decoded, without the end of its line.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Why it is no row. Reading goes on with the next record.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The values: of CSV in the order of the columns, of JSON in the order in which they stand there.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.fields.iter().map(|stored| match stored {
            Stored::Null => Field::Null,
            Stored::Text { at, quoted } => Field::Text { text: self.text(*at), quoted: *quoted },
            Stored::Json(at) => Field::Json(self.text(*at)),
        })
    }

    /// The values with the names of their columns, or with their keys.
    pub fn keyed(&self) -> impl Iterator<Item = (&str, Field<'_>)> {
        let columns = self.columns.as_deref().unwrap_or_default();
        let names = columns.iter().map(String::as_str).chain(self.keys.iter().map(|at| self.text(*at)));
        names.zip(self.fields())
    }

    fn text(&self, at: Span) -> &str {
        let all = if at.extra { &self.extra } else { &self.raw };
        &all[at.from as usize..at.to as usize]
    }
}
