//! Accounts. Names are exact, as roles are in PostgreSQL: one signs in as one is written. Two accounts may not differ
//! in the case of (ASCII) letters only, since people would take one for the other.

use deadpool_postgres::{Object, Transaction};
use howdah_types::accounts::{Account, AccountFormData, AccountUpdateData};
use howdah_types::permissions::PermissionSet;
use tokio_postgres::Row;

use crate::db::{self, clean, column, time, time_opt, word};
use crate::error::Error;
use crate::lockout::{self, account_key};
use crate::signal::Signal;
use crate::{Store, password, sessions};

/// Taken by whatever could leave Howdah without an administrator or make the first one twice. Arbitrary, but fixed.
const LOCK: i64 = 0x686f_7764_6163;

/// The failures are kept under the digest that [`lockout::account_key`] computes.
const SELECT: &str =
    "SELECT a.name, a.permission_set, a.databases, a.disabled, a.created_at, a.last_sign_in_at,
        f.locked_until
    FROM howdah.account AS a
    LEFT JOIN howdah.sign_in_failure AS f
        ON f.key = sha256(convert_to('account:' || a.name, 'UTF8')) AND f.locked_until > now()";

/// Accounts may be this many.
const MOST: u32 = 10_000;

fn from_row(row: &Row) -> Result<Account, Error> {
    Ok(Account {
        name: column(row, "name")?,
        permission_set: word(row, "permission_set")?,
        databases: column(row, "databases")?,
        disabled: column(row, "disabled")?,
        created_at: time(row, "created_at")?,
        last_sign_in_at: time_opt(row, "last_sign_in_at")?,
        locked_until: time_opt(row, "locked_until")?,
    })
}

/// How many accounts there are.
pub async fn count(store: &Store) -> Result<i64, Error> {
    let client = store.client().await?;
    let sql = "SELECT count(*) AS count FROM howdah.account";
    column(&db::query_one(&client, "counting accounts", sql, &[]).await?, "count")
}

/// All accounts, by name.
pub async fn list(store: &Store) -> Result<Vec<Account>, Error> {
    let client = store.client().await?;
    let sql = format!("{SELECT} ORDER BY lower(a.name)");
    db::query(&client, "listing accounts", &sql, &[]).await?.iter().map(from_row).collect()
}

/// One account. [`Error::NotFound`].
pub async fn get(store: &Store, name: &str) -> Result<Account, Error> {
    get_with(&store.client().await?, name).await
}

async fn get_with(client: &Object, name: &str) -> Result<Account, Error> {
    let sql = format!("{SELECT} WHERE a.name = $1");
    let row = db::query_opt(client, "reading an account", &sql, &[&clean(name)]).await?;
    from_row(&row.ok_or(Error::NotFound)?)
}

/// Makes an account. [`Error::Exists`].
pub async fn create(store: &Store, data: &AccountFormData) -> Result<Account, Error> {
    let hash = password::hash(store, &data.password).await?;
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    lock(&transaction).await?;
    let sql = "SELECT count(*) AS count FROM howdah.account";
    let count: i64 = column(&db::query_one(&transaction, "counting accounts", sql, &[]).await?, "count")?;
    if count >= i64::from(MOST) {
        return Err(Error::Limit { what: "accounts", limit: MOST });
    }
    insert(&transaction, data, &hash).await?;
    db::commit(transaction).await?;
    get_with(&client, &data.name).await
}

/// Adds the row; the password is hashed already, since a transaction must not wait for that.
pub(crate) async fn insert(
    transaction: &Transaction<'_>,
    data: &AccountFormData,
    hash: &str,
) -> Result<(), Error> {
    let sql = "INSERT INTO howdah.account (name, password_hash, permission_set, databases)
               VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let set = data.permission_set.as_str();
    let params: db::Params<'_> = &[&clean(&data.name), &hash, &set, &data.databases];
    match db::execute(transaction, "making an account", sql, params).await? {
        0 => Err(Error::Exists),
        _ => Ok(()),
    }
}

/// Changes an account. Where rights, password or the right to sign in change, its sessions end at once; tokens have the
/// new rights from then on. [`Error::NotFound`], [`Error::LastAdministrator`].
pub async fn update(store: &Store, name: &str, data: &AccountUpdateData) -> Result<Account, Error> {
    let hash = match &data.password {
        Some(new) => Some(password::hash(store, new).await?),
        None => None,
    };
    let name = clean(name);
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    lock(&transaction).await?;
    let sql = "WITH old AS (SELECT * FROM howdah.account WHERE name = $1)
        UPDATE howdah.account AS a SET
            permission_set = coalesce($2, a.permission_set),
            databases = CASE WHEN $3 THEN NULL ELSE coalesce($4, a.databases) END,
            disabled = coalesce($5, a.disabled),
            password_hash = coalesce($6, a.password_hash)
        FROM old WHERE a.name = old.name
        RETURNING (old.permission_set, old.databases, old.disabled, old.password_hash)
            IS DISTINCT FROM (a.permission_set, a.databases, a.disabled, a.password_hash) AS changed";
    let set = data.permission_set.map(PermissionSet::as_str);
    let params: db::Params<'_> = &[&name, &set, &data.all_databases, &data.databases, &data.disabled, &hash];
    let row =
        db::query_opt(&transaction, "changing an account", sql, params).await?.ok_or(Error::NotFound)?;
    let changed: bool = column(&row, "changed")?;
    keep_an_administrator(&transaction).await?;
    if changed {
        sessions::end_all(&transaction, &name, None).await?;
    }
    if hash.is_some() {
        lockout::succeeded(&transaction, &account_key(&name)).await?;
    }
    db::commit(transaction).await?;
    store.forget_principals();
    get_with(&client, &name).await
}

