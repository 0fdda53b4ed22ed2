//! Every route on one page: method, address, what one must be allowed, handler, and what the reference says about it.
//!
//! A handler whose first parameter is not an `Actor` of the permission written here does not compile. Routes that
//! change something also say what the audit log calls it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use actix_web::{FromRequest, Handler, Responder, guard, web};

use crate::context::State;
use crate::extract::access::{
    Access, AccountManage, AccountRead, Anyone, AuditRead, DatabaseCreate, DatabaseDelete, DatabaseRead,
    DatabaseUpdate, Grant, JobCancel, JobRead, MonitoringRead, RowCreate, RowDelete, RowRead, RowUpdate,
    SchemaManage, ServerRead, SignedIn, TableCreate, TableDelete, TableRead, TableUpdate,
};
use crate::extract::actor::Actor;
use crate::extract::json::BodyLimit;
use crate::middleware::gate::{Declared, Operation, gate};
use crate::openapi::Doc;
use crate::problem::Failure;
use crate::routes::{
    account, accounts, audit, copy, database_options, database_types, databases, events, exports, extensions,
    functions, health, imports, indexes, jobs, lookup, permission_sets, relations, row_changes, rows,
    schemas, sequences, servers, session, sessions, setup, table, tables, tokens, trace, triggers, uploads,
    views,
};
use crate::{assets, docs};

