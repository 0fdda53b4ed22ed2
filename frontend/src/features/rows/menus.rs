//! The menus of columns and cells.

use howdah_types::row_changes::NewValue;
use howdah_types::rows::{Filter, FilterOp, SortKey};
use leptos::prelude::*;

use super::deeds::{Hands, Popped};
use super::filter::Editing;
use crate::api::rows::RowsQuery;
use crate::ui::sheet::{At, CopyAs, PopItem, Spot};

pub(super) fn column(hands: Hands, at: usize, spot: Spot) -> Popped {
    let work = hands.work();
    let (_, column) = work.column(at)?;
    let name = column.name.clone();
    let sortable = column.details.as_ref().is_none_or(|details| details.sortable);
    let mut items = Vec::new();
    if sortable {
        for (label, descending) in [("Sort ascending", false), ("Sort descending", true)] {
            let name = name.clone();
            items.push(PopItem::new(label, move || {
                let sort = vec![SortKey { column: name.clone(), descending, nulls: None }];
                work.show(&RowsQuery { sort, ..work.asked.get_untracked() });
            }));
        }
        items.push(PopItem::new("Add to the sort", move || hands.sort(at, true)).keys("Shift click"));
    }
    let filtered = name.clone();
    items.push(
        PopItem::new("Filter …", move || hands.filter.set(Some(Editing::New(Some(filtered.clone())))))
            .apart(),
    );
    let count = hands.names().len();
    let moved = move |to: usize| {
        let mut names = hands.names();
        let name = names.remove(at);
        names.insert(to, name);
        hands.show_columns(names);
    };
    if at > 0 {
        items.push(PopItem::new("Move to the left", move || moved(at - 1)).apart());
        items.push(PopItem::new("Move to the front", move || moved(0)));
    }
    if at + 1 < count {
        items.push(PopItem::new("Move to the right", move || moved(at + 1)));
    }
    if count > 1 {
        items.push(PopItem::new("Hide", move || {
            let mut names = hands.names();
            names.remove(at);
            hands.show_columns(names);
        }));
    }
    let copied = column.name.clone();
    let toasts = hands.desk.toasts;
    items.push(
        PopItem::new("Copy the name", move || {
            let name = copied.clone();
            leptos::task::spawn_local(async move {
                if !crate::ui::copy_text(&name).await {
                    toasts.failed("The browser does not allow copying");
                }
            });
        })
        .apart(),
    );
    Some((format!("Column {name}"), spot, items))
}

