//! Accounts and the set-up.

use howdah_store::{Error, Store, accounts, sessions, setup};
use howdah_types::accounts::{AccountFormData, AccountUpdateData};
use howdah_types::permissions::PermissionSet;
use howdah_types::session::SetupData;

use crate::kit::Kit;

/// Of all accounts of the tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) fn form(name: &str, permission_set: PermissionSet) -> AccountFormData {
    AccountFormData { name: name.to_owned(), password: PASSWORD.to_owned(), permission_set, databases: None }
}

pub(crate) async fn administrator(store: &Store) {
    accounts::create(store, &form("admin", PermissionSet::Administrator)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_listed_changed_and_deleted() {
    let (_kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let mut data = form("o'brien <b>", PermissionSet::Viewer);
    data.databases = Some(vec!["shop".to_owned(), "a\"b".to_owned()]);
    let made = accounts::create(&store, &data).await.unwrap();
    assert_eq!((made.name.as_str(), made.databases.as_ref()), ("o'brien <b>", data.databases.as_ref()));
    assert_eq!(accounts::count(&store).await.unwrap(), 2);
    let list = accounts::list(&store).await.unwrap();
    assert_eq!(
        list.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(),
        ["admin", "o'brien <b>"]
    );

    for name in ["admin", "ADMIN"] {
        let error = accounts::create(&store, &form(name, PermissionSet::Viewer)).await.unwrap_err();
        assert!(matches!(error, Error::Exists), "{name}: {error:?}");
    }
    let change = AccountUpdateData { permission_set: Some(PermissionSet::Operator), ..Default::default() };
    let changed = accounts::update(&store, "o'brien <b>", &change).await.unwrap();
    assert_eq!((changed.permission_set, changed.databases), (PermissionSet::Operator, made.databases));
    let change = AccountUpdateData { all_databases: true, ..Default::default() };
    assert_eq!(accounts::update(&store, "o'brien <b>", &change).await.unwrap().databases, None);

    accounts::delete(&store, "o'brien <b>").await.unwrap();
    for name in ["o'brien <b>", "Admin", "a\0b", ""] {
        assert!(matches!(accounts::get(&store, name).await, Err(Error::NotFound)), "{name:?}");
        assert!(matches!(accounts::delete(&store, name).await, Err(Error::NotFound)), "{name:?}");
        assert!(matches!(accounts::update(&store, name, &change).await, Err(Error::NotFound)), "{name:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_enabled_administrator_remains_even_under_a_race() {
    let (_kit, store) = Kit::migrated().await;
    administrator(&store).await;
    accounts::create(&store, &form("second", PermissionSet::Administrator)).await.unwrap();
    let disable = AccountUpdateData { disabled: Some(true), ..Default::default() };
    let demote = AccountUpdateData { permission_set: Some(PermissionSet::Viewer), ..Default::default() };
    let (one, two) =
        tokio::join!(accounts::update(&store, "admin", &disable), accounts::delete(&store, "second"));
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1, "{one:?} {two:?}");
    let left = if one.is_ok() { "second" } else { "admin" };
    for change in [&disable, &demote] {
        let error = accounts::update(&store, left, change).await.unwrap_err();
        assert!(matches!(error, Error::LastAdministrator), "{error:?}");
    }
    assert!(matches!(accounts::delete(&store, left).await, Err(Error::LastAdministrator)));
    assert_eq!(accounts::get(&store, left).await.unwrap().permission_set, PermissionSet::Administrator);
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_follow_a_renamed_database() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let mut data = form("viewer", PermissionSet::Viewer);
    data.databases = Some(vec!["shop".to_owned(), "stock".to_owned()]);
    accounts::create(&store, &data).await.unwrap();
    let (secret, _) = sessions::sign_in(&store, "viewer", PASSWORD, None, None).await.unwrap();
    let other = kit.process();
    let _running = crate::kit::Running::start(&other).await;
    let who = sessions::by_secret(&other, &secret).await.unwrap().unwrap();
    assert!(who.sees("shop") && !who.sees("store") && !who.sees("other"));
    accounts::rename_database_in_scopes(&store, "shop", "store").await.unwrap();
    howdah_testkit::eventually("the other process knows the new scope", 3, async || {
        let who = sessions::by_secret(&other, &secret).await.unwrap().unwrap();
        (who.sees("store") && !who.sees("shop") && who.sees("stock")).then_some(())
    })
    .await;
}

fn setup_data(token: &str, account: &str) -> SetupData {
    SetupData { token: token.to_owned(), account: account.to_owned(), password: PASSWORD.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setup_link_makes_one_administrator_even_when_it_is_redeemed_by_many_at_once() {
    let (kit, store) = Kit::migrated().await;
    assert!(setup::required(&store).await.unwrap());
    let old = setup::ensure_link(&store).await.unwrap().unwrap();
    let link = setup::ensure_link(&store).await.unwrap().unwrap();
    for wrong in [old.as_str(), "", "wrong", &"A".repeat(43)] {
        let error = setup::redeem(&store, &setup_data(wrong, "admin"), None, None).await.unwrap_err();
        assert!(matches!(error, Error::SetupRefused), "{wrong}: {error:?}");
    }
    let tasks: Vec<_> = (0..6)
        .map(|number| {
            let (store, data) = (kit.process(), setup_data(&link, &format!("admin{number}")));
            tokio::spawn(async move { setup::redeem(&store, &data, None, Some("test")).await })
        })
        .collect();
    let mut made = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(opened) => made.push(opened),
            Err(error) => assert!(matches!(error, Error::SetupRefused), "{error:?}"),
        }
    }
    assert_eq!((made.len(), accounts::count(&store).await.unwrap()), (1, 1));
    let (secret, principal) = &made[0];
    assert_eq!(principal.permission_set, PermissionSet::Administrator);
    assert_eq!(sessions::by_secret(&store, secret).await.unwrap().unwrap().account, principal.account);
    assert!(!setup::required(&store).await.unwrap());
    assert_eq!(setup::ensure_link(&store).await.unwrap(), None);
    assert!(!setup::unattended(&store, "other", PASSWORD).await.unwrap());
    assert_eq!(kit.value("SELECT count(*) FROM howdah.setup_link").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unattended_administrator_is_made_once() {
    let (kit, store) = Kit::migrated().await;
    let link = setup::ensure_link(&store).await.unwrap().unwrap();
    let other = kit.process();
    let (one, two) = tokio::join!(
        setup::unattended(&store, "admin", PASSWORD),
        setup::unattended(&other, "admin", PASSWORD)
    );
    assert_eq!(u8::from(one.unwrap()) + u8::from(two.unwrap()), 1);
    let error = setup::redeem(&store, &setup_data(&link, "late"), None, None).await.unwrap_err();
    assert!(matches!(error, Error::SetupRefused));
    sessions::sign_in(&store, "admin", PASSWORD, None, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_limited() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    kit.execute(
        "INSERT INTO howdah.account (name, password_hash, permission_set)
         SELECT 'account ' || n, 'none', 'viewer' FROM generate_series(1, 9998) AS n",
    )
    .await;
    let (a, b) = (form("one more", PermissionSet::Viewer), form("another", PermissionSet::Viewer));
    let (one, two) = tokio::join!(accounts::create(&store, &a), accounts::create(&store, &b));
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
    let error = one.err().or(two.err()).unwrap();
    assert!(matches!(error, Error::Limit { limit: 10_000, .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_of_the_setup_link_are_counted() {
    let (kit, store) = Kit::migrated().await;
    let link = setup::ensure_link(&store).await.unwrap().expect("there is no account yet");
    let redeem = async |token: &str| {
        setup::redeem(&store, &setup_data(token, "admin"), Some("192.0.2.7"), None).await.unwrap_err()
    };
    for _ in 0..5 {
        let error = redeem("guessed").await;
        assert!(matches!(error, Error::SetupRefused), "{error:?}");
    }
    assert_eq!(kit.value("SELECT failures FROM howdah.sign_in_failure").await, "5");
    // The wait is longer here, so that it lasts on a slow machine too.
    let longer = "UPDATE howdah.sign_in_failure SET locked_until = locked_until + interval '1 hour'";
    kit.execute(longer).await;
    let error = redeem(&link).await;
    assert!(matches!(error, Error::Locked { .. }), "even the right link has to wait: {error:?}");
}
