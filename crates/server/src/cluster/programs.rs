//! The PostgreSQL programs that are installed, and which of them fits.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::account::Runner;
use super::reach;

/// The oldest and the newest major version that Howdah is made for.
pub(crate) const SUPPORTED: std::ops::RangeInclusive<u32> = 13..=19;

/// A major and minor version of PostgreSQL; the minor one of betas and of development is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A directory with `postgres`, `initdb` and `pg_ctl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Programs {
    pub(crate) bin: PathBuf,
    pub(crate) version: Version,
}

impl Programs {
    /// One program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Looks at one directory.
    fn at(bin: &Path) -> Option<Self> {
        // Canonical, so that one installation found by three ways counts once.
        let bin = std::fs::canonicalize(bin).ok()?;
        if !["postgres", "initdb", "pg_ctl"].iter().all(|name| bin.join(name).is_file()) {
            return None;
        }
        let version = parse_version(&run(&bin.join("postgres"), "--version")?)?;
        Some(Self { bin, version })
    }

    /// Whether the server can preload `pg_stat_statements`; naming a missing library keeps it from starting.
    pub(crate) fn has_statistics(&self) -> bool {
        let told = run(&self.program("pg_config"), "--pkglibdir").map(|dir| PathBuf::from(dir.trim()));
        let near = ["lib", "lib/postgresql"].iter().filter_map(|dir| Some(self.bin.parent()?.join(dir)));
        told.into_iter().chain(near).any(|dir| {
            ["so", "dylib"].iter().any(|end| dir.join("pg_stat_statements").with_extension(end).is_file())
        })
    }
}

/// Why no programs fit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ProgramsError {
    #[error(
        "no PostgreSQL server was found on this machine (programs initdb, postgres and pg_ctl).\n\
         Install it (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql@18), name the directory \
         of its programs with --postgres-bin, or give a server that runs already with HOWDAH_DATABASE_URL."
    )]
    None,
    #[error("--postgres-bin {}: this directory does not hold initdb, postgres and pg_ctl that work", .0.display())]
    NotThere(PathBuf),
    #[error(
        "the PostgreSQL programs in {} cannot be reached by the account that runs PostgreSQL, because {} has no \
         execute permission for it. Install them elsewhere, or name others with --postgres-bin.",
        bin.display(), barrier.display()
    )]
    OutOfReach { bin: PathBuf, barrier: PathBuf },
    #[error(
        "Howdah needs PostgreSQL 13 to 19; installed: {installed}. Install a newer one or give --postgres-bin."
    )]
    Unsupported { installed: String },
    #[error(
        "the data directory {} was made by PostgreSQL {data}, and only {installed} can be found.\n\
         Install PostgreSQL {data} beside it (Debian, Ubuntu: apt install postgresql-{data}; macOS: brew install \
         postgresql@{data}) or name its programs with --postgres-bin. A newer version takes the data over by pg_upgrade, \
         or by pg_dump into an empty --data-dir; an older one cannot. Nothing was changed.",
        dir.display()
    )]
    OtherMajor { dir: PathBuf, data: u32, installed: String },
}

