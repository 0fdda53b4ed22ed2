//! The grid of rows: read with the arrow keys, one cell at a time.
//!
//! It is written once and then only walked: which cell can be reached with Tab is kept in the document, not in a
//! signal per cell, so that a page of many columns costs nothing while one moves.

use std::collections::HashMap;

use howdah_types::rows::{Column, RowsPage};
use leptos::html::Tbody;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlTableCellElement, HtmlTableRowElement, KeyboardEvent};

use super::values::{Look, one_line};
use crate::ui::format;

/// A cell by its row and column, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct At {
    pub(super) row: usize,
    pub(super) column: usize,
}

/// What is done with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Show the whole value.
    View,
    /// Copy the whole value.
    Copy,
}

pub(super) fn grid(page: &RowsPage, label: String, on_deed: Callback<(Deed, At)>) -> impl IntoView + use<> {
    let body = NodeRef::<Tbody>::new();
    let cut: HashMap<At, i64> = page
        .truncated
        .iter()
        .filter_map(|t| {
            Some((At { row: t.row.try_into().ok()?, column: t.column.try_into().ok()? }, t.bytes))
        })
        .collect();
    let looks: Vec<Look> = page.columns.iter().map(Look::of).collect();
    let header = page.columns.iter().map(header).collect_view();
    let rows = page.rows.iter().enumerate().map(|(row, values)| {
        let cells = values.iter().zip(&looks).enumerate().map(|(column, (value, look))| {
            let at = At { row, column };
            cell(at, value.as_deref(), *look, cut.get(&at).copied())
        });
        view! { <tr><th scope="row" class="number">{row + 1}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="rows-scroll">
            <table
                class="grid cells"
                role="grid"
                aria-label=label
                aria-readonly="true"
                on:keydown=move |event| keydown(&event, body, on_deed)
                on:focusin=move |event| reach(&event, body)
                on:dblclick=move |event| deed(&event, Deed::View, on_deed)
                on:click=move |event| click(&event, on_deed)
            >
                <thead><tr><th scope="col" class="number"><span class="sr-only">"Row"</span></th>{header}</tr></thead>
                <tbody node_ref=body>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn header(column: &Column) -> impl IntoView + use<> {
    let class = if Look::of(column) == Look::Number { "num" } else { "" };
    let key = column.primary_key.then(|| {
        view! { <span class="key" title="Part of the primary key" aria-hidden="true">"◆"</span> }
    });
    let spoken = column.primary_key.then(|| view! { <span class="sr-only">", primary key"</span> });
    let null = if column.nullable { "" } else { " not null" };
    let about = match &column.description {
        Some(text) => format!("{}{null}\n{text}", column.type_name),
        None => format!("{}{null}", column.type_name),
    };
    view! {
        <th scope="col" class=class title=about>
            {key}{one_line(&column.name)}" "<small>{column.type_name.clone()}</small>{spoken}
        </th>
    }
}

fn cell(at: At, value: Option<&str>, look: Look, cut: Option<i64>) -> impl IntoView + use<> {
    // The first cell is the one that Tab reaches until another was chosen.
    let tabindex = if at.row == 0 && at.column == 0 { "0" } else { "-1" };
    let content = match value {
        None => view! { <span class="null">"NULL"</span> }.into_any(),
        Some("") => view! { <span class="blank" title="An empty text, not NULL">"empty"</span> }.into_any(),
        Some(text) => one_line(text).into_any(),
    };
    let content = match cut {
        None => content,
        Some(bytes) => {
            let size = format::bytes(bytes);
            let label = format!("Show the whole value, {size}");
            view! {
                <span class="long">
                    <span>{content}</span>
                    <button type="button" class="cut" tabindex="-1" title=label.clone() aria-label=label>
                        {size.clone()}
                    </button>
                </span>
            }
            .into_any()
        }
    };
    view! { <td class=look.class() tabindex=tabindex>{content}</td> }
}

/// The cell that an event comes from.
fn cell_of(event: &Event) -> Option<HtmlTableCellElement> {
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    element.closest("td").ok()??.dyn_into().ok()
}

fn position(cell: &HtmlTableCellElement) -> Option<At> {
    let row: HtmlTableRowElement = cell.parent_element()?.dyn_into().ok()?;
    let row = usize::try_from(row.section_row_index()).ok()?;
    // Column 0 of the document is the row's number.
    let column = usize::try_from(cell.cell_index()).ok()?.checked_sub(1)?;
    Some(At { row, column })
}

fn find(body: NodeRef<Tbody>, at: At) -> Option<HtmlElement> {
    let row = body.get_untracked()?.rows().item(at.row.try_into().ok()?)?;
    let row: HtmlTableRowElement = row.dyn_into().ok()?;
    row.cells().item(u32::try_from(at.column + 1).ok()?)?.dyn_into().ok()
}

/// Makes the cell that has the focus the one that Tab comes back to.
fn reach(event: &Event, body: NodeRef<Tbody>) {
    let (Some(cell), Some(body)) = (cell_of(event), body.get_untracked()) else { return };
    if let Ok(Some(before)) = body.query_selector("td[tabindex=\"0\"]") {
        let _ = before.set_attribute("tabindex", "-1");
    }
    let _ = cell.set_attribute("tabindex", "0");
}

fn deed(event: &Event, deed: Deed, on_deed: Callback<(Deed, At)>) {
    if let Some(at) = cell_of(event).as_ref().and_then(position) {
        on_deed.run((deed, at));
    }
}

fn click(event: &Event, on_deed: Callback<(Deed, At)>) {
    let button = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlButtonElement>().ok());
    if button.is_some() {
        deed(event, Deed::View, on_deed);
    }
}

fn keydown(event: &KeyboardEvent, body: NodeRef<Tbody>, on_deed: Callback<(Deed, At)>) {
    let Some(cell) = cell_of(event) else { return };
    let Some(at) = position(&cell) else { return };
    let Some(size) = body.get_untracked().map(|body| body.rows().length() as usize) else { return };
    let columns = cell.parent_element().map_or(0, |row| row.child_element_count() as usize).saturating_sub(2);
    let whole = event.ctrl_key() || event.meta_key();
    let last = size.saturating_sub(1);
    let to = match event.key().as_str() {
        "ArrowDown" => At { row: (at.row + 1).min(last), ..at },
        "ArrowUp" => At { row: at.row.saturating_sub(1), ..at },
        "PageDown" => At { row: (at.row + 15).min(last), ..at },
        "PageUp" => At { row: at.row.saturating_sub(15), ..at },
        "ArrowRight" => At { column: (at.column + 1).min(columns), ..at },
        "ArrowLeft" => At { column: at.column.saturating_sub(1), ..at },
        "Home" => At { column: 0, row: if whole { 0 } else { at.row } },
        "End" => At { column: columns, row: if whole { last } else { at.row } },
        key => return other(event, key, at, on_deed),
    };
    event.prevent_default();
    if let Some(cell) = find(body, to) {
        let _ = cell.focus();
    }
}

fn other(event: &KeyboardEvent, key: &str, at: At, on_deed: Callback<(Deed, At)>) {
    let control = event.ctrl_key() || event.meta_key();
    match key {
        "Enter" | " " if !control => on_deed.run((Deed::View, at)),
        // Text that was marked by hand is copied by the browser.
        "c" if control && !text_is_marked() => on_deed.run((Deed::Copy, at)),
        _ => return,
    }
    event.prevent_default();
}

fn text_is_marked() -> bool {
    let selection = js_sys::Reflect::get(&window(), &"getSelection".into()).ok();
    selection
        .and_then(|get| get.dyn_into::<js_sys::Function>().ok())
        .and_then(|get| get.call0(&window()).ok())
        .and_then(|selection| js_sys::Reflect::get(&selection, &"isCollapsed".into()).ok())
        .is_some_and(|collapsed| collapsed.as_bool() == Some(false))
}
