//! Who asks, and what they may do.

use std::sync::Arc;

use howdah_types::Timestamp;
use howdah_types::permissions::{Permission, PermissionSet};
use tokio_postgres::Row;

use crate::db::{column, word};
use crate::error::Error;
use crate::{Store, secret};

/// SHA-256 of a session's or token's secret.
pub(crate) type SecretHash = [u8; 32];

/// An account that has signed in or shown a token, with its rights as they are now (at most ten seconds old).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// What belongs to the account is known by it: another one may get the name of one that is gone.
    pub account_id: String,
    pub account: String,
    pub permission_set: PermissionSet,
    /// What it may do: the set's permissions, for a token cut down to the token's.
    pub permissions: Vec<Permission>,
    /// The only databases that may be seen; `None` means all.
    pub databases: Option<Vec<String>>,
    pub via: Via,
}

/// The way in. Ids name a row; they are not secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    Session { id: String, expires_at: Timestamp },
    Token { id: String, expires_at: Option<Timestamp> },
}

impl Principal {
    /// Whether it may do this.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Whether it may know of this database.
    pub fn sees(&self, database: &str) -> bool {
        self.databases.as_ref().is_none_or(|databases| databases.iter().any(|name| name == database))
    }

    /// When it ends at the latest.
    pub fn expires_at(&self) -> Option<&str> {
        match &self.via {
            Via::Session { expires_at, .. } => Some(expires_at),
            Via::Token { expires_at, .. } => expires_at.as_deref(),
        }
    }

    /// The id of the session, where it is one.
    pub fn session_id(&self) -> Option<&str> {
        match &self.via {
            Via::Session { id, .. } => Some(id),
            Via::Token { .. } => None,
        }
    }

    /// From a row with `account_id, account, permission_set, databases` and, for tokens, `permissions`.
    pub(crate) fn from_row(row: &Row, via: Via) -> Result<Self, Error> {
        let permission_set: PermissionSet = word(row, "permission_set")?;
        let mut permissions = permission_set.permissions().to_vec();
        if matches!(via, Via::Token { .. })
            && let Some(only) = column::<Option<Vec<String>>>(row, "permissions")?
        {
            permissions.retain(|permission| only.iter().any(|name| name == permission.as_str()));
        }
        Ok(Self {
            account_id: column(row, "account_id")?,
            account: column(row, "account")?,
            permission_set,
            permissions,
            databases: column(row, "databases")?,
            via,
        })
    }
}

/// Why a look-up brought no principal; told apart, since what is missing must not be cached.
#[derive(Debug)]
pub(crate) enum Missed {
    Unknown,
    Failed(Error),
}

impl From<Error> for Missed {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Looks a secret up in memory, else in the store. Simultaneous look-ups of one secret are one query.
///
/// The generation is part of the key: an end of a session or a change of rights raises it, which makes all that was
/// read before unreachable, also what is being read at this moment and would otherwise be kept after the change.
pub(crate) async fn cached<F>(
    store: &Store,
    secret: &str,
    load: impl FnOnce(SecretHash) -> F,
) -> Result<Option<Arc<Principal>>, Error>
where
    F: Future<Output = Result<Principal, Missed>>,
{
    let Some(hash) = secret::parse(secret) else { return Ok(None) };
    let key = (*store.generation().borrow(), hash);
    let load = async { load(hash).await.map(Arc::new) };
    match store.principals().try_get_with(key, load).await {
        Ok(principal) => Ok(Some(principal)),
        Err(missed) => match &*missed {
            Missed::Unknown => Ok(None),
            Missed::Failed(error) => Err(error.clone()),
        },
    }
}
