//! `/api/database/{name}/tables` and `/schemas`.

use howdah_types::tables::{DatabaseTable, Schema};

use super::encode::{query, segment};
use super::{Api, Page, Result, databases};

/// The address of one table.
pub(super) fn path(database: &str, table: &str) -> String {
    format!("{}/tables/{}", databases::path(database), segment(table))
}

/// The schemas of a database.
pub async fn schemas(api: Api, database: &str) -> Result<Vec<Schema>> {
    api.get(&format!("{}/schemas", databases::path(database))).await
}

/// The first page of tables and views; `schema` `None` means all schemas. [`Api::page`] reads the next pages.
pub async fn list(api: Api, database: &str, schema: Option<&str>, limit: u32) -> Result<Page<DatabaseTable>> {
    let schema = schema.unwrap_or("*").to_owned();
    let query = query(&[("schema", Some(schema)), ("limit", Some(limit.to_string()))]);
    api.page(&format!("{}/tables{query}", databases::path(database))).await
}
