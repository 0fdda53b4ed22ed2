//! What is being typed in the dialog that makes or changes an account, and the bodies that come of it.

use howdah_types::accounts::{Account, AccountFormData, AccountUpdateData};
use howdah_types::permissions::PermissionSet;
use howdah_types::validate::{FieldError, Validate};
use leptos::prelude::*;

/// One signal per field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) name: RwSignal<String>,
    /// Empty leaves the password as it is.
    pub(super) password: RwSignal<String>,
    pub(super) set: RwSignal<PermissionSet>,
    /// All databases may be seen.
    pub(super) all: RwSignal<bool>,
    pub(super) databases: RwSignal<Vec<String>>,
    pub(super) disabled: RwSignal<bool>,
}

/// What is asked of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    Create(AccountFormData),
    Update(String, AccountUpdateData),
}

impl Request {
    /// The rules that it breaks.
    pub(super) fn errors(&self) -> Vec<FieldError> {
        match self {
            Self::Create(data) => data.validate(),
            Self::Update(_, data) => data.validate(),
        }
    }

    /// Nothing would be changed.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self, Self::Update(_, data) if *data == AccountUpdateData::default())
    }
}

impl Fields {
    /// Fields that hold an account, or nothing yet.
    pub(super) fn of(account: Option<&Account>) -> Self {
        let databases = account.and_then(|account| account.databases.clone());
        Self {
            name: RwSignal::new(account.map(|account| account.name.clone()).unwrap_or_default()),
            password: RwSignal::new(String::new()),
            set: RwSignal::new(account.map_or(PermissionSet::Viewer, |account| account.permission_set)),
            all: RwSignal::new(databases.is_none()),
            databases: RwSignal::new(databases.unwrap_or_default()),
            disabled: RwSignal::new(account.is_some_and(|account| account.disabled)),
        }
    }

    /// What is asked: a new account, or changes to `existing`.
    pub(super) fn request(self, existing: Option<&Account>) -> Request {
        let scope = (!self.all.get_untracked()).then(|| self.databases.get_untracked());
        let (set, password) = (self.set.get_untracked(), self.password.get_untracked());
        match existing {
            None => Request::Create(AccountFormData {
                name: self.name.get_untracked(),
                password,
                permission_set: set,
                databases: scope,
            }),
            Some(account) => Request::Update(
                account.name.clone(),
                update(account, set, scope, self.disabled.get_untracked(), password),
            ),
        }
    }
}

/// Only what differs from the account as it is.
fn update(
    account: &Account,
    set: PermissionSet,
    scope: Option<Vec<String>>,
    disabled: bool,
    password: String,
) -> AccountUpdateData {
    AccountUpdateData {
        permission_set: (set != account.permission_set).then_some(set),
        all_databases: scope.is_none() && account.databases.is_some(),
        databases: if scope == account.databases { None } else { scope },
        disabled: (disabled != account.disabled).then_some(disabled),
        password: (!password.is_empty()).then_some(password),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Account {
        Account {
            name: "report".to_owned(),
            permission_set: PermissionSet::Viewer,
            databases: Some(vec!["shop".to_owned()]),
            disabled: false,
            created_at: String::new(),
            last_sign_in_at: None,
            locked_until: None,
        }
    }

    #[test]
    fn what_stays_is_left_out() {
        let account = report();
        let same = update(&account, PermissionSet::Viewer, account.databases.clone(), false, String::new());
        assert_eq!(same, AccountUpdateData::default());
    }

    #[test]
    fn lifting_the_scope_is_said_in_its_own_words() {
        let data = update(&report(), PermissionSet::Operator, None, true, String::new());
        assert!(data.all_databases && data.databases.is_none());
        assert_eq!((data.permission_set, data.disabled), (Some(PermissionSet::Operator), Some(true)));
    }
}
