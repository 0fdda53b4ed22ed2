//! What a person does to the sheet becomes changes, questions and other views.

use howdah_types::row_changes::{NewValue, NewValues};
use howdah_types::rows::Column;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::apply::Desk;
use super::cell::Viewed;
use super::edit::{self, Begun};
use super::filter::Editing;
use super::menus;
use super::staged::Target;
use super::tools::read_again;
use super::view::{rows_where, sorted};
use super::work::Work;
use crate::api::rows::{Place, RowsQuery, Start};
use crate::ui::sheet::{At, Block, CopyAs, Deed, PopItem, Spot, copied, pasted};
use crate::ui::{copy_text, format};

/// The most cells that are copied at once.
const MOST: usize = 200_000;

/// A menu that is open: what it is called, where, and what it holds.
pub(super) type Popped = Option<(String, Spot, Vec<PopItem>)>;

/// Everything that deeds reach.
#[derive(Clone, Copy)]
pub(super) struct Hands {
    pub(super) desk: Desk,
    pub(super) begun: RwSignal<Begun>,
    pub(super) viewed: RwSignal<Option<Viewed>>,
    pub(super) pop: RwSignal<Popped>,
    pub(super) filter: RwSignal<Option<Editing>>,
    pub(super) widths: RwSignal<std::collections::BTreeMap<String, f64>>,
}

impl Hands {
    pub(super) fn work(self) -> Work {
        self.desk.work
    }

    pub(super) fn take(self, deed: Deed) {
        let work = self.work();
        match deed {
            Deed::Edit(at, typed) => edit::begin(self.desk, self.begun, at, typed, || self.open(at)),
            Deed::Open(at) => self.open(at),
            Deed::Follow(at) => self.follow(at),
            Deed::FollowBack(at, spot) => self.follow_back(at, spot),
            Deed::Clear(block) => self.put(block, &NewValue::Null),
            Deed::DeleteRows(rows) => self.delete(rows),
            Deed::Copy(block) => self.copy(block, CopyAs::Tsv),
            Deed::Paste(block, text) => self.paste(block, &text),
            Deed::FillDown(block) => self.fill_down(block),
            Deed::Sort(column, add) => self.sort(column, add),
            Deed::Move(from, to) => self.reorder(from, to),
            Deed::Resized(column, width) => {
                if let Some((_, column)) = work.column(column) {
                    self.widths.update(|widths| {
                        widths.insert(column.name, width);
                    });
                }
            }
            Deed::ColumnMenu(column, spot) => self.pop.set(menus::column(self, column, spot)),
            Deed::CellMenu(at, spot) => self.pop.set(menus::cell(self, at, spot)),
            Deed::First => self.first(),
            Deed::Last => self.last(),
            Deed::InSight(rows) => {
                let (new, added) = work.above();
                let above = new + added;
                work.source.look(rows.start.saturating_sub(above)..rows.end.saturating_sub(above));
            }
        }
    }

    /// Shows what stands in a cell, staged or not.
    pub(super) fn open(self, at: At) {
        let work = self.work();
        let Some((index, column)) = work.column(at.column) else { return };
        let (record, staged) = (work.record(at.row), work.staged_at(at));
        if record.is_none() && staged.is_none() {
            return;
        }
        self.viewed.set(Some(Viewed { column, index, record: record.unwrap_or_default(), staged }));
    }

    /// The address of the row that a cell refers to, by what stands in the row now.
    pub(super) fn leads_to(self, at: At) -> Option<String> {
        let work = self.work();
        let (_, column) = work.column(at.column)?;
        let reference = column.details?.references?;
        let target = work.target(at.row)?;
        let held = |name: &str| match (work.staged_in(&target, name), &target) {
            (Some(value), _) => value.text().map(ToOwned::to_owned),
            (None, Target::Kept(_, origin)) => origin.held(name).flatten(),
            (None, Target::New(_)) => None,
        };
        let pairs: Option<Vec<(String, String)>> = reference
            .columns
            .iter()
            .zip(&reference.referenced)
            .map(|(column, other)| Some((other.clone(), held(column)?)))
            .collect();
        let place = Place {
            database: work.place.get_untracked().database,
            schema: reference.schema,
            table: reference.table,
        };
        Some(rows_where(&place, pairs?.into_iter()))
    }

    fn follow(self, at: At) {
        match self.leads_to(at) {
            Some(to) => self.work().go(&to),
            None => self.desk.toasts.info("This cell refers to no other row"),
        }
    }

    fn follow_back(self, at: At, spot: Spot) {
        match super::referrers::to_row(self.work(), at.row).as_slice() {
            [] => self.desk.toasts.info("No foreign key leads to this row"),
            [(_, to)] => self.work().go(to),
            all => self.pop.set(menus::referring(self, at, spot, all)),
        }
    }

