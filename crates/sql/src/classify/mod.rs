//! What a statement looks like. Advice for the screen: nothing that is decided here keeps anybody from anything.

mod danger;
mod outside;
mod tag;
#[cfg(test)]
mod tests;

use crate::lex::{Kind, Settings};
use crate::significant::{Significant, Words, significant};

pub use danger::{Danger, DangerKind};

/// What one statement looks like, by its words. Functions, triggers and rules can do anything besides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Classification {
    /// The command in capitals, for example `SELECT`, `CREATE INDEX`, `DROP MATERIALIZED VIEW`. Of `WITH … DELETE` it
    /// is `DELETE`. Empty where no word begins it.
    pub tag: String,
    /// What would be lost; one per object. Empty if nothing looks like it.
    pub dangers: Vec<Danger>,
    /// What it does to the transaction.
    pub transaction: Option<TransactionStep>,
    /// Whether `PostgreSQL` refuses it inside of a transaction block.
    pub outside_transaction: bool,
    /// The highest `$n`; 0 if it has no parameters.
    pub parameters: u32,
    /// Whether rows go through the connection.
    pub copy: Option<Copy>,
    /// Whether it is `EXPLAIN ANALYZE` of a statement that writes: it runs it.
    pub explain_analyze_writes: bool,
}

/// A COPY through the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// `COPY … FROM stdin`: the server asks for rows.
    FromStdin,
    /// `COPY … TO stdout`: the server sends rows.
    ToStdout,
}

/// What a statement does to the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionStep {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`; with `AND CHAIN` the next begins at once.
    Commit {
        /// Whether the next begins at once.
        chain: bool,
    },
    /// `ROLLBACK`, `ABORT`.
    Rollback {
        /// Whether the next begins at once.
        chain: bool,
    },
    /// `PREPARE TRANSACTION`.
    Prepare,
    /// `SAVEPOINT`.
    Savepoint,
    /// `RELEASE`.
    Release,
    /// `ROLLBACK TO`.
    RollbackTo,
}

impl TransactionStep {
    /// Whether a transaction is open after it that was not before.
    pub fn begins(self) -> bool {
        matches!(self, Self::Begin | Self::Commit { chain: true } | Self::Rollback { chain: true })
    }

    /// Whether the transaction that was open is over.
    pub fn ends(self) -> bool {
        matches!(self, Self::Commit { .. } | Self::Rollback { .. } | Self::Prepare)
    }
}

/// Looks at one statement, for example at [`crate::Part::text`].
pub fn classify(statement: &str, settings: Settings) -> Classification {
    let tokens = significant(statement, settings);
    let words = Words::new(&tokens);
    let (explain, body) = explained(words);
    let analyzed = explain != Some(false);
    Classification {
        tag: if explain.is_some() { "EXPLAIN".to_owned() } else { tag::tag(words) },
        dangers: if analyzed { danger::dangers(statement, body) } else { Vec::new() },
        transaction: transaction(words),
        outside_transaction: outside::outside(words),
        parameters: parameters(&tokens),
        copy: copy(words),
        explain_analyze_writes: explain == Some(true) && danger::writes(body),
    }
}

/// Whether it is EXPLAIN, and if so whether with ANALYZE; and the statement that is explained, else all of it.
fn explained<'s, 'a>(words: Words<'s, 'a>) -> (Option<bool>, Words<'s, 'a>) {
    let mut body = words;
    if !body.take(&["explain"]) {
        return (None, words);
    }
    let mut analyze = false;
    // A parenthesis may hold options, or already be the query.
    let mut ahead = body;
    if let Some(mut options) = ahead.take_parentheses()
        && !options
            .peek()
            .is_some_and(|one| one.is_any(&["select", "with", "values", "table"]) || one.is_mark("("))
    {
        body = ahead;
        while let Some(option) = options.next() {
            if option.is_any(&["analyze", "analyse"]) {
                let off = options.peek().is_some_and(|value| {
                    let text = value.text.trim_matches('\'').to_ascii_lowercase();
                    matches!(text.as_str(), "off" | "false" | "0" | "no")
                });
                analyze = !off;
            }
        }
    } else {
        analyze = body.take_any(&["analyze", "analyse"]);
        body.take_any(&["verbose"]);
    }
    (Some(analyze), body)
}

fn parameters(tokens: &[Significant<'_>]) -> u32 {
    let parameters = tokens.iter().filter(|one| one.token.kind == Kind::Parameter);
    parameters.filter_map(|one| one.text.get(1..)?.parse().ok()).max().unwrap_or_default()
}

fn copy(mut words: Words<'_, '_>) -> Option<Copy> {
    if !words.take(&["copy"]) {
        return None;
    }
    loop {
        if words.take_parentheses().is_some() {
            continue;
        }
        let direction = match words.next()? {
            one if one.is("from") => Copy::FromStdin,
            one if one.is("to") => Copy::ToStdout,
            _ => continue,
        };
        // Either word names the connection, as the grammar has it.
        return words.take_any(&["stdin", "stdout"]).then_some(direction);
    }
}

fn transaction(mut words: Words<'_, '_>) -> Option<TransactionStep> {
    let first = words.next()?;
    let rest = words.rest();
    let has = |word: &str| rest.iter().any(|one| one.is(word));
    let chain = rest.windows(2).any(|pair| pair[0].is("and") && pair[1].is("chain"));
    let step = match first.text.to_ascii_lowercase().as_str() {
        _ if !first.is_name() || first.token.kind == Kind::QuotedIdentifier => return None,
        "begin" => TransactionStep::Begin,
        "start" if has("transaction") => TransactionStep::Begin,
        "commit" | "rollback" if words.take(&["prepared"]) => return None,
        "commit" | "end" => TransactionStep::Commit { chain },
        "rollback" if has("to") => TransactionStep::RollbackTo,
        "rollback" | "abort" => TransactionStep::Rollback { chain },
        "prepare" if words.take(&["transaction"]) => TransactionStep::Prepare,
        "savepoint" => TransactionStep::Savepoint,
        "release" => TransactionStep::Release,
        _ => return None,
    };
    Some(step)
}
