//! A small closed-loop load generator: each connection sends its next request when the last one was answered.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::http::Connection;

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Answers per second over all connections.
    pub(crate) rate: f64,
    /// Latencies of all answers, sorted.
    latencies: Vec<Duration>,
}

impl Outcome {
    /// Joins the latencies of all connections of a run that took `elapsed`.
    pub(crate) fn new(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        Self { rate: latencies.len() as f64 / elapsed.as_secs_f64(), latencies }
    }

    /// The latency that `share` of the answers (0 to 1) stayed below, in milliseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index between 0 and the length"
    )]
    pub(crate) fn quantile_ms(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        self.latencies.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }

    /// How many answers there were.
    pub(crate) fn count(&self) -> usize {
        self.latencies.len()
    }
}

/// Sends the requests that `make` writes (from the numbers 0, 1, 2 …, no number twice) over `connections` connections
/// for `duration`; any answer but 2xx ends it with an error.
pub(crate) async fn run<F>(
    (authority, token): (&str, &str),
    connections: usize,
    duration: Duration,
    make: F,
) -> Result<Outcome>
where
    F: Fn(u64) -> Vec<u8> + Clone + Send + 'static,
{
    let started = Instant::now();
    let mut tasks = Vec::new();
    for first in 0..connections {
        let connection = Connection::open(authority, token).await?;
        let numbers = (first as u64..).step_by(connections);
        tasks.push(tokio::spawn(one_connection(connection, numbers, make.clone(), started + duration)));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Outcome::new(latencies, started.elapsed()))
}

async fn one_connection(
    mut connection: Connection,
    numbers: impl Iterator<Item = u64>,
    make: impl Fn(u64) -> Vec<u8>,
    until: Instant,
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    for number in numbers {
        if Instant::now() >= until {
            break;
        }
        let request = make(number);
        let sent = Instant::now();
        connection.send(&request).await?;
        latencies.push(sent.elapsed());
    }
    Ok(latencies)
}
