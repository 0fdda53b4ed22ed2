//! Pages of rows, stitched into one scroll.
//!
//! Of each page that was ever read the length and the cursor stay; the rows only of those around what is in sight.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use howdah_types::rows::RowsPage;

use super::staged::Id;
use crate::api::rows::Start;

/// Pages whose rows are kept.
const KEPT: usize = 12;

/// A row as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) values: Vec<Option<String>>,
    pub(super) address: Option<String>,
    pub(super) version: Option<String>,
    /// Columns that are given only in part, with the bytes of the whole.
    pub(super) cut: Vec<(usize, i64)>,
}

impl Record {
    /// Bytes of the whole value, where only a part is here.
    pub(super) fn cut_at(&self, column: usize) -> Option<i64> {
        self.cut.iter().find(|(at, _)| *at == column).map(|(_, bytes)| *bytes)
    }

    pub(super) fn value(&self, column: usize) -> Option<&str> {
        self.values.get(column).and_then(Option::as_deref)
    }
}

/// The rows of a page.
pub(super) fn records(page: &RowsPage) -> Vec<Arc<Record>> {
    let mut records: Vec<Record> = page
        .rows
        .iter()
        .enumerate()
        .map(|(at, values)| Record {
            values: values.clone(),
            address: page.addresses.get(at).cloned().flatten(),
            version: page.versions.get(at).cloned().flatten(),
            cut: Vec::new(),
        })
        .collect();
    for cell in &page.truncated {
        if let Some(record) = records.get_mut(cell.row as usize) {
            record.cut.push((cell.column as usize, cell.bytes));
        }
    }
    records.into_iter().map(Arc::new).collect()
}

/// A page that was read.
#[derive(Debug, Clone)]
struct Slot {
    start: Start,
    length: usize,
    rows: Option<Vec<Arc<Record>>>,
    /// Its first and its last row, while its rows are forgotten: it is filled again from the one to the other.
    ends: (Option<Id>, Option<Id>),
}

impl Slot {
    fn of(start: Start, rows: Vec<Arc<Record>>) -> Self {
        Self { start, length: rows.len(), rows: Some(rows), ends: (None, None) }
    }

    /// Lets go of its rows, not of where they stood.
    fn forget(&mut self, id: Ids<'_>) {
        self.ends = (self.end(true, id), self.end(false, id));
        self.rows = None;
    }

    /// Its first row, or its last.
    fn end(&self, first: bool, id: Ids<'_>) -> Option<Id> {
        match &self.rows {
            Some(rows) if first => rows.first().map(|row| id(row)),
            Some(rows) => rows.last().map(|row| id(row)),
            None if first => self.ends.0.clone(),
            None => self.ends.1.clone(),
        }
    }
}

/// What tells rows apart.
pub(super) type Ids<'a> = &'a dyn Fn(&Record) -> Id;

/// Rows from this one on stand so many rows lower, or higher.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) from: usize,
    pub(super) by: isize,
}

/// The rows of a page that are not shown elsewhere.
fn unshown(page: &RowsPage, shown: &BTreeSet<Id>, id: Ids<'_>) -> Vec<Arc<Record>> {
    let mut rows = records(page);
    if !shown.is_empty() {
        rows.retain(|row| !shown.contains(&id(row)));
    }
    rows
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Revised {
    Now(Arc<Record>),
    Gone,
}

/// The pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    slots: VecDeque<Slot>,
    next: Option<String>,
    previous: Option<String>,
    /// Rows that no cursor leads to any more: a view that was read without an order.
    pub(super) has_more: bool,
}

impl Window {
    /// Begins with a page.
    pub(super) fn begin(start: Start, page: &RowsPage) -> Self {
        let mut window = Self { previous: page.previous.clone(), ..Self::default() };
        window.append(start, page, &BTreeSet::new(), &|_| Id::new());
        window
    }

