//! All databases of the server.

use std::collections::HashSet;
use std::time::Duration;

use howdah_types::databases::Database;
use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::details::DatabaseCard;
use super::dialogs::{DatabaseDialogs, Done, Open};
use super::list::{Command, DatabaseList, ListState};
use super::order::{NAME, arrange, changes};
use super::trouble::Trouble;
use crate::routes;
use crate::state::{Databases, Session, typing, use_address, use_databases, use_session};
use crate::ui::{Button, ButtonKind, EmptyState, ErrorNotice, IconName, PageHead, Skeleton, Sort, format};

/// The list of databases, the selected one below it, and the dialogs.
#[component]
pub fn DatabasesPage() -> impl IntoView {
    let (databases, session) = (use_databases(), use_session());
    let (search, templates) = (RwSignal::new(String::new()), RwSignal::new(false));
    let open = RwSignal::new(None);
    let state = list_state(databases, search, templates, open);
    let all = Memo::new(move |_| databases.list().get().unwrap_or_default());
    listen_for_new(session, open);
    let done = move |done| {
        match done {
            Done::Saved(database) => state.selected.set(Some(database.name)),
            Done::Deleted(_) => state.selected.set(None),
        }
        set_timeout(keep_focus, Duration::from_millis(60));
    };
    view! {
        <div class="databases">
            <PageHead title="Databases" text=Signal::derive(move || summary(&all.get()))>
                <SearchBox search />
                <TemplatesSwitch all templates />
                <Show when=move || session.can(Permission::DatabaseCreate)>
                    <Button kind=ButtonKind::Primary title="Press n" on_click=move |_| open.set(Some(Open::New))>
                        "New database"
                    </Button>
                </Show>
            </PageHead>
            <Content state search open />
        </div>
        <DatabaseDialogs open on_done=done />
    }
}

/// The row that had the focus may be gone with its name: the selected one takes it.
fn keep_focus() {
    let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    if lost {
        focus_list();
    }
}

/// Puts the focus on the row that Tab reaches; false when there is none.
fn focus_list() -> bool {
    let row = document().query_selector(".databases-list tbody tr[tabindex='0']").ok().flatten();
    row.and_then(|row| row.dyn_into::<HtmlElement>().ok()).is_some_and(|row| row.focus().is_ok())
}

fn list_state(
    databases: Databases,
    search: RwSignal<String>,
    templates: RwSignal<bool>,
    open: RwSignal<Option<Open>>,
) -> ListState {
    let sort = RwSignal::new(Sort::by(NAME));
    let selected = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| {
        databases.list().with(|list| {
            arrange(list.as_deref().unwrap_or_default(), &search.get(), templates.get(), sort.get())
        })
    });
    let current = Memo::new(move |_| {
        let selected = selected.get();
        shown.with(|all| {
            let there = selected.filter(|name| all.iter().any(|d| d.name == *name));
            // People come for their own databases, not for the server's and not for ours.
            let first = || all.iter().find(|d| d.protection.is_none()).or_else(|| all.first());
            there.or_else(|| first().map(|d| d.name.clone()))
        })
    });
    let address = use_address();
    let command = Callback::new(move |(command, database): (Command, Database)| match command {
        Command::Open => address.go(&routes::database(&database.name)),
        Command::Edit => open.set(Some(Open::Edit(database))),
        Command::Copy => open.set(Some(Open::Copy(database))),
        Command::Delete if database.protection.is_none() => open.set(Some(Open::Delete(database))),
        Command::Delete => {}
    });
    ListState { shown, sort, selected, current, changed: glow(databases), command }
}

/// The names that were just made or changed, for as long as they glow.
fn glow(databases: Databases) -> RwSignal<HashSet<String>> {
    let changed = RwSignal::new(HashSet::new());
    Effect::new(move |before: Option<Option<Vec<Database>>>| {
        let list = databases.list().get();
        if let (Some(Some(before)), Some(after)) = (before, &list) {
            let names = changes(&before, after);
            if !names.is_empty() {
                changed.set(names);
                set_timeout(move || drop(changed.try_set(HashSet::new())), Duration::from_millis(2_500));
            }
        }
        list
    });
    changed
}

/// `n` anywhere on the page, and `?new=1` in the address, open the dialog for a new database.
fn listen_for_new(session: Session, open: RwSignal<Option<Open>>) {
    let may = move || session.can(Permission::DatabaseCreate);
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        let free = document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_none());
        if event.key() == "n" && plain && free && !typing(&event) && untrack(may) {
            event.prevent_default();
            open.set(Some(Open::New));
        }
    });
    on_cleanup(move || handle.remove());
    let asked = routes::use_query("new");
    let address = use_address();
    Effect::new(move || {
        if asked.get().is_some() {
            address.replace(&routes::databases());
            if untrack(may) {
                open.set(Some(Open::New));
            }
        }
    });
}

