//! `/api/trace/{requestId}` and `/api/health`.

use howdah_types::servers::Health;
use howdah_types::trace::Trace;

use super::encode::segment;
use super::request::Manner;
use super::{Api, Result};

const UNSEEN: Manner = Manner { secret: false, anonymous: true, unseen: true, until: None };

/// The SQL of one of one's own requests. It is the debug console's own call and is not shown in it.
pub async fn get(api: Api, request_id: &str) -> Result<Trace> {
    api.read(&format!("/api/trace/{}", segment(request_id)), UNSEEN).await
}

/// Whether the server answers; asked while it does not, and not shown in the debug console.
pub async fn health(api: Api) -> Result<Health> {
    api.read("/api/health", UNSEEN).await
}
