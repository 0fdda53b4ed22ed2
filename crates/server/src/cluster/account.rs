//! Under which account of the operating system PostgreSQL runs. It refuses root, and rightly so.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, bail};

/// The account that runs PostgreSQL when Howdah itself is root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Runner {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Runner {
    /// The runner for a new cluster: none when Howdah is not root, else the named account, `postgres` or `nobody`.
    pub(crate) fn find(named: Option<&str>) -> anyhow::Result<Option<Self>> {
        if !is_root() {
            return Ok(None);
        }
        let candidates = named.map_or_else(|| vec!["postgres", "nobody"], |name| vec![name]);
        for name in &candidates {
            if let Some((uid, gid)) = look_up(name) {
                if uid == 0 {
                    bail!("--postgres-account {name}: PostgreSQL does not run as root; name another account");
                }
                return Ok(Some(Self { uid, gid }));
            }
        }
        let tried = candidates.join(", ");
        bail!(
            "there is no account {tried} on this machine to run PostgreSQL under; name one with --postgres-account"
        )
    }

    /// The runner for a cluster that exists: its owner.
    pub(crate) fn owner_of(cluster: &Path) -> anyhow::Result<Option<Self>> {
        use std::os::unix::fs::MetadataExt;
        let meta = std::fs::metadata(cluster).with_context(|| format!("look at {}", cluster.display()))?;
        if is_root() {
            if meta.uid() == 0 {
                bail!(
                    "{} belongs to root, and PostgreSQL does not run as root; chown it to an account that may run it",
                    cluster.display()
                );
            }
            return Ok(Some(Self { uid: meta.uid(), gid: meta.gid() }));
        }
        if meta.uid() != effective_uid() {
            bail!(
                "{} belongs to another account (uid {}): start Howdah as that account, or choose another --data-dir",
                cluster.display(),
                meta.uid()
            );
        }
        Ok(None)
    }

    /// Gives a file or directory to the runner.
    pub(crate) fn own(self, path: &Path) -> anyhow::Result<()> {
        std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid))
            .with_context(|| format!("give {} to the account that runs PostgreSQL", path.display()))
    }
}

/// Whether this process is root.
pub(crate) fn is_root() -> bool {
    effective_uid() == 0
}

/// The standard library does not tell it: `/proc` does on Linux, `id -u` elsewhere.
fn effective_uid() -> u32 {
    static UID: OnceLock<u32> = OnceLock::new();
    *UID.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        uid_of_status(&status).or_else(|| run_id(&["-u"])).unwrap_or(u32::MAX)
    })
}

/// `Uid:` holds the real, effective, saved and file-system ids.
fn uid_of_status(status: &str) -> Option<u32> {
    status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().nth(1)?.parse().ok()
}

/// Directory services count, where `id` is installed; else the file does.
fn look_up(name: &str) -> Option<(u32, u32)> {
    let by_id = || Some((id("-u", name)?, id("-g", name)?));
    let by_file = || in_passwd(&std::fs::read_to_string("/etc/passwd").ok()?, name);
    by_id().or_else(by_file)
}

fn in_passwd(file: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = file.lines().find(|line| line.split(':').next() == Some(name))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn id(what: &str, name: &str) -> Option<u32> {
    // A name that begins with a dash would be an option; `--` is not understood by every `id`.
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    run_id(&[what, name])
}

fn run_id(args: &[&str]) -> Option<u32> {
    let output = Command::new("/usr/bin/id")
        .args(args)
        .env_clear()
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effective_uid_is_the_second() {
        assert_eq!(uid_of_status("Name:\thowdah\nUid:\t1000\t0\t1000\t1000\n"), Some(0));
        assert_eq!(uid_of_status(""), None);
    }

    #[test]
    fn accounts_are_found_in_the_file() {
        let file = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(in_passwd(file, "postgres"), Some((101, 104)));
        assert_eq!(in_passwd(file, "post"), None);
        assert_eq!(in_passwd(file, ""), None);
    }

    #[test]
    fn options_are_no_accounts() {
        assert_eq!(id("-u", "-n"), None);
        assert_eq!(id("-u", ""), None);
        assert_eq!(id("-u", "root"), Some(0));
    }
}
