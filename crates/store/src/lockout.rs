//! Failed sign-ins make the next ones wait: per account and per address, for all processes of one store.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use deadpool_postgres::GenericClient;
use sha2::{Digest, Sha256};

use crate::Store;
use crate::db::{self, column};
use crate::error::Error;
use crate::password;

/// The failure from which on one has to wait.
const FIRST: u32 = 5;

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(15);

/// Failures are forgotten when there was none for so long. Longer than [`LONGEST`], so that waiting gains nothing.
pub(crate) const FORGOTTEN: Duration = Duration::from_hours(12);

/// How long sign-in is refused after this many failures: 1 s · 2^(n-5), at most 15 min.
pub(crate) fn delay(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(FIRST)?;
    // 2^10 s is beyond the longest wait already.
    Some(Duration::from_secs(1 << doublings.min(10)).min(LONGEST))
}

/// What is counted: a digest, since people type passwords into the field of the name.
pub(crate) type Key = [u8; 32];

/// The key of an account, existing or not. The list of accounts computes the same in SQL.
pub(crate) fn account_key(account: &str) -> Key {
    Sha256::digest(format!("account:{account}").as_bytes()).into()
}

/// The key of an address. An IPv6 network of 64 bits is one address: its owner has them all.
pub(crate) fn address_key(address: &str) -> Key {
    let network = match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => format!("address:{address}"),
        Err(_) => format!("address:{address}"),
    };
    Sha256::digest(network.as_bytes()).into()
}

/// Whether a password is right, if this account or address may try one now; a wrong one is counted. `hash` is `None`
/// for no account. [`Error::Locked`], [`Error::Busy`].
///
/// The lock is asked again in the turn, and the failure is written before the turn ends: of a thousand guesses that
/// come at once only as many as there are turns (two in each process) can pass before the count closes the door, while
/// a thousand right passwords all pass.
pub(crate) async fn verify(
    store: &Store,
    keys: &[Key],
    password: &str,
    hash: Option<&str>,
) -> Result<bool, Error> {
    check(store, keys).await?;
    let turn = password::turn(store).await?;
    check(store, keys).await?;
    let (right, turn) = password::verify(turn, password, hash).await?;
    if !right {
        failed(store, keys).await?;
    }
    drop(turn);
    Ok(right)
}

/// [`Error::Locked`] while a wait is on. Such an attempt is not counted.
pub(crate) async fn check(store: &Store, keys: &[Key]) -> Result<(), Error> {
    let keys: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
    let client = store.client().await?;
    let sql = "SELECT max(locked_until) AS until, clock_timestamp() AS at FROM howdah.sign_in_failure
               WHERE key = ANY ($1) AND locked_until > clock_timestamp()";
    let row = db::query_one(&client, "asking for a lock", sql, &[&keys]).await?;
    let Some(until) = column::<Option<SystemTime>>(&row, "until")? else { return Ok(()) };
    let wait = until.duration_since(column(&row, "at")?).unwrap_or_default();
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Err(Error::Locked { until: db::rfc3339("locked_until", until)?, seconds })
}

/// Counts a failure.
pub(crate) async fn failed(store: &Store, keys: &[Key]) -> Result<(), Error> {
    const DOING: &str = "counting a failed sign-in";
    // One order for everybody, else two could wait for each other.
    let mut keys: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
    keys.sort_unstable();
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    for key in keys {
        let sql = "INSERT INTO howdah.sign_in_failure AS f (key, failures) VALUES ($1, 1)
            ON CONFLICT (key) DO UPDATE SET last_at = now(),
                failures = CASE WHEN f.last_at < now() - $2::float8 * interval '1 second' THEN 1
                           ELSE least(f.failures, 1000) + 1 END
            RETURNING failures";
        let row = db::query_one(&transaction, DOING, sql, &[&key, &FORGOTTEN.as_secs_f64()]).await?;
        let failures = u32::try_from(column::<i32>(&row, "failures")?).unwrap_or_default();
        let wait = delay(failures).map(|delay| delay.as_secs_f64());
        let sql = "UPDATE howdah.sign_in_failure
                   SET locked_until = clock_timestamp() + $2::float8 * interval '1 second' WHERE key = $1";
        db::execute(&transaction, DOING, sql, &[&key, &wait]).await?;
    }
    db::commit(transaction).await
}

/// A right password: the account's failures are forgotten. Those of the address stay, else an attacker could clear them
/// by signing in to an account of his own.
pub(crate) async fn succeeded<C: GenericClient>(client: &C, account: &Key) -> Result<(), Error> {
    let sql = "DELETE FROM howdah.sign_in_failure WHERE key = $1";
    db::execute(client, "forgetting failed sign-ins", sql, &[&account.as_slice()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_waits_a_second_and_each_further_one_twice_as_long() {
        let seconds = |failures| delay(failures).map(|delay| delay.as_secs());
        assert_eq!([0, 1, 4].map(seconds), [None; 3]);
        assert_eq!([5, 6, 7, 14].map(seconds), [Some(1), Some(2), Some(4), Some(512)]);
        assert_eq!([15, 16, 100, u32::MAX].map(seconds), [Some(900); 4]);
    }

    #[test]
    fn an_ipv6_network_and_a_mapped_address_are_one_address() {
        assert_eq!(address_key("2001:db8::1"), address_key("2001:db8:0:0:ffff::2"));
        assert_ne!(address_key("2001:db8::1"), address_key("2001:db8:0:1::1"));
        assert_eq!(address_key("::ffff:192.0.2.1"), address_key("192.0.2.1"));
        assert_ne!(address_key("192.0.2.1"), address_key("192.0.2.2"));
        assert_ne!(address_key("x"), account_key("x"));
    }
}
