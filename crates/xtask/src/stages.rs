//! What each stage of `cargo xtask test` runs; the short commands use the same functions.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cx::Cx;
use crate::setup::{self, node, postgres, python, system, wasm};
use crate::{cargo, proc, server_binary, target_dir};

pub(crate) fn fmt_command(cx: &Cx) -> Command {
    let mut command = cargo(cx);
    command.args(["fmt", "--all", "--check"]);
    command
}

/// Clippy over everything that is built for this machine.
pub(crate) fn clippy_native(cx: &Cx) -> Result<()> {
    proc::run(cargo(cx).args(["clippy", "--all-targets", "--", "-D", "warnings"]))
}

/// Clippy over the web app, for the target that it is built for.
pub(crate) fn clippy_web(cx: &Cx) -> Result<()> {
    let toolchain = wasm::find(cx)?.context("the WebAssembly target is missing: run cargo xtask setup")?;
    let mut command = cargo(cx);
    match toolchain.clippy_driver() {
        None => {
            command.args(["clippy", "--package", "howdah-frontend", "--features", "split"]);
            if toolchain.is_same() {
                // The build's profile, so that procedural macros are compiled once for both.
                command.envs(setup::web_env(cx)?);
                command.args(["--profile", "wasm-release", "--target", wasm::TARGET]);
            } else {
                println!("(no clippy for the WebAssembly compiler: checked for this machine instead)");
            }
            command.args(["--", "-D", "warnings"]);
        }
        // Another version of clippy knows lints that nobody can see beforehand: they are shown, not counted.
        Some((driver, sysroot)) => {
            command.args(["check", "--package", "howdah-frontend", "--features", "split"]);
            command.args(["--target", wasm::TARGET]);
            command.envs(setup::web_env(cx)?);
            command.env("RUSTC_WORKSPACE_WRAPPER", driver).env("SYSROOT", sysroot);
            command.args(["--profile", "wasm-release"]);
        }
    }
    proc::run(&mut command)
}

pub(crate) fn deny_command(cx: &Cx) -> Command {
    println!("(licences, bans and sources; the advisory database is not fetched: that needs the network)");
    let mut command = Command::new(setup::cargo_deny(cx));
    command.current_dir(&cx.root);
    command.args(["--log-level", "error", "check", "bans", "licenses", "sources"]);
    command
}

/// The development binary. Built with the same selection of packages as the tests, so that no
/// dependency is compiled twice for want of a feature.
pub(crate) fn build_server(cx: &Cx) -> Result<()> {
    proc::run(cargo(cx).args(["build", "--bin", "howdah"]))
}

/// The two servers that are tested, oldest first.
pub(crate) fn old_postgres() -> Result<PathBuf> {
    postgres::installed().context("no PostgreSQL is installed: run cargo xtask setup")
}

pub(crate) fn new_postgres(cx: &Cx) -> Result<PathBuf> {
    postgres::newest(cx).context("PostgreSQL 18 is missing: run cargo xtask setup --test")
}

/// What tests and their scripts are told through the environment.
pub(crate) fn test_env(cx: &Cx, command: &mut Command) -> Result<()> {
    let venv = python::venv(cx)?;
    let path = setup::tools_path(cx, vec![venv.join("bin")])?;
    command.env("PATH", path);
    command.env("HOWDAH_BIN", server_binary(cx));
    command.env("HOWDAH_RELEASE_BIN", target_dir(cx).join("release/howdah"));
    command.env("HOWDAH_NODE_MODULES", node::modules(cx)?);
    command.env("HOWDAH_VENV", venv);
    command.env("HOWDAH_TEST_PG_BIN", new_postgres(cx)?);
    command.env("HOWDAH_TEST_PG_BIN_OLD", old_postgres()?);
    if let Some(chromium) = system::chromium() {
        command.env("HOWDAH_CHROMIUM", chromium);
    }
    Ok(())
}

/// A script for Node, with the pinned packages to be found by `import`.
pub(crate) fn node_script(cx: &Cx, script: &str) -> Result<Command> {
    script_of(cx, "node", script)
}

/// A script for the Python of the virtual environment.
pub(crate) fn python_script(cx: &Cx, script: &str) -> Result<Command> {
    let python = python::venv(cx)?.join("bin/python");
    script_of(cx, &python.to_string_lossy(), script)
}

fn script_of(cx: &Cx, program: &str, script: &str) -> Result<Command> {
    if !cx.root.join(script).is_file() {
        bail!("{script} is missing");
    }
    let program = if program == "node" { node::program(cx)? } else { PathBuf::from(program) };
    let mut command = Command::new(program);
    command.current_dir(&cx.root).arg(script);
    test_env(cx, &mut command)?;
    Ok(command)
}
