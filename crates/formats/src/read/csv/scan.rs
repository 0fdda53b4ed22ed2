//! Finds the end of a record and of the values in it; goes on where it was when there are more bytes.

/// A value: these bytes, counted from the beginning of the record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// Between the quotes.
    Quoted,
    /// With quotes in it that are doubled.
    Doubled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value begins.
    Begin,
    /// In a value without quotes, or in one that went on after its closing quote.
    Plain,
    Quoted,
    /// After a quote in a quoted value.
    Quote,
}

#[derive(Debug)]
pub(super) struct Scan {
    delimiter: u8,
    quote: Option<u8>,
    /// Bytes that end a run in a value without quotes.
    special: [bool; 256],
    /// Bytes that end a run in a quoted value.
    special_quoted: [bool; 256],
    state: State,
    pieces: Vec<Piece>,
    /// Where reading goes on.
    at: usize,
    /// Where the value begins.
    from: usize,
    doubled: bool,
    /// Line ends within the record.
    lines: u64,
    /// So many of them come before the last opening quote.
    opened: u64,
    /// There is a NUL in it.
    pub(super) nul: bool,
    /// The first value that goes on after its closing quote, from 1.
    pub(super) trailing: Option<usize>,
}

impl Scan {
    pub(super) fn new(delimiter: u8, quote: Option<u8>) -> Self {
        let table = |bytes: &[u8]| {
            let mut table = [false; 256];
            for byte in bytes {
                table[usize::from(*byte)] = true;
            }
            table
        };
        Self {
            delimiter,
            quote,
            special: table(&[delimiter, b'\n', b'\r', 0]),
            special_quoted: table(&[quote.unwrap_or_default(), b'\n', b'\r', 0]),
            state: State::Begin,
            pieces: Vec::new(),
            at: 0,
            from: 0,
            doubled: false,
            lines: 0,
            opened: 0,
            nul: false,
            trailing: None,
        }
    }

    /// Makes ready for the next record.
    pub(super) fn begin(&mut self) {
        self.state = State::Begin;
        self.pieces.clear();
        self.at = 0;
        self.lines = 0;
        self.nul = false;
        self.trailing = None;
    }

    /// Nothing of the record was read yet.
    pub(super) fn is_new(&self) -> bool {
        self.at == 0 && self.pieces.is_empty()
    }

    /// A record without a character.
    pub(super) fn is_blank(&self) -> bool {
        self.at == 0
    }

    pub(super) fn length(&self) -> usize {
        self.at
    }

    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Within a quoted value: how many lines after the record's first its quote was opened.
    pub(super) fn opened(&self) -> Option<u64> {
        (self.state == State::Quoted).then_some(self.opened)
    }

    /// The text ends here, and so does the record.
    pub(super) fn end(&mut self) {
        match self.state {
            State::Begin => {
                self.from = self.at;
                self.close(self.at, Form::Plain);
            }
            State::Plain | State::Quoted => self.close(self.at, Form::Plain),
            State::Quote => self.close_quoted(),
        }
    }

    /// Reads on in the record, which begins where the text begins. True: it ends at [`length`](Self::length).
    pub(super) fn read(&mut self, text: &[u8]) -> bool {
        while self.at < text.len() {
            match self.state {
                State::Begin => {
                    self.from = self.at;
                    if Some(text[self.at]) == self.quote {
                        self.at += 1;
                        self.from += 1;
                        self.doubled = false;
                        self.opened = self.lines;
                        self.state = State::Quoted;
                    } else {
                        self.state = State::Plain;
                    }
                }
                State::Plain => {
                    let rest = &text[self.at..];
                    let run = rest.iter().position(|byte| self.special[usize::from(*byte)]);
                    self.at += run.unwrap_or(rest.len());
                    match text.get(self.at) {
                        None => {}
                        Some(0) => {
                            self.nul = true;
                            self.at += 1;
                        }
                        Some(byte) => {
                            self.close(self.at, Form::Plain);
                            if *byte != self.delimiter {
                                return true;
                            }
                            self.at += 1;
                        }
                    }
                }
                State::Quoted => self.read_quoted(text),
                State::Quote => match text[self.at] {
                    byte if Some(byte) == self.quote => {
                        self.doubled = true;
                        self.at += 1;
                        self.state = State::Quoted;
                    }
                    byte if byte == self.delimiter => {
                        self.close_quoted();
                        self.at += 1;
                    }
                    b'\n' | b'\r' => {
                        self.close_quoted();
                        return true;
                    }
                    _ => {
                        // Nothing is lost: the value is what stands there, quotes and all.
                        self.from -= 1;
                        self.trailing = self.trailing.or(Some(self.pieces.len() + 1));
                        self.state = State::Plain;
                    }
                },
            }
        }
        false
    }

    fn read_quoted(&mut self, text: &[u8]) {
        let rest = &text[self.at..];
        let run = rest.iter().position(|byte| self.special_quoted[usize::from(*byte)]);
        self.at += run.unwrap_or(rest.len());
        match text.get(self.at) {
            None => return,
            Some(0) => self.nul = true,
            Some(b'\n') if text[self.at - 1] == b'\r' => {}
            Some(b'\n' | b'\r') => self.lines += 1,
            Some(_) => self.state = State::Quote,
        }
        self.at += 1;
    }

    fn close(&mut self, to: usize, form: Form) {
        self.pieces.push(Piece { from: self.from, to, form });
        self.state = State::Begin;
    }

    fn close_quoted(&mut self) {
        let form = if self.doubled { Form::Doubled } else { Form::Quoted };
        self.close(self.at - 1, form);
    }
}
