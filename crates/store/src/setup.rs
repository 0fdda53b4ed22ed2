//! The first administrator: through a link that works once, or unattended.

use std::sync::atomic::Ordering;

use deadpool_postgres::GenericClient;
use howdah_types::accounts::AccountFormData;
use howdah_types::permissions::PermissionSet;
use howdah_types::session::SetupData;

use crate::db::{self, column};
use crate::error::Error;
use crate::lockout::{self, address_key};
use crate::principal::{Principal, SecretHash};
use crate::{Store, accounts, password, secret, sessions};

/// Whether the first account is still to be made.
pub async fn required(store: &Store) -> Result<bool, Error> {
    if store.set_up().load(Ordering::Relaxed) {
        return Ok(false);
    }
    let required = without_account(&store.client().await?).await?;
    // Never the other way: the last administrator cannot be deleted.
    if !required {
        store.set_up().store(true, Ordering::Relaxed);
    }
    Ok(required)
}

async fn without_account<C: GenericClient>(client: &C) -> Result<bool, Error> {
    let sql = "SELECT NOT EXISTS (SELECT FROM howdah.account) AS required";
    column(&db::query_one(client, "asking for accounts", sql, &[]).await?, "required")
}

/// The secret of a new set-up link while there is no account, else `None`. Each call voids the link before: the one
/// that was printed last works.
pub async fn ensure_link(store: &Store) -> Result<Option<String>, Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    accounts::lock(&transaction).await?;
    db::execute(&transaction, "voiding set-up links", "DELETE FROM howdah.setup_link", &[]).await?;
    let mut link = None;
    if without_account(&transaction).await? {
        let secret = secret::generate();
        let sql = "INSERT INTO howdah.setup_link (hash) VALUES ($1)";
        db::execute(&transaction, "making a set-up link", sql, &[&secret::hash(&secret).as_slice()]).await?;
        link = Some(secret);
    }
    db::commit(transaction).await?;
    Ok(link)
}

/// Makes the first administrator and signs in as it. Of several who come at once one succeeds.
/// [`Error::SetupRefused`], [`Error::Locked`] after too many wrong links from this address.
pub async fn redeem(
    store: &Store,
    data: &SetupData,
    address: Option<&str>,
    client: Option<&str>,
) -> Result<(String, Principal), Error> {
    if !required(store).await? {
        return Err(Error::SetupRefused);
    }
    let keys: Vec<_> = address.map(address_key).into_iter().collect();
    lockout::check(store, &keys).await?;
    // Before the password is hashed: strangers must not make us work. It is asked again below, under the lock.
    let Some(hash) = known_link(store, &data.token).await? else {
        lockout::failed(store, &keys).await?;
        return Err(Error::SetupRefused);
    };
    let account = administrator(&data.account, &data.password);
    let password_hash = password::hash(store, &data.password).await?;
    let mut connection = store.client().await?;
    let transaction = db::begin(&mut connection).await?;
    accounts::lock(&transaction).await?;
    if !without_account(&transaction).await? || !has_link(&transaction, &hash).await? {
        return Err(Error::SetupRefused);
    }
    db::execute(&transaction, "voiding the set-up link", "DELETE FROM howdah.setup_link", &[]).await?;
    accounts::insert(&transaction, &account, &password_hash).await?;
    let opened = sessions::open(&transaction, &data.account, None, address, client).await?;
    db::commit(transaction).await?;
    Ok(opened)
}

/// Makes the first administrator with this name and password where there is no account yet, and voids the link.
/// Answers whether it did.
pub async fn unattended(store: &Store, account: &str, new_password: &str) -> Result<bool, Error> {
    if !required(store).await? {
        return Ok(false);
    }
    let data = administrator(account, new_password);
    let hash = password::hash(store, new_password).await?;
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    accounts::lock(&transaction).await?;
    if !without_account(&transaction).await? {
        return Ok(false);
    }
    db::execute(&transaction, "voiding set-up links", "DELETE FROM howdah.setup_link", &[]).await?;
    accounts::insert(&transaction, &data, &hash).await?;
    db::commit(transaction).await?;
    Ok(true)
}

fn administrator(name: &str, password: &str) -> AccountFormData {
    AccountFormData {
        name: name.to_owned(),
        password: password.to_owned(),
        permission_set: PermissionSet::Administrator,
        databases: None,
    }
}

async fn known_link(store: &Store, token: &str) -> Result<Option<SecretHash>, Error> {
    let Some(hash) = secret::parse(token) else { return Ok(None) };
    Ok(has_link(&store.client().await?, &hash).await?.then_some(hash))
}

async fn has_link<C: GenericClient>(client: &C, hash: &SecretHash) -> Result<bool, Error> {
    let sql = "SELECT FROM howdah.setup_link WHERE hash = $1";
    Ok(db::query_opt(client, "looking a set-up link up", sql, &[&hash.as_slice()]).await?.is_some())
}
