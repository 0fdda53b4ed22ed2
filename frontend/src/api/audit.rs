//! `/api/audit`.

use howdah_types::audit::AuditRecord;

use super::{Api, Page, Result};

/// The newest records first; [`Api::page`] with `next` reads older ones.
pub async fn page(api: Api, limit: u32) -> Result<Page<AuditRecord>> {
    api.page(&format!("/api/audit?limit={limit}")).await
}
