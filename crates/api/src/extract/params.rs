//! Path and query parameters. What does not fit is a problem like any other.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::error::QueryPayloadError;
use actix_web::{FromRequest, HttpRequest};
use howdah_types::problem::Code;
use howdah_types::validate::MAX_NAME_BYTES;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::problem::Failure;

/// The variables of the path, percent-decoded, by name.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match actix_web::web::Path::<T>::extract(request).into_inner() {
            Ok(path) => Ok(Self(path.into_inner())),
            Err(_) => Err(Failure::of(Code::NotFound)),
        })
    }
}

/// The variables of the query.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match actix_web::web::Query::<T>::from_query(request.query_string()) {
            Ok(query) => Ok(Self(query.into_inner())),
            Err(error) => Err(unreadable(&error)),
        })
    }
}

fn unreadable(error: &QueryPayloadError) -> Failure {
    let reason = match error {
        QueryPayloadError::Deserialize(error) => error.to_string(),
        other => other.to_string(),
    };
    Failure::new(Code::BadRequest, format!("A parameter of the query cannot be read: {reason}."))
}

/// A name in a path. Browsers remove the segments `.` and `..`, even when they are spelled `%2E`: to let a database of
/// that name be addressed all the same, one NUL (which no name can hold) may stand before them and is taken off.
fn name_in_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(match name.strip_prefix('\0') {
        Some(dots @ ("." | "..")) => dots.to_owned(),
        _ => name,
    })
}

/// `{name}`: a database.
#[derive(Deserialize)]
pub(crate) struct DatabasePath {
    #[serde(deserialize_with = "name_in_path")]
    pub(crate) name: String,
}

/// `{name}` and `{table}`: a table or view of a database.
#[derive(Deserialize)]
pub(crate) struct TablePath {
    #[serde(deserialize_with = "name_in_path")]
    pub(crate) name: String,
    #[serde(deserialize_with = "name_in_path")]
    pub(crate) table: String,
}

/// `{name}`, `{table}` and `{index}`.
#[derive(Deserialize)]
pub(crate) struct IndexPath {
    #[serde(deserialize_with = "name_in_path")]
    pub(crate) name: String,
    #[serde(deserialize_with = "name_in_path")]
    pub(crate) table: String,
    #[serde(deserialize_with = "name_in_path")]
    pub(crate) index: String,
}

macro_rules! paths {
    ($($(#[$doc:meta])* $name:ident { $field:ident = $variable:literal })+) => { $(
        $(#[$doc])*
        #[derive(Deserialize)]
        pub(crate) struct $name {
            #[serde(deserialize_with = "name_in_path")]
            pub(crate) name: String,
            #[serde(rename = $variable, deserialize_with = "name_in_path")]
            pub(crate) $field: String,
        }
    )+ };
}

paths! {
    /// `{name}` and `{schema}`.
    SchemaPath { schema = "schema" }
    /// `{name}` and `{view}`.
    ViewPath { view = "view" }
    /// `{name}` and `{sequence}`.
    SequencePath { sequence = "sequence" }
    /// `{name}` and `{type}`.
    TypePath { type_name = "type" }
    /// `{name}` and `{function}`, an oid.
    FunctionPath { function = "function" }
    /// `{name}` and `{extension}`.
    ExtensionPath { extension = "extension" }
    /// `{name}` and `{trigger}`.
    TriggerPath { trigger = "trigger" }
}

/// `{id}` of a job, session or token.
#[derive(Deserialize)]
pub(crate) struct IdPath {
    pub(crate) id: String,
}

/// `{account}`.
#[derive(Deserialize)]
pub(crate) struct AccountPath {
    #[serde(deserialize_with = "name_in_path")]
    pub(crate) account: String,
}

/// A name that PostgreSQL could hold; another one cannot exist there.
pub(crate) fn possible_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.contains('\0')
}

/// A name as a part of a path.
pub(crate) fn in_path(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn hostile_names_come_back_from_a_path() {
        for name in ["a/b", "50%", "%2F", "a b+c", "ü\n", "..", "<img src=x>", "a\"b';", "?x=#"] {
            let mut path = actix_web::dev::Path::new(actix_web::dev::Url::new(
                format!("/api/database/{}", in_path(name)).parse().unwrap(),
            ));
            let pattern = actix_web::dev::ResourceDef::new("/api/database/{name}");
            assert!(pattern.capture_match_info(&mut path), "{name}");
            assert_eq!(path.load::<DatabasePath>().unwrap().name, name);
        }
        for (sent, meant) in [("%00..", ".."), ("%00.", "."), ("%00a", "\0a"), ("%00%00.", "\0\0.")] {
            let mut path = actix_web::dev::Path::new(actix_web::dev::Url::new(
                format!("/api/database/{sent}").parse().unwrap(),
            ));
            let pattern = actix_web::dev::ResourceDef::new("/api/database/{name}");
            assert!(pattern.capture_match_info(&mut path), "{sent}");
            assert_eq!(path.load::<DatabasePath>().unwrap().name, meant);
        }
    }

    #[test]
    fn queries_that_do_not_fit_are_problems() {
        let request = TestRequest::with_uri("/x?name=a&name=b").to_http_request();
        let query = Query::<DatabasePath>::from_request(&request, &mut Payload::None).into_inner();
        assert_eq!(query.map(|_| ()).unwrap_err().code(), Code::BadRequest);
    }
}
