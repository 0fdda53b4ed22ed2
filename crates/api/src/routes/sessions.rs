//! One's own sign-ins: `/api/sessions`.

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_store::sessions;
use howdah_types::problem::Code;
use howdah_types::session::SessionInfo;

use super::Answer;
use crate::audited::audited;
use crate::examples;
use crate::extract::access::SignedIn;
use crate::extract::actor::Actor;
use crate::extract::params::{IdPath, Path};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};

pub(crate) async fn list(actor: Actor<SignedIn>) -> Answer<Vec<SessionInfo>> {
    Ok(Json(sessions::list(actor.store(), actor.account(), actor.who().session_id()).await?))
}

pub(crate) fn list_doc() -> Doc {
    Doc::new("listSessions", Tag::SignIn, "List one’s own sign-ins", "Those that last, the newest first.")
        .list("The sign-ins.", &[examples::session_info()])
}

pub(crate) async fn end(actor: Actor<SignedIn>, path: Path<IdPath>) -> Result<HttpResponse, Failure> {
    let id = path.0.id;
    let work = async {
        sessions::end(actor.store(), actor.account(), &id).await.or_not_found(Code::SessionNotFound)
    };
    audited(&actor, Some(&id), None, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) fn end_doc() -> Doc {
    let text = "Ends one of one’s own sign-ins, wherever it is. Its event streams end as well.";
    Doc::new("endSession", Tag::SignIn, "End a sign-in", text)
        .empty(204, "It has ended.")
        .problems(&[Code::SessionNotFound])
}
