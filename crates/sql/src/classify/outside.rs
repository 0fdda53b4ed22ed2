//! What cannot run inside of a transaction block.

use crate::significant::Words;

use super::tag::object_kind;

/// Whether `PostgreSQL` refuses the statement in a transaction block, as far as its words tell.
pub(super) fn outside(mut words: Words<'_, '_>) -> bool {
    let Some(first) = words.next() else {
        return false;
    };
    let word = first.text.to_ascii_lowercase();
    match word.as_str() {
        _ if !first.is(&word) => false,
        "vacuum" => true,
        "create" => create(words),
        "drop" => {
            let kind = object_kind(&mut words);
            matches!(kind.as_str(), "DATABASE" | "TABLESPACE" | "SUBSCRIPTION")
                || (kind == "INDEX" && words.take(&["concurrently"]))
        }
        "alter" => alter(words),
        "reindex" => {
            let options = words.take_parentheses();
            let by_option = options.is_some_and(concurrently);
            let kind = object_kind(&mut words);
            by_option
                || matches!(kind.as_str(), "DATABASE" | "SYSTEM" | "SCHEMA")
                || words.take(&["concurrently"])
        }
        // Without a table: all of them, each in a transaction of its own.
        "cluster" | "repack" => {
            let options = words.take_parentheses();
            words.take_any(&["verbose"]);
            words.peek().is_none() || (word == "repack" && options.is_some_and(concurrently))
        }
        "commit" | "rollback" => words.take(&["prepared"]),
        "discard" => words.take(&["all"]),
        _ => false,
    }
}

fn create(mut words: Words<'_, '_>) -> bool {
    words.take(&["unique"]);
    match object_kind(&mut words).as_str() {
        "DATABASE" | "TABLESPACE" => true,
        "INDEX" => words.take(&["concurrently"]),
        // Unless no replication slot is made.
        "SUBSCRIPTION" => !switched_off(words, &["connect", "create_slot"]),
        _ => false,
    }
}

fn alter(mut words: Words<'_, '_>) -> bool {
    match object_kind(&mut words).as_str() {
        "SYSTEM" => true,
        "DATABASE" => {
            words.take_name();
            words.take(&["set", "tablespace"])
        }
        "TABLE" => {
            let rest = words.rest();
            rest.windows(2).any(|pair| pair[0].is("detach") && pair[1].is("partition"))
                && rest.last().is_some_and(|one| one.is("concurrently"))
        }
        "SUBSCRIPTION" => {
            words.take_name();
            let refreshes = words.take_any(&["refresh"]);
            let changes = words.take_any(&["set", "add", "drop"]) && words.take(&["publication"]);
            refreshes || (changes && !switched_off(words, &["refresh"]))
        }
        _ => false,
    }
}

/// Whether one of these options is off in the text that follows.
fn switched_off(words: Words<'_, '_>, options: &[&str]) -> bool {
    words.rest().windows(3).any(|three| {
        let value = three[2].text.trim_matches('\'').to_ascii_lowercase();
        three[0].is_any(options) && three[1].is_mark("=") && matches!(value.as_str(), "false" | "off" | "0")
    })
}

/// Whether a list of options holds CONCURRENTLY, and not switched off.
fn concurrently(mut options: Words<'_, '_>) -> bool {
    while let Some(option) = options.next() {
        if option.is("concurrently") {
            let value = options.peek().map(|one| one.text.trim_matches('\'').to_ascii_lowercase());
            return !matches!(value.as_deref(), Some("false" | "off" | "0"));
        }
    }
    false
}
