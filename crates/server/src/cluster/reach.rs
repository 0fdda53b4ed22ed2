//! Whether the account that runs PostgreSQL can reach a directory. A home of mode 0700 bars the way, and
//! PostgreSQL's own message about it helps nobody.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::account::Runner;

/// The first directory on the way to `path` that the runner may not pass, judged by mode bits. What does not exist
/// yet bars nothing: Howdah makes it passable.
pub(crate) fn barrier(path: &Path, runner: Runner) -> Option<PathBuf> {
    // A symbolic link on the way leads through other directories: judge those as well.
    let real = std::fs::canonicalize(path).ok();
    let mut steps: Vec<&Path> =
        path.ancestors().chain(real.iter().flat_map(|real| real.ancestors())).collect();
    steps.reverse();
    steps
        .into_iter()
        .find(|step| {
            std::fs::metadata(step).is_ok_and(|meta| !passable(meta.mode(), meta.uid(), meta.gid(), runner))
        })
        .map(Path::to_path_buf)
}

/// The execute bit that counts: the owner's, the group's or that of others, the first that applies.
fn passable(mode: u32, uid: u32, gid: u32, runner: Runner) -> bool {
    let bit = if uid == runner.uid {
        0o100
    } else if gid == runner.gid {
        0o010
    } else {
        0o001
    };
    mode & bit != 0
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const RUNNER: Runner = Runner { uid: 4_000_001, gid: 4_000_002 };

    #[test]
    fn the_bit_that_applies_first_decides() {
        assert!(passable(0o755, 0, 0, RUNNER));
        assert!(!passable(0o700, 0, 0, RUNNER));
        assert!(passable(0o710, 0, RUNNER.gid, RUNNER));
        assert!(!passable(0o701, 0, RUNNER.gid, RUNNER));
        assert!(passable(0o100, RUNNER.uid, 0, RUNNER));
        assert!(!passable(0o077, RUNNER.uid, RUNNER.gid, RUNNER));
    }

    #[test]
    fn the_directory_that_bars_the_way_is_named() {
        let base = std::env::temp_dir().join(format!("howdah-reach-{}", std::process::id()));
        let inner = base.join("private/inner");
        std::fs::create_dir_all(&inner).unwrap();
        for (dir, mode) in [(base.clone(), 0o755), (base.join("private"), 0o700), (inner.clone(), 0o755)] {
            std::fs::set_permissions(dir, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let link = base.join("link");
        std::os::unix::fs::symlink(&inner, &link).unwrap();
        let real = std::fs::canonicalize(&base).unwrap();
        assert_eq!(barrier(&inner, RUNNER), Some(base.join("private")));
        assert_eq!(barrier(&base.join("private/not/yet"), RUNNER), Some(base.join("private")));
        assert_eq!(barrier(&link, RUNNER), Some(real.join("private")), "through a symbolic link");
        assert_eq!(barrier(&base, RUNNER), None);
        std::fs::remove_dir_all(&base).unwrap();
    }
}
