//! Foreign keys: columns here, a table that is found by search, columns there.

use std::time::Duration;

use howdah_types::table_details::TableDetails;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::constraints::{Deferral, NotValid, Old};
use super::context::Context;
use super::draft::{Draft, ForeignDraft, new_id};
use super::inputs::{Choice, ColumnPicker, Remove, choices};
use crate::api::tables::Wanted;
use crate::api::{self, Api, use_api};
use crate::ui::{Button, IconName, new_id as new_element};

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(160);

#[component]
pub(super) fn ForeignRows(context: Context) -> impl IntoView {
    let draft = context.draft;
    let add = move |_| {
        let text = || RwSignal::new(String::new());
        let one = ForeignDraft {
            id: new_id(),
            columns: RwSignal::new(Vec::new()),
            schema: RwSignal::new(draft.schema.get_untracked()),
            table: text(),
            references: RwSignal::new(Vec::new()),
            on_delete: text(),
            on_update: text(),
            deferrable: text(),
            not_valid: RwSignal::new(false),
        };
        draft.foreign.update(|list| list.push(one));
    };
    let old = draft.old.get_value().into_iter().filter(|one| one.what == "foreign key");
    let old = old.map(|one| view! { <Old context one /> }).collect_view();
    view! {
        <section class="design-part" aria-labelledby="design-foreign">
            <h2 id="design-foreign">"Foreign keys"</h2>
            {old}
            <For each=move || draft.foreign.get() key=|one| one.id let(one)>
                <ForeignRow context one />
            </For>
            <div class="design-add"><Button icon=IconName::Plus on_click=add>"Foreign key"</Button></div>
        </section>
    }
}

#[component]
fn ForeignRow(context: Context, one: ForeignDraft) -> impl IntoView {
    let api = use_api();
    let draft = context.draft;
    let target = RwSignal::new(None::<TableDetails>);
    read_target(api, context, one, target);
    let actions = choices([
        ("", "refuse it"),
        ("restrict", "refuse it at once"),
        ("cascade", "cascade to the rows here"),
        ("setNull", "set null here"),
        ("setDefault", "set the default here"),
    ]);
    let schemas = context.schemas(one.schema);
    view! {
        <div class="design-foreign" role="group" aria-label="Foreign key">
            <div class="design-row">
                <span class="design-what">"Columns"</span>
                <ColumnPicker draft label="Columns of the foreign key" chosen=one.columns error=context.error(one.id, "columns") />
                <Remove label="Leave the foreign key out" on_click=move |()| Draft::remove(draft.foreign, |each| each.id == one.id) />
            </div>
            <div class="design-grid">
                <Choice label="Schema" value=one.schema options=schemas error=context.error(one.id, "referencesSchema") shown=true />
                <TableSearch context one />
                <Choice label="On delete" value=one.on_delete options=actions error=context.error(one.id, "onDelete") shown=true />
                <Choice label="On update" value=one.on_update options=actions error=context.error(one.id, "onUpdate") shown=true />
            </div>
            <Pairs context one target />
            <div class="design-ticks">
                <Deferral value=one.deferrable />
                {draft.is_old().then(|| view! { <NotValid value=one.not_valid /> })}
            </div>
        </div>
    }
}

