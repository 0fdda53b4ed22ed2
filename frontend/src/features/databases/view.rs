//! The page of one database: its tables, what is known about it, who is connected.

use howdah_types::databases::Database;
use howdah_types::problem::Problem;
use leptos::prelude::*;

use super::actions::Actions;
use super::connections::ConnectionsTab;
use super::dialogs::{DatabaseDialogs, Done, Open};
use super::overview::OverviewTab;
use super::trouble::Trouble;
use crate::features::not_found::NotFound;
use crate::features::objects::{OBJECTS, is_list};
use crate::features::relations::{Around, RELATIONS};
use crate::lazy::Place;
use crate::routes;
use crate::state::{use_address, use_databases};
use crate::ui::{EmptyState, IconName, LinkButton, PageHead, Skeleton, Tab, Tabs, format};

/// One database, at the section that its address names.
#[component]
pub fn DatabasePage() -> impl IntoView {
    let databases = use_databases();
    let (name, section) = (routes::use_param("database"), routes::use_param("section"));
    let database = Memo::new(move |_| name.with(|name| databases.find(name)));
    let open = RwSignal::new(None::<Open>);
    let text = Signal::derive(move || database.with(|d| d.as_ref().map(line).unwrap_or_default()));
    view! {
        <div class="databases">
            <PageHead title=name text>
                {move || database.get().map(|database| view! { <Actions database open /> })}
            </PageHead>
            <Body name database section />
        </div>
        <DatabaseDialogs open on_done=follow(name, section) />
    }
}

/// A renamed database is followed to its new address; after a deleted one the list is shown.
fn follow(name: Memo<String>, section: Memo<String>) -> Callback<Done> {
    let address = use_address();
    Callback::new(move |done| match done {
        Done::Saved(saved) if saved.name != name.get_untracked() => {
            let to = match section.get_untracked().as_str() {
                "" => routes::database(&saved.name),
                section => routes::database_section(&saved.name, section),
            };
            address.replace(&to);
        }
        Done::Saved(_) => {}
        Done::Deleted(_) => address.go(&routes::databases()),
    })
}

/// What is shown below the head.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Face {
    Waiting,
    Trouble(Box<Problem>),
    Missing(String),
    /// It refuses connections, so there is nothing to be read in it.
    Closed,
    /// One of the lists of objects; it stays while one goes from list to list.
    Lists,
    Section(String),
}

#[component]
fn Body(name: Memo<String>, database: Memo<Option<Database>>, section: Memo<String>) -> impl IntoView {
    let databases = use_databases();
    let retry = Callback::new(move |()| databases.reload());
    let there = Memo::new(move |_| database.with(|d| d.as_ref().map(|d| d.allow_connections)));
    let face = Memo::new(move |_| match (there.get(), databases.list().with(Option::is_some)) {
        (Some(false), _) if section.with(|s| is_list(s) || s == "relations") => Face::Closed,
        (Some(true), _) if section.with(|s| is_list(s)) => Face::Lists,
        (Some(_), _) => Face::Section(section.get()),
        (None, true) => Face::Missing(name.get()),
        (None, false) => {
            databases.problem().get().map_or(Face::Waiting, |problem| Face::Trouble(Box::new(problem)))
        }
    });
    let tabs = move || there.get().map(|_| view! { <Sections name database section /> });
    view! {
        {tabs}
        {move || match face.get() {
            Face::Waiting => view! { <Skeleton rows=8 /> }.into_any(),
            Face::Trouble(problem) => view! { <Trouble problem=*problem retry /> }.into_any(),
            Face::Missing(name) => view! { <Missing name /> }.into_any(),
            Face::Closed => view! { <Closed /> }.into_any(),
            Face::Lists => OBJECTS.page(),
            Face::Section(section) => match section.as_str() {
                "relations" => view! { <Relations name /> }.into_any(),
                "overview" => view! { <OverviewTab database /> }.into_any(),
                "connections" => view! { <ConnectionsTab database=name /> }.into_any(),
                _ => view! { <NotFound /> }.into_any(),
            },
        }}
    }
}

/// `app_owner · 2.4 GB · 14 connections`
fn line(database: &Database) -> String {
    let size = database.size_bytes.map(format::bytes);
    let connections = database.connections.map(|n| format::plural(i64::from(n), "connection", "connections"));
    let parts =
        [Some(format!("owned by {}", database.owner)), size, connections, database.description.clone()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[component]
fn Sections(name: Memo<String>, database: Memo<Option<Database>>, section: Memo<String>) -> impl IntoView {
    let is = move |wanted: &'static str| Signal::derive(move || section.with(|section| section == wanted));
    let href =
        move |wanted: &'static str| Signal::derive(move || routes::database_section(&name.get(), wanted));
    let lists = Signal::derive(move || section.with(|section| is_list(section)));
    let connections = Signal::derive(move || database.with(|d| d.as_ref()?.connections.map(i64::from)));
    view! {
        <Tabs label="Sections of the database">
            <Tab href=Signal::derive(move || routes::database(&name.get())) current=lists>"Tables"</Tab>
            <Tab href=href("relations") current=is("relations")>"Relations"</Tab>
            <Tab href=href("overview") current=is("overview")>"Overview"</Tab>
            <Tab href=href("connections") current=is("connections") count=connections>"Connections"</Tab>
        </Tabs>
    }
}

/// The tables of the schema in the address, drawn.
#[component]
fn Relations(name: Memo<String>) -> impl IntoView {
    let schema = routes::use_query("schema");
    move || {
        let schema = schema.get().unwrap_or_else(|| "public".to_owned());
        RELATIONS.show(Around { database: name.get(), schema, table: None }, Place::Page)
    }
}

#[component]
fn Missing(name: String) -> impl IntoView {
    view! {
        <EmptyState
            icon=IconName::Search
            title=format!("There is no database “{name}”")
            text="It may have been renamed or deleted, or your account may not see it."
        >
            <LinkButton href=routes::databases()>"All databases"</LinkButton>
        </EmptyState>
    }
}

#[component]
fn Closed() -> impl IntoView {
    view! {
        <div class="card">
            <EmptyState
                icon=IconName::Lock
                title="This database refuses connections"
                text="So its tables cannot be read either. “Edit” at the top allows connections again."
            />
        </div>
    }
}
