//! Changes that were made here and not yet applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use howdah_types::row_changes::{MAX_CHANGES, NewValue, NewValues};
use howdah_types::rows::Column;

use super::history::History;
use super::window::Record;

/// A row that is there, by what tells it from the others.
pub(super) type Id = String;
/// What columns of a row shall be; shared by what is staged and the steps that led to it.
pub(super) type Values = Arc<NewValues>;

/// A row as it was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    pub(super) columns: Arc<Vec<Column>>,
    pub(super) record: Arc<Record>,
}

impl Origin {
    pub(super) fn index(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|one| one.name == column)
    }

    /// What the column held; `None` where it is not known in full.
    #[expect(clippy::option_option, reason = "null is known too")]
    pub(super) fn held(&self, column: &str) -> Option<Option<String>> {
        let at = self.index(column)?;
        if self.record.cut_at(at).is_some() { None } else { self.record.values.get(at).cloned() }
    }
}

/// All changes as they stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Changes {
    pub(super) updates: BTreeMap<Id, (Origin, Values)>,
    pub(super) deletes: BTreeMap<Id, Origin>,
    /// New rows, in the order in which they are shown.
    pub(super) inserts: Vec<(u32, Values)>,
}

/// How many changes there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) cells: usize,
    pub(super) new: usize,
    pub(super) gone: usize,
}

impl Counts {
    pub(super) fn all(self) -> usize {
        self.cells + self.new + self.gone
    }
}

/// The row that a change is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    Kept(Id, Origin),
    New(u32),
}

impl Changes {
    pub(super) fn counts(&self) -> Counts {
        let cells = self.updates.iter().filter(|(id, _)| !self.deletes.contains_key(*id));
        Counts {
            cells: cells.map(|(_, (_, set))| set.len()).sum(),
            new: self.inserts.len(),
            gone: self.deletes.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.updates.is_empty() && self.deletes.is_empty() && self.inserts.is_empty()
    }

    /// Rows of the request that comes of them.
    pub(super) fn rows(&self) -> usize {
        let updates = self.updates.keys().filter(|id| !self.deletes.contains_key(*id)).count();
        updates + self.deletes.len() + self.inserts.len()
    }

    /// Sets a cell. What is set to what it held is no change.
    pub(super) fn set(&mut self, target: &Target, column: &str, value: NewValue) {
        match target {
            Target::Kept(id, origin) => {
                let entry =
                    self.updates.entry(id.clone()).or_insert_with(|| (origin.clone(), Values::default()));
                let held = entry.0.held(column).map(NewValue::from);
                if held.as_ref() == Some(&value) {
                    Arc::make_mut(&mut entry.1).remove(column);
                } else {
                    Arc::make_mut(&mut entry.1).insert(column.to_owned(), value);
                }
                if entry.1.is_empty() {
                    self.updates.remove(id);
                }
            }
            Target::New(id) => {
                if let Some((_, values)) = self.inserts.iter_mut().find(|(one, _)| one == id) {
                    let values = Arc::make_mut(values);
                    if value == NewValue::Default {
                        values.remove(column);
                    } else {
                        values.insert(column.to_owned(), value);
                    }
                }
            }
        }
    }

    /// Takes back what was done to a cell.
    pub(super) fn restore(&mut self, target: &Target, column: &str) {
        match target {
            Target::Kept(id, _) => {
                if let Some((_, set)) = self.updates.get_mut(id) {
                    Arc::make_mut(set).remove(column);
                    if set.is_empty() {
                        self.updates.remove(id);
                    }
                }
            }
            Target::New(_) => self.set(target, column, NewValue::Default),
        }
    }

    /// Marks a row to be deleted, or no longer; a new row just goes.
    pub(super) fn delete(&mut self, target: &Target, gone: bool) {
        match target {
            Target::Kept(id, origin) if gone => {
                self.deletes.insert(id.clone(), origin.clone());
            }
            Target::Kept(id, _) => {
                self.deletes.remove(id);
            }
            Target::New(id) => self.inserts.retain(|(one, _)| one != id),
        }
    }
}

/// Changes with the steps that led to them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Staged {
    pub(super) now: Changes,
    history: History,
    next: u32,
}

impl Staged {
    /// One step, whatever it changes.
    pub(super) fn step(&mut self, change: impl FnOnce(&mut Changes)) {
        let before = self.now.clone();
        change(&mut self.now);
        self.history.note(&before, &self.now);
    }

    /// One step that may stage more rows. Where one request would not hold them, nothing is changed, and the answer is
    /// how many rows it would have been.
    pub(super) fn grow(&mut self, change: impl FnOnce(&mut Changes)) -> Result<(), usize> {
        let before = self.now.clone();
        change(&mut self.now);
        let rows = self.now.rows();
        if rows > MAX_CHANGES && rows > before.rows() {
            self.now = before;
            return Err(rows);
        }
        self.history.note(&before, &self.now);
        Ok(())
    }

