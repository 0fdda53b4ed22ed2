//! Mouse and finger: a press selects, a drag selects a block, two presses edit.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element};

use super::model::{At, Deed};
use super::popup::Spot;
use super::state::Sheet;

/// How far a pointer moves before it drags, in pixels.
const SLACK: i32 = 4;

/// What the pointer is on.
enum Target {
    Cell(At),
    /// The number of a row.
    Number(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Pointer {
    sheet: Sheet,
    on_deed: Callback<Deed>,
    /// Where it was pressed, while it is.
    pressed: StoredValue<Option<(i32, i32)>>,
}

impl Pointer {
    pub(super) fn new(sheet: Sheet, on_deed: Callback<Deed>) -> Self {
        let pressed = StoredValue::new(None);
        let up = window_event_listener(leptos::ev::mouseup, move |_| {
            let _ = pressed.try_set_value(None);
        });
        on_cleanup(move || up.remove());
        Self { sheet, on_deed, pressed }
    }

    pub(super) fn down(self, ev: &MouseEvent) {
        if deed_of(ev).is_some() {
            // The focus stays on the sheet.
            ev.prevent_default();
            return;
        }
        let Some(target) = target_of(ev) else { return };
        self.sheet.focus();
        match target {
            // The other button keeps a selection that it is pressed in.
            Target::Cell(at) if ev.button() == 2 => {
                let block = untrack(|| self.sheet.selected());
                if !(block.rows().contains(&at.row) && block.columns().contains(&at.column)) {
                    self.sheet.put(at, false);
                }
            }
            Target::Cell(at) if ev.button() == 0 => {
                self.sheet.put(at, ev.shift_key());
                self.pressed.set_value(Some(spot(ev)));
            }
            Target::Number(row) if ev.button() == 0 => {
                self.sheet.put(At { row, column: 0 }, ev.shift_key());
                self.sheet.whole_rows.set(true);
                self.pressed.set_value(Some(spot(ev)));
            }
            _ => return,
        }
        ev.prevent_default();
    }

    pub(super) fn over(self, ev: &MouseEvent) {
        let Some((x, y)) = self.pressed.get_value().filter(|_| ev.buttons() & 1 == 1) else { return };
        // What scrolled away below a pointer that rests is no drag.
        if (ev.client_x() - x).abs().max((ev.client_y() - y).abs()) < SLACK {
            return;
        }
        match target_of(ev) {
            Some(Target::Cell(at)) if at != self.sheet.cursor() => self.sheet.put(at, true),
            Some(Target::Number(row)) => self.sheet.put(At { row, column: 0 }, true),
            _ => {}
        }
    }

    /// The buttons in cells.
    pub(super) fn click(self, ev: &MouseEvent) {
        let (Some(deed), Some(Target::Cell(at))) = (deed_of(ev), target_of(ev)) else { return };
        self.sheet.put(at, false);
        match deed.as_str() {
            "open" => self.on_deed.run(Deed::Open(at)),
            _ => self.on_deed.run(Deed::Follow(at)),
        }
    }

    pub(super) fn double(self, ev: &MouseEvent) {
        if let (None, Some(Target::Cell(at))) = (deed_of(ev), target_of(ev)) {
            self.on_deed.run(Deed::Edit(at, None));
        }
    }

    pub(super) fn menu(self, ev: &MouseEvent) {
        ev.prevent_default();
        let (at, spot) = match target_of(ev) {
            Some(Target::Cell(at)) => (at, Spot::of(ev)),
            Some(Target::Number(row)) => {
                let inside = untrack(|| self.sheet.selected()).rows().contains(&row);
                if !(inside && self.sheet.selects_rows()) {
                    self.sheet.put(At { row, column: 0 }, false);
                    self.sheet.whole_rows.set(true);
                }
                (At { row, column: 0 }, Spot::of(ev))
            }
            // From the keyboard.
            None => (self.sheet.cursor(), Spot::below_cell(self.sheet, self.sheet.cursor())),
        };
        self.on_deed.run(Deed::CellMenu(at, spot));
    }

    pub(super) fn paste(self, ev: &web_sys::Event) {
        let Some(ev) = ev.dyn_ref::<ClipboardEvent>() else { return };
        let Some(text) = ev.clipboard_data().and_then(|data| data.get_data("text/plain").ok()) else {
            return;
        };
        ev.prevent_default();
        self.on_deed.run(Deed::Paste(untrack(|| self.sheet.selected()), text));
    }
}

fn spot(ev: &MouseEvent) -> (i32, i32) {
    (ev.client_x(), ev.client_y())
}

fn element_of(ev: &MouseEvent) -> Option<Element> {
    ev.target()?.dyn_into().ok()
}

/// What a button in a cell does.
fn deed_of(ev: &MouseEvent) -> Option<String> {
    element_of(ev)?.closest("[data-deed]").ok().flatten()?.get_attribute("data-deed")
}

fn target_of(ev: &MouseEvent) -> Option<Target> {
    let cell = element_of(ev)?.closest("[role=gridcell], [role=rowheader]").ok().flatten()?;
    let number =
        |element: &Element, name: &str| element.get_attribute(name)?.parse::<usize>().ok()?.checked_sub(2);
    let row = number(&cell.closest("[role=row]").ok().flatten()?, "aria-rowindex")?;
    match number(&cell, "aria-colindex") {
        Some(column) => Some(Target::Cell(At { row, column })),
        None => Some(Target::Number(row)),
    }
}
