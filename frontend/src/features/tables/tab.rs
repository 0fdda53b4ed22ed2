//! The tab of a database that lists its tables and views.

use howdah_types::problem::Problem;
use howdah_types::tables::{DatabaseTable, Schema};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::list::TableRows;
use super::paged::Paged;
use crate::api::encode::route_segment;
use crate::api::{self, use_api};
use crate::features::databases::Trouble;
use crate::routes;
use crate::state::{use_address, use_refresh};
use crate::ui::{Button, EmptyState, ErrorNotice, IconName, Skeleton, format};

/// Tables of one page of the list.
const PAGE: u32 = 200;
/// How all schemas are written in the address.
const ALL: &str = "*";

/// What the tab has read and what is chosen in it.
#[derive(Debug, Clone, Copy)]
struct TabState {
    database: Memo<String>,
    /// The chosen schema; none means all.
    schema: Memo<Option<String>>,
    schemas: RwSignal<Option<Vec<Schema>>>,
    tables: Paged<DatabaseTable>,
    search: RwSignal<String>,
    read: Callback<()>,
}

/// `?schema=` chooses a schema; without it all are shown.
#[component]
pub(crate) fn TablesTab(database: Memo<String>) -> impl IntoView {
    let state = tab_state(database);
    let face = Memo::new(move |_| face(state));
    view! {
        <section class="tables" aria-label="Tables and views">
            <Bar state />
            {move || match face.get() {
                Face::Waiting => view! { <Skeleton rows=8 /> }.into_any(),
                Face::Trouble(problem) => view! { <Trouble problem=*problem retry=state.read /> }.into_any(),
                Face::Empty(schema) => view! { <Empty schema /> }.into_any(),
                Face::List => view! { <Listed state /> }.into_any(),
            }}
        </section>
    }
}

fn tab_state(database: Memo<String>) -> TabState {
    let (api, refresh) = (use_api(), use_refresh());
    let query = routes::use_query("schema");
    let schema = Memo::new(move |_| query.get().filter(|schema| schema != ALL));
    let schemas = RwSignal::new(None);
    let tables = Paged::new();
    let read = Callback::new(move |()| {
        let (name, schema) = (database.get_untracked(), schema.get_untracked());
        let of = name.clone();
        tables.start(async move { api::tables::list(api, &name, schema.as_deref(), PAGE).await });
        spawn_local(async move {
            if let Ok(list) = api::tables::schemas(api, &of).await {
                schemas.try_set(Some(list));
            }
        });
    });
    Effect::new(move |before: Option<(String, Option<String>)>| {
        refresh.track();
        let now = (database.get(), schema.get());
        if before.is_some_and(|before| before != now) {
            tables.clear();
        }
        read.run(());
        now
    });
    TabState { database, schema, schemas, tables, search: RwSignal::new(String::new()), read }
}

#[derive(Debug, Clone, PartialEq)]
enum Face {
    Waiting,
    Trouble(Box<Problem>),
    /// There is nothing in the schema, or in all of them.
    Empty(Option<String>),
    List,
}

fn face(state: TabState) -> Face {
    match (state.tables.items.with(|items| items.as_ref().map(Vec::is_empty)), state.tables.problem.get()) {
        (None, None) => Face::Waiting,
        (None, Some(problem)) => Face::Trouble(Box::new(problem)),
        (Some(true), _) => Face::Empty(state.schema.get()),
        (Some(false), _) => Face::List,
    }
}

#[component]
fn Bar(state: TabState) -> impl IntoView {
    let address = use_address();
    let choose = move |chosen: String| {
        let base = routes::database(&state.database.get_untracked());
        let to = if chosen == ALL { base } else { format!("{base}?schema={}", route_segment(&chosen)) };
        address.replace(&to);
    };
    let options = move || {
        let schemas = state.schemas.get().unwrap_or_default();
        let chosen = state.schema.get();
        let all: i64 = schemas.iter().map(|schema| schema.tables).sum();
        let first = option(ALL, format!("All schemas ({})", format::count(all)), chosen.is_none());
        let missing = chosen.clone().filter(|name| !schemas.iter().any(|schema| schema.name == *name));
        let missing = missing.map(|name| option(&name, name.clone(), true));
        let named = schemas.into_iter().map(|schema| {
            let text = format!("{} ({})", schema.name, format::count(schema.tables));
            option(&schema.name, text, chosen.as_deref() == Some(schema.name.as_str()))
        });
        view! { {first}{named.collect_view()}{missing} }
    };
    view! {
        <div class="filters">
            <select class="input" aria-label="Schema" on:change=move |event| choose(event_target_value(&event))>
                {options}
            </select>
            <input
                class="input"
                type="search"
                placeholder="Find a table"
                aria-label="Find a table"
                data-search=""
                autocomplete="off"
                spellcheck="false"
                prop:value=state.search
                on:input=move |event| state.search.set(event_target_value(&event))
            />
            <span class="right" role="status">{move || count(state)}</span>
        </div>
    }
}

fn option(value: &str, text: String, selected: bool) -> impl IntoView + use<> {
    view! { <option value=value.to_owned() selected=selected>{text}</option> }
}

fn found(state: TabState) -> Vec<DatabaseTable> {
    let search = crate::ui::format::folded(state.search.get().trim());
    let holds = |text: &str| crate::ui::format::folded(text).contains(&search);
    state.tables.items.with(|items| {
        let all = items.iter().flatten();
        all.filter(|t| holds(&t.name) || t.description.as_deref().is_some_and(holds)).cloned().collect()
    })
}

fn count(state: TabState) -> String {
    let shown = i64::try_from(found(state).len()).unwrap_or(i64::MAX);
    let more = state.tables.next.with(Option::is_some);
    match (state.tables.items.with(Option::is_some), more) {
        (false, _) => String::new(),
        (true, true) => format!(
            "the first {}; there are more",
            format::plural(shown, "table or view", "tables and views")
        ),
        (true, false) => format::plural(shown, "table or view", "tables and views"),
    }
}

#[component]
fn Listed(state: TabState) -> impl IntoView {
    let api = use_api();
    let database = StoredValue::new(state.database.get_untracked());
    let shown = Memo::new(move |_| found(state));
    let none = Memo::new(move |_| shown.with(Vec::is_empty));
    let tables = state.tables;
    view! {
        {move || tables.problem.get().map(|problem| view! { <ErrorNotice problem retry=state.read /> })}
        <div class="card">
            <div class="scroll-x" tabindex="0" role="group" aria-label="Tables and views">
                <TableRows
                    database
                    tables=shown
                    schemas=Signal::derive(move || state.schema.with(Option::is_none))
                    label="Tables and views"
                />
            </div>
            <Show when=move || none.get()>
                <p class="more">{move || format!("None of those that are loaded holds “{}”.", state.search.get().trim())}</p>
            </Show>
            <Show when=move || tables.next.with(Option::is_some)>
                <div class="more">
                    <Button busy=tables.reading on_click=move |_| tables.more(api)>"Show more"</Button>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Empty(schema: Option<String>) -> impl IntoView {
    let (title, text) = match schema {
        None => (
            "No tables yet".to_owned(),
            "Connect an application or a client to this database and create the first table; it appears here.",
        ),
        Some(schema) => {
            (format!("Nothing in the schema “{schema}”"), "Choose another schema above, or all of them.")
        }
    };
    view! {
        <div class="card">
            <EmptyState icon=IconName::Table title text />
        </div>
    }
}
