//! What a statement would destroy.

use std::fmt;

use crate::significant::{Significant, Words};

use super::tag::object_kind;

/// Something that would be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// How.
    pub kind: DangerKind,
    /// The name as it was written, `table.column` of a column.
    pub object: String,
}

/// How something would be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DangerKind {
    /// `DROP` of this kind of object, in capitals: `TABLE`, `SCHEMA`, `DATABASE` …
    Drop(String),
    /// `ALTER TABLE … DROP COLUMN`, or an attribute of a type.
    DropColumn,
    /// `TRUNCATE`.
    Truncate,
    /// `DELETE` without `WHERE`.
    DeleteAll,
    /// `UPDATE` without `WHERE`.
    UpdateAll,
}

/// A sentence for the account.
impl fmt::Display for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = &self.object;
        match &self.kind {
            DangerKind::Drop(kind) if kind == "OWNED" => {
                write!(f, "Drops everything that {object} owns here.")
            }
            DangerKind::Drop(kind) => write!(f, "Drops the {} {object}.", kind.to_lowercase()),
            DangerKind::DropColumn => write!(f, "Drops the column {object} with its values."),
            DangerKind::Truncate => write!(f, "Deletes all rows of {object}."),
            DangerKind::DeleteAll => write!(f, "Deletes all rows of {object}: there is no WHERE."),
            DangerKind::UpdateAll => write!(f, "Changes all rows of {object}: there is no WHERE."),
        }
    }
}

/// What the statement would destroy, in the order of the text.
pub(super) fn dangers(text: &str, mut words: Words<'_, '_>) -> Vec<Danger> {
    let mut found = Vec::new();
    let all = words;
    let named = |(start, end): (usize, usize)| text.get(start..end).unwrap_or_default().to_owned();
    if words.take(&["drop"]) {
        drops(text, words, &mut found);
    } else if words.take(&["alter"]) {
        dropped_columns(text, words, &mut found);
    } else if words.take(&["truncate"]) {
        words.take_any(&["table"]);
        loop {
            words.take_any(&["only"]);
            words.take_mark("(");
            let Some(name) = words.take_name() else { break };
            found.push(Danger { kind: DangerKind::Truncate, object: named(name) });
            words.take_mark(")");
            words.take_mark("*");
            if !words.take_mark(",") {
                break;
            }
        }
    } else if words.take(&["copy"]) {
        if let Some(inside) = words.take_parentheses() {
            found = dangers(text, inside);
        }
    } else {
        each_query(all, &mut |mut query| {
            let kind = if query.take(&["delete", "from"]) {
                DangerKind::DeleteAll
            } else if query.take(&["update"]) {
                DangerKind::UpdateAll
            } else {
                return;
            };
            query.take_any(&["only"]);
            query.take_mark("(");
            let Some(name) = query.take_name() else { return };
            query.take_mark(")");
            if !has_outside_of_parentheses(query, "where") {
                found.push(Danger { kind, object: named(name) });
            }
        });
    }
    found
}

/// Whether a query, or one of those in its WITH, writes.
pub(super) fn writes(words: Words<'_, '_>) -> bool {
    let mut writes = false;
    each_query(words, &mut |query| {
        let into =
            query.peek().is_some_and(|one| one.is("select")) && has_outside_of_parentheses(query, "into");
        let first = query.peek();
        let changes = ["insert", "update", "delete", "merge", "create", "refresh", "execute"];
        writes |= into || first.is_some_and(|one| one.is_any(&changes));
    });
    writes
}

/// The main query of `WITH … main`; anything else as it is.
pub(super) fn main<'s, 'a>(words: Words<'s, 'a>) -> Words<'s, 'a> {
    let mut main = words;
    each_query(words, &mut |query| main = query);
    main
}