/// All usable programs: the named directory only, or everything that can be found.
pub(crate) fn find(named: Option<&Path>, runner: Option<Runner>) -> Result<Vec<Programs>, ProgramsError> {
    let barrier = |bin: &Path| runner.and_then(|runner| reach::barrier(bin, runner));
    if let Some(dir) = named {
        let programs = Programs::at(dir).ok_or_else(|| ProgramsError::NotThere(dir.to_owned()))?;
        return match barrier(&programs.bin) {
            Some(barrier) => Err(ProgramsError::OutOfReach { bin: programs.bin, barrier }),
            None => Ok(vec![programs]),
        };
    }
    let mut found: Vec<Programs> = Vec::new();
    let mut out_of_reach = None;
    for programs in places().iter().filter_map(|dir| Programs::at(dir)) {
        if found.contains(&programs) {
            continue;
        }
        match barrier(&programs.bin) {
            Some(barrier) => out_of_reach = Some(ProgramsError::OutOfReach { bin: programs.bin, barrier }),
            None => found.push(programs),
        }
    }
    match out_of_reach {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// The programs for a cluster of major version `data`, or for a new one.
pub(crate) fn choose(found: &[Programs], dir: &Path, data: Option<u32>) -> Result<Programs, ProgramsError> {
    let mut sorted: Vec<&Programs> = found.iter().collect();
    sorted.sort_by_key(|programs| std::cmp::Reverse(programs.version));
    let installed = || {
        let mut versions: Vec<String> = sorted.iter().map(|programs| programs.version.to_string()).collect();
        versions.dedup();
        versions.join(", ")
    };
    if sorted.is_empty() {
        return Err(ProgramsError::None);
    }
    if let Some(data) = data {
        return match sorted.iter().find(|programs| programs.version.major == data) {
            Some(programs) => Ok((*programs).clone()),
            None => Err(ProgramsError::OtherMajor { dir: dir.to_owned(), data, installed: installed() }),
        };
    }
    match sorted.iter().find(|programs| SUPPORTED.contains(&programs.version.major)) {
        Some(programs) => Ok((*programs).clone()),
        None => Err(ProgramsError::Unsupported { installed: installed() }),
    }
}

/// Where packages put PostgreSQL.
fn places() -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    for (parent, prefix, inner) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql", "bin"),
        ("/usr/local/opt", "postgresql", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ] {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        let fitting =
            entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
        dirs.extend(fitting.map(|entry| entry.path().join(inner)));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    for dir in std::env::split_paths(&path).filter(|dir| dir.is_absolute()) {
        dirs.extend(run(&dir.join("pg_config"), "--bindir").map(|bin| PathBuf::from(bin.trim())));
        dirs.push(dir);
    }
    dirs
}

fn run(program: &Path, argument: &str) -> Option<String> {
    if !program.is_file() {
        return None;
    }
    let output = Command::new(program)
        .arg(argument)
        .env_clear()
        .envs(super::child::environment())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `… 19beta1`, `… 19devel`.
fn parse_version(text: &str) -> Option<Version> {
    let word = text.split_once("(PostgreSQL)")?.1.split_whitespace().next()?;
    let mut numbers = word.split(|c: char| !c.is_ascii_digit());
    let major = numbers.next()?.parse().ok()?;
    let minor =
        if word.contains('.') { numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0) } else { 0 };
    Some(Version { major, minor })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(versions: &[(u32, u32)]) -> Vec<Programs> {
        let one = |&(major, minor): &(u32, u32)| Programs {
            bin: PathBuf::from(format!("/pg/{major}.{minor}/bin")),
            version: Version { major, minor },
        };
        versions.iter().map(one).collect()
    }

    fn chosen(versions: &[(u32, u32)], data: Option<u32>) -> Result<String, ProgramsError> {
        choose(&programs(versions), Path::new("/data"), data).map(|programs| programs.version.to_string())
    }

    #[test]
    fn versions_are_read_from_what_postgres_says() {
        let of = |text: &str| parse_version(text).map(|version| version.to_string());
        assert_eq!(of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n").unwrap(), "15.18");
        assert_eq!(of("postgres (PostgreSQL) 19beta1\n").unwrap(), "19.0");
        assert_eq!(of("postgres (PostgreSQL) 20devel\n").unwrap(), "20.0");
        assert_eq!(of("PostgreSQL\n"), None);
    }

    #[test]
    fn a_new_cluster_gets_the_newest_supported_version() {
        assert_eq!(chosen(&[(15, 18), (18, 6), (18, 2), (12, 22)], None).unwrap(), "18.6");
        assert_eq!(chosen(&[(15, 18), (20, 0)], None).unwrap(), "15.18");
        assert_eq!(chosen(&[], None), Err(ProgramsError::None));
        assert!(chosen(&[(12, 22)], None).unwrap_err().to_string().contains("installed: 12.22"));
    }

    #[test]
    fn an_existing_cluster_gets_its_own_version_or_a_clear_message() {
        assert_eq!(chosen(&[(15, 18), (18, 6), (15, 3)], Some(15)).unwrap(), "15.18");
        let message = chosen(&[(18, 6), (17, 1)], Some(15)).unwrap_err().to_string();
        for part in ["PostgreSQL 15", "18.6, 17.1", "postgresql-15", "--postgres-bin", "pg_upgrade", "/data"]
        {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_directory_without_programs_is_named() {
        let error = find(Some(Path::new("/proc")), None).unwrap_err();
        assert_eq!(error, ProgramsError::NotThere(PathBuf::from("/proc")));
    }
}
