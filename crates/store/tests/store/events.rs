//! Events: order, resuming, other processes.

use std::collections::HashSet;
use std::time::Duration;

use howdah_store::events::{self, Stored};
use howdah_types::events::EventBody;
use tokio::sync::broadcast::Receiver;

use crate::kit::{Kit, Running};

fn changed(name: &str) -> EventBody {
    EventBody::DatabasesChanged { names: vec![name.to_owned()] }
}

async fn next(receiver: &mut Receiver<Stored>) -> Stored {
    tokio::time::timeout(Duration::from_secs(5), receiver.recv()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_reaches_every_process_and_can_be_resumed_from() {
    let (kit, store) = Kit::migrated().await;
    let other = kit.process();
    let _running = (Running::start(&store).await, Running::start(&other).await);
    let (mut here, mut there) = (events::subscribe(&store), events::subscribe(&other));
    let first = events::publish(&store, &changed("a\"b \0"), Some("a\"b")).await.unwrap();
    for receiver in [&mut here, &mut there] {
        let stored = next(receiver).await;
        assert_eq!((stored.event.id, stored.database.as_deref()), (Some(first), Some("a\"b")));
        assert_eq!(stored.event.body, changed("a\"b \u{fffd}"));
    }
    let second = events::publish(&other, &changed("b"), None).await.unwrap();
    let (missed, gap) = events::since(&store, first, 100).await.unwrap();
    assert_eq!(missed.iter().map(|stored| stored.event.id).collect::<Vec<_>>(), [Some(second)]);
    assert!(!gap);
    assert!(events::since(&store, second, 100).await.unwrap().0.is_empty());
    let (_, gap) = events::since(&store, second + 1, 100).await.unwrap();
    assert!(gap, "an id of another store");
    kit.execute("DELETE FROM howdah.event WHERE id = 1").await;
    assert!(events::since(&store, 0, 100).await.unwrap().1, "some are no longer kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_resumes_misses_nothing_while_many_publish() {
    const WRITERS: usize = 8;
    const EACH: usize = 100;
    let (kit, store) = Kit::migrated().await;
    let _running = Running::start(&store).await;
    let mut receiver = events::subscribe(&store);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = kit.process();
            tokio::spawn(async move {
                for number in 0..EACH {
                    events::publish(&store, &changed(&format!("{writer}/{number}")), None).await.unwrap();
                }
            })
        })
        .collect();
    // Reads on from the last id seen, as a client that reconnects all the time.
    let (mut last, mut seen) = (0, 0);
    while seen < WRITERS * EACH {
        let (batch, gap) = events::since(&store, last, 7).await.unwrap();
        assert!(!gap);
        seen += batch.len();
        last = batch.last().and_then(|stored| stored.event.id).unwrap_or(last);
        if last == i64::try_from(WRITERS * EACH).unwrap() {
            break;
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(seen, WRITERS * EACH, "an event became visible behind the reader");
    let mut ids = Vec::new();
    while ids.len() < WRITERS * EACH {
        ids.push(next(&mut receiver).await.event.id.unwrap());
    }
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn old_events_and_failures_are_removed_but_never_the_newest_event() {
    let (kit, store) = Kit::migrated().await;
    kit.execute(
        "INSERT INTO howdah.event (at, body) SELECT now() - interval '2 days', '{\"kind\": \"reset\"}'
         FROM generate_series(1, 5);
         INSERT INTO howdah.sign_in_failure (key, last_at) VALUES ('\\x01', now() - interval '13 hours');
         INSERT INTO howdah.job (id, kind, title, input, account, state, finished_at)
         VALUES (gen_random_uuid(), 'k', 't', '{}', 'a', 'failed', now() - interval '91 days')",
    )
    .await;
    let _running = Running::start(&store).await;
    howdah_testkit::eventually("old rows are removed", 5, async || {
        let left =
            "SELECT (SELECT string_agg(id::text, ',') FROM howdah.event), (SELECT count(*) FROM howdah.job)
                    + (SELECT count(*) FROM howdah.sign_in_failure)";
        let row = kit.cluster.query(&kit.database, left).await.remove(0);
        (row == [Some("5".to_owned()), Some("0".to_owned())]).then_some(())
    })
    .await;
}
