//! The sheet in the page.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::body::SheetRow;
use super::head::Head;
use super::keys::keydown;
use super::model::{At, Column, Deed, Row};
use super::pointer::Pointer;
use super::state::Sheet;
use super::window::{
    HEAD, NUMBER, ROW, columns_in_sight, edges, in_slots, most_in_sight, pixels, rows_in_sight,
};

/// How columns lie; made once for all rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) columns: Arc<Vec<Column>>,
    pub(super) edges: Vec<f64>,
    pub(super) frozen: usize,
}

impl Layout {
    /// Where the column begins, in the row.
    pub(super) fn left(&self, column: usize) -> f64 {
        NUMBER + self.edges.get(column).copied().unwrap_or_default()
    }

    pub(super) fn width(&self, column: usize) -> f64 {
        self.columns.get(column).map_or(0.0, |column| column.width)
    }
}

/// The columns that are drawn: the frozen ones and those in sight.
pub(super) type Drawn = Arc<Vec<usize>>;
/// `aria-owns` of a row, so that its cells are read from left to right although they stand in the page as they were
/// drawn; none while that is the same. `id` makes the id of a column's cell.
pub(super) fn reading_order(drawn: &[usize], frozen: usize, id: impl Fn(usize) -> String) -> Option<String> {
    let rest = drawn.get(frozen..)?;
    if rest.is_sorted() {
        return None;
    }
    let mut sorted = rest.to_vec();
    sorted.sort_unstable();
    Some(sorted.into_iter().map(id).collect::<Vec<_>>().join(" "))
}

/// Says what stands in the given columns of a row.
pub type Read = Callback<(usize, Arc<Vec<usize>>), Row>;
/// The editor of a cell, and how many pixels it wants at least.
pub type Editor = Callback<At, (f64, AnyView)>;

/// What hears of a sheet's life; see the module.
#[component]
pub fn SheetView(
    sheet: Sheet,
    /// What a screen reader calls it.
    #[prop(into)]
    label: Signal<String>,
    read: Read,
    /// Whether something stands in a cell, for Ctrl with an arrow.
    filled: Callback<At, bool>,
    on_deed: Callback<Deed>,
    editor: Editor,
    /// Typing begins to edit.
    #[prop(into)]
    editable: Signal<bool>,
    /// All rows are here; else their number is not told to screen readers.
    #[prop(into)]
    complete: Signal<bool>,
) -> impl IntoView {
    let layout = Memo::new(move |_| {
        let columns = sheet.columns.get();
        let edges = edges(columns.iter().map(|column| column.width));
        Arc::new(Layout { edges, frozen: fitting(sheet, &columns), columns })
    });
    let rows = Memo::new(move |_| {
        rows_in_sight(sheet.scrolled.get().1, sheet.window.get().1 - HEAD, sheet.rows.get())
    });
    let slots = Memo::new(move |_| {
        let width = sheet.window.get().0 - NUMBER;
        layout.with(|layout| most_in_sight(&layout.edges, layout.frozen, width))
    });
    let drawn = Memo::new(move |_| {
        let layout = layout.get();
        let (left, width) = (sheet.scrolled.get().0, sheet.window.get().0 - NUMBER);
        let sight = columns_in_sight(&layout.edges, layout.frozen, left, width);
        let rest = in_slots(sight, layout.frozen, layout.columns.len(), slots.get());
        Drawn::new((0..layout.frozen).chain(rest).collect())
    });
    Effect::new(move |_| on_deed.run(Deed::InSight(rows.get())));
    watch_size(sheet);
    let pointer = Pointer::new(sheet, on_deed);
    let height = move || format!("{}px", HEAD + pixels(sheet.rows.get()) * ROW);
    let width = move || {
        layout.with(|layout| format!("{}px", NUMBER + layout.edges.last().copied().unwrap_or_default()))
    };
    let active = move || {
        let at = sheet.at.get();
        let here = sheet.rows.get() > at.row && rows.get().contains(&at.row);
        let id = sheet.id.get_value();
        if sheet.on_head.get() {
            Some(format!("{id}-h{}", at.column))
        } else {
            (here && drawn.with(|drawn| drawn.contains(&at.column)))
                .then(|| format!("{id}-{}-{}", at.row, at.column))
        }
    };
    let rowcount = move || {
        if complete.get() { (sheet.rows.get() + 1).to_string() } else { "-1".to_owned() }
    };
    let scroll = move |_| {
        if let Some(node) = sheet.node.get_untracked() {
            sheet.scrolled.set((f64::from(node.scroll_left()), f64::from(node.scroll_top())));
        }
    };
    view! {
        <div
            node_ref=sheet.node
            class="sheet"
            class:focused=move || sheet.focused.get()
            role="grid"
            tabindex="0"
            aria-label=label
            aria-multiselectable="true"
            aria-rowcount=rowcount
            aria-colcount=move || (layout.with(|layout| layout.columns.len()) + 1).to_string()
            aria-readonly=move || (!editable.get()).then_some("true")
            aria-activedescendant=active
            on:scroll=scroll
            on:keydown=move |ev| keydown(&ev, sheet, filled, on_deed, editable.get_untracked())
            on:paste=move |ev| pointer.paste(&ev)
            on:focus=move |_| sheet.focused.set(true)
            on:blur=move |_| sheet.focused.set(false)
            on:mousedown=move |ev| pointer.down(&ev)
            on:mousemove=move |ev| pointer.over(&ev)
            on:click=move |ev| pointer.click(&ev)
            on:dblclick=move |ev| pointer.double(&ev)
            on:contextmenu=move |ev| pointer.menu(&ev)
        >
            <div class="sheet-body" role="presentation" style:height=height style:width=width>
                <Head sheet layout drawn on_deed />
                <For each=move || rows.get() key=|row| *row let(row)>
                    <SheetRow sheet row layout drawn read />
                </For>
            </div>
        </div>
        {move || sheet.editing.get().map(|at| view! { <Editing sheet at layout editor /> })}
    }
}

