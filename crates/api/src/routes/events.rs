//! Event streams: `/api/events`, `/api/jobs/{id}/events`.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse};
use howdah_types::problem::Code;

use super::jobs::job_of;
use crate::events::feed::EventFeed;
use crate::events::job_feed::JobFeed;
use crate::events::{Listener, respond};
use crate::extract::access::{JobRead, SignedGrant, SignedIn};
use crate::extract::actor::Actor;
use crate::extract::params::{IdPath, Path};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

/// The id in `Last-Event-ID`. What is no number comes from elsewhere and counts as none.
fn last_event_id(request: &HttpRequest) -> Option<i64> {
    request.headers().get("last-event-id")?.to_str().ok()?.trim().parse().ok()
}

/// The listening side of whoever asks; none for a HEAD request, which has no body to stream.
fn listener<P: SignedGrant>(actor: &Actor<P>) -> Result<Option<Listener>, Failure> {
    if actor.request().method == Method::HEAD {
        return Ok(None);
    }
    actor.listener().map(Listener::new).transpose()
}

fn no_body() -> HttpResponse {
    HttpResponse::Ok().content_type("text/event-stream").finish()
}

pub(crate) async fn stream(actor: Actor<SignedIn>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let Some(listener) = listener(&actor)? else { return Ok(no_body()) };
    Ok(respond(EventFeed::open(listener, last_event_id(&request)).await?))
}

pub(crate) fn stream_doc() -> Doc {
    let text = "Server-sent events, each with an `Event` as data: `databasesChanged`, `databaseSizes`, `jobChanged`, \
        `serverChanged`; `reset` when events were missed that are no longer kept; `sessionEnded` at the end of the \
        sign-in. Only what the account may see. Send `Last-Event-ID` to go on where a stream broke off.";
    Doc::new("streamEvents", Tag::Events, "Follow what happens", text)
        .text("text/event-stream", "The stream; it stays open.", STREAM)
        .last_event_id()
        .problems(&[Code::StoreDown])
}

const STREAM: &str = "id: 42\nevent: databasesChanged\ndata: {\"id\":42,\"at\":\"2026-01-31T08:15:00.123456Z\",\
    \"body\":{\"kind\":\"databasesChanged\",\"names\":[\"shop\"]}}\n\n";

pub(crate) async fn of_job(
    actor: Actor<JobRead>,
    path: Path<IdPath>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let job = job_of(&actor, &path.0.id).await?;
    let Some(listener) = listener(&actor)? else { return Ok(no_body()) };
    Ok(respond(JobFeed::open(listener, job.id, last_event_id(&request)).await?))
}

pub(crate) fn of_job_doc() -> Doc {
    let text = "The job as it is, then the lines of its log (`jobLog`) and its changes (`jobChanged`). The stream ends \
        after the final state. `Last-Event-ID` is the id of a line.";
    Doc::new("streamJobEvents", Tag::Jobs, "Follow a job", text)
        .text("text/event-stream", "The stream; it ends with the job.", STREAM)
        .last_event_id()
        .problems(&[Code::JobNotFound])
}
