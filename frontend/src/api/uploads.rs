//! `/api/uploads`.

use howdah_types::imports::ImportFormat;
use howdah_types::uploads::{Upload, UploadPreview};
use web_sys::{AbortSignal, File};

use super::encode::{query, segment};
use super::{Api, Method, Result};

/// Sends a file; `sent` is told how many bytes are under way.
pub async fn send(
    api: Api,
    file: &File,
    sent: impl Fn(f64) + Clone + 'static,
    until: &AbortSignal,
) -> Result<Upload> {
    let query = query(&[("name", Some(file.name()))]);
    api.send_file(&format!("/api/uploads{query}"), file, sent, until).await
}

/// What lies in it, when it is read like this; what `format` leaves out is guessed.
pub async fn preview(api: Api, id: &str, format: &ImportFormat) -> Result<UploadPreview> {
    let query = query(&[("format", serde_json::to_string(format).ok())]);
    api.get(&format!("/api/uploads/{}/preview{query}", segment(id))).await
}

/// Takes it away before its day is over.
pub async fn remove(api: Api, id: &str) -> Result<()> {
    api.act(Method::Delete, &format!("/api/uploads/{}", segment(id))).await
}
