//! One thing to install, and the two lines that are printed about it.

use std::time::Instant;

use anyhow::{Context, Result};

use crate::proc;

/// One thing to install.
pub(super) struct Step<'a> {
    /// Name with version.
    pub(super) name: String,
    /// What Howdah needs it for.
    pub(super) why: &'static str,
    /// What to expect, on two cores.
    pub(super) expect: &'static str,
    /// It is there already.
    pub(super) done: bool,
    /// It keeps both cores busy, so that only one such step should run at a time.
    pub(super) compiles: bool,
    /// Does it.
    pub(super) work: Box<dyn FnOnce() -> Result<()> + Send + 'a>,
}

/// One after the other; the first failure ends the lane.
pub(super) fn run_all(steps: Vec<Step<'_>>) -> Result<()> {
    for step in steps {
        announced(&step.name, step.why, step.expect, step.work)?;
    }
    Ok(())
}

/// Says what begins and why, and how long it took.
pub(super) fn announced(
    name: &str,
    why: &str,
    expect: &str,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    println!("  → {name}: {why} ({expect})");
    let begun = Instant::now();
    work().with_context(|| format!("setting up {name}"))?;
    println!("  ✓ {name}: {}", proc::duration(begun.elapsed()));
    Ok(())
}
