//! Makes the private cluster: complete, or not at all.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Context, bail};

use super::account::Runner;
use super::child::{self, Failed};
use super::layout::{self, Layout};
use super::programs::Programs;

/// The role that owns the private cluster.
pub(crate) const SUPERUSER: &str = "postgres";

/// Sorting by code point is the same on every system and never breaks an index when the C library is updated. Some
/// systems lack the locale: `C` sorts the same way.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

/// Runs initdb beside the final place and renames the result, so that a half-made cluster is never taken for one.
pub(crate) async fn make(layout: &Layout, programs: &Programs, runner: Option<Runner>) -> anyhow::Result<()> {
    let half_made = layout.half_made();
    remove(&half_made)?;
    let password = layout.new_password()?;
    let result = fill(&half_made, &password, programs, runner).await;
    if let Err(error) = result {
        // The first error is the one that counts.
        let _ = remove(&half_made);
        return Err(explain(error, layout));
    }
    std::fs::rename(&half_made, layout.cluster()).context("put the new cluster in its place")?;
    sync_dir(&layout.root)
}

async fn fill(dir: &Path, password: &str, programs: &Programs, runner: Option<Runner>) -> anyhow::Result<()> {
    let mut last = None;
    for locale in LOCALES {
        remove(dir)?;
        layout::create_private_dir(dir)?;
        if let Some(runner) = runner {
            runner.own(dir)?;
        }
        let file = PasswordFile::new(dir.with_added_extension("password"), password, runner)?;
        let mut arguments: Vec<OsString> = vec!["-D".into(), dir.into(), "-U".into(), SUPERUSER.into()];
        arguments.push(joined("--pwfile=", file.0.as_os_str()));
        arguments.push(format!("--locale={locale}").into());
        let fixed = [
            "--auth-local=scram-sha-256",
            "--auth-host=scram-sha-256",
            "--data-checksums",
            "--encoding=UTF8",
            "--lc-messages=C",
        ];
        arguments.extend(fixed.map(OsString::from));
        match child::run(&programs.program("initdb"), runner, arguments).await {
            Ok(()) => return Ok(()),
            Err(error) if said(&error).contains("invalid locale name") => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    last.map_or_else(|| bail!("initdb was not tried"), Err)
}

/// initdb reads the password from a file of the runner's own; it goes away with this value.
struct PasswordFile(std::path::PathBuf);

impl PasswordFile {
    fn new(path: std::path::PathBuf, password: &str, runner: Option<Runner>) -> anyhow::Result<Self> {
        layout::write_private(&path, &format!("{password}\n"))?;
        let file = Self(path);
        if let Some(runner) = runner {
            runner.own(&file.0)?;
        }
        Ok(file)
    }
}

impl Drop for PasswordFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(%error, path = %self.0.display(), "a file with a password could not be removed");
        }
    }
}

fn joined(option: &str, value: &OsStr) -> OsString {
    let mut text = OsString::from(option);
    text.push(value);
    text
}

fn said(error: &anyhow::Error) -> &str {
    error.downcast_ref::<Failed>().map_or("", |failed| &failed.said)
}

fn explain(error: anyhow::Error, layout: &Layout) -> anyhow::Error {
    let full = child::says_disk_full(said(&error))
        || error.chain().any(|cause| {
            cause
                .downcast_ref::<std::io::Error>()
                .is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull)
        });
    let what = if full {
        format!(
            "the disk that holds {} is full: a new cluster needs about 60 MB. What was half made has been removed; make \
             room and start again",
            layout.root.display()
        )
    } else {
        format!("make a private PostgreSQL cluster in {}", layout.cluster().display())
    };
    error.context(what)
}

fn remove(dir: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove the half-made cluster {}", dir.display()))
        }
        _ => Ok(()),
    }
}

fn sync_dir(dir: &Path) -> anyhow::Result<()> {
    let sync = || std::fs::File::open(dir)?.sync_all();
    sync().with_context(|| format!("write {} to the disk", dir.display()))
}