pub(super) fn cell(hands: Hands, at: At, spot: Spot) -> Popped {
    let work = hands.work();
    let (_, column) = work.column(at.column)?;
    let block = untrack(|| work.sheet.selected());
    let target = work.target(at.row)?;
    let mut items = Vec::new();
    let locked = work.locked(at.row, &column).is_some();
    if !locked {
        items.push(
            PopItem::new("Edit", move || {
                super::edit::begin(hands.desk, hands.begun, at, None, || {});
            })
            .keys("F2"),
        );
    }
    items.push(PopItem::new("Show the whole value", move || hands.open(at)).keys("Space"));
    if let Some(to) = hands.leads_to(at) {
        items.push(PopItem::new("Open the row it refers to", move || work.go(&to)).keys("Ctrl Enter"));
    }
    for (nth, (label, to)) in super::referrers::to_row(work, at.row).into_iter().enumerate() {
        let item = PopItem::new(label, move || work.go(&to));
        items.push(if nth == 0 { item.apart() } else { item });
    }
    if let Some(value) = work.value(at) {
        let filter = match value {
            NewValue::Text(text) => Some((FilterOp::Equal, Some(text))),
            NewValue::Null => Some((FilterOp::IsNull, None)),
            NewValue::Default => None,
        };
        if let Some((op, value)) = filter {
            let name = column.name.clone();
            let only = PopItem::new("Filter by this value", move || {
                let mut asked = work.asked.get_untracked();
                asked.filter.push(Filter {
                    column: name.clone(),
                    op,
                    value: value.clone(),
                    values: Vec::new(),
                });
                work.show(&asked);
            });
            items.push(only.apart());
        }
    }
    for (label, kind, keys) in [
        ("Copy", CopyAs::Tsv, "Ctrl C"),
        ("Copy with names", CopyAs::TsvWithNames, ""),
        ("Copy as CSV", CopyAs::Csv, ""),
        ("Copy as JSON", CopyAs::Json, ""),
        ("Copy as INSERT", CopyAs::Insert, ""),
    ] {
        let item = PopItem::new(label, move || hands.copy(block, kind)).keys(keys);
        items.push(if kind == CopyAs::Tsv { item.apart() } else { item });
    }
    if !locked {
        set_items(hands, at, &mut items);
    }
    if work.may.get_untracked().delete {
        let rows = block.rows();
        let many = block.first.row != block.last.row;
        let is_gone = match &target {
            super::staged::Target::Kept(id, _) => {
                work.staged.with_untracked(|staged| staged.now.deletes.contains_key(id))
            }
            super::staged::Target::New(_) => false,
        };
        let label = match (is_gone, many) {
            (true, _) => "Do not delete",
            (false, true) => "Delete these rows",
            (false, false) => "Delete this row",
        };
        let item = PopItem::new(label, move || hands.delete(rows.clone())).keys("Ctrl Del").apart();
        items.push(if is_gone { item } else { item.danger() });
    }
    Some((format!("{} of row {}", column.name, at.row + 1), spot, items))
}

/// What refers to the row, where it is more than one key.
pub(super) fn referring(hands: Hands, at: At, spot: Spot, found: &[(String, String)]) -> Popped {
    let work = hands.work();
    let one = |(label, to): &(String, String)| {
        let to = to.clone();
        PopItem::new(label.clone(), move || work.go(&to))
    };
    let items: Vec<PopItem> = found.iter().map(one).collect();
    (!items.is_empty()).then(|| (format!("What refers to row {}", at.row + 1), spot, items))
}

fn set_items(hands: Hands, at: At, items: &mut Vec<PopItem>) {
    let work = hands.work();
    let block = untrack(|| work.sheet.selected());
    let Some((_, column)) = work.column(at.column) else { return };
    let default = column.details.as_ref().is_some_and(|d| d.default.is_some() || d.identity.is_some());
    let mut first = true;
    let mut add = |item: PopItem| {
        items.push(if std::mem::take(&mut first) { item.apart() } else { item });
    };
    if column.nullable {
        add(PopItem::new("Set NULL", move || hands.put(block, &NewValue::Null)).keys("Del"));
    }
    if default {
        add(PopItem::new("Set the default", move || hands.put(block, &NewValue::Default)));
    }
    let textual = column.details.as_ref().is_some_and(|d| matches!(d.base_type_oid, 25 | 1042 | 1043));
    if textual {
        add(PopItem::new("Set an empty text", move || hands.put(block, &NewValue::Text(String::new()))));
    }
    let staged = work.value(at).is_some() && is_staged(hands, at);
    if staged {
        let name = column.name.clone();
        add(PopItem::new("Take back this change", move || {
            if let Some(target) = work.target(at.row).filter(|_| !hands.desk.waits()) {
                work.stage(|staged| staged.step(|changes| changes.restore(&target, &name)));
            }
        }));
    }
}

fn is_staged(hands: Hands, at: At) -> bool {
    let work = hands.work();
    let (Some(super::staged::Target::Kept(id, _)), Some((_, column))) =
        (work.target(at.row), work.column(at.column))
    else {
        return false;
    };
    work.staged.with_untracked(|staged| {
        staged.now.updates.get(&id).is_some_and(|(_, set)| set.contains_key(&column.name))
    })
}
