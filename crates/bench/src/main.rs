//! `just bench`: starts its own cluster and its own Howdah, makes its data, runs Howdah and the floor in turn
//! (A B A B …), keeps the best of each and prints ratios. Nothing leaves this machine, and everything ends by itself.

mod floor;
mod load;
mod process;
mod report;

use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::floor::Traced;
use crate::load::Outcome;
use crate::report::Row;

/// How much data, and for how long.
#[derive(Debug, Clone, Copy)]
struct Size {
    name: &'static str,
    databases: usize,
    rounds: usize,
    round: Duration,
}

const SIZES: [Size; 3] = [
    Size { name: "small", databases: 50, rounds: 2, round: Duration::from_secs(1) },
    Size { name: "full", databases: 1000, rounds: 4, round: Duration::from_secs(4) },
    Size { name: "soak", databases: 1000, rounds: 10, round: Duration::from_secs(30) },
];

/// Connections of the load: enough to keep two cores busy, few enough to leave latencies readable.
const CONNECTIONS: usize = 16;

#[tokio::main]
async fn main() -> Result<()> {
    let wanted = std::env::args().nth(1).unwrap_or_else(|| "small".to_owned());
    let Some(size) = SIZES.into_iter().find(|size| size.name == wanted) else {
        bail!("there is no size “{wanted}”: small, full or soak");
    };
    let bench = process::Bench::start().await?;
    let mut rows = vec![idle(&bench)?];
    rows.push(compare(&bench, "session, 1 call", "/api/session", size).await?);
    rows.push(compare(&bench, "one database, traced", "/api/database/postgres", size).await?);
    bench.make_databases(size.databases).await?;
    let what = format!("list of {} databases", size.databases);
    rows.push(compare(&bench, &what, "/api/database", size).await?);
    rows.push(Row::memory("memory after the load", bench.memory_mib()?));
    report::print(size.name, &rows);
    bench.stop().await
}

fn idle(bench: &process::Bench) -> Result<Row> {
    Ok(Row::memory("memory when idle", bench.memory_mib()?))
}

/// Runs the call and the statements behind it in turn; the best round of each counts.
async fn compare(bench: &process::Bench, what: &str, path: &str, size: Size) -> Result<Row> {
    let statements: Vec<Traced> =
        bench.statements_of(path).await.context("ask for the SQL behind the call")?;
    let (mut ours, mut theirs): (Option<Outcome>, Option<Outcome>) = (None, None);
    let cpu = bench.cpu_seconds()?;
    let mut answered = 0.0;
    for _ in 0..size.rounds {
        let outcome = load::run(&bench.authority, path, &bench.token, CONNECTIONS, size.round).await?;
        answered += outcome.rate * size.round.as_secs_f64();
        ours = Some(better(ours, outcome));
        if !statements.is_empty() {
            let outcome = floor::run(&bench.database_url, &statements, CONNECTIONS, size.round).await?;
            theirs = Some(better(theirs, outcome));
        }
    }
    let ours = ours.context("at least one round")?;
    let cpu_per_call = (bench.cpu_seconds()? - cpu) / answered.max(1.0) * 1e6;
    Ok(Row::rate(what, &ours, theirs.as_ref(), statements.len(), cpu_per_call))
}

fn better(best: Option<Outcome>, new: Outcome) -> Outcome {
    match best {
        Some(best) if best.rate >= new.rate => best,
        _ => new,
    }
}
