//! What can go wrong with the store.

use std::sync::Arc;

use howdah_types::Timestamp;
use tokio_postgres::error::SqlState;

/// Why something inside the store failed. Shared, so that every waiter of a coalesced look-up gets it.
pub type Source = Arc<dyn std::error::Error + Send + Sync>;

/// What can go wrong with the store.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store cannot be reached or cannot work now (down, starting, full, not migrated). It is worth trying again.
    #[error("the store is not available: {doing}")]
    Unavailable {
        doing: &'static str,
        #[source]
        source: Source,
    },
    /// What was asked for is not there.
    #[error("not found")]
    NotFound,
    /// An account of this name exists already, or one that differs only in the case of its letters.
    #[error("it exists already")]
    Exists,
    /// Too many failures: no attempt counts until then, not even a right one. `seconds` is the same from now on, rounded up.
    #[error("locked until {until}")]
    Locked { until: Timestamp, seconds: u64 },
    /// Account or password is wrong, or the account is disabled: which one is not told.
    #[error("account or password is wrong")]
    Refused,
    /// The current password, given in order to change it, is wrong.
    #[error("the current password is wrong")]
    PasswordWrong,
    /// The change would leave no enabled administrator.
    #[error("one enabled administrator must remain")]
    LastAdministrator,
    /// The set-up link is not valid (any more), or an account exists already.
    #[error("the set-up link is not valid")]
    SetupRefused,
    /// The job has ended: nothing is left to cancel.
    #[error("the job has already ended")]
    JobFinished,
    /// More of these than are allowed.
    #[error("there may be at most {limit} {what}")]
    Limit { what: &'static str, limit: u32 },
    /// The account's uploads would have more bytes than they may.
    #[error("the uploads of one account may have at most {} GiB", .bytes >> 30)]
    Full { bytes: i64 },
    /// Too many password checks are waiting; try again in a moment.
    #[error("too many sign-ins at this moment")]
    Busy,
    /// The store was migrated by a newer Howdah than this one.
    #[error(
        "the store is of a newer Howdah: its schema has version {store}, this program knows up to {known}; start the newer program, or give it another store"
    )]
    Newer { store: i64, known: i64 },
    /// A migration failed; nothing of it stays.
    #[error("the store could not be migrated")]
    Migration(#[source] Source),
    /// A defect of Howdah, or a store that was changed by hand.
    #[error("the store failed: {doing}")]
    Internal {
        doing: &'static str,
        #[source]
        source: Source,
    },
}

/// A text as the innermost cause.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Cause(pub(crate) String);

impl Error {
    pub(crate) fn unavailable(
        doing: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Unavailable { doing, source: Arc::new(source) }
    }

    pub(crate) fn internal(
        doing: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Internal { doing, source: Arc::new(source) }
    }

    /// It is worth trying again later with the very same request.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// Sorts what PostgreSQL or the connection said.
    pub(crate) fn postgres(doing: &'static str, error: tokio_postgres::Error) -> Self {
        // No SQLSTATE means that the connection broke, or that a value did not fit its type; the latter is a defect.
        let passing = match error.code() {
            None => error.is_closed() || has_io_source(&error),
            Some(code) => is_passing(code),
        };
        if passing { Self::unavailable(doing, error) } else { Self::internal(doing, error) }
    }
}

fn has_io_source(error: &tokio_postgres::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<std::io::Error>() {
            return true;
        }
        source = inner.source();
    }
    false
}

/// Conditions of the server that pass or that an operator removes, as against defects of our SQL.
fn is_passing(code: &SqlState) -> bool {
    let class = code.code().get(..2).unwrap_or_default();
    // 08 connection, 28 authentication, 53 resources (disk full …), 57 intervention (shutdown, starting, cancelled),
    // 58 system error of the server, 3D no such database; 25006 a standby, 42P01 and 3F000 not migrated yet.
    matches!(class, "08" | "28" | "53" | "57" | "58" | "3D" | "3F")
        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
        || *code == SqlState::UNDEFINED_TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_conditions_are_told_from_defects() {
        for code in ["57P01", "57P03", "53100", "53300", "08006", "28P01", "3D000", "42P01", "25006"] {
            assert!(is_passing(&SqlState::from_code(code)), "{code}");
        }
        for code in ["42601", "23505", "22P02", "42703"] {
            assert!(!is_passing(&SqlState::from_code(code)), "{code}");
        }
    }
}
