//! The keys of a spreadsheet.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::model::{At, Block, Deed};
use super::moves::Step;
use super::popup::Spot;
use super::state::Sheet;

pub(super) fn keydown(
    ev: &KeyboardEvent,
    sheet: Sheet,
    filled: Callback<At, bool>,
    on_deed: Callback<Deed>,
    editable: bool,
) {
    if ev.default_prevented() || sheet.editing.get_untracked().is_some() || ev.is_composing() {
        return;
    }
    let control = ev.ctrl_key() || ev.meta_key();
    let key = ev.key();
    let taken = if sheet.on_head.get_untracked() {
        on_head(&key, ev.shift_key(), sheet, on_deed)
    } else {
        moves(&key, control, ev, sheet, filled, on_deed)
            || deeds(&key, control, ev, sheet, on_deed)
            || typed(&key, control || ev.alt_key(), sheet, on_deed, editable)
    };
    if taken {
        ev.prevent_default();
        ev.stop_propagation();
    }
}

/// On a header: Enter sorts, Shift with Enter adds to the sort, Alt with the arrow down opens the menu.
fn on_head(key: &str, shift: bool, sheet: Sheet, on_deed: Callback<Deed>) -> bool {
    let column = sheet.cursor().column;
    let last = sheet.count().saturating_sub(1);
    match key {
        "Enter" => on_deed.run(Deed::Sort(column, shift)),
        "F10" | "ContextMenu" => on_deed.run(Deed::ColumnMenu(column, Spot::below_head(sheet, column))),
        "ArrowDown" | "Escape" => sheet.put(sheet.cursor(), false),
        "ArrowLeft" | "ArrowRight" | "Home" | "End" => {
            let to = match key {
                "ArrowLeft" => column.saturating_sub(1),
                "ArrowRight" => (column + 1).min(last),
                "Home" => 0,
                _ => last,
            };
            sheet.put(At { column: to, ..sheet.cursor() }, false);
            sheet.on_head.set(true);
        }
        _ => return false,
    }
    true
}

fn moves(
    key: &str,
    control: bool,
    ev: &KeyboardEvent,
    sheet: Sheet,
    filled: Callback<At, bool>,
    on_deed: Callback<Deed>,
) -> bool {
    let shift = ev.shift_key();
    if ev.alt_key() {
        if key == "ArrowDown" {
            let column = sheet.cursor().column;
            on_deed.run(Deed::ColumnMenu(column, Spot::below_head(sheet, column)));
            return true;
        }
        return false;
    }
    let step = match (key, control) {
        ("ArrowUp", false) if sheet.cursor().row == 0 && !shift => {
            sheet.on_head.set(true);
            return true;
        }
        ("ArrowUp", false) => Step::Up,
        ("ArrowDown", false) => Step::Down,
        ("ArrowLeft", false) => Step::Left,
        ("ArrowRight", false) => Step::Right,
        ("ArrowUp", true) => Step::FarUp,
        ("ArrowDown", true) => Step::FarDown,
        ("ArrowLeft", true) => Step::FarLeft,
        ("ArrowRight", true) => Step::FarRight,
        ("PageUp", false) => Step::PageUp,
        ("PageDown", false) => Step::PageDown,
        ("Home", false) => Step::RowStart,
        ("End", false) => Step::RowEnd,
        ("Home", true) if !shift => {
            on_deed.run(Deed::First);
            return true;
        }
        ("End", true) if !shift => {
            on_deed.run(Deed::Last);
            return true;
        }
        _ => return false,
    };
    sheet.step(step, shift, |at| filled.run(at));
    true
}

fn deeds(key: &str, control: bool, ev: &KeyboardEvent, sheet: Sheet, on_deed: Callback<Deed>) -> bool {
    let (at, block) = (sheet.cursor(), untrack(|| sheet.selected()));
    let deed = match (key, control) {
        ("Enter", true) if ev.shift_key() => Deed::FollowBack(at, Spot::below_cell(sheet, at)),
        ("Enter", true) => Deed::Follow(at),
        ("Enter" | "F2", false) => Deed::Edit(at, None),
        (" ", false) if ev.shift_key() => {
            sheet.whole_rows.set(true);
            return true;
        }
        (" ", false) => Deed::Open(at),
        ("Delete" | "Backspace", false) if sheet.selects_rows() => Deed::DeleteRows(block.rows()),
        ("Delete" | "Backspace", true) => Deed::DeleteRows(block.rows()),
        ("Delete" | "Backspace", false) => Deed::Clear(block),
        ("c" | "C", true) if !ev.shift_key() => Deed::Copy(block),
        ("d", true) => Deed::FillDown(block),
        ("a", true) => {
            let last = At {
                row: sheet.rows.get_untracked().saturating_sub(1),
                column: sheet.count().saturating_sub(1),
            };
            sheet.select(Block { first: At::default(), last });
            return true;
        }
        ("F10", false) if ev.shift_key() => Deed::CellMenu(at, Spot::below_cell(sheet, at)),
        ("ContextMenu", _) => Deed::CellMenu(at, Spot::below_cell(sheet, at)),
        ("Escape", false) if !block.is_single() => {
            sheet.put(at, false);
            return true;
        }
        _ => return false,
    };
    on_deed.run(deed);
    true
}

/// A letter begins to edit with it.
fn typed(key: &str, modified: bool, sheet: Sheet, on_deed: Callback<Deed>, editable: bool) -> bool {
    if !editable || modified || key.chars().count() != 1 {
        return false;
    }
    on_deed.run(Deed::Edit(sheet.cursor(), Some(key.to_owned())));
    true
}
