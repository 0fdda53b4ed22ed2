//! JSON: an array of objects ([`Array`]), or one object on each line ([`Lines`]).

mod object;
mod text;

use super::decode::Input;
use super::{MAX_RECORD, Record, Unreadable};

pub(super) use text::unescape;

/// The text is JSON that PostgreSQL's jsonb takes.
pub(super) fn is_postgres_json(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text)
        .is_ok_and(|json| text::value_end(json.get(), 0).is_ok())
}

/// One object on each line; lines without one are skipped.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// So much of the line was looked at.
    at: usize,
}

impl Lines {
    pub(super) fn next(&mut self, input: &mut Input, record: &mut Record) -> Result<bool, Unreadable> {
        loop {
            if self.at == 0 && !input.begin_line() && !input.finished() {
                input.check()?;
                return Ok(false);
            }
            let text = input.rest().as_bytes();
            let bounded = &text[..text.len().min(MAX_RECORD + 1)];
            let end = bounded[self.at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            self.at = end.map_or(bounded.len(), |end| self.at + end);
            if end.is_none() {
                if self.at > MAX_RECORD {
                    return Err(Unreadable::line(input.line(), "This record is longer than 16 MiB."));
                }
                input.check()?;
                if !input.finished() || self.at == 0 {
                    return Ok(false);
                }
            }
            let length = std::mem::take(&mut self.at);
            let line = &input.rest()[..length];
            let blank = line.trim_matches([' ', '\t']).is_empty();
            if !blank {
                record.begin(input.line(), line);
                object::take_apart(record);
            }
            input.take(length, 0);
            input.take_line_end();
            if !blank {
                return Ok(true);
            }
        }
    }
}

/// An array of objects, or one object.
#[derive(Debug)]
pub(super) struct Array {
    place: Place,
    /// In the value that begins at the input's rest: where reading goes on.
    at: usize,
    /// The brackets that are open.
    open: Vec<u8>,
    /// After how many lines of the value the string began in which reading is.
    string: Option<u64>,
    /// Line ends within the value.
    lines: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Begin,
    /// After the opening bracket.
    First,
    /// After a comma.
    Next,
    /// In a value of the array.
    Value,
    /// In the only value.
    Single,
    /// After a value of the array.
    After,
    End,
}

impl Array {
    pub(super) fn new() -> Self {
        Self { place: Place::Begin, at: 0, open: Vec::new(), string: None, lines: 0 }
    }

    pub(super) fn next(&mut self, input: &mut Input, record: &mut Record) -> Result<bool, Unreadable> {
        loop {
            if matches!(self.place, Place::Value | Place::Single) {
                if !self.read(input)? {
                    return Ok(false);
                }
                record.begin(input.line(), &input.rest()[..self.at]);
                object::take_apart(record);
                input.take(self.at, self.lines);
                (self.at, self.lines) = (0, 0);
                self.place = if self.place == Place::Single { Place::End } else { Place::After };
                return Ok(true);
            }
            let Some(byte) = input.after_blanks() else {
                input.check()?;
                return match self.place {
                    Place::Begin | Place::End => Ok(false),
                    _ if !input.finished() => Ok(false),
                    _ => Err(Unreadable::line(input.line(), "The file ends before its array does.")),
                };
            };
            let here = |message: &str| Err(Unreadable::line(input.line(), message));
            self.place = match (self.place, byte) {
                (Place::Begin, b'[') => Place::First,
                (Place::Begin, b'{') => Place::Single,
                (Place::Begin, _) => return here("This is no JSON array of objects."),
                (Place::First | Place::After, b']') => Place::End,
                (Place::First | Place::Next, b',' | b']' | b'}') => return here("A value is missing here."),
                (Place::First | Place::Next, _) => Place::Value,
                (Place::After, b',') => Place::Next,
                (Place::After, _) => return here("There must be a comma between two values."),
                (Place::End, b'{') => {
                    return here("There is more after the end of the JSON. Is it one object on each line?");
                }
                (Place::End | Place::Value | Place::Single, _) => {
                    return here("There is more after the end of the JSON.");
                }
            };
            if !matches!(self.place, Place::Value | Place::Single) {
                input.take(1, 0);
            }
        }
    }

    /// Reads on until the value's end was seen. False: more bytes are needed.
    fn read(&mut self, input: &Input) -> Result<bool, Unreadable> {
        let text = input.rest().as_bytes();
        if self.find_end(&text[..text.len().min(MAX_RECORD + 1)], input.line())? {
            return Ok(true);
        }
        if text.len() > MAX_RECORD {
            let line = input.line();
            return Err(match self.string {
                Some(after) => {
                    let message = "This quote is never closed, or only after more than 16 MiB.";
                    Unreadable::line(line + after, message)
                }
                None => Unreadable::line(line, "This value is longer than 16 MiB."),
            });
        }
        input.check()?;
        if !input.finished() {
            return Ok(false);
        }
        Err(match self.string {
            Some(after) => Unreadable::line(input.line() + after, "This quote is never closed."),
            None => Unreadable::line(input.line(), "The file ends before the value that begins here."),
        })
    }

    fn find_end(&mut self, text: &[u8], line: u64) -> Result<bool, Unreadable> {
        while let Some(byte) = text.get(self.at) {
            if self.string.is_some() {
                match byte {
                    b'"' => {
                        self.string = None;
                        if self.open.is_empty() {
                            self.at += 1;
                            return Ok(true);
                        }
                    }
                    b'\\' => match text.get(self.at + 1) {
                        None => return Ok(false),
                        Some(b'\n' | b'\r') => {}
                        Some(_) => self.at += 1,
                    },
                    b'\n' | b'\r' => self.count_line_end(text),
                    _ => {
                        let plain = |byte: &u8| matches!(byte, b'"' | b'\\' | b'\n' | b'\r');
                        let rest = &text[self.at..];
                        self.at += rest.iter().position(plain).unwrap_or(rest.len());
                        continue;
                    }
                }
                self.at += 1;
                continue;
            }
            match byte {
                b'"' => self.string = Some(self.lines),
                b'{' | b'[' => self.open.push(*byte),
                // The end of a number or a word; it does not belong to it.
                b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' if self.open.is_empty() => return Ok(true),
                b'}' | b']' => {
                    let opening = if *byte == b'}' { b'{' } else { b'[' };
                    if self.open.pop() != Some(opening) {
                        let message = format!("“{}” closes what was not opened.", char::from(*byte));
                        return Err(Unreadable::line(line + self.lines, message));
                    }
                    if self.open.is_empty() {
                        self.at += 1;
                        return Ok(true);
                    }
                }
                b'\n' | b'\r' => self.count_line_end(text),
                _ => {}
            }
            self.at += 1;
        }
        Ok(false)
    }

    fn count_line_end(&mut self, text: &[u8]) {
        let second = text[self.at] == b'\n' && text[self.at - 1] == b'\r';
        self.lines += u64::from(!second);
    }
}

#[cfg(test)]
mod tests;
