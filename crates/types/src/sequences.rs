//! Sequences: `/api/database/{name}/sequences`. Their numbers are text: they may be larger than a browser’s.

use serde::{Deserialize, Serialize};

use crate::changes::Dependent;
use crate::table_details::Privilege;
use crate::validate::{self, FieldError, Validate};

/// A sequence, in lists and by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sequence {
    pub oid: u32,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders_id_seq"))]
    pub name: String,
    pub owner: String,
    pub description: Option<String>,
    /// `smallint`, `integer` or `bigint`.
    #[cfg_attr(feature = "openapi", schema(example = "bigint"))]
    pub data_type: String,
    #[cfg_attr(feature = "openapi", schema(example = "1"))]
    pub start: String,
    pub minimum: String,
    pub maximum: String,
    pub increment: String,
    /// Numbers that each session takes at once.
    pub cache: String,
    pub cycle: bool,
    /// The number that was given last; null before the first and where it may not be read.
    pub last_value: Option<String>,
    /// The column that it belongs to, as `schema.table.column` for SQL.
    pub owned_by: Option<String>,
    /// It stands behind an identity column, and goes only with it.
    pub identity: bool,
}

/// A sequence in full: `GET /api/database/{name}/sequences/{sequence}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SequenceDetails {
    pub sequence: Sequence,
    pub privileges: Option<Vec<Privilege>>,
    pub dependents: Vec<Dependent>,
    pub ddl: Vec<String>,
}

/// The body of `POST /api/database/{name}/sequences`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SequenceFormData {
    #[cfg_attr(feature = "openapi", schema(example = "invoice_numbers"))]
    pub name: String,
    /// `public` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub numbers: SequenceNumbers,
}

/// How a sequence counts. What is left out is PostgreSQL’s default, in a change what was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SequenceNumbers {
    /// `smallint`, `integer` or `bigint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "1"))]
    pub start: Option<String>,
    /// An empty text: no bound of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// An empty text: no bound of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<bool>,
}

/// The body of `PUT /api/database/{name}/sequences/{sequence}`. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SequenceUpdateData {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The schema to move it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The new comment; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Without gaps"))]
    pub description: Option<String>,
    /// The number that comes next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<String>,
    #[serde(default)]
    pub numbers: SequenceNumbers,
}

impl SequenceNumbers {
    fn validate(&self, errors: &mut Vec<FieldError>) {
        let types = ["smallint", "integer", "bigint"];
        if self.data_type.as_deref().is_some_and(|data_type| !types.contains(&data_type)) {
            errors.push(FieldError::new("dataType", "invalid", "One of smallint, integer and bigint."));
        }
        for (field, value, may_be_empty) in [
            ("start", &self.start, false),
            ("minimum", &self.minimum, true),
            ("maximum", &self.maximum, true),
            ("increment", &self.increment, false),
            ("cache", &self.cache, false),
        ] {
            let value = value.as_deref().filter(|value| !(may_be_empty && value.is_empty()));
            validate::whole_number(field, value, errors);
        }
    }
}

impl Validate for SequenceFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::name("name", &self.name, &mut errors);
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        self.numbers.validate(&mut errors);
        errors
    }
}

impl Validate for SequenceUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::optional_name("name", self.name.as_deref(), &mut errors);
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        validate::whole_number("restart", self.restart.as_deref(), &mut errors);
        self.numbers.validate(&mut errors);
        errors
    }
}
