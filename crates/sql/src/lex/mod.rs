//! Text into tokens, without loss.

mod identifier;
mod operator;
mod quoted;
#[cfg(test)]
pub(crate) mod tests;

use std::ops::Range;

use crate::keywords::{Category, keyword};

pub use identifier::identifier;

/// Settings of the session that change how text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// On: a backslash in `'…'` is a backslash. Off: it escapes, as in `E'…'`. `PostgreSQL`'s default is on.
    pub standard_conforming_strings: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { standard_conforming_strings: true }
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Blanks, tabs, line breaks.
    Whitespace,
    /// `-- …` up to the end of the line, which is not a part of it.
    LineComment,
    /// `/* … */`, nested ones inside.
    BlockComment,
    /// A word without quotes that is no key word.
    Identifier,
    /// A word without quotes that is a key word; it can still be a name, see [`Category`].
    Keyword(Category),
    /// `"…"` or `U&"…"`.
    QuotedIdentifier,
    /// A constant in single quotes; one that goes on over a line break is one token.
    String(StringKind),
    /// `$tag$ … $tag$`.
    DollarString,
    /// A number without its sign.
    Number,
    /// `$1`.
    Parameter,
    /// Any operator, also `::`, `:=`, `=>` and `..`.
    Operator,
    /// One of `( ) [ ] , ; . :`.
    Punctuation,
    /// A command of psql: from a backslash that begins a line to the end of that line.
    Meta,
    /// One character that `PostgreSQL` takes nowhere: a backslash, a brace, a lone `$`, a control character.
    Other,
}

/// How a constant in single quotes begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringKind {
    /// `'…'`
    Plain,
    /// `E'…'`, with escapes.
    Escape,
    /// `B'…'`, bits.
    Bit,
    /// `X'…'`, bits as hexadecimal digits.
    Hex,
    /// `N'…'`, national characters.
    National,
    /// `U&'…'`, with Unicode escapes.
    Unicode,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The text ends before the quotes or the comment do.
    Unterminated,
    /// A number or parameter that a letter follows without a blank: refused since version 15.
    TrailingJunk,
    /// A quoted name with nothing between the quotes.
    EmptyName,
}

/// A piece of the text: `text[start..end]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The offset of its first byte.
    pub start: usize,
    /// The offset behind its last byte.
    pub end: usize,
    /// What is wrong with it.
    pub fault: Option<Fault>,
}

impl Token {
    /// Where it stands, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Its text in the text that it was read from.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.range()).unwrap_or_default()
    }

    /// Whether the grammar does not see it: white space and comments.
    pub fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Whitespace | Kind::LineComment | Kind::BlockComment)
    }
}

/// All tokens of a text. Put together they are the text.
pub fn lex(text: &str, settings: Settings) -> Vec<Token> {
    Lexer::new(text, settings).collect()
}

/// Reads tokens one after the other.
#[derive(Debug, Clone)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
    settings: Settings,
    /// Up to here each byte is known to be an operator by itself.
    singles_until: usize,
}

impl<'a> Lexer<'a> {
    /// From the beginning of a text.
    pub fn new(text: &'a str, settings: Settings) -> Self {
        Self { text, at: 0, settings, singles_until: 0 }
    }

    /// Goes on at another offset, which must be the boundary of a character.
    pub(crate) fn jump(&mut self, to: usize) {
        self.at = to;
    }

