//! Uploads and the state of imports.

use howdah_store::imports::{self, Counts, Reject, State};
use howdah_store::jobs::{self, NewJob};
use howdah_store::uploads::{self, PART};
use howdah_store::{Error, Store, accounts};
use serde_json::json;

use crate::kit::Kit;

async fn job(store: &Store) -> String {
    let job = NewJob {
        kind: "rows.import".to_owned(),
        title: "Import".to_owned(),
        input: json!({}),
        account: "ann".to_owned(),
        database: None,
    };
    jobs::insert(store, &job).await.unwrap().id
}

fn counts(read: i64, written: i64, rejected: i64) -> Counts {
    Counts { read, accepted: written, written, rejected, kept: rejected }
}

fn reject(line: i64, record: &str) -> Reject {
    Reject {
        line,
        column: Some("a".to_owned()),
        sqlstate: Some("22P02".to_owned()),
        reason: "no\0number".to_owned(),
        record: record.to_owned(),
    }
}

/// Two processes that believe the job is theirs: one of them may commit.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_committed_is_committed_once() {
    let (_kit, store) = Kit::migrated().await;
    let job = job(&store).await;
    let state = imports::open(&store, &job).await.unwrap();
    assert_eq!(state, State { counts: Counts::default(), pending: None });
    let (before, after) = (Counts::default(), counts(100, 90, 10));
    let prepare = |number: &'static str, before, whole| {
        let (store, job) = (store.clone(), job.clone());
        async move { imports::prepare(&store, &job, number, (before, after), whole).await.unwrap() }
    };
    assert!(prepare("7", before, false).await);
    assert!(!prepare("8", before, false).await, "another one is under way");
    let pending = Some(("7".to_owned(), after));
    assert_eq!(imports::open(&store, &job).await.unwrap().pending, pending);
    assert!(!imports::settle(&store, &job, (None, 0), before).await.unwrap(), "it does not know of 7");
    assert_eq!(imports::get(&store, &job).await.unwrap().pending, Some(("7".to_owned(), after)));
    assert!(imports::settle(&store, &job, (Some("7"), 0), after).await.unwrap());
    assert!(!prepare("8", before, false).await, "the rows behind `before` have been written");
    assert!(!prepare("8", before, true).await, "also where there is one transaction");
    imports::look_on(&store, &job, counts(5, 5, 5)).await.unwrap();
    assert_eq!(
        imports::get(&store, &job).await.unwrap().counts,
        after,
        "what is committed is not talked over"
    );
    assert!(prepare("8", after, false).await);
    assert!(matches!(
        imports::get(&store, "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f").await,
        Err(Error::NotFound)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_kept_up_to_a_number_and_go_with_what_is_taken_back() {
    let (kit, store) = Kit::migrated().await;
    let job = job(&store).await;
    imports::open(&store, &job).await.unwrap();
    let long = "x".repeat(64 * 1024 + 1);
    let kept = imports::reject(&store, &job, 0, &[reject(2, "a,b"), reject(9, &long)]).await.unwrap();
    assert_eq!(kept, 2);
    let listed = imports::rejects(&store, &job, 0, 10).await.unwrap();
    assert_eq!((listed[0].number, listed[0].line, listed[0].record.as_deref()), (1, 2, Some("a,b")));
    assert_eq!((listed[1].line, listed[1].record.as_deref()), (9, None), "too long to be kept");
    assert_eq!(imports::rejects(&store, &job, 1, 10).await.unwrap().len(), 1);
    let many: Vec<_> = (0..12_000).map(|line| reject(line, "r")).collect();
    assert_eq!(imports::reject(&store, &job, 2, &many).await.unwrap(), 12_002);
    assert_eq!(imports::reject(&store, &job, imports::KEPT - 1, &many[..5]).await.unwrap(), imports::KEPT);
    assert!(imports::settle(&store, &job, (None, 0), counts(3, 1, 2)).await.unwrap());
    let left = kit.value("SELECT count(*)::text FROM howdah.import_reject").await;
    assert_eq!(left, "2", "those behind the counts were of what was taken back");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_comes_in_pieces_and_is_ones_own() {
    let (kit, store) = Kit::migrated().await;
    for name in ["ann", "bob"] {
        let data = json!({"name": name, "password": "correct horse battery", "permissionSet": "operator"});
        accounts::create(&store, &serde_json::from_value(data).unwrap()).await.unwrap();
    }
    let mut receiving = uploads::begin(&store, "ann", "a\0.csv").await.unwrap();
    receiving.part(&store, &vec![b'x'; PART]).await.unwrap();
    receiving.part(&store, b"rest").await.unwrap();
    assert_eq!(uploads::list(&store, "ann").await.unwrap(), [], "it is not whole yet");
    let upload = receiving.finish(&store).await.unwrap();
    assert_eq!(upload.bytes, i64::try_from(PART).unwrap() + 4);
    assert_eq!(uploads::part(&store, &upload.id, 1).await.unwrap().as_deref(), Some(&b"rest"[..]));
    assert_eq!(uploads::part(&store, &upload.id, 2).await.unwrap(), None);
    assert!(matches!(uploads::get(&store, "bob", &upload.id).await, Err(Error::NotFound)));
    assert!(matches!(uploads::delete(&store, "bob", &upload.id).await, Err(Error::NotFound)));
    // The bytes of all of an account's uploads count together.
    kit.execute("UPDATE howdah.upload SET bytes = 16::int8 * 1024 * 1024 * 1024 - 3").await;
    let mut more = uploads::begin(&store, "ann", "b.csv").await.unwrap();
    assert!(matches!(more.part(&store, b"rest").await, Err(Error::Full { .. })));
    more.give_up(&store).await.unwrap();
    uploads::begin(&store, "bob", "c.csv").await.unwrap().part(&store, b"rest").await.unwrap();
    uploads::delete(&store, "ann", &upload.id).await.unwrap();
    let left = kit.value("SELECT count(*)::text FROM howdah.upload_part").await;
    assert_eq!(left, "1", "bob's");
}
