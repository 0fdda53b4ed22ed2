//! Howdah's HTTP side: router, permissions, problems, events, OpenAPI and the web app's files.
//!
//! The way of a request: [`middleware::front`] (request id, span, host, origin, sizes, headers) → the route's
//! [`middleware::gate`] (sign-in, permission, database scope) → extractors ([`extract::actor::Actor`], path, query,
//! `ValidJson`) → a handler in [`routes`] → an answer of `howdah-types`, or a [`problem::Failure`] that the front
//! writes as `application/problem+json`. [`router`] shows every route on one page.

mod assets;
mod audited;
mod context;
mod docs;
mod events;
mod examples;
mod export_log;
mod extract;
mod metrics;
mod middleware;
mod openapi;
mod problem;
mod rate;
mod rejects_file;
mod router;
mod routes;
mod shape;
mod trace_log;

use std::net::TcpListener;

use actix_web::{App, HttpServer};

pub use crate::context::{ApiOptions, Context};
pub use crate::rate::Rate;

/// The OpenAPI document: pretty JSON with sorted keys and a line feed at the end, the same on every machine.
pub fn openapi_json() -> String {
    openapi::text(&router::routes())
}

/// Serves the API and the web app on `listener`. Must be called inside a Tokio runtime.
///
/// The returned server stops when its handle is told to; call [`Context::begin_stop`] first, so that event streams
/// end at once and do not use up the time for a graceful stop.
pub fn serve(listener: TcpListener, context: Context) -> std::io::Result<actix_web::dev::Server> {
    let state = context.into_state();
    tokio::spawn(events::watch::run(state.clone()));
    let options = &state.options;
    let (workers, stop_limit) = (options.workers, options.shutdown_timeout.as_secs().max(1));
    let mut server = HttpServer::new(move || {
        let state = state.clone();
        App::new().configure(|config| router::configure(config, &state)).wrap(actix_web::middleware::from_fn(
            move |request, next| middleware::front::front(state.clone(), request, next),
        ))
    })
    .disable_signals()
    // A client that closes its side has left: its handler is dropped, which cancels its statement at the server, and
    // its event stream makes room.
    .h1_allow_half_closed(false)
    // Per worker: what a stranger can hold open is bounded, and far more than people need.
    .max_connections(4_000)
    .shutdown_timeout(stop_limit);
    if let Some(workers) = workers {
        server = server.workers(workers.max(1));
    }
    Ok(server.listen(listener)?.run())
}
