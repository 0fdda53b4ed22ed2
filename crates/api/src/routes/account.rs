//! One's own account: `/api/account`.

use actix_web::HttpResponse;
use howdah_store::accounts;
use howdah_types::problem::Code;
use howdah_types::session::PasswordChangeData;

use crate::audited::audited;
use crate::examples;
use crate::extract::access::SignedIn;
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};

pub(crate) async fn password(
    actor: Actor<SignedIn>,
    body: ValidJson<PasswordChangeData>,
) -> Result<HttpResponse, Failure> {
    actor.signed_in_by_password()?;
    let PasswordChangeData { current, new } = body.0;
    let (account, keep) = (actor.account(), actor.who().session_id());
    let work = async {
        let changed = accounts::change_password(actor.store(), account, &current, &new, keep).await;
        changed.or_not_found(Code::AccountNotFound)
    };
    audited(&actor, Some(account), None, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) fn password_doc() -> Doc {
    let text = "Needs the current password; wrong ones count towards the lock. All other sign-ins of the account end, \
        tokens stay. Not with a token.";
    Doc::new("changePassword", Tag::SignIn, "Change one’s own password", text)
        .body(&examples::password_change())
        .empty(204, "It is changed.")
        .problems(&[Code::PasswordWrong, Code::SignInLocked, Code::AccountNotFound, Code::Forbidden])
}