    /// New rows with these values, below those that are there.
    pub(super) fn insert(&mut self, rows: Vec<NewValues>) -> Result<(), usize> {
        let mut next = self.next;
        self.grow(|changes| {
            for values in rows {
                next = next.wrapping_add(1);
                changes.inserts.push((next, Arc::new(values)));
            }
        })?;
        self.next = next;
        Ok(())
    }

    /// Takes back a step; false when there is none.
    pub(super) fn undo(&mut self) -> bool {
        self.history.undo(&mut self.now)
    }

    /// Takes the step again.
    pub(super) fn redo(&mut self) -> bool {
        self.history.redo(&mut self.now)
    }

    /// Steps were given up for want of room.
    pub(super) fn forgot(&self) -> bool {
        self.history.forgot
    }

    /// Forgets what was applied; what came after it was sent stays. No step leads back to what is done.
    pub(super) fn applied(&mut self, sent: &Changes) {
        self.history = History::default();
        self.now.inserts.retain(|(id, _)| !sent.inserts.iter().any(|(one, _)| one == id));
        self.now.deletes.retain(|id, _| !sent.deletes.contains_key(id));
        self.now.updates.retain(|id, (_, set)| {
            if let Some((_, done)) = sent.updates.get(id) {
                Arc::make_mut(set).retain(|column, value| done.get(column) != Some(value));
            }
            !set.is_empty() && !sent.deletes.contains_key(id)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            type_name: "text".to_owned(),
            type_oid: 25,
            table_oid: None,
            attribute_number: None,
            nullable: true,
            primary_key: false,
            description: None,
            details: None,
        }
    }

    fn row() -> Target {
        let values = vec![Some("1".to_owned()), None];
        let origin = Origin {
            columns: Arc::new(vec![column("a"), column("b")]),
            record: Arc::new(Record { values, ..Record::default() }),
        };
        Target::Kept("1".to_owned(), origin)
    }

    fn text(text: &str) -> NewValue {
        NewValue::Text(text.to_owned())
    }

    fn insert(staged: &mut Staged) -> u32 {
        staged.insert(vec![NewValues::new()]).unwrap();
        staged.now.inserts.last().unwrap().0
    }

    #[test]
    fn more_rows_than_one_request_holds_are_refused_as_a_whole() {
        let mut staged = Staged::default();
        staged.insert(vec![NewValues::new(); MAX_CHANGES - 1]).unwrap();
        assert_eq!(staged.insert(vec![NewValues::new(); 2]), Err(MAX_CHANGES + 1));
        assert_eq!(staged.now.rows(), MAX_CHANGES - 1);
        staged.grow(|c| c.set(&row(), "a", text("2"))).unwrap();
        // A row that is changed and then deleted is one change, and what is staged may still be changed.
        staged.grow(|c| c.delete(&row(), true)).unwrap();
        assert_eq!(staged.now.rows(), MAX_CHANGES);
        assert_eq!(staged.insert(vec![NewValues::new()]), Err(MAX_CHANGES + 1));
        staged.grow(|c| c.delete(&Target::New(1), true)).unwrap();
        staged.insert(vec![NewValues::new()]).unwrap();
    }

    #[test]
    fn null_empty_and_default_are_three_changes_and_the_old_value_is_none() {
        let mut staged = Staged::default();
        staged.step(|c| c.set(&row(), "b", text("")));
        assert_eq!(staged.now.counts().cells, 1);
        staged.step(|c| c.set(&row(), "b", NewValue::Default));
        assert_eq!(staged.now.updates["1"].1["b"], NewValue::Default);
        staged.step(|c| c.set(&row(), "b", NewValue::Null));
        assert!(staged.now.is_empty());
    }

    #[test]
    fn steps_are_taken_back_and_again() {
        let mut staged = Staged::default();
        staged.step(|c| c.set(&row(), "a", text("2")));
        let new = insert(&mut staged);
        staged.step(|c| c.delete(&row(), true));
        assert_eq!(staged.now.counts(), Counts { cells: 0, new: 1, gone: 1 });
        assert!(staged.undo() && staged.undo());
        assert_eq!(staged.now.counts(), Counts { cells: 1, new: 0, gone: 0 });
        assert!(staged.redo());
        assert_eq!(staged.now.inserts.first().map(|(id, _)| *id), Some(new));
        staged.step(|c| c.set(&row(), "a", text("3")));
        assert!(!staged.redo());
    }

    #[test]
    fn what_was_applied_goes_and_what_came_after_it_was_sent_stays() {
        let mut staged = Staged::default();
        staged.step(|c| c.set(&row(), "a", text("2")));
        insert(&mut staged);
        let sent = staged.now.clone();
        let later = insert(&mut staged);
        staged.step(|c| c.set(&row(), "b", text("x")));
        staged.applied(&sent);
        assert_eq!(*staged.now.updates["1"].1, NewValues::from([("b".to_owned(), text("x"))]));
        assert_eq!(staged.now.inserts.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [later]);
        assert!(!staged.undo() && !staged.redo());
        let sent = staged.now.clone();
        staged.applied(&sent);
        assert!(staged.now.is_empty());
        assert!(insert(&mut staged) > later);
    }
}
