//! Signing in, and the sessions that come of it. A session ends 12 hours after its last use, 7 days after it began, at
//! sign-out, and when the rights or the password of its account change. Each sign-in makes a new one.

use std::sync::Arc;

use deadpool_postgres::{GenericClient, Transaction};
use howdah_types::session::SessionInfo;
use tokio::sync::watch;
use uuid::Uuid;

use crate::db::{self, clean, clean_opt, column, time};
use crate::error::Error;
use crate::lockout::{self, account_key, address_key};
use crate::principal::{Missed, Principal, SecretHash, Via, cached};
use crate::signal::Signal;
use crate::{Store, accounts, secret};

/// Sessions of one account; the least recently used ones make place for new ones.
const MOST: i64 = 100;

/// Signs in. `address` is the client's address, `client` what the browser says of itself.
///
/// Answers the session's secret, for the cookie, and who has signed in. [`Error::Refused`] whether the account, its
/// password or its state is wrong, after the same time; [`Error::Locked`] after too many failures of this account or
/// from this address; [`Error::Busy`].
pub async fn sign_in(
    store: &Store,
    account: &str,
    password: &str,
    address: Option<&str>,
    client: Option<&str>,
) -> Result<(String, Principal), Error> {
    let (account_key, address_key) = (account_key(account), address.map(address_key));
    let keys: Vec<_> = [Some(account_key), address_key].into_iter().flatten().collect();
    let hash = accounts::hash_of(store, account).await?;
    let right = lockout::verify(store, &keys, password, hash.as_deref()).await?;
    let Some(hash) = hash.filter(|_| right) else { return Err(Error::Refused) };
    let mut connection = store.client().await?;
    let transaction = db::begin(&mut connection).await?;
    let opened = open(&transaction, account, Some(&hash), address, client).await?;
    lockout::succeeded(&transaction, &account_key).await?;
    db::commit(transaction).await?;
    Ok(opened)
}

/// Opens a session without a password: for the account that the set-up has just made. [`Error::Refused`] where there
/// is no such account or it is disabled.
pub async fn open_for(
    store: &Store,
    account: &str,
    address: Option<&str>,
    client: Option<&str>,
) -> Result<(String, Principal), Error> {
    let mut connection = store.client().await?;
    let transaction = db::begin(&mut connection).await?;
    let opened = open(&transaction, account, None, address, client).await?;
    db::commit(transaction).await?;
    Ok(opened)
}

/// With `hash`, the password must still be the one that was checked: it may have been changed meanwhile.
pub(crate) async fn open(
    transaction: &Transaction<'_>,
    account: &str,
    hash: Option<&str>,
    address: Option<&str>,
    client: Option<&str>,
) -> Result<(String, Principal), Error> {
    const DOING: &str = "opening a session";
    let secret = secret::generate();
    let account = clean(account);
    let sql = "UPDATE howdah.account SET last_sign_in_at = now()
               WHERE name = $1 AND NOT disabled AND ($2::text IS NULL OR password_hash = $2)
               RETURNING id::text AS account_id, name AS account, permission_set, databases";
    let row = db::query_opt(transaction, DOING, sql, &[&account, &hash]).await?.ok_or(Error::Refused)?;
    // Version 7 begins with the time, so that the newest of several sorts last.
    let id = Uuid::now_v7().to_string();
    let sql = "INSERT INTO howdah.session (id, hash, account, expires_at, address, client)
               VALUES ($1::text::uuid, $2, $3, now() + interval '7 days', $4, $5) RETURNING expires_at";
    let digest = secret::hash(&secret);
    let (address, client) = (clean_opt(address, 100), clean_opt(client, 400));
    let session =
        db::query_one(transaction, DOING, sql, &[&id, &digest.as_slice(), &account, &address, &client])
            .await?;
    let sql = "DELETE FROM howdah.session WHERE id IN
               (SELECT id FROM howdah.session WHERE account = $1 ORDER BY last_used_at DESC, id DESC OFFSET $2)";
    db::execute(transaction, "ending old sessions", sql, &[&account, &MOST]).await?;
    let via = Via::Session { id, expires_at: time(&session, "expires_at")? };
    Ok((secret, Principal::from_row(&row, via)?))
}

/// Whose session this is, if it lasts. From memory where it was asked within the last ten seconds.
pub async fn by_secret(store: &Store, secret: &str) -> Result<Option<Arc<Principal>>, Error> {
    // A token is no session: the way in decides which checks the request needs.
    if secret.starts_with(secret::TOKEN_PREFIX) {
        return Ok(None);
    }
    cached(store, secret, |hash| load(store, hash)).await
}

