//! The reference: `/api/openapi.json`, and `/api/docs` for people, rendered from the same document.

mod html;
mod render;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use serde_json::json;

use crate::extract::access::Anyone;
use crate::extract::actor::Actor;
use crate::openapi::{self, Doc, Tag};
use crate::router;

static JSON: LazyLock<String> = LazyLock::new(crate::openapi_json);
static PAGE: LazyLock<String> = LazyLock::new(|| render::page(&openapi::document(&router::routes())));
const STYLE: &str = include_str!("docs.css");

fn fixed(media: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(media).insert_header(("Cache-Control", "no-cache")).body(text)
}

pub(crate) async fn openapi(_: Actor<Anyone>) -> HttpResponse {
    fixed("application/json", JSON.as_str())
}

pub(crate) fn openapi_doc() -> Doc {
    let text = "OpenAPI 3.1. `x-permission` says what an operation needs, `x-problem-codes` what it can refuse with.";
    Doc::new("getOpenapi", Tag::Howdah, "Read this document", text)
        .object("The document.", json!({ "openapi": "3.1.0", "info": { "title": "Howdah" } }))
}

pub(crate) async fn page(_: Actor<Anyone>) -> HttpResponse {
    fixed("text/html; charset=utf-8", PAGE.as_str())
}

pub(crate) fn page_doc() -> Doc {
    let text = "Every operation and every problem code, with anchors: `/api/docs#` and the operation’s id or the code.";
    Doc::new("getDocs", Tag::Howdah, "Read the reference", text).text(
        "text/html",
        "The reference.",
        "<!doctype html>",
    )
}

pub(crate) async fn style(_: Actor<Anyone>) -> HttpResponse {
    fixed("text/css; charset=utf-8", STYLE)
}

pub(crate) fn style_doc() -> Doc {
    Doc::new("getDocsStyle", Tag::Howdah, "Read the reference’s style sheet", "For `/api/docs`.").text(
        "text/css",
        "The style sheet.",
        ":root { color-scheme: light dark; }",
    )
}
