//! The layout of one statement.

use crate::lex::{Kind, Token};
use crate::position::line_breaks;

use super::FormatOptions;
use super::words::{begins_clause, in_capitals, is_any, is_laid_out};

/// Writes one statement.
pub(super) struct Layout<'a> {
    text: &'a str,
    /// All tokens but white space, each with what stood before it.
    tokens: Vec<(Token, Gap)>,
    options: FormatOptions,
    out: &'a mut String,
    /// Where the line that is written begins in `out`.
    line_start: usize,
    /// How far that line is indented.
    line_level: usize,
    /// What is open: the statement, and each parenthesis in it.
    frames: Vec<Frame>,
}

/// The white space between two tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    /// In the same line; the range of it in the text.
    Blank(usize, usize),
    /// With a line break.
    Line(usize, usize),
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    /// A query, whose clauses begin lines; else an expression.
    query: bool,
    level: usize,
    /// Open CASE expressions.
    cases: usize,
    /// Whether an AND that comes next belongs to BETWEEN.
    between: bool,
    /// Whether AND and OR begin lines: in conditions.
    condition: bool,
}

impl Frame {
    fn new(query: bool, level: usize) -> Self {
        Self { query, level, cases: 0, between: false, condition: false }
    }
}

impl<'a> Layout<'a> {
    pub(super) fn new(text: &'a str, tokens: &[Token], options: FormatOptions, out: &'a mut String) -> Self {
        let mut kept = Vec::with_capacity(tokens.len());
        let mut gap = Gap::None;
        for token in tokens {
            if token.kind == Kind::Whitespace {
                let breaks = line_breaks(false, token.text(text).as_bytes()) > 0;
                gap = if breaks {
                    Gap::Line(token.start, token.end)
                } else {
                    Gap::Blank(token.start, token.end)
                };
            } else {
                kept.push((*token, gap));
                gap = Gap::None;
            }
        }
        let line_start = out.len();
        Self {
            text,
            tokens: kept,
            options,
            out,
            line_start,
            line_level: 0,
            frames: vec![Frame::new(true, 0)],
        }
    }

    fn text_of(&self, index: Option<usize>) -> &'a str {
        let token = index.and_then(|index| self.tokens.get(index));
        token.map(|(token, _)| token.text(self.text)).unwrap_or_default()
    }

    /// The nearest token on one side that is no comment.
    fn neighbour(&self, index: usize, step: isize) -> Option<usize> {
        let mut at = index.checked_add_signed(step)?;
        while self.tokens.get(at)?.0.is_blank() {
            at = at.checked_add_signed(step)?;
        }
        Some(at)
    }

    pub(super) fn write(mut self) {
        let first = self.tokens.iter().position(|(token, _)| !token.is_blank());
        let anew = is_laid_out(self.text_of(first));
        for index in 0..self.tokens.len() {
            let (token, gap) = self.tokens[index];
            if index > 0 && !anew {
                self.keep(gap);
            } else if index > 0 {
                self.space(index);
            }
            let text = token.text(self.text);
            if self.options.upper_case && self.in_capitals(index) {
                self.out.push_str(&text.to_ascii_uppercase());
            } else {
                self.out.push_str(text);
            }
            if anew && !token.is_blank() {
                self.follow(index, text);
            }
        }
    }

    fn in_capitals(&self, index: usize) -> bool {
        let (token, _) = self.tokens[index];
        if !matches!(token.kind, Kind::Keyword(_)) {
            return false;
        }
        let (before, after) =
            (self.text_of(self.neighbour(index, -1)), self.text_of(self.neighbour(index, 1)));
        in_capitals(&token, token.text(self.text), before, after)
    }

    /// White space as it was.
    fn keep(&mut self, gap: Gap) {
        if let Gap::Blank(start, end) | Gap::Line(start, end) = gap {
            self.out.push_str(self.text.get(start..end).unwrap_or_default());
        }
    }

    fn frame(&self) -> Frame {
        self.frames.last().copied().unwrap_or(Frame::new(true, 0))
    }

    /// What stands before a token.
    fn space(&mut self, index: usize) {
        let (token, gap) = self.tokens[index];
        let previous = self.tokens[index - 1].0;
        let text = token.text(self.text);
        let before = previous.text(self.text);
        let frame = self.frame();
        let was_line = matches!(gap, Gap::Line(..));
        let closes_query = text == ")" && frame.query && self.frames.len() > 1;
        if closes_query {
            self.line(frame.level - 1);
        } else if previous.kind == Kind::LineComment
            || (was_line && (token.is_blank() || previous.is_blank()))
        {
            let outermost = frame.query && (self.clause(index) || token.is_blank() || text == ";");
            self.line(frame.level + usize::from(!outermost));
        } else if token.is_blank() {
            if gap != Gap::None {
                self.out.push(' ');
            }
        } else if self.clause(index) || (before == "(" && frame.query && self.frames.len() > 1) {
            self.line(frame.level);
        } else if frame.query && frame.cases == 0 && frame.condition && self.begins_condition(text) {
            self.line(frame.level + 1);
        } else if text == "," || text == ")" || text == ";" || before == "(" {
            // Close to what stands before.
        } else if before == "," {
            if frame.query && self.out.len() - self.line_start > self.options.columns {
                self.line(frame.level + 1);
            } else {
                self.out.push(' ');
            }
        } else if gap != Gap::None {
            self.out.push(' ');
        }
    }

    fn begins_condition(&self, text: &str) -> bool {
        is_any(text, &["or"]) || (is_any(text, &["and"]) && !self.frame().between)
    }

    /// Whether a clause begins with this token.
    fn clause(&self, index: usize) -> bool {
        let (token, _) = self.tokens[index];
        let frame = self.frame();
        if !frame.query || frame.cases > 0 || !matches!(token.kind, Kind::Keyword(_)) {
            return false;
        }
        let mut at = index;
        let following = std::iter::from_fn(|| {
            at = self.neighbour(at, 1)?;
            Some(self.text_of(Some(at)))
        });
        let before = self.text_of(self.neighbour(index, -1));
        before != "(" && begins_clause(token.text(self.text), before, following)
    }

    fn line(&mut self, level: usize) {
        self.out.push('\n');
        self.line_start = self.out.len();
        self.line_level = level;
        self.out.extend(std::iter::repeat_n(' ', level * self.options.indent));
    }

    /// What a token that was written changes for those behind it.
    fn follow(&mut self, index: usize, text: &str) {
        let kind = self.tokens[index].0.kind;
        if text == "(" && kind == Kind::Punctuation {
            let next = self.text_of(self.neighbour(index, 1));
            let query = is_any(next, &["select", "with", "insert", "update", "delete", "merge"]);
            self.frames.push(Frame::new(query, self.line_level + 1));
            return;
        }
        if text == ")" && kind == Kind::Punctuation {
            if self.frames.len() > 1 {
                self.frames.pop();
            }
            return;
        }
        let clause = self.clause(index);
        let Some(frame) = self.frames.last_mut() else { return };
        if !matches!(kind, Kind::Keyword(_)) {
            return;
        }
        if is_any(text, &["where", "having", "on"]) {
            frame.condition = true;
        } else if clause {
            frame.condition = false;
        }
        if is_any(text, &["case"]) {
            frame.cases += 1;
        } else if is_any(text, &["end"]) {
            frame.cases = frame.cases.saturating_sub(1);
        } else if is_any(text, &["between"]) {
            frame.between = true;
        } else if is_any(text, &["and"]) {
            frame.between = false;
        }
    }
}
