//! One Howdah per data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;

use crate::failure::Failure;

/// The data directory is ours until this is dropped or the process dies, however it dies.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or says who holds it.
    pub(crate) fn take(path: &Path, data_dir: &Path) -> Result<Self, Failure> {
        Self::try_take(path)?.map_err(|holder| {
            let holder = if holder.is_empty() { "another process".to_owned() } else { holder };
            Failure::usage_text(format!(
                "the data directory {} is in use by another Howdah: {holder}\nStop that one first, or choose another --data-dir.",
                data_dir.display()
            ))
        })
    }

    /// Takes the lock, or answers what the holder wrote into it.
    pub(crate) fn try_take(path: &Path) -> anyhow::Result<Result<Self, String>> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                let mut lock = Self { file };
                lock.describe(&format!("process {}", std::process::id()))?;
                Ok(Ok(lock))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).unwrap_or_default();
                Ok(Err(holder.trim().to_owned()))
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("lock {}", path.display())),
        }
    }

    /// Writes into the file who holds it.
    pub(crate) fn describe(&mut self, holder: &str) -> anyhow::Result<()> {
        let mut write = || {
            self.file.set_len(0)?;
            self.file.rewind()?;
            writeln!(self.file, "{holder}")
        };
        write().context("write into the lock file of the data directory")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_learns_who_holds_it() {
        let path = std::env::temp_dir().join(format!("howdah-lock-{}", std::process::id()));
        let mut first = Lock::try_take(&path).unwrap().unwrap();
        first.describe("process 7, http://127.0.0.1:8080").unwrap();
        assert_eq!(Lock::try_take(&path).unwrap().unwrap_err(), "process 7, http://127.0.0.1:8080");
        drop(first);
        assert!(Lock::try_take(&path).unwrap().is_ok());
        std::fs::remove_file(&path).unwrap();
    }
}
