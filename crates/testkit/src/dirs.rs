//! Folders that the tests own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{programs, random_secret, watchdog};

/// A folder below `/tmp` with a short path (unix sockets allow 107 bytes), removed when dropped or when the test
/// process dies. A `PostgreSQL` that still runs in it is stopped first.
#[derive(Debug)]
pub struct TestDir {
    path: PathBuf,
}

impl TestDir {
    /// Makes it, enterable by everybody: as root, `PostgreSQL` runs as another account.
    pub fn new() -> Self {
        let path = PathBuf::from(format!("/tmp/hd-{}", random_secret(8)));
        fs::create_dir(&path).expect("make a folder in /tmp");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("open the folder");
        watchdog::owns_dir(&path);
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Default for TestDir {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestDir {
    fn drop(&mut self) {
        programs::stop_postgres_below(&self.path);
        // What is left, for example because it is still in use, goes with the watchdog.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Whether a mount namespace with a small file system can be made here (root, or allowed to be in a namespace).
pub fn mount_namespace_works() -> bool {
    Command::new("unshare")
        .args(["-m", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"])
        .output()
        .is_ok_and(|output| output.status.success())
}
