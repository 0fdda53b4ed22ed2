//! The header: where one is, the palette, the jobs, the console, the account.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::theme_switch::ThemeSwitch;
use super::tray::Tray;
use crate::api::encode::from_route;
use crate::api::use_api;
use crate::routes;
use crate::state::{Overlay, use_address, use_console, use_overlays, use_session, use_toasts};
use crate::ui::{Icon, IconButton, IconName, Menu, MenuItem, MenuLink};

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let (overlays, console) = (use_overlays(), use_console());
    let toggle = move |_| console.open.update(|open| *open = !*open);
    view! {
        <header class="top">
            <Crumbs />
            <button
                class="palette-btn"
                type="button"
                aria-keyshortcuts="Control+K"
                on:click=move |_| overlays.show(Overlay::Palette)
            >
                <Icon name=IconName::Search />
                <span>"Go to or do anything"</span>
                <kbd>"Ctrl K"</kbd>
            </button>
            <Tray />
            <IconButton icon=IconName::Console label="Debug console (Ctrl `)" pressed=console.open on_click=toggle />
            <AccountMenu />
        </header>
    }
}

#[component]
fn AccountMenu() -> impl IntoView {
    let (api, session, overlays, toasts) = (use_api(), use_session(), use_overlays(), use_toasts());
    let account = Signal::derive(move || session.account());
    let label = Signal::derive(move || format!("Account {}", account.get()));
    let set = move || session.who().map(|who| who.permission_set.as_str());
    let sign_out = move |()| {
        spawn_local(session.sign_out(api, toasts));
    };
    let button = move || view! { <Icon name=IconName::Account /> <span>{account}</span> };
    view! {
        <Menu label button class="account-btn">
            <div class="menu-who">
                <b>{account}</b>
                <span class="muted small">{set}</span>
            </div>
            <ThemeSwitch menu=true />
            <MenuLink href=routes::account() icon=IconName::Lock>"Sign-ins"</MenuLink>
            <MenuLink href=routes::account_section("password") icon=IconName::Edit>"Password"</MenuLink>
            <MenuLink href=routes::account_section("tokens") icon=IconName::Key>"API tokens"</MenuLink>
            <MenuItem on_click=move |()| overlays.show(Overlay::Help) icon=IconName::Help>"Keys"</MenuItem>
            <MenuItem on_click=sign_out icon=IconName::SignOut>"Sign out"</MenuItem>
        </Menu>
    }
}

/// Where one is, from the address: each part but the last is a link.
#[component]
fn Crumbs() -> impl IntoView {
    let address = use_address();
    let parts = move || crumbs(&address.parts(), address.query("schema"));
    let list = move || {
        let parts = parts();
        let last = parts.len().saturating_sub(1);
        let one = |(at, (name, address)): (usize, (String, String))| {
            if at == last {
                view! { <li><span aria-current="page">{name}</span></li> }.into_any()
            } else {
                view! { <li><a href=address>{name}</a></li> }.into_any()
            }
        };
        parts.into_iter().enumerate().map(one).collect_view()
    };
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <ol>{list}</ol>
        </nav>
    }
}

fn crumbs(parts: &[String], schema: Option<String>) -> Vec<(String, String)> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let named = |name: &str, address: String| (name.to_owned(), address);
    match parts.as_slice() {
        ["databases"] => vec![named("Databases", routes::databases())],
        ["databases", database, rest @ ..] => {
            let name = from_route(database);
            let mut list =
                vec![named("Databases", routes::databases()), (name.clone(), routes::database(&name))];
            match rest {
                ["tables", table, part @ ..] => {
                    let (schema, table) = (schema.unwrap_or_else(|| "public".to_owned()), from_route(table));
                    list.push((schema.clone(), routes::database_list(&name, "", Some(&schema))));
                    list.push((table.clone(), routes::table(&name, &schema, &table)));
                    list.extend(part.iter().map(|part| named(&titled(part), String::new())));
                }
                ["new-table"] => list.push(named("New table", String::new())),
                ["import"] => list.push(named("Import", String::new())),
                [noun, object] => {
                    list.push((capital(noun), routes::database_list(&name, noun, schema.as_deref())));
                    list.push((from_route(object), String::new()));
                }
                [section] => list.push((capital(section), String::new())),
                _ => {}
            }
            list
        }
        ["jobs"] => vec![named("Jobs", routes::jobs())],
        ["jobs", ..] => vec![named("Jobs", routes::jobs()), named("Job", String::new())],
        ["account", rest @ ..] => {
            let section = rest.first().map_or("Sign-ins".to_owned(), |section| capital(section));
            vec![named("Your account", routes::account()), (section, String::new())]
        }
        [first, ..] => vec![(capital(first), String::new())],
        [] => Vec::new(),
    }
}

/// A page of a table.
fn titled(part: &str) -> String {
    if part == "sql" { "SQL".to_owned() } else { capital(part) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| std::iter::once(first.to_ascii_uppercase()).chain(chars).collect())
        .unwrap_or_default()
}
