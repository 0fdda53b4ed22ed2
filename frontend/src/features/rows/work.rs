//! The work on a table: what is shown, what is staged, what is wrong; one handle for the whole screen.

use std::collections::BTreeMap;
use std::sync::Arc;

use howdah_types::permissions::Permission;
use howdah_types::row_changes::{MAX_CHANGES, NewValue, NewValues, RowsChanged};
use howdah_types::rows::{Column, RowKeyKind};
use leptos::prelude::*;

use super::changes::{Entry, id_of};
use super::referrers::Referrers;
use super::source::Source;
use super::staged::{Changes, Origin, Staged, Target};
use super::window::Record;
use crate::api::rows::{Place, RowsQuery};
use crate::state::{Address, Toasts, use_address, use_session, use_toasts};
use crate::ui::format;
use crate::ui::sheet::{At, Sheet};

/// What is wrong with staged changes: a message for a cell, or for a row as a whole.
pub(super) type Errors = BTreeMap<(Entry, Option<String>), String>;

/// What the account may do with rows.
#[expect(clippy::struct_excessive_bools, reason = "one for each permission")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct May {
    pub(super) create: bool,
    pub(super) update: bool,
    pub(super) delete: bool,
    pub(super) condition: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Work {
    pub(super) sheet: Sheet,
    pub(super) source: Source,
    pub(super) place: Memo<Place>,
    /// What the address asks for.
    pub(super) asked: Memo<RowsQuery>,
    pub(super) staged: RwSignal<Staged>,
    /// Rows that were added and applied; they stand above the others until these are read again.
    pub(super) added: RwSignal<Vec<Arc<Record>>>,
    pub(super) errors: RwSignal<Errors>,
    /// What was applied and can be taken back, the last at the end.
    pub(super) applied: RwSignal<Vec<Arc<RowsChanged>>>,
    /// What was taken back and can be done again.
    pub(super) taken_back: RwSignal<Vec<Arc<RowsChanged>>>,
    pub(super) busy: RwSignal<bool>,
    /// Why the text of the open editor could not be staged; it stays in the editor.
    pub(super) unkept: RwSignal<Option<String>>,
    /// Which columns are shown, as places in the source's, in their order.
    pub(super) visible: RwSignal<Arc<Vec<usize>>>,
    pub(super) may: Memo<May>,
    pub(super) referrers: Referrers,
    address: Address,
    toasts: Toasts,
}

impl Work {
    pub(super) fn new(place: Memo<Place>, asked: Memo<RowsQuery>) -> Self {
        let sheet = Sheet::new();
        let session = use_session();
        let may = Memo::new(move |_| May {
            create: session.can(Permission::RowCreate),
            update: session.can(Permission::RowUpdate),
            delete: session.can(Permission::RowDelete),
            condition: session.can(Permission::QueryRun),
        });
        let (staged, added) = (RwSignal::new(Staged::default()), RwSignal::new(Vec::new()));
        Self {
            sheet,
            source: Source::new(sheet, place, asked, (staged, added)),
            place,
            asked,
            staged,
            added,
            errors: RwSignal::new(Errors::new()),
            applied: RwSignal::new(Vec::new()),
            taken_back: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            unkept: RwSignal::new(None),
            visible: RwSignal::new(Arc::new(Vec::new())),
            may,
            referrers: RwSignal::new(Arc::default()),
            address: use_address(),
            toasts: use_toasts(),
        }
    }

    /// Shows something else of the table; the view before stays in the history.
    pub(super) fn show(self, query: &RowsQuery) {
        self.address.go(&super::view::address(&self.place.get_untracked(), query));
    }

    /// Goes to another address of the app.
    pub(super) fn go(self, to: &str) {
        self.address.go(to);
    }

    /// Whether these columns were read; none means all of the table.
    pub(super) fn has_columns(self, names: &[String]) -> bool {
        // With none named it is not known whether those that are here are all.
        !names.is_empty()
            && self.source.columns.with_untracked(|columns| {
                let columns = columns.as_ref();
                columns.is_some_and(|columns| {
                    names.iter().all(|name| columns.iter().any(|column| column.name == *name))
                })
            })
    }