/// The table that is referred to, found by the server as one types.
#[component]
fn TableSearch(context: Context, one: ForeignDraft) -> impl IntoView {
    let api = use_api();
    let found = RwSignal::new(Vec::<String>::new());
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        let (schema, text) = (one.schema.get(), one.table.get());
        if let Some(Some(timer)) = timer {
            timer.clear();
        }
        let ask = move || {
            let (schema, text, database) =
                (schema.clone(), text.clone(), context.choices.database.get_value());
            spawn_local(async move {
                let wanted =
                    Wanted { schema: Some(&schema), text: &text, kinds: "table,partitioned", limit: 40 };
                if let Ok(page) = api::tables::search(api, &database, &wanted).await {
                    found.try_set(page.items.into_iter().map(|table| table.name).collect());
                }
            });
        };
        set_timeout_with_handle(ask, REST).ok()
    });
    let (id, list) = (new_element("design"), new_element("tables"));
    let (for_id, list_id) = (id.clone(), list.clone());
    let error = context.error(one.id, "referencesTable");
    view! {
        <div class="field-row">
            <label for=for_id>"Table"</label>
            <input
                id=id
                class="input mono"
                list=list
                placeholder="find a table"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=move || one.table.get()
                on:input=move |ev| one.table.set(event_target_value(&ev))
            />
            <datalist id=list_id>
                {move || found.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
            </datalist>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
}

/// Reads the table that is referred to whenever it is another one; none while there is none of the name.
fn read_target(api: Api, context: Context, one: ForeignDraft, target: RwSignal<Option<TableDetails>>) {
    let turn = StoredValue::new(0_u32);
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        let (schema, table) = (one.schema.get(), one.table.get());
        if let Some(Some(timer)) = timer {
            timer.clear();
        }
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        target.set(None);
        let ask = move || {
            let (schema, table, database) =
                (schema.clone(), table.clone(), context.choices.database.get_value());
            if table.is_empty() {
                return;
            }
            spawn_local(async move {
                // The list first: asking for a table that is not there would be an error in the console.
                let wanted = Wanted {
                    schema: Some(&schema),
                    text: &table,
                    kinds: "table,partitioned,partition",
                    limit: 200,
                };
                let there = api::tables::search(api, &database, &wanted).await;
                if !there.is_ok_and(|page| page.items.iter().any(|one| one.name == table)) {
                    return;
                }
                let details = api::tables::get(api, &database, (&schema, &table)).await.ok();
                if turn.try_get_value() == Some(mine) {
                    target.try_set(details);
                }
            });
        };
        set_timeout_with_handle(ask, REST).ok()
    });
}

/// Which column here goes with which there.
#[component]
fn Pairs(context: Context, one: ForeignDraft, target: RwSignal<Option<TableDetails>>) -> impl IntoView {
    let draft = context.draft;
    let columns = move || draft.named(&one.columns.get());
    let key = move || {
        target
            .with(|target| target.as_ref()?.primary_key.as_ref().map(|key| key.columns.clone()))
            .unwrap_or_default()
    };
    let pair = move |(at, here): (usize, String)| {
        let chosen = move || one.references.with(|list| list.get(at).cloned().unwrap_or_default());
        let choose = move |ev| {
            let name = event_target_value(&ev);
            one.references.update(|list| {
                list.resize(list.len().max(at + 1), String::new());
                if let Some(place) = list.get_mut(at) {
                    *place = name;
                }
            });
        };
        let options = move || {
            let now = chosen();
            let default =
                key().get(at).map_or("its primary key".to_owned(), |name| format!("{name} (primary key)"));
            let names = target.with(|target| {
                target
                    .iter()
                    .flat_map(|target| &target.columns)
                    .map(|one| one.name.clone())
                    .collect::<Vec<_>>()
            });
            let rest = names.into_iter().map(|name| {
                view! { <option value=name.clone() selected=name == now>{name.clone()}</option> }
            });
            view! { <option value="" selected=now.is_empty()>{default}</option> {rest.collect_view()} }
        };
        view! {
            <span class="design-pair">
                <code>{here.clone()}</code> " → "
                <select class="input" aria-label=format!("Column that {here} refers to") on:change=choose>{options}</select>
            </span>
        }
    };
    let error = context.error(one.id, "referencesColumns");
    view! {
        <Show when=move || target.with(Option::is_some)>
            <div class="design-pairs">{move || columns().into_iter().enumerate().map(pair).collect_view()}</div>
        </Show>
        <p class="field-error" role="alert">{error}</p>
    }
}
