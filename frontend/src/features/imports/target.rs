//! The third step: a table that is there, or a new one.

use std::sync::Arc;
use std::time::Duration;

use howdah_types::permissions::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::body::Built;
use super::columns::NewColumns;
use super::draft::Draft;
use super::inputs::{Entry, Pick, Radios, Step};
use super::matching::Matching;
use crate::api::tables::Wanted;
use crate::api::{self, use_api};
use crate::state::use_session;

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(180);
/// How many tables are suggested.
const SUGGESTED: u32 = 100;

/// What there is in the database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choices {
    schemas: RwSignal<Vec<String>>,
    tables: RwSignal<Vec<String>>,
    /// Why the table's columns are not known.
    missing: RwSignal<Option<String>>,
    /// There is a table that is called as the new one should be.
    taken: RwSignal<bool>,
}

/// Reads schemas, the tables that are suggested, and the columns of the one that is chosen.
pub(super) fn choices(draft: Draft) -> Choices {
    let api = use_api();
    let choices = Choices {
        schemas: RwSignal::new(Vec::new()),
        tables: RwSignal::new(Vec::new()),
        missing: RwSignal::new(None),
        taken: RwSignal::new(false),
    };
    watch_name(draft, choices);
    let database = draft.database.get_value();
    spawn_local(async move {
        if let Ok(list) = api::tables::schemas(api, &database).await {
            choices.schemas.try_set(list.into_iter().map(|schema| schema.name).collect());
        }
    });
    let turn = StoredValue::new(0_u32);
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        let (schema, table, fresh) = (draft.schema.get(), draft.table.get(), draft.fresh.get());
        if let Some(Some(timer)) = timer {
            timer.clear();
        }
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        if fresh {
            return None;
        }
        let known = draft.details.with_untracked(|details| {
            details.as_ref().is_some_and(|details| details.schema == schema && details.name == table)
        });
        if known {
            return None;
        }
        draft.details.set(None);
        choices.missing.set(None);
        let ask = move || {
            let Some(database) = draft.database.try_get_value() else { return };
            let (schema, table) = (schema.clone(), table.clone());
            spawn_local(async move {
                let wanted =
                    Wanted { schema: Some(&schema), text: &table, limit: SUGGESTED, ..Wanted::default() };
                if let Ok(page) = api::tables::search(api, &database, &wanted).await {
                    choices.tables.try_set(page.items.into_iter().map(|table| table.name).collect());
                }
                if table.is_empty() {
                    return;
                }
                let answer = api::tables::get(api, &database, (&schema, &table)).await;
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                match answer {
                    Ok(details) => {
                        draft.details.try_set(Some(Arc::new(details)));
                        draft.guess_targets();
                    }
                    Err(problem) => drop(choices.missing.try_set(Some(problem.detail))),
                }
            });
        };
        set_timeout_with_handle(ask, REST).ok()
    });
    choices
}

/// Asks whether the new table's name is free, when typing rests.
fn watch_name(draft: Draft, choices: Choices) {
    let api = use_api();
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        let (schema, name, fresh) = (draft.schema.get(), draft.name.get(), draft.fresh.get());
        if let Some(Some(timer)) = timer {
            timer.clear();
        }
        choices.taken.set(false);
        if !fresh || name.is_empty() {
            return None;
        }
        let ask = move || {
            let Some(database) = draft.database.try_get_value() else { return };
            let (schema, name) = (schema.clone(), name.clone());
            spawn_local(async move {
                let wanted =
                    Wanted { schema: Some(&schema), text: &name, limit: SUGGESTED, ..Wanted::default() };
                let page = api::tables::search(api, &database, &wanted).await;
                let still = draft.name.try_get_untracked().is_some_and(|now| now == name);
                if let (Ok(page), true) = (page, still) {
                    choices.taken.try_set(page.items.iter().any(|table| table.name == name));
                }
            });
        };
        set_timeout_with_handle(ask, REST).ok()
    });
}

#[component]
pub(super) fn TargetStep(draft: Draft, built: Memo<Built>, choices: Choices) -> impl IntoView {
    let session = use_session();
    let may_create = untrack(|| session.can(Permission::TableCreate));
    let kind = RwSignal::new(if draft.fresh.get_untracked() { "new" } else { "there" }.to_owned());
    Effect::new(move |_| {
        let fresh = kind.get() == "new";
        if draft.fresh.get_untracked() != fresh {
            draft.forget_errors();
            draft.fresh.set(fresh);
        }
    });
    let mut options = vec![("there", "Into a table that is there", "")];
    if may_create {
        options.push(("new", "Into a new table", ""));
    } else {
        kind.set("there".to_owned());
    }
    let schemas = Signal::derive(move || {
        let mut list = choices.schemas.get();
        let now = draft.schema.get();
        if !list.contains(&now) {
            list.push(now);
        }
        list.into_iter().map(|name| (name.clone(), name)).collect()
    });
    let error = move |fields: &'static [&'static str]| {
        Signal::derive(move || fields.iter().find_map(|field| draft.error(built, field)))
    };
    let missing = move || choices.missing.get().filter(|_| draft.table.with(|table| !table.is_empty()));
    let (there, new_name) = (error(&["table"]), error(&["create.name"]));
    let taken =
        move || choices.taken.get().then(|| "There is a table or view of this name already.".to_owned());
    view! {
        <Step number=3 title="Where it goes">
            <Radios legend="Into which table" value=kind options />
            <div class="import-place">
                <Pick
                    label="Schema"
                    value=draft.schema
                    options=schemas
                    on_change=move |name: String| draft.schema.set(name)
                    error=error(&["schema", "create.schema"])
                />
                <Show
                    when=move || draft.fresh.get()
                    fallback=move || view! {
                        <Entry
                            label="Table"
                            value=draft.table
                            list="import-tables"
                            on_change=move |name: String| draft.table.set(name)
                            error=Signal::derive(move || there.get().or_else(missing))
                        />
                    }
                >
                    <Entry
                        label="Name of the new table"
                        value=draft.name
                        on_change=move |name: String| draft.name.set(name)
                        error=Signal::derive(move || new_name.get().or_else(taken))
                    />
                </Show>
            </div>
            <datalist id="import-tables">
                {move || choices.tables.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
            </datalist>
            <p class="field-error" role="alert">{error(&["columns", "create.columns", "create.primaryKey"])}</p>
            <Show when=move || draft.fresh.get() fallback=move || view! { <Matching draft built /> }>
                <NewColumns draft built />
            </Show>
        </Step>
    }
}
