//! The sidebar: the server, the areas, the databases. On a narrow screen the areas are the bar at the bottom.

use howdah_types::databases::Database;
use howdah_types::permissions::Permission;
use howdah_types::servers::ServerState;
use leptos::prelude::*;

use crate::routes;
use crate::state::{use_address, use_databases, use_jobs, use_servers, use_session};
use crate::ui::{Icon, IconName, Mark, format};

/// The areas that there are. An area appears here when its first view exists.
const AREAS: [(Permission, IconName, &str, &str); 4] = [
    (Permission::DatabaseRead, IconName::Database, "Databases", "/databases"),
    (Permission::JobRead, IconName::Jobs, "Jobs", "/jobs"),
    (Permission::AccountRead, IconName::Accounts, "Accounts", "/accounts"),
    (Permission::AuditRead, IconName::Audit, "Audit", "/audit"),
];

/// The areas that the account may enter: icon, name, address (tracked).
pub fn areas() -> Vec<(IconName, &'static str, &'static str)> {
    let session = use_session();
    let may = |area: &&(Permission, IconName, &'static str, &'static str)| session.can(area.0);
    AREAS.iter().filter(may).map(|&(_, icon, name, address)| (icon, name, address)).collect()
}

/// The sidebar.
#[component]
pub fn Sidebar() -> impl IntoView {
    let session = use_session();
    let databases = move || session.can(Permission::DatabaseRead).then(|| view! { <DatabaseList /> });
    view! {
        <nav class="side" aria-label="Areas">
            <a class="mark" href=routes::databases()>
                <Mark />
                "Howdah"
            </a>
            <ServerBox />
            <ul class="areas">
                <For each=areas key=|area| area.2 children=|area| view! { <Area area /> } />
            </ul>
            {databases}
        </nav>
    }
}

#[component]
fn Area(area: (IconName, &'static str, &'static str)) -> impl IntoView {
    let (icon, name, address) = area;
    let here = use_address();
    let (databases, jobs) = (use_databases(), use_jobs());
    let current = move || match here.path() {
        path if path == address => Some("page"),
        path if path.strip_prefix(address).is_some_and(|rest| rest.starts_with('/')) => Some("true"),
        _ => None,
    };
    let count = move || match address {
        "/databases" => {
            databases.list().with(|list| list.iter().flatten().filter(|d| !d.is_template).count())
        }
        "/jobs" => jobs.active().len(),
        _ => 0,
    };
    view! {
        <li>
            <a class="nav" href=address aria-current=current>
                <Icon name=icon />
                <span>{name}</span>
                {move || Some(count()).filter(|n| *n > 0).map(|n| view! { <span class="count">{n}</span> })}
            </a>
        </li>
    }
}

#[component]
fn ServerBox() -> impl IntoView {
    let server = use_servers().server();
    let dot = move || match server.with(|server| server.as_ref().map(|server| server.state)) {
        Some(ServerState::Up) => ("dot", "up"),
        Some(ServerState::Down) => ("dot down", "down"),
        None => ("dot unknown", "unknown"),
    };
    let name = move || {
        server.with(|server| server.as_ref().map_or("PostgreSQL".into(), |server| server.name.clone()))
    };
    let version = move || server.with(|server| server.as_ref().and_then(|server| server.version.clone()));
    let role = move || {
        server.with(|server| {
            let server = server.as_ref()?;
            let kind = if server.superuser { ", a superuser" } else { "" };
            Some(format!("Connected as {}{kind}", server.role.as_ref()?))
        })
    };
    view! {
        <div class="server" title=role>
            <span>
                <i class=move || dot().0></i>
                <span class="sr-only">{move || format!("Server {}: ", dot().1)}</span>
                {name}
            </span>
            <span class="muted small">{version}</span>
        </div>
    }
}

#[component]
fn DatabaseList() -> impl IntoView {
    let databases = use_databases();
    let search = RwSignal::new(String::new());
    let here = use_address();
    let shown = Memo::new(move |_| {
        let wanted = format::folded(&search.get());
        databases.list().with(|list| {
            let fits = |database: &&Database| {
                !database.is_template && format::folded(&database.name).contains(&wanted)
            };
            list.iter().flatten().filter(fits).map(|d| (d.name.clone(), d.size_bytes)).collect::<Vec<_>>()
        })
    });
    let none = move || shown.with(Vec::is_empty) && databases.list().with(Option::is_some);
    let open_first = move |ev: leptos::ev::KeyboardEvent| {
        let first = shown.with_untracked(|shown| shown.first().map(|(name, _)| routes::database(name)));
        if ev.key() == "Enter"
            && let Some(first) = first
        {
            here.go(&first);
        }
    };
    let one = move |(name, size): (String, Option<i64>)| {
        let address = routes::database(&name);
        let (mine, below, whole) = (address.clone(), format!("{address}/"), name.clone());
        let current = move || {
            let path = here.path();
            if path == mine { Some("page") } else { path.starts_with(&below).then_some("true") }
        };
        view! {
            <li>
                <a class="nav" href=address aria-current=current title=whole>
                    <Icon name=IconName::Database />
                    <span>{name}</span>
                    {size.map(|size| view! { <span class="count">{format::bytes(size)}</span> })}
                </a>
            </li>
        }
    };
    view! {
        <section class="side-databases" aria-labelledby="side-databases">
            <h2 id="side-databases">"Databases"</h2>
            <input
                class="input side-search"
                type="search"
                placeholder="Find a database"
                aria-label="Find a database"
                prop:value=move || search.get()
                on:input=move |ev| search.set(event_target_value(&ev))
                on:keydown=open_first
            />
            <ul class="side-list">
                <For each=move || shown.get() key=Clone::clone children=one />
            </ul>
            {move || none().then(|| view! { <p class="side-none">"No database of this name"</p> })}
        </section>
    }
}
