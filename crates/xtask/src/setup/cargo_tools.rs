//! Command-line tools that cargo builds: wasm-bindgen, wasm-split, cargo-deny.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::step::Step;
use crate::cx::{Cx, publish};
use crate::proc;

/// Reads what `wasm_split_helpers` of Cargo.lock writes, and says so when it cannot.
const WASM_SPLIT: &str = "0.2.4";
const CARGO_DENY: &str = "0.20.2";

struct Tool {
    package: &'static str,
    version: String,
    /// The program to look for.
    program: &'static str,
    arguments: &'static [&'static str],
    /// Optimisation: none where the tool mostly waits for others.
    opt_level: &'static str,
    why: &'static str,
    expect: &'static str,
}

fn wasm_split() -> Tool {
    Tool {
        package: "wasm_split_cli_support",
        version: WASM_SPLIT.to_owned(),
        program: "wasm-split-cli",
        arguments: &["--locked", "--features", "build-binary"],
        opt_level: "1",
        why: "cuts the web app into parts that are loaded on demand",
        expect: "1 min",
    }
}

fn wasm_bindgen(cx: &Cx) -> Result<Tool> {
    Ok(Tool {
        package: "wasm-bindgen-cli",
        version: locked_version(cx, "wasm-bindgen")?,
        program: "wasm-bindgen",
        // No --locked: its own lock file names a version that registries may not serve any more.
        arguments: &[],
        opt_level: "1",
        why: "makes the JavaScript around the web app's WebAssembly; its version must be the library's",
        expect: "1 min",
    })
}

fn deny() -> Tool {
    Tool {
        package: "cargo-deny",
        version: CARGO_DENY.to_owned(),
        program: "cargo-deny",
        arguments: &["--locked"],
        opt_level: "0",
        why: "checks the licences and sources of all dependencies",
        expect: "4 min",
    }
}

fn tools(cx: &Cx, test: bool) -> Result<Vec<Tool>> {
    let mut tools = vec![wasm_bindgen(cx)?, wasm_split()];
    if test {
        tools.push(deny());
    }
    Ok(tools)
}

fn dir(cx: &Cx, tool: &Tool) -> PathBuf {
    cx.cache.join(format!("{}-{}", tool.package, tool.version))
}

/// Folders for PATH.
pub(super) fn bin_dirs(cx: &Cx) -> Result<Vec<PathBuf>> {
    Ok(tools(cx, false)?.iter().map(|tool| dir(cx, tool).join("bin")).collect())
}

/// The licence checker.
pub(crate) fn cargo_deny(cx: &Cx) -> PathBuf {
    let tool = deny();
    dir(cx, &tool).join("bin").join(tool.program)
}

pub(super) fn steps(cx: &Cx, test: bool) -> Result<Vec<Step<'_>>> {
    let step = |tool: Tool| Step {
        name: format!("{} {}", tool.package, tool.version),
        why: tool.why,
        expect: tool.expect,
        done: dir(cx, &tool).join("bin").join(tool.program).is_file(),
        compiles: true,
        work: Box::new(move || install(cx, &tool)),
    };
    Ok(tools(cx, test)?.into_iter().map(step).collect())
}

fn install(cx: &Cx, tool: &Tool) -> Result<()> {
    let log = cx.log_file(tool.package)?;
    let _ = fs::remove_file(&log);
    let scratch = cx.scratch(tool.package)?;
    let root = scratch.join("root");
    let mut command = Command::new("cargo");
    // Outside of the clone, so that its cargo configuration does not apply.
    command
        .current_dir(&scratch)
        .args(["install", tool.package, "--version", &tool.version, "--no-track", "--root"])
        .arg(&root)
        .args(tool.arguments)
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env("CARGO_PROFILE_RELEASE_STRIP", "true")
        .env("CARGO_INCREMENTAL", "0");
    super::wasm::without_cargo_env(&mut command);
    let result = proc::run_logged(tool.package, &mut command, &log);
    let result = result.and_then(|()| publish(&root, &dir(cx, tool)));
    let _ = fs::remove_dir_all(&scratch);
    result
}

/// The version of a package in Cargo.lock.
fn locked_version(cx: &Cx, package: &str) -> Result<String> {
    let path = cx.root.join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \""));
    let version = version.and_then(|rest| rest.strip_suffix('"'));
    version.map(str::to_owned).with_context(|| format!("Cargo.lock does not name {package}"))
}
