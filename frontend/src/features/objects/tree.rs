//! The tree of schemas and what lies in them. On a narrow screen two lists to choose from stand in its place.

use std::collections::HashSet;

use howdah_types::tables::Schema;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::browser::Scope;
use super::sections::{LISTS, List, RELATIONS, WHOLE, find};
use crate::state::use_address;
use crate::ui::{Glyph, GlyphIcon, Icon, IconName, format};

/// One line of the tree. A schema of none stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Item {
    Schema(Option<String>, i64),
    /// A list in a schema.
    List(Option<String>, usize),
    /// A list of the whole database.
    Whole(usize),
}

/// A schema that can be opened; all of them have no name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key(Option<String>);

impl Item {
    fn target(&self) -> (Option<&str>, List) {
        match self {
            Self::Schema(schema, _) => (schema.as_deref(), RELATIONS),
            Self::List(schema, at) => (schema.as_deref(), LISTS.get(*at).copied().unwrap_or(RELATIONS)),
            Self::Whole(at) => (None, WHOLE.get(*at).copied().unwrap_or(RELATIONS)),
        }
    }

    fn key(&self) -> Option<Key> {
        match self {
            Self::Schema(schema, _) => Some(Key(schema.clone())),
            Self::List(..) | Self::Whole(_) => None,
        }
    }
}

/// Arrows move; Right opens a schema and Left closes it; Enter goes there.
#[component]
pub(super) fn Tree(scope: Scope) -> impl IntoView {
    let open = RwSignal::new(HashSet::<Key>::new());
    // The schema that is shown is open.
    Effect::new(move |_| {
        let (schema, kind, section) = (scope.schema.get(), scope.kind.get(), scope.section.get());
        if schema.is_some() || !kind.is_empty() || !section.is_empty() {
            open.update(|open| {
                open.insert(Key(schema));
            });
        }
    });
    let items = Memo::new(move |_| lines(&scope.known_schemas(), &open.get()));
    let current =
        Memo::new(move |_| items.with(|items| items.iter().find(|item| is_current(scope, item)).cloned()));
    let one = move |item: Item| view! { <Line scope item open items current /> };
    view! {
        <nav class="browser-tree" aria-label="Objects of the database">
            <ul role="tree" aria-label="Schemas" on:keydown=move |ev| tree_keys(&ev, open, items)>
                <For each=move || items.get() key=Clone::clone children=one />
            </ul>
        </nav>
    }
}

fn lines(schemas: &[Schema], open: &HashSet<Key>) -> Vec<Item> {
    let all = schemas.iter().map(|schema| schema.tables).sum();
    let first = std::iter::once((None, all));
    let named = schemas.iter().map(|schema| (Some(schema.name.clone()), schema.tables));
    let mut items = Vec::new();
    for (schema, tables) in first.chain(named) {
        items.push(Item::Schema(schema.clone(), tables));
        if open.contains(&Key(schema.clone())) {
            items.extend((0..LISTS.len()).map(|at| Item::List(schema.clone(), at)));
        }
    }
    items.extend((0..WHOLE.len()).map(Item::Whole));
    items
}

fn is_current(scope: Scope, item: &Item) -> bool {
    let (schema, list) = item.target();
    let same =
        scope.section.with(|section| section == list.section) && scope.kind.with(|kind| kind == list.kind);
    same && (!list.in_schemas || scope.schema.with(|now| now.as_deref() == schema))
}

