//! API tokens: `/api/tokens`.

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_store::tokens;
use howdah_types::problem::Code;
use howdah_types::session::{NewToken, Token, TokenFormData};
use serde_json::json;

use super::Answer;
use crate::audited::audited;
use crate::examples;
use crate::extract::access::SignedIn;
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{IdPath, Path};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};

pub(crate) async fn list(actor: Actor<SignedIn>) -> Answer<Vec<Token>> {
    Ok(Json(tokens::list(actor.store(), actor.account()).await?))
}

pub(crate) fn list_doc() -> Doc {
    Doc::new(
        "listTokens",
        Tag::SignIn,
        "List one’s own API tokens",
        "Without their secrets, the newest first.",
    )
    .list("The tokens.", &[examples::token()])
}

pub(crate) async fn create(
    actor: Actor<SignedIn>,
    body: ValidJson<TokenFormData>,
) -> Result<HttpResponse, Failure> {
    actor.signed_in_by_password()?;
    let data = body.0;
    let work = async { Ok(tokens::create(actor.store(), actor.account(), &data).await?) };
    let detail = json!({ "expiresInDays": data.expires_in_days, "permissions": data.permissions });
    let token: NewToken = audited(&actor, Some(&data.name), Some(detail), work).await?;
    Ok(HttpResponse::Created().json(token))
}

pub(crate) fn create_doc() -> Doc {
    let text = "The answer is the only time the secret is shown. A token can do at most what its account may, and its \
        rights shrink with those of the account. Tokens cannot make tokens: one could give itself more rights or a \
        longer life.";
    Doc::new("createToken", Tag::SignIn, "Make an API token", text)
        .body(&examples::token_form())
        .answer(201, "The token with its secret.", &examples::new_token())
        .problems(&[Code::Forbidden])
}

pub(crate) async fn delete(actor: Actor<SignedIn>, path: Path<IdPath>) -> Result<HttpResponse, Failure> {
    let id = path.0.id;
    let work =
        async { tokens::delete(actor.store(), actor.account(), &id).await.or_not_found(Code::TokenNotFound) };
    audited(&actor, Some(&id), None, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) fn delete_doc() -> Doc {
    Doc::new("deleteToken", Tag::SignIn, "Delete an API token", "It stops working at once, everywhere.")
        .empty(204, "It is deleted.")
        .problems(&[Code::TokenNotFound])
}
