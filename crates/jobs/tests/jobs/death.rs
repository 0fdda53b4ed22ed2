//! Processes that die, claims that are lost, and a store that goes away.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use howdah_testkit::{Cluster, eventually};
use howdah_types::jobs::JobState;

use crate::kinds::{AGAIN, ONCE, Process, Tally};
use crate::kit::Kit;

async fn begun(tally: &Tally, count: usize) {
    eventually("the work has begun", 10, async || (tally.get()[0] >= count).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_a_dead_process_are_taken_up_again_or_marked_interrupted() {
    let (kit, _) = Kit::migrated().await;
    let tally = Arc::default();
    let first = Process::start(&kit, &tally).await;
    let once = first.begin(ONCE, 60_000, "well").await;
    let again = first.begin(AGAIN, 500, "well").await;
    begun(&tally, 2).await;
    drop(first);
    let second = Process::start(&kit, &tally).await;
    assert_eq!(second.state(&once.id).await, JobState::Running);
    let job = second.until(&once.id, JobState::Interrupted).await;
    assert_eq!(job.error.as_deref(), Some("Check 60000."));
    assert!(job.finished_at.is_some());
    second.until(&again.id, JobState::Succeeded).await;
    assert_eq!(second.jobs.counts().interrupted, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_job_stops_working_on_it() {
    let (kit, _) = Kit::migrated().await;
    let tally = Arc::default();
    let process = Process::start(&kit, &tally).await;
    let job = process.begin(ONCE, 60_000, "well").await;
    begun(&tally, 1).await;
    kit.execute("UPDATE howdah.job SET state = 'interrupted', finished_at = now()").await;
    eventually("the work was stopped", 5, async || (tally.get()[2] == 1).then_some(())).await;
    assert_eq!(process.state(&job.id).await, JobState::Interrupted);
    let next = process.begin(ONCE, 20, "well").await;
    process.until(&next.id, JobState::Succeeded).await;
}

/// A store that was away for longer than after which a job counts as dead.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_ends_while_the_store_is_away_gets_its_end_when_it_is_back() {
    static OWN: OnceLock<Cluster> = OnceLock::new();
    let cluster = OWN.get_or_init(|| Cluster::builder().setting("synchronous_commit", "on").start());
    let kit = Kit::on(cluster).await;
    kit.process().migrate().await.unwrap();
    let tally = Arc::default();
    let (first, second) = (Process::start(&kit, &tally).await, Process::start(&kit, &tally).await);
    let short = first.begin(ONCE, 1000, "well").await;
    let long = first.begin(ONCE, 8000, "well").await;
    begun(&tally, 2).await;
    cluster.kill();
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(tally.get()[1], 1, "the work goes on without the store");
    cluster.start();
    for job in [short, long] {
        let job = second.until(&job.id, JobState::Succeeded).await;
        assert_eq!(job.error, None);
    }
    assert_eq!(tally.get(), [2, 2, 0]);
    assert!(second.log(&first.begin(ONCE, 10, "well").await.id).await.len() < 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_may_be_repeated_stops_when_the_store_is_away_for_too_long() {
    static OWN: OnceLock<Cluster> = OnceLock::new();
    let cluster = OWN.get_or_init(|| Cluster::builder().setting("synchronous_commit", "on").start());
    let kit = Kit::on(cluster).await;
    kit.process().migrate().await.unwrap();
    let tally = Arc::default();
    let process = Process::start(&kit, &tally).await;
    let job = process.begin(AGAIN, 5000, "well").await;
    begun(&tally, 1).await;
    cluster.kill();
    eventually("the work was stopped", 10, async || (tally.get()[2] == 1).then_some(())).await;
    cluster.start();
    process.until(&job.id, JobState::Succeeded).await;
    assert_eq!(tally.get(), [2, 1, 1]);
}

/// Its heartbeats may come late, for example while the store is busy; it knows all the same what it works on.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_does_not_take_its_own_jobs_for_dead() {
    let (kit, _) = Kit::migrated().await;
    let tally: Arc<Tally> = Arc::default();
    kit.execute(
        "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN NEW.heartbeat_at := now() - interval '1 hour'; RETURN NEW; END $$;
         CREATE TRIGGER late BEFORE UPDATE ON howdah.job FOR EACH ROW EXECUTE FUNCTION public.late()",
    )
    .await;
    let process = Process::start(&kit, &tally).await;
    // Much longer than the reaper waits before it looks.
    let job = process.begin(ONCE, 3000, "well").await;
    process.until(&job.id, JobState::Succeeded).await;
    assert_eq!(tally.get(), [1, 1, 0]);
}
