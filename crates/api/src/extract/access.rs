//! Permissions as types, so that a handler's signature says what it needs.

use std::sync::Arc;

use howdah_store::Principal;
use howdah_types::permissions::Permission;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Any account, for what is its own.
    Own,
    /// Accounts and tokens with this permission.
    Needs(Permission),
}

impl Access {
    /// As in `x-permission` of the OpenAPI document.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Own => "self",
            Self::Needs(permission) => permission.as_str(),
        }
    }
}

/// A zero-sized type that stands for an [`Access`].
pub(crate) trait Grant: Copy + 'static {
    /// What it stands for.
    const ACCESS: Access;
    /// What the handler learns about who asks.
    type Who: 'static;
    /// None where nobody is signed in but somebody must be.
    fn who(principal: Option<Arc<Principal>>) -> Option<Self::Who>;
}

/// Open to anybody.
#[derive(Clone, Copy)]
pub(crate) struct Anyone;

impl Grant for Anyone {
    const ACCESS: Access = Access::Public;
    type Who = ();
    fn who(_: Option<Arc<Principal>>) -> Option<()> {
        Some(())
    }
}

/// A grant that only somebody who is signed in can have.
pub(crate) trait SignedGrant: Grant<Who = Arc<Principal>> {}

impl<G: Grant<Who = Arc<Principal>>> SignedGrant for G {}

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident = $access:expr;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) struct $name;

        impl Grant for $name {
            const ACCESS: Access = $access;
            type Who = Arc<Principal>;
            fn who(principal: Option<Arc<Principal>>) -> Option<Arc<Principal>> {
                principal
            }
        }
    )+ };
}

grants! {
    /// Any account, for what is its own.
    SignedIn = Access::Own;
    ServerRead = Access::Needs(Permission::ServerRead);
    DatabaseRead = Access::Needs(Permission::DatabaseRead);
    DatabaseCreate = Access::Needs(Permission::DatabaseCreate);
    DatabaseUpdate = Access::Needs(Permission::DatabaseUpdate);
    DatabaseDelete = Access::Needs(Permission::DatabaseDelete);
    TableRead = Access::Needs(Permission::TableRead);
    TableCreate = Access::Needs(Permission::TableCreate);
    TableUpdate = Access::Needs(Permission::TableUpdate);
    TableDelete = Access::Needs(Permission::TableDelete);
    SchemaManage = Access::Needs(Permission::SchemaManage);
    RowRead = Access::Needs(Permission::RowRead);
    RowCreate = Access::Needs(Permission::RowCreate);
    RowUpdate = Access::Needs(Permission::RowUpdate);
    RowDelete = Access::Needs(Permission::RowDelete);
    JobRead = Access::Needs(Permission::JobRead);
    JobCancel = Access::Needs(Permission::JobCancel);
    MonitoringRead = Access::Needs(Permission::MonitoringRead);
    AuditRead = Access::Needs(Permission::AuditRead);
    AccountRead = Access::Needs(Permission::AccountRead);
    AccountManage = Access::Needs(Permission::AccountManage);
}
