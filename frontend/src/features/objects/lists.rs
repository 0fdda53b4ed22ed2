//! The lists of schemas, sequences, types, functions, triggers and extensions.

use std::fmt::Debug;

use howdah_types::database_types::DatabaseType;
use howdah_types::extensions::Extension;
use howdah_types::functions::DatabaseFunction;
use howdah_types::permissions::Permission;
use howdah_types::sequences::Sequence;
use howdah_types::tables::Schema;
use howdah_types::triggers::Trigger;
use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::browser::Scope;
use super::dialogs::{Deed, Open};
use super::sections::List;
use super::words::{enabled, function_kind, type_kind, type_note};
use crate::api::objects::{self, Noun};
use crate::api::use_api;
use crate::features::databases::Trouble;
use crate::features::tables::Paged;
use crate::routes;
use crate::state::use_session;
use crate::ui::{EmptyState, ErrorNotice, IconName, Rows, Skeleton, Tag, TagKind, VirtualTable, format};

/// Objects that are read at once.
const PAGE: u32 = 500;

/// How one kind of object is listed.
struct Columns<T: 'static> {
    /// Name and class of each column.
    heads: &'static [(&'static str, &'static str)],
    /// What the search looks into, beside what the server does.
    name: fn(&T) -> String,
    cells: fn(Scope, &T) -> AnyView,
}

impl<T> Clone for Columns<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Columns<T> {}

#[component]
pub(super) fn OtherList(scope: Scope, list: List) -> impl IntoView {
    match list.section {
        "schemas" => listed(scope, Noun::Schemas, list, SCHEMAS),
        "sequences" => listed(scope, Noun::Sequences, list, SEQUENCES),
        "types" => listed(scope, Noun::Types, list, TYPES),
        "functions" => listed(scope, Noun::Functions, list, FUNCTIONS),
        "triggers" => listed(scope, Noun::Triggers, list, TRIGGERS),
        _ => listed(scope, Noun::Extensions, list, EXTENSIONS),
    }
}

const SCHEMAS: Columns<Schema> = Columns {
    heads: &[("Schema", ""), ("Tables and views", "num"), ("Owner", "hide-s"), ("Description", "hide-s")],
    name: |schema| schema.name.clone(),
    cells: |scope, schema| {
        view! {
            {link(scope, "schemas", "", &schema.name, &schema.name)}
            <td class="num">{format::count(schema.tables)}</td>
            <td class="hide-s">{schema.owner.clone()}</td>
            {note(schema.description.clone())}
        }
        .into_any()
    },
};

const SEQUENCES: Columns<Sequence> = Columns {
    heads: &[
        ("Sequence", ""),
        ("Last", "num"),
        ("Step", "num hide-s"),
        ("Type", "hide-s"),
        ("Belongs to", "hide-s"),
    ],
    name: |sequence| format!("{}.{}", sequence.schema, sequence.name),
    cells: |scope, sequence| {
        view! {
            {link(scope, "sequences", &sequence.schema, &sequence.name, &sequence.name)}
            <td class="num">{sequence.last_value.clone().unwrap_or_else(|| "–".to_owned())}</td>
            <td class="num hide-s">{sequence.increment.clone()}</td>
            <td class="mono hide-s">{sequence.data_type.clone()}</td>
            <td class="hide-s muted">{sequence.owned_by.clone()}</td>
        }
        .into_any()
    },
};

const TYPES: Columns<DatabaseType> = Columns {
    heads: &[("Type", ""), ("Kind", ""), ("Made of", "hide-s"), ("Description", "hide-s")],
    name: |one| format!("{}.{}", one.schema, one.name),
    cells: |scope, one| {
        view! {
            {link(scope, "types", &one.schema, &one.name, &one.name)}
            <td>{type_kind(one.kind)}</td>
            <td class="hide-s muted">{type_note(one)}</td>
            {note(one.description.clone())}
        }
        .into_any()
    },
};