/// The table.
#[rustfmt::skip]
pub(crate) fn routes() -> Vec<Route> {
    vec![
        // Howdah itself
        get("/api/health", Anyone, health::health, health::health_doc),
        get("/api/ready", Anyone, health::ready, health::ready_doc),
        get("/metrics", MonitoringRead, health::metrics, health::metrics_doc),
        get("/api/openapi.json", Anyone, docs::openapi, docs::openapi_doc),
        get("/api/docs", Anyone, docs::page, docs::page_doc),
        get("/api/docs.css", Anyone, docs::style, docs::style_doc),
        // Signing in
        get("/api/setup", Anyone, setup::state, setup::state_doc),
        post("/api/setup", Anyone, setup::redeem, setup::redeem_doc).audit("setup.redeem"),
        get("/api/session", SignedIn, session::read, session::read_doc),
        post("/api/session", Anyone, session::sign_in, session::sign_in_doc).audit("session.create"),
        delete("/api/session", SignedIn, session::sign_out, session::sign_out_doc).audit("session.end"),
        get("/api/sessions", SignedIn, sessions::list, sessions::list_doc),
        delete("/api/sessions/{id}", SignedIn, sessions::end, sessions::end_doc).audit("session.end"),
        put("/api/account/password", SignedIn, account::password, account::password_doc).audit("account.password"),
        get("/api/tokens", SignedIn, tokens::list, tokens::list_doc),
        post("/api/tokens", SignedIn, tokens::create, tokens::create_doc).audit("token.create"),
        delete("/api/tokens/{id}", SignedIn, tokens::delete, tokens::delete_doc).audit("token.delete"),
        // Accounts and audit
        get("/api/accounts", AccountRead, accounts::list, accounts::list_doc),
        post("/api/accounts", AccountManage, accounts::create, accounts::create_doc).audit("account.create"),
        put("/api/accounts/{account}", AccountManage, accounts::update, accounts::update_doc).audit("account.update"),
        delete("/api/accounts/{account}", AccountManage, accounts::delete, accounts::delete_doc).audit("account.delete"),
        get("/api/permission-sets", SignedIn, permission_sets::list, permission_sets::list_doc),
        get("/api/audit", AuditRead, audit::list, audit::list_doc),
        // Servers and databases
        get("/api/servers", ServerRead, servers::list, servers::list_doc),
        get("/api/database-options", DatabaseRead, database_options::read, database_options::read_doc),
        get("/api/database", DatabaseRead, databases::list, databases::list_doc),
        post("/api/database", DatabaseCreate, databases::create, databases::create_doc).audit("database.create"),
        get("/api/database/{name}", DatabaseRead, databases::read, databases::read_doc),
        put("/api/database/{name}", DatabaseUpdate, databases::update, databases::update_doc).audit("database.update"),
        delete("/api/database/{name}", DatabaseDelete, databases::delete, databases::delete_doc).audit("database.delete"),
        get("/api/database/{name}/connections", DatabaseRead, databases::connections, databases::connections_doc),
        post("/api/database/{name}/copy", DatabaseCreate, copy::start, copy::start_doc).audit("database.copy"),
        // Tables and rows
        get("/api/database/{name}/schemas", TableRead, tables::schemas, tables::schemas_doc),
        get("/api/database/{name}/tables", TableRead, tables::list, tables::list_doc),
        get("/api/database/{name}/relations", TableRead, relations::read, relations::read_doc),
        post("/api/database/{name}/tables", TableCreate, table::create, table::create_doc).audit("table.create"),
        get("/api/database/{name}/tables/{table}", TableRead, table::read, table::read_doc),
        put("/api/database/{name}/tables/{table}", TableUpdate, table::update, table::update_doc).audit("table.update"),
        delete("/api/database/{name}/tables/{table}", TableDelete, table::delete, table::delete_doc).audit("table.delete"),
        post("/api/database/{name}/tables/{table}/indexes", TableUpdate, indexes::create, indexes::create_doc).audit("index.create"),
        delete("/api/database/{name}/tables/{table}/indexes/{index}", TableUpdate, indexes::delete, indexes::delete_doc).audit("index.delete"),
        get("/api/database/{name}/tables/{table}/rows", RowRead, rows::page, rows::page_doc),
        get("/api/database/{name}/tables/{table}/rows/count", RowRead, rows::count, rows::count_doc),
        get("/api/database/{name}/tables/{table}/cell", RowRead, rows::cell, rows::cell_doc),
        get("/api/database/{name}/tables/{table}/lookup", RowRead, lookup::search, lookup::search_doc),
        post("/api/database/{name}/tables/{table}/rows", RowCreate, row_changes::insert, row_changes::insert_doc).audit("row.create"),
        patch("/api/database/{name}/tables/{table}/rows", RowUpdate, row_changes::update, row_changes::update_doc).audit("row.update"),
        delete("/api/database/{name}/tables/{table}/rows", RowDelete, row_changes::delete, row_changes::delete_doc).audit("row.delete"),
        post("/api/database/{name}/tables/{table}/rows/changes", RowUpdate, row_changes::batch, row_changes::batch_doc).audit("row.change"),
        get("/api/database/{name}/tables/{table}/export", RowRead, exports::download, exports::download_doc),
        post("/api/database/{name}/import", RowCreate, imports::start, imports::start_doc).audit("row.import"),
        get("/api/database/{name}/views", TableRead, views::list, views::list_doc),
        post("/api/database/{name}/views", TableCreate, views::create, views::create_doc).audit("view.create"),
        get("/api/database/{name}/views/{view}", TableRead, views::read, views::read_doc),
        put("/api/database/{name}/views/{view}", TableUpdate, views::update, views::update_doc).audit("view.update"),
        delete("/api/database/{name}/views/{view}", TableDelete, views::delete, views::delete_doc).audit("view.delete"),
        post("/api/database/{name}/views/{view}/refresh", TableUpdate, views::refresh, views::refresh_doc).audit("view.refresh"),
        // What else lies in a database
        post("/api/database/{name}/schemas", SchemaManage, schemas::create, schemas::create_doc).audit("schema.create"),
        get("/api/database/{name}/schemas/{schema}", TableRead, schemas::read, schemas::read_doc),
        put("/api/database/{name}/schemas/{schema}", SchemaManage, schemas::update, schemas::update_doc).audit("schema.update"),
        delete("/api/database/{name}/schemas/{schema}", SchemaManage, schemas::delete, schemas::delete_doc).audit("schema.delete"),
        get("/api/database/{name}/sequences", TableRead, sequences::list, sequences::list_doc),
        post("/api/database/{name}/sequences", SchemaManage, sequences::create, sequences::create_doc).audit("sequence.create"),
        get("/api/database/{name}/sequences/{sequence}", TableRead, sequences::read, sequences::read_doc),
        put("/api/database/{name}/sequences/{sequence}", SchemaManage, sequences::update, sequences::update_doc).audit("sequence.update"),
        delete("/api/database/{name}/sequences/{sequence}", SchemaManage, sequences::delete, sequences::delete_doc).audit("sequence.delete"),
        get("/api/database/{name}/types", TableRead, database_types::list, database_types::list_doc),
        post("/api/database/{name}/types", SchemaManage, database_types::create, database_types::create_doc).audit("type.create"),
        get("/api/database/{name}/types/{type}", TableRead, database_types::read, database_types::read_doc),
        put("/api/database/{name}/types/{type}", SchemaManage, database_types::update, database_types::update_doc).audit("type.update"),
        delete("/api/database/{name}/types/{type}", SchemaManage, database_types::delete, database_types::delete_doc).audit("type.delete"),
        get("/api/database/{name}/extensions", TableRead, extensions::list, extensions::list_doc),
        post("/api/database/{name}/extensions", SchemaManage, extensions::create, extensions::create_doc).audit("extension.create"),
        get("/api/database/{name}/extensions/{extension}", TableRead, extensions::read, extensions::read_doc),
        put("/api/database/{name}/extensions/{extension}", SchemaManage, extensions::update, extensions::update_doc).audit("extension.update"),
        delete("/api/database/{name}/extensions/{extension}", SchemaManage, extensions::delete, extensions::delete_doc).audit("extension.delete"),
        get("/api/database/{name}/functions", TableRead, functions::list, functions::list_doc),
        get("/api/database/{name}/functions/{function}", TableRead, functions::read, functions::read_doc),
        get("/api/database/{name}/triggers", TableRead, triggers::list, triggers::list_doc),
        get("/api/database/{name}/triggers/{trigger}", TableRead, triggers::read, triggers::read_doc),
        // Files
        get("/api/uploads", RowCreate, uploads::list, uploads::list_doc),
        post("/api/uploads", RowCreate, uploads::create, uploads::create_doc).audit("upload.create"),
        delete("/api/uploads/{id}", RowCreate, uploads::delete, uploads::delete_doc).audit("upload.delete"),
        get("/api/uploads/{id}/preview", RowCreate, uploads::preview, uploads::preview_doc),
        get("/api/exports/{id}", RowRead, exports::read, exports::read_doc),
        // Events and jobs
        get("/api/events", SignedIn, events::stream, events::stream_doc),
        get("/api/trace/{requestId}", SignedIn, trace::read, trace::read_doc),
        get("/api/jobs", JobRead, jobs::list, jobs::list_doc),
        get("/api/jobs/{id}", JobRead, jobs::read, jobs::read_doc),
        get("/api/jobs/{id}/log", JobRead, jobs::log, jobs::log_doc),
        get("/api/jobs/{id}/events", JobRead, events::of_job, events::of_job_doc),
        get("/api/jobs/{id}/import", JobRead, imports::report, imports::report_doc),
        get("/api/jobs/{id}/import/rejects", JobRead, imports::rejects, imports::rejects_doc),
        get("/api/jobs/{id}/import/rejects/file", JobRead, imports::rejects_file, imports::rejects_file_doc),
        post("/api/jobs/{id}/cancel", JobCancel, jobs::cancel, jobs::cancel_doc).audit("job.cancel"),
    ]
}

