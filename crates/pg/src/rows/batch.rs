//! Rows on their way into a table, in COPY's text format.

use bytes::Bytes;

/// What a row gives for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given<'a> {
    /// A value as the column's type reads it.
    Text(&'a str),
    Null,
    /// The column is left out of this row: its default is taken.
    Default,
}

/// Rows to be written together. Rows that leave out the same columns are kept together, for COPY leaves out columns for
/// all its rows.
#[derive(Debug, Default)]
pub struct Batch {
    shapes: Vec<Shape>,
    bytes: usize,
    rows: usize,
}

/// Rows that give the same columns.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Indexes into the columns of the import.
    pub(super) columns: Vec<usize>,
    data: Vec<u8>,
    rows: Vec<Row>,
}

/// Where a row ends in the data, and the number that the caller knows it by.
#[derive(Debug, Clone, Copy)]
struct Row {
    end: usize,
    number: u64,
}

/// The rows of a shape, ready to be sent.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) columns: Vec<usize>,
    data: Bytes,
    rows: Vec<Row>,
}

impl Batch {
    /// Adds a row with what it gives for each column of the import. `number` is how the caller knows it.
    pub fn push(&mut self, number: u64, values: &[Given<'_>]) {
        let given = |values: &[Given<'_>]| {
            values
                .iter()
                .enumerate()
                .filter(|(_, value)| **value != Given::Default)
                .map(|(at, _)| at)
                .collect()
        };
        let fits = |shape: &Shape| {
            let mut columns = shape.columns.iter();
            values
                .iter()
                .enumerate()
                .filter(|(_, value)| **value != Given::Default)
                .all(|(at, _)| columns.next() == Some(&at))
                && columns.next().is_none()
        };
        let at = if let Some(at) = self.shapes.iter().position(fits) {
            at
        } else {
            self.shapes.push(Shape { columns: given(values), ..Shape::default() });
            self.shapes.len() - 1
        };
        let Some(shape) = self.shapes.get_mut(at) else { return };
        let before = shape.data.len();
        let mut first = true;
        for value in values {
            if *value == Given::Default {
                continue;
            }
            if !std::mem::take(&mut first) {
                shape.data.push(b'\t');
            }
            match value {
                Given::Text(text) => escape(text, &mut shape.data),
                _ => shape.data.extend_from_slice(b"\\N"),
            }
        }
        shape.data.push(b'\n');
        shape.rows.push(Row { end: shape.data.len(), number });
        self.bytes += shape.data.len() - before;
        self.rows += 1;
    }

    /// Bytes that have come together.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Rows that have come together.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows to be sent; the batch is empty again.
    pub(super) fn take(&mut self) -> Vec<Ready> {
        (self.bytes, self.rows) = (0, 0);
        let shapes = std::mem::take(&mut self.shapes);
        let ready =
            |shape: Shape| Ready { columns: shape.columns, data: Bytes::from(shape.data), rows: shape.rows };
        shapes.into_iter().map(ready).collect()
    }
}

impl Ready {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows from `from` on, without that at `to`.
    pub(super) fn slice(&self, from: usize, to: usize) -> Bytes {
        let end = |row: usize| row.checked_sub(1).and_then(|row| self.rows.get(row)).map_or(0, |row| row.end);
        self.data.slice(end(from)..end(to))
    }

    /// The caller's number of a row.
    pub(super) fn number(&self, row: usize) -> u64 {
        self.rows.get(row).map_or(0, |row| row.number)
    }
}

/// A value in COPY's text format.
fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let letter = match byte {
            b'\\' => b'\\',
            b'\t' => b't',
            b'\n' => b'n',
            b'\r' => b'r',
            _ => continue,
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(&[b'\\', letter]);
        from = at + 1;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Takes a row that COPY wrote (without its line break) apart: the texts of its values one after the other in `text`,
/// and where each lies in it; `None` for NULL.
pub(super) fn split(line: &[u8], text: &mut Vec<u8>, places: &mut Vec<Option<(usize, usize)>>) {
    text.clear();
    places.clear();
    for field in line.split(|byte| *byte == b'\t') {
        if field == b"\\N" {
            places.push(None);
            continue;
        }
        let begin = text.len();
        let mut rest = field;
        while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
            text.extend_from_slice(&rest[..at]);
            let Some(letter) = rest.get(at + 1) else { break };
            text.push(match letter {
                b'b' => 0x08,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 0x0b,
                other => *other,
            });
            rest = &rest[at + 2..];
        }
        text.extend_from_slice(rest);
        places.push(Some((begin, text.len())));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(ready: &Ready) -> Vec<String> {
        let line = |row| String::from_utf8(ready.slice(row, row + 1).to_vec()).unwrap();
        (0..ready.len()).map(line).collect()
    }

    #[test]
    fn rows_that_leave_out_the_same_columns_go_together() {
        let mut batch = Batch::default();
        batch.push(7, &[Given::Text("a\tb\\"), Given::Null]);
        batch.push(8, &[Given::Text("c"), Given::Default]);
        batch.push(9, &[Given::Text(""), Given::Text("\r\n")]);
        assert_eq!((batch.rows(), batch.bytes()), (3, 10 + 2 + 6));
        let ready = batch.take();
        assert_eq!(ready.len(), 2);
        assert_eq!(ready[0].columns, [0, 1]);
        assert_eq!(lines(&ready[0]), ["a\\tb\\\\\t\\N\n", "\t\\r\\n\n"]);
        assert_eq!((ready[0].number(0), ready[0].number(1)), (7, 9));
        assert_eq!((ready[1].columns.as_slice(), lines(&ready[1])), (&[0][..], vec!["c\n".to_owned()]));
        assert_eq!(ready[0].slice(1, 2).len() + ready[0].slice(0, 1).len(), ready[0].slice(0, 2).len());
        assert_eq!((batch.rows(), batch.bytes()), (0, 0));
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(values in prop::collection::vec(prop::option::of("(?s)[\\\\\t\n\ra-c\u{8}äN]{0,8}"), 1..6)) {
            let mut batch = Batch::default();
            let given: Vec<_> = values.iter().map(|value| value.as_deref().map_or(Given::Null, Given::Text)).collect();
            batch.push(1, &given);
            let ready = batch.take();
            let line = ready[0].slice(0, 1);
            let (mut text, mut places) = (Vec::new(), Vec::new());
            split(line.strip_suffix(b"\n").unwrap(), &mut text, &mut places);
            let back: Vec<_> = places
                .iter()
                .map(|place| place.map(|(from, to)| String::from_utf8(text[from..to].to_vec()).unwrap()))
                .collect();
            prop_assert_eq!(back, values);
        }
    }
}
