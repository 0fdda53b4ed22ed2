//! Views and materialized views: `/api/database/{name}/views`. Their lists and details are those of tables.

use serde::{Deserialize, Serialize};

use crate::validate::{self, FieldError, Validate};

/// The body of `POST /api/database/{name}/views`. The query needs `query.run`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewFormData {
    #[cfg_attr(feature = "openapi", schema(example = "open_orders"))]
    pub name: String,
    /// `public` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The view is made with the rights of this role and belongs to it. Left out: Howdah’s own role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// One `SELECT`, `VALUES` or `WITH` statement.
    #[cfg_attr(feature = "openapi", schema(example = "SELECT id, total FROM orders WHERE paid_at IS NULL"))]
    pub query: String,
    /// Names of the columns; those of the query where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Its rows are kept, and made anew by a refresh.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub materialized: bool,
    /// Of a materialized view: do not run the query now; it cannot be read before the first refresh.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_data: bool,
    /// Rows that are written through a view must be rows of the view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_option: Option<CheckOption>,
    /// Conditions of others cannot see rows before the view has left them out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub security_barrier: bool,
    /// Tables are read with the rights of who reads the view (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub security_invoker: bool,
}

/// How far the check of written rows goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum CheckOption {
    Local,
    Cascaded,
}

/// The body of `PUT /api/database/{name}/views/{view}`. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewUpdateData {
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The schema to move it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The new comment; an empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "Not paid yet"))]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The new query: it must keep the columns there are, and may add some behind them. Not for materialized views.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

/// The body of `POST /api/database/{name}/views/{view}/refresh`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshData {
    /// Let others read meanwhile; needs a unique index over all rows.
    #[serde(default)]
    pub concurrently: bool,
}

impl Validate for ViewFormData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::name("name", &self.name, &mut errors);
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        validate::sql("query", &self.query, &mut errors);
        for (index, column) in self.columns.iter().enumerate() {
            validate::name(&format!("columns[{index}]"), column, &mut errors);
        }
        let mut only_views = |field: &str, given: bool| {
            if given {
                errors.push(FieldError::new(field, "invalid", "A materialized view has none."));
            }
        };
        if self.materialized {
            only_views("checkOption", self.check_option.is_some());
            only_views("securityBarrier", self.security_barrier);
            only_views("securityInvoker", self.security_invoker);
        } else if self.without_data {
            errors.push(FieldError::new("withoutData", "invalid", "Only a materialized view keeps rows."));
        }
        errors
    }
}

impl Validate for ViewUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        validate::optional_name("name", self.name.as_deref(), &mut errors);
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        validate::optional_name("owner", self.owner.as_deref(), &mut errors);
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        if let Some(query) = &self.query {
            validate::sql("query", query, &mut errors);
        }
        errors
    }
}

impl Validate for RefreshData {
    fn validate(&self) -> Vec<FieldError> {
        Vec::new()
    }
}
