//! The browser of a database: a tree of schemas at the left, the chosen list at the right.

use std::time::Duration;

use howdah_types::permissions::Permission;
use howdah_types::tables::Schema;
use leptos::prelude::*;

use super::dialogs::{Deed, Open, show_dialog};
use super::lists::OtherList;
use super::sections::{List, find};
use super::tables::TableList;
use super::tree::{Narrow, Tree};
use crate::api::{self, Result, use_api};
use crate::features::not_found::NotFound;
use crate::routes;
use crate::state::{Reading, use_session, use_structure_refresh};
use crate::ui::{ButtonKind, Icon, IconName, LinkButton, Menu, MenuItem, new_id};

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(140);
/// How all schemas are written in the address.
const ALL: &str = "*";

/// What is shown, from the address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub(super) database: Memo<String>,
    /// None means all schemas.
    pub(super) schema: Memo<Option<String>>,
    pub(super) kind: Memo<String>,
    pub(super) section: Memo<String>,
    pub(super) schemas: Reading<Result<Vec<Schema>>>,
    /// What is typed into the search.
    pub(super) typed: RwSignal<String>,
    /// What the server is asked for: what was typed when typing rested.
    pub(super) text: RwSignal<String>,
    pub(super) refresh: Signal<(u32, u32, u32)>,
    pub(super) dialog: RwSignal<Option<Open>>,
}

impl Scope {
    /// The list of the address.
    pub(super) fn list(self) -> Option<List> {
        self.section.with(|section| self.kind.with(|kind| find(section, kind)))
    }

    /// The schemas that were read.
    pub(super) fn known_schemas(self) -> Vec<Schema> {
        self.schemas.get().and_then(Result::ok).unwrap_or_default()
    }
}

/// The browser. Its parts follow the address: section, `?schema=` and `?kind=`.
#[component]
pub(super) fn Browser() -> impl IntoView {
    let scope = scope();
    let list = Memo::new(move |_| scope.list());
    let content = move || match list.get() {
        None => view! { <NotFound /> }.into_any(),
        Some(list) if list.section.is_empty() => view! { <TableList scope /> }.into_any(),
        Some(list) => view! { <OtherList scope list /> }.into_any(),
    };
    view! {
        <div class="browser">
            <Tree scope />
            <section class="browser-main" aria-label=move || list.get().map(|list| list.name)>
                <div class="filters browser-bar">
                    <Narrow scope />
                    <Search scope />
                    <New scope />
                </div>
                {content}
            </section>
        </div>
        {show_dialog(scope.dialog)}
    }
}

fn scope() -> Scope {
    let api = use_api();
    let (database, section) = (routes::use_param("database"), routes::use_param("section"));
    let (schema, kind) = (routes::use_query("schema"), routes::use_query("kind"));
    let refresh = use_structure_refresh(database);
    let schemas = Reading::new(move || {
        refresh.track();
        let database = database.get();
        async move { api::tables::schemas(api, &database).await }
    });
    let (typed, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    rest(typed, text);
    let scope = Scope {
        database,
        schema: Memo::new(move |_| schema.get().filter(|schema| schema != ALL)),
        kind: Memo::new(move |_| kind.get().unwrap_or_default()),
        section,
        schemas,
        typed,
        text,
        refresh,
        dialog: RwSignal::new(None),
    };
    // Another list is another question.
    Effect::new(move |before: Option<String>| {
        let now = section.get();
        if before.is_some_and(|before| before != now) {
            typed.set(String::new());
            text.set(String::new());
        }
        now
    });
    scope
}

/// `to` follows `from` when that has rested.
fn rest(from: RwSignal<String>, to: RwSignal<String>) {
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        let text = from.get().trim().to_owned();
        if let Some(Some(timer)) = timer {
            timer.clear();
        }
        let put = move || {
            if to.try_with_untracked(|old| *old != text).unwrap_or(false) {
                to.set(text.clone());
            }
        };
        set_timeout_with_handle(put, REST).ok()
    });
}

#[component]
fn Search(scope: Scope) -> impl IntoView {
    let label = move || {
        scope.list().map(|list| match list.section {
            "" if list.kind.is_empty() => "Find a table or view".to_owned(),
            _ => format!("Find in {}", list.name.to_lowercase()),
        })
    };
    let keys = move |ev: leptos::ev::KeyboardEvent| {
        let wanted = match ev.key().as_str() {
            "ArrowDown" => ".browser-main tbody tr[data-at]",
            "Enter" => ".browser-main tbody tr[data-at] a",
            _ => return,
        };
        ev.prevent_default();
        act_on(wanted, ev.key() == "Enter");
    };
    view! {
        <input
            class="input browser-search"
            type="search"
            placeholder=label
            aria-label=label
            data-search=""
            autocomplete="off"
            spellcheck="false"
            prop:value=move || scope.typed.get()
            on:input=move |event| scope.typed.set(event_target_value(&event))
            on:keydown=keys
        />
    }
}

/// Clicks or focuses the first element that fits.
fn act_on(selector: &str, click: bool) {
    use wasm_bindgen::JsCast;
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        if click {
            element.click();
        } else {
            let _ = element.focus();
        }
    }
}

/// What can be made here: a table first, the rest in a menu.
#[component]
fn New(scope: Scope) -> impl IntoView {
    let session = use_session();
    let open = move |deed: Deed| {
        Callback::new(move |()| {
            let schema = scope.schema.get_untracked();
            scope.dialog.set(Some(Open {
                database: scope.database.get_untracked(),
                schema,
                deed: deed.clone(),
            }));
        })
    };
    let table = Signal::derive(move || {
        scope.schema.with(|schema| routes::new_table(&scope.database.get(), schema.as_deref()))
    });
    let import = Signal::derive(move || {
        scope.schema.with(|schema| routes::import(&scope.database.get(), schema.as_deref(), None))
    });
    let id = new_id("new");
    view! {
        <span class="right browser-new" id=id>
            <Show when=move || session.can(Permission::TableCreate)>
                <LinkButton href=table kind=ButtonKind::Primary>"New table"</LinkButton>
            </Show>
            <Show when=move || session.can(Permission::TableCreate) && session.can(Permission::RowCreate)>
                <LinkButton href=import>"Import a file"</LinkButton>
            </Show>
            <Show when=move || session.can(Permission::TableCreate) || session.can(Permission::SchemaManage)>
                <Menu
                    label="New …"
                    class="btn"
                    button=move || view! { "New" <Icon name=IconName::ChevronDown /> }
                >
                    <Show when=move || session.can(Permission::TableCreate)>
                        <MenuItem on_click=open(Deed::NewView) icon=IconName::View>"View…"</MenuItem>
                    </Show>
                    <Show when=move || session.can(Permission::SchemaManage)>
                        <MenuItem on_click=open(Deed::NewSchema)>"Schema…"</MenuItem>
                        <MenuItem on_click=open(Deed::NewEnum)>"Enum type…"</MenuItem>
                        <MenuItem on_click=open(Deed::NewSequence)>"Sequence…"</MenuItem>
                        <MenuItem on_click=open(Deed::NewExtension(None))>"Extension…"</MenuItem>
                    </Show>
                </Menu>
            </Show>
        </span>
    }
}
