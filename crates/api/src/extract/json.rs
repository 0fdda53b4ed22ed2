//! A JSON body that was read whole, fits its type and keeps the type's own rules.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use bytes::BytesMut;
use futures_util::StreamExt as _;
use howdah_types::problem::Code;
use howdah_types::validate::{FieldError, Validate};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Failure;

/// How many bytes of a body are read; kept in the app's data.
#[derive(Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// The body of a request.
pub(crate) struct ValidJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for ValidJson<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<BodyLimit>().map_or(1 << 20, |limit| limit.0);
        let json = is_json(request);
        let mut payload = payload.take();
        Box::pin(async move {
            if !json {
                return Err(Failure::of(Code::MediaType));
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|error| {
                    Failure::new(Code::BadRequest, "The body could not be read.").because(&error)
                })?;
                if body.len() + chunk.len() > limit {
                    return Err(Failure::too_large(limit));
                }
                body.extend_from_slice(&chunk);
            }
            parse(&body).map(ValidJson)
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| {
        value.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
    })
}

/// Reads `body` as `T` and checks it.
pub(crate) fn parse<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<T, Failure> {
    let value: T = serde_json::from_slice(body).map_err(|error| explain::<T>(body, &error))?;
    let errors = value.validate();
    if errors.is_empty() { Ok(value) } else { Err(Failure::fields(errors)) }
}

/// What is wrong with a body: not JSON at all (400, with line and column), or JSON that does not fit (422, with the field).
fn explain<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> Failure {
    if !error.is_data() {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        let detail = format!("The body is not valid JSON: {reason}, in line {line}, column {column}.");
        return Failure::new(Code::BadRequest, detail);
    }
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    let (field, code) = if let Some(field) = quoted(reason, "unknown field `") {
        (field.to_owned(), "unknown")
    } else if let Some(field) = quoted(reason, "missing field `") {
        (field.to_owned(), "required")
    } else if let Some(field) = quoted(reason, "duplicate field `") {
        (field.to_owned(), "duplicate")
    } else {
        (culprit::<T>(body).unwrap_or_default(), "invalid")
    };
    let mut message = reason.to_owned();
    if let Some(first) = message.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    message.push('.');
    if field.is_empty() {
        return Failure::new(Code::Invalid, message);
    }
    Failure::fields(vec![FieldError::new(&field, code, message)])
}

fn quoted<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.split('`').next()
}

/// The field of a value that does not fit: the one without which another complaint, or none, comes first.
fn culprit<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    let Value::Object(whole) = serde_json::from_slice(body).ok()? else { return None };
    // Each field costs a try: a body with many fields is not worth it.
    if whole.len() > 40 {
        return None;
    }
    let complaint = |value: Value| serde_json::from_value::<T>(value).err().map(|error| error.to_string());
    let first = complaint(Value::Object(whole.clone()));
    let field = whole.keys().find(|key| {
        let mut rest = whole.clone();
        rest.remove(key.as_str());
        complaint(Value::Object(rest)) != first
    });
    field.cloned()
}

#[cfg(test)]
mod tests {
    use howdah_types::databases::DatabaseFormData;

    use super::*;

    fn refused(body: &str) -> Failure {
        parse::<DatabaseFormData>(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn broken_json_says_where() {
        let failure = refused("{\"name\":\n ]");
        assert_eq!(failure.code(), Code::BadRequest);
        assert!(failure.detail().contains("line 2, column 2"), "{}", failure.detail());
    }

    #[test]
    fn depth_is_limited() {
        let failure = refused(&format!("{{\"name\":{}", "[".repeat(100_000)));
        assert!(matches!(failure.code(), Code::BadRequest | Code::Invalid));
        let nested = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let deep = serde_json::from_str::<Value>(&nested);
        assert!(deep.unwrap_err().to_string().contains("recursion limit"));
    }

    #[test]
    fn fields_are_named() {
        let field = |body: &str| {
            let failure = refused(body);
            assert_eq!(failure.code(), Code::Invalid, "{body}");
            (failure.errors()[0].field.clone(), failure.errors()[0].code.clone())
        };
        let is = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        assert_eq!(field(r#"{"name":"a","nonsense":1}"#), is("nonsense", "unknown"));
        assert_eq!(field(r#"{"owner":"a"}"#), is("name", "required"));
        assert_eq!(field(r#"{"name":"a","connectionLimit":"x"}"#), is("connectionLimit", "invalid"));
        assert_eq!(field(r#"{"name":5,"owner":"b"}"#), is("name", "invalid"));
        assert_eq!(field(r#"{"name":"a","localeProvider":"x"}"#), is("localeProvider", "invalid"));
        assert_eq!(field(r#"{"name":""}"#), is("name", "required"));
        assert_eq!(refused("[]").code(), Code::Invalid);
    }
}
