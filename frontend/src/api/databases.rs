//! `/api/database`.

use howdah_types::databases::{
    Connection, Database, DatabaseCopyData, DatabaseFormData, DatabaseOptions, DatabaseUpdateData, Preview,
    Sizes,
};
use howdah_types::jobs::Job;

use super::encode::segment;
use super::{Api, Method, Result};

/// The address of one database.
pub(super) fn path(name: &str) -> String {
    format!("/api/database/{}", segment(name))
}

/// All databases that may be seen; sizes that are not known yet are null and follow by event.
pub async fn list(api: Api, sizes: Sizes) -> Result<Vec<Database>> {
    api.get(match sizes {
        Sizes::Quick => "/api/database",
        Sizes::Wait => "/api/database?sizes=wait",
    })
    .await
}

/// One database.
pub async fn get(api: Api, name: &str) -> Result<Database> {
    api.get(&path(name)).await
}

/// Makes a database.
pub async fn create(api: Api, data: &DatabaseFormData) -> Result<Database> {
    api.send(Method::Post, "/api/database", data).await
}

/// Changes a database; what is left out stays.
pub async fn update(api: Api, name: &str, data: &DatabaseUpdateData) -> Result<Database> {
    api.send(Method::Put, &path(name), data).await
}

/// Ends the connections to a database and drops it.
pub async fn delete(api: Api, name: &str) -> Result<()> {
    api.act(Method::Delete, &path(name)).await
}

/// The SQL that [`create`] would send.
pub async fn preview_create(api: Api, data: &DatabaseFormData) -> Result<Preview> {
    api.send(Method::Post, "/api/database?dryRun=true", data).await
}

/// The SQL that [`update`] would send.
pub async fn preview_update(api: Api, name: &str, data: &DatabaseUpdateData) -> Result<Preview> {
    api.send(Method::Put, &format!("{}?dryRun=true", path(name)), data).await
}

/// The SQL that [`delete`] would send.
pub async fn preview_delete(api: Api, name: &str) -> Result<Preview> {
    api.call(Method::Delete, &format!("{}?dryRun=true", path(name))).await
}

/// What a new database can be made of.
pub async fn options(api: Api) -> Result<DatabaseOptions> {
    api.get("/api/database-options").await
}

/// Who is connected to a database now.
pub async fn connections(api: Api, name: &str) -> Result<Vec<Connection>> {
    api.get(&format!("{}/connections", path(name))).await
}

/// Starts the job that copies a database.
pub async fn copy(api: Api, name: &str, data: &DatabaseCopyData) -> Result<Job> {
    api.send(Method::Post, &format!("{}/copy", path(name)), data).await
}