/// The frozen columns, unless they would leave no room for the others.
fn fitting(sheet: Sheet, columns: &[Column]) -> usize {
    let room = sheet.window.get().0 * 0.6;
    let mut width = NUMBER;
    let frozen = sheet.frozen.get().min(columns.len());
    let fits = columns.iter().take(frozen).take_while(|column| {
        width += column.width;
        width <= room
    });
    fits.count()
}

/// Keeps the size of the window known.
fn watch_size(sheet: Sheet) {
    let measure = move || {
        if let Some(node) = sheet.node.get_untracked() {
            let size = (f64::from(node.client_width()), f64::from(node.client_height()));
            if sheet.window.get_untracked() != size && size.1 > 0.0 {
                sheet.window.set(size);
            }
        }
    };
    Effect::new(move |_| {
        let Some(node) = sheet.node.get() else { return };
        measure();
        let heard = Closure::<dyn Fn(JsValue)>::new(move |_| measure());
        let Ok(observer) = web_sys::ResizeObserver::new(heard.as_ref().unchecked_ref()) else { return };
        observer.observe(&node);
        let held = StoredValue::new_local((observer, heard));
        on_cleanup(move || held.with_value(|(observer, _)| observer.disconnect()));
    });
}

/// The editor over its cell. It lies over everything, so that it may be larger than the cell and the sheet.
#[component]
fn Editing(sheet: Sheet, at: At, layout: Memo<Arc<Layout>>, editor: Editor) -> impl IntoView {
    let (wanted, view) = untrack(|| editor.run(at));
    let node = NodeRef::<html::Div>::new();
    let before = sheet.shifted.get_untracked();
    let place = move || {
        let row = at.row.saturating_add_signed(sheet.shifted.get().wrapping_sub(before));
        let rect = sheet.node.get().map(|node| node.get_bounding_client_rect())?;
        let (left, top) = sheet.scrolled.get();
        sheet.window.track();
        let (x, width, still) = layout.with(|layout| {
            let still = at.column < layout.frozen;
            (layout.left(at.column), layout.width(at.column).max(wanted), still)
        });
        let x = rect.left() + x - if still { 0.0 } else { left };
        let y = rect.top() + HEAD + pixels(row) * ROW - top;
        Some((x, y, width))
    };
    let window_size = || {
        let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|v| v.as_f64()).unwrap_or(800.0);
        (size(window().inner_width()), size(window().inner_height()))
    };
    let left = move || {
        let (x, _, width) = place()?;
        Some(format!("{}px", x.min(window_size().0 - width - 8.0).max(8.0)))
    };
    let width = move || Some(format!("{}px", place()?.2.min(window_size().0 - 16.0)));
    let above =
        move || place().is_some_and(|(_, y, _)| y + 300.0 > window_size().1 && y > window_size().1 / 2.0);
    let top = move || (!above()).then(|| place().map(|(_, y, _)| format!("{y}px"))).flatten();
    let bottom = move || {
        above().then(|| place().map(|(_, y, _)| format!("{}px", window_size().1 - y - ROW))).flatten()
    };
    view! {
        <div
            node_ref=node
            class="sheet-editor"
            class:above=above
            style:left=left
            style:top=top
            style:bottom=bottom
            style:width=width
            on:keydown=|ev| ev.stop_propagation()
        >
            {view}
        </div>
    }
}
