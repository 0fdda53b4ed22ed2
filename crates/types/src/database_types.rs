//! Types of one’s own: enums, domains, composites, ranges: `/api/database/{name}/types`.

use serde::{Deserialize, Serialize};

use crate::changes::Dependent;
use crate::table_details::Privilege;
use crate::validate::{self, FieldError, Validate};

/// A type, in lists and by itself. Rows of tables and arrays are types as well, but not listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DatabaseType {
    pub oid: u32,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "mood"))]
    pub name: String,
    pub kind: DatabaseTypeKind,
    pub owner: String,
    pub description: Option<String>,
    /// Of an enum: its labels, in order.
    pub labels: Option<Vec<String>>,
    /// Of a domain: the type below it; of a range: the type of its ends. As one writes it in SQL.
    pub base_type: Option<String>,
}

/// What a type is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum DatabaseTypeKind {
    Enum,
    Domain,
    Composite,
    Range,
    /// PostgreSQL 14.
    Multirange,
    /// Written in C.
    Base,
}

/// A type in full: `GET /api/database/{name}/types/{type}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TypeDetails {
    #[serde(rename = "type")]
    pub summary: DatabaseType,
    /// Of a domain.
    pub not_null: bool,
    /// Of a domain: an SQL expression.
    pub default: Option<String>,
    /// Of a domain or a composite’s column types.
    pub collation: Option<String>,
    /// Of a domain.
    pub checks: Vec<TypeCheck>,
    /// Of a composite.
    pub attributes: Vec<TypeAttribute>,
    pub privileges: Option<Vec<Privilege>>,
    /// Columns, functions … that use it, at most 1000.
    pub dependents: Vec<Dependent>,
    pub ddl: Vec<String>,
}

/// A check of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TypeCheck {
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(example = "CHECK ((VALUE > 0))"))]
    pub definition: String,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TypeAttribute {
    pub name: String,
    #[serde(rename = "type")]
    pub type_name: String,
    pub collation: Option<String>,
    pub description: Option<String>,
}

/// The body of `POST /api/database/{name}/types`: an enum.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnumFormData {
    #[cfg_attr(feature = "openapi", schema(example = "mood"))]
    pub name: String,
    /// `public` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// In order; each at most 63 bytes.
    #[cfg_attr(feature = "openapi", schema(example = json!(["sad", "ok", "happy"])))]
    pub labels: Vec<String>,
}

/// The body of `PUT /api/database/{name}/types/{type}`. What is left out stays. Labels can be added and renamed, never
/// taken away: PostgreSQL cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TypeUpdateData {
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
    #[cfg_attr(feature = "openapi", schema(example = "How it went"))]
    pub description: Option<String>,
    /// Come first, by the names before the change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rename_labels: Vec<LabelRename>,
    /// In order, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_labels: Vec<NewLabel>,
}

/// A new text for a label; values that are stored show it too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelRename {
    #[cfg_attr(feature = "openapi", schema(example = "ok"))]
    pub from: String,
    #[cfg_attr(feature = "openapi", schema(example = "fine"))]
    pub to: String,
}

/// A label, last unless said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewLabel {
    #[cfg_attr(feature = "openapi", schema(example = "angry"))]
    pub label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Labels have the length of names, but may be empty.
fn label(field: &str, value: &str, errors: &mut Vec<FieldError>) {
    if value.is_empty() {
        return;
    }
    validate::name(field, value, errors);
}

impl Validate for EnumFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::name("name", &self.name, &mut errors);
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        for (index, one) in self.labels.iter().enumerate() {
            label(&format!("labels[{index}]"), one, &mut errors);
        }
        errors
    }
}

impl Validate for TypeUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::optional_name("name", self.name.as_deref(), &mut errors);
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        for (index, rename) in self.rename_labels.iter().enumerate() {
            label(&format!("renameLabels[{index}].from"), &rename.from, &mut errors);
            label(&format!("renameLabels[{index}].to"), &rename.to, &mut errors);
        }
        for (index, new) in self.add_labels.iter().enumerate() {
            let field = format!("addLabels[{index}]");
            label(&format!("{field}.label"), &new.label, &mut errors);
            for near in [&new.before, &new.after].into_iter().flatten() {
                label(&field, near, &mut errors);
            }
            if new.before.is_some() && new.after.is_some() {
                errors.push(FieldError::new(&field, "invalid", "Give before or after, not both."));
            }
        }
        errors
    }
}
