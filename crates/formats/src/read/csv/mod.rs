//! Values with a character between them, as RFC 4180 has it.
//!
//! Lines end with `\n`, `\r\n` or `\r`. A quote is special only at the beginning of a value. A line without a character
//! is no record, except where there is one column only: there it is a row whose one value is the empty text without
//! quotes, which is NULL unless the format says otherwise. Without that a file of one column could not hold NULL.

mod scan;

use std::sync::Arc;

use howdah_types::imports::ImportFormat;

use self::scan::{Form, Scan};
use super::decode::Input;
use super::record::{Span, Stored};
use super::{Field, MAX_RECORD, NUL, Record, Unreadable, names};

#[derive(Debug)]
pub(super) struct Rows {
    scan: Scan,
    quote: char,
    null: String,
    header: bool,
    columns: Option<Arc<[String]>>,
    /// Lines without a character before the first row, which are rows if that has one value.
    blanks: u64,
    /// Of them those that are still to be handed out.
    owed: u64,
    /// The first row was read to its end, but they come before it.
    held: bool,
}

impl Rows {
    pub(super) fn new(format: &ImportFormat, delimiter: &str) -> Result<Self, Unreadable> {
        let one = |text: &str| match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Some(*byte),
            _ => None,
        };
        let Some(delimiter) = one(delimiter) else {
            let message = "Give one ASCII character other than a line break.";
            return Err(Unreadable::field("delimiter", message));
        };
        let quote = format.quote.as_deref().unwrap_or("\"");
        if !quote.is_empty() && one(quote).is_none() {
            let message = "Give one ASCII character other than a line break, or nothing.";
            return Err(Unreadable::field("quote", message));
        }
        let quote = one(quote);
        if quote == Some(delimiter) {
            return Err(Unreadable::field("quote", "Delimiter and quote must differ."));
        }
        Ok(Self {
            scan: Scan::new(delimiter, quote),
            quote: char::from(quote.unwrap_or_default()),
            null: format.null.clone().unwrap_or_default(),
            header: format.header.unwrap_or(true),
            columns: None,
            blanks: 0,
            owed: 0,
            held: false,
        })
    }

    pub(super) fn columns(&self) -> Option<&[String]> {
        self.columns.as_deref()
    }

    pub(super) fn next(&mut self, input: &mut Input, record: &mut Record) -> Result<bool, Unreadable> {
        loop {
            if self.owed > 0 {
                self.hand_out_blank(input, record);
                return Ok(true);
            }
            if !std::mem::take(&mut self.held) && !self.read(input)? {
                if self.owed > 0 {
                    continue;
                }
                return Ok(false);
            }
            if self.scan.is_blank() && self.columns.as_deref().is_none_or(|columns| columns.len() != 1) {
                if self.columns.is_none() && !self.header {
                    self.blanks += 1;
                }
                self.take(input);
                continue;
            }
            self.fill(input, record);
            if let Some(columns) = &self.columns {
                if columns.len() != record.len() {
                    let other = if self.header { "head" } else { "first row" };
                    let (here, there) = (record.len(), columns.len());
                    let s = if here == 1 { "" } else { "s" };
                    record.blame(format!("This row has {here} value{s}, the {other} has {there}."));
                }
                record.name_columns(columns);
                self.take(input);
                return Ok(true);
            }
            self.name_columns(record)?;
            if self.header {
                self.take(input);
            } else {
                self.held = true;
                self.owed = if record.len() == 1 { self.blanks } else { 0 };
            }
        }
    }

    /// Reads on until the record's end was seen. False: more bytes are needed, or there is no other record.
    fn read(&mut self, input: &mut Input) -> Result<bool, Unreadable> {
        if !self.scan.is_new() || input.begin_line() {
            let text = input.rest().as_bytes();
            if self.scan.read(&text[..text.len().min(MAX_RECORD + 1)]) {
                return Ok(true);
            }
        }
        if self.scan.length() > MAX_RECORD {
            return Err(match self.scan.opened() {
                Some(after) => {
                    let message = "This quote is never closed, or only after more than 16 MiB.";
                    Unreadable::line(input.line() + after, message)
                }
                None => Unreadable::line(input.line(), "This record is longer than 16 MiB."),
            });
        }
        input.check()?;
        if !input.finished() {
            return Ok(false);
        }
        if !input.rest().is_empty() {
            if let Some(after) = self.scan.opened() {
                return Err(Unreadable::line(input.line() + after, "This quote is never closed."));
            }
            self.scan.end();
            return Ok(true);
        }
        if self.columns.is_none() && self.blanks > 0 {
            // Nothing but lines without a character.
            self.columns = Some(names::unique_names(&[""]).into());
            self.owed = self.blanks;
        }
        Ok(false)
    }

    /// Puts what was read into the record.
    fn fill(&mut self, input: &Input, record: &mut Record) {
        record.begin(input.line(), &input.rest()[..self.scan.length()]);
        for piece in self.scan.pieces() {
            let (from, to) = (piece.from, piece.to);
            let field = match piece.form {
                Form::Plain if record.raw()[from..to] == self.null => Stored::Null,
                Form::Plain => Stored::Text { at: Span::raw(from, to), quoted: false },
                Form::Quoted => Stored::Text { at: Span::raw(from, to), quoted: true },
                Form::Doubled => Stored::Text { at: record.undouble(from, to, self.quote), quoted: true },
            };
            record.add(field);
        }
        if self.scan.nul {
            record.blame(NUL);
        }
        if let Some(value) = self.scan.trailing {
            record.blame(format!("Value {value} goes on after its closing quote."));
        }
    }

    /// The first record says what the columns are called, or how many there are.
    fn name_columns(&mut self, record: &Record) -> Result<(), Unreadable> {
        let columns = if self.header {
            if let Some(problem) = record.problem() {
                return Err(Unreadable::line(record.line(), format!("The head cannot be read. {problem}")));
            }
            let head = record.fields().map(|field| match field {
                Field::Text { text, .. } | Field::Json(text) => text,
                Field::Null => &self.null,
            });
            names::unique_names(&head.collect::<Vec<_>>())
        } else {
            names::unique_names(&vec![""; record.len()])
        };
        self.columns = Some(columns.into());
        Ok(())
    }

    /// Takes the record and the end of its line out of the input.
    fn take(&mut self, input: &mut Input) {
        input.take(self.scan.length(), self.scan.lines());
        input.take_line_end();
        self.scan.begin();
    }

    fn hand_out_blank(&mut self, input: &Input, record: &mut Record) {
        record.begin(input.line() - self.owed, "");
        record.add(if self.null.is_empty() {
            Stored::Null
        } else {
            Stored::Text { at: Span::raw(0, 0), quoted: false }
        });
        if let Some(columns) = &self.columns {
            record.name_columns(columns);
        }
        self.owed -= 1;
        if self.owed == 0 {
            self.blanks = 0;
        }
    }
}

#[cfg(test)]
mod tests;
