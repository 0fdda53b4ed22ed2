//! The columns of a new table, made of those of the file.

use leptos::prelude::*;

use super::body::{Built, NUMBER};
use super::draft::{ColumnDraft, Draft};
use super::inputs::{Entry, Tick};
use super::matching::{More, Samples, column_error};
use crate::ui::CheckField;

/// The usual types; any other may be written.
const TYPES: [&str; 18] = [
    "text",
    "integer",
    "bigint",
    "numeric",
    "double precision",
    "boolean",
    "date",
    "timestamp with time zone",
    "timestamp",
    "time",
    "interval",
    "uuid",
    "jsonb",
    "json",
    "bytea",
    "inet",
    "text[]",
    "varchar(255)",
];

#[component]
pub(super) fn NewColumns(draft: Draft, built: Memo<Built>) -> impl IntoView {
    let keyed = move || draft.numbered.get() || draft.columns.get().iter().any(|column| column.key.get());
    let taken =
        move || draft.columns.get().iter().any(|column| column.take.get() && column.name.get() == NUMBER);
    let clash = move || draft.error(built, "create.columns[0].name").filter(|_| draft.numbered.get());
    view! {
        <div class="import-columns">
            <div class="import-head fresh" aria-hidden="true">
                <span></span>
                <span>"In the file"</span>
                <span>"Values"</span>
                <span>"Name"</span>
                <span>"Type"</span>
                <span class="tick-head">"Key"</span>
                <span></span>
            </div>
            <For each=move || draft.columns.get() key=|column| column.id let(column)>
                <Row draft built column />
            </For>
        </div>
        <datalist id="import-types">
            {TYPES.map(|name| view! { <option value=name></option> }).collect_view()}
        </datalist>
        <Show when=move || !taken() || draft.numbered.get()>
            <CheckField
                label="Number the rows in a column “id”, the primary key"
                value=draft.numbered
            />
        </Show>
        <p class="field-error" role="alert">{clash}</p>
        <Show when=move || !keyed()>
            <p class="muted small">"Without a primary key, a row is only found where it lies. Choose the columns that tell rows apart, or number them."</p>
        </Show>
    }
}

#[component]
fn Row(draft: Draft, built: Memo<Built>, column: ColumnDraft) -> impl IntoView {
    let name = column.called();
    let out = Signal::derive(move || !column.take.get());
    let numbered = Signal::derive(move || out.get() || draft.numbered.get());
    view! {
        <div class="import-column fresh" role="group" aria-label=name.clone() class:out=out>
            <Tick label=format!("Import {name}") value=column.take />
            <span class="import-name" title=name.clone()>{name.clone()}</span>
            <Samples draft column />
            <Entry
                label=format!("Name of {name} in the table")
                bare=true
                value=column.name
                on_change=move |text: String| column.name.set(text)
                error=column_error(draft, built, column, &["name", "target", ""])
            />
            <Entry
                label=format!("Type of {name}")
                bare=true
                list="import-types"
                value=column.type_name
                on_change=move |text: String| column.type_name.set(text)
                error=column_error(draft, built, column, &["type"])
            />
            <Tick label=format!("{name} is in the primary key") value=column.key disabled=numbered />
            <More draft built column />
        </div>
    }
}
