//! Signing in and out: `/api/session`.

use actix_web::HttpResponse;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::Json;
use howdah_store::{Principal, accounts, sessions};
use howdah_types::problem::Code;
use howdah_types::session::{Session, SignInData};

use crate::audited::audited;
use crate::examples;
use crate::extract::access::{Anyone, SignedIn};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};

/// The session's cookie. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`.
pub(crate) const COOKIE: &str = "__Host-howdah";

fn cookie(secret: &str) -> Cookie<'_> {
    Cookie::build(COOKIE, secret).path("/").secure(true).http_only(true).same_site(SameSite::Strict).finish()
}

/// The answer to a sign-in.
pub(super) fn answer_with_cookie(secret: &str, session: Session) -> HttpResponse {
    HttpResponse::Ok().cookie(cookie(secret)).json(session)
}

/// Who one is, for the wire.
pub(super) fn session_of(who: &Principal) -> Session {
    Session {
        account: who.account.clone(),
        permission_set: who.permission_set,
        permissions: who.permissions.clone(),
        databases: who.databases.clone(),
        expires_at: who.expires_at().map(str::to_owned),
    }
}

pub(crate) async fn read(actor: Actor<SignedIn>) -> Json<Session> {
    Json(session_of(actor.who()))
}

pub(crate) fn read_doc() -> Doc {
    let text = "Also for API tokens: what the token may do now.";
    Doc::new("getSession", Tag::SignIn, "Tell who one is and what one may do", text).answer(
        200,
        "The account behind this request.",
        &examples::session(),
    )
}

pub(crate) async fn sign_in(
    actor: Actor<Anyone>,
    body: ValidJson<SignInData>,
) -> Result<HttpResponse, Failure> {
    let SignInData { account, password } = body.0;
    actor.count_sign_in(&account)?;
    let (address, agent) = (actor.request().address.to_string(), actor.request().user_agent.as_deref());
    let work =
        async { Ok(sessions::sign_in(actor.store(), &account, &password, Some(&address), agent).await?) };
    // People type passwords where the account belongs: only names of accounts go into the audit log.
    let known = accounts::get(actor.store(), &account).await.is_ok();
    let signed_in = audited(&actor, known.then_some(account.as_str()), None, work).await;
    if signed_in.is_err() {
        actor.metrics().sign_in_failed();
    }
    let (secret, who) = signed_in?;
    Ok(answer_with_cookie(&secret, session_of(&who)))
}

pub(crate) fn sign_in_doc() -> Doc {
    let text = "Sets the cookie `__Host-howdah`, which browsers keep over HTTPS and on localhost. After several \
        failures no attempt counts for a growing time.";
    Doc::new("signIn", Tag::SignIn, "Sign in", text)
        .body(&examples::sign_in())
        .answer(200, "Signed in.", &examples::session())
        .header("Set-Cookie", "The session’s cookie.")
        .problems(&[Code::SignInFailed, Code::SignInLocked, Code::StoreDown])
}

pub(crate) async fn sign_out(actor: Actor<SignedIn>) -> Result<HttpResponse, Failure> {
    let Some(id) = actor.who().session_id() else {
        return Err(Failure::new(
            Code::SessionNotFound,
            "A token is no sign-in; delete it with DELETE /api/tokens/{id}.",
        ));
    };
    let work =
        async { sessions::end(actor.store(), actor.account(), id).await.or_not_found(Code::SessionNotFound) };
    audited(&actor, Some(id), None, work).await?;
    let mut gone = cookie("");
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

pub(crate) fn sign_out_doc() -> Doc {
    Doc::new("signOut", Tag::SignIn, "Sign out", "Ends this sign-in; others of the account stay.")
        .empty(204, "Signed out.")
        .header("Set-Cookie", "Takes the cookie back.")
        .problems(&[Code::SessionNotFound])
}
