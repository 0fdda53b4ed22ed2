//! `/api/database/{name}/tables/{table}/export` and `/api/exports/{id}`.

use std::fmt::Write as _;

use howdah_types::exports::{Export, ExportOptions};
use leptos::prelude::window;

use super::encode::{query, segment};
use super::rows::{Place, RowsQuery, json, path};
use super::{Api, Result};

/// Where the browser gets the file. `id` is what [`state`] is asked with.
pub fn address(place: &Place, rows: &RowsQuery, options: &ExportOptions, id: &str) -> String {
    let usual = ExportOptions::default();
    let differs = |now: bool, usual: bool| (now != usual).then(|| now.to_string());
    let query = query(&[
        ("schema", Some(place.schema.clone())),
        ("format", Some(options.format.as_str().to_owned())),
        ("columns", json(&rows.columns)),
        ("sort", json(&rows.sort)),
        ("filter", json(&rows.filter)),
        ("where", rows.condition.clone()),
        ("header", differs(options.header, usual.header)),
        ("delimiter", (options.delimiter != usual.delimiter).then(|| options.delimiter.to_string())),
        ("null", (options.null != usual.null).then(|| options.null.clone())),
        ("formulas", differs(options.formulas, usual.formulas)),
        ("bom", differs(options.bom, usual.bom)),
        ("export", Some(id.to_owned())),
    ]);
    path(place, &format!("/export{query}"))
}

/// What became of an export; `404` until the request for its file has arrived.
pub async fn state(api: Api, id: &str) -> Result<Export> {
    api.get(&format!("/api/exports/{}", segment(id))).await
}

/// A new UUID. The browser's own `randomUUID` is only there over HTTPS.
pub fn new_id() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}
