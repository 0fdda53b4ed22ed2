//! Every view of the app with its address, on one page.
//!
//! Addresses are only ever built by the functions below, and names in them read by [`use_param`] and [`use_query`]:
//! a PostgreSQL name can hold slashes, per cent signs or newlines, and these survive the router in one spelling only
//! (`api::encode::route_segment`).

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route};
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::path;

use crate::api::encode::{from_route, route_segment};
use crate::features::account::AccountPage;
use crate::features::accounts::AccountsPage;
use crate::features::audit::AuditPage;
use crate::features::databases::{DatabasePage, DatabasesPage};
use crate::features::jobs::{JobPage, JobsPage};
use crate::features::not_found::NotFound;
use crate::features::rows::TablePage;

/// Which view is shown at which address, for an account that is signed in.
#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound /> }>
            <Route path=path!("/") view=|| view! { <Redirect path="/databases" /> } />
            <Route path=path!("/sign-in") view=|| view! { <Redirect path="/databases" /> } />
            <Route path=path!("/databases") view=DatabasesPage />
            <Route path=path!("/databases/:database") view=DatabasePage />
            <Route path=path!("/databases/:database/:section") view=DatabasePage />
            <Route path=path!("/databases/:database/tables/:table") view=TablePage />
            <Route path=path!("/jobs") view=JobsPage />
            <Route path=path!("/jobs/:job") view=JobPage />
            <Route path=path!("/audit") view=AuditPage />
            <Route path=path!("/accounts") view=AccountsPage />
            <Route path=path!("/account") view=|| view! { <AccountPage section="sign-ins" /> } />
            <Route path=path!("/account/password") view=|| view! { <AccountPage section="password" /> } />
            <Route path=path!("/account/tokens") view=|| view! { <AccountPage section="tokens" /> } />
        </FlatRoutes>
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

/// A name in the address, decoded; empty while the view is left.
pub fn use_param(key: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str(key).map(from_route).unwrap_or_default()))
}

/// A name in the query of the address, decoded.
pub fn use_query(key: &'static str) -> Memo<Option<String>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get_str(key).map(from_route)))
}
