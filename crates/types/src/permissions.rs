//! Permissions and the built-in sets of them.

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// One thing that an account may be allowed to do: area and verb.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Permission { $($(#[$doc])* #[serde(rename = $text)] $variant),+ }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Permission] = &[$(Permission::$variant),+];

            /// As it is written in JSON, for example `database.create`.
            pub fn as_str(self) -> &'static str {
                match self { $(Permission::$variant => $text),+ }
            }
        }
    };
}

permissions! {
    /// List servers and their state.
    ServerRead = "server.read",
    /// List and describe databases and their connections.
    DatabaseRead = "database.read",
    /// Create and copy databases.
    DatabaseCreate = "database.create",
    /// Change, rename and give away databases.
    DatabaseUpdate = "database.update",
    /// Drop databases and end connections to them.
    DatabaseDelete = "database.delete",
    /// List schemas, tables and views.
    TableRead = "table.read",
    /// Create tables, views and what belongs to them.
    TableCreate = "table.create",
    /// Change tables, views and what belongs to them.
    TableUpdate = "table.update",
    /// Drop tables, views and what belongs to them.
    TableDelete = "table.delete",
    /// Create, change and drop schemas, sequences, types and extensions.
    SchemaManage = "schema.manage",
    /// Read rows.
    RowRead = "row.read",
    /// Insert rows.
    RowCreate = "row.create",
    /// Change rows.
    RowUpdate = "row.update",
    /// Delete rows.
    RowDelete = "row.delete",
    /// Give SQL of one's own: conditions and expressions.
    QueryRun = "query.run",
    /// Let SQL of one's own run with a superuser's rights, where what it works on belongs to one.
    QuerySuperuser = "query.superuser",
    /// See jobs.
    JobRead = "job.read",
    /// Cancel jobs.
    JobCancel = "job.cancel",
    /// Read metrics.
    MonitoringRead = "monitoring.read",
    /// Read the audit log.
    AuditRead = "audit.read",
    /// List accounts.
    AccountRead = "account.read",
    /// Create, change and delete accounts.
    AccountManage = "account.manage",
}

impl std::str::FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.as_str() == text)
            .ok_or_else(|| UnknownPermission(text.to_owned()))
    }
}

// By hand: the derive does not see a `rename` whose text comes out of a macro.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Permission {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("One thing that an account may be allowed to do: area and verb."))
            .enum_values(Some(Self::ALL.iter().map(|permission| permission.as_str())))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Permission {}

/// A text that names no permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPermission(pub String);

impl std::fmt::Display for UnknownPermission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no permission “{}”", self.0)
    }
}

impl std::error::Error for UnknownPermission {}

/// A named set of permissions that is granted to accounts. These are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PermissionSet {
    /// Everything, accounts and audit included.
    Administrator,
    /// Everything about databases, nothing about accounts and audit.
    Operator,
    /// Looks, changes nothing.
    Viewer,
}

impl PermissionSet {
    /// All built-in sets.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Operator, Self::Viewer];

    /// As it is written in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }

    /// What the set allows.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Administrator => P::ALL,
            Self::Operator => &[
                P::ServerRead,
                P::DatabaseRead,
                P::DatabaseCreate,
                P::DatabaseUpdate,
                P::DatabaseDelete,
                P::TableRead,
                P::TableCreate,
                P::TableUpdate,
                P::TableDelete,
                P::SchemaManage,
                P::RowRead,
                P::RowCreate,
                P::RowUpdate,
                P::RowDelete,
                P::QueryRun,
                P::JobRead,
                P::JobCancel,
                P::MonitoringRead,
            ],
            Self::Viewer => &[P::ServerRead, P::DatabaseRead, P::TableRead, P::RowRead, P::JobRead],
        }
    }
}

impl std::str::FromStr for PermissionSet {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|set| set.as_str() == text)
            .ok_or_else(|| UnknownPermission(text.to_owned()))
    }
}

/// A permission set with what it allows, for screens and clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PermissionSetInfo {
    pub name: PermissionSet,
    pub permissions: Vec<Permission>,
}