const FUNCTIONS: Columns<DatabaseFunction> = Columns {
    heads: &[
        ("Function", ""),
        ("Arguments", "hide-s"),
        ("Result", "hide-s"),
        ("Language", ""),
        ("", "hide-s"),
    ],
    name: |one| format!("{}.{}", one.schema, one.name),
    cells: |scope, one| {
        let (arguments, language) = (one.arguments.clone(), one.language.clone());
        let definer =
            one.security_definer.then(|| view! { <Tag kind=TagKind::Warn>"security definer"</Tag> });
        let kind = function_kind(one.kind);
        let what = (kind != "function").then(|| view! { <Tag>{kind}</Tag> });
        view! {
            {link(scope, "functions", &one.schema, &one.name, &one.oid.to_string())}
            <td class="mono hide-s" title=arguments.clone()>{arguments.clone()}</td>
            <td class="mono hide-s">{one.result.clone()}</td>
            <td>{language}</td>
            <td class="hide-s"><span class="tag-row">{what}{definer}</span></td>
        }
        .into_any()
    },
};

const TRIGGERS: Columns<Trigger> = Columns {
    heads: &[("Trigger", ""), ("Table", ""), ("Calls", "hide-s"), ("", "hide-s")],
    name: |one| format!("{}.{} {}", one.schema, one.table, one.trigger.name),
    cells: |scope, one| {
        let database = scope.database.get_untracked();
        let mark = enabled(one.trigger.enabled).map(|(kind, text)| view! { <Tag kind>{text}</Tag> });
        let href = routes::table_section(&database, &one.schema, &one.table, "structure");
        let table = if scope.schema.with_untracked(Option::is_none) {
            format!("{}.{}", one.schema, one.table)
        } else {
            one.table.clone()
        };
        view! {
            <td class="name" title=one.trigger.definition.clone()>{one.trigger.name.clone()}</td>
            <td class="name"><a href=href tabindex="-1">{table}</a></td>
            <td class="mono hide-s">{one.trigger.function.clone()}</td>
            <td class="hide-s">{mark}</td>
        }
        .into_any()
    },
};

const EXTENSIONS: Columns<Extension> = Columns {
    heads: &[("Extension", ""), ("Version", ""), ("Schema", "hide-s"), ("What it is for", "hide-s")],
    name: |one| format!("{} {}", one.name, one.description.as_deref().unwrap_or_default()),
    cells: |scope, one| {
        let version = match &one.version {
            Some(version) => {
                let version = version.clone();
                view! { <Tag kind=TagKind::Ok>{version}</Tag> }.into_any()
            }
            None => view! { <Install scope name=one.name.clone() version=one.default_version.clone() /> }
                .into_any(),
        };
        let name = match one.version {
            Some(_) => link(scope, "extensions", "", &one.name, &one.name),
            None => view! { <td class="name muted">{one.name.clone()}</td> }.into_any(),
        };
        view! {
            {name}
            <td>{version}</td>
            <td class="hide-s">{one.schema.clone()}</td>
            {note(one.description.clone())}
        }
        .into_any()
    },
};

/// An extension that the server has and the database has not.
#[component]
fn Install(scope: Scope, name: String, version: Option<String>) -> impl IntoView {
    let session = use_session();
    let text = version.map_or_else(|| "not there".to_owned(), |version| format!("Install {version}…"));
    let open = move |_| {
        scope.dialog.set(Some(Open {
            database: scope.database.get_untracked(),
            schema: scope.schema.get_untracked(),
            deed: Deed::NewExtension(Some(name.clone())),
        }));
    };
    let may = untrack(|| session.can(Permission::SchemaManage));
    if may {
        view! { <button type="button" class="link" tabindex="-1" on:click=open>{text}</button> }.into_any()
    } else {
        view! { <span class="muted">"available"</span> }.into_any()
    }
}

/// The name of an object, as a link to its page.
fn link(scope: Scope, noun: &'static str, schema: &str, name: &str, key: &str) -> AnyView {
    let href = scope.database.with_untracked(|database| routes::object(database, noun, schema, key));
    let before =
        (!schema.is_empty() && scope.schema.with_untracked(Option::is_none)).then(|| schema.to_owned());
    let name = name.to_owned();
    view! {
        <td class="name">
            <a href=href tabindex="-1" title=name.clone()>
                {before.map(|schema| view! { <span class="schema">{schema}"."</span> })}
                {name.clone()}
            </a>
        </td>
    }
    .into_any()
}

fn note(text: Option<String>) -> impl IntoView {
    let text = text.unwrap_or_default();
    view! { <td class="description hide-s" title=text.clone()>{text.clone()}</td> }
}

