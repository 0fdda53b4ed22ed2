//! API tokens. Each belongs to an account, has at most its rights, and is shown once.

use std::sync::Arc;

use howdah_types::permissions::Permission;
use howdah_types::session::{NewToken, Token, TokenFormData};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::Store;
use crate::db::{self, clean, column, time, time_opt};
use crate::error::Error;
use crate::principal::{Missed, Principal, SecretHash, Via, cached};
use crate::secret::{self, TOKEN_PREFIX};
use crate::signal::Signal;

/// Tokens of one account.
const MOST: u32 = 100;

const COLUMNS: &str = "id::text, name, created_at, last_used_at, expires_at, permissions";

fn from_row(row: &Row) -> Result<Token, Error> {
    let permissions: Option<Vec<String>> = column(row, "permissions")?;
    Ok(Token {
        id: column(row, "id")?,
        name: column(row, "name")?,
        created_at: time(row, "created_at")?,
        last_used_at: time_opt(row, "last_used_at")?,
        expires_at: time_opt(row, "expires_at")?,
        // A permission that only a newer Howdah knows cannot be used here and is left out.
        permissions: permissions.map(|names| names.iter().filter_map(|name| name.parse().ok()).collect()),
    })
}

/// Makes a token for an account. [`Error::NotFound`] without such an account, [`Error::Limit`].
pub async fn create(store: &Store, account: &str, data: &TokenFormData) -> Result<NewToken, Error> {
    let account = clean(account);
    let secret = format!("{TOKEN_PREFIX}{}", secret::generate());
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    // The account's row is locked, so that two requests cannot both be the hundredth.
    let sql = "SELECT name FROM howdah.account WHERE name = $1 FOR UPDATE";
    db::query_opt(&transaction, "reading an account", sql, &[&account]).await?.ok_or(Error::NotFound)?;
    let sql = "SELECT count(*) AS count FROM howdah.token WHERE account = $1";
    let count: i64 =
        column(&db::query_one(&transaction, "counting tokens", sql, &[&account]).await?, "count")?;
    if count >= i64::from(MOST) {
        return Err(Error::Limit { what: "tokens of one account", limit: MOST });
    }
    let sql = format!(
        "INSERT INTO howdah.token (id, hash, account, name, expires_at, permissions)
         VALUES ($1::text::uuid, $2, $3, $4, now() + $5::int4 * interval '1 day', $6) RETURNING {COLUMNS}"
    );
    let id = Uuid::now_v7().to_string();
    let digest = secret::hash(&secret);
    let permissions: Option<Vec<&str>> = data
        .permissions
        .as_ref()
        .map(|list| list.iter().map(|permission: &Permission| permission.as_str()).collect());
    let params: db::Params<'_> =
        &[&id, &digest.as_slice(), &account, &clean(&data.name), &data.expires_in_days, &permissions];
    let row = db::query_one(&transaction, "making a token", &sql, params).await?;
    let token = from_row(&row)?;
    db::commit(transaction).await?;
    Ok(NewToken { secret, token })
}

/// Whose token this is, if it is valid. From memory where it was asked within the last ten seconds.
pub async fn by_secret(store: &Store, secret: &str) -> Result<Option<Arc<Principal>>, Error> {
    if !secret.starts_with(TOKEN_PREFIX) {
        return Ok(None);
    }
    cached(store, secret, |hash| load(store, hash)).await
}

async fn load(store: &Store, hash: SecretHash) -> Result<Principal, Missed> {
    let client = store.client().await?;
    // The use is noted once a minute at most, in the same round trip.
    let sql = "WITH found AS (
            SELECT t.id, t.expires_at, t.last_used_at, t.permissions, a.id::text AS account_id, a.name AS account,
                a.permission_set, a.databases
            FROM howdah.token AS t JOIN howdah.account AS a ON a.name = t.account
            WHERE t.hash = $1 AND (t.expires_at IS NULL OR t.expires_at > now()) AND NOT a.disabled),
        used AS (
            UPDATE howdah.token AS t SET last_used_at = now() FROM found
            WHERE t.id = found.id
                AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute'))
        SELECT id::text, expires_at, permissions, account_id, account, permission_set, databases
        FROM found";
    let row = db::query_opt(&client, "looking a token up", sql, &[&hash.as_slice()]).await?;
    let row = row.ok_or(Missed::Unknown)?;
    let via = Via::Token { id: column(&row, "id")?, expires_at: time_opt(&row, "expires_at")? };
    Ok(Principal::from_row(&row, via)?)
}

/// The account's tokens, the newest first; those that have ended stay in the list for 30 days.
pub async fn list(store: &Store, account: &str) -> Result<Vec<Token>, Error> {
    let client = store.client().await?;
    let sql = format!("SELECT {COLUMNS} FROM howdah.token WHERE account = $1 ORDER BY id DESC");
    db::query(&client, "listing tokens", &sql, &[&clean(account)]).await?.iter().map(from_row).collect()
}

/// Deletes a token of the account. [`Error::NotFound`] also for a token of somebody else.
pub async fn delete(store: &Store, account: &str, id: &str) -> Result<(), Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?.to_string();
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = "DELETE FROM howdah.token WHERE id = $1::text::uuid AND account = $2";
    if db::execute(&transaction, "deleting a token", sql, &[&id, &clean(account)]).await? == 0 {
        return Err(Error::NotFound);
    }
    Signal::Session.send(&transaction).await?;
    db::commit(transaction).await?;
    store.forget_principals();
    Ok(())
}