    /// New rows and those that were just added stand above the others.
    pub(super) fn above(self) -> (usize, usize) {
        let new = self.staged.with_untracked(|staged| staged.now.inserts.len());
        (new, self.added.with_untracked(Vec::len))
    }

    /// How many rows the sheet has.
    pub(super) fn count(self) -> usize {
        let (new, added) = self.above();
        new + added + self.source.length()
    }

    /// Tells the sheet that rows have changed.
    pub(super) fn redraw(self) {
        let count = self.count();
        if self.sheet.rows.get_untracked() != count {
            self.sheet.rows.set(count);
        }
        self.sheet.redraw();
    }

    /// The record of a row of the sheet, where it is one that is there.
    pub(super) fn record(self, row: usize) -> Option<Arc<Record>> {
        let (new, added) = self.above();
        if row < new {
            return None;
        }
        if row < new + added {
            return self.added.with_untracked(|rows| rows.get(row - new).cloned());
        }
        self.source.row(row - new - added)
    }

    /// What a change of a row of the sheet is about.
    pub(super) fn target(self, row: usize) -> Option<Target> {
        let new = self.staged.with_untracked(|staged| staged.now.inserts.get(row).map(|(id, _)| *id));
        if let Some(id) = new {
            return Some(Target::New(id));
        }
        let record = self.record(row)?;
        let columns = self.source.all_columns();
        let id = id_of(&columns, &record, &self.source.key());
        Some(Target::Kept(id, Origin { columns, record }))
    }

    /// The column at a place of the sheet, with its place in the source.
    pub(super) fn column(self, shown: usize) -> Option<(usize, Column)> {
        let at = self.visible.with_untracked(|visible| visible.get(shown).copied())?;
        let column = self.source.columns.with_untracked(|columns| columns.as_ref()?.get(at).cloned())?;
        Some((at, column))
    }

    /// What is staged for a column of a row; in a new row that is the default where nothing else is.
    pub(super) fn staged_in(self, target: &Target, column: &str) -> Option<NewValue> {
        self.staged.with_untracked(|staged| match target {
            Target::New(id) => {
                let (_, values) = staged.now.inserts.iter().find(|(one, _)| one == id)?;
                Some(values.get(column).cloned().unwrap_or(NewValue::Default))
            }
            Target::Kept(id, _) => staged.now.updates.get(id).and_then(|(_, set)| set.get(column).cloned()),
        })
    }

    /// What is staged in a cell.
    pub(super) fn staged_at(self, at: At) -> Option<NewValue> {
        let (_, column) = self.column(at.column)?;
        self.staged_in(&self.target(at.row)?, &column.name)
    }

    /// What stands in a cell, staged or not; none where nothing is known.
    pub(super) fn value(self, at: At) -> Option<NewValue> {
        let (index, column) = self.column(at.column)?;
        let target = self.target(at.row)?;
        self.staged_in(&target, &column.name).or_else(|| match target {
            Target::Kept(_, origin) => origin.record.values.get(index).cloned().map(NewValue::from),
            Target::New(_) => None,
        })
    }

    /// Why a cell cannot be changed; none when it can.
    pub(super) fn locked(self, row: usize, column: &Column) -> Option<String> {
        let may = self.may.get_untracked();
        let new = row < self.above().0;
        if if new { !may.create } else { !may.update } {
            return Some("Your account may not change rows".to_owned());
        }
        if let Some(details) = &column.details {
            if details.generated {
                let how = details.default.as_deref().unwrap_or("other columns");
                return Some(format!("{} is generated from {how}", column.name));
            }
            if !details.writable {
                return Some(format!("{} cannot be written", column.name));
            }
            if !new && details.identity == Some(howdah_types::rows::Identity::Always) {
                return Some(format!("{} is GENERATED ALWAYS AS IDENTITY", column.name));
            }
        } else {
            return Some(format!("{} is no column of a table", column.name));
        }
        if !new && self.record(row).is_none() {
            return Some("The row is not here yet".to_owned());
        }
        None
    }

    /// Sets cells in one step; says whether it was done.
    pub(super) fn set(self, cells: Vec<(usize, String, NewValue)>) -> bool {
        let targets = cells
            .into_iter()
            .filter_map(|(row, column, value)| Some((self.target(row)?, column, value)))
            .collect();
        self.said(self.set_in(targets))
    }

