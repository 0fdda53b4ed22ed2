//! Schemas: `/api/database/{name}/schemas`. The list’s `Schema` is in `tables`.

use serde::{Deserialize, Serialize};

use crate::changes::Dependent;
use crate::table_details::Privilege;
use crate::validate::{self, FieldError, Validate};

/// A schema in full: `GET /api/database/{name}/schemas/{schema}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchemaDetails {
    pub oid: u32,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub name: String,
    pub owner: String,
    pub description: Option<String>,
    /// Tables and views in it.
    pub tables: i64,
    pub sequences: i64,
    pub functions: i64,
    /// Enums, domains, composites and ranges.
    pub types: i64,
    /// Null: nothing was ever granted or revoked.
    pub privileges: Option<Vec<Privilege>>,
    /// What would keep it from being dropped, at most 1000.
    pub dependents: Vec<Dependent>,
    pub ddl: Vec<String>,
}

/// The body of `POST /api/database/{name}/schemas`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaFormData {
    #[cfg_attr(feature = "openapi", schema(example = "sales"))]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The body of `PUT /api/database/{name}/schemas/{schema}`. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaUpdateData {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "sales"))]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The new comment; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Validate for SchemaFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::name("name", &self.name, &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        errors
    }
}

impl Validate for SchemaUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::optional_name("name", self.name.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        errors
    }
}
