//! Short calls under load: Howdah beside the very statements that it sends.

use anyhow::{Context, Result};

use crate::floor::{self, Traced};
use crate::load::{self, Outcome};
use crate::process::Bench;
use crate::report::Table;
use crate::sizes::{CONNECTIONS, Size};
use crate::{Run, http};

/// The head of a table of rates.
pub(crate) const HEAD: [&str; 8] = ["", "Howdah", "p50 ms", "p99 ms", "bare", "ratio", "statements", "CPU"];
pub(crate) const LEGEND: &str =
    "16 connections, in turn, best round of each; ratio: rate of bare by Howdah's; CPU of Howdah for a call";

pub(crate) async fn run(run: &mut Run) -> Result<()> {
    let mut table = Table::new(&format!("calls: {LEGEND}"), &HEAD);
    for (what, path, most) in
        [("session, 1 call", "/api/session", 0.0), ("one database, traced", "/api/database/postgres", 3.0)]
    {
        compare(run, &mut table, what, path, most).await?;
    }
    run.bench.make_databases(run.size.databases).await?;
    let what = format!("list of {} databases", run.size.databases);
    compare(run, &mut table, &what, "/api/database", 3.0).await?;
    table.print();
    run.remember("after the load")?;
    Ok(())
}

/// Runs the call and the statements behind it in turn; the best round of each counts.
async fn compare(run: &mut Run, table: &mut Table, what: &str, path: &str, most: f64) -> Result<()> {
    let Run { bench, size, checks, .. } = run;
    let statements: Vec<Traced> =
        bench.statements_of(path).await.context("ask for the SQL behind the call")?;
    checks.at_most(what, statements.len() as f64, most, "statements");
    let request = http::request(&bench.authority, &bench.token, "GET", path, None);
    let mut rates = Rates::default();
    for _ in 0..size.rounds {
        let request = request.clone();
        rates.ours(bench, *size, move |_| request.clone()).await?;
        if !statements.is_empty() {
            let outcome = floor::run(&bench.database_url, &statements, CONNECTIONS, size.round).await?;
            rates.bare(outcome);
        }
    }
    table.row(rates.row(what, Some(statements.len()))?);
    Ok(())
}

/// Rates of two sides, round by round.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    ours: Option<Outcome>,
    bare: Option<Outcome>,
    cpu: f64,
    answered: usize,
}

impl Rates {
    /// A round of Howdah's.
    pub(crate) async fn ours<F>(&mut self, bench: &Bench, size: Size, make: F) -> Result<()>
    where
        F: Fn(u64) -> Vec<u8> + Clone + Send + 'static,
    {
        let before = bench.cpu_seconds()?;
        let outcome = load::run((&bench.authority, &bench.token), CONNECTIONS, size.round, make).await?;
        self.cpu += bench.cpu_seconds()? - before;
        self.answered += outcome.count();
        better(&mut self.ours, outcome);
        Ok(())
    }

    /// A round of the other side's.
    pub(crate) fn bare(&mut self, outcome: Outcome) {
        better(&mut self.bare, outcome);
    }

    /// There was a round of Howdah's.
    pub(crate) fn measured(&self) -> bool {
        self.ours.is_some()
    }

    /// A line of a table.
    pub(crate) fn row(&self, what: &str, statements: Option<usize>) -> Result<Vec<String>> {
        let ours = self.ours.as_ref().context("at least one round")?;
        let none = || "–".to_owned();
        Ok(vec![
            what.to_owned(),
            format!("{:.0}/s", ours.rate),
            format!("{:.2}", ours.quantile_ms(0.5)),
            format!("{:.2}", ours.quantile_ms(0.99)),
            self.bare.as_ref().map_or_else(none, |bare| format!("{:.0}/s", bare.rate)),
            self.bare.as_ref().map_or_else(none, |bare| format!("{:.2}×", bare.rate / ours.rate)),
            statements.map_or_else(none, |count| count.to_string()),
            format!("{:.0} µs", self.cpu / self.answered.max(1) as f64 * 1e6),
        ])
    }
}

fn better(best: &mut Option<Outcome>, new: Outcome) {
    if best.as_ref().is_none_or(|best| best.rate < new.rate) {
        *best = Some(new);
    }
}
