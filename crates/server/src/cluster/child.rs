//! How programs of PostgreSQL are started: by argument vector, with a small environment of their own.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;

use anyhow::Context;
use tokio::process::Command;

use super::account::Runner;

/// What children may see of the environment. Passwords in `HOWDAH_*` and `PG*` variables are not for them.
const KEPT: [&str; 5] = ["PATH", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// The small environment.
pub(crate) fn environment() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    let kept = KEPT.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    // Messages in English: some are looked into.
    kept.chain([("LC_ALL", "C".into())])
}

/// A program that runs under the runner's account, away from the terminal's Ctrl-C.
pub(crate) fn command(program: &Path, runner: Option<Runner>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment()).stdin(Stdio::null()).current_dir("/").process_group(0);
    if let Some(Runner { uid, gid }) = runner {
        // The standard library also drops root's supplementary groups when it sets the uid.
        command.gid(gid).uid(uid);
    }
    command
}

/// A program ended with an error.
#[derive(Debug, thiserror::Error)]
#[error("{program} ended with {status}: {}", last_lines(.said, 5))]
pub(crate) struct Failed {
    pub(crate) program: String,
    pub(crate) status: std::process::ExitStatus,
    /// All that it wrote; the end of it is shown.
    pub(crate) said: String,
}

/// Runs a program to its end. It is killed when the future is dropped.
pub(crate) async fn run<I, S>(program: &Path, runner: Option<Runner>, arguments: I) -> anyhow::Result<()>
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let output = command(program, runner)
        .args(arguments)
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("start {}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.trim().is_empty() {
        said = String::from_utf8_lossy(&output.stdout).into_owned();
    }
    let program = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    Err(Failed { program, status: output.status, said }.into())
}

/// The last lines that are not empty.
pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Whether PostgreSQL says that the disk is full: a short write is reported without the system's own words.
pub(crate) fn says_disk_full(said: &str) -> bool {
    said.contains("No space left on device") || said.contains("Check free disk space")
}
