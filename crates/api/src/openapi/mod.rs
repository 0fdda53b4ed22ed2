//! The OpenAPI document, put together from the table of routes: what is not in the router is not in the document, and
//! the other way round.

mod doc;
#[cfg(test)]
mod lint;
mod parameters;
mod schemas;

use std::collections::BTreeMap;

use howdah_types::events::Event;
use howdah_types::problem::Problem;
use serde_json::{Map, Value, json};

pub(crate) use doc::{Doc, Tag};

use crate::extract::access::Access;
use crate::middleware::origin::is_safe;
use crate::router::Route;
use schemas::Schemas;

/// The document as it is committed and served.
pub(crate) fn text(routes: &[Route]) -> String {
    // A `Value` always becomes text.
    let mut text = serde_json::to_string_pretty(&sorted(document(routes))).unwrap_or_default();
    text.push('\n');
    text
}

/// The document.
pub(crate) fn document(routes: &[Route]) -> Value {
    let mut schemas = Schemas::default();
    schemas.add::<Problem>();
    schemas.add::<Event>();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let operation = operation(route, &mut schemas);
        let methods = paths.entry(route.path).or_default();
        methods.insert(route.method.as_str().to_ascii_lowercase(), operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Howdah",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A PostgreSQL management system",
            "description": DESCRIPTION,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The Howdah that served this document" }],
        "tags": Tag::ALL.map(|tag| json!({ "name": tag.name(), "description": tag.description() })),
        "paths": paths,
        "components": {
            "schemas": schemas.into_value(),
            "examples": doc::shared_examples(),
            "headers": doc::shared_headers(),
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "cookie", "name": crate::routes::session::COOKIE,
                    "description": "The cookie that `POST /api/session` sets. Changes must come from Howdah’s own pages.",
                },
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "An API token, made with `POST /api/tokens`.",
                },
            },
        },
    })
}

const DESCRIPTION: &str = "JSON is camelCase. Times are RFC 3339 in UTC. Lists are bare arrays; where a list goes on, \
    the header `Link` with `rel=\"next\"` leads to its next page. Values of rows are PostgreSQL’s own text, or null.\n\n\
    What is refused is answered as `application/problem+json` (RFC 9457) with a stable `code`; `x-problem-codes` lists \
    the codes of each operation. Every answer carries `X-Request-Id`, and `GET /api/trace/{requestId}` shows the SQL \
    that one’s own request ran.\n\n`x-permission` is the permission that an operation needs; `public` means none, \
    `self` any account, for what is its own. Where an account is limited to certain databases, all others do not exist \
    for it.";

fn operation(route: &Route, schemas: &mut Schemas) -> Value {
    let Route { path, method, access, doc, .. } = route;
    let codes = doc.codes(*access, is_safe(method), path);
    let mut operation = json!({
        "operationId": doc.id,
        "tags": [doc.tag.name()],
        "summary": doc.summary,
        "description": doc.description,
        "parameters": doc.parameters(path),
        "responses": doc.responses(&codes, schemas),
        "x-permission": access.as_str(),
        "x-problem-codes": codes.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        "security": match access {
            Access::Public => json!([]),
            _ => json!([{ "session": [] }, { "token": [] }]),
        },
    });
    if let (Some(body), Some(object)) = (doc.request_body(schemas), operation.as_object_mut()) {
        object.insert("requestBody".into(), body);
    }
    operation
}

/// Keys in alphabetical order, whatever map `serde_json` was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<_, _> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