    /// The page after the last one, without rows that are shown already.
    pub(super) fn append(&mut self, start: Start, page: &RowsPage, shown: &BTreeSet<Id>, id: Ids<'_>) {
        self.next.clone_from(&page.next);
        self.has_more = page.has_more && page.next.is_none();
        self.slots.push_back(Slot::of(start, unshown(page, shown, id)));
    }

    /// The page before the first one.
    pub(super) fn prepend(
        &mut self,
        start: Start,
        page: &RowsPage,
        shown: &BTreeSet<Id>,
        id: Ids<'_>,
    ) -> Moved {
        self.previous.clone_from(&page.previous);
        let slot = Slot::of(start, unshown(page, shown, id));
        let by = isize::try_from(slot.length).unwrap_or_default();
        self.slots.push_front(slot);
        Moved { from: 0, by }
    }

    /// The rows of a page that had been forgotten. Rows may have come and gone since: it reaches to where the page beside
    /// it begins, and what lies between is a page of its own.
    pub(super) fn fill(
        &mut self,
        start: &Start,
        page: &RowsPage,
        shown: &BTreeSet<Id>,
        id: Ids<'_>,
    ) -> Moved {
        let found = self.slots.iter().position(|slot| slot.rows.is_none() && slot.start == *start);
        let Some(at) = found else { return Moved::default() };
        let before: usize = self.slots.iter().take(at).map(|slot| slot.length).sum();
        let mut rows = unshown(page, shown, id);
        // A window grows to one side only, and its pages are read in that direction.
        let backwards = self.backwards();
        let (cursor, beside) = if backwards {
            (&page.previous, at.checked_sub(1).and_then(|at| self.slots.get(at)))
        } else {
            (&page.next, self.slots.get(at + 1))
        };
        let same = beside.is_some_and(
            |beside| matches!((cursor, &beside.start), (Some(one), Start::Cursor(other)) if one == other),
        );
        let place = |rows: &[Arc<Record>], wanted: Option<Id>| {
            wanted.and_then(|wanted| rows.iter().position(|row| id(row) == wanted))
        };
        let mut between = None;
        if beside.is_none() {
            let end = if backwards { &mut self.previous } else { &mut self.next };
            end.clone_from(cursor);
        } else if !same {
            let other = beside.and_then(|beside| beside.end(!backwards, id));
            let own = self.slots.get(at).and_then(|slot| slot.end(backwards, id));
            match (place(&rows, other), place(&rows, own.clone())) {
                (Some(other), _) if backwards => drop(rows.drain(..=other)),
                (Some(other), _) => rows.truncate(other),
                (None, Some(own)) if backwards => drop(rows.drain(..own)),
                (None, Some(own)) => rows.truncate(own + 1),
                (None, None) => {
                    let ends = if backwards { (own, None) } else { (None, own) };
                    between = cursor.clone().map(|cursor| Slot {
                        start: Start::Cursor(cursor),
                        length: 1,
                        rows: None,
                        ends,
                    });
                }
            }
        }
        let extra = usize::from(between.is_some());
        let (old, new) = (self.slots.get(at).map_or(0, |slot| slot.length), rows.len() + extra);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot::of(start.clone(), rows);
        }
        if let Some(between) = between {
            self.slots.insert(if backwards { at } else { at + 1 }, between);
        }
        let by = new.cast_signed().wrapping_sub(old.cast_signed());
        Moved { from: before + old, by }
    }

    /// It began at the last row and grows upwards.
    fn backwards(&self) -> bool {
        self.slots.back().is_some_and(|slot| slot.start == Start::Last)
    }

    /// The rows that are held, by what tells them apart.
    pub(super) fn ids(&self, id: Ids<'_>) -> BTreeSet<Id> {
        self.slots.iter().filter_map(|slot| slot.rows.as_ref()).flatten().map(|row| id(row)).collect()
    }

    /// Rows that are known, here or not.
    pub(super) fn length(&self) -> usize {
        self.slots.iter().map(|slot| slot.length).sum()
    }

    /// How many rows are held.
    #[cfg(test)]
    fn held(&self) -> usize {
        self.slots.iter().map(|slot| slot.rows.as_ref().map_or(0, Vec::len)).sum()
    }

    /// It begins at the first of all rows, so that rows can be numbered.
    pub(super) fn has_first(&self) -> bool {
        self.previous.is_none()
    }

    /// It reaches to the last of all rows.
    pub(super) fn has_last(&self) -> bool {
        self.next.is_none() && !self.has_more
    }

    /// All rows were read.
    pub(super) fn complete(&self) -> bool {
        self.has_first() && self.has_last()
    }

    /// Where the page after the last one begins.
    pub(super) fn next(&self) -> Option<Start> {
        self.next.clone().map(Start::Cursor)
    }

    /// Where the page before the first one is.
    pub(super) fn previous(&self) -> Option<Start> {
        self.previous.clone().map(Start::Cursor)
    }

    pub(super) fn row(&self, row: usize) -> Option<&Arc<Record>> {
        let (slot, offset) = self.place(row)?;
        self.slots.get(slot)?.rows.as_ref()?.get(offset)
    }

    /// The first page of those in sight whose rows are not here.
    pub(super) fn missing(&self, sight: Range<usize>) -> Option<Start> {
        let mut from = 0;
        for slot in &self.slots {
            let to = from + slot.length;
            if slot.rows.is_none() && from < sight.end && to > sight.start {
                return Some(slot.start.clone());
            }
            from = to;
        }
        None
    }

    /// Forgets rows that are far from what is in sight.
    pub(super) fn forget(&mut self, sight: &Range<usize>, id: Ids<'_>) {
        let held = self.slots.iter().filter(|slot| slot.rows.is_some()).count();
        if held <= KEPT {
            return;
        }
        let here = self.place(sight.start).map_or(0, |(slot, _)| slot);
        for (at, slot) in self.slots.iter_mut().enumerate() {
            if slot.rows.is_some() && at.abs_diff(here) > KEPT / 2 {
                slot.forget(id);
            }
        }
    }

    /// Where the page of a row begins.
    pub(super) fn start_of(&self, row: usize) -> Option<Start> {
        let (slot, _) = self.place(row)?;
        self.slots.get(slot).map(|slot| slot.start.clone())
    }

    /// Forgets all rows, not where they stood: each page is filled again when it comes into sight.
    pub(super) fn forget_all(&mut self, id: Ids<'_>) {
        self.slots.iter_mut().for_each(|slot| slot.forget(id));
    }

    /// Where a row that is here stands.
    pub(super) fn find(&self, wanted: &Id, id: Ids<'_>) -> Option<usize> {
        let mut from = 0;
        for slot in &self.slots {
            let rows = slot.rows.iter().flatten();
            if let Some(at) = rows.enumerate().find_map(|(at, row)| (id(row) == *wanted).then_some(at)) {
                return Some(from + at);
            }
            from += slot.length;
        }
        None
    }

    /// Asks for every row that is here whether another stands in its place now, or none.
    pub(super) fn revise(&mut self, mut revised: impl FnMut(&Record) -> Option<Revised>) {
        for slot in &mut self.slots {
            let Some(rows) = &mut slot.rows else { continue };
            rows.retain_mut(|row| match revised(row) {
                None => true,
                Some(Revised::Now(record)) => {
                    *row = record;
                    true
                }
                Some(Revised::Gone) => false,
            });
            slot.length = rows.len();
        }
    }

    /// The page that holds a row, and where in it.
    fn place(&self, row: usize) -> Option<(usize, usize)> {
        let mut from = 0;
        for (at, slot) in self.slots.iter().enumerate() {
            if row < from + slot.length {
                return Some((at, row - from));
            }
            from += slot.length;
        }
        None
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
