//! The page of one database: its tables, what is known about it, who is connected.

use howdah_types::databases::Database;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::actions::Actions;
use super::connections::ConnectionsTab;
use super::dialogs::{DatabaseDialogs, Done, Open};
use super::overview::OverviewTab;
use super::trouble::Trouble;
use crate::features::not_found::NotFound;
use crate::features::tables::TablesTab;
use crate::routes;
use crate::state::use_databases;
use crate::ui::{EmptyState, IconName, LinkButton, PageHead, Skeleton, Tab, Tabs, format, use_title};

/// One database, at the section that its address names.
#[component]
pub fn DatabasePage() -> impl IntoView {
    let databases = use_databases();
    let (name, section) = (routes::use_param("database"), routes::use_param("section"));
    let database = Memo::new(move |_| name.with(|name| databases.find(name)));
    let there = Memo::new(move |_| database.with(Option::is_some));
    let read = Memo::new(move |_| databases.list().with(Option::is_some));
    let retry = Callback::new(move |()| databases.reload());
    move || match (there.get(), read.get(), databases.problem().get()) {
        (true, ..) => view! { <Page name database section /> }.into_any(),
        (false, true, _) => view! { <Missing name=name.get() /> }.into_any(),
        (false, false, Some(problem)) => view! { <Trouble problem retry /> }.into_any(),
        (false, false, None) => view! { <Skeleton rows=8 /> }.into_any(),
    }
}

#[component]
fn Page(name: Memo<String>, database: Memo<Option<Database>>, section: Memo<String>) -> impl IntoView {
    let open = RwSignal::new(None::<Open>);
    let navigate = use_navigate();
    let done = move |done| match done {
        Done::Saved(saved) => {
            let section = section.get_untracked();
            let to = if section.is_empty() {
                routes::database(&saved.name)
            } else {
                routes::database_section(&saved.name, &section)
            };
            if saved.name != name.get_untracked() {
                navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() });
            }
        }
        Done::Deleted(_) => navigate(&routes::databases(), NavigateOptions::default()),
    };
    let text = Signal::derive(move || database.with(|d| d.as_ref().map(line).unwrap_or_default()));
    view! {
        <div class="databases">
            <PageHead title=name text>
                {move || database.get().map(|database| view! { <Actions database open /> })}
            </PageHead>
            <Sections name database section />
            {move || match section.get().as_str() {
                "" => view! { <TablesTab database=name /> }.into_any(),
                "overview" => view! { <OverviewTab database /> }.into_any(),
                "connections" => view! { <ConnectionsTab database=name /> }.into_any(),
                _ => view! { <NotFound /> }.into_any(),
            }}
        </div>
        <DatabaseDialogs open on_done=done />
    }
}

/// `app_owner · 2.4 GB · 14 connections`
fn line(database: &Database) -> String {
    let size = database.size_bytes.map(format::bytes);
    let connections = database.connections.map(|n| format::plural(i64::from(n), "connection", "connections"));
    let parts = [Some(format!("owned by {}", database.owner)), size, connections, database.description.clone()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[component]
fn Sections(name: Memo<String>, database: Memo<Option<Database>>, section: Memo<String>) -> impl IntoView {
    let is = move |wanted: &'static str| Signal::derive(move || section.with(|section| section == wanted));
    let href = move |wanted: &'static str| Signal::derive(move || routes::database_section(&name.get(), wanted));
    let connections = Signal::derive(move || database.with(|d| d.as_ref()?.connections.map(i64::from)));
    view! {
        <Tabs label="Sections of the database">
            <Tab href=Signal::derive(move || routes::database(&name.get())) current=is("")>"Tables"</Tab>
            <Tab href=href("overview") current=is("overview")>"Overview"</Tab>
            <Tab href=href("connections") current=is("connections") count=connections>"Connections"</Tab>
        </Tabs>
    }
}

#[component]
fn Missing(name: String) -> impl IntoView {
    use_title("No such database");
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
