//! Pages of rows, stitched into one scroll.
//!
//! Of each page that was ever read the length and the cursor stay; the rows only of those around what is in sight.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use howdah_types::rows::RowsPage;

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

#[derive(Debug, Clone)]
struct Slot {
    start: Start,
    length: usize,
    rows: Option<Vec<Arc<Record>>>,
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
        window.append(start, page);
        window
    }

    /// The page after the last one.
    pub(super) fn append(&mut self, start: Start, page: &RowsPage) {
        self.next.clone_from(&page.next);
        self.has_more = page.has_more && page.next.is_none();
        let rows = records(page);
        self.slots.push_back(Slot { start, length: rows.len(), rows: Some(rows) });
    }

    /// The page before the first one; says how many rows it has.
    pub(super) fn prepend(&mut self, start: Start, page: &RowsPage) -> usize {
        self.previous.clone_from(&page.previous);
        let rows = records(page);
        let length = rows.len();
        self.slots.push_front(Slot { start, length, rows: Some(rows) });
        length
    }

    /// The rows of a page that had been forgotten.
    pub(super) fn fill(&mut self, start: &Start, page: &RowsPage) {
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.start == *start) {
            let rows = records(page);
            slot.length = rows.len();
            slot.rows = Some(rows);
        }
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
    pub(super) fn forget(&mut self, sight: &Range<usize>) {
        let held = self.slots.iter().filter(|slot| slot.rows.is_some()).count();
        if held <= KEPT {
            return;
        }
        let here = self.place(sight.start).map_or(0, |(slot, _)| slot);
        for (at, slot) in self.slots.iter_mut().enumerate() {
            if at.abs_diff(here) > KEPT / 2 {
                slot.rows = None;
            }
        }
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
mod tests {
    use howdah_types::rows::{RowKey, RowKeyKind};

    use super::*;

    fn page(from: usize, to: usize, all: usize) -> RowsPage {
        RowsPage {
            columns: Vec::new(),
            rows: (from..to).map(|n| vec![Some(n.to_string())]).collect(),
            addresses: Vec::new(),
            versions: Vec::new(),
            truncated: Vec::new(),
            row_key: RowKey { kind: RowKeyKind::PrimaryKey, columns: Vec::new() },
            has_more: to < all,
            next: (to < all).then(|| format!("after {to}")),
            previous: (from > 0).then(|| format!("before {from}")),
            row_estimate: None,
            time_zone: String::new(),
        }
    }

    fn filled(pages: usize) -> Window {
        let mut window = Window::begin(Start::First, &page(0, 100, 10_000));
        for n in 1..pages {
            let start = window.next().unwrap();
            window.append(start, &page(n * 100, n * 100 + 100, 10_000));
            window.forget(&(n * 100..n * 100 + 30));
        }
        window
    }

    fn value(window: &Window, row: usize) -> Option<String> {
        window.row(row).and_then(|record| record.value(0).map(ToOwned::to_owned))
    }

    #[test]
    fn memory_is_bounded_by_the_window_and_not_by_the_rows() {
        let window = filled(100);
        assert_eq!((window.length(), window.complete()), (10_000, true));
        assert!(window.held() <= 1_300, "{}", window.held());
        assert_eq!(value(&window, 9_950).as_deref(), Some("9950"));
        assert_eq!(value(&window, 50), None);
    }

    #[test]
    fn what_was_forgotten_is_read_again_by_its_own_cursor() {
        let mut window = filled(100);
        assert_eq!(window.missing(9_900..9_930), None);
        let start = window.missing(120..150).unwrap();
        assert_eq!(start, Start::Cursor("after 100".to_owned()));
        window.fill(&start, &page(100, 200, 10_000));
        assert_eq!(value(&window, 120).as_deref(), Some("120"));
        assert_eq!(window.missing(20..40), Some(Start::First));
    }

    #[test]
    fn it_grows_to_both_sides() {
        let mut window = Window::begin(Start::Last, &page(200, 300, 300));
        assert!(!window.has_first() && window.has_last());
        let start = window.previous().unwrap();
        assert_eq!(window.prepend(start, &page(100, 200, 300)), 100);
        assert_eq!((value(&window, 0).as_deref(), window.length()), (Some("100"), 200));
    }

    #[test]
    fn a_row_is_changed_or_taken_away_where_it_stands() {
        let mut window = filled(2);
        let new = Arc::new(Record { values: vec![Some("new".to_owned())], ..Record::default() });
        let is = |record: &Record, text: &str| record.value(0) == Some(text);
        window.revise(|record| is(record, "150").then(|| Revised::Now(Arc::clone(&new))));
        assert_eq!(value(&window, 150).as_deref(), Some("new"));
        window.revise(|record| is(record, "new").then_some(Revised::Gone));
        assert_eq!((value(&window, 150).as_deref(), window.length()), (Some("151"), 199));
    }
}
