//! Passwords: argon2id, off the async threads, few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::OwnedSemaphorePermit;

use crate::Store;
use crate::error::{Cause, Error};

/// Hashes computed at once. Each takes 19 MiB: sign-ins must not be able to eat the memory or all cores.
pub(crate) const AT_ONCE: usize = 2;

/// How long a sign-in may wait for its turn.
const WAIT: Duration = Duration::from_secs(10);

// OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Checked where there is no account, so that the answer takes the same time. Nobody knows a password for it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$aG93ZGFoLW5vYm9keS4uLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Error::internal("setting up argon2", Cause(error.to_string())))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// One of the few turns to compute a hash. It is held as long as the value lives.
#[derive(Debug)]
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
    checked: Arc<AtomicU64>,
}

/// Waits for a turn. [`Error::Busy`] when it takes too long.
pub(crate) async fn turn(store: &Store) -> Result<Turn, Error> {
    match tokio::time::timeout(WAIT, store.hashing().acquire_owned()).await {
        Ok(Ok(permit)) => Ok(Turn { _permit: permit, checked: store.password_counter() }),
        Ok(Err(_)) | Err(_) => Err(Error::Busy),
    }
}

/// The PHC string of a new password, with a random salt.
pub(crate) async fn hash(store: &Store, password: &str) -> Result<String, Error> {
    let turn = turn(store).await?;
    let password = password.to_owned();
    let work = move || {
        let hash = argon2()?
            .hash_password(password.as_bytes())
            .map_err(|error| Error::internal("hashing a password", Cause(error.to_string())))?;
        Ok(hash.to_string())
    };
    Ok(blocking(turn, work).await?.0)
}

/// Whether the password is right; takes as long for no account as for a real one. Gives the turn back, for what has to
/// be done before the next password is looked at.
pub(crate) async fn verify(turn: Turn, password: &str, hash: Option<&str>) -> Result<(bool, Turn), Error> {
    let password = password.to_owned();
    let known = hash.is_some();
    let checked = Arc::clone(&turn.checked);
    let hash = hash.unwrap_or(NOBODY).to_owned();
    let work = move || {
        let parsed = PasswordHash::new(&hash)
            .map_err(|error| Error::internal("reading a password hash", Cause(error.to_string())))?;
        let right = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
        checked.fetch_add(1, Ordering::Relaxed);
        Ok(right && known)
    };
    blocking(turn, work).await
}

async fn blocking<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<(T, Turn), Error> {
    // The thread holds the turn until it is done, also when the request has gone away meanwhile.
    tokio::task::spawn_blocking(move || work().map(|result| (result, turn)))
        .await
        .map_err(|error| Error::internal("computing a password hash", error))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_those_of_owasp() {
        let hash = argon2().unwrap().hash_password(b"correct horse battery").unwrap().to_string();
        for hash in [hash.as_str(), NOBODY] {
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        }
    }

    #[test]
    fn the_hash_of_nobody_costs_the_same_and_is_never_met() {
        let parsed = PasswordHash::new(NOBODY).unwrap();
        let argon2 = argon2().unwrap();
        for password in ["", "admin", "correct horse battery"] {
            assert_eq!(
                argon2.verify_password(password.as_bytes(), &parsed),
                Err(argon2::password_hash::Error::PasswordInvalid)
            );
        }
    }
}
