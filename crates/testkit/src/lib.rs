//! Temporary `PostgreSQL` clusters, a running Howdah, and clients that speak to it: for tests only.
//!
//! [`Cluster::shared`] is one cluster per test process, [`TestApp::shared`] one Howdah on it; both are stopped by a
//! [watchdog](mod@watchdog) when the process ends, in whatever way it ends. Tests that change the server as a whole
//! start a [`Cluster`] or a [`TestApp`] of their own.
//!
//! | variable | meaning |
//! | --- | --- |
//! | `HOWDAH_BIN` | the program under test; else `target/debug/howdah` |
//! | `HOWDAH_TEST_PG_BIN` | the folder of the `PostgreSQL` programs; else the newest that is installed |
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "what is wrong while a test is set up fails that test, and an assertion is often all that is wanted"
)]

mod app;
mod certificates;
mod client;
mod cluster;
mod dirs;
mod events;
mod names;
mod pooler;
mod programs;
mod raw;
pub mod watchdog;

pub use app::{AppBuilder, PASSWORD, TestApp, Until};
pub use certificates::Authority;
pub use client::{Answer, Client};
pub use cluster::{Cluster, ClusterBuilder};
pub use dirs::{TestDir, mount_namespace_works};
pub use events::{EventStream, SseEvent};
pub use names::{HOSTILE_NAMES, hostile_names, segment, unique};
pub use pooler::Pooler;
pub use programs::{Programs, run};
pub use raw::{RawAnswer, raw};

/// Tries `check` every 50 ms until it gives something, or fails after `seconds`, naming what was waited for.
pub async fn eventually<T, F>(what: &str, seconds: u64, mut check: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let end = std::time::Instant::now() + std::time::Duration::from_secs(seconds);
    loop {
        if let Some(value) = check().await {
            return value;
        }
        assert!(std::time::Instant::now() < end, "waited {seconds} s in vain: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A secret of letters and digits.
pub fn random_secret(length: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..length).map(|_| char::from(LETTERS[rand::random_range(0..LETTERS.len())])).collect()
}
