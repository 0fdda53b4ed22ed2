//! `/api/database/{name}/tables` and `/schemas`.

use howdah_types::changes::ChangePreview;
use howdah_types::jobs::Job;
use howdah_types::table_details::TableDetails;
use howdah_types::table_form::{IndexFormData, TableFormData};
use howdah_types::table_update::TableUpdateData;
use howdah_types::tables::{DatabaseTable, Schema};

use super::encode::{query, segment};
use super::{Api, Method, Page, Result, databases};

/// The address of one table.
pub(super) fn path(database: &str, table: &str) -> String {
    format!("{}/tables/{}", databases::path(database), segment(table))
}

/// The address of one table in a schema, with what else its query holds.
fn at(database: &str, (schema, table): (&str, &str), more: &[(&str, Option<String>)]) -> String {
    let mut pairs = vec![("schema", Some(schema.to_owned()))];
    pairs.extend_from_slice(more);
    format!("{}{}", path(database, table), query(&pairs))
}

/// The value of a switch that is on.
fn yes() -> String {
    "true".to_owned()
}

/// The schemas of a database.
pub async fn schemas(api: Api, database: &str) -> Result<Vec<Schema>> {
    api.get(&format!("{}/schemas", databases::path(database))).await
}

/// The first page of tables and views; `schema` `None` means all schemas. [`Api::page`] reads the next pages.
pub async fn list(api: Api, database: &str, schema: Option<&str>, limit: u32) -> Result<Page<DatabaseTable>> {
    search(api, database, &Wanted { schema, limit, ..Wanted::default() }).await
}

/// Which tables and views are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// `None` means all.
    pub schema: Option<&'a str>,
    /// A part of `schema.name`; empty finds all.
    pub text: &'a str,
    /// Kinds as in JSON, with commas; empty means all.
    pub kinds: &'a str,
    pub limit: u32,
}

/// The first page of the tables and views that fit, found by the server.
pub async fn search(api: Api, database: &str, wanted: &Wanted<'_>) -> Result<Page<DatabaseTable>> {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let query = query(&[
        ("schema", Some(wanted.schema.unwrap_or("*").to_owned())),
        ("search", given(wanted.text)),
        ("kind", given(wanted.kinds)),
        ("limit", Some(wanted.limit.to_string())),
    ]);
    api.page(&format!("{}/tables{query}", databases::path(database))).await
}

/// A table or view in full; `name` is schema and table.
pub async fn get(api: Api, database: &str, name: (&str, &str)) -> Result<TableDetails> {
    api.get(&at(database, name, &[])).await
}

/// Makes a table.
pub async fn create(api: Api, database: &str, data: &TableFormData) -> Result<TableDetails> {
    api.send(Method::Post, &format!("{}/tables", databases::path(database)), data).await
}

/// What [`create`] would send.
pub async fn preview_create(api: Api, database: &str, data: &TableFormData) -> Result<ChangePreview> {
    api.send(Method::Post, &format!("{}/tables?dryRun=true", databases::path(database)), data).await
}

/// Changes a table; `expect` is the preview's, when something goes with what is dropped.
pub async fn update(
    api: Api,
    database: &str,
    name: (&str, &str),
    data: &TableUpdateData,
    expect: Option<String>,
) -> Result<TableDetails> {
    api.send(Method::Put, &at(database, name, &[("expect", expect)]), data).await
}

/// What [`update`] would send.
pub async fn preview_update(
    api: Api,
    database: &str,
    name: (&str, &str),
    data: &TableUpdateData,
) -> Result<ChangePreview> {
    api.send(Method::Put, &at(database, name, &[("dryRun", Some(yes()))]), data).await
}

/// Starts the job that builds an index while the table is written to.
pub async fn build_index(
    api: Api,
    database: &str,
    (schema, table): (&str, &str),
    data: &IndexFormData,
) -> Result<Job> {
    let query = query(&[("schema", Some(schema.to_owned()))]);
    api.send(Method::Post, &format!("{}/indexes{query}", path(database, table)), data).await
}
