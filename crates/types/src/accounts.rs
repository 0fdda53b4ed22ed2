//! Accounts: `/api/accounts`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::permissions::PermissionSet;
use crate::validate::{self, FieldError, Validate};

/// A person or program that signs in to Howdah.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub name: String,
    pub permission_set: PermissionSet,
    /// The only databases that may be seen; null means all.
    pub databases: Option<Vec<String>>,
    /// It may not sign in, and its tokens do not work.
    pub disabled: bool,
    pub created_at: Timestamp,
    pub last_sign_in_at: Option<Timestamp>,
    /// Until when sign-in is refused after too many failures.
    pub locked_until: Option<Timestamp>,
}

/// The body of `POST /api/accounts`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountFormData {
    #[cfg_attr(feature = "openapi", schema(example = "report"))]
    pub name: String,
    /// 12 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(example = "correct horse battery"))]
    pub password: String,
    pub permission_set: PermissionSet,
    /// The only databases that may be seen; left out or null means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub databases: Option<Vec<String>>,
}

impl std::fmt::Debug for AccountFormData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountFormData").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The body of `PUT /api/accounts/{account}`. What is left out stays. Any change of rights ends its sign-ins.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountUpdateData {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_set: Option<PermissionSet>,
    /// The only databases that may be seen. Left out: stays. `allDatabases` lifts the restriction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub databases: Option<Vec<String>>,
    /// True lifts the restriction to certain databases.
    #[serde(default)]
    pub all_databases: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// A new password, 12 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl std::fmt::Debug for AccountUpdateData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountUpdateData").finish_non_exhaustive()
    }
}

fn databases(list: Option<&[String]>, errors: &mut Vec<FieldError>) {
    for name in list.unwrap_or_default() {
        validate::name("databases", name, errors);
    }
}

impl Validate for AccountFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::account_name("name", &self.name, &mut errors);
        validate::password("password", &self.password, &mut errors);
        databases(self.databases.as_deref(), &mut errors);
        errors
    }
}

impl Validate for AccountUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Some(password) = &self.password {
            validate::password("password", password, &mut errors);
        }
        databases(self.databases.as_deref(), &mut errors);
        if self.all_databases && self.databases.is_some() {
            let message = "Give either the databases or allDatabases, not both.";
            errors.push(FieldError::new("databases", "conflict", message));
        }
        errors
    }
}