/// One operation.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    pub(crate) method: Method,
    pub(crate) access: Access,
    /// What the audit log calls it; None for what changes nothing.
    pub(crate) action: Option<&'static str>,
    pub(crate) doc: Doc,
    endpoint: actix_web::Route,
}

impl Route {
    fn audit(mut self, action: &'static str) -> Self {
        self.action = Some(action);
        self
    }
}

/// The arguments of a handler that begins with an `Actor` of `P`.
pub(crate) trait ActsAs<P: Grant> {}
impl<P: Grant> ActsAs<P> for (Actor<P>,) {}
impl<P: Grant, A> ActsAs<P> for (Actor<P>, A) {}
impl<P: Grant, A, B> ActsAs<P> for (Actor<P>, A, B) {}
impl<P: Grant, A, B, C> ActsAs<P> for (Actor<P>, A, B, C) {}

macro_rules! methods {
    ($($name:ident = $method:ident, $guard:expr;)+) => { $(
        fn $name<P, F, Args>(path: &'static str, _: P, handler: F, doc: fn() -> Doc) -> Route
        where
            P: Grant,
            F: Handler<Args>,
            Args: FromRequest + ActsAs<P> + 'static,
            F::Output: Responder + 'static,
        {
            let endpoint = web::route().guard($guard).to(handler);
            Route { path, method: Method::$method, access: P::ACCESS, action: None, doc: doc(), endpoint }
        }
    )+ };
}

methods! {
    get = GET, guard::Any(guard::Get()).or(guard::Head());
    post = POST, guard::Post();
    put = PUT, guard::Put();
    patch = PATCH, guard::Patch();
    delete = DELETE, guard::Delete();
}

/// Registers all routes, each address behind its gate, and the web app beside them.
pub(crate) fn configure(config: &mut ServiceConfig, state: &Arc<State>) {
    config.app_data(BodyLimit(state.options.body_limit));
    let mut addresses: BTreeMap<&'static str, Vec<Route>> = BTreeMap::new();
    for route in routes() {
        addresses.entry(route.path).or_default().push(route);
    }
    for (pattern, routes) in addresses {
        let mut declared = Declared { pattern, methods: Vec::new() };
        let mut resource = web::resource(pattern);
        for Route { method, access, action, endpoint, .. } in routes {
            declared.methods.push(Operation { method, access, action });
            resource = resource.route(endpoint);
        }
        let passed = (state.clone(), Rc::new(declared));
        config.service(resource.wrap(from_fn(move |request, next| gate(passed.clone(), request, next))));
    }
    config.default_service(web::to(elsewhere));
}

/// Addresses without a route: files and pages of the web app, or nothing.
async fn elsewhere(request: actix_web::HttpRequest) -> Result<actix_web::HttpResponse, Failure> {
    assets::serve(&request)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::middleware::origin::is_safe;
    use crate::openapi;

    #[test]
    fn the_gate_and_the_document_say_the_same() {
        let document = openapi::document(&routes());
        let mut declared = BTreeSet::new();
        for route in routes() {
            let method = route.method.as_str().to_ascii_lowercase();
            let operation = &document["paths"][route.path][&method];
            assert_eq!(operation["x-permission"], route.access.as_str(), "{method} {}", route.path);
            assert!(declared.insert((route.path, method)), "{} twice", route.path);
        }
        let paths = document["paths"].as_object().unwrap();
        let documented: usize = paths.values().map(|item| item.as_object().unwrap().len()).sum();
        assert_eq!(documented, declared.len());
    }

    #[test]
    fn all_changes_are_audited_and_nothing_else() {
        for route in routes() {
            assert_eq!(route.action.is_none(), is_safe(&route.method), "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn what_is_open_to_anybody_is_known_by_name() {
        let open: Vec<_> = routes()
            .iter()
            .filter(|route| route.access == Access::Public)
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(
            open,
            [
                "GET /api/health",
                "GET /api/ready",
                "GET /api/openapi.json",
                "GET /api/docs",
                "GET /api/docs.css",
                "GET /api/setup",
                "POST /api/setup",
                "POST /api/session",
            ]
        );
    }
}
