//! `/api/jobs`.

use howdah_types::jobs::{Job, JobLogLine};

use super::encode::segment;
use super::{Api, Method, Page, Result};

/// The address of one job.
pub(super) fn path(id: &str) -> String {
    format!("/api/jobs/{}", segment(id))
}

/// The newest jobs first; [`Api::page`] with `next` reads older ones.
pub async fn page(api: Api, limit: u32) -> Result<Page<Job>> {
    api.page(&format!("/api/jobs?limit={limit}")).await
}

/// One job.
pub async fn get(api: Api, id: &str) -> Result<Job> {
    api.get(&path(id)).await
}

/// The first lines of a job's log; [`Api::page`] with `next` reads later ones.
pub async fn log(api: Api, id: &str, limit: u32) -> Result<Page<JobLogLine>> {
    api.page(&format!("{}/log?limit={limit}", path(id))).await
}

/// Asks a job to stop; the answer is the job as it stands then.
pub async fn cancel(api: Api, id: &str) -> Result<Job> {
    api.call(Method::Post, &format!("{}/cancel", path(id))).await
}
