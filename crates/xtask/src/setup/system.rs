//! What only the system's package manager can bring.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::{Purpose, postgres, step};
use crate::cx::{Cx, find_program};
use crate::proc;

/// One thing that is looked for as a file, and the packages that bring it.
struct Need {
    present: bool,
    apt: &'static [&'static str],
    brew: &'static [&'static str],
}

/// Packages to install, by the names of this system's package manager.
pub(super) fn missing(cx: &Cx, purpose: Purpose) -> Vec<&'static str> {
    let mut needs = vec![
        Need {
            present: find_program(&["cc", "gcc", "clang"]).is_some(),
            apt: &["gcc", "libc6-dev"],
            brew: &[],
        },
        Need { present: find_program(&["node"]).is_some(), apt: &["nodejs"], brew: &["node"] },
        Need { present: find_program(&["npm"]).is_some(), apt: &["npm"], brew: &[] },
    ];
    if purpose >= Purpose::Run {
        needs.push(Need {
            present: postgres::installed().is_some(),
            apt: &["postgresql", "postgresql-contrib"],
            brew: &["postgresql@15"],
        });
    }
    if purpose == Purpose::Test {
        needs.push(Need {
            present: chromium().is_some(),
            apt: &["chromium", "chromium-sandbox"],
            brew: &["chromium"],
        });
        needs.push(Need {
            present: cfg!(target_os = "macos") || Path::new("/usr/share/fonts/truetype").is_dir(),
            apt: &["fonts-liberation"],
            brew: &[],
        });
        needs.push(Need {
            present: super::python::has_venv(cx),
            apt: &["python3", "python3-venv"],
            brew: &["python@3.12"],
        });
        // For tests of TLS and behind a pooler. Debian keeps the pooler where only root's PATH leads, and sets up a
        // service that the tests do not use: they start their own on a free port.
        needs.push(Need {
            present: find_program(&["openssl"]).is_some(),
            apt: &["openssl"],
            brew: &["openssl@3"],
        });
        needs.push(Need {
            present: find_program(&["pgbouncer"]).is_some() || Path::new("/usr/sbin/pgbouncer").is_file(),
            apt: &["pgbouncer"],
            brew: &["pgbouncer"],
        });
    }
    let brew = cfg!(target_os = "macos");
    let packages = needs.iter().filter(|need| !need.present);
    packages.flat_map(|need| if brew { need.brew } else { need.apt }).copied().collect()
}

/// Installs them, all at once.
pub(super) fn install(cx: &Cx, packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let why = "what the system's package manager brings";
    step::announced(&packages.join(" "), why, "1 min", || {
        if find_program(&["apt-get"]).is_some() {
            apt(cx, packages)
        } else if find_program(&["brew"]).is_some() {
            let log = cx.log_file("brew")?;
            proc::run_logged("brew", Command::new("brew").arg("install").args(packages), &log)
        } else {
            bail!("neither apt-get nor brew is here: install these by hand: {}", packages.join(" "))
        }
    })
}

fn apt(cx: &Cx, packages: &[&str]) -> Result<()> {
    let log = cx.log_file("apt")?;
    let _ = fs::remove_file(&log);
    if !cx.is_root {
        if find_program(&["sudo"]).is_none() {
            bail!("root or sudo is needed once: apt-get install {}", packages.join(" "));
        }
        // Asks for the password now, where it can be seen; the next calls are quiet.
        proc::run(Command::new("sudo").arg("-v").stdin(Stdio::inherit()))?;
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = if cx.is_root { Command::new("env") } else { Command::new("sudo") };
        if !cx.is_root {
            command.arg("env");
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]);
        command.args(arguments);
        command
    };
    // Old lists may still be good enough, so a failure here is not the end.
    if let Err(error) = proc::run_logged("apt-get update", &mut apt_get(&["update"]), &log) {
        println!("  ! apt-get update failed, going on with the old lists: {error}");
    }
    let mut install = apt_get(&["install", "-y", "--no-install-recommends"]);
    proc::run_logged("apt-get install", install.args(packages), &log)
}

/// The browser that the tests drive. `HOWDAH_CHROMIUM` names another one.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("HOWDAH_CHROMIUM").map(PathBuf::from) {
        return path.is_file().then_some(path);
    }
    let mac = Path::new("/Applications/Chromium.app/Contents/MacOS/Chromium");
    find_program(&["chromium", "chromium-browser", "google-chrome"])
        .or_else(|| mac.is_file().then(|| mac.to_path_buf()))
}
