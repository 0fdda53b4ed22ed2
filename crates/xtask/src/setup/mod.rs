//! Finds what Howdah's builds and tests need, and installs what is missing.
//!
//! Nothing here is on the way of somebody who has it all: the checks look at files only. Every
//! tool is kept in the cache folder under a name that holds its version, is built in a temporary
//! folder, and appears there finished or not at all.

mod cargo_tools;
mod lock;
pub(crate) mod node;
pub(crate) mod peers;
pub(crate) mod postgres;
pub(crate) mod python;
mod step;
pub(crate) mod system;
pub(crate) mod wasm;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result, anyhow};

use crate::cx::{Cx, create_shared_dir};
use step::Step;

pub(crate) use cargo_tools::cargo_deny;

/// What is to be done afterwards: each needs what the one before it needs, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Compile the app and the server.
    Build,
    /// Start the server with a cluster of its own.
    Run,
    /// Run every check.
    Test,
}

/// Finds or installs everything that the purpose needs.
pub(crate) fn setup(cx: &Cx, purpose: Purpose) -> Result<()> {
    let test = purpose == Purpose::Test;
    // The server embeds the folder and does not compile without it.
    create_shared_dir(&cx.dist())?;
    if missing(cx, test)?.is_empty() && system::missing(cx, purpose).is_empty() && wasm::find(cx)?.is_some() {
        return Ok(());
    }
    let _lock = lock::take(cx)?;
    // The target first: without rustup's help it needs packages of the system.
    let own_sysroot = wasm::find(cx)?.is_none() && !wasm::add_with_rustup()?;
    let mut packages = system::missing(cx, purpose);
    if own_sysroot {
        packages.extend(wasm::packages(test));
    }
    system::install(cx, &packages)?;

    // Two lanes for two cores: what compiles, and what mostly waits for the network.
    let mut compiled = Vec::new();
    let mut fetched = Vec::new();
    for step in missing(cx, test)? {
        if step.compiles { compiled.push(step) } else { fetched.push(step) }
    }
    if own_sysroot {
        fetched.push(wasm::step(cx));
    }
    let results = thread::scope(|scope| {
        let lanes = [compiled, fetched].map(|steps| scope.spawn(move || step::run_all(steps)));
        lanes.map(|lane| lane.join().unwrap_or_else(|_| Err(anyhow!("a set-up step panicked"))))
    });
    results.into_iter().collect()
}

/// Removes what set-up has put into the cache folder, and nothing else: the folder may be one that
/// somebody chose, with other things in it.
pub(crate) fn remove(cx: &Cx) -> Result<()> {
    const OURS: [&str; 11] = [
        "cargo-deny-",
        "logs",
        "node-",
        "peer-",
        "postgresql-",
        "tmp",
        // Of earlier versions.
        "trunk-",
        "venv-",
        "wasm-bindgen-cli-",
        "wasm_split_cli_support-",
        "wasm-target-",
    ];
    let _lock = lock::take(cx)?;
    for entry in fs::read_dir(&cx.cache)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() && OURS.iter().any(|ours| name.starts_with(ours)) {
            println!("removing {}", entry.path().display());
            fs::remove_dir_all(entry.path()).with_context(|| format!("removing {name}"))?;
        }
    }
    Ok(())
}

/// The steps that still have to be done, apart from the system's packages.
fn missing(cx: &Cx, test: bool) -> Result<Vec<Step<'_>>> {
    let mut steps = cargo_tools::steps(cx, test)?;
    steps.push(node::step(cx)?);
    if test {
        steps.push(postgres::step(cx));
        steps.push(python::step(cx)?);
    }
    steps.retain(|step| !step.done);
    Ok(steps)
}

/// Variables for a build of the app: the tools first on PATH, the compiler, a target folder of its own.
pub(crate) fn web_env(cx: &Cx) -> Result<Vec<(&'static str, OsString)>> {
    let mut vars = vec![
        ("PATH", tools_path(cx, cargo_tools::bin_dirs(cx)?)?),
        ("CARGO_TARGET_DIR", cx.web_target().into_os_string()),
    ];
    // Leptos then boxes each component's view instead of giving it a type of its own: a smaller app
    // that compiles faster.
    vars.push(("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "--cfg erase_components".into()));
    let toolchain = wasm::find(cx)?.context("the WebAssembly target is missing: run cargo xtask setup")?;
    vars.extend(toolchain.env());
    Ok(vars)
}

/// PATH with these folders and the Node tools in front.
pub(crate) fn tools_path(cx: &Cx, mut dirs: Vec<PathBuf>) -> Result<OsString> {
    dirs.extend(node::bin_dirs(cx)?);
    if let Some(path) = std::env::var_os("PATH") {
        dirs.extend(std::env::split_paths(&path));
    }
    std::env::join_paths(dirs).context("a folder's name cannot be part of PATH")
}
