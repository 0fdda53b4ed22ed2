//! Bytes become text, and text becomes lines.

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::Unreadable;

/// The decoded text that was not taken yet, and where in the file it begins.
pub(super) struct Input {
    decoder: Decoder,
    encoding: &'static Encoding,
    text: String,
    /// Where in `text` what was not taken begins.
    start: usize,
    /// The line of the file on which it begins.
    line: u64,
    /// What was taken last is a carriage return: a line feed belongs to the same line end.
    after_return: bool,
    /// Lines that are to be thrown away.
    skip: u32,
    finished: bool,
    /// After `text` come bytes that are none of this encoding.
    broken: bool,
}

impl Input {
    pub(super) fn new(label: &str, skip: u32) -> Result<Self, Unreadable> {
        let Some(encoding) = Encoding::for_label_no_replacement(label.as_bytes()) else {
            return Err(Unreadable::field("encoding", format!("There is no encoding “{label}”.")));
        };
        Ok(Self {
            decoder: encoding.new_decoder_with_bom_removal(),
            encoding,
            text: String::new(),
            start: 0,
            line: 1,
            after_return: false,
            skip,
            finished: false,
            broken: false,
        })
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.decode(bytes, false);
    }

    pub(super) fn finish(&mut self) {
        self.decode(&[], true);
        self.finished = true;
    }

    fn decode(&mut self, bytes: &[u8], last: bool) {
        if self.broken || self.finished {
            return;
        }
        if self.start > 0 {
            self.text.drain(..self.start);
            self.start = 0;
        }
        let mut bytes = bytes;
        loop {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(bytes.len());
            self.text.reserve(room.unwrap_or(bytes.len()));
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(bytes, &mut self.text, last);
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.broken = true;
                    return;
                }
            }
        }
    }

    /// What is there and was not taken yet.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.start..]
    }

    /// The line on which [`rest`](Self::rest) begins.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Nothing comes after the rest.
    pub(super) fn finished(&self) -> bool {
        self.finished && !self.broken
    }

    /// Takes so many bytes with so many line ends in them.
    pub(super) fn take(&mut self, length: usize, lines: u64) {
        self.start += length;
        self.line += lines;
        if length > 0 {
            self.after_return = false;
        }
    }

    /// Takes the end of a line, if one stands here.
    pub(super) fn take_line_end(&mut self) {
        match self.rest().as_bytes().first() {
            Some(b'\n') => self.take(1, 1),
            Some(b'\r') => {
                self.take(1, 1);
                self.after_return = true;
            }
            _ => {}
        }
    }

    /// Makes ready to read on at the beginning of a line: takes the second half of a line end, and the lines that are
    /// no data. False when not all of these are there yet.
    pub(super) fn begin_line(&mut self) -> bool {
        loop {
            if self.after_return && !self.rest().is_empty() {
                if self.rest().starts_with('\n') {
                    self.start += 1;
                }
                self.after_return = false;
            }
            if self.skip == 0 {
                return true;
            }
            let rest = self.rest().as_bytes();
            let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.take(rest.len(), 0);
                return false;
            };
            self.take(at, 0);
            self.take_line_end();
            self.skip -= 1;
        }
    }

    /// Takes blanks and line ends; the byte that comes after them, if one is there.
    pub(super) fn after_blanks(&mut self) -> Option<u8> {
        if !self.begin_line() {
            return None;
        }
        loop {
            match self.rest().as_bytes().first() {
                Some(b' ' | b'\t') => self.take(1, 0),
                Some(b'\n' | b'\r') => {
                    self.take_line_end();
                    self.begin_line();
                }
                other => return other.copied(),
            }
        }
    }

    /// To be asked when the rest does not suffice: an error when no more can come because of the encoding.
    pub(super) fn check(&self) -> Result<(), Unreadable> {
        if !self.broken {
            return Ok(());
        }
        let line = self.line + line_ends(self.rest());
        let message = format!("These bytes are no {}.", self.encoding.name());
        Err(Unreadable { field: Some("encoding"), line: Some(line), message })
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let encoding = self.encoding.name();
        f.debug_struct("Input").field("encoding", &encoding).field("line", &self.line).finish_non_exhaustive()
    }
}

/// How many line ends: `\n`, `\r\n` or `\r`.
fn line_ends(text: &str) -> u64 {
    let mut before = 0;
    let mut ends = 0;
    for byte in text.bytes() {
        if byte == b'\r' || (byte == b'\n' && before != b'\r') {
            ends += 1;
        }
        before = byte;
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(label: &str, bytes: &[u8]) -> Result<String, Unreadable> {
        let mut input = Input::new(label, 0)?;
        for byte in bytes {
            input.push(std::slice::from_ref(byte));
        }
        input.finish();
        input.check().map(|()| input.rest().to_owned())
    }

    #[test]
    fn encodings_are_read_without_their_marks() {
        assert_eq!(all("utf-8", b"\xef\xbb\xbf\xc3\xa4").unwrap(), "ä");
        assert_eq!(all("windows-1252", b"\xe4 \x80").unwrap(), "ä €");
        assert_eq!(all("utf-16le", b"\xff\xfe\xe4\0a\0").unwrap(), "äa");
        assert_eq!(all("utf-16be", b"\0a\0b").unwrap(), "ab");
        assert_eq!(all("shift_jis", b"\x93\xfa").unwrap(), "日");
    }

    #[test]
    fn what_is_none_of_the_encoding_is_said_with_its_line() {
        let unknown = all("klingon", b"").unwrap_err();
        assert_eq!((unknown.field, unknown.line), (Some("encoding"), None));
        let bad = all("utf-8", b"a\nb\r\nc\xff\nd").unwrap_err();
        assert_eq!((bad.field, bad.line), (Some("encoding"), Some(3)));
        assert_eq!(all("utf-8", b"a\n\xc3").unwrap_err().line, Some(2));
        assert_eq!(all("utf-16le", b"a\0b").unwrap_err().line, Some(1));
    }
}
