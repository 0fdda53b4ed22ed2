//! What the store said, as a problem. `NotFound` and `Exists` are made precise by the routes, which know of what.

use std::time::Duration;

use howdah_store::Error;
use howdah_types::problem::Code;

use super::{Failure, chain};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Unavailable { .. } | Error::Newer { .. } | Error::Migration(_) => {
                return Self::of(Code::StoreDown).because(&error);
            }
            Error::Locked { until, seconds } => {
                let detail = format!("Too many attempts failed. The next one counts from {until}.");
                return Self::new(Code::SignInLocked, detail).with_retry(Duration::from_secs(*seconds));
            }
            Error::Busy => return Self::too_many(Duration::from_secs(1)),
            Error::Limit { what, limit } => {
                let detail = format!("There may be at most {limit} {what}; remove one first.");
                return Self::new(Code::RateLimited, detail);
            }
            Error::NotFound => Code::NotFound,
            Error::Exists => Code::AccountExists,
            Error::Refused => Code::SignInFailed,
            Error::PasswordWrong => Code::PasswordWrong,
            Error::LastAdministrator => Code::LastAdministrator,
            Error::SetupRefused => Code::SetupRefused,
            Error::JobFinished => Code::JobFinished,
            // `Internal`, and what is added to the enum before it is added here.
            other => return Self::internal(chain(other)),
        };
        let failure = Self::of(code);
        match code {
            Code::PasswordWrong => failure.with_field("current", "wrong"),
            Code::AccountExists => failure.with_field("name", "exists"),
            _ => failure,
        }
    }
}

/// Says of what `NotFound` speaks.
pub(crate) trait NotFoundAs<T> {
    /// `NotFound` becomes a problem of `code`; other errors stay what they are.
    fn or_not_found(self, code: Code) -> Result<T, Failure>;
}

impl<T> NotFoundAs<T> for Result<T, Error> {
    fn or_not_found(self, code: Code) -> Result<T, Failure> {
        self.map_err(|error| match error {
            Error::NotFound => Failure::of(code),
            other => other.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_found_gets_its_noun() {
        let failure = Err::<(), _>(Error::NotFound).or_not_found(Code::TokenNotFound).unwrap_err();
        assert_eq!(failure.code(), Code::TokenNotFound);
        let locked = Failure::from(Error::Locked { until: "2026-01-01T00:00:00Z".into(), seconds: 7 });
        assert_eq!(locked.code(), Code::SignInLocked);
        assert_eq!(locked.respond(None).headers().get("retry-after").unwrap(), "7");
    }
}
