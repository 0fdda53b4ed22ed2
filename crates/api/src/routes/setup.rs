//! The first administrator: `/api/setup`.

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_store::setup;
use howdah_types::problem::Code;
use howdah_types::session::{SetupData, SetupState};

use super::Answer;
use super::session::{answer_with_cookie, session_of};
use crate::audited::audited;
use crate::examples;
use crate::extract::access::Anyone;
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn state(actor: Actor<Anyone>) -> Answer<SetupState> {
    Ok(Json(SetupState { required: setup::required(actor.store()).await? }))
}

pub(crate) fn state_doc() -> Doc {
    let text = "True as long as there is no account at all.";
    Doc::new("getSetup", Tag::SignIn, "Tell whether the first administrator is still to be made", text)
        .answer(200, "Whether it is.", &SetupState { required: false })
        .problems(&[Code::StoreDown])
}

pub(crate) async fn redeem(
    actor: Actor<Anyone>,
    body: ValidJson<SetupData>,
) -> Result<HttpResponse, Failure> {
    let data = body.0;
    actor.count_sign_in("")?;
    let (address, agent) = (actor.request().address.to_string(), actor.request().user_agent.as_deref());
    let work = async { Ok(setup::redeem(actor.store(), &data, Some(&address), agent).await?) };
    let (secret, who) = audited(&actor, Some(&data.account), None, work).await?;
    Ok(answer_with_cookie(&secret, session_of(&who)))
}

pub(crate) fn redeem_doc() -> Doc {
    let text = "Takes the secret of the link that the first start prints. It works once; a new start makes a new one.";
    Doc::new("redeemSetup", Tag::SignIn, "Make the first administrator and sign in", text)
        .body(&examples::setup())
        .answer(200, "The administrator is made and signed in.", &examples::session())
        .header("Set-Cookie", "The session’s cookie.")
        .problems(&[Code::SetupRefused, Code::SignInLocked, Code::AccountExists, Code::StoreDown])
}
