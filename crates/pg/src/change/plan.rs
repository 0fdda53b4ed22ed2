//! The statements of a change, with what each of them does to others.

use howdah_types::changes::{LockMode, PlannedStatement, TakenLock, Warning};

use super::proof::Pieces;
use crate::stead::Owner;

/// Statements in order, and what was typed in them.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) statements: Vec<PlannedStatement>,
    /// The new owner and what must come after it; done with Howdah's own rights, for the old owner's are not enough.
    pub(crate) hand_over: Vec<PlannedStatement>,
    /// Who gets it.
    pub(crate) new_owner: Option<String>,
    pub(crate) pieces: Pieces,
    /// Something of it makes the server evaluate code that stands in the database.
    pub(crate) evaluates: bool,
    /// It only fills what is there: no value is converted, no foreign key checked.
    pub(crate) only_fills: bool,
    /// Other relations that it brings in.
    pub(crate) named: Vec<((String, String), NamedAs)>,
    /// What is made by the statements before the one of this number, which fills it.
    pub(crate) filled: Option<(usize, (String, String))>,
}

/// What another relation is to the one that is made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedAs {
    /// It is partitioned into it, or inherited by it.
    Parent,
    /// A foreign key refers to it.
    Referenced,
}

/// A lock on a relation.
pub(crate) fn lock((schema, name): (&str, &str), mode: LockMode) -> TakenLock {
    TakenLock { schema: schema.to_owned(), name: name.to_owned(), mode }
}

pub(crate) fn warning(code: &str, message: impl Into<String>) -> Warning {
    Warning { code: code.to_owned(), message: message.into() }
}

fn statement(sql: String, locks: Vec<TakenLock>) -> PlannedStatement {
    PlannedStatement { sql, locks, rewrites: false, scans: false, warnings: Vec::new() }
}

impl Plan {
    /// Another relation that it brings in.
    pub(crate) fn name(&mut self, name: (&str, &str), named_as: NamedAs) {
        self.named.push(((name.0.to_owned(), name.1.to_owned()), named_as));
    }

    /// Adds a statement that takes these locks.
    pub(crate) fn add(&mut self, sql: String, locks: Vec<TakenLock>) -> &mut PlannedStatement {
        self.statements.push(statement(sql, locks));
        let last = self.statements.len() - 1;
        &mut self.statements[last]
    }

    /// The same for a statement that locks no relation.
    pub(crate) fn add_free(&mut self, sql: String) -> &mut PlannedStatement {
        self.add(sql, Vec::new())
    }

    /// Adds the statement that gives it to this role. Of what belongs to an ordinary role that is not among the others: its
    /// rights are not enough.
    pub(crate) fn give(&mut self, old: &Owner, owner: &str, sql: String, locks: Vec<TakenLock>) {
        if old.trusted {
            self.add(sql, locks);
        } else {
            self.hand_over.push(statement(sql, locks));
            self.new_owner = Some(owner.to_owned());
        }
    }
}
