//! `/api/database/{name}/relations`.

use howdah_types::relations::Relations;

use super::encode::query;
use super::{Api, Result, databases};

/// The tables of a schema, or one table and those around it, with the foreign keys between them.
pub async fn get(api: Api, database: &str, schema: &str, table: Option<&str>) -> Result<Relations> {
    let pairs = [("schema", Some(schema.to_owned())), ("table", table.map(ToOwned::to_owned))];
    api.get(&format!("{}/relations{}", databases::path(database), query(&pairs))).await
}
