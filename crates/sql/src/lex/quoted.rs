//! Everything between quotes, and comments.

use super::{
    Fault, Kind, Lexer, StringKind, is_identifier_part, is_identifier_start, is_line_break, is_space,
};

impl Lexer<'_> {
    /// A constant whose opening quote is `prefix` bytes away.
    ///
    /// A constant goes on behind a line break: `'a' ⏎ 'b'` is one, line comments may stand between.
    pub(super) fn string(&self, kind: StringKind, prefix: usize) -> (Kind, usize, Option<Fault>) {
        let escapes = match kind {
            StringKind::Escape => true,
            StringKind::Plain | StringKind::National => !self.settings.standard_conforming_strings,
            StringKind::Bit | StringKind::Hex | StringKind::Unicode => false,
        };
        // In bits a doubled quote is an end, and a beginning.
        let doubles = !matches!(kind, StringKind::Bit | StringKind::Hex);
        let mut at = prefix + 1;
        loop {
            match self.byte(at) {
                None => return (Kind::String(kind), at, Some(Fault::Unterminated)),
                Some(b'\\') if escapes => at += 2,
                Some(b'\'') if doubles && self.byte(at + 1) == Some(b'\'') => at += 2,
                Some(b'\'') => match self.continuation(at + 1) {
                    Some(next) => at = next,
                    None => return (Kind::String(kind), at + 1, None),
                },
                Some(_) => at += 1,
            }
        }
    }

    /// Where a constant that was closed before `at` goes on: behind its next opening quote.
    fn continuation(&self, mut at: usize) -> Option<usize> {
        let mut line_break = false;
        loop {
            match self.byte(at)? {
                b'\'' if line_break => return Some(at + 1),
                byte if is_space(byte) => {
                    line_break |= is_line_break(byte);
                    at += 1;
                }
                b'-' if self.byte(at + 1) == Some(b'-') => {
                    at += self.run(at, |byte| !is_line_break(byte));
                }
                _ => return None,
            }
        }
    }

    /// A name whose opening quote is `prefix` bytes away.
    pub(super) fn quoted_identifier(&self, prefix: usize) -> (Kind, usize, Option<Fault>) {
        let mut at = prefix + 1;
        loop {
            at += self.run(at, |byte| byte != b'"');
            match (self.byte(at), self.byte(at + 1)) {
                (None, _) => return (Kind::QuotedIdentifier, at, Some(Fault::Unterminated)),
                (_, Some(b'"')) => at += 2,
                _ => {
                    let fault = (at == prefix + 1).then_some(Fault::EmptyName);
                    return (Kind::QuotedIdentifier, at + 1, fault);
                }
            }
        }
    }

    /// `$1`, `$tag$…$tag$`, or a `$` by itself.
    pub(super) fn dollar(&self) -> (Kind, usize, Option<Fault>) {
        let digits = self.run(1, |byte| byte.is_ascii_digit());
        if digits > 0 {
            let junk = self.byte(1 + digits).is_some_and(is_identifier_start);
            return (Kind::Parameter, 1 + digits, junk.then_some(Fault::TrailingJunk));
        }
        let tag = match self.byte(1) {
            Some(byte) if is_identifier_start(byte) => {
                self.run(1, |byte| is_identifier_part(byte) && byte != b'$')
            }
            _ => 0,
        };
        if self.byte(1 + tag) != Some(b'$') {
            return (Kind::Other, 1, None);
        }
        let opening = tag + 2;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (Some(delimiter), Some(body)) = (rest.get(..opening), rest.get(opening..)) else {
            return (Kind::Other, 1, None);
        };
        match body.find(delimiter) {
            Some(length) => (Kind::DollarString, opening + length + opening, None),
            None => (Kind::DollarString, rest.len(), Some(Fault::Unterminated)),
        }
    }

    /// `/* … */` with others inside.
    pub(super) fn block_comment(&self) -> (Kind, usize, Option<Fault>) {
        let (mut at, mut depth) = (2, 1_usize);
        loop {
            match (self.byte(at), self.byte(at + 1)) {
                (None, _) => return (Kind::BlockComment, at, Some(Fault::Unterminated)),
                (Some(b'/'), Some(b'*')) => (at, depth) = (at + 2, depth + 1),
                (Some(b'*'), Some(b'/')) => (at, depth) = (at + 2, depth - 1),
                _ => at += 1,
            }
            if depth == 0 {
                return (Kind::BlockComment, at, None);
            }
        }
    }
}
