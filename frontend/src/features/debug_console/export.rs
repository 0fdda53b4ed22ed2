//! Taking the console's content elsewhere: curl, SQL, JSON.

use std::fmt::Write as _;

use js_sys::Array;
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::state::{Body, Call, Entry, EntryKind, SqlState};

/// The call for a terminal; the token is a variable that the person fills in. None where not all of the body is here.
pub fn as_curl(call: &Call) -> Option<String> {
    if call.body.as_ref().is_some_and(Body::is_cut) {
        return None;
    }
    let origin = window().location().origin().unwrap_or_default();
    let mut out = String::from("curl -sS");
    if call.method != "GET" {
        out.push_str(" -X ");
        out.push_str(call.method);
    }
    out.push_str(" -H \"Authorization: Bearer $HOWDAH_TOKEN\"");
    if let Some(body) = &call.body {
        out.push_str(" -H 'Content-Type: application/json' -d ");
        out.push_str(&quoted(&body.text));
    }
    out.push(' ');
    out.push_str(&quoted(&format!("{origin}{}", call.path)));
    Some(out)
}

/// One argument of a POSIX shell, whatever it holds.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The statements of one call, each ended by a semicolon.
pub fn statements(sql: &SqlState) -> String {
    let SqlState::Read { statements, .. } = sql else { return String::new() };
    let mut out = String::new();
    for statement in statements {
        out.push_str(statement.sql.trim_end().trim_end_matches(';'));
        out.push_str(";\n");
    }
    out
}

/// The statements of all of these, with a comment before those of each call.
pub fn as_sql(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        let EntryKind::Call(call) = &entry.kind else { continue };
        let sql = entry.sql.with(statements);
        if !sql.is_empty() {
            // A name in the path may hold a line break only in its encoded form, so the comment is one line.
            let _ = write!(out, "-- {} {}\n{sql}\n", call.method, call.path);
        }
    }
    out
}

/// Offers these as a JSON file.
pub fn download(entries: &[Entry]) {
    let list: Vec<Value> = entries.iter().map(as_json).collect();
    let text = serde_json::to_string_pretty(&list).unwrap_or_default();
    let properties = BlobPropertyBag::new();
    properties.set_type("application/json");
    let parts = Array::of1(&JsValue::from_str(&text));
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &properties) else { return };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
    if let Ok(anchor) = document().create_element("a")
        && let Ok(anchor) = anchor.dyn_into::<HtmlAnchorElement>()
    {
        anchor.set_href(&address);
        anchor.set_download("howdah-console.json");
        anchor.click();
    }
    let _ = Url::revoke_object_url(&address);
}

fn as_json(entry: &Entry) -> Value {
    let at = js_sys::Date::new(&JsValue::from_f64(entry.at)).to_iso_string().as_string();
    match &entry.kind {
        EntryKind::Event { name, text } => json!({ "at": at, "event": name, "text": text }),
        EntryKind::Call(call) => {
            let sql = entry.sql.with_untracked(|sql| match sql {
                SqlState::Read { statements, .. } => serde_json::to_value(statements).unwrap_or_default(),
                _ => Value::Null,
            });
            json!({
                "at": at,
                "method": call.method,
                "path": call.path,
                "status": call.status,
                "durationMs": call.ms,
                "bytes": call.bytes,
                "requestId": call.request_id,
                "body": call.body.as_ref().map(|body| &body.text),
                "bodyBytes": call.body.as_ref().map(|body| body.bytes),
                "problem": call.problem,
                "sql": sql,
            })
        }
    }
}
