//! Builds the web app: compiles it, cuts it into the first view and the parts that are loaded on demand, makes all
//! of it small, and writes it under the names that the server sends.

mod compile;
mod merge;
mod page;
pub(crate) mod parallel;
mod publish;
mod split;
mod tools;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::compress;
use crate::cx::Cx;
use crate::hash::{Fingerprint, files_below};
use crate::proc;
use tools::Tools;

/// How the app is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to compile, tens of megabytes, all of it loaded at once.
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
    clear(&staging)?;
    let frontend = cx.root.join("frontend");
    let tools = Tools::new(cx, log)?;
    let compiled = compile::compile(cx, &tools, profile)?;
    let app = publish::publish(&frontend, &compiled, &staging)?;
    page::write(&frontend, &staging, &app)?;
    if profile == Profile::Release {
        compress::all(&staging)?;
    }
    let dist = cx.dist();
    remove_dir(&dist)?;
    move_dir(&staging, &dist).with_context(|| format!("moving the app to {}", dist.display()))?;
    fs::write(&stamp, inputs)?;
    println!("The web app is built: {}", proc::duration(begun.elapsed()));
    Ok(())
}

/// The folders may lie on two disks, as in a container whose `target` is a mount.
fn move_dir(from: &Path, to: &Path) -> std::io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {}
        done => return done,
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            move_dir(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), &place)?;
        }
    }
    fs::remove_dir_all(from)
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

/// Makes the folder, empty.
fn clear(dir: &Path) -> Result<()> {
    remove_dir(dir)?;
    fs::create_dir_all(dir).with_context(|| format!("creating {}", dir.display()))
}

/// Everything the app is made from, as one word.
fn fingerprint(cx: &Cx, profile: Profile) -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(format!("{profile:?} 3").as_bytes());
    let mut files: Vec<PathBuf> = vec![cx.root.join("Cargo.toml"), cx.root.join("Cargo.lock")];
    files.push(cx.root.join("crates/xtask/src/compress.rs"));
    files.extend(files_below(&cx.root.join("crates/xtask/src/web"), &[])?);
    for library in ["sql", "types"] {
        files.extend(files_below(&cx.root.join("crates").join(library), &["tests"])?);
    }
    files.extend(files_below(&cx.root.join("frontend"), &["dist", "node_modules", "target"])?);
    for file in files {
        let name = file.strip_prefix(&cx.root).unwrap_or(&file);
        fingerprint.add(name.to_string_lossy().as_bytes());
        fingerprint.add_file(&file)?;
    }
    Ok(fingerprint.hex())
}
