//! Sessions and tokens.

use std::time::Duration;

use howdah_store::{Error, Store, Via, accounts, sessions, tokens};
use howdah_testkit::eventually;
use howdah_types::accounts::AccountUpdateData;
use howdah_types::permissions::{Permission, PermissionSet};
use howdah_types::session::TokenFormData;

use crate::accounts::{PASSWORD, administrator, form};
use crate::kit::{Kit, Running};

/// What has not come by then never comes.
const HANG: Duration = Duration::from_mins(1);

/// A process where what was read of a session or token is believed until it is said to have changed: the end of the
/// cache's time cannot be what a test sees.
fn process_that_believes(kit: &Kit) -> Store {
    Store::believing_for(kit.connect(), Duration::from_hours(24))
}

async fn sign_in(store: &Store, account: &str) -> String {
    sessions::sign_in(store, account, PASSWORD, Some("192.0.2.7"), Some("Test/1.0")).await.unwrap().0
}

async fn known(store: &Store, secret: &str) -> bool {
    sessions::by_secret(store, secret).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_opened_listed_and_ended() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let (secret, who) =
        sessions::sign_in(&store, "admin", PASSWORD, Some("::1"), Some("Test\0/1.0")).await.unwrap();
    assert_eq!(who.permissions, Permission::ALL);
    let Via::Session { id, expires_at } = &who.via else { panic!("{who:?}") };
    assert_eq!(who.expires_at(), Some(expires_at.as_str()));
    // Neither the secret nor the password is in the store.
    let dump = kit.cluster.dump(&kit.database);
    assert!(dump.contains("Test\u{fffd}/1.0") && !dump.contains(&secret) && !dump.contains(PASSWORD));
    let second = sign_in(&store, "admin").await;
    let list = sessions::list(&store, "admin", Some(id)).await.unwrap();
    assert_eq!(list.iter().map(|session| session.current).collect::<Vec<_>>(), [false, true]);
    assert!(matches!(sessions::end(&store, "other", id).await, Err(Error::NotFound)));
    assert!(matches!(sessions::end(&store, "admin", "no id").await, Err(Error::NotFound)));
    sessions::end(&store, "admin", id).await.unwrap();
    assert!(!known(&store, &secret).await && known(&store, &second).await);
    sessions::end_by_secret(&store, &second).await.unwrap();
    assert!(!known(&store, &second).await);
    assert!(matches!(sessions::end_by_secret(&store, &second).await, Err(Error::NotFound)));
    assert!(accounts::get(&store, "admin").await.unwrap().last_sign_in_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_when_idle_when_old_and_when_disabled() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    accounts::create(&store, &form("viewer", PermissionSet::Viewer)).await.unwrap();
    for change in ["last_used_at = now() - interval '12 hours 1 s'", "expires_at = now() - interval '1 s'"] {
        let secret = sign_in(&store, "viewer").await;
        assert!(known(&kit.process(), &secret).await);
        kit.execute(&format!("UPDATE howdah.session SET {change}")).await;
        assert!(!known(&kit.process(), &secret).await, "{change}");
        assert!(sessions::list(&store, "viewer", None).await.unwrap().is_empty());
        kit.execute("DELETE FROM howdah.session").await;
    }
    let secret = sign_in(&store, "viewer").await;
    let disable = AccountUpdateData { disabled: Some(true), ..Default::default() };
    accounts::update(&store, "viewer", &disable).await.unwrap();
    assert!(!known(&store, &secret).await);
    let error = sessions::sign_in(&store, "viewer", PASSWORD, None, None).await.unwrap_err();
    assert!(matches!(error, Error::Refused), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_use_is_written_once_a_minute_at_most() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let secret = sign_in(&store, "admin").await;
    let used = "SELECT now() - last_used_at < interval '10 s' FROM howdah.session";
    kit.execute("UPDATE howdah.session SET last_used_at = now() - interval '50 s'").await;
    assert!(known(&kit.process(), &secret).await);
    assert_eq!(kit.value(used).await, "f");
    kit.execute("UPDATE howdah.session SET last_used_at = now() - interval '70 s'").await;
    assert!(known(&kit.process(), &secret).await);
    assert_eq!(kit.value(used).await, "t");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_requests_ask_the_store_once() {
    let (kit, _) = Kit::migrated().await;
    let store = process_that_believes(&kit);
    administrator(&store).await;
    let secret = sign_in(&store, "admin").await;
    assert!(known(&store, &secret).await);
    // Behind the store's back: what is in memory is believed, so each of these that asked would be refused.
    kit.execute("DELETE FROM howdah.session").await;
    for _ in 0..1000 {
        assert!(known(&store, &secret).await);
    }
    assert!(!known(&kit.process(), &secret).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_session_is_known_in_all_processes_at_once() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let other = process_that_believes(&kit);
    let _running = Running::start(&other).await;
    let mut changes = sessions::changes(&other);
    let secret = sign_in(&store, "admin").await;
    assert!(known(&store, &secret).await && known(&other, &secret).await);
    changes.mark_unchanged();
    sessions::end_by_secret(&store, &secret).await.unwrap();
    assert!(!known(&store, &secret).await);
    tokio::time::timeout(HANG, changes.changed()).await.unwrap().unwrap();
    assert!(!known(&other, &secret).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_with_a_change_of_rights_or_password_and_tokens_follow() {
    let (_kit, store) = Kit::migrated().await;
    administrator(&store).await;
    accounts::create(&store, &form("person", PermissionSet::Operator)).await.unwrap();
    let secret = sign_in(&store, "person").await;
    let token =
        tokens::create(&store, "person", &TokenFormData { name: "t".into(), ..Default::default() }).await;
    let token = token.unwrap().secret;
    let unchanged = AccountUpdateData { permission_set: Some(PermissionSet::Operator), ..Default::default() };
    accounts::update(&store, "person", &unchanged).await.unwrap();
    assert!(known(&store, &secret).await);
    let viewer = AccountUpdateData { permission_set: Some(PermissionSet::Viewer), ..Default::default() };
    accounts::update(&store, "person", &viewer).await.unwrap();
    assert!(!known(&store, &secret).await);
    let who = tokens::by_secret(&store, &token).await.unwrap().unwrap();
    assert!(!who.may(Permission::DatabaseCreate) && who.may(Permission::RowRead));

    let (kept, who) = sessions::sign_in(&store, "person", PASSWORD, None, None).await.unwrap();
    let other = sign_in(&store, "person").await;
    let wrong =
        accounts::change_password(&store, "person", "wrong", "a new password 1", who.session_id()).await;
    assert!(matches!(wrong, Err(Error::PasswordWrong)), "{wrong:?}");
    accounts::change_password(&store, "person", PASSWORD, "a new password 1", who.session_id())
        .await
        .unwrap();
    assert!(known(&store, &kept).await && !known(&store, &other).await);
    assert!(sessions::sign_in(&store, "person", PASSWORD, None, None).await.is_err());
    accounts::reset_password(&store, "person", "a new password 2").await.unwrap();
    assert!(!known(&store, &kept).await);
    sessions::sign_in(&store, "person", "a new password 2", None, None).await.unwrap();
    let missing = accounts::reset_password(&store, "nobody", "a new password 2").await;
    assert!(matches!(missing, Err(Error::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_keeps_its_hundred_newest_sessions() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let mut last = String::new();
    for _ in 0..103 {
        last = sessions::open_for(&store, "admin", None, None).await.unwrap().0;
    }
    assert_eq!(kit.value("SELECT count(*) FROM howdah.session").await, "100");
    assert!(known(&store, &last).await);
    assert!(matches!(sessions::open_for(&store, "nobody", None, None).await, Err(Error::Refused)));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_cut_down_expire_and_go_with_their_account() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    accounts::create(&store, &form("robot", PermissionSet::Viewer)).await.unwrap();
    let data = TokenFormData {
        name: "nightly".to_owned(),
        expires_in_days: Some(30),
        permissions: Some(vec![Permission::DatabaseRead, Permission::AccountManage]),
    };
    let made = tokens::create(&store, "robot", &data).await.unwrap();
    assert!(made.secret.starts_with("howdah_") && made.token.expires_at.is_some());
    let who = tokens::by_secret(&store, &made.secret).await.unwrap().unwrap();
    assert_eq!(who.permissions, [Permission::DatabaseRead]);
    assert!(sessions::by_secret(&store, &made.secret).await.unwrap().is_none());
    assert!(tokens::by_secret(&store, &sign_in(&store, "robot").await).await.unwrap().is_none());
    let list = tokens::list(&store, "robot").await.unwrap();
    assert_eq!(list[0].permissions, data.permissions);
    assert!(list[0].last_used_at.is_some());
    assert!(matches!(tokens::delete(&store, "admin", &made.token.id).await, Err(Error::NotFound)));
    kit.execute("UPDATE howdah.token SET expires_at = now() - interval '1 s'").await;
    assert!(tokens::by_secret(&kit.process(), &made.secret).await.unwrap().is_none());

    let lasting =
        tokens::create(&store, "robot", &TokenFormData { name: "x".into(), ..Default::default() }).await;
    let lasting = lasting.unwrap();
    let other = process_that_believes(&kit);
    let _running = Running::start(&other).await;
    assert!(tokens::by_secret(&other, &lasting.secret).await.unwrap().is_some());
    accounts::delete(&store, "robot").await.unwrap();
    assert!(tokens::by_secret(&store, &lasting.secret).await.unwrap().is_none());
    eventually("the other process refuses the token", HANG.as_secs(), async || {
        tokens::by_secret(&other, &lasting.secret).await.unwrap().is_none().then_some(())
    })
    .await;
    assert!(matches!(tokens::create(&store, "robot", &data).await, Err(Error::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_an_account_are_limited() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    kit.execute(
        "INSERT INTO howdah.token (id, hash, account, name)
         SELECT gen_random_uuid(), sha256(n::text::bytea), 'admin', n::text FROM generate_series(1, 99) AS n",
    )
    .await;
    let data = TokenFormData { name: "one more".to_owned(), ..Default::default() };
    let (one, two) =
        tokio::join!(tokens::create(&store, "admin", &data), tokens::create(&store, "admin", &data));
    assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
    let error = one.err().or(two.err()).unwrap();
    assert!(matches!(error, Error::Limit { limit: 100, .. }), "{error:?}");
}
