//! `/api/accounts` and `/api/permission-sets`.

use howdah_types::accounts::{Account, AccountFormData, AccountUpdateData};
use howdah_types::permissions::PermissionSetInfo;

use super::encode::segment;
use super::request::Manner;
use super::{Api, Method, Result};

const SECRET: Manner = Manner { secret: true, anonymous: false, unseen: false, until: None };

/// All accounts.
pub async fn list(api: Api) -> Result<Vec<Account>> {
    api.get("/api/accounts").await
}

/// Makes an account.
pub async fn create(api: Api, data: &AccountFormData) -> Result<Account> {
    api.send_as(Method::Post, "/api/accounts", data, SECRET).await
}

/// Changes an account; what is left out stays.
pub async fn update(api: Api, name: &str, data: &AccountUpdateData) -> Result<Account> {
    api.send_as(Method::Put, &format!("/api/accounts/{}", segment(name)), data, SECRET).await
}

/// Deletes an account with its sign-ins and tokens.
pub async fn delete(api: Api, name: &str) -> Result<()> {
    api.act(Method::Delete, &format!("/api/accounts/{}", segment(name))).await
}

/// The built-in permission sets with what each allows.
pub async fn permission_sets(api: Api) -> Result<Vec<PermissionSetInfo>> {
    api.get("/api/permission-sets").await
}
