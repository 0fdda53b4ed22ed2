//! What the palette offers.

use howdah_types::permissions::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::encode::from_route;
use crate::api::use_api;
use crate::routes;
use crate::shell::sidebar::areas;
use crate::state::{
    Overlay, ThemeChoice, use_address, use_console, use_databases, use_jobs, use_overlays, use_session,
    use_theme, use_toasts,
};
use crate::ui::IconName;

/// What a command does.
#[derive(Debug, Clone)]
pub enum Act {
    /// Leads to an address.
    Go(String),
    Do(Callback<()>),
}

/// One line of the palette.
#[derive(Debug, Clone)]
pub struct Command {
    pub icon: IconName,
    pub name: String,
    pub kind: &'static str,
    pub act: Act,
}

impl PartialEq for Command {
    /// Two commands of the same kind and name do the same.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.kind == other.kind
    }
}

/// Everything that the account can go to or do now.
pub fn use_commands() -> Memo<Vec<Command>> {
    let (session, databases, jobs) = (use_session(), use_databases(), use_jobs());
    let address = use_address();
    let actions = StoredValue::new(actions());
    Memo::new(move |_| {
        let go = |icon, name: String, kind, address| Command { icon, name, kind, act: Act::Go(address) };
        let mut list: Vec<Command> = Vec::new();
        databases.list().with(|all| {
            for database in all.iter().flatten() {
                let address = routes::database(&database.name);
                list.push(go(IconName::Database, database.name.clone(), "Database", address));
            }
        });
        for (icon, name, address) in areas() {
            list.push(go(icon, name.to_owned(), "View", address.to_owned()));
        }
        if session.can(Permission::DatabaseCreate) {
            list.push(go(IconName::Plus, "New database".to_owned(), "Action", "/databases?new=1".to_owned()));
        }
        for (name, section) in
            [("Your sign-ins", ""), ("Change your password", "password"), ("Your API tokens", "tokens")]
        {
            let address =
                if section.is_empty() { routes::account() } else { routes::account_section(section) };
            list.push(go(IconName::Account, name.to_owned(), "View", address));
        }
        let import = untrack(|| import(&address.parts(), address.query("schema")));
        if let Some(to) = import.filter(|_| session.can(Permission::RowCreate)) {
            list.push(go(IconName::Plus, "Import a file".to_owned(), "Action", to));
        }
        list.extend(actions.get_value());
        for job in jobs.active() {
            list.push(go(IconName::Jobs, job.title.clone(), "Job", routes::job(&job.id)));
        }
        list
    })
}

/// Where a file is imported into the table or database that one is in; none outside of databases.
fn import(parts: &[String], schema: Option<String>) -> Option<String> {
    match parts {
        [area, database, rest @ ..] if area == "databases" => {
            let table = match rest {
                [noun, table, ..] if noun == "tables" => Some(from_route(table)),
                _ => None,
            };
            let schema = schema.or_else(|| table.as_ref().map(|_| "public".to_owned()));
            Some(routes::import(&from_route(database), schema.as_deref(), table.as_deref()))
        }
        _ => None,
    }
}

/// What does not depend on the data.
fn actions() -> Vec<Command> {
    let (console, overlays, theme, session, api) =
        (use_console(), use_overlays(), use_theme(), use_session(), use_api());
    let act = |icon, name: &str, action: Callback<()>| Command {
        icon,
        name: name.to_owned(),
        kind: "Action",
        act: Act::Do(action),
    };
    let toggle = Callback::new(move |()| console.open.update(|open| *open = !*open));
    let toasts = use_toasts();
    let leave = Callback::new(move |()| spawn_local(session.sign_out(api, toasts)));
    let choose = move |choice| Callback::new(move |()| theme.choose(choice));
    vec![
        act(IconName::Console, "Debug console", toggle),
        act(IconName::Sun, "Theme: light", choose(ThemeChoice::Light)),
        act(IconName::Moon, "Theme: dark", choose(ThemeChoice::Dark)),
        act(IconName::System, "Theme: as the system", choose(ThemeChoice::System)),
        act(IconName::Help, "Keys", Callback::new(move |()| overlays.show(Overlay::Help))),
        act(IconName::SignOut, "Sign out", leave),
    ]
}
