//! What the debug console shows: calls and events, the newest 500.

use std::collections::VecDeque;

use howdah_types::problem::Problem;
use howdah_types::trace::Statement;
use leptos::prelude::*;

/// How many entries are kept.
const KEPT: usize = 500;

/// One call to the API.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// 0 when no answer came.
    pub status: u16,
    pub ms: f64,
    /// Bytes of the answer's body.
    pub bytes: usize,
    pub request_id: Option<String>,
    /// What was sent; never recorded when it held a secret.
    pub body: Option<String>,
    /// The body held a secret and was left out.
    pub secret: bool,
    pub problem: Option<Problem>,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryKind {
    Call(Box<Call>),
    /// Something the server said by itself: its kind and one line.
    Event {
        name: &'static str,
        text: String,
    },
}

/// The SQL of a call, which is read when it is first shown.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlState {
    Unread,
    Reading,
    Read { statements: Vec<Statement>, dropped: u32 },
    Failed(Box<Problem>),
}

/// One line of the console.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: u32,
    /// When it began, in milliseconds since 1970.
    pub at: f64,
    pub kind: EntryKind,
    /// The SQL of a call.
    pub sql: ArcRwSignal<SqlState>,
}

/// The debug console: a bounded list, newest last.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    entries: RwSignal<VecDeque<Entry>>,
    next: StoredValue<u32>,
    /// New entries are not taken while it is true.
    pub paused: RwSignal<bool>,
    /// The panel is shown.
    pub open: RwSignal<bool>,
    /// A request to show: the console opens, and the call is unfolded.
    pub shown: RwSignal<Option<String>>,
}

impl Console {
    pub(super) fn new() -> Self {
        Self {
            entries: RwSignal::new(VecDeque::new()),
            next: StoredValue::new(0),
            paused: RwSignal::new(false),
            open: RwSignal::new(false),
            shown: RwSignal::new(None),
        }
    }

    /// All entries, oldest first (tracked).
    pub fn entries(self) -> RwSignal<VecDeque<Entry>> {
        self.entries
    }

    /// Calls and failed calls among the entries (tracked).
    pub fn counts(self) -> (usize, usize) {
        self.entries.with(|entries| {
            entries.iter().fold((0, 0), |(calls, errors), entry| match &entry.kind {
                EntryKind::Call(call) => (calls + 1, errors + usize::from(call.problem.is_some())),
                EntryKind::Event { .. } => (calls, errors),
            })
        })
    }

    /// Forgets everything.
    pub fn clear(self) {
        self.entries.set(VecDeque::new());
    }

    /// Opens the console at the call with this request id.
    pub fn show(self, request_id: &str) {
        self.shown.set(Some(request_id.to_owned()));
        self.open.set(true);
    }

    pub(crate) fn record(self, at: f64, call: Call) {
        self.push(at, EntryKind::Call(Box::new(call)));
    }

    pub(crate) fn event(self, name: &'static str, text: String) {
        self.push(js_sys::Date::now(), EntryKind::Event { name, text });
    }

    fn push(self, at: f64, kind: EntryKind) {
        if self.paused.get_untracked() {
            return;
        }
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let entry = Entry { id, at, kind, sql: ArcRwSignal::new(SqlState::Unread) };
        self.entries.update(|entries| {
            if entries.len() >= KEPT {
                entries.pop_front();
            }
            entries.push_back(entry);
        });
    }
}
