//! The table of tables.

use howdah_types::tables::DatabaseTable;
use leptos::prelude::*;

use super::kind::{KindIcon, key_mark, kind_tag, rows_about, size};
use crate::routes;
use crate::ui::row_keys;

/// Tables and views with what is known about them. `schemas` shows which schema each lies in.
#[component]
pub(super) fn TableRows(
    database: StoredValue<String>,
    #[prop(into)] tables: Signal<Vec<DatabaseTable>>,
    #[prop(into)] schemas: Signal<bool>,
    /// What a screen reader calls the table.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    // A table that changed is another row: all that is shown of it is part of its key.
    let rows = Memo::new(move |_| tables.get().into_iter().enumerate().collect::<Vec<_>>());
    view! {
        <table class="grid tables-list" aria-label=label>
            <thead>
                <tr>
                    <th scope="col">"Table"</th>
                    <th scope="col" class="num">"Rows, about"</th>
                    <th scope="col" class="num">"Size"</th>
                    <th scope="col" class="hide-s">"Key"</th>
                    <th scope="col" class="hide-s">"Description"</th>
                </tr>
            </thead>
            <tbody on:keydown=row_keys>
                <For each=move || rows.get() key=|(at, table)| (*at == 0, key(table)) let((at, table))>
                    <Row database table schemas first=at == 0 />
                </For>
            </tbody>
        </table>
    }
}

fn key(table: &DatabaseTable) -> String {
    format!("{table:?}")
}

#[component]
fn Row(
    database: StoredValue<String>,
    table: DatabaseTable,
    schemas: Signal<bool>,
    first: bool,
) -> impl IntoView {
    let href = database.with_value(|database| routes::table(database, &table.schema, &table.name));
    let schema = table.schema.clone();
    let description = table.description.clone().unwrap_or_default();
    view! {
        <tr tabindex=if first { "0" } else { "-1" }>
            <td class="name">
                <span class="table-name">
                    <KindIcon kind=table.kind />
                    <a href=href>
                        <Show when=move || schemas.get()>
                            <span class="schema">{schema.clone()}"."</span>
                        </Show>
                        {table.name.clone()}
                    </a>
                    {kind_tag(&table)}
                </span>
            </td>
            <td class="num">{rows_about(&table)}</td>
            <td class="num">{size(&table)}</td>
            <td class="hide-s">{key_mark(&table)}</td>
            <td class="description hide-s" title=description.clone()>{description.clone()}</td>
        </tr>
    }
}
