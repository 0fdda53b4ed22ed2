//! The `PostgreSQL` programs under test, and the account they run as.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A folder of `PostgreSQL` programs of one version.
#[derive(Debug, Clone)]
pub struct Programs {
    bin: PathBuf,
    /// The major version, for example 18.
    pub major: u32,
}

impl Programs {
    /// Those of `HOWDAH_TEST_PG_BIN`, else the newest below the places where Debian and Homebrew keep them.
    pub fn find() -> Self {
        static FOUND: OnceLock<Programs> = OnceLock::new();
        FOUND
            .get_or_init(|| {
                if let Some(bin) = std::env::var_os("HOWDAH_TEST_PG_BIN") {
                    return Self::at(Path::new(&bin)).expect("HOWDAH_TEST_PG_BIN holds initdb and postgres");
                }
                Self::all().pop().expect("PostgreSQL is installed, or HOWDAH_TEST_PG_BIN names its folder")
            })
            .clone()
    }

    /// Those of [`Programs::find`] where they were built with TLS, else the newest that were: the `PostgreSQL` of
    /// Python's package index is built without.
    pub fn with_tls() -> Self {
        let candidates = std::iter::once(Self::find()).chain(Self::all().into_iter().rev());
        let mut able = candidates.filter(|programs| {
            let output = Command::new(programs.bin.join("pg_config")).arg("--configure").output();
            output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("openssl"))
        });
        able.next().expect("a PostgreSQL that was built with TLS is installed")
    }

    /// Every installed version, the newest last.
    pub fn all() -> Vec<Self> {
        let mut found = Vec::new();
        for root in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
            let entries = fs::read_dir(root).into_iter().flatten().flatten();
            found.extend(entries.filter_map(|entry| Self::at(&entry.path().join("bin"))));
        }
        found.sort_by_key(|programs: &Self| programs.major);
        found
    }

    fn at(bin: &Path) -> Option<Self> {
        let output = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        Some(Self { bin: bin.to_path_buf(), major: digits.parse().ok()? })
    }

    /// The folder.
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// One of the programs, to be run as the unprivileged account where the tests run as root.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir("/").env("LC_ALL", "C").env_remove("PGHOST").env_remove("PGPORT");
        if let Some((uid, gid)) = unprivileged() {
            command.uid(uid).gid(gid);
        }
        command
    }
}

/// The account for `PostgreSQL`, where the tests run as root.
pub(crate) fn unprivileged() -> Option<(u32, u32)> {
    let root = fs::metadata("/proc/self").map_or_else(|_| current_uid_of_new_file(), |data| data.uid()) == 0;
    if !root {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").expect("read /etc/passwd");
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

fn current_uid_of_new_file() -> u32 {
    let path = format!("/tmp/hd-uid-{}", std::process::id());
    fs::write(&path, "").expect("write to /tmp");
    let uid = fs::metadata(&path).expect("the file").uid();
    let _ = fs::remove_file(&path);
    uid
}

/// Runs a command to its end; fails with its output when it fails.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Sends a signal, for example `-9`, by process number.
pub(crate) fn signal(signal: &str, pid: impl AsRef<OsStr>) -> bool {
    Command::new("kill").arg(signal).arg(pid).output().is_ok_and(|output| output.status.success())
}

/// Waits until the process is gone.
pub(crate) fn wait_until_gone(pid: &str, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while signal("-0", pid) && !is_zombie(pid) {
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

fn is_zombie(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

/// The numbers in the `postmaster.pid` files below a folder.
pub(crate) fn postmasters_below(dir: &Path) -> Vec<String> {
    fn search(dir: &Path, depth: u32, found: &mut Vec<String>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_name() == "postmaster.pid" {
                let text = fs::read_to_string(&path).unwrap_or_default();
                found.extend(text.lines().next().map(|line| line.trim().to_owned()));
            } else if depth < 4 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                search(&path, depth + 1, found);
            }
        }
    }
    let mut found = Vec::new();
    search(dir, 0, &mut found);
    found.retain(|pid| !pid.is_empty());
    found
}

/// Stops every `PostgreSQL` whose data lie below a folder, at once.
pub(crate) fn stop_postgres_below(dir: &Path) {
    for pid in postmasters_below(dir) {
        signal("-QUIT", &pid);
        if !wait_until_gone(&pid, Duration::from_secs(5)) {
            signal("-9", &pid);
        }
    }
}
