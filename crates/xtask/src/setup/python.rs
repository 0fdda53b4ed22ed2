//! The virtual environment with the Python programs of the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::step::Step;
use crate::cx::Cx;
use crate::hash::Fingerprint;
use crate::proc;

/// Where it is, for `HOWDAH_VENV`.
pub(crate) fn venv(cx: &Cx) -> Result<PathBuf> {
    let mut fingerprint = Fingerprint::new();
    fingerprint.add_file(&cx.root.join("tests/tools/requirements.txt"))?;
    Ok(cx.cache.join(format!("venv-{}", fingerprint.hex())))
}

/// Written last: programs in a virtual environment hold its path, so it cannot be renamed into place.
fn stamp(venv: &Path) -> PathBuf {
    venv.join("complete")
}

/// Whether Python can make virtual environments, or is not needed for it any more.
pub(super) fn has_venv(cx: &Cx) -> bool {
    let made = venv(cx).is_ok_and(|venv| stamp(&venv).is_file());
    let can_make = || {
        let mut python = Command::new("python3");
        python.args(["-c", "import venv, ensurepip"]).stdout(Stdio::null()).stderr(Stdio::null());
        python.status().is_ok_and(|status| status.success())
    };
    made && postgres_is_there(cx) || can_make()
}

fn postgres_is_there(cx: &Cx) -> bool {
    super::postgres::newest(cx).is_some()
}

pub(super) fn step(cx: &Cx) -> Result<Step<'_>> {
    let venv = venv(cx)?;
    Ok(Step {
        name: "Python tools".to_owned(),
        why: "make and test the Python client, and try the API with random requests",
        expect: "1 min",
        done: stamp(&venv).is_file(),
        compiles: false,
        work: Box::new(move || {
            if venv.exists() {
                fs::remove_dir_all(&venv).with_context(|| format!("removing {}", venv.display()))?;
            }
            let log = cx.log_file("python")?;
            let _ = fs::remove_file(&log);
            make(&venv, &log)?;
            let mut pip = pip(&venv);
            pip.args(["install", "--only-binary", ":all:", "--requirement"]);
            pip.arg(cx.root.join("tests/tools/requirements.txt"));
            proc::run_logged("pip", &mut pip, &log)?;
            fs::write(stamp(&venv), b"").context("finishing the virtual environment")
        }),
    })
}

/// An empty virtual environment.
pub(super) fn make(venv: &Path, log: &Path) -> Result<()> {
    proc::run_logged("python3 -m venv", Command::new("python3").args(["-m", "venv"]).arg(venv), log)
}

/// The environment's own pip: Debian's Python refuses to install outside of one.
pub(super) fn pip(venv: &Path) -> Command {
    let mut command = Command::new(venv.join("bin/python"));
    command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
    command
}
