//! The databases of the server: one list for the sidebar, the palette and the views.

use howdah_types::databases::{Database, Sizes};
use howdah_types::events::DatabaseSize;
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Api};

/// The list of databases, kept up to date by events.
#[derive(Debug, Clone, Copy)]
pub struct Databases {
    api: Api,
    list: RwSignal<Option<Vec<Database>>>,
    problem: RwSignal<Option<Problem>>,
    version: RwSignal<u64>,
    running: StoredValue<bool>,
    again: StoredValue<bool>,
    /// Grows with each sign-out: what was asked before it is another account's.
    turn: StoredValue<u32>,
}

impl Databases {
    pub(super) fn new(api: Api) -> Self {
        Self {
            api,
            list: RwSignal::new(None),
            problem: RwSignal::new(None),
            version: RwSignal::new(0),
            running: StoredValue::new(false),
            again: StoredValue::new(false),
            turn: StoredValue::new(0),
        }
    }

    /// The list in the server's order; none until it was read once. It stays when a later read fails.
    pub fn list(self) -> RwSignal<Option<Vec<Database>>> {
        self.list
    }

    /// Why the last read failed.
    pub fn problem(self) -> RwSignal<Option<Problem>> {
        self.problem
    }

    /// One of them by name (tracked).
    pub fn find(self, name: &str) -> Option<Database> {
        self.list.with(|list| list.as_ref()?.iter().find(|database| database.name == name).cloned())
    }

    /// Grows whenever any database was made, changed or dropped by anyone (tracked). Read it inside a resource to
    /// have the resource read again.
    pub fn version(self) -> u64 {
        self.version.get()
    }

    /// Reads the list again. Calls during a read are joined to one more read after it.
    pub fn reload(self) {
        if self.running.get_value() {
            self.again.set_value(true);
            return;
        }
        self.running.set_value(true);
        let turn = self.turn.get_value();
        spawn_local(async move {
            loop {
                self.again.set_value(false);
                let answer = api::databases::list(self.api, Sizes::Quick).await;
                if self.turn.get_value() != turn {
                    return;
                }
                match answer {
                    Ok(list) => {
                        self.list.set(Some(self.with_known_sizes(list)));
                        self.problem.set(None);
                    }
                    Err(problem) => self.problem.set(Some(problem)),
                }
                if !self.again.get_value() {
                    break;
                }
            }
            self.running.set_value(false);
        });
    }

    /// Forgets what one account could see.
    pub fn clear(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.running.set_value(false);
        self.again.set_value(false);
        self.list.set(None);
        self.problem.set(None);
    }

    /// Something changed: the list is read again, and views that depend on [`Self::version`] too.
    pub fn changed(self) {
        self.version.update(|version| *version += 1);
        self.reload();
    }

    pub(super) fn sizes(self, sizes: &[DatabaseSize]) {
        self.list.update(|list| {
            for database in list.iter_mut().flatten() {
                if let Some(size) = sizes.iter().find(|size| size.name == database.name) {
                    database.size_bytes = size.size_bytes;
                }
            }
        });
    }

    /// A size that was known stays on screen until the new one comes.
    fn with_known_sizes(self, mut list: Vec<Database>) -> Vec<Database> {
        self.list.with_untracked(|known| {
            for database in &mut list {
                if database.size_bytes.is_none() {
                    let before = known.iter().flatten().find(|before| before.name == database.name);
                    database.size_bytes = before.and_then(|before| before.size_bytes);
                }
            }
        });
        list
    }
}
