//! The tokens that the grammar sees, with their text.

use crate::lex::{Kind, Lexer, Settings, Token};

/// A token that is neither white space nor a comment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Significant<'a> {
    pub(crate) token: Token,
    pub(crate) text: &'a str,
}

impl Significant<'_> {
    /// Whether it is this word without quotes, in any case.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.token.kind, Kind::Identifier | Kind::Keyword(_)) && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is one of these words.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Whether it is this mark or operator.
    pub(crate) fn is_mark(&self, mark: &str) -> bool {
        matches!(self.token.kind, Kind::Punctuation | Kind::Operator) && self.text == mark
    }

    /// Whether it can be a name or a part of one.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.token.kind, Kind::Identifier | Kind::Keyword(_) | Kind::QuotedIdentifier)
    }
}

/// Those of a text, in order.
pub(crate) fn significant(text: &str, settings: Settings) -> Vec<Significant<'_>> {
    let tokens = Lexer::new(text, settings).filter(|token| !token.is_blank());
    tokens.map(|token| Significant { token, text: token.text(text) }).collect()
}

/// A part of the tokens of a statement, read from left to right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'s, 'a> {
    rest: &'s [Significant<'a>],
}

impl<'s, 'a> Words<'s, 'a> {
    pub(crate) fn new(rest: &'s [Significant<'a>]) -> Self {
        Self { rest }
    }

    pub(crate) fn peek(&self) -> Option<&'s Significant<'a>> {
        self.rest.first()
    }

    pub(crate) fn next(&mut self) -> Option<&'s Significant<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Takes the words if all of them come next.
    pub(crate) fn take(&mut self, words: &[&str]) -> bool {
        let there =
            self.rest.len() >= words.len() && self.rest.iter().zip(words).all(|(one, word)| one.is(word));
        if there {
            self.rest = self.rest.get(words.len()..).unwrap_or_default();
        }
        there
    }

    /// Takes one of these words if it comes next.
    pub(crate) fn take_any(&mut self, words: &[&str]) -> bool {
        let there = self.peek().is_some_and(|one| one.is_any(words));
        if there {
            self.next();
        }
        there
    }

    /// Takes the mark if it comes next.
    pub(crate) fn take_mark(&mut self, mark: &str) -> bool {
        let there = self.peek().is_some_and(|one| one.is_mark(mark));
        if there {
            self.next();
        }
        there
    }

    /// Takes what stands in parentheses if an opening one comes next, and returns it; without its end, all of the rest.
    pub(crate) fn take_parentheses(&mut self) -> Option<Words<'s, 'a>> {
        if !self.take_mark("(") {
            return None;
        }
        let mut depth = 1_usize;
        for (index, one) in self.rest.iter().enumerate() {
            depth = if one.is_mark("(") {
                depth + 1
            } else if one.is_mark(")") {
                depth - 1
            } else {
                depth
            };
            if depth == 0 {
                let inside = self.rest.get(..index).unwrap_or_default();
                self.rest = self.rest.get(index + 1..).unwrap_or_default();
                return Some(Words::new(inside));
            }
        }
        Some(Words::new(std::mem::take(&mut self.rest)))
    }

    /// Takes a name with its dots, as a range of the text.
    pub(crate) fn take_name(&mut self) -> Option<(usize, usize)> {
        let first = self.peek().filter(|one| one.is_name())?;
        let (start, mut end) = (first.token.start, first.token.end);
        self.next();
        while self.rest.len() > 1 && self.rest[0].is_mark(".") && self.rest[1].is_name() {
            end = self.rest[1].token.end;
            self.rest = &self.rest[2..];
        }
        Some((start, end))
    }

    pub(crate) fn rest(&self) -> &'s [Significant<'a>] {
        self.rest
    }
}
