//! Every view of the app with its address, on one page.
//!
//! Addresses are only ever built by the functions below, and names in them read by [`use_param`] and [`use_query`]:
//! a PostgreSQL name can hold slashes, per cent signs or newlines, and these survive the router in one spelling only
//! (`api::encode::route_segment`).

use leptos::prelude::*;

use crate::api::encode::{from_route, route_segment};
use crate::features::account::{PASSWORD, SIGN_INS, TOKENS};
use crate::features::accounts::ACCOUNTS;
use crate::features::audit::AUDIT;
use crate::features::databases::{DATABASE, DatabasesPage};
use crate::features::designer::DESIGNER;
use crate::features::imports::IMPORT;
use crate::features::jobs::{JOB, JOBS};
use crate::features::not_found::NotFound;
use crate::features::objects::OBJECT;
use crate::features::rows::TABLE;
use crate::features::structure::STRUCTURE;
use crate::state::{Address, use_address};

/// A view; names in the address are not part of it, so that it stays while they change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Home,
    Databases,
    Database,
    Table,
    Structure,
    Designer,
    Import,
    Object,
    Jobs,
    Job,
    Audit,
    Accounts,
    SignIns,
    Password,
    Tokens,
    Nothing,
}

/// Which view is shown at which address.
fn view_at(parts: &[&str]) -> View {
    match parts {
        [] | ["sign-in" | "setup"] => View::Home,
        ["databases"] => View::Databases,
        ["databases", _, "new-table"] | ["databases", _, "tables", _, "design"] => View::Designer,
        ["databases", _, "import"] => View::Import,
        ["databases", _] | ["databases", _, _] => View::Database,
        ["databases", _, "tables", _] => View::Table,
        ["databases", _, "tables", _, "structure" | "relations" | "sql"] => View::Structure,
        ["databases", _, "schemas" | "sequences" | "types" | "functions" | "extensions", _] => View::Object,
        ["jobs"] => View::Jobs,
        ["jobs", _] => View::Job,
        ["audit"] => View::Audit,
        ["accounts"] => View::Accounts,
        ["account"] => View::SignIns,
        ["account", "password"] => View::Password,
        ["account", "tokens"] => View::Tokens,
        _ => View::Nothing,
    }
}

/// The view at the address, for an account that is signed in.
#[component]
pub fn AppRoutes() -> impl IntoView {
    let address = use_address();
    let view = Memo::new(move |_| {
        let parts = address.parts();
        view_at(&parts.iter().map(String::as_str).collect::<Vec<_>>())
    });
    move || match view.get() {
        View::Home => {
            address.replace("/databases");
            ().into_any()
        }
        View::Databases => view! { <DatabasesPage /> }.into_any(),
        View::Database => DATABASE.page(),
        View::Table => TABLE.page(),
        View::Structure => STRUCTURE.page(),
        View::Designer => DESIGNER.page(),
        View::Import => IMPORT.page(),
        View::Object => OBJECT.page(),
        View::Jobs => JOBS.page(),
        View::Job => JOB.page(),
        View::Audit => AUDIT.page(),
        View::Accounts => ACCOUNTS.page(),
        View::SignIns => SIGN_INS.page(),
        View::Password => PASSWORD.page(),
        View::Tokens => TOKENS.page(),
        View::Nothing => view! { <NotFound /> }.into_any(),
    }
}

/// `/databases`: all databases.
pub fn databases() -> String {
    "/databases".to_owned()
}

/// `/databases/{name}`: one database, at its tables.
pub fn database(name: &str) -> String {
    format!("/databases/{}", route_segment(name))
}

/// `/databases/{name}/{section}`: one database, at a section (`overview`, `schemas`, `connections` …).
pub fn database_section(name: &str, section: &str) -> String {
    format!("/databases/{}/{section}", route_segment(name))
}

/// `/databases/{name}/tables/{table}?schema=`: the rows of a table.
pub fn table(database: &str, schema: &str, table: &str) -> String {
    let (database, schema, table) = (route_segment(database), route_segment(schema), route_segment(table));
    format!("/databases/{database}/tables/{table}?schema={schema}")
}

