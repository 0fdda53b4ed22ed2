//! The queue: claims, heartbeats, cancel, the reaper.

use std::collections::HashSet;
use std::time::Duration;

use howdah_store::jobs::{self, Beat, Ending, JobSignal, NewJob, Verdict};
use howdah_store::{Error, Store, events};
use howdah_types::events::EventBody;
use howdah_types::jobs::{Job, JobState, LogLevel};
use serde_json::json;

use crate::kit::{Kit, Running};

const KINDS: &[&str] = &["test"];
const DEAD: Duration = Duration::from_secs(30);

async fn insert(store: &Store, title: &str) -> Job {
    let job = NewJob {
        kind: "test".to_owned(),
        title: title.to_owned(),
        input: json!({ "title": title, "nul": "\0" }),
        account: "admin".to_owned(),
        database: Some("shop".to_owned()),
    };
    jobs::insert(store, &job).await.unwrap()
}

async fn claim(store: &Store, worker: &str) -> Job {
    jobs::claim(store, worker, KINDS).await.unwrap().unwrap().job
}

async fn age(kit: &Kit) {
    kit.execute("UPDATE howdah.job SET heartbeat_at = heartbeat_at - interval '31 s'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_from_queue_to_end_and_each_change_is_an_event() {
    let (_kit, store) = Kit::migrated().await;
    let job = insert(&store, "first").await;
    insert(&store, "second").await;
    assert_eq!(jobs::claim(&store, "w", &["other"]).await.unwrap(), None);
    let claimed = jobs::claim(&store, "w", KINDS).await.unwrap().unwrap();
    assert_eq!((&claimed.job.id, claimed.job.state), (&job.id, JobState::Running));
    assert_eq!(claimed.input["title"], "first");
    for (given, kept) in [(0.5, 0.5), (0.2, 0.5), (7.0, 1.0), (f64::NAN, 1.0)] {
        let job = jobs::progress(&store, &job.id, "w", Some(given), Some("copying")).await.unwrap().unwrap();
        assert_eq!((job.progress, job.phase.as_deref()), (Some(kept), Some("copying")));
    }
    jobs::log(&store, &job.id, LogLevel::Warning, "a line\0").await.unwrap();
    let lines = jobs::log_page(&store, &job.id, None, 10).await.unwrap();
    assert_eq!((lines[0].level, lines[0].message.as_str()), (LogLevel::Warning, "a line\u{fffd}"));
    assert!(jobs::log_page(&store, &job.id, Some(lines[0].id), 10).await.unwrap().is_empty());
    let ended =
        jobs::finish(&store, &job.id, "w", &Ending::Failed("no room".to_owned())).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.error.as_deref()), (JobState::Failed, Some("no room")));
    assert!(ended.finished_at.is_some());
    // Nothing changes it any more.
    assert_eq!(jobs::finish(&store, &job.id, "w", &Ending::Succeeded).await.unwrap(), None);
    assert_eq!(jobs::progress(&store, &job.id, "w", Some(1.0), None).await.unwrap(), None);
    assert!(matches!(jobs::request_cancel(&store, &job.id).await, Err(Error::JobFinished)));
    let (published, _) = events::since(&store, 0, 100).await.unwrap();
    let states: Vec<_> = published
        .iter()
        .filter_map(|stored| match &stored.event.body {
            EventBody::JobChanged { job: changed } if changed.id == job.id => Some(changed.state.as_str()),
            _ => None,
        })
        .collect();
    let expected = ["queued", "running", "running", "running", "running", "running", "failed"];
    assert_eq!(states, expected);
    assert!(published.iter().all(|stored| stored.database.as_deref() == Some("shop")));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_claimers_never_get_the_same_job() {
    const JOBS: usize = 40;
    let (kit, store) = Kit::migrated().await;
    for number in 0..JOBS {
        insert(&store, &number.to_string()).await;
    }
    let workers: Vec<_> = (0..8)
        .map(|number| {
            let store = kit.process();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(claimed) = jobs::claim(&store, &format!("w{number}"), KINDS).await.unwrap() {
                    mine.push(claimed.job.id);
                }
                mine
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!((all.len(), all.iter().collect::<HashSet<_>>().len()), (JOBS, JOBS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_reaches_the_process_that_runs_the_job() {
    let (kit, store) = Kit::migrated().await;
    let other = kit.process();
    let _running = Running::start(&other).await;
    let waiting = insert(&store, "waiting").await;
    let cancelled = jobs::request_cancel(&store, &waiting.id).await.unwrap();
    assert_eq!(cancelled.state, JobState::Cancelled);
    assert!(cancelled.finished_at.is_some());
    insert(&store, "running").await;
    let running = claim(&other, "w").await;
    assert_eq!(jobs::heartbeat(&other, &running.id, "w").await.unwrap(), Beat::Own);
    let mut signals = jobs::subscribe(&other);
    for _ in 0..2 {
        assert_eq!(jobs::request_cancel(&store, &running.id).await.unwrap().state, JobState::Cancelling);
    }
    jobs::log(&store, &running.id, LogLevel::Info, "a line").await.unwrap();
    // Whoever shows the log and whoever does the work hear of it without looking.
    let heard = tokio::time::timeout(Duration::from_mins(1), async {
        while signals.recv().await.unwrap() != JobSignal::Cancel(running.id.clone()) {}
        while signals.recv().await.unwrap() != JobSignal::Logged(running.id.clone()) {}
    });
    heard.await.unwrap();
    assert_eq!(jobs::heartbeat(&other, &running.id, "w").await.unwrap(), Beat::Cancel);
    let ended = jobs::finish(&other, &running.id, "w", &Ending::Cancelled).await.unwrap().unwrap();
    assert_eq!(ended.state, JobState::Cancelled);
    for id in ["no id", "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f"] {
        assert!(matches!(jobs::request_cancel(&store, id).await, Err(Error::NotFound)));
        assert!(matches!(jobs::get(&store, id).await, Err(Error::NotFound)));
        assert!(matches!(jobs::log_page(&store, id, None, 1).await, Err(Error::NotFound)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_heartbeat_is_taken_away_once() {
    let (kit, store) = Kit::migrated().await;
    insert(&store, "dead").await;
    let dead = claim(&store, "w").await;
    let interrupt = |_: &jobs::Claimed| Verdict::Interrupt("check it".to_owned());
    assert!(jobs::reap(&store, DEAD, &[], interrupt).await.unwrap().is_empty());
    age(&kit).await;
    assert!(jobs::reap(&store, DEAD, std::slice::from_ref(&dead.id), interrupt).await.unwrap().is_empty());
    let other = kit.process();
    let (one, two) =
        tokio::join!(jobs::reap(&store, DEAD, &[], interrupt), jobs::reap(&other, DEAD, &[], interrupt));
    let reaped: Vec<_> = [one.unwrap(), two.unwrap()].concat();
    assert_eq!(reaped.len(), 1);
    assert_eq!((reaped[0].state, reaped[0].error.as_deref()), (JobState::Interrupted, Some("check it")));
    assert_eq!(jobs::heartbeat(&store, &dead.id, "w").await.unwrap(), Beat::Lost);
    assert_eq!(jobs::finish(&store, &dead.id, "w", &Ending::Succeeded).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_may_be_repeated_is_queued_again_a_few_times() {
    let (kit, store) = Kit::migrated().await;
    insert(&store, "again").await;
    for round in 1..=3 {
        let job = claim(&store, &format!("w{round}")).await;
        age(&kit).await;
        let reaped = jobs::reap(&store, DEAD, &[], |_| Verdict::Queue).await.unwrap().remove(0);
        let expected = if round < 3 { JobState::Queued } else { JobState::Interrupted };
        assert_eq!((reaped.id, reaped.state), (job.id, expected), "round {round}");
    }
    insert(&store, "cancelled").await;
    let job = claim(&store, "w").await;
    jobs::request_cancel(&store, &job.id).await.unwrap();
    age(&kit).await;
    let reaped = jobs::reap(&store, DEAD, &[], |_| Verdict::Queue).await.unwrap().remove(0);
    assert_eq!(reaped.state, JobState::Cancelled);
    // Handed back on purpose: that does not count as an attempt.
    insert(&store, "handed back").await;
    for _ in 0..5 {
        let job = claim(&store, "w").await;
        assert_eq!(jobs::release(&store, &job.id, "w").await.unwrap().unwrap().state, JobState::Queued);
        assert_eq!(jobs::heartbeat(&store, &job.id, "w").await.unwrap(), Beat::Lost);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_paged_within_the_databases_that_may_be_seen() {
    let (kit, store) = Kit::migrated().await;
    for title in ["a", "b", "c"] {
        insert(&store, title).await;
    }
    let titles = |jobs: &[Job]| jobs.iter().map(|job| job.title.clone()).collect::<Vec<_>>();
    let first = jobs::page(&store, None, None, 2).await.unwrap();
    assert_eq!(titles(&first), ["c", "b"]);
    let second = jobs::page(&store, None, Some(&first[1].id), 2).await.unwrap();
    assert_eq!(titles(&second), ["a"]);
    let shop = ["shop".to_owned()];
    assert_eq!(jobs::page(&store, Some(&shop), None, 9).await.unwrap().len(), 3);
    assert!(jobs::page(&store, Some(&[]), None, 9).await.unwrap().is_empty());
    assert_eq!(jobs::counts(&store).await.unwrap().queued, 3);
    kit.execute(
        "INSERT INTO howdah.job (id, kind, title, input, account)
         SELECT gen_random_uuid(), 'k', 't', '{}', 'a' FROM generate_series(1, 997)",
    )
    .await;
    let job = NewJob {
        kind: "test".to_owned(),
        title: String::new(),
        input: json!(null),
        account: "admin".to_owned(),
        database: None,
    };
    assert!(matches!(jobs::insert(&store, &job).await, Err(Error::Limit { limit: 1000, .. })));
}
