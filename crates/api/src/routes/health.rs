//! Whether Howdah works: `/api/health`, `/api/ready`, `/metrics`.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_types::servers::{Health, Readiness};

use crate::extract::access::{Anyone, MonitoringRead};
use crate::extract::actor::Actor;
use crate::metrics::MEDIA_TYPE;
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

fn healthy() -> Health {
    Health { status: "ok".into(), version: env!("CARGO_PKG_VERSION").into() }
}

pub(crate) async fn health(_: Actor<Anyone>) -> Json<Health> {
    Json(healthy())
}

pub(crate) fn health_doc() -> Doc {
    Doc::new(
        "getHealth",
        Tag::Howdah,
        "Tell that the process is alive",
        "Asks nobody else. For a supervisor.",
    )
    .answer(200, "It is alive.", &healthy())
}

pub(crate) async fn ready(actor: Actor<Anyone>) -> HttpResponse {
    let limit = Duration::from_secs(1);
    let store = tokio::time::timeout(limit, actor.store().ping());
    let server = tokio::time::timeout(limit, actor.server().ping());
    let (store, server) = tokio::join!(store, server);
    let (store, server) = (store.unwrap_or(false) && actor.in_service(), server.unwrap_or(false));
    let ready = store && server;
    let mut answer = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(Readiness { ready, store, server })
}

pub(crate) fn ready_doc() -> Doc {
    let text = "Asks the store and the default server, each for at most a second. For a load balancer.";
    Doc::new("getReadiness", Tag::Howdah, "Tell whether requests can be served", text)
        .answer(200, "Both answer.", &Readiness { ready: true, store: true, server: true })
        .answer(503, "One of them does not answer.", &Readiness { ready: false, store: true, server: false })
}

pub(crate) async fn metrics(actor: Actor<MonitoringRead>) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().content_type(MEDIA_TYPE).body(actor.metrics_text()?))
}

pub(crate) fn metrics_doc() -> Doc {
    let text = "Requests, pools, jobs, event streams and failed sign-ins of this process, for Prometheus. Scrape it \
        with an API token that has `monitoring.read`.";
    Doc::new("getMetrics", Tag::Howdah, "Read metrics", text).text(
        "application/openmetrics-text",
        "OpenMetrics text.",
        "# TYPE howdah_event_streams gauge\nhowdah_event_streams 2\n# EOF\n",
    )
}
