//! Staged changes become real, and are taken back.

use std::collections::BTreeMap;
use std::sync::Arc;

use howdah_types::problem::{Code, Problem};
use howdah_types::row_changes::{RowChanges, RowConflict, RowImage, RowsChanged};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::changes::{Entry, Request, fitted, id_of, inverse, record, request};
use super::leave;
use super::staged::Changes;
use super::window::{Record, Revised};
use super::work::{Errors, Work};
use crate::api::rows::Place;
use crate::api::{self, Api};
use crate::state::Toasts;
use crate::ui::format;

/// How often what was applied can be taken back, and the bytes that are kept for it; the last is always kept.
const KEPT: usize = 20;
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// Somebody else was faster.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conflict {
    pub(super) entry: Entry,
    pub(super) now: RowConflict,
}

/// What applying needs of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Desk {
    pub(super) api: Api,
    pub(super) toasts: Toasts,
    pub(super) work: Work,
    pub(super) conflict: RwSignal<Option<Conflict>>,
    /// What went wrong and belongs to no row.
    pub(super) problem: RwSignal<Option<Problem>>,
}

impl Desk {
    /// Sends what is staged.
    pub(super) fn apply(self) {
        let work = self.work;
        let sent = work.staged.with_untracked(|staged| staged.now.clone());
        let request = request(&sent, &work.source.key());
        if work.busy.get_untracked() || request.body == RowChanges::default() {
            return;
        }
        let (place, visit) = self.begin();
        spawn_local(async move {
            let answer = api::rows::change(self.api, &place, &request.body).await;
            let Some(answer) = self.here(&place, visit, &sent, answer) else { return };
            match answer {
                Ok(done) => {
                    let said = said(&done);
                    work.staged.update(|staged| staged.applied(&sent));
                    self.reflect(&done);
                    work.taken_back.update(Vec::clear);
                    let forgot = keep(work.applied, done);
                    let forgot = if forgot { "; the oldest changes can no longer be taken back" } else { "" };
                    self.toasts.done(format!("Applied: {said}{forgot}"));
                    work.hold_focus();
                }
                Err(problem) => self.refused(&request, problem),
            }
        });
    }

    /// Whether changes are on their way: nothing is staged meanwhile, as the answer is about what was sent.
    pub(super) fn waits(self) -> bool {
        let busy = self.work.busy.get_untracked();
        if busy {
            self.toasts.info("Changes are being applied; wait until that is done");
        }
        busy
    }

    /// The answer, where the table is still shown as it was when its changes were sent. Elsewhere nothing but what is
    /// kept of that table may change, and this page may be gone.
    fn here(
        self,
        place: &Place,
        visit: u32,
        sent: &Changes,
        answer: api::Result<RowsChanged>,
    ) -> Option<api::Result<RowsChanged>> {
        leave::answered(place);
        if leave::shown(place).is_some_and(|(_, now)| now == visit) {
            return Some(answer);
        }
        match answer {
            Ok(done) => {
                leave::applied(place, sent);
                self.toasts.done(format!("Applied to {}: {}", place.table, said(&done)));
            }
            Err(problem) => self.toasts.failed(format!("Not applied to {}: {}", place.table, problem.detail)),
        }
        None
    }

    /// Where the changes go, and from which visit there.
    fn begin(self) -> (Place, u32) {
        let place = self.work.place.get_untracked();
        leave::sending(&place);
        self.work.busy.set(true);
        self.problem.set(None);
        self.work.errors.set(Errors::new());
        self.work.redraw();
        (place, leave::visit())
    }

    /// Puts what the server said where it belongs.
    fn refused(self, request: &Request, problem: Problem) {
        let work = self.work;
        let mut errors = Errors::new();
        for error in &problem.errors {
            if let Some((entry, column)) = request.entry(&error.field) {
                errors.insert((entry, column), error.message.clone());
            }
        }
        let conflict = problem.conflict.as_ref().and_then(|now| {
            let (entry, _) = request.entry(&now.change)?;
            Some(Conflict { entry, now: (**now).clone() })
        });
        if let Some(conflict) = &conflict {
            errors.insert((conflict.entry.clone(), None), problem.detail.clone());
        }
        let placed = !errors.is_empty();
        work.errors.set(errors);
        work.redraw();
        if let Some(at) = super::draw::first_error(work).filter(|_| placed) {
            work.sheet.put(at, false);
        }
        if conflict.is_some() && problem.code == Code::RowChanged.as_str() {
            self.conflict.set(conflict);
        } else {
            self.problem.set(Some(problem));
        }
    }

