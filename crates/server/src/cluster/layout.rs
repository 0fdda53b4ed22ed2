//! What lies where under the data directory.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use data_encoding::BASE64URL_NOPAD;
use rand::Rng;

use super::account::Runner;
use super::reach;
use crate::failure::Failure;

/// The longest socket path that every system takes (Linux 107 bytes, macOS 103).
const SOCKET_PATH_MAX: usize = 100;
/// The port of the socket's name. Nothing listens on it: with a socket there is no TCP.
const SOCKET_PORT: u16 = 5432;

/// Where PostgreSQL of the private cluster listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A Unix socket in this directory.
    Socket(PathBuf),
    /// A port of 127.0.0.1, when the path of a socket would be too long.
    Loopback(u16),
}

impl Endpoint {
    /// The port, which is also part of the socket's name.
    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::Socket(_) => SOCKET_PORT,
            Self::Loopback(port) => *port,
        }
    }
}

/// The data directory.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) root: PathBuf,
}

impl Layout {
    /// PGDATA; belongs to the account that runs PostgreSQL.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// A cluster that is being made.
    pub(crate) fn half_made(&self) -> PathBuf {
        self.root.join("cluster.new")
    }

    pub(crate) fn password(&self) -> PathBuf {
        self.root.join("superuser-password")
    }

    pub(crate) fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("howdah.lock")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    pub(crate) fn port(&self) -> PathBuf {
        self.root.join("port")
    }

    /// Says that the question of the sample database is settled.
    pub(crate) fn sample_marker(&self) -> PathBuf {
        self.root.join("sample-made")
    }

    /// Makes the data directory, or takes one that is empty or ours. The runner may pass through it.
    pub(crate) fn create(&self, runner: Option<Runner>) -> Result<(), Failure> {
        let root = &self.root;
        if let Some(parent) = root.parent() {
            self.check_reach(parent, runner)?;
        }
        let new = !root.exists();
        if new {
            DirBuilder::new()
                .recursive(true)
                .mode(if runner.is_some() { 0o755 } else { 0o700 })
                .create(root)
                .with_context(|| format!("make the data directory {}", root.display()))
                .map_err(Failure::usage)?;
        } else {
            self.check_ours()?;
        }
        // Without a runner a directory that somebody else has made keeps its mode: the secrets inside have their own.
        if new || runner.is_some() {
            let mode = if runner.is_some() { 0o711 } else { 0o700 };
            std::fs::set_permissions(root, Permissions::from_mode(mode))
                .with_context(|| format!("set the mode of the data directory {}", root.display()))
                .map_err(Failure::usage)?;
        }
        self.check_reach(root, runner)
    }

    /// A directory full of other things is a typing error, and its mode is not ours to change.
    fn check_ours(&self) -> Result<(), Failure> {
        let entries = std::fs::read_dir(&self.root)
            .with_context(|| {
                format!(
                    "look into the data directory {}, which may belong to another account",
                    self.root.display()
                )
            })
            .map_err(Failure::usage)?;
        let foreign = entries.flatten().any(|entry| entry.file_name() != "lost+found");
        if foreign && !self.lock().exists() {
            return Err(Failure::usage_text(format!(
                "{} is not empty and not a data directory of Howdah: choose an empty or a new one with --data-dir",
                self.root.display()
            )));
        }
        Ok(())
    }

    /// Refuses a place that the runner cannot reach.
    fn check_reach(&self, path: &Path, runner: Option<Runner>) -> Result<(), Failure> {
        let Some(barrier) = runner.and_then(|runner| reach::barrier(path, runner)) else { return Ok(()) };
        Err(Failure::usage_text(format!(
            "PostgreSQL does not run as root, and the account that runs it cannot reach the data directory {}: {} has no \
             execute permission for it.\nChoose another place, for example --data-dir /var/lib/howdah, or allow the way \
             with chmod o+x {}",
            self.root.display(),
            barrier.display(),
            barrier.display()
        )))
    }

