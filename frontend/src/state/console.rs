//! What the debug console shows: calls and events, the newest 500.

use std::collections::VecDeque;

use howdah_types::problem::Problem;
use howdah_types::trace::Statement;
use leptos::prelude::*;

/// How many entries are kept.
const KEPT: usize = 500;
/// How much of one body is kept, and of all of them, in bytes.
const BODY: usize = 64 * 1024;
const BODIES: usize = 4 * 1024 * 1024;
/// How many calls keep the SQL that was read for them: up to 200 statements each.
const WITH_SQL: usize = 100;

/// What was sent with a call, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub text: String,
    /// Bytes of the whole.
    pub bytes: usize,
}

impl Body {
    /// The beginning of a long one, all of a short one.
    pub fn of(text: &str) -> Self {
        let kept = text.get(..text.floor_char_boundary(BODY)).unwrap_or_default();
        Self { text: kept.to_owned(), bytes: text.len() }
    }

    /// Something of it is not kept.
    pub fn is_cut(&self) -> bool {
        self.text.len() < self.bytes
    }
}

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
    pub body: Option<Body>,
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
            forget(entries);
        });
    }
}

/// The newest bodies and statements stay within their bounds; of the older calls it is kept that there were some.
fn forget(entries: &mut VecDeque<Entry>) {
    let (mut bytes, mut with_sql) = (0, 0);
    for entry in entries.iter_mut().rev() {
        let EntryKind::Call(call) = &mut entry.kind else { continue };
        if let Some(body) = &mut call.body {
            bytes += body.text.len();
            if bytes > BODIES {
                body.text = String::new();
            }
        }
        if entry.sql.with_untracked(|sql| matches!(sql, SqlState::Read { .. })) {
            with_sql += 1;
            if with_sql > WITH_SQL {
                // It is read again when somebody unfolds the call.
                entry.sql.set(SqlState::Unread);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(body: &str) -> Entry {
        let call = Call {
            method: "POST",
            path: String::new(),
            status: 200,
            ms: 0.0,
            bytes: 0,
            request_id: None,
            body: Some(Body::of(body)),
            secret: false,
            problem: None,
        };
        let sql = ArcRwSignal::new(SqlState::Read { statements: Vec::new(), dropped: 0 });
        Entry { id: 0, at: 0.0, kind: EntryKind::Call(Box::new(call)), sql }
    }

    #[test]
    fn bodies_and_statements_are_bounded_and_what_was_cut_is_known() {
        let body = Body::of(&"ä".repeat(BODY));
        assert!(body.is_cut() && body.text.len() <= BODY && body.bytes == 2 * BODY);
        let mut entries: VecDeque<Entry> = (0..KEPT).map(|_| entry(&"x".repeat(BODY))).collect();
        forget(&mut entries);
        let of = |entry: &Entry| match &entry.kind {
            EntryKind::Call(call) => call.body.clone().unwrap(),
            EntryKind::Event { .. } => unreachable!(),
        };
        let kept: usize = entries.iter().map(|entry| of(entry).text.len()).sum();
        assert!(kept <= BODIES && kept > BODIES / 2, "{kept}");
        assert!(!of(entries.back().unwrap()).is_cut() && of(entries.front().unwrap()).is_cut());
        let read = entries.iter().filter(|entry| entry.sql.get_untracked() != SqlState::Unread).count();
        assert_eq!(read, WITH_SQL);
    }
}
