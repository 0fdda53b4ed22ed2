//! A stable fingerprint of files, to know whether anything changed. Not for security.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// FNV-1a, 64 bits: std's own hasher may differ from one Rust version to the next.
#[derive(Debug)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        // A separator, so that "ab" + "c" and "a" + "bc" differ.
        self.0 = (self.0 ^ 0xff).wrapping_mul(0x0100_0000_01b3);
    }

    pub(crate) fn add_file(&mut self, path: &Path) -> Result<()> {
        let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        self.add(&bytes);
        Ok(())
    }

    pub(crate) fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// All files below `dir`, sorted, without the folders that `skip` names.
pub(crate) fn files_below(dir: &Path, skip: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("listing {}", next.display()))? {
            let entry = entry?;
            let skipped = skip.iter().any(|name| entry.file_name() == *name);
            if entry.file_type()?.is_dir() {
                if !skipped {
                    open.push(entry.path());
                }
            } else if !skipped {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}
