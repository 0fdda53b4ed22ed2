//! `just bench`: starts its own cluster and its own Howdah, makes its data, runs Howdah and the floor in turn
//! (A B A B …), keeps the best of each and prints ratios. Nothing leaves this machine, and everything ends by itself.

mod calls;
mod floor;
mod flow;
mod http;
mod load;
mod measure;
mod peers;
mod process;
mod report;
mod rows;
mod sizes;
mod tables;
mod transfer;

use anyhow::{Result, bail};

use crate::process::Bench;
use crate::report::{Checks, Table, short};
use crate::sizes::{SIZES, Size};

/// The parts of a run, in their order.
const SECTIONS: [&str; 4] = ["calls", "tables", "rows", "files"];

/// What is measured, how much of it, and what has been found.
struct Run {
    bench: Bench,
    size: Size,
    /// Other programs are measured as well; they are installed only when they are asked for.
    peers: bool,
    /// Stops after each set of data, so that one can look at it.
    wait: bool,
    checks: Checks,
    memory: Table,
}

impl Run {
    /// Notes how large Howdah is now.
    fn remember(&mut self, when: &str) -> Result<f64> {
        let (now, peak) = (self.bench.memory_mib()?, self.bench.peak_mib()?);
        self.memory.row(vec![when.to_owned(), short(now), short(peak)]);
        Ok(now)
    }

    /// A section has ended; with `--wait` somebody can have a look at its data now. It stays until the end: dropping a
    /// database of many tables takes longer than measuring it.
    fn finished(&self, database: &str) -> Result<()> {
        if self.wait {
            let (url, bench) = (self.bench.url(database), &self.bench);
            println!("\n{url}\nhttp://{} with the token {}\nEnter goes on.", bench.authority, bench.token);
            std::io::stdin().read_line(&mut String::new())?;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let (mut size, mut sections, mut peers, mut wait) = (SIZES[0], Vec::new(), false, false);
    for argument in std::env::args().skip(1) {
        if let Some(found) = SIZES.into_iter().find(|size| size.name == argument) {
            size = found;
        } else if let Some(found) = SECTIONS.into_iter().find(|section| *section == argument) {
            sections.push(found);
        } else if argument == "--peers" {
            peers = true;
        } else if argument == "--wait" {
            wait = true;
        } else {
            bail!("“{argument}” is neither a size (small, full, soak) nor a part ({})", SECTIONS.join(", "));
        }
    }
    if peers {
        peers::check()?;
    }
    let wanted = |section: &str| sections.is_empty() || sections.contains(&section);
    let bench = Bench::start().await?;
    println!("size {}; PostgreSQL {}", size.name, bench.version().await?);
    let memory = Table::new("memory of Howdah in MiB: resident, and the most so far", &["", "now", "peak"]);
    let mut run = Run { bench, size, peers, wait, checks: Checks::default(), memory };
    let idle = run.remember("idle")?;
    run.checks.at_most("memory when idle", idle, sizes::IDLE_MIB, "MiB");
    if wanted("calls") {
        calls::run(&mut run).await?;
    }
    if wanted("tables") {
        tables::run(&mut run).await?;
    }
    if wanted("rows") {
        rows::run(&mut run).await?;
    }
    if wanted("files") {
        transfer::run(&mut run).await?;
    }
    run.memory.print();
    let broken = run.checks.print();
    run.bench.stop().await?;
    if broken > 0 {
        bail!("{broken} figures that are the same on every machine do not hold");
    }
    Ok(())
}
