//! What a word means for the layout.

use crate::keywords::Category;
use crate::lex::{Kind, Token};

/// Key words that may be names, but are written in capitals where they stand in a query.
const IN_CAPITALS: &[&str] = &[
    "between",
    "by",
    "conflict",
    "delete",
    "do",
    "exists",
    "first",
    "insert",
    "last",
    "matched",
    "materialized",
    "merge",
    "next",
    "nothing",
    "nulls",
    "over",
    "partition",
    "recursive",
    "row",
    "rows",
    "set",
    "update",
    "values",
    "within",
];

/// Statements that are laid out anew.
const LAID_OUT: &[&str] = &["select", "with", "insert", "update", "delete", "merge", "values", "explain"];

/// Whether a statement that begins with this text is laid out anew.
pub(super) fn is_laid_out(first: &str) -> bool {
    first == "(" || is_any(first, LAID_OUT)
}

pub(super) fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// Whether a word becomes capitals. `before` and `after` are the tokens next to it, empty at the ends.
pub(super) fn in_capitals(token: &Token, text: &str, before: &str, after: &str) -> bool {
    let Kind::Keyword(category) = token.kind else {
        return false;
    };
    if before == "." || after == "." {
        return false;
    }
    match category {
        Category::Reserved => true,
        Category::FunctionName => after != "(",
        Category::ColumnName | Category::Unreserved => before.is_empty() || is_any(text, IN_CAPITALS),
    }
}

/// Whether a clause begins with this word. `following` are the texts of the tokens behind it.
pub(super) fn begins_clause<'a>(
    word: &str,
    before: &str,
    mut following: impl Iterator<Item = &'a str>,
) -> bool {
    if before == "." || is_any(before, &["as", "do", "then", "for"]) {
        return false;
    }
    let next = following.next().unwrap_or_default();
    match word.to_ascii_lowercase().as_str() {
        "select" | "where" | "having" | "window" | "limit" | "offset" | "fetch" | "union" | "intersect"
        | "except" | "returning" | "insert" | "update" | "delete" | "merge" => true,
        "from" => !is_any(before, &["distinct", "delete", "rows"]),
        "group" | "order" => next.eq_ignore_ascii_case("by"),
        "values" => !before.eq_ignore_ascii_case("default"),
        "set" => !before.eq_ignore_ascii_case("update"),
        "with" => !is_any(next, &["ordinality", "ties", "time", "check"]),
        "on" => next.eq_ignore_ascii_case("conflict"),
        "for" => is_any(next, &["update", "no", "share", "key"]),
        "join" => !is_any(before, JOINS),
        "natural" | "cross" | "inner" | "left" | "right" | "full" => {
            let words = std::iter::once(next).chain(following);
            !is_any(before, &["natural"])
                && words.take(3).find(|one| !is_any(one, JOINS)).is_some_and(|one| is_any(one, &["join"]))
        }
        _ => false,
    }
}

/// What may stand before JOIN.
const JOINS: &[&str] = &["natural", "cross", "inner", "left", "right", "full", "outer"];
