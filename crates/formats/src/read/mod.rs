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
mod guess;
mod names;
mod preview;
mod record;

use std::fmt;

use howdah_types::imports::ImportFormat;

pub use array::array_literal;
pub use guess::guess;
pub use names::unique_names;
pub use preview::preview;
pub use record::{Field, Record};

/// No record is longer than this.
pub const MAX_RECORD: usize = 16 << 20;

/// Takes a file apart into records, whatever pieces it comes in.
#[derive(Debug)]
pub struct Reader {
    finished: bool,
}

impl Reader {
    /// A reader for files of this format. What the format leaves out is what [`guess`] would take for an empty file.
    pub fn new(_format: &ImportFormat) -> Result<Self, Unreadable> {
        Ok(Self { finished: false })
    }

    /// The next bytes of the file. They are held until the records in them were taken out.
    pub fn push(&mut self, _bytes: &[u8]) {}

    /// There are no more bytes.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// Puts the next record into `record`. `Ok(false)`: it needs more bytes, or the file is at its end.
    pub fn next(&mut self, _record: &mut Record) -> Result<bool, Unreadable> {
        Ok(false)
    }

    /// The names of the columns of `csv` and `tsv`, once the head, or without one the first row, was read.
    pub fn columns(&self) -> Option<&[String]> {
        None
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
