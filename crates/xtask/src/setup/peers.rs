//! Programs that Howdah is compared with: `cargo xtask bench --peers`. Nothing else installs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{lock, node, step, system};
use crate::cx::{Cx, find_program, publish};
use crate::proc;

/// The version of postgres-meta; what it depends on is as new as npm finds it.
const POSTGRES_META: &str = "0.99.0";

/// Installs them where they are missing. Answers variables for the benchmarks: where each one is.
pub(crate) fn setup(cx: &Cx) -> Result<Vec<(&'static str, PathBuf)>> {
    let meta = cx.cache.join(format!("peer-postgres-meta-{POSTGRES_META}"));
    let adminer = cx.cache.join("peer-adminer");
    let php = php_reads_postgres();
    if !meta.is_dir() || !adminer.is_dir() || !php {
        let _lock = lock::take(cx)?;
        if !meta.is_dir() {
            step::announced("postgres-meta", "to compare lists of tables with", "20 s", || {
                postgres_meta(cx, &meta)
            })?;
        }
        if !php {
            system::install(cx, &["php-cli", "php-pgsql"])?;
        }
        if !adminer.is_dir() {
            step::announced("Adminer", "to compare lists of tables with", "5 s", || {
                unpack_adminer(cx, &adminer)
            })?;
        }
    }
    Ok(vec![
        ("HOWDAH_BENCH_POSTGRES_META", meta.join("node_modules/@supabase/postgres-meta")),
        ("HOWDAH_BENCH_ADMINER", adminer.join("usr/share/adminer")),
    ])
}

/// PHP is there, and its module for PostgreSQL, without which Adminer lets nobody in.
fn php_reads_postgres() -> bool {
    let Some(php) = find_program(&["php"]) else { return false };
    let modules = Command::new(php).arg("-m").output();
    modules.is_ok_and(|output| {
        output.stdout.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == b"pgsql")
    })
}

fn postgres_meta(cx: &Cx, dir: &Path) -> Result<()> {
    let scratch = cx.scratch("postgres-meta")?;
    let mut npm = Command::new("npm");
    npm.current_dir(&scratch).args(["install", "--ignore-scripts", "--no-audit", "--no-fund"]);
    npm.arg("--prefix").arg(&scratch).arg(format!("@supabase/postgres-meta@{POSTGRES_META}"));
    npm.env("PATH", super::tools_path(cx, node::bin_dirs(cx)?)?);
    proc::run_logged("npm", &mut npm, &cx.log_file("postgres-meta")?)?;
    publish(&scratch, dir)
}

/// Debian's package, unpacked and not installed: it would bring a web server along.
fn unpack_adminer(cx: &Cx, dir: &Path) -> Result<()> {
    if find_program(&["apt-get"]).is_none() {
        bail!("Adminer is taken from Debian's packages, and apt-get is not here");
    }
    let log = cx.log_file("adminer")?;
    let scratch = cx.scratch("adminer")?;
    let mut download = Command::new("apt-get");
    download.current_dir(&scratch).args(["download", "adminer"]);
    proc::run_logged("apt-get download", &mut download, &log)?;
    let entries = fs::read_dir(&scratch)?.collect::<Result<Vec<_>, _>>()?;
    let package =
        entries.iter().map(fs::DirEntry::path).find(|path| path.extension().is_some_and(|e| e == "deb"));
    let package = package.context("apt-get download adminer brought no package")?;
    let mut unpack = Command::new("dpkg-deb");
    unpack.arg("-x").arg(&package).arg(&scratch);
    proc::run_logged("dpkg-deb", &mut unpack, &log)?;
    fs::remove_file(&package)?;
    publish(&scratch, dir)
}
