//! What of the console is shown.

use leptos::prelude::*;

use crate::state::{Call, Entry, EntryKind, SqlState};

/// Kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    All,
    Calls,
    Changes,
    Errors,
    Events,
}

impl Kind {
    /// All kinds, in the order of the choice.
    pub const ALL: [Self; 5] = [Self::All, Self::Calls, Self::Changes, Self::Errors, Self::Events];

    /// The value of the choice and its text.
    pub fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("all", "All"),
            Self::Calls => ("calls", "Calls"),
            Self::Changes => ("changes", "Changes"),
            Self::Errors => ("errors", "Errors"),
            Self::Events => ("events", "Events"),
        }
    }
}

/// A text and a kind.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub text: RwSignal<String>,
    kind: RwSignal<Kind>,
}

impl Filter {
    /// Everything passes.
    pub fn new() -> Self {
        Self { text: RwSignal::new(String::new()), kind: RwSignal::new(Kind::All) }
    }

    /// Chooses a kind by its value.
    pub fn choose(self, value: &str) {
        self.kind.set(Kind::ALL.into_iter().find(|kind| kind.text().0 == value).unwrap_or(Kind::All));
    }

    /// Whether an entry is shown (tracked, the SQL that is read later too).
    pub fn passes(self, entry: &Entry) -> bool {
        let fits = match (&entry.kind, self.kind.get()) {
            (_, Kind::All) | (EntryKind::Call(_), Kind::Calls) | (EntryKind::Event { .. }, Kind::Events) => {
                true
            }
            (EntryKind::Call(call), Kind::Changes) => call.method != "GET",
            (EntryKind::Call(call), Kind::Errors) => call.problem.is_some(),
            _ => false,
        };
        fits && self.text.with(|text| text.is_empty() || holds(entry, &crate::ui::format::folded(text)))
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self::new()
    }
}

fn holds(entry: &Entry, wanted: &str) -> bool {
    let has = |text: &str| crate::ui::format::folded(text).contains(wanted);
    match &entry.kind {
        EntryKind::Event { name, text } => has(name) || has(text),
        EntryKind::Call(call) => {
            call_holds(call, &has)
                || entry.sql.with(|sql| match sql {
                    SqlState::Read { statements, .. } => {
                        statements.iter().any(|statement| has(&statement.sql))
                    }
                    _ => false,
                })
        }
    }
}

fn call_holds(call: &Call, has: &impl Fn(&str) -> bool) -> bool {
    let problem = |problem: &howdah_types::problem::Problem| {
        has(&problem.code) || has(&problem.detail) || problem.sqlstate.as_deref().is_some_and(has)
    };
    has(&call.path)
        || has(call.method)
        || has(&call.status.to_string())
        || call.request_id.as_deref().is_some_and(has)
        || call.problem.as_ref().is_some_and(problem)
}
