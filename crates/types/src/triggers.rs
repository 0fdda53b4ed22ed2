//! Triggers of all tables: `/api/database/{name}/triggers`.

use serde::{Deserialize, Serialize};

use crate::table_details::TriggerDetails;

/// A trigger with the table that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Trigger {
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub table: String,
    pub trigger: TriggerDetails,
}
