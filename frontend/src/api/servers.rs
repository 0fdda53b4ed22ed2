//! `/api/servers`.

use howdah_types::servers::Server;

use super::{Api, Result};

/// The managed servers with their state.
pub async fn list(api: Api) -> Result<Vec<Server>> {
    api.get("/api/servers").await
}
