//! A script into its statements. The contract with who runs them stands at the top of the crate.

mod meta;
mod statement;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::lex::{Fault, Kind, Lexer, Settings, Token, is_line_break};
use statement::Reading;

pub use meta::{MetaCommand, MetaReason};

/// A piece of a script that is a thing of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// What to send, in bytes of the script: from the first token to the last, without the semicolon and without
    /// comments around, except a hint (`/*+ … */`) right before. Of data: the lines of it. Of a command of psql: from
    /// the backslash to the end of the line.
    pub range: Range<usize>,
    /// The same with everything around that belongs to no other part. The outer ranges follow each other without gaps
    /// and are the whole script, unless there is no part at all.
    pub outer: Range<usize>,
    /// The line on which `range` begins, from 1.
    pub line: usize,
}

impl Part {
    /// Its text.
    pub fn text<'a>(&self, script: &'a str) -> &'a str {
        script.get(self.range.clone()).unwrap_or_default()
    }
}

/// What a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// A statement for the server.
    Statement {
        /// Whether a semicolon ends it; without, the text does.
        terminated: bool,
        /// What is still open at its end: then it is incomplete, and the server will refuse it.
        open: Option<Open>,
        /// Whether its data follows as the next part: it is a `COPY … FROM stdin`. A statement that is one and has no
        /// data here is to be refused; so is data for a statement that the server does not ask any for.
        data: bool,
    },
    /// The data of the `COPY … FROM stdin` before it, as it is to be sent.
    CopyData {
        /// Whether `\.` ends it; without, the script does.
        terminated: bool,
    },
    /// A command of psql. This is not psql: it is an error, see [`MetaCommand::reason`].
    Meta(MetaCommand),
}

/// What a statement lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// The end of a constant in single quotes.
    String,
    /// The end of a quoted name.
    QuotedIdentifier,
    /// The end of a dollar quote.
    DollarString,
    /// `*/`.
    Comment,
    /// As many `)` as `(`.
    Parenthesis,
    /// The `END` of a `BEGIN ATOMIC`.
    Body,
    /// Nothing, but a command of psql stands inside of it, which the server does not know.
    MetaInside,
}

/// Cuts a script into its parts. Empty statements, and pieces that hold only comments, are none.
pub fn split(script: &str, settings: Settings) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut lexer = Lexer::new(script, settings);
    let mut lines = Lines::new(script);
    let mut outer = 0;
    let mut hint = None;
    let mut current: Option<Reading> = None;
    while let Some(token) = lexer.next() {
        let reading = match current.as_mut() {
            Some(reading) => reading,
            None if token.is_blank() && token.fault.is_none() => {
                hint = is_hint(script, token).then_some(token.start).or(hint);
                continue;
            }
            None if token.text(script).starts_with('\\') => {
                // Where no statement has begun, the backslash need not begin a line.
                let rest = script.get(token.start..).unwrap_or_default();
                let end = token.start + rest.find(['\n', '\r']).unwrap_or(rest.len());
                let kind = PartKind::Meta(MetaCommand::of(script.get(token.start..end).unwrap_or_default()));
                let line = lines.of(token.start);
                parts.push(Part { kind, range: token.start..end, outer: outer..end, line });
                lexer.jump(end);
                (outer, hint) = (end, None);
                continue;
            }
            None if is_semicolon(script, token) => {
                hint = None;
                continue;
            }
            None => current.insert(Reading::new(hint.take().unwrap_or(token.start))),
        };
        if !reading.read(script, token) {
            continue;
        }
        let mut part = reading.part(true, &mut lines);
        part.outer = outer..token.end;
        outer = token.end;
        let data = if reading.takes_data() { Data::after(script, token.end) } else { None };
        if let (Some(data), PartKind::Statement { data: has, .. }) = (data, &mut part.kind) {
            *has = true;
            part.outer.end = data.range.start;
            let kind = PartKind::CopyData { terminated: data.terminated };
            let line = lines.of(data.range.start);
            parts.extend([part, Part { kind, outer: data.range.start..data.end, range: data.range, line }]);
            lexer.jump(data.end);
            outer = data.end;
        } else {
            parts.push(part);
        }
        current = None;
    }
    if let Some(reading) = current {
        let mut part = reading.part(false, &mut lines);
        part.outer = outer..script.len();
        parts.push(part);
    } else if let Some(last) = parts.last_mut() {
        last.outer.end = script.len();
    }
    parts
}

/// The statement to run for a cursor at this byte: the one it stands in or right behind. Behind a semicolon, in the
/// same line, it is the statement that ends there; else between two the next, and behind the last the last. For a
/// cursor in data it is the `COPY` before it.
pub fn statement_at(script: &str, cursor: usize, settings: Settings) -> Option<Part> {
    let parts = split(script, settings);
    let mut index =
        parts.iter().position(|part| cursor < part.outer.end).unwrap_or(parts.len().checked_sub(1)?);
    let here = parts.get(index)?;
    if cursor < here.range.start && index > 0 {
        let before = parts.get(index - 1)?;
        let between = script.as_bytes().get(before.range.end..cursor).unwrap_or_default();
        let same_line = !between.iter().any(|byte| is_line_break(*byte));
        if same_line && matches!(before.kind, PartKind::Statement { .. }) {
            index -= 1;
        }
    }
    if matches!(parts.get(index)?.kind, PartKind::CopyData { .. }) {
        index = index.checked_sub(1)?;
    }
    parts.into_iter().nth(index)
}

/// Data behind a `COPY … FROM stdin;`.
struct Data {
    range: Range<usize>,
    end: usize,
    terminated: bool,
}

impl Data {
    /// The data that begins in the line after this offset, if nothing else stands in the rest of the line.
    fn after(script: &str, from: usize) -> Option<Self> {
        let rest = script.get(from..)?;
        let (line, _) = rest.split_once('\n')?;
        let blank = line.trim_matches([' ', '\t', '\r']);
        if !blank.is_empty() && !blank.starts_with("--") {
            return None;
        }
        let start = from + line.len() + 1;
        let mut at = start;
        for line in script.get(start..)?.split_inclusive('\n') {
            let end = at + line.len();
            if line.trim_end_matches(['\n', '\r']) == "\\." {
                return Some(Self { range: start..at, end, terminated: true });
            }
            at = end;
        }
        Some(Self { range: start..at, end: at, terminated: false })
    }
}

/// Counts lines, going forward only.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(script: &'a str) -> Self {
        Self { bytes: script.as_bytes(), at: 0, line: 1 }
    }

    /// The line of an offset that is not before the last one.
    fn of(&mut self, offset: usize) -> usize {
        let passed = self.bytes.get(self.at..offset).unwrap_or_default();
        let before = self.at.checked_sub(1).and_then(|index| self.bytes.get(index));
        self.line += crate::position::line_breaks(before == Some(&b'\r'), passed);
        self.at = offset.max(self.at);
        self.line
    }
}

fn is_semicolon(script: &str, token: Token) -> bool {
    token.kind == Kind::Punctuation && token.text(script) == ";"
}

/// A comment that an extension for hints wants to see.
fn is_hint(script: &str, token: Token) -> bool {
    token.kind == Kind::BlockComment
        && token.fault != Some(Fault::Unterminated)
        && token.text(script).starts_with("/*+")
}
