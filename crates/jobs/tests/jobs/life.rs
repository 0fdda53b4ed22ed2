//! Jobs that run, end, are cancelled and are handed back.

use std::sync::Arc;

use howdah_store::{events, jobs};
use howdah_testkit::eventually;
use howdah_types::events::EventBody;
use howdah_types::jobs::JobState;

use crate::kinds::{AGAIN, ONCE, Process, RARE, Tally};
use crate::kit::Kit;

async fn setting() -> (Kit, Arc<Tally>) {
    (Kit::migrated().await.0, Arc::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_reports_a_few_times_a_second_and_never_backwards() {
    let (kit, tally) = setting().await;
    let process = Process::start(&kit, &tally).await;
    let job = process.begin(ONCE, 1500, "well").await;
    let job = process.until(&job.id, JobState::Succeeded).await;
    assert_eq!((job.progress, job.phase, job.error), (Some(1.0), None, None));
    assert_eq!(process.log(&job.id).await, ["first half", "second half", "Done."]);
    let (published, _) = events::since(&process.store, 0, 1000).await.unwrap();
    let progress: Vec<f64> = published
        .iter()
        .filter_map(|stored| match &stored.event.body {
            EventBody::JobChanged { job } => job.progress,
            _ => None,
        })
        .collect();
    assert!(progress.is_sorted(), "{progress:?}");
    // Of 150 reports four are written in a second, however many seconds a busy machine takes for them; and
    // the beginning and the end.
    assert!(progress.len() >= 3, "{progress:?}");
    let few = "SELECT count(*) <= 4 * extract(epoch FROM max(at) - min(at)) + 6 FROM howdah.event";
    assert_eq!(kit.value(few).await, "t", "{progress:?}");
    eventually("the worker is free", 60, async || (process.jobs.counts().running == 0).then_some(())).await;
    assert_eq!(process.jobs.counts().succeeded, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_and_panics_end_the_job_and_not_the_worker() {
    let (kit, tally) = setting().await;
    let process = Process::start(&kit, &tally).await;
    for _ in 0..2 {
        let failing = process.begin(ONCE, 20, "fail").await;
        let job = process.until(&failing.id, JobState::Failed).await;
        assert_eq!(job.error.as_deref(), Some("As the test wants it."));
        let panicking = process.begin(ONCE, 20, "panic").await;
        let job = process.until(&panicking.id, JobState::Failed).await;
        assert!(!job.error.unwrap().contains("as the test wants it"), "internal text stays inside");
    }
    let job = process.begin(ONCE, 20, "well").await;
    process.until(&job.id, JobState::Succeeded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_cancelled_from_another_process() {
    let (kit, tally) = setting().await;
    // Looking brings a job too, and a heartbeat a cancel: the next of both is a day away, so only notifications are left.
    let process = Process::start_with(&kit, &tally, RARE).await;
    let job = process.begin(ONCE, 600_000, "well").await;
    process.until(&job.id, JobState::Running).await;
    // The first heartbeat comes at once. Progress is written after it.
    eventually("it has reported", 60, async || jobs::get(&process.store, &job.id).await.unwrap().progress)
        .await;
    let other = howdah_jobs::Jobs::with_kinds(kit.process(), howdah_jobs::JobsOptions::default(), Vec::new());
    assert_eq!(other.cancel(&job.id).await.unwrap().state, JobState::Cancelling);
    process.until(&job.id, JobState::Cancelled).await;
    assert_eq!(tally.get(), [1, 0, 1]);
    assert_eq!(process.log(&job.id).await.last().unwrap(), "Cancelled.");
    assert!(other.cancel(&job.id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_notifications_jobs_still_start_and_are_cancelled() {
    let (kit, tally) = setting().await;
    let process = Process::deaf(kit.process(), &tally);
    let job = process.begin(ONCE, 60_000, "well").await;
    process.until(&job.id, JobState::Running).await;
    process.jobs.cancel(&job.id).await.unwrap();
    process.until(&job.id, JobState::Cancelled).await;
    assert_eq!(tally.get(), [1, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_job_runs_once_in_several_processes() {
    let (kit, tally) = setting().await;
    let processes = [Process::start(&kit, &tally).await, Process::start(&kit, &tally).await];
    let mut jobs = Vec::new();
    for number in 0..24 {
        jobs.push(processes[number % 2].begin(if number % 3 == 0 { AGAIN } else { ONCE }, 100, "well").await);
    }
    for job in jobs {
        processes[0].until(&job.id, JobState::Succeeded).await;
    }
    assert_eq!(tally.get(), [24, 24, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_hands_back_what_may_be_repeated_and_interrupts_the_rest() {
    let (kit, tally) = setting().await;
    let first = Process::start(&kit, &tally).await;
    let once = first.begin(ONCE, 60_000, "well").await;
    let again = first.begin(AGAIN, 400, "well").await;
    let waiting = first.begin(ONCE, 100, "well").await;
    eventually("both have begun", 60, async || (tally.get()[0] == 2).then_some(())).await;
    first.stop().await;
    // Both were dropped before their end: the stop has not waited for it.
    assert_eq!(tally.get(), [2, 0, 2]);
    let second = Process::deaf(kit.process(), &tally);
    let interrupted = second.until(&once.id, JobState::Interrupted).await;
    assert_eq!(interrupted.error.as_deref(), Some("Check 60000."));
    second.until(&again.id, JobState::Succeeded).await;
    second.until(&waiting.id, JobState::Succeeded).await;
    assert_eq!(tally.get(), [4, 2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_waits_hears_of_a_new_job() {
    let (kit, tally) = setting().await;
    let process = Process::start_with(&kit, &tally, RARE).await;
    // The first may be found by the first look; the next look is a day away.
    for _ in 0..3 {
        let job = process.begin(ONCE, 20, "well").await;
        process.until(&job.id, JobState::Succeeded).await;
    }
    assert_eq!(tally.get(), [3, 3, 0]);
}
