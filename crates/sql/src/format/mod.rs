//! Lays SQL out: a clause per line, subqueries indented.

mod layout;
#[cfg(test)]
mod tests;
mod words;

use crate::lex::{Kind, Settings, Token, lex};
use crate::split::{Part, PartKind, split};

use layout::Layout;

/// How [`format`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatOptions {
    /// Whether key words become capitals.
    pub upper_case: bool,
    /// How many blanks a level is indented.
    pub indent: usize,
    /// After so many columns a list goes on in the next line.
    pub columns: usize,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self { upper_case: true, indent: 2, columns: 72 }
    }
}

/// Lays a script out. Only white space changes, and the case of key words: strings, names and comments stay as they
/// are, and what was laid out stays as it is when it is laid out again.
///
/// Queries and the statements that change rows are laid out anew; of all others only the key words are touched.
/// Data, commands of psql and statements that cannot be read to their end are left alone.
pub fn format(script: &str, settings: Settings, options: FormatOptions) -> String {
    let mut out = String::with_capacity(script.len() + script.len() / 8);
    let parts = split(script, settings);
    if parts.is_empty() {
        return script.to_owned();
    }
    for part in &parts {
        let text = script.get(part.outer.clone()).unwrap_or_default();
        if matches!(part.kind, PartKind::CopyData { .. }) {
            if !out.ends_with('\n') {
                out.push('\n');
            }
            out.push_str(text);
            continue;
        }
        let tokens = lex(text, settings);
        if part.kind.is_readable() && tokens.iter().all(is_understood) {
            let mut tokens = trimmed(&tokens);
            if !out.is_empty() {
                if let Some((comment, rest)) = comment_of_line_before(text, tokens) {
                    out.push(' ');
                    out.push_str(comment);
                    tokens = trimmed(rest);
                }
                out.push_str(if out.ends_with('\n') { "\n" } else { "\n\n" });
            }
            Layout::new(text, tokens, options, &mut out).write();
        } else {
            // With the white space before it: a backslash that began no line must not come to begin one.
            out.push_str(text);
        }
    }
    if script.ends_with('\n') && !out.ends_with('\n') && parts.last().is_some_and(Part::is_closed) {
        out.push('\n');
    }
    out
}

/// Without the white space at both ends.
fn trimmed(tokens: &[Token]) -> &[Token] {
    let seen = |token: &Token| token.kind != Kind::Whitespace;
    match (tokens.iter().position(seen), tokens.iter().rposition(seen)) {
        (Some(first), Some(last)) => tokens.get(first..=last).unwrap_or_default(),
        _ => &[],
    }
}

/// A comment that stands in the line in which the statement before it ended, and what follows it.
fn comment_of_line_before<'a, 't>(text: &'a str, tokens: &'t [Token]) -> Option<(&'a str, &'t [Token])> {
    let (first, rest) = tokens.split_first()?;
    let breaks = |piece: &str| piece.contains(['\n', '\r']);
    let blank_before = text.get(..first.start)?;
    let line_ends = rest.first().is_some_and(|next| breaks(next.text(text)) && next.kind == Kind::Whitespace);
    let comment = first.text(text);
    (first.is_blank() && line_ends && !breaks(blank_before) && !breaks(comment)).then_some((comment, rest))
}

fn is_understood(token: &Token) -> bool {
    token.fault.is_none() && !matches!(token.kind, Kind::Meta | Kind::Other)
}

impl PartKind {
    fn is_readable(&self) -> bool {
        matches!(self, Self::Statement { open: None, .. })
    }
}

impl Part {
    /// Whether a line break behind it would not become a part of it.
    fn is_closed(&self) -> bool {
        matches!(self.kind, PartKind::Statement { open: None, .. } | PartKind::Meta(_))
    }
}
