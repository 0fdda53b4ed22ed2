//! Reads rows as they come into sight.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use howdah_types::problem::Problem;
use howdah_types::rows::{Column, RowKey, RowKeyKind, RowsPage};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::changes::id_of;
use super::staged::Staged;
use super::window::{Moved, Record, Revised, Window};
use crate::api::rows::{Place, RowsQuery, Start, page};
use crate::api::{self, Api, use_api};
use crate::ui::sheet::Sheet;

/// Rows of a page.
const LIMIT: u32 = 200;
/// How often it is looked whether an editor is still open.
const EDITED_MS: u32 = 100;
/// How near the end the next page is asked for, in rows.
const AHEAD: usize = 120;

/// What is known of all rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    pub(super) estimate: Option<i64>,
    pub(super) time_zone: String,
    pub(super) key: RowKey,
    /// Rows that were read so far.
    pub(super) known: usize,
    /// All rows were read.
    pub(super) complete: bool,
    /// There are more, but no order to go on in.
    pub(super) stuck: bool,
}

/// The rows of a place as a sheet shows them, without what is new here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    api: Api,
    sheet: Sheet,
    place: Memo<Place>,
    query: Memo<RowsQuery>,
    window: StoredValue<Window>,
    /// None until the first answer.
    pub(super) columns: RwSignal<Option<Arc<Vec<Column>>>>,
    /// All of the table, also those that were not asked for; empty until they are known.
    pub(super) every: RwSignal<Arc<Vec<Column>>>,
    pub(super) facts: RwSignal<Option<Facts>>,
    /// Why the first page could not be read.
    pub(super) problem: RwSignal<Option<Problem>>,
    /// Why further rows could not be read.
    pub(super) stopped: RwSignal<Option<Problem>>,
    pub(super) reading: RwSignal<bool>,
    turn: StoredValue<u32>,
    /// A further page is on its way.
    growing: StoredValue<bool>,
    sight: StoredValue<Range<usize>>,
    /// Rows that stand above these: new ones, and those that were just added.
    staged: RwSignal<Staged>,
    added: RwSignal<Vec<Arc<Record>>>,
}

/// Where a further page goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Missing,
    After,
    Before,
}

impl Source {
    pub(super) fn new(
        sheet: Sheet,
        place: Memo<Place>,
        query: Memo<RowsQuery>,
        (staged, added): (RwSignal<Staged>, RwSignal<Vec<Arc<Record>>>),
    ) -> Self {
        Self {
            api: use_api(),
            sheet,
            place,
            query,
            window: StoredValue::new(Window::default()),
            columns: RwSignal::new(None),
            every: RwSignal::new(Arc::new(Vec::new())),
            facts: RwSignal::new(None),
            problem: RwSignal::new(None),
            stopped: RwSignal::new(None),
            reading: RwSignal::new(false),
            turn: StoredValue::new(0),
            growing: StoredValue::new(false),
            sight: StoredValue::new(0..0),
            staged,
            added,
        }
    }

    /// Reads from the beginning or the end; what is shown stays until the answer is there. `then` runs after it.
    ///
    /// An open editor stays where it is: what came while it was open is not taken, and asked for again when it is closed.
    pub(super) fn read(self, start: Start, then: impl FnOnce(bool) + 'static) {
        let put = move |start: Start, page: &RowsPage| {
            self.window.set_value(Window::begin(start, page));
            self.take_columns(page);
        };
        self.anew(start, put, then);
    }

