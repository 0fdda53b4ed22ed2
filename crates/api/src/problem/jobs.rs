//! What the job queue said, as a problem.

use howdah_jobs::Error;

use super::Failure;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::Server(error) => error.into(),
            other => Self::internal(super::chain(&other)),
        }
    }
}