    /// As [`Self::set`], in rows that are known by what they are: their places may be others by now. Else why not.
    pub(super) fn set_in(self, targets: Vec<(Target, String, NewValue)>) -> Result<(), String> {
        self.try_grow(|staged| {
            staged.grow(|changes| {
                for (target, column, value) in &targets {
                    changes.set(target, column, value.clone());
                }
            })
        })?;
        for (target, column, _) in targets {
            let entry = entry_of(&target);
            self.errors.update(|errors| {
                errors.remove(&(entry.clone(), Some(column)));
                errors.remove(&(entry, None));
            });
        }
        Ok(())
    }

    /// Changes what is staged, and shows it.
    pub(super) fn stage(self, change: impl FnOnce(&mut Staged)) {
        self.staged.update(change);
        self.redraw();
    }

    /// As [`Self::stage`], with what may be more than one request holds: then it says so, and nothing is changed.
    pub(super) fn grow(self, change: impl FnOnce(&mut Staged) -> Result<(), usize>) -> bool {
        self.said(self.try_grow(change))
    }

    fn said(self, outcome: Result<(), String>) -> bool {
        outcome.map_err(|why| self.toasts.failed(why)).is_ok()
    }

    fn try_grow(self, change: impl FnOnce(&mut Staged) -> Result<(), usize>) -> Result<(), String> {
        let mut outcome = Ok(());
        self.stage(|staged| outcome = change(staged));
        outcome.map_err(|rows| {
            let rows = format::plural(i64::try_from(rows).unwrap_or(i64::MAX), "row", "rows");
            format!(
                "Nothing was staged: {rows} would be changed at once, and one transaction takes {MAX_CHANGES}. Apply what \
                 is staged first, or import a file, or change all rows that a filter shows."
            )
        })
    }

    /// An open editor ends as when one clicks elsewhere: what was typed is staged.
    pub(super) fn settle(self) {
        if self.sheet.editing.get_untracked().is_some() {
            self.sheet.focus();
        }
    }

    /// Takes away marks of rows that are to be deleted, or sets them.
    pub(super) fn mark(self, targets: &[Target], gone: bool) -> bool {
        let change = |changes: &mut Changes| {
            for target in targets {
                changes.delete(target, gone);
            }
        };
        self.grow(|staged| staged.grow(change))
    }

    /// A new row below the other new ones, with the cursor on it.
    pub(super) fn add_row(self, values: NewValues) {
        let row = self.above().0;
        if !self.grow(|staged| staged.insert(vec![values])) {
            return;
        }
        let column = self.first_to_fill();
        self.sheet.put(At { row, column }, false);
        self.sheet.focus();
    }

    /// The focus is on nothing any more, as what had it is gone: the sheet takes it.
    pub(super) fn hold_focus(self) {
        request_animation_frame(move || {
            let here = document().active_element().is_some_and(|element| element.tag_name() != "BODY");
            if !here {
                self.sheet.focus();
            }
        });
    }

    /// The first column of a new row that somebody would fill in.
    fn first_to_fill(self) -> usize {
        let columns = self.visible.with_untracked(|visible| visible.len());
        let wanted = (0..columns).find(|at| {
            self.column(*at).is_some_and(|(_, column)| {
                column.details.is_some_and(|d| d.writable && d.default.is_none() && d.identity.is_none())
            })
        });
        wanted.unwrap_or_default()
    }

    /// How rows are told apart, in words; none while it is not known.
    pub(super) fn told_apart(self) -> Option<&'static str> {
        match self.source.facts.with(|facts| facts.as_ref().map(|facts| facts.key.kind))? {
            RowKeyKind::PrimaryKey => None,
            RowKeyKind::Unique => Some("no primary key: rows are told apart by a unique index"),
            RowKeyKind::Address => {
                Some("no key: a row is found where it lies, and only while nobody has changed it")
            }
            RowKeyKind::None => {
                Some("a view or foreign table: a change is refused when it would meet more than one row")
            }
        }
    }
}

/// The row that a target is, as errors name it.
pub(super) fn entry_of(target: &Target) -> Entry {
    match target {
        Target::Kept(id, _) => Entry::Kept(id.clone()),
        Target::New(id) => Entry::New(*id),
    }
}