    /// Shows what was done in the rows that are here.
    fn reflect(self, done: &RowsChanged) {
        let work = self.work;
        let (columns, key) = (work.source.all_columns(), work.source.key());
        let fit = |image| fitted(&record(image), &done.columns, &columns);
        let mut revised: BTreeMap<String, Revised> = BTreeMap::new();
        for change in &done.updates {
            let id = id_of(&columns, &fit(&change.before), &key);
            revised.insert(id, Revised::Now(Arc::new(fit(&change.after))));
        }
        for image in &done.deletes {
            revised.insert(id_of(&columns, &fit(image), &key), Revised::Gone);
        }
        let of = |record: &Record| revised.get(&id_of(&columns, record, &key)).cloned();
        work.added.update(|added| {
            added.retain_mut(|row| match of(row) {
                Some(Revised::Gone) => false,
                Some(Revised::Now(record)) => {
                    *row = record;
                    true
                }
                None => true,
            });
            let new: Vec<Arc<Record>> = done.inserts.iter().map(|image| Arc::new(fit(image))).collect();
            added.splice(0..0, new);
        });
        work.source.revise(of);
        work.redraw();
    }

    /// Takes back a staged step, else what was applied last.
    pub(super) fn undo(self) {
        let work = self.work;
        if self.waits() {
            return;
        }
        let mut undone = false;
        work.stage(|staged| undone = staged.undo());
        if undone {
            work.errors.set(Errors::new());
            work.hold_focus();
        } else if work.staged.with_untracked(|staged| staged.forgot() && !staged.now.is_empty()) {
            self.toasts
                .info("Earlier steps were forgotten, as they held too much; Discard takes back all of them");
        } else if work.staged.with_untracked(|staged| staged.now.is_empty()) {
            self.take_back(work.applied, work.taken_back, "Taken back");
        }
    }

    /// Takes a step again that was taken back.
    pub(super) fn redo(self) {
        let work = self.work;
        if self.waits() {
            return;
        }
        let mut redone = false;
        work.stage(|staged| redone = staged.redo());
        if !redone && work.staged.with_untracked(|staged| staged.now.is_empty()) {
            self.take_back(work.taken_back, work.applied, "Done again");
        }
    }

    /// Does the opposite of the last of `from`, and keeps it in `to`.
    fn take_back(
        self,
        from: RwSignal<Vec<Arc<RowsChanged>>>,
        to: RwSignal<Vec<Arc<RowsChanged>>>,
        done_word: &'static str,
    ) {
        let work = self.work;
        let Some(last) = from.with_untracked(|list| list.last().cloned()) else { return };
        let back = match inverse(&last, &work.source.key()) {
            Ok(back) => back,
            Err(why) => {
                self.toasts.failed(format!("That cannot be taken back: {why}"));
                from.update(|list| {
                    list.pop();
                });
                return;
            }
        };
        let (place, visit) = self.begin();
        spawn_local(async move {
            let answer = api::rows::change(self.api, &place, &back).await;
            let Some(answer) = self.here(&place, visit, &Changes::default(), answer) else { return };
            match answer {
                Ok(done) => {
                    let said = said(&done);
                    from.update(|list| {
                        list.pop();
                    });
                    self.reflect(&done);
                    keep(to, done);
                    self.toasts.done(format!("{done_word}: {said}"));
                    work.hold_focus();
                }
                Err(problem) => {
                    let changed = [Code::RowChanged, Code::RowGone].map(Code::as_str);
                    if changed.contains(&problem.code.as_str()) {
                        from.update(|list| {
                            list.pop();
                        });
                        self.toasts.failed("Not taken back: the rows have been changed since");
                    } else {
                        self.problem.set(Some(problem));
                    }
                }
            }
        });
    }
}

/// Keeps what was done; whether something older was given up for it.
fn keep(list: RwSignal<Vec<Arc<RowsChanged>>>, done: RowsChanged) -> bool {
    let mut forgot = false;
    list.update(|list| {
        list.push(Arc::new(done));
        let over = |list: &[Arc<RowsChanged>]| {
            list.len() > KEPT || list.iter().map(|done| weight(done)).sum::<usize>() > KEPT_BYTES
        };
        while list.len() > 1 && over(list) {
            list.remove(0);
            forgot = true;
        }
    });
    forgot
}

/// Bytes of the values that are kept of what was done.
fn weight(done: &RowsChanged) -> usize {
    let of = |image: &RowImage| image.values.iter().flatten().map(String::len).sum::<usize>();
    let updates = done.updates.iter().map(|change| of(&change.before) + of(&change.after));
    updates.chain(done.inserts.iter().chain(&done.deletes).map(of)).sum()
}

/// `2 rows changed, 1 added, 1 deleted`
fn said(done: &RowsChanged) -> String {
    let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let parts = [
        (done.updated > 0).then(|| format!("{} changed", format::plural(n(done.updated), "row", "rows"))),
        (done.inserted > 0).then(|| format!("{} added", format::plural(n(done.inserted), "row", "rows"))),
        (done.deleted > 0).then(|| format!("{} deleted", format::plural(n(done.deleted), "row", "rows"))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
