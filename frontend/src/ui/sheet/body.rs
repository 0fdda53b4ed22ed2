//! One row of a sheet.

use std::sync::Arc;

use leptos::prelude::*;

use super::model::{At, Content, Freshness, Mark, Row, Value};
use super::state::Sheet;
use super::view::{Drawn, Layout, Read, reading_order};
use super::window::{HEAD, ROW, pixels};

/// What of a row is selected: the columns from and to, and where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Picked {
    columns: Option<(usize, usize)>,
    cursor: Option<usize>,
    whole: bool,
}

fn picked(sheet: Sheet, row: usize) -> Picked {
    let (block, at) = (sheet.selected(), sheet.at.get());
    let columns = block.rows().contains(&row).then_some((block.first.column, block.last.column));
    let cursor = (at.row == row && !sheet.on_head.get()).then_some(at.column);
    Picked { columns, cursor, whole: columns.is_some() && sheet.whole_rows.get() }
}

#[component]
pub(super) fn SheetRow(
    sheet: Sheet,
    row: usize,
    layout: Memo<Arc<Layout>>,
    drawn: Memo<Drawn>,
    read: Read,
) -> impl IntoView {
    let picked = Memo::new(move |_| picked(sheet, row));
    // Compared, so that what has not changed is not drawn again.
    let content = Memo::new(move |_| {
        sheet.drawn.track();
        let drawn = drawn.get();
        let content = read.run((row, Arc::clone(&drawn)));
        Arc::new((drawn, content))
    });
    // Each cell is drawn again only when something about it has changed: drawing sets every attribute anew.
    let counts = Memo::new(move |_| (layout.with(|layout| layout.frozen), drawn.with(|drawn| drawn.len())));
    let slot = move |slot: usize| {
        let this = Memo::new(move |_| {
            content.with(|content| layout.with(|layout| cell_at(slot, row, content, layout, picked.get())))
        });
        move || this.get().map(|this| sheet.id.with_value(|id| cell(id, this)))
    };
    let class = move || {
        content.with(|content| match content.1.freshness {
            Freshness::Kept if content.1.error.is_some() => "sheet-row wrong",
            Freshness::Kept => "sheet-row",
            Freshness::New => "sheet-row new",
            Freshness::Gone => "sheet-row gone",
        })
    };
    let owns = move || {
        let id = sheet.id.get_value();
        let frozen = counts.get().0;
        drawn.with(|drawn| reading_order(drawn, frozen, |column| format!("{id}-{row}-{column}")))
    };
    let top = format!("{}px", HEAD + pixels(row) * ROW);
    let label = move || content.with(|content| content.1.label.clone());
    let error = move || content.with(|content| content.1.error.clone());
    let still_width = move || layout.with(|layout| format!("{}px", layout.left(layout.frozen)));
    view! {
        <div
            role="row"
            class=class
            style:top=top
            aria-rowindex=(row + 2).to_string()
            aria-owns=owns
            aria-selected=move || picked.get().whole.then_some("true")
        >
            <div class="sheet-still" role="presentation" style:width=still_width>
                <div role="rowheader" class="sheet-number" class:picked=move || picked.get().columns.is_some() aria-colindex="1" title=error>
                    {label}
                </div>
                {move || (0..counts.get().0).map(slot).collect::<Vec<_>>()}
            </div>
            {move || {
                let (still, all) = counts.get();
                (still..all).map(slot).collect::<Vec<_>>()
            }}
        </div>
    }
}

/// A cell with everything that its looks depend on.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    at: At,
    content: Content,
    kind: &'static str,
    left: f64,
    width: f64,
    selected: bool,
    cursor: bool,
}

/// The cell at a place of what is drawn.
fn cell_at(slot: usize, row: usize, content: &(Drawn, Row), layout: &Layout, picked: Picked) -> Option<Cell> {
    let column = *content.0.get(slot)?;
    Some(Cell {
        at: At { row, column },
        content: content.1.cells.get(slot)?.clone(),
        kind: layout.columns.get(column).map_or("", |column| column.class),
        left: layout.left(column),
        width: layout.width(column),
        selected: picked.columns.is_some_and(|(from, to)| (from..=to).contains(&column)),
        cursor: picked.cursor == Some(column),
    })
}

fn cell(id: &str, cell: Cell) -> impl IntoView + use<> {
    let Cell { at, content, kind, left, width, selected, cursor } = cell;
    let (shown, look) = match content.value {
        Value::Text(text) if text.is_empty() => ("empty".to_owned(), "blank"),
        Value::Text(text) => (text, ""),
        Value::Null => ("NULL".to_owned(), "null"),
        Value::Default(how) if how.is_empty() => ("default".to_owned(), "null"),
        Value::Default(how) => (format!("default: {how}"), "null"),
    };
    let mut class = String::from("sheet-cell");
    let mark = match content.mark {
        Mark::Plain => "",
        Mark::Edited => "edited",
        Mark::Wrong => "wrong",
    };
    let (selection, here) = (if selected { "picked" } else { "" }, if cursor { "cursor" } else { "" });
    for part in [kind, mark, selection, here] {
        if !part.is_empty() {
            class.push(' ');
            class.push_str(part);
        }
    }
    let cut = content.cut.map(|size| {
        let label = format!("Show the whole value, {size}");
        view! { <button type="button" class="cut" tabindex="-1" data-deed="open" title=label.clone() aria-label=label>{size}</button> }
    });
    let leads = content.leads.then(|| {
        view! { <button type="button" class="leads" tabindex="-1" data-deed="follow" title="Open the row it refers to (Ctrl Enter)" aria-label="Open the row it refers to">"↗"</button> }
    });
    view! {
        <div
            role="gridcell"
            id=format!("{id}-{}-{}", at.row, at.column)
            class=class
            style:left=format!("{left}px")
            style:width=format!("{width}px")
            aria-colindex=(at.column + 2).to_string()
            aria-selected=if selected { "true" } else { "false" }
            aria-invalid=content.error.is_some().then_some("true")
            title=content.error
        >
            <span class=look>{shown}</span>
            {cut}
            {leads}
        </div>
    }
}
