//! Two ways to do the same, in turn (A B A B …): the machine's moods fall on both. The best of each counts.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::{Bench, cpu_of};
use crate::report::{self, ms, short, times};

/// What one side took.
#[derive(Debug, Default)]
pub(crate) struct Side {
    times: Vec<Duration>,
    /// Processor time of Howdah, of PostgreSQL with all its processes, and of this process with what it has started.
    howdah: f64,
    server: f64,
    client: f64,
    /// What the last call handed over.
    pub(crate) bytes: u64,
}

/// Ours and what it is compared with.
#[derive(Debug, Default)]
pub(crate) struct Pair {
    pub(crate) ours: Side,
    pub(crate) bare: Side,
}

impl Side {
    /// The quickest call.
    pub(crate) fn best(&self) -> Duration {
        self.times.iter().min().copied().unwrap_or_default()
    }

    /// The call in the middle.
    pub(crate) fn median(&self) -> Duration {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    fn each(&self, seconds: f64) -> String {
        short(seconds * 1000.0 / self.times.len().max(1) as f64)
    }

    /// One call. A side that is never called costs nothing.
    pub(crate) async fn call(
        &mut self,
        bench: &Bench,
        work: &mut impl AsyncFnMut() -> Result<u64>,
    ) -> Result<()> {
        let before = (bench.cpu_seconds()?, bench.server_cpu_seconds()?, cpu_of("self")?.all);
        let started = Instant::now();
        self.bytes = work().await?;
        self.times.push(started.elapsed());
        self.howdah += bench.cpu_seconds()? - before.0;
        self.server += bench.server_cpu_seconds()? - before.1;
        self.client += cpu_of("self")?.all - before.2;
        Ok(())
    }
}

/// Calls both in turn, once each to warm up and then `rounds` times; fewer where that would take more than `patience`.
pub(crate) async fn in_turn(
    bench: &Bench,
    (rounds, patience): (usize, Duration),
    mut ours: impl AsyncFnMut() -> Result<u64>,
    mut bare: impl AsyncFnMut() -> Result<u64>,
) -> Result<Pair> {
    let (mut pair, mut warm_up) = (Pair::default(), Pair::default());
    warm_up.ours.call(bench, &mut ours).await?;
    warm_up.bare.call(bench, &mut bare).await?;
    let started = Instant::now();
    for round in 0..rounds {
        if round >= 2 && started.elapsed() > patience {
            break;
        }
        pair.ours.call(bench, &mut ours).await?;
        pair.bare.call(bench, &mut bare).await?;
    }
    Ok(pair)
}

/// The head of a table of pairs.
pub(crate) const HEAD: [&str; 11] = [
    "",
    "Howdah ms",
    "median",
    "bare ms",
    "ratio",
    "CPU",
    "CPU bare",
    "CPU server",
    "with bare",
    "bytes",
    "statements",
];

/// What the columns of [`HEAD`] are.
pub(crate) const LEGEND: &str = "best of several, in turn; ratio: Howdah by bare; \
    CPU in ms a call: Howdah, the bare client, and the server with either";

impl Pair {
    /// A line of such a table.
    pub(crate) fn row(&self, what: &str, statements: Option<usize>) -> Vec<String> {
        let (ours, bare) = (&self.ours, &self.bare);
        vec![
            what.to_owned(),
            ms(ours.best()),
            ms(ours.median()),
            ms(bare.best()),
            times(ours.best().as_secs_f64(), bare.best().as_secs_f64()),
            ours.each(ours.howdah),
            bare.each(bare.client),
            ours.each(ours.server),
            bare.each(bare.server),
            report::bytes(ours.bytes),
            statements.map_or_else(|| "–".to_owned(), |count| count.to_string()),
        ]
    }
}