    fn byte(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + offset).copied()
    }

    /// How many bytes from `offset` on are such bytes.
    fn run(&self, offset: usize, such: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(self.at + offset..).unwrap_or_default();
        rest.iter().take_while(|byte| such(**byte)).count()
    }

    /// Kind, length and fault of the token that begins with this byte.
    fn token(&self, first: u8) -> (Kind, usize, Option<Fault>) {
        let second = self.byte(1);
        match first {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => (Kind::Whitespace, self.run(0, is_space), None),
            b'-' if second == Some(b'-') => {
                (Kind::LineComment, self.run(0, |byte| !is_line_break(byte)), None)
            }
            b'/' if second == Some(b'*') => self.block_comment(),
            b'\'' => self.string(StringKind::Plain, 0),
            b'"' => self.quoted_identifier(0),
            b'$' => self.dollar(),
            b'0'..=b'9' => self.number(),
            b'.' if second.is_some_and(|byte| byte.is_ascii_digit()) => self.number(),
            b'.' if second == Some(b'.') => (Kind::Operator, 2, None),
            b':' if matches!(second, Some(b':' | b'=')) => (Kind::Operator, 2, None),
            b'(' | b')' | b'[' | b']' | b',' | b';' | b'.' | b':' => (Kind::Punctuation, 1, None),
            b'\\' if self.begins_line() => (Kind::Meta, self.run(0, |byte| !is_line_break(byte)), None),
            _ if is_identifier_start(first) => self.word(first, second),
            _ => (Kind::Other, 1, None),
        }
    }

    /// The length of the operator that begins here.
    fn operator(&mut self) -> usize {
        let run = self.run(0, operator::is_operator_byte);
        let (length, singles) =
            operator::length(self.text.as_bytes().get(self.at..self.at + run).unwrap_or_default());
        self.singles_until = self.at + length + singles;
        length
    }

    /// A word, or a constant that begins with a letter.
    fn word(&self, first: u8, second: Option<u8>) -> (Kind, usize, Option<Fault>) {
        match (first.to_ascii_lowercase(), second, self.byte(2)) {
            (b'e', Some(b'\''), _) => return self.string(StringKind::Escape, 1),
            (b'b', Some(b'\''), _) => return self.string(StringKind::Bit, 1),
            (b'x', Some(b'\''), _) => return self.string(StringKind::Hex, 1),
            (b'n', Some(b'\''), _) => return self.string(StringKind::National, 1),
            (b'u', Some(b'&'), Some(b'\'')) => return self.string(StringKind::Unicode, 2),
            (b'u', Some(b'&'), Some(b'"')) => return self.quoted_identifier(2),
            _ => {}
        }
        let length = self.run(0, is_identifier_part);
        let word = self.text.get(self.at..self.at + length).unwrap_or_default();
        (keyword(word).map_or(Kind::Identifier, Kind::Keyword), length, None)
    }

    /// `1`, `1.5`, `.5`, `1e5`, `1_000`, `0x1F`. Of `1..10` only the `1`.
    ///
    /// Before version 16 there were no underscores and no other bases: `0x1F` was `0 AS x1f`. No statement that both
    /// take is split differently for it.
    fn number(&self) -> (Kind, usize, Option<Fault>) {
        let base: Option<fn(u8) -> bool> = match (self.byte(0), self.byte(1)) {
            (Some(b'0'), Some(b'x' | b'X')) => Some(|byte| byte.is_ascii_hexdigit()),
            (Some(b'0'), Some(b'o' | b'O')) => Some(|byte| matches!(byte, b'0'..=b'7')),
            (Some(b'0'), Some(b'b' | b'B')) => Some(|byte| matches!(byte, b'0' | b'1')),
            _ => None,
        };
        let mut length = 0;
        if let Some(such) = base {
            let underscore = usize::from(self.byte(2) == Some(b'_'));
            let digits = self.digits(2 + underscore, such);
            length = if digits > 0 { 2 + underscore + digits } else { 0 };
        }
        if length == 0 {
            length = self.decimal();
        }
        let junk = self.byte(length).is_some_and(is_identifier_start);
        (Kind::Number, length, junk.then_some(Fault::TrailingJunk))
    }

    fn decimal(&self) -> usize {
        let such = |byte: u8| byte.is_ascii_digit();
        let mut length = self.digits(0, such);
        if self.byte(length) == Some(b'.') && self.byte(length + 1) != Some(b'.') {
            length += 1 + self.digits(length + 1, such);
        }
        if matches!(self.byte(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.byte(length + 1), Some(b'+' | b'-')));
            let digits = self.digits(length + 1 + sign, such);
            if digits > 0 {
                length += 1 + sign + digits;
            }
        }
        length
    }

    /// The length of digits with single underscores between them.
    fn digits(&self, offset: usize, such: impl Fn(u8) -> bool) -> usize {
        let mut length = self.run(offset, &such);
        while length > 0 && self.byte(offset + length) == Some(b'_') {
            let more = self.run(offset + length + 1, &such);
            if more == 0 {
                break;
            }
            length += 1 + more;
        }
        length
    }

    /// Whether only blanks stand before the next byte in its line.
    fn begins_line(&self) -> bool {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t')).is_none_or(|byte| is_line_break(*byte))
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let first = self.byte(0)?;
        let start = self.at;
        let (kind, length, fault) = if start < self.singles_until {
            (Kind::Operator, 1, None)
        } else {
            match self.token(first) {
                (Kind::Other, ..) if operator::is_operator_byte(first) => {
                    (Kind::Operator, self.operator(), None)
                }
                other => other,
            }
        };
        self.at = (start + length.max(1)).min(self.text.len());
        Some(Token { kind, start, end: self.at, fault })
    }
}

/// White space to `PostgreSQL`; the vertical tab since version 16.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Either of them ends a line, and a comment.
pub(crate) fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Letters, `_`, and every byte of every character beyond ASCII, blanks of other scripts among them.
pub(crate) fn is_identifier_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// What may follow in a name: digits and `$` as well.
pub(crate) fn is_identifier_part(byte: u8) -> bool {
    is_identifier_start(byte) || byte.is_ascii_digit() || byte == b'$'
}
