//! Databases: `/api/database`.

use serde::{Deserialize, Serialize};

use crate::validate::{self, FieldError, Validate};

/// A database of a managed server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Database {
    #[cfg_attr(feature = "openapi", schema(example = "shop"))]
    pub name: String,
    /// The role that owns it.
    #[cfg_attr(feature = "openapi", schema(example = "app_owner"))]
    pub owner: String,
    /// The comment on the database, or null.
    #[cfg_attr(feature = "openapi", schema(example = "Orders, stock and customers"))]
    pub description: Option<String>,
    /// Size on disk in bytes; null while it is not known (it follows as an event) or may not be read.
    #[cfg_attr(feature = "openapi", schema(example = 8_123_456))]
    pub size_bytes: Option<i64>,
    #[cfg_attr(feature = "openapi", schema(example = "UTF8"))]
    pub encoding: String,
    /// `LC_COLLATE`, or the ICU / builtin locale where the provider is not libc.
    #[cfg_attr(feature = "openapi", schema(example = "en_US.UTF-8"))]
    pub collation: String,
    pub is_template: bool,
    pub allow_connections: bool,
    /// The most connections allowed at once; -1 means no limit.
    #[cfg_attr(feature = "openapi", schema(example = -1))]
    pub connection_limit: i32,
    /// Client connections now, without Howdah's own; null where the role may not see them.
    #[cfg_attr(feature = "openapi", schema(example = 14))]
    pub connections: Option<i32>,
    #[cfg_attr(feature = "openapi", schema(example = "pg_default"))]
    pub tablespace: String,
    /// Why it can be neither renamed nor dropped here (a system database, or Howdah's own), or null.
    pub protection: Option<Protection>,
}

/// Why a database is kept from being renamed or dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Protection {
    /// `postgres`, `template0` or `template1`.
    System,
    /// The database in which Howdah keeps its accounts, jobs and audit.
    Store,
    /// The database through which Howdah itself is connected.
    InUse,
}

/// `?sizes=` of `GET /api/database`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Sizes {
    /// What is known or found within a short budget; the rest follows as an event.
    #[default]
    Quick,
    /// Wait until all are known.
    Wait,
}

/// Whether collation rules come from the C library, from ICU or from PostgreSQL itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum LocaleProvider {
    Libc,
    /// PostgreSQL 15 and later.
    Icu,
    /// PostgreSQL 17 and later.
    Builtin,
}

/// The body of `POST /api/database`. What is left out is PostgreSQL's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabaseFormData {
    /// 1 to 63 bytes, any character but NUL.
    #[cfg_attr(feature = "openapi", schema(example = "shop"))]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Orders, stock and customers"))]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// For example `UTF8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "UTF8"))]
    pub encoding: Option<String>,
    /// A locale of the provider: `C`, `en_US.UTF-8`, `und-x-icu`, `C.UTF-8` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "C"))]
    pub collation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale_provider: Option<LocaleProvider>,
    /// The database to copy; `template0` allows any encoding and collation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "template0"))]
    pub template: Option<String>,
    /// -1 means no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = -1))]
    pub connection_limit: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_connections: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
}

/// The body of `PUT /api/database/{name}`: a `DatabaseFormData` of which every field may be left out (and then stays).
///
/// Encoding, collation, provider, template and tablespace are fixed when a database is made; giving one is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabaseUpdateData {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "shop"))]
    pub name: Option<String>,
    /// The new comment; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Orders, stock and customers"))]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_limit: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_connections: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale_provider: Option<LocaleProvider>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<String>,
}

/// The body of `POST /api/database/{name}/copy`, which starts the job `database.copy`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabaseCopyData {
    /// The name of the copy.
    #[cfg_attr(feature = "openapi", schema(example = "shop_copy"))]
    pub name: String,
    /// End the connections to the source first: PostgreSQL copies only a database that nobody uses.
    #[serde(default)]
    pub end_connections: bool,
}

/// A connection to a database, as in `pg_stat_activity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    pub pid: i32,
    /// The role it is connected as; null where it may not be seen.
    pub role: Option<String>,
    pub application_name: Option<String>,
    /// The client's address; null for a unix socket.
    pub client_address: Option<String>,
    /// `active`, `idle`, `idle in transaction` …
    pub state: Option<String>,
    pub connected_at: Option<crate::Timestamp>,
    /// It belongs to Howdah.
    pub own: bool,
}

/// The answer to `?dryRun=true`: what would be sent to PostgreSQL, in order. Nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    #[cfg_attr(feature = "openapi", schema(example = json!(["DROP DATABASE \"shop\" WITH (FORCE)"])))]
    pub statements: Vec<String>,
}

/// What a new database can be made of on this server: `GET /api/database-options`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DatabaseOptions {
    /// Roles that may own a database, without the predefined `pg_…` ones.
    pub owners: Vec<String>,
    pub encodings: Vec<String>,
    /// libc collations that fit a database.
    pub collations: Vec<String>,
    /// ICU locales; empty where the server has none.
    pub icu_locales: Vec<String>,
    pub locale_providers: Vec<LocaleProvider>,
    pub templates: Vec<String>,
    pub tablespaces: Vec<String>,
    /// What is taken where nothing is chosen.
    pub default_owner: String,
    pub default_encoding: String,
    pub default_collation: String,
}

fn connection_limit(value: Option<i32>, errors: &mut Vec<FieldError>) {
    if value.is_some_and(|limit| limit < -1) {
        let message = "-1 for no limit, or 0 and above.";
        errors.push(FieldError::new("connectionLimit", "outOfRange", message));
    }
}

impl Validate for DatabaseFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::name("name", &self.name, &mut errors);
        if let Some(description) = &self.description {
            validate::no_nul("description", description, &mut errors);
        }
        for (field, value) in [
            ("owner", &self.owner),
            ("encoding", &self.encoding),
            ("collation", &self.collation),
            ("template", &self.template),
            ("tablespace", &self.tablespace),
        ] {
            validate::optional_name(field, value.as_deref(), &mut errors);
        }
        connection_limit(self.connection_limit, &mut errors);
        errors
    }
}

impl Validate for DatabaseUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::optional_name("name", self.name.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        if let Some(description) = &self.description {
            validate::no_nul("description", description, &mut errors);
        }
        connection_limit(self.connection_limit, &mut errors);
        for (field, given) in [
            ("encoding", self.encoding.is_some()),
            ("collation", self.collation.is_some()),
            ("localeProvider", self.locale_provider.is_some()),
            ("template", self.template.is_some()),
            ("tablespace", self.tablespace.is_some()),
        ] {
            if given {
                let message = "This is fixed when a database is made; leave it out.";
                errors.push(FieldError::new(field, "fixed", message));
            }
        }
        errors
    }
}

impl Validate for DatabaseCopyData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::name("name", &self.name, &mut errors);
        errors
    }
}
