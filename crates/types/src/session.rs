//! Signing in: `/api/setup`, `/api/session`, `/api/sessions`, `/api/tokens`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::permissions::{Permission, PermissionSet};
use crate::validate::{self, FieldError, Validate};

/// `GET /api/setup`: whether the first administrator is still to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetupState {
    pub required: bool,
}

/// The body of `POST /api/setup`: makes the first administrator and signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetupData {
    /// The secret from the set-up link that the first start printed. It works once.
    #[cfg_attr(feature = "openapi", schema(example = "the-secret-from-the-link"))]
    pub token: String,
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub account: String,
    /// 12 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(example = "correct horse battery"))]
    pub password: String,
}

/// The body of `POST /api/session`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInData {
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub account: String,
    #[cfg_attr(feature = "openapi", schema(example = "correct horse battery"))]
    pub password: String,
}

/// `GET /api/session`: who one is and what one may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub account: String,
    pub permission_set: PermissionSet,
    /// What this sign-in or token may do now.
    pub permissions: Vec<Permission>,
    /// The only databases that may be seen; null means all.
    pub databases: Option<Vec<String>>,
    /// When the sign-in ends at the latest; null for a token without end.
    pub expires_at: Option<Timestamp>,
}

/// One of one's own sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// Names the session; it is not the secret in the cookie.
    pub id: String,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
    /// The address it was made from.
    pub address: Option<String>,
    /// The browser's own description.
    pub user_agent: Option<String>,
    /// It is the one that asks.
    pub current: bool,
}

/// The body of `PUT /api/account/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChangeData {
    #[cfg_attr(feature = "openapi", schema(example = "correct horse battery"))]
    pub current: String,
    /// 12 to 256 characters. All other sign-ins of the account end.
    #[cfg_attr(feature = "openapi", schema(example = "battery staple horse"))]
    pub new: String,
}

/// An API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Token {
    pub id: String,
    /// What it is for.
    #[cfg_attr(feature = "openapi", schema(example = "nightly report"))]
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// What it may do at most; null means all that the account may.
    pub permissions: Option<Vec<Permission>>,
}

/// The body of `POST /api/tokens`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenFormData {
    #[cfg_attr(feature = "openapi", schema(example = "nightly report"))]
    pub name: String,
    /// Days until it ends, 1 to 3650; left out means it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = 30))]
    pub expires_in_days: Option<i32>,
    /// What it may do at most; left out means all that the account may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Permission>>,
}

/// The answer of `POST /api/tokens`: the only time the secret is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewToken {
    /// Send it as `Authorization: Bearer …`.
    #[cfg_attr(feature = "openapi", schema(example = "howdah_…"))]
    pub secret: String,
    pub token: Token,
}

// Bodies that hold a secret must not be printed by accident.
macro_rules! secret_debug {
    ($($type:ident),+) => { $(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )+ };
}
secret_debug!(SetupData, SignInData, PasswordChangeData, NewToken);

impl Validate for SetupData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::account_name("account", &self.account, &mut errors);
        validate::password("password", &self.password, &mut errors);
        errors
    }
}

impl Validate for SignInData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.account.is_empty() {
            errors.push(FieldError::new("account", "required", "Give the name of your account."));
        }
        if self.password.is_empty() {
            errors.push(FieldError::new("password", "required", "Give your password."));
        }
        validate::at_most("account", &self.account, 64, &mut errors);
        validate::at_most("password", &self.password, 256, &mut errors);
        errors
    }
}

impl Validate for PasswordChangeData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::at_most("current", &self.current, 256, &mut errors);
        validate::password("new", &self.new, &mut errors);
        errors
    }
}

impl Validate for TokenFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::account_name("name", &self.name, &mut errors);
        if self.expires_in_days.is_some_and(|days| !(1..=3650).contains(&days)) {
            errors.push(FieldError::new("expiresInDays", "outOfRange", "1 to 3650 days, or leave it out."));
        }
        errors
    }
}
