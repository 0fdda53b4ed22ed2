//! Somebody else has changed the row meanwhile: both versions, and the choice.

use std::sync::Arc;

use howdah_types::row_changes::NewValue;
use howdah_types::rows::Column;
use leptos::prelude::*;

use super::apply::{Conflict, Desk};
use super::changes::{Entry, record};
use super::staged::{Changes, Origin, Values};
use super::window::{Record, Revised};
use super::work::Errors;
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, DialogSize};

#[component]
pub(super) fn ConflictDialog(desk: Desk, conflict: Conflict) -> impl IntoView {
    let close = Callback::new(move |()| desk.conflict.set(None));
    let lines = lines(desk, &conflict);
    let conflict = StoredValue::new(conflict);
    let theirs = move |_| {
        settle(desk, &conflict.get_value(), false);
        close.run(());
    };
    let mine = Callback::new(move |()| {
        settle(desk, &conflict.get_value(), true);
        close.run(());
        desk.apply();
    });
    let rows = lines.into_iter().map(|line| {
        let Line { column, was, mine, now, changed } = line;
        view! {
            <tr class:differs=changed>
                <th scope="row">{column}</th>
                <td>{shown(was.as_ref())}</td>
                <td class:edited=mine.is_some()>{mine.as_ref().map(shown_new)}</td>
                <td>{shown(now.as_ref())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let rows = StoredValue::new_local(Some(rows));
    view! {
        <Dialog
            open=RwSignal::new(true)
            title="Somebody else has changed this row"
            size=DialogSize::Large
            on_close=close
            on_submit=mine
        >
            <p>"Nothing was applied. Columns that differ, or that you changed:"</p>
            <div class="card scroll-x" tabindex="0" role="group" aria-label="Both versions">
                <table class="grid cells conflict">
                    <thead>
                        <tr>
                            <th scope="col">"Column"</th>
                            <th scope="col">"When you read it"</th>
                            <th scope="col">"Yours"</th>
                            <th scope="col">"In the database now"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.try_update_value(Option::take).flatten()}</tbody>
                </table>
            </div>
            <DialogActions>
                <span class="left"><Button on_click=move |_| close.run(())>"Decide later"</Button></span>
                <Button on_click=theirs>"Take theirs"</Button>
                <Button kind=ButtonKind::Primary submit=true>"Overwrite with mine"</Button>
            </DialogActions>
        </Dialog>
    }
}

/// A column of the two versions.
struct Line {
    column: String,
    was: Option<String>,
    mine: Option<NewValue>,
    now: Option<String>,
    /// It is not as it was read.
    changed: bool,
}

fn origin(changes: &Changes, entry: &Entry) -> Option<(Origin, Values)> {
    let Entry::Kept(id) = entry else { return None };
    changes
        .updates
        .get(id)
        .cloned()
        .or_else(|| changes.deletes.get(id).map(|origin| (origin.clone(), Values::default())))
}

fn lines(desk: Desk, conflict: &Conflict) -> Vec<Line> {
    let found = desk.work.staged.with_untracked(|staged| origin(&staged.now, &conflict.entry));
    let Some((origin, set)) = found else { return Vec::new() };
    let line = |(name, now): (&String, &Option<String>)| {
        let was = origin.index(name).and_then(|at| origin.record.values.get(at).cloned().flatten());
        let known = origin.held(name).is_some();
        let changed = known && was != *now;
        let mine = set.get(name).cloned();
        (changed || mine.is_some()).then(|| Line {
            column: name.clone(),
            was,
            mine,
            now: now.clone(),
            changed,
        })
    };
    conflict.now.columns.iter().zip(&conflict.now.current.values).filter_map(line).collect()
}

fn shown(value: Option<&String>) -> AnyView {
    match value {
        Some(text) if text.is_empty() => view! { <span class="null">"empty"</span> }.into_any(),
        Some(text) => text.clone().into_any(),
        None => view! { <span class="null">"NULL"</span> }.into_any(),
    }
}

fn shown_new(value: &NewValue) -> AnyView {
    match value {
        NewValue::Text(text) => shown(Some(text)),
        NewValue::Null => shown(None),
        NewValue::Default => view! { <span class="null">"default"</span> }.into_any(),
    }
}

/// The row is as the server says now; `mine` keeps what is staged for it, on top of that.
fn settle(desk: Desk, conflict: &Conflict, mine: bool) {
    let work = desk.work;
    let Entry::Kept(id) = &conflict.entry else { return };
    let columns = work.source.all_columns();
    let now = Arc::new(current(conflict, &columns));
    let key = work.source.key();
    let revised = |record: &Record| {
        (super::changes::id_of(&columns, record, &key) == *id).then(|| Revised::Now(Arc::clone(&now)))
    };
    work.source.revise(revised);
    work.stage(|staged| {
        staged.step(|changes| {
            if mine {
                let fresh = Origin { columns: Arc::clone(&columns), record: Arc::clone(&now) };
                if let Some((origin, _)) = changes.updates.get_mut(id) {
                    *origin = fresh.clone();
                }
                if let Some(origin) = changes.deletes.get_mut(id) {
                    *origin = fresh;
                }
            } else {
                changes.updates.remove(id);
                changes.deletes.remove(id);
            }
        });
    });
    work.errors.update(|errors: &mut Errors| errors.retain(|(entry, _), _| *entry != conflict.entry));
    work.redraw();
    work.hold_focus();
}

/// The row of the problem with the columns of the page.
fn current(conflict: &Conflict, columns: &[Column]) -> Record {
    let all = record(&conflict.now.current);
    let mut fitted =
        Record { address: all.address.clone(), version: all.version.clone(), ..Record::default() };
    for (at, column) in columns.iter().enumerate() {
        let place = conflict.now.columns.iter().position(|name| *name == column.name);
        fitted.values.push(place.and_then(|place| all.values.get(place).cloned().flatten()));
        if let Some(bytes) = place.and_then(|place| all.cut_at(place)) {
            fitted.cut.push((at, bytes));
        }
    }
    fitted
}
