//! The command of a statement.

use crate::significant::Words;

use super::danger;

/// Kinds of objects of more than one word; those that begin like another come first.
const LONG_KINDS: &[&[&str]] = &[
    &["access", "method"],
    &["default", "privileges"],
    &["event", "trigger"],
    &["foreign", "data", "wrapper"],
    &["foreign", "table"],
    &["large", "object"],
    &["materialized", "view"],
    &["operator", "class"],
    &["operator", "family"],
    &["property", "graph"],
    &["text", "search", "configuration"],
    &["text", "search", "dictionary"],
    &["text", "search", "parser"],
    &["text", "search", "template"],
    &["user", "mapping"],
];

/// What may stand between CREATE and the kind.
const ADJECTIVES: &[&str] = &[
    "or",
    "replace",
    "global",
    "local",
    "temp",
    "temporary",
    "unlogged",
    "unique",
    "recursive",
    "trusted",
    "procedural",
    "constraint",
];

/// The command in capitals.
pub(super) fn tag(mut words: Words<'_, '_>) -> String {
    let Some(first) = words.peek() else {
        return String::new();
    };
    if first.is_mark("(") || first.is_any(&["values", "table"]) {
        return "SELECT".to_owned();
    }
    if first.is("with") {
        return danger::main(words).peek().map(|one| one.text.to_ascii_uppercase()).unwrap_or_default();
    }
    if !first.is_name() {
        return String::new();
    }
    words.next();
    let command = first.text.to_ascii_uppercase();
    let kind = match command.as_str() {
        "CREATE" => {
            while words.take_any(ADJECTIVES) {}
            object_kind(&mut words)
        }
        "ALTER" | "DROP" => object_kind(&mut words),
        "REFRESH" | "IMPORT" | "SECURITY" | "REASSIGN" | "START" => {
            let more =
                words.rest().iter().take(if command == "REFRESH" || command == "IMPORT" { 2 } else { 1 });
            more.map(|one| one.text.to_ascii_uppercase()).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    };
    if kind.is_empty() { command } else { format!("{command} {kind}") }
}

/// Takes the kind of object that comes next, in capitals.
pub(super) fn object_kind(words: &mut Words<'_, '_>) -> String {
    for kind in LONG_KINDS {
        if words.take(kind) {
            return kind.join(" ").to_ascii_uppercase();
        }
    }
    words.next().map(|one| one.text.to_ascii_uppercase()).unwrap_or_default()
}
