//! How much data, and for how long.

use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) databases: usize,
    /// Rounds of a load, and how long each is.
    pub(crate) rounds: usize,
    pub(crate) round: Duration,
    /// Calls of each side where single calls are timed, and for how long at most.
    pub(crate) calls: usize,
    pub(crate) patience: Duration,
    /// Tables with keys, indexes and foreign keys in one schema.
    pub(crate) flat: usize,
    /// Tables with nothing but columns, in one schema.
    pub(crate) bare: usize,
    /// Rows of the table that is paged through, and how many pages of it are walked.
    pub(crate) rows: u64,
    pub(crate) pages: usize,
    /// Rows of the table of 20 types.
    pub(crate) wide: u64,
}

pub(crate) const SIZES: [Size; 3] = [
    Size {
        name: "small",
        databases: 50,
        rounds: 2,
        round: Duration::from_secs(1),
        calls: 10,
        patience: Duration::from_secs(2),
        flat: 500,
        bare: 3000,
        rows: 100_000,
        pages: 200,
        wide: 50_000,
    },
    Size {
        name: "full",
        databases: 1000,
        rounds: 4,
        round: Duration::from_secs(4),
        calls: 40,
        patience: Duration::from_secs(20),
        flat: 10_000,
        bare: 100_000,
        rows: 5_000_000,
        pages: 10_000,
        wide: 1_000_000,
    },
    Size {
        name: "soak",
        databases: 1000,
        rounds: 10,
        round: Duration::from_secs(30),
        calls: 200,
        patience: Duration::from_mins(2),
        flat: 10_000,
        bare: 100_000,
        rows: 5_000_000,
        pages: 20_000,
        wide: 5_000_000,
    },
];

/// Connections of the load: enough to keep two cores busy, few enough to leave latencies readable.
pub(crate) const CONNECTIONS: usize = 16;

/// The memory that an export, an import or a walk through pages may add, whatever the size.
pub(crate) const GROWTH_MIB: f64 = 64.0;

/// What Howdah may take when it has nothing to do.
pub(crate) const IDLE_MIB: f64 = 30.0;

/// The same for what is only passed on.
pub(crate) const STREAM_MIB: f64 = 32.0;
