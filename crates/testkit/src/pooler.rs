//! A pooler between Howdah and a cluster.

use std::fs::{self, File};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio_postgres::NoTls;

use crate::cluster::free_port;
use crate::{Cluster, TestDir, programs, segment, watchdog};

/// pgbouncer in transaction mode in front of a cluster: each transaction runs on any of two server connections. It
/// ends with its value, and with the test process.
#[derive(Debug)]
pub struct Pooler {
    dir: TestDir,
    port: u16,
    password: String,
    child: Child,
}

impl Pooler {
    /// Starts it, and waits until it accepts connections. `settings` are lines of its `[pgbouncer]` section.
    pub fn start(cluster: &Cluster, settings: &[&str]) -> Self {
        let dir = TestDir::new();
        let port = free_port();
        let (config, roles) = (dir.path().join("pgbouncer.ini"), dir.path().join("roles"));
        // It needs the password itself: with SCRAM it signs in to the server as the role that signed in to it.
        fs::write(&roles, format!("\"postgres\" \"{}\"\n", cluster.password())).expect("the roles");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = transaction\n\
             default_pool_size = 2\nmax_client_conn = 200\n{}\n",
            cluster.port(),
            roles.display(),
            settings.join("\n"),
        );
        fs::write(&config, text).expect("the configuration");
        fs::set_permissions(&roles, fs::Permissions::from_mode(0o600)).expect("its mode");
        let log = File::create(dir.path().join("log")).expect("the log");
        let mut command = Command::new(program());
        if let Some((uid, gid)) = programs::unprivileged() {
            chown(&roles, Some(uid), Some(gid)).expect("give it to the account of PostgreSQL");
            command.uid(uid).gid(gid);
        }
        command.arg(&config).current_dir("/").process_group(0).stdin(Stdio::null());
        command.stdout(log.try_clone().expect("the log")).stderr(log);
        let child = command.spawn().unwrap_or_else(|error| panic!("start pgbouncer: {error}"));
        watchdog::owns_process(child.id());
        let mut pooler = Self { dir, port, password: cluster.password().to_owned(), child };
        pooler.wait();
        pooler
    }

    fn wait(&mut self) {
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().ok().flatten();
            assert!(ended.is_none() && Instant::now() < end, "pgbouncer does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(15));
        }
    }

    /// The superuser's address of a database, through the pooler.
    pub fn url(&self, database: &str) -> String {
        let (password, database) = (segment(&self.password), segment(database));
        format!("postgres://postgres:{password}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// A connection of another client of the pooler, as superuser.
    pub async fn connect(&self, database: &str) -> tokio_postgres::Client {
        let config: tokio_postgres::Config = self.url(database).parse().expect("an address");
        let (client, connection) = config.connect(NoTls).await.expect("connect to the pooler");
        tokio::spawn(connection);
        client
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        watchdog::forget_process(self.child.id());
    }
}

/// Debian keeps it where only root's PATH leads.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = places.map(|dir| dir.join("pgbouncer")).find(|file| Path::is_file(file));
    found.expect("pgbouncer is installed: cargo xtask setup --test")
}
