//! The table of databases: sorted by its headers, walked with the arrow keys.

use std::collections::{HashMap, HashSet};

use howdah_types::databases::Database;
use leptos::html::Tbody;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTableRowElement, KeyboardEvent};

use super::facts::{Description, Size, tags};
use super::order::{CONNECTIONS, NAME, OWNER, SIZE};
use crate::routes;
use crate::ui::{Sort, SortHeader};

/// What a key or a click asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Open,
    Edit,
    Copy,
    Delete,
}

/// What the list needs and changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListState {
    /// What is shown, in order.
    pub(super) shown: Memo<Vec<Database>>,
    pub(super) sort: RwSignal<Sort>,
    pub(super) selected: RwSignal<Option<String>>,
    /// The selected one if it is shown, else the first of one’s own: the row that Tab reaches.
    pub(super) current: Memo<Option<String>>,
    /// Names that glow because they were just made or changed.
    pub(super) changed: RwSignal<HashSet<String>>,
    pub(super) command: Callback<(Command, Database)>,
}

/// Names in order for the rows, and what lies behind each for their cells: a row stays in the document (and keeps the
/// focus) while what it says changes.
#[derive(Debug, Clone, Copy)]
struct Index {
    names: Memo<Vec<String>>,
    by_name: Memo<HashMap<String, Database>>,
}

impl Index {
    fn of(state: ListState) -> Self {
        let names = Memo::new(move |_| {
            state.shown.with(|all| all.iter().map(|d| d.name.clone()).collect::<Vec<_>>())
        });
        let by_name = Memo::new(move |_| {
            state.shown.with(|all| all.iter().map(|d| (d.name.clone(), d.clone())).collect::<HashMap<_, _>>())
        });
        Self { names, by_name }
    }
}

#[component]
pub(super) fn DatabaseList(state: ListState) -> impl IntoView {
    let body = NodeRef::<Tbody>::new();
    let index = Index::of(state);
    let sort = state.sort;
    view! {
        <div class="card databases-scroll">
            <table
                class="grid databases-list"
                role="grid"
                aria-label="Databases"
                on:keydown=move |event| keydown(&event, state, index, body)
            >
                <thead>
                    <tr>
                        <SortHeader label="Name" key=NAME sort />
                        <SortHeader label="Owner" key=OWNER sort class="hide-s" />
                        <SortHeader label="Size" key=SIZE sort numeric=true />
                        <SortHeader label="Connections" key=CONNECTIONS sort numeric=true class="hide-s" />
                        <th scope="col" class="hide-s">"Description"</th>
                        <th scope="col">"Notes"</th>
                    </tr>
                </thead>
                <tbody node_ref=body>
                    <For each=move || index.names.get() key=Clone::clone let:name>
                        <Row name index state />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(name: String, index: Index, state: ListState) -> impl IntoView {
    let name = StoredValue::new(name);
    let is = move |other: &Option<String>| name.with_value(|name| other.as_ref() == Some(name));
    let row = Memo::new(move |_| name.with_value(|name| index.by_name.with(|all| all.get(name).cloned())));
    let with = move |show: fn(&Database) -> AnyView| move || row.with(|d| d.as_ref().map(show));
    let select = move || state.selected.set(Some(name.get_value()));
    let open = move |_| {
        if let Some(database) = row.get_untracked() {
            state.command.run((Command::Open, database));
        }
    };
    view! {
        <tr
            tabindex=move || if state.current.with(is) { "0" } else { "-1" }
            aria-selected=move || state.current.with(is).to_string()
            class:changed=move || state.changed.with(|all| name.with_value(|name| all.contains(name)))
            on:click=move |_| select()
            on:focus=move |_| select()
            on:dblclick=open
        >
            <td class="name">
                <a href=name.with_value(|name| routes::database(name)) tabindex="-1" title=name.get_value()>
                    {name.get_value()}
                </a>
            </td>
            <td class="hide-s">{with(|d| d.owner.clone().into_any())}</td>
            <td class="num">{with(|d| view! { <Size bytes=d.size_bytes /> }.into_any())}</td>
            <td class="num hide-s">{with(|d| connections(d.connections).into_any())}</td>
            <td class="description hide-s">
                {with(|d| view! { <Description text=d.description.clone() /> }.into_any())}
            </td>
            <td class="tags">{with(|d| tags(d).into_any())}</td>
        </tr>
    }
}

/// The number of connections, or a dash where the role may not see them.
fn connections(count: Option<i32>) -> String {
    count.map_or_else(|| "–".to_owned(), |count| count.to_string())
}

fn keydown(event: &KeyboardEvent, state: ListState, index: Index, body: NodeRef<Tbody>) {
    // A button in the header or a link keeps its own keys.
    let on_row = event.target().is_some_and(|target| target.dyn_ref::<HtmlTableRowElement>().is_some());
    if !on_row || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let names = index.names.get_untracked();
    let selected = state.current.get_untracked();
    let at = selected.as_ref().and_then(|name| names.iter().position(|n| n == name));
    if let Some(to) = destination(&event.key(), at, names.len().saturating_sub(1)) {
        event.prevent_default();
        focus_row(body, to);
        return;
    }
    let command = match event.key().as_str() {
        "Enter" => Command::Open,
        "e" => Command::Edit,
        "c" => Command::Copy,
        "Delete" => Command::Delete,
        _ => return,
    };
    let database = selected.and_then(|name| index.by_name.with_untracked(|all| all.get(&name).cloned()));
    if let Some(database) = database {
        event.prevent_default();
        state.command.run((command, database));
    }
}

/// The row that a key leads to from row `at` when `last` is the last.
fn destination(key: &str, at: Option<usize>, last: usize) -> Option<usize> {
    let here = at.unwrap_or(0);
    let to = match key {
        "ArrowDown" | "j" => at.map_or(0, |at| at + 1),
        "ArrowUp" | "k" => here.saturating_sub(1),
        "PageDown" => here + 10,
        "PageUp" => here.saturating_sub(10),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Some(to.min(last))
}

/// Puts the focus (and with it the selection) on a row.
fn focus_row(body: NodeRef<Tbody>, index: usize) {
    let row = body.get_untracked().and_then(|body| body.rows().item(u32::try_from(index).ok()?));
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let _ = row.focus();
    }
}