    /// Asks for a page in the place of what is shown, and puts it there. `then` hears whether it came.
    fn anew(
        self,
        start: Start,
        put: impl FnOnce(Start, &RowsPage) + 'static,
        then: impl FnOnce(bool) + 'static,
    ) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.reading.set(true);
        let (place, query) = (self.place.get_untracked(), self.query.get_untracked());
        let api = self.api;
        spawn_local(async move {
            let Some(answer) = self.answered(turn, api, (&place, &query), &start).await else { return };
            let fine = answer.is_ok();
            match answer {
                Ok(page) => {
                    put(start, &page);
                    self.problem.set(None);
                    self.say(&page);
                }
                Err(problem) => self.problem.set(Some(problem)),
            }
            self.reading.set(false);
            then(fine);
        });
    }

    fn take_columns(self, page: &RowsPage) {
        let columns = Arc::new(page.columns.clone());
        self.columns.set(Some(Arc::clone(&columns)));
        if self.query.with_untracked(|query| query.columns.is_empty()) {
            self.every.set(columns);
        } else if self.every.with_untracked(|every| every.is_empty()) {
            self.read_every(self.place.get_untracked());
        }
    }

    /// The page, when no editor is open; none when something else was asked for meanwhile.
    async fn answered(
        self,
        turn: u32,
        api: Api,
        (place, query): (&Place, &RowsQuery),
        start: &Start,
    ) -> Option<api::Result<RowsPage>> {
        let current = || self.turn.try_get_value() == Some(turn);
        let answer = loop {
            let answer = page(api, place, query, start, LIMIT).await;
            if !current() {
                return None;
            }
            if self.sheet.editing.with_untracked(Option::is_none) {
                break answer;
            }
            while current() && self.sheet.editing.with_untracked(Option::is_some) {
                TimeoutFuture::new(EDITED_MS).await;
            }
            if !current() {
                return None;
            }
        };
        self.growing.set_value(false);
        self.stopped.set(None);
        Some(answer)
    }

    /// The rows that are in sight.
    pub(super) fn in_sight(self) -> Range<usize> {
        self.sight.get_value()
    }

    /// Reads the page of a row once more; all other rows are read again when they come into sight. `then` hears where the
    /// row stands now, if it is still in that page. False when no page holds the row.
    pub(super) fn read_here(self, row: usize, then: impl FnOnce(Option<usize>) + 'static) -> bool {
        let start = self.window.with_value(|window| window.start_of(row));
        let Some(start) = start.filter(|_| self.problem.with_untracked(Option::is_none)) else {
            return false;
        };
        let place = StoredValue::new(None);
        let put = move |start: Start, page: &RowsPage| {
            let (columns, key) = (self.all_columns(), self.key());
            let id = |record: &Record| id_of(&columns, record, &key);
            let wanted = self.row(row).map(|record| id(&record));
            self.window.update_value(|window| window.forget_all(&id));
            self.added.set(Vec::new());
            self.take_columns(page);
            self.put(&start, Side::Missing, page);
            let id = |record: &Record| id_of(&page.columns, record, &page.row_key);
            place.set_value(
                wanted.and_then(|wanted| self.window.with_value(|window| window.find(&wanted, &id))),
            );
        };
        self.anew(start, put, move |fine| {
            if fine {
                then(place.get_value());
                self.look(self.sight.get_value());
            }
        });
        true
    }

    /// Learns of the columns that were not asked for.
    fn read_every(self, place: Place) {
        let (api, turn) = (self.api, self.turn.get_value());
        spawn_local(async move {
            let answer = page(api, &place, &RowsQuery::default(), &Start::First, 1).await;
            if let Ok(page) = answer
                && self.turn.try_get_value() == Some(turn)
            {
                self.every.set(Arc::new(page.columns));
            }
        });
    }

    fn say(self, page: &RowsPage) {
        let key = page.row_key.clone();
        self.window.with_value(|window| {
            self.facts.set(Some(Facts {
                estimate: page.row_estimate,
                time_zone: page.time_zone.clone(),
                key,
                known: window.length(),
                complete: window.complete(),
                stuck: window.has_more,
            }));
        });
    }

    fn grown(self) {
        let _ = self.facts.try_update(|facts| {
            if let Some(facts) = facts {
                self.window.with_value(|window| {
                    facts.known = window.length();
                    facts.complete = window.complete();
                    facts.stuck = window.has_more;
                });
            }
        });
        self.sheet.redraw();
    }

    /// These rows are in sight: asks for those that are missing and for those that come next.
    pub(super) fn look(self, sight: Range<usize>) {
        self.sight.set_value(sight.clone());
        // While all is read anew, a page of the window that is about to go would be asked in vain.
        if self.reading.get_untracked() {
            return;
        }
        if self.growing.get_value() || self.stopped.with_untracked(Option::is_some) {
            return;
        }
        let (missing, next, previous) = self.window.with_value(|window| {
            let near_end = sight.end + AHEAD >= window.length();
            let near_start = sight.start < AHEAD;
            (
                window.missing(sight.clone()),
                window.next().filter(|_| near_end),
                window.previous().filter(|_| near_start),
            )
        });
        if let Some(start) = missing {
            self.grow(start, Side::Missing);
        } else if let Some(start) = next {
            self.grow(start, Side::After);
        } else if let Some(start) = previous {
            self.grow(start, Side::Before);
        }
    }

    fn grow(self, start: Start, side: Side) {
        self.growing.set_value(true);
        let turn = self.turn.get_value();
        let (place, query) = (self.place.get_untracked(), self.query.get_untracked());
        let api = self.api;
        spawn_local(async move {
            let answer = page(api, &place, &query, &start, LIMIT).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.growing.set_value(false);
            match answer {
                Ok(page) => {
                    let moved = self.put(&start, side, &page);
                    self.grown();
                    if moved.by != 0 {
                        let new = self.staged.with_untracked(|staged| staged.now.inserts.len());
                        let above = new + self.added.with_untracked(Vec::len);
                        self.sheet.moved(moved.from + above, moved.by);
                    }
                    self.look(self.sight.get_value());
                }
                Err(problem) => self.stopped.set(Some(problem)),
            }
        });
    }

    /// Puts a page where it belongs. No row is shown twice, where rows can be told apart.
    fn put(self, start: &Start, side: Side, page: &RowsPage) -> Moved {
        let id = |record: &Record| id_of(&page.columns, record, &page.row_key);
        let mut moved = Moved::default();
        self.window.update_value(|window| {
            let mut shown = BTreeSet::new();
            if page.row_key.kind != RowKeyKind::None {
                shown = window.ids(&id);
                shown.extend(
                    self.added.with_untracked(|added| added.iter().map(|row| id(row)).collect::<Vec<_>>()),
                );
            }
            moved = match side {
                Side::Missing => window.fill(start, page, &shown, &id),
                Side::Before => window.prepend(start.clone(), page, &shown, &id),
                Side::After => {
                    window.append(start.clone(), page, &shown, &id);
                    Moved::default()
                }
            };
            let lower =
                |row: usize| if row >= moved.from { row.saturating_add_signed(moved.by) } else { row };
            let sight = self.sight.get_value();
            let sight = lower(sight.start)..lower(sight.end);
            window.forget(&sight, &id);
            self.sight.set_value(sight);
        });
        moved
    }

    /// Goes on after [`Self::stopped`].
    pub(super) fn resume(self) {
        self.stopped.set(None);
        self.look(self.sight.get_value());
    }

    pub(super) fn length(self) -> usize {
        self.window.with_value(Window::length)
    }

    pub(super) fn row(self, row: usize) -> Option<Arc<Record>> {
        self.window.with_value(|window| window.row(row).map(Arc::clone))
    }

    /// How a row is numbered: from 1, or from the end with a minus where only the end was read.
    pub(super) fn number(self, row: usize) -> String {
        self.window.with_value(|window| {
            if window.has_first() {
                (row + 1).to_string()
            } else if window.has_last() {
                format!("−{}", window.length().saturating_sub(row))
            } else {
                "·".to_owned()
            }
        })
    }

    /// Whether the first row is here, and the last.
    pub(super) fn ends(self) -> (bool, bool) {
        self.window.with_value(|window| (window.has_first(), window.has_last()))
    }

    /// Puts other records in the place of rows, or takes them away.
    pub(super) fn revise(self, revised: impl FnMut(&Record) -> Option<Revised>) {
        self.window.update_value(|window| window.revise(revised));
        self.grown();
    }

    pub(super) fn all_columns(self) -> Arc<Vec<Column>> {
        self.columns.get_untracked().unwrap_or_default()
    }

    pub(super) fn key(self) -> RowKey {
        self.facts
            .with_untracked(|facts| facts.as_ref().map(|facts| facts.key.clone()))
            .unwrap_or(RowKey { kind: RowKeyKind::None, columns: Vec::new() })
    }
}
