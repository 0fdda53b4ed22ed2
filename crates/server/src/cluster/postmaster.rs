//! The PostgreSQL process of the private cluster: started as a child, or taken up again after an earlier Howdah died.

use std::fs::OpenOptions;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::process::{Child, Command};

use super::Cluster;
use super::child;
use super::layout::Endpoint;
use crate::failure::chain;

/// How often a process that is not our child is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// The log is cut when it has grown beyond this; one older file is kept.
const LOG_MAX: u64 = 16 * 1024 * 1024;

/// The running server.
#[derive(Debug)]
pub(crate) enum Postmaster {
    /// Started by this process.
    Child(Box<Child>),
    /// Started by an earlier Howdah that was killed: its process id and data directory.
    Adopted(u32, PathBuf),
}

impl Postmaster {
    /// Its process id, while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        match self {
            Self::Child(child) => child.id(),
            Self::Adopted(pid, _) => Some(*pid),
        }
    }

    /// Waits for its end and says how it ended. May be dropped and called again.
    pub(crate) async fn ended(&mut self) -> String {
        match self {
            Self::Child(child) => match child.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => format!("its end could not be waited for: {error}"),
            },
            Self::Adopted(pid, cluster) => {
                while serves(*pid, cluster).await {
                    tokio::time::sleep(LOOK).await;
                }
                "its process is gone".to_owned()
            }
        }
    }
}

/// Starts `postgres` itself: no shell and no `pg_ctl` between, so that its end is seen at once.
pub(crate) fn spawn(cluster: &Cluster) -> anyhow::Result<Postmaster> {
    trim_log(&cluster.layout.log())?;
    let log = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(cluster.layout.log())
        .with_context(|| format!("open {}", cluster.layout.log().display()))?;
    let mut command = child::command(&cluster.programs.program("postgres"), cluster.runner);
    command.arg("-D").arg(cluster.layout.cluster());
    command.stdout(log.try_clone().context("share the log file")?).stderr(log);
    // It must outlive a Howdah that is killed: the next one takes it up.
    command.kill_on_drop(false);
    let child = command
        .spawn()
        .with_context(|| format!("start {}", cluster.programs.program("postgres").display()))?;
    Ok(Postmaster::Child(Box::new(child)))
}

/// The process id in `postmaster.pid`, if that process lives and serves this cluster. After a crash the number may
/// belong to any process: it must never be told to stop.
pub(crate) async fn running(cluster: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let pid = text.lines().next()?.trim().parse().ok()?;
    serves(pid, cluster).await.then_some(pid)
}

/// Whether `postmaster.pid` says that connections are taken. Trying earlier would only fill the log with refusals.
pub(crate) fn announces_ready(cluster: &Path) -> bool {
    let text = std::fs::read_to_string(cluster.join("postmaster.pid")).unwrap_or_default();
    text.lines().nth(7).is_some_and(|status| matches!(status.trim(), "ready" | "standby"))
}

/// Whether the process lives and was started for this cluster, by its command line.
async fn serves(pid: u32, cluster: &Path) -> bool {
    let line = if cfg!(target_os = "linux") {
        std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()
    } else {
        let mut command = Command::new("/bin/ps");
        command.env_clear().args(["-ww", "-p", &pid.to_string(), "-o", "command="]);
        let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().await;
        output.map(|output| output.stdout).unwrap_or_default()
    };
    let wanted = cluster.as_os_str().as_bytes();
    line.windows(wanted.len()).any(|part| part == wanted)
}

/// What a try to connect says about the server.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It is ours and ready.
    Ready,
    /// It starts or recovers.
    Starting,
    /// Nobody answers.
    Silent(anyhow::Error),
}

/// Tries to connect; another server than ours, or a password that does not fit, is an error.
pub(crate) async fn probe(cluster: &Cluster) -> anyhow::Result<Answer> {
    let mut config = cluster.client_config("postgres");
    config.connect_timeout(Duration::from_secs(5));
    let (client, connection) = match config.connect(tokio_postgres::NoTls).await {
        Ok(both) => both,
        Err(error) => {
            return match error.code() {
                Some(code) if *code == tokio_postgres::error::SqlState::CANNOT_CONNECT_NOW => {
                    Ok(Answer::Starting)
                }
                Some(_) => Err(error).context("sign in to the private cluster"),
                None => Ok(Answer::Silent(error.into())),
            };
        }
    };
    let connection = tokio::spawn(connection);
    let row = client.query_one("SELECT pg_catalog.current_setting('data_directory')", &[]).await;
    drop(client);
    // It ends by itself once the client is gone.
    drop(connection);
    let directory: String = match row {
        Ok(row) => row.get(0),
        Err(error) if error.code().is_none() => return Ok(Answer::Silent(error.into())),
        Err(error) => return Err(error).context("ask the private cluster for its directory"),
    };
    let same = std::fs::canonicalize(&directory).ok() == std::fs::canonicalize(cluster.layout.cluster()).ok();
    if !same {
        bail!(
            "where the private cluster should listen, a PostgreSQL server with the data directory {directory} answers"
        );
    }
    Ok(Answer::Ready)
}

/// Stops the server: fast, and when that takes too long at once.
pub(crate) async fn stop(cluster: &Cluster, limit: Duration) -> anyhow::Result<()> {
    let seconds = limit.as_secs().max(1).to_string();
    let Err(error) = pg_ctl_stop(cluster, "fast", &seconds).await else { return Ok(()) };
    if running(&cluster.layout.cluster()).await.is_none() {
        return Ok(());
    }
    let error = chain(&error);
    tracing::warn!(
        error,
        "the private cluster is slow to stop and is stopped at once; it recovers at the next start"
    );
    pg_ctl_stop(cluster, "immediate", "10").await
}

async fn pg_ctl_stop(cluster: &Cluster, mode: &str, seconds: &str) -> anyhow::Result<()> {
    let data = cluster.layout.cluster();
    let arguments: [&std::ffi::OsStr; 9] = [
        "stop".as_ref(),
        "-D".as_ref(),
        data.as_os_str(),
        "-m".as_ref(),
        mode.as_ref(),
        "-w".as_ref(),
        "-s".as_ref(),
        "-t".as_ref(),
        seconds.as_ref(),
    ];
    child::run(&cluster.programs.program("pg_ctl"), cluster.runner, arguments).await
}

/// The last lines of PostgreSQL's own log: the reason why it does not start stands there.
pub(crate) fn log_tail(cluster: &Cluster) -> String {
    use std::io::{Read, Seek, SeekFrom};
    let read = || {
        let mut file = std::fs::File::open(cluster.layout.log())?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(4096)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        std::io::Result::Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    child::last_lines(&read().unwrap_or_default(), 6)
}

/// Cuts the log when it has grown too long. PostgreSQL appends, so the file may be emptied under it.
pub(crate) fn trim_log(path: &Path) -> anyhow::Result<()> {
    let trim = || {
        match std::fs::metadata(path) {
            Ok(meta) if meta.len() > LOG_MAX => {}
            _ => return Ok(()),
        }
        std::fs::copy(path, path.with_added_extension("1"))?;
        OpenOptions::new().write(true).open(path)?.set_len(0)
    };
    trim().with_context(|| format!("cut {}", path.display()))
}

/// Whether somebody else has taken the loopback port of a cluster that does not run.
pub(crate) fn port_is_taken(endpoint: &Endpoint) -> bool {
    match endpoint {
        Endpoint::Socket(_) => false,
        Endpoint::Loopback(port) => {
            std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, *port)).is_err()
        }
    }
}
