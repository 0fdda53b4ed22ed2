//! Where one statement ends.

use crate::lex::{Fault, Kind, Token};
use crate::significant::Significant;

use super::{Lines, Open, Part, PartKind, is_semicolon};

/// A statement of which the first tokens were read.
///
/// A semicolon ends it, but for two places of the grammar: the parentheses of `CREATE RULE … DO (…; …)`, and the body
/// of a routine, `BEGIN ATOMIC …; …; END`. Parentheses that are open elsewhere are a mistake, and swallow nothing of
/// what follows.
#[derive(Debug)]
pub(super) struct Reading {
    start: usize,
    end: usize,
    open: Option<Open>,
    parentheses: usize,
    /// How many parentheses were open at each `BEGIN ATOMIC`.
    bodies: Vec<usize>,
    head: Head,
    copy: CopyIn,
    previous: Previous,
}

/// How much of `CREATE [OR REPLACE] {FUNCTION | PROCEDURE | RULE}` was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// The statement begins otherwise.
    No,
    /// Nothing was read.
    Beginning,
    /// `CREATE` or `CREATE OR REPLACE`.
    Create,
    /// `CREATE OR`.
    Or,
    /// Something that may stand among the elements of a schema.
    Other,
    /// A routine: it may have a body.
    Routine,
    /// A rule: it may have several actions.
    Rule,
}

/// How much of `COPY … FROM stdin` was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CopyIn {
    /// The statement begins otherwise.
    No,
    /// Nothing was read.
    Beginning,
    Copy,
    From,
    Stdin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    Begin,
    /// Where a statement of a body may begin: behind `ATOMIC` and behind a semicolon.
    StatementStart,
    Other,
}

impl Reading {
    pub(super) fn new(start: usize) -> Self {
        Self {
            start,
            end: start,
            open: None,
            parentheses: 0,
            bodies: Vec::new(),
            head: Head::Beginning,
            copy: CopyIn::Beginning,
            previous: Previous::Other,
        }
    }

    /// Reads one more token, and says whether that ended the statement.
    pub(super) fn read(&mut self, script: &str, token: Token) -> bool {
        if token.is_blank() && token.fault.is_none() {
            return false;
        }
        if is_semicolon(script, token) && self.semicolon_ends() {
            return true;
        }
        self.end = token.end;
        self.open = match (token.kind, token.fault) {
            (Kind::BlockComment, _) => Some(Open::Comment),
            (Kind::String(_), Some(Fault::Unterminated)) => Some(Open::String),
            (Kind::DollarString, Some(Fault::Unterminated)) => Some(Open::DollarString),
            (Kind::QuotedIdentifier, Some(Fault::Unterminated)) => Some(Open::QuotedIdentifier),
            (Kind::Meta, _) => Some(Open::MetaInside),
            _ => self.open,
        };
        self.follow(&Significant { token, text: token.text(script) });
        false
    }

    fn semicolon_ends(&self) -> bool {
        self.bodies.is_empty() && (self.head != Head::Rule || self.parentheses == 0)
    }

    fn follow(&mut self, one: &Significant<'_>) {
        if one.is_mark("(") {
            self.parentheses += 1;
        } else if one.is_mark(")") {
            self.parentheses = self.parentheses.saturating_sub(1);
        }
        self.head = self.head.after(one);
        self.copy = match self.copy {
            CopyIn::Beginning if one.is("copy") => CopyIn::Copy,
            CopyIn::Beginning => CopyIn::No,
            CopyIn::Copy if self.parentheses == 0 && one.is("from") => CopyIn::From,
            CopyIn::From if one.is_any(&["stdin", "stdout"]) => CopyIn::Stdin,
            CopyIn::From => CopyIn::Copy,
            same => same,
        };
        self.previous = if self.head == Head::Routine && one.is("begin") {
            Previous::Begin
        } else if self.previous == Previous::Begin && one.is("atomic") {
            self.bodies.push(self.parentheses);
            Previous::StatementStart
        } else if one.is_mark(";") {
            Previous::StatementStart
        } else {
            let ends = self.previous == Previous::StatementStart && one.is("end");
            if ends && self.bodies.last() == Some(&self.parentheses) {
                self.bodies.pop();
            }
            Previous::Other
        };
    }

    pub(super) fn takes_data(&self) -> bool {
        self.copy == CopyIn::Stdin && self.open.is_none()
    }

    pub(super) fn part(&self, terminated: bool, lines: &mut Lines<'_>) -> Part {
        let lacks = if self.bodies.is_empty() { Open::Parenthesis } else { Open::Body };
        let lacking = self.parentheses > 0 || !self.bodies.is_empty();
        let open = self.open.or(lacking.then_some(lacks));
        let range = self.start..self.end;
        let line = lines.of(self.start);
        let kind = PartKind::Statement { terminated, open, data: false };
        Part { kind, outer: range.clone(), range, line }
    }
}

impl Head {
    fn after(self, one: &Significant<'_>) -> Self {
        match self {
            Self::Beginning if one.is("create") => Self::Create,
            Self::Beginning | Self::No => Self::No,
            Self::Create if one.is("or") => Self::Or,
            Self::Or if one.is("replace") => Self::Create,
            Self::Create if one.is_any(&["function", "procedure"]) => Self::Routine,
            Self::Create if one.is("rule") => Self::Rule,
            Self::Create | Self::Or | Self::Other if one.is("create") => Self::Create,
            Self::Create | Self::Or | Self::Other => Self::Other,
            Self::Routine | Self::Rule => self,
        }
    }
}