/// `12 databases, 124 GB on this server.` Templates are not counted.
fn summary(all: &[Database]) -> String {
    let own: Vec<&Database> = all.iter().filter(|d| !d.is_template).collect();
    if own.is_empty() {
        return String::new();
    }
    let bytes: i64 = own.iter().filter_map(|d| d.size_bytes).sum();
    let known = own.iter().filter(|d| d.size_bytes.is_some()).count();
    let count = format::plural(i64::try_from(own.len()).unwrap_or(i64::MAX), "database", "databases");
    let size = match known {
        0 => String::new(),
        known if known < own.len() => format!(", at least {}", format::bytes(bytes)),
        _ => format!(", {}", format::bytes(bytes)),
    };
    format!("{count}{size} on this server. Changes made by others appear here as they happen.")
}

#[component]
fn SearchBox(search: RwSignal<String>) -> impl IntoView {
    let keydown = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => search.set(String::new()),
        "ArrowDown" | "Enter" if focus_list() => event.prevent_default(),
        _ => {}
    };
    view! {
        <input
            class="input"
            type="search"
            placeholder="Find a database"
            aria-label="Find a database"
            data-search=""
            autocomplete="off"
            spellcheck="false"
            prop:value=search
            on:input=move |event| search.set(event_target_value(&event))
            on:keydown=keydown
        />
    }
}

#[component]
fn TemplatesSwitch(all: Memo<Vec<Database>>, templates: RwSignal<bool>) -> impl IntoView {
    view! {
        <Show when=move || all.with(|all| all.iter().any(|d| d.is_template))>
            <label class="switch">
                <input
                    type="checkbox"
                    prop:checked=templates
                    on:change=move |event| templates.set(event_target_checked(&event))
                />
                "Templates"
            </label>
        </Show>
    }
}

/// What stands below the head.
#[derive(Debug, Clone, PartialEq)]
enum Face {
    Waiting,
    Trouble(Box<Problem>),
    NothingFound,
    List,
}

#[component]
fn Content(state: ListState, search: RwSignal<String>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let databases = use_databases();
    let face =
        Memo::new(move |_| match (databases.list().with(Option::is_some), databases.problem().get()) {
            (false, None) => Face::Waiting,
            (false, Some(problem)) => Face::Trouble(Box::new(problem)),
            (true, _) if state.shown.with(Vec::is_empty) => Face::NothingFound,
            (true, _) => Face::List,
        });
    let retry = Callback::new(move |()| databases.reload());
    move || match face.get() {
        Face::Waiting => view! { <Skeleton rows=6 /> }.into_any(),
        Face::Trouble(problem) => view! { <Trouble problem=*problem retry /> }.into_any(),
        Face::NothingFound => view! { <NothingFound search open /> }.into_any(),
        Face::List => view! { <Listed state open retry /> }.into_any(),
    }
}

#[component]
fn Listed(state: ListState, open: RwSignal<Option<Open>>, retry: Callback<()>) -> impl IntoView {
    let databases = use_databases();
    let selected = Memo::new(move |_| {
        let name = state.current.get()?;
        state.shown.with(|all| all.iter().find(|d| d.name == name).cloned())
    });
    let own =
        Memo::new(move |_| databases.list().with(|all| all.iter().flatten().any(|d| d.protection.is_none())));
    view! {
        {move || databases.problem().get().map(|problem| view! { <ErrorNotice problem retry /> })}
        <DatabaseList state />
        <Show when=move || own.get() fallback=move || view! { <FirstDatabase open /> }>
            <DatabaseCard database=selected open />
        </Show>
    }
}

/// Only PostgreSQL's and Howdah's own databases are there.
#[component]
fn FirstDatabase(open: RwSignal<Option<Open>>) -> impl IntoView {
    let session = use_session();
    view! {
        <div class="card">
            <EmptyState
                icon=IconName::Database
                title="No database of your own yet"
                text="What is listed above belongs to PostgreSQL and to Howdah. Make a database for your own tables."
            >
                <Show when=move || session.can(Permission::DatabaseCreate)>
                    <Button kind=ButtonKind::Primary on_click=move |_| open.set(Some(Open::New))>"New database"</Button>
                </Show>
            </EmptyState>
        </div>
    }
}

#[component]
fn NothingFound(search: RwSignal<String>, open: RwSignal<Option<Open>>) -> impl IntoView {
    move || {
        let text = search.get();
        if text.trim().is_empty() {
            return view! { <FirstDatabase open /> }.into_any();
        }
        view! {
            <div class="card">
                <EmptyState
                    icon=IconName::Search
                    title=format!("No database holds “{}”", text.trim())
                    text="Names, owners and descriptions were searched."
                >
                    <Button on_click=move |_| search.set(String::new())>"Show all"</Button>
                </EmptyState>
            </div>
        }
        .into_any()
    }
}