#[component]
fn Line(
    scope: Scope,
    item: Item,
    open: RwSignal<HashSet<Key>>,
    items: Memo<Vec<Item>>,
    current: Memo<Option<Item>>,
) -> impl IntoView {
    let (schema, list) = item.target();
    let target = schema.map(ToOwned::to_owned);
    let href = move || scope.database.with(|database| list.address(database, target.as_deref()));
    let (name, count, level) = match &item {
        Item::Schema(None, n) => ("All schemas".to_owned(), Some(*n), "1"),
        Item::Schema(Some(schema), n) => (schema.clone(), Some(*n), "1"),
        Item::List(..) => (list.name.to_owned(), None, "2"),
        Item::Whole(_) => (list.name.to_owned(), None, "1"),
    };
    let whole = name.clone();
    let is_whole = matches!(item, Item::Whole(_));
    let key = item.key();
    let expanded = {
        let key = key.clone();
        move || key.as_ref().map(|key| if open.with(|open| open.contains(key)) { "true" } else { "false" })
    };
    let mine = item.clone();
    let is_mine = move || current.with(|current| current.as_ref() == Some(&mine));
    let first = item.clone();
    let reached = {
        let is_mine = is_mine.clone();
        move || {
            let none = current.with(Option::is_none);
            let first = none && items.with(|items| items.first() == Some(&first));
            if is_mine() || first { "0" } else { "-1" }
        }
    };
    let selected = is_mine.clone();
    let icon = match &item {
        Item::Schema(..) => view! { <GlyphIcon glyph=Glyph::Schema /> }.into_any(),
        Item::List(..) | Item::Whole(_) => list.icon(),
    };
    let twist = key.map(|key| {
        let turn = move |ev: leptos::ev::MouseEvent| {
            ev.prevent_default();
            ev.stop_propagation();
            open.update(|open| flip(open, &key));
        };
        view! { <span class="twist" aria-hidden="true" on:click=turn><Icon name=IconName::ChevronRight /></span> }
    });
    view! {
        <li role="none">
            <a
                class="nav"
                role="treeitem"
                href=href
                title=whole
                class:inner=level == "2"
                class:whole=is_whole
                prop:ariaLevel=level
                aria-expanded=expanded
                aria-selected=move || if selected() { "true" } else { "false" }
                aria-current=move || is_mine().then_some("page")
                tabindex=reached
            >
                {twist}
                {icon}
                <span>{name}</span>
                {count.map(|n| view! { <span class="count">{format::count(n)}</span> })}
            </a>
        </li>
    }
}

fn flip(open: &mut HashSet<Key>, key: &Key) {
    if !open.remove(key) {
        open.insert(key.clone());
    }
}

fn tree_keys(ev: &KeyboardEvent, open: RwSignal<HashSet<Key>>, items: Memo<Vec<Item>>) {
    let Some(link) = ev.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(all) = document().query_selector_all(".browser-tree [role=treeitem]") else { return };
    let count = all.length();
    let Some(at) = (0..count).find(|&at| all.get(at).is_some_and(|one| one.is_same_node(Some(&link)))) else {
        return;
    };
    let item = items.with_untracked(|items| items.get(at as usize).cloned());
    let schema = item.as_ref().and_then(Item::key);
    let is_open = schema.as_ref().is_some_and(|schema| open.with_untracked(|open| open.contains(schema)));
    let to = match ev.key().as_str() {
        "ArrowDown" => (at + 1).min(count - 1),
        "ArrowUp" => at.saturating_sub(1),
        "Home" => 0,
        "End" => count - 1,
        "ArrowRight" if is_open => at + 1,
        "ArrowLeft" if schema.is_none() => (0..at)
            .rev()
            .find(|&at| {
                items.with_untracked(|items| items.get(at as usize).is_some_and(|i| i.key().is_some()))
            })
            .unwrap_or(at),
        "ArrowRight" | "ArrowLeft" => {
            ev.prevent_default();
            if let Some(schema) = schema {
                open.update(|open| flip(open, &schema));
            }
            return;
        }
        _ => return,
    };
    ev.prevent_default();
    if let Some(next) = all.get(to).and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}

/// The tree as two lists to choose from, for narrow screens.
#[component]
pub(super) fn Narrow(scope: Scope) -> impl IntoView {
    let address = use_address();
    let go = move |schema: Option<String>, list: List| {
        address.go(&list.address(&scope.database.get_untracked(), schema.as_deref()));
    };
    let choose_schema = move |ev| {
        let name = event_target_value(&ev);
        go((!name.is_empty()).then_some(name), untrack(|| scope.list()).unwrap_or(RELATIONS));
    };
    let choose_list = move |ev| {
        let chosen = event_target_value(&ev);
        let (section, kind) = chosen.split_once('/').unwrap_or_default();
        go(scope.schema.get_untracked(), find(section, kind).unwrap_or(RELATIONS));
    };
    let schemas = move || {
        let now = scope.schema.get();
        let named = scope.known_schemas().into_iter().map(|schema| {
            let mine = now.as_deref() == Some(schema.name.as_str());
            view! { <option value=schema.name.clone() selected=mine>{schema.name.clone()}</option> }
        });
        view! { <option value="" selected=now.is_none()>"All schemas"</option> {named.collect_view()} }
    };
    let lists = move || {
        let now = scope.list();
        let one = |list: List| {
            let value = format!("{}/{}", list.section, list.kind);
            view! { <option value=value selected=now == Some(list)>{list.name}</option> }
        };
        std::iter::once(RELATIONS).chain(LISTS).chain(WHOLE).map(one).collect_view()
    };
    view! {
        <select class="input narrow" aria-label="Schema" on:change=choose_schema>{schemas}</select>
        <select class="input narrow" aria-label="Kind" on:change=choose_list>{lists}</select>
    }
}