/// Deletes an account with its sessions and tokens. [`Error::NotFound`], [`Error::LastAdministrator`].
pub async fn delete(store: &Store, name: &str) -> Result<(), Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    lock(&transaction).await?;
    let sql = "DELETE FROM howdah.account WHERE name = $1";
    if db::execute(&transaction, "deleting an account", sql, &[&clean(name)]).await? == 0 {
        return Err(Error::NotFound);
    }
    keep_an_administrator(&transaction).await?;
    Signal::Session.send(&transaction).await?;
    db::commit(transaction).await?;
    store.forget_principals();
    Ok(())
}

/// Changes one's own password. All sessions of the account end but the one named, if any; tokens stay.
/// [`Error::PasswordWrong`]; wrong ones count towards the lock: [`Error::Locked`].
pub async fn change_password(
    store: &Store,
    name: &str,
    current: &str,
    new: &str,
    keep_session: Option<&str>,
) -> Result<(), Error> {
    let old = hash_of(store, name).await?.ok_or(Error::NotFound)?;
    if !lockout::verify(store, &[account_key(name)], current, Some(&old)).await? {
        return Err(Error::PasswordWrong);
    }
    let hash = password::hash(store, new).await?;
    // Nobody else may have changed it meanwhile: the password that was checked must still be the one that is replaced.
    match set_password(store, name, &hash, Some(&old), keep_session).await {
        Err(Error::NotFound) => Err(Error::PasswordWrong),
        result => result,
    }
}

/// Gives an account a new password without knowing the old one, unlocks it and ends its sessions. [`Error::NotFound`].
pub async fn reset_password(store: &Store, name: &str, new: &str) -> Result<(), Error> {
    let hash = password::hash(store, new).await?;
    set_password(store, name, &hash, None, None).await
}

async fn set_password(
    store: &Store,
    name: &str,
    hash: &str,
    old: Option<&str>,
    keep_session: Option<&str>,
) -> Result<(), Error> {
    let name = clean(name);
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql = "UPDATE howdah.account SET password_hash = $2
               WHERE name = $1 AND ($3::text IS NULL OR password_hash = $3)";
    if db::execute(&transaction, "changing a password", sql, &[&name, &hash, &old]).await? == 0 {
        return Err(Error::NotFound);
    }
    sessions::end_all(&transaction, &name, keep_session).await?;
    lockout::succeeded(&transaction, &account_key(&name)).await?;
    db::commit(transaction).await?;
    store.forget_principals();
    Ok(())
}

/// The PHC string of an account that may sign in.
pub(crate) async fn hash_of(store: &Store, name: &str) -> Result<Option<String>, Error> {
    let client = store.client().await?;
    let sql = "SELECT password_hash FROM howdah.account WHERE name = $1 AND NOT disabled";
    let row = db::query_opt(&client, "reading an account", sql, &[&clean(name)]).await?;
    row.map(|row| column(&row, "password_hash")).transpose()
}

/// A database has a new name: accounts that were confined to the old one are confined to the new one.
pub async fn rename_database_in_scopes(store: &Store, old: &str, new: &str) -> Result<(), Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let sql =
        "UPDATE howdah.account SET databases = array_replace(databases, $1, $2) WHERE $1 = ANY (databases)";
    if db::execute(&transaction, "renaming a database in scopes", sql, &[&clean(old), &clean(new)]).await?
        == 0
    {
        return Ok(());
    }
    Signal::Session.send(&transaction).await?;
    db::commit(transaction).await?;
    store.forget_principals();
    Ok(())
}

/// Held until the transaction ends.
pub(crate) async fn lock(transaction: &Transaction<'_>) -> Result<(), Error> {
    let sql = "SELECT pg_catalog.pg_advisory_xact_lock($1)";
    db::query(transaction, "waiting for another change of accounts", sql, &[&LOCK]).await?;
    Ok(())
}

async fn keep_an_administrator(transaction: &Transaction<'_>) -> Result<(), Error> {
    let sql =
        "SELECT EXISTS (SELECT FROM howdah.account WHERE permission_set = $1 AND NOT disabled) AS remains";
    let administrator = PermissionSet::Administrator.as_str();
    let row = db::query_one(transaction, "counting administrators", sql, &[&administrator]).await?;
    if column(&row, "remains")? { Ok(()) } else { Err(Error::LastAdministrator) }
}