/// Calls for each query of a WITH list, then for the main one.
fn each_query<'s, 'a>(mut words: Words<'s, 'a>, call: &mut impl FnMut(Words<'s, 'a>)) {
    if !words.take(&["with"]) {
        return call(words);
    }
    let mut as_before = false;
    while let Some(one) = words.peek() {
        if one.is_mark("(") {
            match words.take_parentheses() {
                Some(inside) if as_before => inner_queries(inside, call),
                _ => {}
            }
            as_before = false;
        } else if one.is_any(&["select", "insert", "update", "delete", "merge", "values", "table"])
            && !as_before
        {
            return call(words);
        } else {
            as_before = one.is("as") || (as_before && one.is_any(&["not", "materialized"]));
            words.next();
        }
    }
}

/// One level down, without a recursion that the text could drive: a data-modifying WITH inside of another is refused
/// by `PostgreSQL`.
fn inner_queries<'s, 'a>(inside: Words<'s, 'a>, call: &mut impl FnMut(Words<'s, 'a>)) {
    let mut last = inside;
    if last.take(&["with"]) {
        while let Some(one) = last.peek() {
            if one.is_any(&["insert", "update", "delete", "merge"]) {
                break;
            }
            if last.take_parentheses().is_none() {
                last.next();
            }
        }
        return call(last);
    }
    call(inside);
}

fn has_outside_of_parentheses(mut words: Words<'_, '_>, word: &str) -> bool {
    while let Some(one) = words.peek() {
        if one.is(word) {
            return true;
        }
        if words.take_parentheses().is_none() {
            words.next();
        }
    }
    false
}

/// The objects of a DROP.
fn drops(text: &str, mut words: Words<'_, '_>, found: &mut Vec<Danger>) {
    let kind = object_kind(&mut words);
    words.take(&["concurrently"]);
    words.take(&["if", "exists"]);
    words.take_any(&["by", "for"]);
    loop {
        let rest = words.rest();
        let Some((start, mut end)) = words.take_name().or_else(|| whole(rest)) else { break };
        if let Some((last, inside)) = words.peek().zip(words.take_parentheses()) {
            // The arguments of a function belong to its name.
            end = inside.rest().last().map_or(last.token.end, |one| one.token.end);
            let closing = text.get(end..).unwrap_or_default();
            end += closing.find(')').map_or(0, |index| index + 1);
        }
        if words.take_any(&["on", "server", "using"])
            && let Some((_, end_of_table)) = words.take_name()
        {
            end = end_of_table;
        }
        let object = text.get(start..end).unwrap_or_default().to_owned();
        found.push(Danger { kind: DangerKind::Drop(kind.clone()), object });
        if !words.take_mark(",") {
            break;
        }
    }
}

/// All that is left, where no name begins it: the types of a cast, an operator.
fn whole(rest: &[Significant<'_>]) -> Option<(usize, usize)> {
    Some((rest.first()?.token.start, rest.last()?.token.end))
}

/// The columns that an ALTER drops.
fn dropped_columns(text: &str, mut words: Words<'_, '_>, found: &mut Vec<Danger>) {
    let kind = object_kind(&mut words);
    if !matches!(kind.as_str(), "TABLE" | "FOREIGN TABLE" | "TYPE") {
        return;
    }
    words.take(&["if", "exists"]);
    words.take_any(&["only"]);
    let Some((start, end)) = words.take_name() else { return };
    let table = text.get(start..end).unwrap_or_default();
    words.take_mark("*");
    loop {
        let mut action = words;
        if action.take(&["drop"]) && !action.take(&["constraint"]) {
            action.take_any(&["column", "attribute"]);
            action.take(&["if", "exists"]);
            if let Some((start, end)) = action.take_name() {
                let column = text.get(start..end).unwrap_or_default();
                found.push(Danger { kind: DangerKind::DropColumn, object: format!("{table}.{column}") });
            }
        }
        loop {
            if words.take_mark(",") {
                break;
            }
            if words.take_parentheses().is_none() && words.next().is_none() {
                return;
            }
        }
    }
}
