//! Migrations and the audit log.

use howdah_store::audit::{self, NewRecord};
use howdah_store::{Error, accounts};
use howdah_types::audit::Outcome;
use howdah_types::permissions::PermissionSet;
use serde_json::json;

use crate::kit::Kit;

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_migrate_at_once_and_again() {
    let kit = Kit::empty().await;
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let store = kit.process();
            tokio::spawn(async move { store.migrate().await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let each_once = "SELECT count(*) > 0 AND count(*) = max(version) FROM howdah.schema_history";
    assert_eq!(kit.value(each_once).await, "t");
    kit.process().migrate().await.unwrap();
    assert_eq!(
        kit.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").await,
        "0"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_a_newer_program_is_refused() {
    let (kit, store) = Kit::migrated().await;
    let newest = kit.value("SELECT max(version) FROM howdah.schema_history").await;
    kit.execute("INSERT INTO howdah.schema_history VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')").await;
    let error = store.migrate().await.unwrap_err();
    let Error::Newer { store: 99, known } = error else { panic!("{error:?}") };
    assert_eq!(known.to_string(), newest);
    assert!(error.to_string().contains("newer Howdah"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_migrated_yet_is_not_available() {
    let kit = Kit::empty().await;
    let error = howdah_store::accounts::count(&kit.process()).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
}

fn record(action: &str) -> NewRecord {
    NewRecord {
        account: Some("o'brien\0".to_owned()),
        address: Some("127.0.0.1".to_owned()),
        action: action.to_owned(),
        object: Some("<img src=x>\0".to_owned()),
        detail: Some(json!({ "name": "a\0b", "list": ["\0", 1, null] })),
        outcome: Outcome::Refused,
        code: Some("permission.denied".to_owned()),
        rows: Some(3),
        duration_ms: 1.5,
        request_id: Some("r-1".to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_paged_and_only_grows() {
    let (kit, store) = Kit::migrated().await;
    for number in 0..5 {
        audit::append(&store, record(&format!("test.{number}"))).await.unwrap();
    }
    let first = audit::page(&store, None, 2).await.unwrap();
    assert_eq!(first.iter().map(|record| record.action.as_str()).collect::<Vec<_>>(), ["test.4", "test.3"]);
    let second = audit::page(&store, Some(first[1].id), 10).await.unwrap();
    assert_eq!(
        second.iter().map(|record| record.action.as_str()).collect::<Vec<_>>(),
        ["test.2", "test.1", "test.0"]
    );
    assert_eq!(second[0].detail, Some(json!({ "name": "a\u{fffd}b", "list": ["\u{fffd}", 1, null] })));
    assert_eq!((second[0].outcome, second[0].rows), (Outcome::Refused, Some(3)));
    for sql in ["UPDATE howdah.audit SET action = 'x'", "DELETE FROM howdah.audit", "TRUNCATE howdah.audit"] {
        let client = kit.cluster.connect(&kit.database).await;
        let error = client.batch_execute(sql).await.unwrap_err();
        assert_eq!(error.code().map(tokio_postgres::error::SqlState::code), Some("42501"), "{sql}");
    }
    assert_eq!(kit.value("SELECT count(*) FROM howdah.audit").await, "5");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_detail_of_an_audit_record_is_left_out() {
    let (_kit, store) = Kit::migrated().await;
    let detail = Some(json!({ "text": "x".repeat(40_000) }));
    audit::append(&store, NewRecord { detail, ..record("long") }).await.unwrap();
    let page = audit::page(&store, None, 1).await.unwrap();
    assert_eq!(page[0].detail, Some(json!({ "omittedBytes": 40_011 })));
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_that_others_plant_in_the_stores_database_are_never_run() {
    let kit = Kit::empty().await;
    kit.execute(&format!(
        "CREATE FUNCTION public.array_replace(text[], text, text) RETURNS text[] LANGUAGE plpgsql
             AS 'BEGIN RAISE EXCEPTION ''planted''; END';
         CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE plpgsql
             AS 'BEGIN RAISE EXCEPTION ''planted''; END';
         ALTER DATABASE {} SET search_path = public, pg_catalog",
        kit.database
    ))
    .await;
    let store = kit.process();
    store.migrate().await.unwrap();
    let mut data = crate::accounts::form("viewer", PermissionSet::Viewer);
    data.databases = Some(vec!["shop".to_owned()]);
    accounts::create(&store, &data).await.unwrap();
    // Several at once, so that several connections are made.
    let renames = (0..4).map(|n| {
        let store = store.clone();
        tokio::spawn(
            async move { accounts::rename_database_in_scopes(&store, "shop", &format!("shop{n}")).await },
        )
    });
    for rename in renames.collect::<Vec<_>>() {
        rename.await.unwrap().unwrap();
    }
    assert_ne!(accounts::get(&store, "viewer").await.unwrap().databases, data.databases);
}
