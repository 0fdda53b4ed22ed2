//! Failed sign-ins make the next ones wait: per account and per address, for all processes of one store.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use deadpool_postgres::{GenericClient, Transaction};
use sha2::{Digest, Sha256};

use crate::Store;
use crate::db::{self, column};
use crate::error::Error;

/// Failures that cost nothing but the last of them.
const FREE: u32 = 5;

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(15);

/// Failures are forgotten when there was none for so long. Longer than [`LONGEST`], so that waiting gains nothing.
pub(crate) const FORGOTTEN: Duration = Duration::from_hours(12);

/// How long sign-in is refused after this many failures: 1 s · 2^(n-5), at most 15 min.
pub(crate) fn delay(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(FREE)?;
    // 2^10 s is beyond the longest wait already.
    Some(Duration::from_secs(1 << doublings.min(10)).min(LONGEST))
}

/// What is counted: a digest, since people type passwords into the field of the name.
pub(crate) type Key = [u8; 32];

/// The key of an account, existing or not. `accounts.sql` computes the same in SQL.
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

/// Counts an attempt as failed before it is looked at; [`Attempt::succeeded`] takes it back. Only so is the number of
/// attempts bounded when a hundred come at once. [`Error::Locked`] where a wait is on: such an attempt is not counted.
pub(crate) async fn attempt(store: &Store, keys: &[Key]) -> Result<(), Error> {
    const DOING: &str = "counting a sign-in";
    // One order for everybody, else two attempts could wait for each other.
    let mut keys: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
    keys.sort_unstable();
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = "INSERT INTO howdah.sign_in_failure (key) SELECT k FROM unnest($1::bytea[]) AS k ORDER BY k
               ON CONFLICT DO NOTHING";
    db::execute(&transaction, DOING, sql, &[&keys]).await?;
    let sql = "SELECT key, failures, locked_until, clock_timestamp() AS at,
                      extract(epoch FROM clock_timestamp() - last_at)::float8 AS quiet
               FROM howdah.sign_in_failure WHERE key = ANY ($1) ORDER BY key FOR UPDATE";
    let rows = db::query(&transaction, DOING, sql, &[&keys]).await?;
    let mut locked: Option<(SystemTime, SystemTime)> = None;
    for row in &rows {
        let at: SystemTime = column(row, "at")?;
        if let Some(until) = column::<Option<SystemTime>>(row, "locked_until")?
            && until > at
        {
            locked = locked.max(Some((until, at)));
        }
    }
    if let Some((until, at)) = locked {
        let seconds = until.duration_since(at).unwrap_or_default().as_secs_f64().ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 900, a whole number"
        )]
        return Err(Error::Locked { until: db::rfc3339("locked_until", until)?, seconds: seconds as u64 });
    }
    for row in &rows {
        let before = if column::<f64>(row, "quiet")? > FORGOTTEN.as_secs_f64() {
            0
        } else {
            u32::try_from(column::<i32>(row, "failures")?).unwrap_or_default()
        };
        let failures = before.saturating_add(1);
        count(&transaction, column(row, "key")?, failures).await?;
    }
    db::commit(transaction).await
}

async fn count(transaction: &Transaction<'_>, key: &[u8], failures: u32) -> Result<(), Error> {
    let wait = delay(failures).map(|delay| delay.as_secs_f64());
    let failures = i32::try_from(failures).unwrap_or(i32::MAX);
    let sql = "UPDATE howdah.sign_in_failure SET failures = $2, last_at = clock_timestamp(),
                   locked_until = clock_timestamp() + $3::float8 * interval '1 second' WHERE key = $1";
    db::execute(transaction, "counting a sign-in", sql, &[&key, &failures, &wait]).await?;
    Ok(())
}

/// A right password: the account's failures are forgotten. The address only loses the attempt that was counted in
/// advance, else an attacker could clear it by signing in to an account of his own.
pub(crate) async fn succeeded<C: GenericClient>(
    client: &C,
    account: &Key,
    address: Option<&Key>,
) -> Result<(), Error> {
    const DOING: &str = "forgetting failed sign-ins";
    let sql = "DELETE FROM howdah.sign_in_failure WHERE key = $1";
    db::execute(client, DOING, sql, &[&account.as_slice()]).await?;
    if let Some(address) = address {
        let free = i32::try_from(FREE).unwrap_or(i32::MAX);
        let sql = "UPDATE howdah.sign_in_failure SET failures = greatest(failures - 1, 0),
                       locked_until = CASE WHEN failures - 1 >= $2 THEN locked_until END WHERE key = $1";
        db::execute(client, DOING, sql, &[&address.as_slice(), &free]).await?;
    }
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