async fn load(store: &Store, hash: SecretHash) -> Result<Principal, Missed> {
    let client = store.client().await?;
    // The use is noted once a minute at most, in the same round trip.
    let sql = "WITH found AS (
            SELECT s.id, s.expires_at, s.last_used_at, a.id::text AS account_id, a.name AS account, a.permission_set, a.databases
            FROM howdah.session AS s JOIN howdah.account AS a ON a.name = s.account
            WHERE s.hash = $1 AND s.expires_at > now() AND s.last_used_at > now() - interval '12 hours'
                AND NOT a.disabled),
        used AS (
            UPDATE howdah.session AS s SET last_used_at = now() FROM found
            WHERE s.id = found.id AND found.last_used_at < now() - interval '1 minute')
        SELECT id::text, expires_at, account_id, account, permission_set, databases FROM found";
    let row = db::query_opt(&client, "looking a session up", sql, &[&hash.as_slice()]).await?;
    let row = row.ok_or(Missed::Unknown)?;
    let via = Via::Session { id: column(&row, "id")?, expires_at: time(&row, "expires_at")? };
    Ok(Principal::from_row(&row, via)?)
}

/// The account's sessions that last, the newest first. `current` is the id of the one that asks.
pub async fn list(store: &Store, account: &str, current: Option<&str>) -> Result<Vec<SessionInfo>, Error> {
    let client = store.client().await?;
    let sql = "SELECT id::text, created_at, last_used_at, expires_at, address, client FROM howdah.session
               WHERE account = $1 AND expires_at > now() AND last_used_at > now() - interval '12 hours'
               ORDER BY id DESC";
    let rows = db::query(&client, "listing sessions", sql, &[&clean(account)]).await?;
    rows.iter()
        .map(|row| {
            let id: String = column(row, "id")?;
            Ok(SessionInfo {
                current: current == Some(id.as_str()),
                id,
                created_at: time(row, "created_at")?,
                last_used_at: time(row, "last_used_at")?,
                expires_at: time(row, "expires_at")?,
                address: column(row, "address")?,
                user_agent: column(row, "client")?,
            })
        })
        .collect()
}

/// Ends one session of the account. [`Error::NotFound`] also for a session of somebody else.
pub async fn end(store: &Store, account: &str, id: &str) -> Result<(), Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?.to_string();
    let sql = "DELETE FROM howdah.session WHERE id = $1::text::uuid AND account = $2";
    end_where(store, sql, &[&id, &clean(account)]).await
}

/// Signs out. [`Error::NotFound`] where it had ended before.
pub async fn end_by_secret(store: &Store, secret: &str) -> Result<(), Error> {
    let hash = secret::parse(secret).ok_or(Error::NotFound)?;
    end_where(store, "DELETE FROM howdah.session WHERE hash = $1", &[&hash.as_slice()]).await
}

async fn end_where(store: &Store, sql: &str, params: db::Params<'_>) -> Result<(), Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    if db::execute(&transaction, "ending a session", sql, params).await? == 0 {
        return Err(Error::NotFound);
    }
    Signal::Session.send(&transaction).await?;
    db::commit(transaction).await?;
    store.forget_principals();
    Ok(())
}

/// Ends all sessions of an account but one, and tells the other processes. The caller forgets what it has in memory.
pub(crate) async fn end_all<C: GenericClient>(
    client: &C,
    account: &str,
    keep: Option<&str>,
) -> Result<(), Error> {
    let keep = keep.and_then(|id| Uuid::parse_str(id).ok()).map(|id| id.to_string());
    let sql = "DELETE FROM howdah.session
               WHERE account = $1 AND ($2::text IS NULL OR id <> $2::text::uuid)";
    db::execute(client, "ending sessions", sql, &[&account, &keep]).await?;
    Signal::Session.send(client).await
}

/// Changes whenever some session, token or right has changed, here or in another process: whoever holds a stream open
/// asks [`by_secret`] again then (and now and then, for what ends by time).
pub fn changes(store: &Store) -> watch::Receiver<u64> {
    store.generation().subscribe()
}

impl Store {
    /// Nothing that was read about sessions, tokens and rights is believed any more.
    pub(crate) fn forget_principals(&self) {
        self.generation().send_modify(|generation| *generation += 1);
    }
}
