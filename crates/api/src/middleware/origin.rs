//! Cross-site requests are refused where the browser's cookie could do harm.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

/// Methods that change nothing.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// Whether an unsafe request may have come from our own page or from a program.
///
/// A bearer token is never sent by a browser on its own, so such requests need no origin. All others must be of this
/// origin as far as the browser says; one with a cookie must say so.
pub(crate) fn allowed(method: &Method, headers: &HeaderMap, host: &str) -> bool {
    if is_safe(method) || has_bearer(headers) {
        return true;
    }
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or("?"));
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    match text(header::ORIGIN) {
        Some(origin) => same(origin, host),
        None => site.is_some() || !headers.contains_key(header::COOKIE),
    }
}

/// The request carries a token and not only a cookie.
pub(crate) fn has_bearer(headers: &HeaderMap) -> bool {
    bearer(headers).is_some()
}

/// The token of `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// `origin` is `http` or `https` at exactly `host`; a proxy that ends TLS keeps the host but not the scheme.
fn same(origin: &str, host: &str) -> bool {
    let plain = origin.strip_prefix("http://").map(|rest| (rest, ":80"));
    let secure = origin.strip_prefix("https://").map(|rest| (rest, ":443"));
    let Some((rest, port)) = plain.or(secure) else { return false };
    let bare = |text: &str| text.strip_suffix(port).unwrap_or(text).to_ascii_lowercase();
    !host.is_empty() && bare(rest) == bare(host)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn decide(headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        allowed(&Method::POST, &map, "localhost:8080")
    }

    #[test]
    fn own_pages_and_programs_pass() {
        assert!(decide(&[("cookie", "a"), ("origin", "http://localhost:8080")]));
        assert!(decide(&[("cookie", "a"), ("sec-fetch-site", "same-origin")]));
        assert!(decide(&[("authorization", "Bearer x"), ("origin", "https://elsewhere")]));
        assert!(decide(&[]), "a program that signs in");
    }

    #[test]
    fn other_sites_do_not() {
        assert!(!decide(&[("cookie", "a")]), "a cookie without a word about where it comes from");
        assert!(!decide(&[("cookie", "a"), ("origin", "http://localhost:8081")]));
        assert!(!decide(&[("cookie", "a"), ("origin", "null")]));
        assert!(!decide(&[("origin", "http://evil.example")]), "no signing in from another site");
        assert!(!decide(&[("cookie", "a"), ("sec-fetch-site", "same-site")]));
        assert!(!decide(&[
            ("cookie", "a"),
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://localhost:8080")
        ]));
        assert!(!decide(&[("cookie", "a"), ("origin", "http://localhost:8080.evil.example")]));
        assert!(!decide(&[("cookie", "a"), ("authorization", "Basic eA==")]));
    }

    #[test]
    fn default_ports_are_the_same_place() {
        assert!(same("https://db.example.com", "db.example.com:443"));
        assert!(same("https://DB.example.com:443", "db.example.com"));
        assert!(!same("https://db.example.com", "db.example.com:80"));
    }
}
