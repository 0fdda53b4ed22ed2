//! `/api/database/{name}/import` and `/api/jobs/{id}/import`.

use howdah_types::imports::{ImportData, ImportReject, ImportReport};
use howdah_types::jobs::Job;

use super::{Api, Method, Page, Result, databases, jobs};

/// Starts the job that imports.
pub async fn start(api: Api, database: &str, data: &ImportData) -> Result<Job> {
    api.send(Method::Post, &format!("{}/import", databases::path(database)), data).await
}

/// How far it has come, or how it ended.
pub async fn report(api: Api, job: &str) -> Result<ImportReport> {
    api.get(&format!("{}/import", jobs::path(job))).await
}

/// The first rows that were refused; [`Api::page`] with `next` reads later ones.
pub async fn rejects(api: Api, job: &str, limit: u32) -> Result<Page<ImportReject>> {
    api.page(&format!("{}/import/rejects?limit={limit}", jobs::path(job))).await
}

/// Where all of them can be had as a file.
pub fn rejects_file(job: &str) -> String {
    format!("{}/import/rejects/file", jobs::path(job))
}