/// `/databases/{name}/tables/{table}/{section}?schema=`: a table's `structure`, `relations` or `sql`, or its `design`.
pub fn table_section(database: &str, schema: &str, table: &str, section: &str) -> String {
    let (database, schema, table) = (route_segment(database), route_segment(schema), route_segment(table));
    format!("/databases/{database}/tables/{table}/{section}?schema={schema}")
}

/// `/databases/{name}/new-table?schema=`: the designer with an empty table.
pub fn new_table(database: &str, schema: Option<&str>) -> String {
    let schema = schema.map(|schema| format!("?schema={}", route_segment(schema))).unwrap_or_default();
    format!("/databases/{}/new-table{schema}", route_segment(database))
}

/// `/databases/{name}/import?schema=&table=`: a file into a table, or into a new one.
pub fn import(database: &str, schema: Option<&str>, table: Option<&str>) -> String {
    let mut out = format!("/databases/{}/import", route_segment(database));
    for (key, name) in [("schema", schema), ("table", table)] {
        if let Some(name) = name {
            out.push(if out.contains('?') { '&' } else { '?' });
            out.push_str(key);
            out.push('=');
            out.push_str(&route_segment(name));
        }
    }
    out
}

/// `/databases/{name}/import?job=`: what became of an import.
pub fn import_report(database: &str, job: &str) -> String {
    format!("/databases/{}/import?job={}", route_segment(database), route_segment(job))
}

/// `/databases/{name}/{section}?schema=`: the lists of a database, of one schema or of all.
pub fn database_list(name: &str, section: &str, schema: Option<&str>) -> String {
    let base = if section.is_empty() { database(name) } else { database_section(name, section) };
    schema.map_or_else(|| base.clone(), |schema| format!("{base}?schema={}", route_segment(schema)))
}

/// `/databases/{name}/{noun}/{object}?schema=`: a schema, sequence, type, function or extension.
pub fn object(database: &str, noun: &str, schema: &str, name: &str) -> String {
    let schema = if schema.is_empty() { String::new() } else { format!("?schema={}", route_segment(schema)) };
    format!("/databases/{}/{noun}/{}{schema}", route_segment(database), route_segment(name))
}

/// `/jobs`: all jobs.
pub fn jobs() -> String {
    "/jobs".to_owned()
}

/// `/jobs/{id}`: one job with its log.
pub fn job(id: &str) -> String {
    format!("/jobs/{}", route_segment(id))
}

/// `/audit`: the audit log.
pub fn audit() -> String {
    "/audit".to_owned()
}

/// `/accounts`: all accounts.
pub fn accounts() -> String {
    "/accounts".to_owned()
}

/// `/account`: one's own sign-ins, password and tokens.
pub fn account() -> String {
    "/account".to_owned()
}

/// `/account/{section}`: `password` or `tokens`.
pub fn account_section(section: &str) -> String {
    format!("/account/{section}")
}

/// A name in the address, decoded: `database`, `section`, `table`, `part` (of a table), `noun` and `object`, or `job`. While a view is left, it keeps the last one.
pub fn use_param(key: &'static str) -> Memo<String> {
    let address = use_address();
    Memo::new(move |last: Option<&String>| match param(address, key) {
        Some(part) => from_route(&part),
        None => last.cloned().unwrap_or_default(),
    })
}

fn param(address: Address, key: &str) -> Option<String> {
    let mut parts = address.parts();
    let area = if key == "job" { "jobs" } else { "databases" };
    if parts.first().is_none_or(|first| first != area) {
        return None;
    }
    let at = match (key, parts.len()) {
        ("database" | "job", 2..) => 1,
        ("section", 2) => return Some(String::new()),
        ("section", 3) | ("noun", 4) => 2,
        ("table", 4 | 5) | ("object", 4) => 3,
        ("part", 5) => 4,
        _ => return None,
    };
    Some(parts.swap_remove(at))
}

/// A name in the query of the address, decoded.
pub fn use_query(key: &'static str) -> Memo<Option<String>> {
    let address = use_address();
    Memo::new(move |_| address.query(key))
}
