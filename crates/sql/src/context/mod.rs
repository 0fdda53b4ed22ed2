//! What may stand at the cursor, for completion.

mod scopes;
#[cfg(test)]
mod tests;

use crate::lex::{Fault, Kind, Settings};
use crate::significant::{Significant, significant};
use crate::split::{PartKind, split};

use scopes::Scopes;

/// What may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The kind of thing.
    pub expected: Expected,
    /// What of it was typed already: the part of the word before the cursor, as written.
    pub prefix: String,
    /// The names before the dots before it, as written: `["s", "t"]` in `s.t.na`.
    pub qualifier: Vec<String>,
    /// The relations whose columns can be named there, those of the query itself first, then those around it. Each
    /// as often as it stands there.
    pub relations: Vec<Relation>,
    /// The names of the WITH queries that can be named as relations there, as written.
    pub with: Vec<Relation>,
}

/// A kind of thing that may stand at the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: in a string, a comment, data.
    Nothing,
    /// The beginning of a statement.
    Statement,
    /// A table, view or WITH query; after a qualifier, one of that schema.
    Relation,
    /// A column, and whatever else an expression can begin with; after a qualifier, one of that relation.
    Column,
    /// A type.
    Type,
    /// A key word.
    Keyword,
}

/// A relation that a query reads or changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relation {
    /// Its name in parts, as written; empty of a subquery or function.
    pub name: Vec<String>,
    /// Its alias, as written.
    pub alias: Option<String>,
    /// The names of columns where they are given: `x (a, b)`.
    pub columns: Vec<String>,
}

/// What may stand at a byte of a script. A wrong guess costs a list of the wrong names, nothing else.
pub fn context_at(script: &str, cursor: usize, settings: Settings) -> Context {
    let cursor = cursor.min(script.len());
    let nothing = Context {
        expected: Expected::Nothing,
        prefix: String::new(),
        qualifier: Vec::new(),
        relations: Vec::new(),
        with: Vec::new(),
    };
    let beginning = Context { expected: Expected::Statement, ..nothing.clone() };
    let parts = split(script, settings);
    let Some(part) = parts.iter().find(|part| cursor <= part.outer.end) else {
        return beginning;
    };
    let PartKind::Statement { terminated, .. } = part.kind else {
        return nothing;
    };
    let text = script.get(part.outer.clone()).unwrap_or_default();
    let at = cursor - part.outer.start;
    if is_inside(text, at, settings) {
        return nothing;
    }
    let tokens = significant(text, settings);
    if terminated
        && tokens
            .iter()
            .find(|one| one.is_mark(";") && one.token.start >= part.range.end - part.outer.start)
            .is_some_and(|end| at >= end.token.end)
    {
        return beginning;
    }
    // The word that is being typed is no part of what stands around it.
    let typed = tokens.iter().position(|one| one.is_name() && one.token.start < at && at <= one.token.end);
    let prefix =
        typed.and_then(|index| text.get(tokens[index].token.start..at)).unwrap_or_default().to_owned();
    let others: Vec<Significant<'_>> =
        tokens.iter().enumerate().filter(|(index, _)| Some(*index) != typed).map(|(_, one)| *one).collect();
    let cut = others.partition_point(|one| one.token.start < at);
    let qualifier = qualifier(others.get(..cut).unwrap_or_default());
    // Empty statements before are no beginning of this one.
    if cut - 2 * qualifier.len().min(cut / 2) == 0 || others[..cut].iter().all(|one| one.is_mark(";")) {
        return Context { prefix, qualifier, ..beginning };
    }
    let scopes = Scopes::read(&others, cut, 2 * qualifier.len());
    let (relations, with) = scopes.visible();
    Context { expected: scopes.expected, prefix, qualifier, relations, with }
}

/// Whether the cursor is inside of a string or comment, where no name is completed.
fn is_inside(text: &str, at: usize, settings: Settings) -> bool {
    crate::lex::lex(text, settings).iter().any(|token| {
        let open = token.fault == Some(Fault::Unterminated) || token.kind == Kind::LineComment;
        let closed = matches!(
            token.kind,
            Kind::BlockComment | Kind::String(_) | Kind::DollarString | Kind::LineComment
        );
        closed && token.start < at && (at < token.end || (open && at == token.end))
    })
}

/// The names before dots at the end of these tokens.
fn qualifier(before: &[Significant<'_>]) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = before;
    while let [head @ .., name, dot] = rest
        && dot.is_mark(".")
        && name.is_name()
    {
        names.push(name.text.to_owned());
        rest = head;
    }
    names.reverse();
    names
}
