//! Builds the web app with Trunk and makes its output fit for the server.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::compress;
use crate::cx::Cx;
use crate::hash::{Fingerprint, files_below};
use crate::page;
use crate::proc;
use crate::setup;

/// How the app is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to compile, tens of megabytes.
    Dev,
    /// Small; what is served.
    Release,
}

/// Builds into frontend/dist unless nothing has changed since the last time.
pub(crate) fn build(cx: &Cx, profile: Profile) -> Result<()> {
    build_to(cx, profile, None)
}

/// The release build at a time when something else is printed: its words go to a file. Whoever needs
/// the app calls `build`, which waits for this one, and shows what went wrong by trying again.
pub(crate) fn build_quietly(cx: &Cx) -> Result<()> {
    let log = cx.web_target().join("howdah-build.log");
    fs::create_dir_all(cx.web_target())?;
    let _ = fs::remove_file(&log);
    build_to(cx, Profile::Release, Some(&log))
}

fn build_to(cx: &Cx, profile: Profile, log: Option<&Path>) -> Result<()> {
    let _lock = lock(cx)?;
    let stamp = cx.web_target().join("howdah-stamp");
    let inputs = fingerprint(cx, profile)?;
    if fs::read_to_string(&stamp).is_ok_and(|built| built == inputs) && cx.dist().join("index.html").is_file()
    {
        return Ok(());
    }
    let begun = Instant::now();
    if log.is_none() {
        let kind = match profile {
            Profile::Dev => "dev",
            Profile::Release => "release: 2 to 3 min from nothing",
        };
        println!("Building the web app ({kind})");
    }
    let _ = fs::remove_file(&stamp);
    // Built elsewhere and put in place at the end: a running dev server never sees half an app.
    let staging = cx.web_target().join("dist");
    remove_dir(&staging)?;
    fs::create_dir_all(&staging)?;
    trunk(cx, profile, &staging, log)?;
    page::finish(&staging)?;
    if profile == Profile::Release {
        compress::all(&staging)?;
    }
    let dist = cx.dist();
    remove_dir(&dist)?;
    fs::rename(&staging, &dist).with_context(|| format!("moving the app to {}", dist.display()))?;
    fs::write(&stamp, inputs)?;
    println!("The web app is built: {}", proc::duration(begun.elapsed()));
    Ok(())
}

/// One build at a time in each clone.
fn lock(cx: &Cx) -> Result<File> {
    fs::create_dir_all(cx.web_target())?;
    let path = cx.web_target().join("howdah-lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("opening {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("… waiting for the web app's build that is running");
            file.lock().context("waiting for the web app's build")?;
        }
        Err(TryLockError::Error(error)) => return Err(error).context("locking the web app's build"),
    }
    Ok(file)
}

fn remove_dir(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("removing {}", dir.display()))?;
    }
    Ok(())
}

fn trunk(cx: &Cx, profile: Profile, staging: &Path, log: Option<&Path>) -> Result<()> {
    let vars = setup::web_env(cx)?;
    // `Command` looks its program up in our own PATH, not in the one that it is given.
    let path =
        vars.iter().find(|(name, _)| *name == "PATH").map(|(_, value)| value.clone()).unwrap_or_default();
    let program = std::env::split_paths(&path).map(|dir| dir.join("trunk")).find(|program| program.is_file());
    let mut trunk = Command::new(program.context("Trunk is missing: run cargo xtask setup")?);
    trunk.current_dir(cx.root.join("frontend"));
    trunk.args(["build", "--offline", "--config", "Trunk.toml", "--dist"]).arg(staging);
    if profile == Profile::Release {
        // index.html names the profile of release builds.
        trunk.arg("--release");
    }
    // Trunk reads NO_COLOR as a boolean and refuses the usual "1".
    trunk.env_remove("NO_COLOR").env("RUST_BACKTRACE", "0").envs(vars);
    match log {
        None => proc::run(&mut trunk),
        Some(log) => proc::run_logged("the web app", &mut trunk, log),
    }
}

/// Everything the app is made from, as one word.
fn fingerprint(cx: &Cx, profile: Profile) -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(format!("{profile:?} 2").as_bytes());
    let mut files: Vec<PathBuf> = vec![cx.root.join("Cargo.toml"), cx.root.join("Cargo.lock")];
    for file in ["web.rs", "page.rs", "compress.rs"] {
        files.push(cx.root.join("crates/xtask/src").join(file));
    }
    files.extend(files_below(&cx.root.join("crates/types"), &["tests"])?);
    files.extend(files_below(&cx.root.join("frontend"), &["dist", "node_modules", "target"])?);
    for file in files {
        let name = file.strip_prefix(&cx.root).unwrap_or(&file);
        fingerprint.add(name.to_string_lossy().as_bytes());
        fingerprint.add_file(&file)?;
    }
    Ok(fingerprint.hex())
}
