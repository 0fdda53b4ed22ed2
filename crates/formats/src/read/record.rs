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
    pub(super) extra: String,
    problem: Option<String>,
    fields: Vec<Stored>,
    /// The keys of JSON, as many as fields.
    keys: Vec<Span>,
    /// Keys that are known to be all different.
    known: Vec<String>,
    /// The columns of CSV.
    columns: Option<Arc<[String]>>,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    from: usize,
    to: usize,
    /// In `extra`, else in `raw`.
    extra: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Stored {
    Null,
    Text { at: Span, quoted: bool },
    Json(Span),
}

impl Span {
    pub(super) fn raw(from: usize, to: usize) -> Self {
        Self { from, to, extra: false }
    }
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

    pub(super) fn text(&self, at: Span) -> &str {
        let all = if at.extra { &self.extra } else { &self.raw };
        &all[at.from..at.to]
    }

    /// Empties it for what begins on this line.
    pub(super) fn begin(&mut self, line: u64, raw: &str) {
        self.line = line;
        self.raw.clear();
        self.raw.push_str(raw);
        self.extra.clear();
        self.problem = None;
        self.fields.clear();
        self.keys.clear();
        self.columns = None;
    }

    pub(super) fn name_columns(&mut self, columns: &Arc<[String]>) {
        self.columns = Some(Arc::clone(columns));
    }

    pub(super) fn add(&mut self, field: Stored) {
        self.fields.push(field);
    }

    pub(super) fn add_keyed(&mut self, key: Span, field: Stored) {
        self.keys.push(key);
        self.fields.push(field);
    }

    /// The first problem counts.
    pub(super) fn blame(&mut self, problem: impl Into<String>) {
        if self.problem.is_none() {
            self.problem = Some(problem.into());
        }
    }

    /// Its values have columns, not keys.
    pub(super) fn is_csv(&self) -> bool {
        self.columns.is_some()
    }

    pub(super) fn keys(&self) -> &[Span] {
        &self.keys
    }

    /// Its keys are those that were remembered.
    pub(super) fn has_known_keys(&self) -> bool {
        self.keys.len() == self.known.len()
            && self.keys.iter().zip(&self.known).all(|(key, known)| self.text(*key) == known)
    }

    pub(super) fn remember_keys(&mut self) {
        self.known = self.keys.iter().map(|key| self.text(*key).to_owned()).collect();
    }

    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// What was added to `extra` since it had this length.
    pub(super) fn since(&self, from: usize) -> Span {
        Span { from, to: self.extra.len(), extra: true }
    }

    /// Copies a quoted text out of `raw`, the doubled quotes in it made single.
    pub(super) fn undouble(&mut self, from: usize, to: usize, quote: char) -> Span {
        let begin = self.extra.len();
        let mut rest = &self.raw[from..to];
        while let Some(at) = rest.find(quote) {
            self.extra.push_str(&rest[..=at]);
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        self.extra.push_str(rest);
        self.since(begin)
    }
}
