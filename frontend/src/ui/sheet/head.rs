//! The header of a sheet: sorts, is dragged to another place, is made wider, opens a menu.

use std::sync::Arc;

use leptos::ev::{MouseEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::model::{Column, Deed};
use super::popup::Spot;
use super::state::Sheet;
use super::view::{Drawn, Layout, reading_order};

/// How far a pointer moves before it drags, in pixels.
const SLACK: i32 = 5;
const NARROWEST: f64 = 48.0;
const WIDEST: f64 = 1_200.0;

/// What the pointer is doing with the header.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Drag {
    /// It was pressed on a column at this x, and moved since or not.
    Column { from: usize, x: i32, moved: bool },
    /// It widens a column that was this wide at this x.
    Edge { column: usize, x: i32, width: f64 },
}

#[component]
pub(super) fn Head(
    sheet: Sheet,
    layout: Memo<Arc<Layout>>,
    drawn: Memo<Drawn>,
    on_deed: Callback<Deed>,
) -> impl IntoView {
    let drag = RwSignal::new(None::<Drag>);
    // Where the dragged column would go.
    let target = RwSignal::new(None::<usize>);
    let counts = Memo::new(move |_| (layout.with(|layout| layout.frozen), drawn.with(|drawn| drawn.len())));
    // One column at each place of what is drawn; it is drawn again only when it is another, or has changed.
    let slot = move |slot: usize| {
        let this = Memo::new(move |_| {
            let at = drawn.with(|drawn| drawn.get(slot).copied())?;
            layout.with(|layout| Some((at, layout.columns.get(at)?.clone(), layout.left(at))))
        });
        move || {
            this.get().map(|(at, column, left)| {
                let left = format!("{left}px");
                view! { <HeadCell sheet at column left drag target on_deed /> }
            })
        }
    };
    let owns = move || {
        let id = sheet.id.get_value();
        let frozen = counts.get().0;
        drawn.with(|drawn| reading_order(drawn, frozen, |column| format!("{id}-h{column}")))
    };
    let still_width = move || layout.with(|layout| format!("{}px", layout.left(layout.frozen)));
    view! {
        <div class="sheet-head" role="row" aria-rowindex="1" aria-owns=owns>
            <div class="sheet-still" role="presentation" style:width=still_width>
                <div role="columnheader" class="sheet-number" aria-colindex="1"><span class="sr-only">"Row"</span></div>
                {move || (0..counts.get().0).map(slot).collect::<Vec<_>>()}
            </div>
            {move || {
                let (still, all) = counts.get();
                (still..all).map(slot).collect::<Vec<_>>()
            }}
        </div>
    }
}

#[component]
fn HeadCell(
    sheet: Sheet,
    at: usize,
    column: Column,
    left: String,
    drag: RwSignal<Option<Drag>>,
    target: RwSignal<Option<usize>>,
    on_deed: Callback<Deed>,
) -> impl IntoView {
    let Column { name, note, about, mark, class, width, sortable, order, filtered } = column;
    let sorted = order.map(|order| if order.descending { "descending" } else { "ascending" });
    let arrow = order.map(|order| {
        let place = if order.place > 0 { order.place.to_string() } else { String::new() };
        view! { <span class="sheet-order" aria-hidden="true">{if order.descending { "↓" } else { "↑" }}{place}</span> }
    });
    let sign = mark.map(|(sign, said)| {
        view! { <span class="sheet-mark" aria-hidden="true">{sign}</span><span class="sr-only">{said}" "</span> }
    });
    let funnel =
        filtered.then(|| view! { <span class="sheet-order" title="Filtered" aria-hidden="true">"⌄"</span> });
    let class = format!("sheet-cell sheet-th {class}");
    let id = format!("{}-h{at}", sheet.id.get_value());
    let down = move |ev: PointerEvent| {
        if ev.button() == 0 {
            drag.set(Some(Drag::Column { from: at, x: ev.client_x(), moved: false }));
        }
    };
    let edge = move |ev: PointerEvent| {
        ev.stop_propagation();
        ev.prevent_default();
        capture(&ev);
        drag.set(Some(Drag::Edge { column: at, x: ev.client_x(), width }));
    };
    let click = move |ev: MouseEvent| {
        let dragged =
            matches!(drag.get_untracked(), Some(Drag::Column { moved: true, .. } | Drag::Edge { .. }));
        drag.set(None);
        if !dragged && sortable {
            on_deed.run(Deed::Sort(at, ev.shift_key()));
        }
    };
    let menu = move |ev: &MouseEvent| {
        ev.prevent_default();
        ev.stop_propagation();
        drag.set(None);
        on_deed.run(Deed::ColumnMenu(at, Spot::of(ev)));
    };
    let label = format!("Menu of the column {name}");
    let marked = move || sheet.on_head.get() && sheet.at.get().column == at;
    view! {
        <div
            role="columnheader"
            id=id
            class=class
            class:cursor=marked
            class:target=move || target.get() == Some(at)
            class:sortable=sortable
            style:left=left
            style:width=format!("{width}px")
            aria-colindex=(at + 2).to_string()
            aria-sort=sorted
            title=about
            on:pointerdown=down
            on:pointermove=move |ev| moved(&ev, sheet, drag, target, on_deed)
            on:pointerup=move |_| released(drag, target, on_deed)
            on:click=click
            on:contextmenu=move |ev| menu(&ev)
        >
            <span class="sheet-name">{sign}<b>{name}</b>" "<small>{note}</small></span>
            {funnel}
            {arrow}
            <button
                type="button"
                class="sheet-more"
                tabindex="-1"
                aria-label=label
                on:pointerdown=|ev| ev.stop_propagation()
                on:click=move |ev| menu(&ev)
            >
                <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 6.2l4 4 4-4" /></svg>
            </button>
            <i
                class="sheet-edge"
                aria-hidden="true"
                on:pointerdown=edge
                on:click=|ev| ev.stop_propagation()
                on:dblclick=move |ev| { ev.stop_propagation(); fit(sheet, at, on_deed); }
            ></i>
        </div>
    }
}

