//! The list of tables and views: searched by the server as one types, drawn as far as it is seen.

use howdah_types::tables::DatabaseTable;
use leptos::prelude::*;

use super::browser::Scope;
use super::sections::kinds;
use crate::api::tables::Wanted;
use crate::api::{self, use_api};
use crate::features::databases::Trouble;
use crate::features::tables::{KindIcon, Paged, key_mark, kind_tag, rows_about, size};
use crate::routes;
use crate::ui::{
    ButtonKind, EmptyState, ErrorNotice, IconName, LinkButton, Rows, Skeleton, VirtualTable, format,
};

/// Tables that are read at once.
const PAGE: u32 = 300;
/// The most that the server gives at once.
const MOST: u32 = 2_000;

/// The question that the list answers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Question {
    database: String,
    schema: Option<String>,
    kind: String,
    text: String,
}

#[component]
pub(super) fn TableList(scope: Scope) -> impl IntoView {
    let api = use_api();
    let tables = Paged::<DatabaseTable>::new();
    let question = Memo::new(move |_| Question {
        database: scope.database.get(),
        schema: scope.schema.get(),
        kind: scope.kind.get(),
        text: scope.text.get(),
    });
    let read = Callback::new(move |limit: u32| {
        let Question { database, schema, kind, text } = question.get_untracked();
        tables.start(async move {
            let wanted = Wanted { schema: schema.as_deref(), text: &text, kinds: kinds(&kind), limit };
            api::tables::search(api, &database, &wanted).await
        });
    });
    Effect::new(move |before: Option<Question>| {
        scope.refresh.track();
        let now = question.get();
        let same = before.as_ref() == Some(&now);
        if before.is_some_and(|before| before.database != now.database) {
            tables.clear();
        }
        // What is read again because something changed keeps its length, so that nobody loses their place.
        let loaded = tables.items.with_untracked(|items| items.as_ref().map_or(0, Vec::len));
        let loaded = u32::try_from(loaded).unwrap_or(MOST);
        read.run(if same { loaded.clamp(PAGE, MOST) } else { PAGE });
        now
    });
    let retry = Callback::new(move |()| read.run(PAGE));
    let face = Memo::new(move |_| {
        let length = tables.items.with(|items| items.as_ref().map(Vec::len));
        match (length, tables.problem.get()) {
            (None, None) => Face::Waiting,
            (None, Some(problem)) => Face::Trouble(Box::new(problem)),
            (Some(0), _) => Face::Empty,
            (Some(_), _) => Face::List,
        }
    });
    view! {
        <p class="browser-count" role="status">{move || count(scope, tables)}</p>
        {move || tables.problem.get().filter(|_| face.get() == Face::List).map(|problem| view! { <ErrorNotice problem retry /> })}
        {move || match face.get() {
            Face::Waiting => view! { <Skeleton rows=12 /> }.into_any(),
            Face::Trouble(problem) => view! { <Trouble problem=*problem retry /> }.into_any(),
            Face::Empty => view! { <Empty scope /> }.into_any(),
            Face::List => view! { <Listed scope tables /> }.into_any(),
        }}
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Face {
    Waiting,
    Trouble(Box<howdah_types::problem::Problem>),
    Empty,
    List,
}

/// How many there are in all, where that is known.
fn total(scope: Scope, tables: Paged<DatabaseTable>) -> Option<usize> {
    if tables.next.with(Option::is_none) {
        return tables.items.with(|items| items.as_ref().map(Vec::len));
    }
    let all = scope.text.with(String::is_empty) && scope.kind.with(String::is_empty);
    if !all {
        return None;
    }
    let schemas = scope.schemas.get()?.ok()?;
    let chosen = scope.schema.get();
    let mine = schemas.iter().filter(|schema| chosen.as_ref().is_none_or(|chosen| *chosen == schema.name));
    usize::try_from(mine.map(|schema| schema.tables).sum::<i64>()).ok()
}

fn count(scope: Scope, tables: Paged<DatabaseTable>) -> String {
    let Some(loaded) = tables.items.with(|items| items.as_ref().map(Vec::len)) else { return String::new() };
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (one, many) = match scope.kind.get().as_str() {
        "tables" => ("table", "tables"),
        "views" => ("view", "views"),
        "materialized" => ("materialized view", "materialized views"),
        _ => ("table or view", "tables and views"),
    };
    match (total(scope, tables), scope.text.with(String::is_empty)) {
        (Some(n), true) => format::plural(whole(n), one, many),
        (Some(n), false) => format!("{} found", format::plural(whole(n), one, many)),
        (None, true) => format!("more than {} {many}", format::count(whole(loaded))),
        (None, false) => format!("more than {} {many} found", format::count(whole(loaded))),
    }
}

#[component]
fn Listed(scope: Scope, tables: Paged<DatabaseTable>) -> impl IntoView {
    let api = use_api();
    let at = move |at: usize| tables.items.with_untracked(|items| items.as_ref()?.get(at).cloned());
    let rows = Rows {
        count: Signal::derive(move || tables.items.with(|items| items.as_ref().map_or(0, Vec::len))),
        total: Signal::derive(move || total(scope, tables)),
        key: Callback::new(move |row: usize| {
            let table = tables.items.with(|items| items.as_ref()?.get(row).map(|table| format!("{table:?}")));
            let all = scope.schema.with(Option::is_none);
            format!("{all} {}", table.unwrap_or_default())
        }),
        cells: Callback::new(move |row: usize| match at(row) {
            Some(table) => cells(scope, &table),
            None => ().into_any(),
        }),
        near_end: Callback::new(move |()| {
            if tables.next.with_untracked(Option::is_some) {
                tables.more(api);
            }
        }),
    };
    view! {
        <div class="card browser-card">
            <VirtualTable label="Tables and views" rows class="tables-list">
                <tr>
                    <th scope="col">"Table"</th>
                    <th scope="col" class="num">"Rows, about"</th>
                    <th scope="col" class="num">"Size"</th>
                    <th scope="col" class="hide-s">"Key"</th>
                    <th scope="col" class="hide-s">"Description"</th>
                </tr>
            </VirtualTable>
        </div>
    }
}

fn cells(scope: Scope, table: &DatabaseTable) -> AnyView {
    let href = scope.database.with_untracked(|database| routes::table(database, &table.schema, &table.name));
    let schema = scope.schema.with_untracked(Option::is_none).then(|| table.schema.clone());
    let description = table.description.clone().unwrap_or_default();
    view! {
        <td class="name">
            <span class="table-name">
                <KindIcon kind=table.kind />
                <a href=href title=table.name.clone() tabindex="-1">
                    {schema.map(|schema| view! { <span class="schema">{schema}"."</span> })}
                    {table.name.clone()}
                </a>
                {kind_tag(table)}
            </span>
        </td>
        <td class="num">{rows_about(table)}</td>
        <td class="num">{size(table)}</td>
        <td class="hide-s">{key_mark(table)}</td>
        <td class="description hide-s" title=description.clone()>{description.clone()}</td>
    }
    .into_any()
}

#[component]
fn Empty(scope: Scope) -> impl IntoView {
    let text = scope.text.get_untracked();
    let schema = scope.schema.get_untracked();
    let database = scope.database.get_untracked();
    if !text.is_empty() {
        let title = format!("Nothing is called “{text}”");
        return view! {
            <div class="card">
                <EmptyState icon=IconName::Search title text="The whole name is searched, with the schema before it: any part of it will do." />
            </div>
        }
        .into_any();
    }
    let title = match &schema {
        None => "No tables yet".to_owned(),
        Some(schema) => format!("Nothing in the schema “{schema}”"),
    };
    let href = routes::new_table(&database, schema.as_deref());
    let import = routes::import(&database, schema.as_deref(), None);
    view! {
        <div class="card">
            <EmptyState
                icon=IconName::Table
                title
                text="Make the first table here, or connect an application that does; it appears as soon as it is there."
            >
                <LinkButton href kind=ButtonKind::Primary>"New table"</LinkButton>
                <LinkButton href=import>"Import a file"</LinkButton>
            </EmptyState>
        </div>
    }
    .into_any()
}
