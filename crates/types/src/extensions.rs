//! Extensions: `/api/database/{name}/extensions`.

use serde::{Deserialize, Serialize};

use crate::changes::Dependent;
use crate::validate::{self, FieldError, Validate};

/// An extension that is installed in the database, or could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    #[cfg_attr(feature = "openapi", schema(example = "pg_trgm"))]
    pub name: String,
    /// Null where it is not installed.
    #[cfg_attr(feature = "openapi", schema(example = "1.6"))]
    pub version: Option<String>,
    /// The newest that the server has; null where its files are gone.
    #[cfg_attr(feature = "openapi", schema(example = "1.6"))]
    pub default_version: Option<String>,
    /// The schema of what belongs to it; null where it is not installed.
    pub schema: Option<String>,
    pub owner: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// An extension in full: `GET /api/database/{name}/extensions/{extension}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExtensionDetails {
    pub extension: Extension,
    /// It may be moved to another schema.
    pub relocatable: bool,
    /// Versions that the server has.
    pub versions: Vec<String>,
    /// Extensions that it needs.
    pub requires: Vec<String>,
    /// What belongs to it, at most 1000.
    pub members: Vec<Dependent>,
    /// What would keep it from being dropped, at most 1000.
    pub dependents: Vec<Dependent>,
}

/// The body of `POST /api/database/{name}/extensions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtensionFormData {
    #[cfg_attr(feature = "openapi", schema(example = "pg_trgm"))]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Install what it needs as well.
    #[serde(default)]
    pub cascade: bool,
}

/// The body of `PUT /api/database/{name}/extensions/{extension}`. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtensionUpdateData {
    /// The version to bring it to; an empty text means the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "1.6"))]
    pub version: Option<String>,
    /// The schema to move it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

impl Validate for ExtensionFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::name("name", &self.name, &mut errors);
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_text("version", self.version.as_deref(), &mut errors);
        errors
    }
}

impl Validate for ExtensionUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_text("version", self.version.as_deref(), &mut errors);
        errors
    }
}