/// Reads and shows a list.
fn listed<T>(scope: Scope, noun: Noun, list: List, columns: Columns<T>) -> AnyView
where
    T: Debug + Clone + Send + Sync + DeserializeOwned + 'static,
{
    let api = use_api();
    let found = Paged::<T>::new();
    let question = Memo::new(move |_| (scope.database.get(), scope.schema.get(), scope.text.get()));
    let read = Callback::new(move |()| {
        let (database, schema, text) = question.get_untracked();
        found.start(
            async move { objects::list(api, &database, noun, (schema.as_deref(), &text), PAGE).await },
        );
    });
    Effect::new(move |_| {
        scope.refresh.track();
        question.track();
        read.run(());
    });
    // Not every server list can be searched; what was loaded is searched here as well.
    let shown = Memo::new(move |_| {
        let text = format::folded(&scope.text.get());
        found.items.with(|items| {
            let fits = |item: &&T| format::folded(&(columns.name)(item)).contains(&text);
            let keyed = |item: &T| Keyed { key: format!("{item:?}"), item: item.clone() };
            items.as_ref().map(|items| items.iter().filter(fits).map(keyed).collect::<Vec<_>>())
        })
    });
    let length = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(Vec::len)));
    let count = move || {
        let n = length.get().map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        n.map(|n| format!("{} {}", format::count(n), list.name.to_lowercase()))
    };
    let empty = Memo::new(move |_| length.get().map(|n| n == 0));
    view! {
        <p class="browser-count" role="status">{count}</p>
        {move || match (empty.get(), found.problem.get()) {
            (None, None) => view! { <Skeleton rows=10 /> }.into_any(),
            (None, Some(problem)) => view! { <Trouble problem retry=read /> }.into_any(),
            (Some(_), Some(problem)) => view! { <ErrorNotice problem retry=read /> }.into_any(),
            (Some(true), None) => nothing(scope, list),
            (Some(false), None) => table(scope, list, columns, shown, Callback::new(move |()| found.more(api))),
        }}
    }
    .into_any()
}

/// An item and what tells it from another state of it.
#[derive(Debug, Clone)]
struct Keyed<T> {
    key: String,
    item: T,
}

impl<T> PartialEq for Keyed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

fn table<T: Debug + Clone + Send + Sync + 'static>(
    scope: Scope,
    list: List,
    columns: Columns<T>,
    shown: Memo<Option<Vec<Keyed<T>>>>,
    near_end: Callback<()>,
) -> AnyView {
    let count = Signal::derive(move || shown.with(|shown| shown.as_ref().map_or(0, Vec::len)));
    let key = move |at: usize| shown.with(|shown| shown.as_ref()?.get(at).map(|one| one.key.clone()));
    let item =
        move |at: usize| shown.with_untracked(|shown| shown.as_ref()?.get(at).map(|one| one.item.clone()));
    let rows = Rows {
        count,
        total: Signal::derive(move || Some(count.get())),
        key: Callback::new(move |at: usize| {
            format!("{} {}", scope.schema.with(Option::is_none), key(at).unwrap_or_default())
        }),
        cells: Callback::new(move |at: usize| {
            item(at).map_or_else(|| ().into_any(), |item| (columns.cells)(scope, &item))
        }),
        near_end,
    };
    let heads =
        columns.heads.iter().map(|&(name, class)| view! { <th scope="col" class=class>{head(name)}</th> });
    view! {
        <div class="card browser-card">
            <VirtualTable label=list.name rows class="tables-list">
                <tr>{heads.collect_view()}</tr>
            </VirtualTable>
        </div>
    }
    .into_any()
}

/// A column of marks has a name for screen readers only.
fn head(name: &'static str) -> AnyView {
    if name.is_empty() { view! { <span class="sr-only">"Marks"</span> }.into_any() } else { name.into_any() }
}

fn nothing(scope: Scope, list: List) -> AnyView {
    let text = scope.text.get_untracked();
    let name = list.name.to_lowercase();
    let (title, text) = if text.is_empty() {
        let place = scope.schema.get_untracked().filter(|_| list.in_schemas);
        let place = place.map_or_else(String::new, |schema| format!(" in the schema “{schema}”"));
        (format!("No {name}{place}"), "“New” above makes what can be made here.".to_owned())
    } else {
        (format!("None of the {name} is called “{text}”"), "Any part of the name will do.".to_owned())
    };
    view! {
        <div class="card"><EmptyState icon=IconName::Search title text /></div>
    }
    .into_any()
}
