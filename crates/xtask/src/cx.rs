//! Where things are: the clone, the cache folder that all clones share, and who runs this.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Places and facts that every command needs.
#[derive(Debug, Clone)]
pub(crate) struct Cx {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// Tools of pinned versions, one folder each; shared by all clones of this account.
    pub(crate) cache: PathBuf,
    /// System packages need no sudo, and `PostgreSQL` refuses to run.
    pub(crate) is_root: bool,
}

impl Cx {
    pub(crate) fn new() -> Result<Self> {
        let root = workspace_root()?;
        let is_root = current_uid()? == 0;
        let cache = cache_dir(is_root, &root)?;
        Ok(Self { root, cache, is_root })
    }

    /// Output of long steps, one file per step; shown only when the step fails.
    pub(crate) fn log_file(&self, name: &str) -> Result<PathBuf> {
        let dir = self.cache.join("logs");
        create_shared_dir(&dir)?;
        Ok(dir.join(format!("{name}.log")))
    }

    /// A fresh folder on the cache's own file system, so that a finished tool can be renamed into place.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf> {
        let dir = self.cache.join("tmp").join(format!("{name}-{}", std::process::id()));
        if dir.exists() {
            fs::remove_dir_all(&dir).with_context(|| format!("clearing {}", dir.display()))?;
        }
        create_shared_dir(&dir)?;
        Ok(dir)
    }

    /// The app's own target folder: another compiler and another profile would otherwise
    /// fight with the native builds over the lock and the artefacts.
    pub(crate) fn web_target(&self) -> PathBuf {
        self.root.join("target/web")
    }

    /// What the app's build writes and the server embeds.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("frontend/dist")
    }
}

/// The folder's files must be readable by the unprivileged account that runs `PostgreSQL`
/// for root, whatever the umask is.
pub(crate) fn create_shared_dir(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("creating {}", dir.display()))
}

/// Puts a finished folder in its place. A clone that was quicker wins.
pub(crate) fn publish(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        create_shared_dir(parent)?;
    }
    make_readable(from)?;
    match fs::rename(from, to) {
        Err(_) if to.exists() => {
            fs::remove_dir_all(from).with_context(|| format!("removing {}", from.display()))
        }
        other => other.with_context(|| format!("moving {} to {}", from.display(), to.display())),
    }
}

/// Lets every account read and enter the folder: root's umask may be 077.
pub(crate) fn make_readable(dir: &Path) -> Result<()> {
    let status = Command::new("chmod").args(["-R", "a+rX"]).arg(dir).status()?;
    if !status.success() {
        bail!("chmod a+rX {} failed", dir.display());
    }
    Ok(())
}

/// The first of `names` that is on PATH.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        env::split_paths(&path).map(|dir| dir.join(name)).find(|candidate| candidate.is_file())
    })
}

fn workspace_root() -> Result<PathBuf> {
    // Cargo sets the variable for `cargo run`; the compiled-in value is wrong once a clone has moved.
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = manifest.ancestors().nth(2).context("xtask is not inside the workspace")?;
    Ok(root.to_path_buf())
}

/// `id -u`, because std cannot tell and unsafe code is forbidden here.
pub(crate) fn current_uid() -> Result<u32> {
    let output = Command::new("id").arg("-u").output().context("running id -u")?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("reading the output of id -u")
}

/// The cache folder. Root's is outside of its home: that is closed to the account `PostgreSQL` runs as.
fn cache_dir(is_root: bool, root: &Path) -> Result<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let mut candidates = Vec::new();
    if let Some(dir) = absolute("HOWDAH_CACHE_DIR") {
        candidates.push(dir);
    }
    if is_root && !cfg!(target_os = "macos") {
        candidates.push(PathBuf::from("/var/cache/howdah"));
    }
    if let Some(dir) = absolute("XDG_CACHE_HOME") {
        candidates.push(dir.join("howdah"));
    }
    // HOME may be unset or somebody else's; the system knows better then.
    for home in absolute("HOME").into_iter().chain(home_of_account()) {
        let below = if cfg!(target_os = "macos") { "Library/Caches/howdah" } else { ".cache/howdah" };
        candidates.push(home.join(below));
    }
    candidates.push(root.join("target/cache"));
    for dir in &candidates {
        if create_shared_dir(dir).is_ok() && is_writable(dir) {
            return Ok(dir.clone());
        }
    }
    bail!(
        "no cache folder can be written (tried {}): set HOWDAH_CACHE_DIR to an absolute path",
        candidates.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", ")
    )
}

/// The home folder of the account by the system's own list (not on macOS, which has no such command).
fn home_of_account() -> Option<PathBuf> {
    let uid = current_uid().ok()?.to_string();
    let output = Command::new("getent").args(["passwd", &uid]).output().ok()?;
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    let home = PathBuf::from(line.split(':').nth(5)?);
    (home.is_absolute() && home.is_dir()).then_some(home)
}

fn is_writable(dir: &Path) -> bool {
    let probe = dir.join(format!(".probe-{}", std::process::id()));
    let ok = fs::write(&probe, b"").is_ok();
    let _ = fs::remove_file(&probe);
    ok
}
