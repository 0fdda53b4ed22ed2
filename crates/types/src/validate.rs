//! Checks that the web app and the server make with the same code.

use serde::{Deserialize, Serialize};

/// The longest name PostgreSQL keeps, in bytes of UTF-8 (`NAMEDATALEN - 1`); it silently cuts longer ones, we refuse.
pub const MAX_NAME_BYTES: usize = 63;

/// The longest piece of SQL in a field that wants one.
pub const MAX_SQL_BYTES: usize = 100_000;

/// One field that was refused, as it appears in `errors[]` of a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The field's name as in the JSON body, for example `connectionLimit`.
    #[cfg_attr(feature = "openapi", schema(example = "name"))]
    pub field: String,
    /// A stable code, for example `tooLong`.
    #[cfg_attr(feature = "openapi", schema(example = "tooLong"))]
    pub code: String,
    /// What to do, for a person.
    #[cfg_attr(feature = "openapi", schema(example = "At most 63 bytes; this name has 70."))]
    pub message: String,
}

impl FieldError {
    /// An error of `field` with a stable `code` and a sentence that says what to do.
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code: code.to_owned(), message: message.into() }
    }
}

/// A request body that knows its own rules.
pub trait Validate {
    /// Every rule that is broken; empty when the body may be sent.
    fn validate(&self) -> Vec<FieldError>;
}

/// PostgreSQL's rules for a name, and no invented ones: 1 to 63 bytes, any character but NUL.
pub fn name(field: &str, value: &str, errors: &mut Vec<FieldError>) {
    if value.is_empty() {
        errors.push(FieldError::new(field, "required", "Give a name."));
    } else if value.len() > MAX_NAME_BYTES {
        let message = format!("At most {MAX_NAME_BYTES} bytes; this name has {}.", value.len());
        errors.push(FieldError::new(field, "tooLong", message));
    }
    no_nul(field, value, errors);
}

/// Text that PostgreSQL can hold: any character but NUL.
pub fn no_nul(field: &str, value: &str, errors: &mut Vec<FieldError>) {
    if value.contains('\0') {
        errors.push(FieldError::new(field, "nul", "PostgreSQL cannot hold the character NUL; remove it."));
    }
}

/// The same as [`name`] for a field that may be left out.
pub fn optional_name(field: &str, value: Option<&str>, errors: &mut Vec<FieldError>) {
    if let Some(value) = value {
        name(field, value, errors);
    }
}

/// The same as [`no_nul`] for a field that may be left out.
pub fn optional_text(field: &str, value: Option<&str>, errors: &mut Vec<FieldError>) {
    if let Some(value) = value {
        no_nul(field, value, errors);
    }
}

/// A piece of SQL: not blank, and at most 100,000 bytes.
pub fn sql(field: &str, value: &str, errors: &mut Vec<FieldError>) {
    if value.trim().is_empty() {
        errors.push(FieldError::new(field, "required", "Give the SQL."));
    } else if value.len() > MAX_SQL_BYTES {
        let message = format!("At most {MAX_SQL_BYTES} bytes; this has {}.", value.len());
        errors.push(FieldError::new(field, "tooLong", message));
    }
    no_nul(field, value, errors);
}

/// A whole number of 64 bits, as text.
pub fn whole_number(field: &str, value: Option<&str>, errors: &mut Vec<FieldError>) {
    if value.is_some_and(|value| value.parse::<i64>().is_err()) {
        errors.push(FieldError::new(field, "invalid", "Give a whole number of at most 64 bits."));
    }
}

/// At most `max` characters.
pub fn at_most(field: &str, value: &str, max: usize, errors: &mut Vec<FieldError>) {
    let count = value.chars().count();
    if count > max {
        let message = format!("At most {max} characters; this has {count}.");
        errors.push(FieldError::new(field, "tooLong", message));
    }
}

/// A new password of an account: 12 to 256 characters.
pub fn password(field: &str, value: &str, errors: &mut Vec<FieldError>) {
    let count = value.chars().count();
    if count < 12 {
        errors.push(FieldError::new(field, "tooShort", format!("At least 12 characters; this has {count}.")));
    }
    at_most(field, value, 256, errors);
}

/// The name of an account: 1 to 64 characters, no control characters, no white space at the ends.
pub fn account_name(field: &str, value: &str, errors: &mut Vec<FieldError>) {
    if value.is_empty() {
        errors.push(FieldError::new(field, "required", "Give a name."));
    }
    at_most(field, value, 64, errors);
    if value.chars().any(char::is_control) || value.trim() != value {
        let message = "No control characters, and no blanks at the ends.";
        errors.push(FieldError::new(field, "invalid", message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(value: &str) -> Vec<String> {
        let mut errors = Vec::new();
        name("name", value, &mut errors);
        errors.into_iter().map(|e| e.code).collect()
    }

    #[test]
    fn names_are_counted_in_bytes() {
        assert!(codes(&"ä".repeat(31)).is_empty());
        assert_eq!(codes(&"ä".repeat(32)), ["tooLong"]);
        assert_eq!(codes(""), ["required"]);
        assert_eq!(codes("a\0b"), ["nul"]);
    }

    proptest! {
        #[test]
        fn any_name_of_up_to_63_bytes_without_nul_is_allowed(value in "[^\0]{1,63}") {
            prop_assert_eq!(codes(&value).is_empty(), value.len() <= MAX_NAME_BYTES);
        }
    }
}