    /// The same value into every cell that takes it.
    pub(super) fn put(self, block: Block, value: &NewValue) {
        let work = self.work();
        if self.desk.waits() {
            return;
        }
        let mut cells = Vec::new();
        let mut left_out = None;
        for row in block.rows() {
            for at in block.columns() {
                let Some((_, column)) = work.column(at) else { continue };
                match self.refused(row, &column, value) {
                    None => cells.push((row, column.name, value.clone())),
                    Some(why) => left_out = Some(why),
                }
            }
        }
        let done = cells.is_empty() || work.set(cells);
        if let Some(why) = left_out.filter(|_| done) {
            self.desk.toasts.info(why);
        }
    }

    fn refused(self, row: usize, column: &Column, value: &NewValue) -> Option<String> {
        if let Some(why) = self.work().locked(row, column) {
            return Some(why);
        }
        (*value == NewValue::Null && !column.nullable).then(|| format!("{} is NOT NULL", column.name))
    }

    pub(super) fn delete(self, rows: std::ops::RangeInclusive<usize>) {
        let work = self.work();
        if self.desk.waits() {
            return;
        }
        let new = work.above().0;
        if !work.may.get_untracked().delete && rows.clone().any(|row| row >= new) {
            self.desk.toasts.info("Your account may not delete rows");
            return;
        }
        let wanted = rows.end() - rows.start() + 1;
        let targets: Vec<Target> = rows.filter_map(|row| work.target(row)).collect();
        let all_gone = work.staged.with_untracked(|staged| {
            targets.iter().all(|target| match target {
                Target::Kept(id, _) => staged.now.deletes.contains_key(id),
                Target::New(_) => false,
            })
        });
        let missing = wanted.saturating_sub(targets.len());
        if work.mark(&targets, !all_gone) && missing > 0 {
            let rows = format::plural(i64::try_from(missing).unwrap_or(i64::MAX), "row is", "rows are");
            self.desk.toasts.info(format!("{rows} not here yet, and not marked"));
        }
    }

    /// Copies a block as it stands, with what is staged.
    pub(super) fn copy(self, block: Block, kind: CopyAs) {
        let work = self.work();
        let toasts = self.desk.toasts;
        let columns: Vec<(usize, Column)> = block.columns().filter_map(|at| work.column(at)).collect();
        let wanted = (block.last.row - block.first.row + 1) * columns.len();
        if wanted > MOST {
            toasts.info("That is too much to copy; export it instead");
            return;
        }
        let (mut rows, mut cut) = (Vec::new(), 0_usize);
        for row in block.rows() {
            let Some(target) = work.target(row) else { continue };
            let mut cells = Vec::with_capacity(columns.len());
            for (at, (index, _)) in block.columns().zip(&columns) {
                let at = At { row, column: at };
                let value = work.value(at);
                if let (Target::Kept(_, origin), None) = (&target, work.staged_at(at)) {
                    cut += usize::from(origin.record.cut_at(*index).is_some());
                }
                cells.push(value.unwrap_or(NewValue::Null));
            }
            rows.push(cells);
        }
        let names: Vec<String> = columns.iter().map(|(_, column)| column.name.clone()).collect();
        let place = work.place.get_untracked();
        if block.is_single() && kind == CopyAs::Tsv {
            self.copy_one(block.first, place);
            return;
        }
        let ident = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let table = format!("{}.{}", ident(&place.schema), ident(&place.table));
        let text = copied(kind, &names, &rows, &table);
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let missing = (block.last.row - block.first.row + 1).saturating_sub(rows.len());
        spawn_local(async move {
            if !copy_text(&text).await {
                toasts.failed("The browser does not allow copying");
            } else if cut > 0 || missing > 0 {
                toasts.info(format!(
                    "Copied {}; {cut} long values only in part, {missing} rows are not here",
                    format::plural(count, "row", "rows")
                ));
            } else {
                toasts.done(format!("Copied {}", format::plural(count, "row", "rows")));
            }
        });
    }

    /// A single cell is copied as it is, without quotes and whole.
    fn copy_one(self, at: At, place: Place) {
        let work = self.work();
        let (api, toasts) = (self.desk.api, self.desk.toasts);
        let Some((index, column)) = work.column(at.column) else { return };
        let value = work.value(at);
        // What is staged stands in the cell, and is here whole.
        let (record, staged) = (work.record(at.row), work.staged_at(at).is_some());
        spawn_local(async move {
            let cut = record.filter(|record| !staged && record.cut_at(index).is_some());
            let text = match (cut, value) {
                (Some(record), _) => super::cell::whole(api, &place, &column, &record, index).await,
                (None, value) => Ok(value.and_then(|value| value.text().map(ToOwned::to_owned))),
            };
            match text {
                Err(problem) => toasts.failed(problem.detail),
                Ok(None) => toasts.info(format!("{} is NULL: there is nothing to copy", column.name)),
                Ok(Some(text)) if copy_text(&text).await => toasts.done(format!("Copied {}", column.name)),
                Ok(Some(_)) => toasts.failed("The browser does not allow copying"),
            }
        });
    }

