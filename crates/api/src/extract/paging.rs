//! Pages of lists: `limit`, and the header that leads to the next page.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use howdah_types::validate::FieldError;
use serde::Serialize;

use crate::problem::Failure;

/// A number of items from 1 to `max`, or `default` where none is given.
pub(crate) fn limit(given: Option<i64>, default: u32, max: u32) -> Result<u32, Failure> {
    match given {
        None => Ok(default),
        Some(value) => u32::try_from(value).ok().filter(|value| (1..=max).contains(value)).ok_or_else(|| {
            Failure::fields(vec![FieldError::new("limit", "outOfRange", format!("From 1 to {max}."))])
        }),
    }
}

/// A page as a bare array. `next` is the parameter, with its value, that asks for what follows; the value must need no
/// escaping in a query.
pub(crate) fn page<T: Serialize>(
    request: &HttpRequest,
    items: &[T],
    next: Option<(&str, String)>,
) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if let Some((name, value)) = next {
        answer.insert_header((header::LINK, link(request, "next", (name, &value), &[])));
    }
    answer.json(items)
}

/// The value of a `Link` header: this request with another value of one parameter, and without those of `without`.
pub(crate) fn link(
    request: &HttpRequest,
    rel: &str,
    (name, value): (&str, &str),
    without: &[&str],
) -> String {
    let named = |pair: &&str| pair.split('=').next().is_some_and(|key| key == name || without.contains(&key));
    let kept = request.query_string().split('&').filter(|pair| !pair.is_empty() && !named(pair));
    let query: Vec<_> = kept.map(str::to_owned).chain([format!("{name}={value}")]).collect();
    format!("<{}?{}>; rel=\"{rel}\"", request.uri().path(), query.join("&"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_next_page_keeps_the_other_parameters() {
        let request = TestRequest::with_uri("/api/database/a%2Fb/tables?schema=x%26y&after=old&limit=2")
            .to_http_request();
        let answer = page(&request, &[1], Some(("after", "new".into())));
        let link = answer.headers().get("link").unwrap().to_str().unwrap();
        assert_eq!(link, "</api/database/a%2Fb/tables?schema=x%26y&limit=2&after=new>; rel=\"next\"");
        assert!(page(&request, &[1], None).headers().get("link").is_none());
    }

    #[test]
    fn limits() {
        assert_eq!(limit(None, 10, 20).ok(), Some(10));
        assert_eq!(limit(Some(20), 10, 20).ok(), Some(20));
        for wrong in [0, -1, 21, i64::MAX] {
            assert!(limit(Some(wrong), 10, 20).is_err());
        }
    }
}
