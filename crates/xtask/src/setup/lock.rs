//! One set-up at a time for each cache folder.

use std::fs::{self, File, TryLockError};

use anyhow::{Context, Result};

use crate::cx::Cx;

/// Waits until no other clone is installing. The lock ends with the value, or with the process.
pub(super) fn take(cx: &Cx) -> Result<File> {
    let path = cx.cache.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("opening {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("  … waiting for another set-up that uses {}", cx.cache.display());
            file.lock().context("waiting for the set-up's lock")?;
        }
        Err(TryLockError::Error(error)) => return Err(error).context("taking the set-up's lock"),
    }
    // Left behind by a set-up that was ended; nobody else can be in there now.
    let _ = fs::remove_dir_all(cx.cache.join("tmp"));
    println!("Setting up; tools go to {}", cx.cache.display());
    Ok(file)
}
