//! The web app's files, embedded in a release build, read from disk in a debug build.

use actix_web::http::header::{self, HeaderName};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::HEXLOWER;
use howdah_types::problem::Code;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::problem::Failure;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../frontend/dist"]
#[allow_missing = true]
struct App;

const FOREVER: &str = "public, max-age=31536000, immutable";

/// A file of the web app; for addresses of its pages the app itself. Under `/api` there is nothing more.
pub(crate) fn serve(request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let path = request.path();
    if path == "/api" || path.starts_with("/api/") {
        return Err(Failure::of(Code::NotFound));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Failure::method("GET, HEAD".into()));
    }
    let name = path.trim_start_matches('/');
    if !name.is_empty() && name != "index.html" && servable(name) && App::get(name).is_some() {
        return file(request, name).ok_or_else(|| Failure::of(Code::NotFound));
    }
    let page = name.is_empty() || name == "index.html" || wants_page(request);
    if !page {
        return Err(Failure::of(Code::NotFound));
    }
    Ok(file(request, "index.html").unwrap_or_else(not_built))
}

/// Names as the build writes them. No way leads out of the folder, whatever reads it; the precompressed copies are no
/// files of their own.
fn servable(name: &str) -> bool {
    let parts = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    parts && !name.contains('\\') && !matches!(name.rsplit('.').next(), Some("br" | "gz"))
}

/// A browser that opens an address, as against a script that misses a file.
fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn file(request: &HttpRequest, name: &str) -> Option<HttpResponse> {
    let (file, encoding) = smallest(request, name)?;
    let tag = format!("\"{}\"", HEXLOWER.encode(file.metadata.sha256_hash().get(..16).unwrap_or_default()));
    let known = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    let unchanged = known.flat_map(|value| value.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.trim_start_matches("W/") == tag
    });
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CACHE_CONTROL, if is_hashed(name) { FOREVER } else { "no-cache" }));
    answer.insert_header((header::ETAG, tag));
    answer.insert_header((header::VARY, "Accept-Encoding"));
    if unchanged {
        return Some(answer.finish());
    }
    if let Some(encoding) = encoding {
        answer.insert_header((header::CONTENT_ENCODING, encoding));
    }
    let media = mime_guess::from_path(name).first_or_octet_stream();
    let text = media.type_() == "text" || media.subtype() == "javascript";
    answer.content_type(if text { format!("{media}; charset=utf-8") } else { media.to_string() });
    answer.insert_header((HeaderName::from_static("x-content-type-options"), "nosniff"));
    Some(match file.data {
        std::borrow::Cow::Borrowed(data) => answer.body(data),
        std::borrow::Cow::Owned(data) => answer.body(data),
    })
}

/// The smallest form of a file that the client takes.
fn smallest(request: &HttpRequest, name: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if !accepted.is_some_and(|accepted| accepts(accepted, encoding)) {
            continue;
        }
        if let Some(file) = App::get(&format!("{name}.{ending}")) {
            return Some((file, Some(encoding)));
        }
    }
    App::get(name).map(|file| (file, None))
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|one| {
        let mut parts = one.split(';');
        let name = parts.next().unwrap_or_default().trim();
        let refused = parts.any(|part| matches!(part.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        name.eq_ignore_ascii_case(encoding) && !refused
    })
}

/// `name-<hash>.ext`, as the app's build names what never changes under its name.
fn is_hashed(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        (8..=64).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn not_built() -> HttpResponse {
    HttpResponse::NotFound().content_type("text/html; charset=utf-8").body(NOT_BUILT)
}

const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Howdah</title>\
    <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/api/docs.css\"></head>\n<body><main><h1>The web app is not built</h1>\
    <p>This Howdah was built without its web app. <code>cargo xtask web</code> builds it; \
    the API works: see its <a href=\"/api/docs\">reference</a>.</p></main></body></html>\n";

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn hashed_names_are_kept_forever() {
        for name in [
            "howdah-1a2b3c4d5e6f7a8b.js",
            "database_dialogs-1a2b3c4d5e6f7a8b.wasm",
            "x/app-0123456789abcdef.css",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["index.html", "favicon.svg", "my-page.js", "snippets-inline0.js"] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn only_files_of_the_app() {
        for name in ["../Cargo.toml", "a/../../b", ".hidden", "a//b", "a\\b", "app.js.br"] {
            assert!(!servable(name), "{name}");
        }
        assert!(servable("app-0123456789abcdef.js"));
    }

    #[test]
    fn encodings() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("brotli", "br"));
    }

    #[test]
    fn nothing_more_under_api_and_nothing_for_scripts() {
        let code = |request: TestRequest| {
            serve(&request.to_http_request()).map(|_| ()).map_err(|failure| failure.code())
        };
        assert_eq!(
            code(TestRequest::with_uri("/api/nonsense").insert_header(("accept", "text/html"))),
            Err(Code::NotFound)
        );
        assert_eq!(
            code(TestRequest::with_uri("/missing.js").insert_header(("accept", "*/*"))),
            Err(Code::NotFound)
        );
        assert_eq!(code(TestRequest::with_uri("/database").insert_header(("accept", "text/html"))), Ok(()));
        assert_eq!(code(TestRequest::post().uri("/")), Err(Code::MethodNotAllowed));
    }
}
