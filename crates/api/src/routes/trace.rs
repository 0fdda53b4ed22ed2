//! The SQL of one's own requests: `/api/trace/{requestId}`.

use actix_web::web::Json;
use howdah_types::problem::Code;
use howdah_types::trace::Trace;
use serde::Deserialize;
use uuid::Uuid;

use super::Answer;
use crate::examples;
use crate::extract::access::SignedIn;
use crate::extract::actor::Actor;
use crate::extract::params::Path;
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

#[derive(Deserialize)]
pub(crate) struct TracePath {
    #[serde(rename = "requestId")]
    request_id: String,
}

pub(crate) async fn read(actor: Actor<SignedIn>, path: Path<TracePath>) -> Answer<Trace> {
    let id = Uuid::try_parse(&path.0.request_id).map_err(|_| Failure::of(Code::TraceNotFound))?;
    let trace = actor.traces().get(id, actor.account_id());
    trace.map(Json).ok_or_else(|| Failure::of(Code::TraceNotFound))
}

pub(crate) fn read_doc() -> Doc {
    let text = "The last 2,000 requests of all accounts are kept, in the memory of the process that answered them. One \
        sees only those of one’s own account.";
    Doc::new("getTrace", Tag::Events, "Read the SQL that a request ran", text)
        .answer(200, "The request and its statements.", &examples::trace())
        .problems(&[Code::TraceNotFound])
}
