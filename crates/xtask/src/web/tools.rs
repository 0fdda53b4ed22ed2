//! Runs the tools of the app's build: aloud, or quietly with a log.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cx::Cx;
use crate::{proc, setup};

/// What wasm-opt and its kin may find in a module: what the compiler uses by default.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The environment of the build and where its words go.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) root: PathBuf,
    vars: Vec<(&'static str, OsString)>,
    log: Option<PathBuf>,
}

impl Tools {
    pub(super) fn new(cx: &Cx, log: Option<&Path>) -> Result<Self> {
        Ok(Self { root: cx.root.clone(), vars: setup::web_env(cx)?, log: log.map(Path::to_path_buf) })
    }

    /// One of the programs that set-up has installed.
    pub(super) fn command(&self, program: &str) -> Result<Command> {
        // `Command` looks its program up in our own PATH, not in the one that it is given.
        let path = self.vars.iter().find(|(name, _)| *name == "PATH").map(|(_, value)| value.clone());
        let path = path.unwrap_or_default();
        let found = std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file());
        let mut command =
            Command::new(found.with_context(|| format!("{program} is missing: run cargo xtask setup"))?);
        command.current_dir(&self.root).envs(self.vars.iter().cloned());
        Ok(command)
    }

    /// A program of binaryen, told what modules may hold.
    pub(super) fn binaryen(&self, program: &str) -> Result<Command> {
        let mut command = self.command(program)?;
        command.args(FEATURES);
        Ok(command)
    }

    pub(super) fn run(&self, command: &mut Command) -> Result<()> {
        match &self.log {
            None => proc::run(command),
            Some(log) => proc::run_logged("the web app", command, log),
        }
    }

    /// For a tool whose words help nobody unless it fails.
    pub(super) fn run_quietly(command: &mut Command) -> Result<()> {
        proc::output(command).map(drop)
    }
}

/// `--name=value`, whatever the value is made of.
pub(super) fn option(name: &str, value: impl AsRef<OsStr>) -> OsString {
    let mut text = OsString::from(name);
    text.push("=");
    text.push(value);
    text
}