    /// Makes the directory of the socket.
    pub(crate) fn create_run(&self, runner: Option<Runner>) -> anyhow::Result<()> {
        let run = self.run();
        create_private_dir(&run)?;
        runner.map_or(Ok(()), |runner| runner.own(&run))
    }

    /// Where PostgreSQL listens. A port is chosen once and kept in a file, because a cluster that outlived its Howdah
    /// has to be found again.
    pub(crate) fn endpoint(&self, may_choose: bool) -> anyhow::Result<Endpoint> {
        let run = self.run();
        let socket = run.join(format!(".s.PGSQL.{SOCKET_PORT}"));
        if socket.as_os_str().as_bytes().len() <= SOCKET_PATH_MAX {
            return Ok(Endpoint::Socket(run));
        }
        let path = self.port();
        let known = std::fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
        if let Some(port) = known {
            return Ok(Endpoint::Loopback(port));
        }
        if !may_choose {
            bail!("{} does not hold a port", path.display());
        }
        let free = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.local_addr());
        let port = free.context("find a free port for the private cluster")?.port();
        write_private(&path, &format!("{port}\n"))?;
        Ok(Endpoint::Loopback(port))
    }

    /// Forgets the chosen port, because somebody else has taken it.
    pub(crate) fn forget_port(&self) {
        // Without the file there is nothing to forget.
        let _ = std::fs::remove_file(self.port());
    }

    /// The superuser's password.
    pub(crate) fn read_password(&self) -> anyhow::Result<String> {
        let path = self.password();
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!(
                "read {}, the password of the private cluster's superuser; without it Howdah cannot sign in to the cluster",
                path.display()
            )
        })?;
        Ok(text.trim().to_owned())
    }

    /// A new random password, in its file before the cluster knows it.
    pub(crate) fn new_password(&self) -> anyhow::Result<String> {
        let password = random_text();
        write_private(&self.password(), &format!("{password}\n"))?;
        Ok(password)
    }
}

/// 256 random bits as text that needs no quoting anywhere.
pub(crate) fn random_text() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// A directory of mode 0700; one that exists is put right.
pub(crate) fn create_private_dir(path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    if !path.is_dir() {
        DirBuilder::new().mode(0o700).create(path).with_context(|| format!("make the directory {shown}"))?;
    }
    std::fs::set_permissions(path, Permissions::from_mode(0o700))
        .with_context(|| format!("set the mode of {shown}"))
}

/// Writes a file of mode 0600 whole or not at all, and on the disk before this returns.
pub(crate) fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let new = path.with_added_extension("new");
    let write = || {
        // Others may be able to put links here: what is written is a file of our own making.
        match std::fs::remove_file(&new) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, path)
    };
    write().with_context(|| format!("write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temporary(name: &str) -> Layout {
        let root = std::env::temp_dir().join(format!("howdah-layout-{}-{name}", std::process::id()));
        let layout = Layout { root };
        layout.create(None).unwrap();
        layout
    }

    #[test]
    fn a_short_path_gives_a_socket_and_a_long_one_a_port_that_stays() {
        let short = Layout { root: PathBuf::from("/var/lib/howdah") };
        assert_eq!(short.endpoint(false).unwrap(), Endpoint::Socket(PathBuf::from("/var/lib/howdah/run")));

        let long = temporary(&"x".repeat(90));
        assert!(long.endpoint(false).is_err());
        let Endpoint::Loopback(port) = long.endpoint(true).unwrap() else {
            unreachable!("the path is too long")
        };
        assert_eq!(long.endpoint(false).unwrap(), Endpoint::Loopback(port));
        std::fs::remove_dir_all(&long.root).unwrap();
    }

    #[test]
    fn the_password_is_private_and_reads_back() {
        let layout = temporary("password");
        let password = layout.new_password().unwrap();
        assert!(password.len() >= 40);
        assert_eq!(layout.read_password().unwrap(), password);
        let mode = std::fs::metadata(layout.password()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&layout.root).unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::remove_dir_all(&layout.root).unwrap();
    }
}
