//! Accounts: `/api/accounts`.

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_store::accounts;
use howdah_types::accounts::{Account, AccountFormData, AccountUpdateData};
use howdah_types::problem::Code;
use serde_json::json;

use super::Answer;
use crate::audited::audited;
use crate::examples;
use crate::extract::access::{AccountManage, AccountRead};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{AccountPath, Path};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};

pub(crate) async fn list(actor: Actor<AccountRead>) -> Answer<Vec<Account>> {
    Ok(Json(accounts::list(actor.store()).await?))
}

pub(crate) fn list_doc() -> Doc {
    Doc::new("listAccounts", Tag::Accounts, "List accounts", "All of them, by name.")
        .list("The accounts.", &[examples::account()])
}

pub(crate) async fn create(
    actor: Actor<AccountManage>,
    body: ValidJson<AccountFormData>,
) -> Result<HttpResponse, Failure> {
    let data = body.0;
    let detail = json!({ "permissionSet": data.permission_set, "databases": data.databases });
    let work = async { Ok(accounts::create(actor.store(), &data).await?) };
    let account: Account = audited(&actor, Some(&data.name), Some(detail), work).await?;
    Ok(HttpResponse::Created().json(account))
}

pub(crate) fn create_doc() -> Doc {
    let text = "Names that differ only in the case of their letters are the same account.";
    Doc::new("createAccount", Tag::Accounts, "Make an account", text)
        .body(&examples::account_form())
        .answer(201, "The account.", &examples::account())
        .problems(&[Code::AccountExists])
}

pub(crate) async fn update(
    actor: Actor<AccountManage>,
    path: Path<AccountPath>,
    body: ValidJson<AccountUpdateData>,
) -> Answer<Account> {
    let (name, data) = (path.0.account, body.0);
    let detail = json!({
        "permissionSet": data.permission_set,
        "databases": data.databases,
        "allDatabases": data.all_databases,
        "disabled": data.disabled,
        "password": data.password.is_some(),
    });
    let work =
        async { accounts::update(actor.store(), &name, &data).await.or_not_found(Code::AccountNotFound) };
    Ok(Json(audited(&actor, Some(&name), Some(detail), work).await?))
}

pub(crate) fn update_doc() -> Doc {
    let text = "What is left out stays. A change of rights or of the password ends the account’s sign-ins; its tokens \
        have the new rights from then on. One administrator that can sign in always remains.";
    Doc::new("updateAccount", Tag::Accounts, "Change an account", text)
        .body(&examples::account_update())
        .answer(200, "The account as it is now.", &examples::account())
        .problems(&[Code::AccountNotFound, Code::LastAdministrator])
}

pub(crate) async fn delete(
    actor: Actor<AccountManage>,
    path: Path<AccountPath>,
) -> Result<HttpResponse, Failure> {
    let name = path.0.account;
    let work = async { accounts::delete(actor.store(), &name).await.or_not_found(Code::AccountNotFound) };
    audited(&actor, Some(&name), None, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) fn delete_doc() -> Doc {
    let text = "Its sign-ins and tokens end. What it did stays in the audit log.";
    Doc::new("deleteAccount", Tag::Accounts, "Delete an account", text)
        .empty(204, "It is deleted.")
        .problems(&[Code::AccountNotFound, Code::LastAdministrator])
}
