//! Reading: bytes are pushed, records are taken out.
//!
//! ```
//! use howdah_formats::read::{Reader, Record};
//! use howdah_types::imports::ImportFormat;
//!
//! let mut reader = Reader::new(&ImportFormat::default()).unwrap();
//! let mut record = Record::new();
//! reader.push(b"id,name\n1,Ada\n2,");
//! assert!(reader.next(&mut record).unwrap());
//! assert_eq!((record.line(), record.raw()), (2, "1,Ada"));
//! assert!(!reader.next(&mut record).unwrap()); // more bytes are needed
//! reader.push(b"Grace");
//! reader.finish();
//! assert!(reader.next(&mut record).unwrap());
//! assert_eq!(record.raw(), "2,Grace");
//! assert!(!reader.next(&mut record).unwrap()); // the end
//! ```

mod array;
mod csv;
mod decode;
mod guess;
mod json;
mod names;
mod preview;
mod record;
mod types;

use std::fmt;

use howdah_types::imports::{ImportFormat, ImportKind};

use self::csv::Rows;
use self::decode::Input;
use self::json::{Array, Lines};

pub use array::array_literal;
pub use guess::guess;
pub use names::unique_names;
pub use preview::preview;
pub use record::{Field, Record};

/// No record is longer than this.
pub const MAX_RECORD: usize = 16 << 20;

/// What is wrong with a text that holds this character.
const NUL: &str = "PostgreSQL cannot hold the character NUL.";

/// Takes a file apart into records, whatever pieces it comes in.
#[derive(Debug)]
pub struct Reader {
    input: Input,
    kind: By,
    /// Why it cannot be read on.
    failed: Option<Unreadable>,
}

#[derive(Debug)]
enum By {
    Rows(Box<Rows>),
    Array(Array),
    Lines(Lines),
}

impl Reader {
    /// A reader for files of this format. What the format leaves out is what [`guess`] takes for an empty file.
    pub fn new(format: &ImportFormat) -> Result<Self, Unreadable> {
        let encoding = format.encoding.as_deref().unwrap_or("utf-8");
        let input = Input::new(encoding, format.skip_lines.unwrap_or_default())?;
        let kind = match format.kind.unwrap_or(ImportKind::Csv) {
            ImportKind::Csv => {
                By::Rows(Box::new(Rows::new(format, format.delimiter.as_deref().unwrap_or(","))?))
            }
            ImportKind::Tsv => By::Rows(Box::new(Rows::new(format, "\t")?)),
            ImportKind::Json => By::Array(Array::new()),
            ImportKind::Ndjson => By::Lines(Lines::default()),
        };
        Ok(Self { input, kind, failed: None })
    }

    /// The next bytes of the file. They are held until the records in them were taken out.
    pub fn push(&mut self, bytes: &[u8]) {
        self.input.push(bytes);
    }

    /// There are no more bytes.
    pub fn finish(&mut self) {
        self.input.finish();
    }

    /// Puts the next record into `record`. `Ok(false)`: it needs more bytes, or the file is at its end. After an error
    /// the same error comes again.
    pub fn next(&mut self, record: &mut Record) -> Result<bool, Unreadable> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let next = match &mut self.kind {
            By::Rows(rows) => rows.next(&mut self.input, record),
            By::Array(array) => array.next(&mut self.input, record),
            By::Lines(lines) => lines.next(&mut self.input, record),
        };
        if let Err(failed) = &next {
            self.failed = Some(failed.clone());
        }
        next
    }

    /// The names of the columns of `csv` and `tsv`, once the head, or without one the first row, was read.
    pub fn columns(&self) -> Option<&[String]> {
        match &self.kind {
            By::Rows(rows) => rows.columns(),
            By::Array(_) | By::Lines(_) => None,
        }
    }
}

/// Why a file cannot be read, or not any further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The field of [`ImportFormat`] that is to blame.
    pub field: Option<&'static str>,
    /// The line of the file, from 1.
    pub line: Option<u64>,
    pub message: String,
}

impl Unreadable {
    fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), line: None, message: message.into() }
    }

    fn line(line: u64, message: impl Into<String>) -> Self {
        Self { field: None, line: Some(line), message: message.into() }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "Line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
pub(crate) mod tests;