    /// Pastes a block from its first cell on; one value fills all that is selected. Below new rows come more new rows.
    pub(super) fn paste(self, block: Block, text: &str) {
        let work = self.work();
        if self.desk.waits() {
            return;
        }
        let data = pasted(text);
        let one = match data.as_slice() {
            [row] => match row.as_slice() {
                [value] => Some(value.clone()),
                _ => None,
            },
            _ => None,
        };
        if let Some(value) = one {
            // A single value is taken as it is: it may hold quotes and line ends of its own.
            let whole =
                if text.contains('"') { Some(text.trim_end_matches(['\r', '\n']).to_owned()) } else { value };
            self.put(block, &NewValue::from(whole));
            return;
        }
        let new = work.above().0;
        let missing =
            if block.first.row < new { (block.first.row + data.len()).saturating_sub(new) } else { 0 };
        if missing > 0 && !work.grow(|staged| staged.insert(vec![NewValues::new(); missing])) {
            return;
        }
        let (mut cells, mut left_out) = (Vec::new(), 0_usize);
        let width = data.iter().map(Vec::len).max().unwrap_or_default();
        for (down, line) in data.iter().enumerate() {
            for (right, value) in line.iter().enumerate() {
                let at = At { row: block.first.row + down, column: block.first.column + right };
                let Some((_, column)) = work.column(at.column) else {
                    left_out += 1;
                    continue;
                };
                let value = NewValue::from(value.clone());
                if at.row >= work.count() || self.refused(at.row, &column, &value).is_some() {
                    left_out += 1;
                } else {
                    cells.push((at.row, column.name, value));
                }
            }
        }
        let count = cells.len();
        if !work.set(cells) {
            return;
        }
        let last =
            At { row: block.first.row + data.len() - 1, column: block.first.column + width.max(1) - 1 };
        work.sheet.select(Block { first: block.first, last });
        let said =
            format!("Pasted {}", format::plural(i64::try_from(count).unwrap_or(i64::MAX), "cell", "cells"));
        if left_out > 0 {
            self.desk.toasts.info(format!("{said}; {left_out} had no place or cannot be changed"));
        } else {
            self.desk.toasts.done(said);
        }
    }

    fn fill_down(self, block: Block) {
        let work = self.work();
        if self.desk.waits() {
            return;
        }
        let mut cells = Vec::new();
        for at in block.columns() {
            let Some((_, column)) = work.column(at) else { continue };
            let Some(value) = work.value(At { row: block.first.row, column: at }) else { continue };
            let below = block.rows().skip(1).filter(|row| self.refused(*row, &column, &value).is_none());
            cells.extend(below.map(|row| (row, column.name.clone(), value.clone())));
        }
        work.set(cells);
    }

    pub(super) fn sort(self, column: usize, add: bool) {
        let work = self.work();
        let Some((_, column)) = work.column(column) else { return };
        if column.details.as_ref().is_some_and(|details| !details.sortable) {
            self.desk.toasts.info(format!("{} has no order to sort by", column.type_name));
            return;
        }
        let asked = work.asked.get_untracked();
        work.show(&RowsQuery { sort: sorted(&asked.sort, &column.name, add), ..asked });
    }

    /// The names of the columns that are shown, in their order.
    pub(super) fn names(self) -> Vec<String> {
        let work = self.work();
        let columns = work.source.all_columns();
        let visible = work.visible.get_untracked();
        visible.iter().filter_map(|at| columns.get(*at)).map(|column| column.name.clone()).collect()
    }

    fn reorder(self, from: usize, to: usize) {
        let mut names = self.names();
        if from < names.len() && to < names.len() {
            let name = names.remove(from);
            names.insert(to, name);
            self.show_columns(names);
        }
    }

    pub(super) fn show_columns(self, columns: Vec<String>) {
        let work = self.work();
        work.show(&RowsQuery { columns, ..work.asked.get_untracked() });
    }

    fn first(self) {
        let work = self.work();
        // What is on its way would arrive after it, and lead away again.
        let waits = work.source.reading.get_untracked();
        if work.source.ends().0 && !waits {
            work.sheet.put(At::default(), false);
        } else {
            read_again(work);
        }
    }

    fn last(self) {
        let work = self.work();
        let stuck = work.source.facts.with_untracked(|facts| facts.as_ref().is_some_and(|facts| facts.stuck));
        let waits = work.source.reading.get_untracked();
        if work.source.ends().1 && !waits {
            work.sheet.to_end();
        } else if stuck {
            self.desk.toasts.info("Sort the rows first: without an order there is no last one");
        } else {
            work.source.read(Start::Last, move |fine| {
                if fine {
                    work.added.set(Vec::new());
                    work.redraw();
                    work.sheet.to_end();
                }
            });
        }
    }
}