fn capture(ev: &PointerEvent) {
    if let Some(element) = ev.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = element.set_pointer_capture(ev.pointer_id());
    }
}

fn moved(
    ev: &PointerEvent,
    sheet: Sheet,
    drag: RwSignal<Option<Drag>>,
    target: RwSignal<Option<usize>>,
    on_deed: Callback<Deed>,
) {
    match drag.get_untracked() {
        Some(Drag::Edge { column, x, width }) => {
            let width = (width + f64::from(ev.client_x() - x)).clamp(NARROWEST, WIDEST);
            on_deed.run(Deed::Resized(column, width));
        }
        Some(Drag::Column { from, x, moved }) if ev.buttons() & 1 == 1 => {
            // A finger scrolls; only a mouse drags.
            if ev.pointer_type() == "touch" || (!moved && (ev.client_x() - x).abs() < SLACK) {
                return;
            }
            drag.set(Some(Drag::Column { from, x, moved: true }));
            target.set(column_under(ev, sheet).filter(|to| *to != from));
        }
        _ => {}
    }
}

/// The column whose header is below the pointer.
fn column_under(ev: &PointerEvent, sheet: Sheet) -> Option<usize> {
    let prefix = format!("{}-h", sheet.id.get_value());
    let element = ev.target().and_then(|target| target.dyn_into::<Element>().ok())?;
    let head = element.closest("[role=columnheader]").ok().flatten()?;
    head.id().strip_prefix(&prefix)?.parse().ok()
}

fn released(drag: RwSignal<Option<Drag>>, target: RwSignal<Option<usize>>, on_deed: Callback<Deed>) {
    if let (Some(Drag::Column { from, moved: true, .. }), Some(to)) =
        (drag.get_untracked(), target.get_untracked())
    {
        on_deed.run(Deed::Move(from, to));
    }
    target.set(None);
    // The click that follows must not sort; it takes away what is left of a drag.
    if matches!(drag.get_untracked(), Some(Drag::Edge { .. })) {
        drag.set(None);
    }
}

/// As wide as the widest of what is in sight.
fn fit(sheet: Sheet, at: usize, on_deed: Callback<Deed>) {
    let Some(node) = sheet.node.get_untracked() else { return };
    let Ok(cells) = node.query_selector_all(&format!("[aria-colindex=\"{}\"]", at + 2)) else { return };
    let widths = (0..cells.length()).filter_map(|n| cells.get(n)?.dyn_into::<Element>().ok()).map(|cell| {
        // Made narrow for a moment, a cell says how wide its content is.
        let inner = cell.first_element_child().map_or(0, |inner| inner.scroll_width());
        let more = cell
            .query_selector(".cut, .sheet-order")
            .ok()
            .flatten()
            .map_or(0, |more| more.scroll_width() + 8);
        inner + more
    });
    let width = f64::from(widths.max().unwrap_or(100)) + 28.0;
    on_deed.run(Deed::Resized(at, width.clamp(NARROWEST, 640.0)));
}
