//! Failed sign-ins make the next ones wait.

use howdah_store::{Error, Store, accounts, sessions};
use howdah_types::permissions::PermissionSet;

use crate::accounts::{PASSWORD, administrator, form};
use crate::kit::Kit;

async fn fail(store: &Store, account: &str, address: &str) -> Error {
    sessions::sign_in(store, account, "wrong password", Some(address), None).await.unwrap_err()
}

/// As if `seconds` had passed.
async fn pass(kit: &Kit, seconds: u32) {
    kit.execute(&format!(
        "UPDATE howdah.sign_in_failure SET last_at = last_at - interval '{seconds} s',
             locked_until = locked_until - interval '{seconds} s'"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_locked_for_longer_with_each_failure_whether_it_exists_or_not() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    for account in ["admin", "nobody"] {
        for number in 0..5 {
            let error = fail(&store, account, &format!("192.0.2.{number}")).await;
            assert!(matches!(error, Error::Refused), "{number}: {error:?}");
        }
        let error = fail(&kit.process(), account, "192.0.2.9").await;
        assert!(matches!(error, Error::Locked { seconds: 1, .. }), "{error:?}");
        pass(&kit, 2).await;
        assert!(matches!(fail(&store, account, "192.0.2.10").await, Error::Refused));
        let error = fail(&store, account, "192.0.2.11").await;
        assert!(matches!(error, Error::Locked { seconds: 2, .. }), "{error:?}");
    }
    pass(&kit, 5).await;
    assert!(matches!(fail(&store, "admin", "192.0.2.20").await, Error::Refused));
    // A locked account refuses the right password too, and says until when in the list.
    let error = sessions::sign_in(&store, "admin", PASSWORD, None, None).await.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    let error =
        accounts::change_password(&store, "admin", PASSWORD, "another password", None).await.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    assert!(accounts::get(&store, "admin").await.unwrap().locked_until.is_some());
    pass(&kit, 5).await;
    sessions::sign_in(&store, "admin", PASSWORD, None, None).await.unwrap();
    assert!(accounts::get(&store, "admin").await.unwrap().locked_until.is_none());
    assert!(matches!(fail(&store, "admin", "192.0.2.12").await, Error::Refused));
    assert!(matches!(fail(&store, "admin", "192.0.2.13").await, Error::Refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_locked_and_a_success_of_its_own_does_not_clear_it() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    accounts::create(&store, &form("attacker", PermissionSet::Viewer)).await.unwrap();
    for number in 0..4 {
        assert!(matches!(fail(&store, &format!("guess{number}"), "2001:db8::1").await, Error::Refused));
    }
    sessions::sign_in(&store, "attacker", PASSWORD, Some("2001:db8::2"), None).await.unwrap();
    assert!(matches!(fail(&store, "guess4", "2001:db8::3").await, Error::Refused));
    let error = fail(&store, "guess5", "2001:db8::4").await;
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    sessions::sign_in(&store, "admin", PASSWORD, Some("2001:db8:0:1::1"), None).await.unwrap();
    pass(&kit, 13 * 3600).await;
    for number in 0..5 {
        assert!(matches!(fail(&store, &format!("later{number}"), "2001:db8::1").await, Error::Refused));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_that_come_at_once_do_not_pass_the_lock_together() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let processes = [store, kit.process()];
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let store = processes[number % 2].clone();
            tokio::spawn(async move { fail(&store, "admin", &format!("192.0.2.{number}")).await })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        match task.await.unwrap() {
            Error::Refused => refused += 1,
            error => assert!(matches!(error, Error::Locked { .. }), "{error:?}"),
        }
    }
    // Five, those in the other turns at that moment, and one or two more after the first second.
    assert!((5..=10).contains(&refused), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn right_passwords_that_come_at_once_all_pass() {
    let (_kit, store) = Kit::migrated().await;
    administrator(&store).await;
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                sessions::sign_in(&store, "admin", PASSWORD, Some("192.0.2.1"), None).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_account_takes_as_long_as_a_known_one() {
    let (kit, store) = Kit::migrated().await;
    administrator(&store).await;
    // Counted and not timed: one check with the same parameters is the same work (a unit test compares those).
    for account in ["admin", "nobody"] {
        for number in 0..4 {
            let before = store.passwords_checked();
            fail(&store, account, &format!("192.0.2.{number}")).await;
            assert_eq!(store.passwords_checked() - before, 1, "{account}");
        }
        kit.execute("DELETE FROM howdah.sign_in_failure").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_names_and_addresses_are_counted_too() {
    let (_kit, store) = Kit::migrated().await;
    for account in ["", "a\0b", "o'brien", &"x".repeat(100_000)] {
        assert!(matches!(fail(&store, account, "no \0address").await, Error::Refused), "{}", account.len());
    }
}
