//! A temporary `PostgreSQL` cluster.

use std::fmt;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::programs::{self, Programs, run};
use crate::{Authority, TestDir, random_secret, segment};

/// A cluster with a random superuser password, SCRAM, a port on loopback and a unix socket. It ends with its value,
/// and with the test process.
pub struct Cluster {
    dir: TestDir,
    programs: Programs,
    port: u16,
    password: String,
    settings: Vec<String>,
    postmaster: Mutex<Option<Child>>,
    /// Whether the template of the store was made in it. Known by the cluster itself: a port is given again to another
    /// cluster when this one has ended.
    pub(crate) has_store_template: Mutex<bool>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("port", &self.port)
            .field("programs", &self.programs)
            .finish_non_exhaustive()
    }
}

/// How a [`Cluster`] is made.
#[derive(Debug, Default)]
pub struct ClusterBuilder {
    settings: Vec<String>,
    programs: Option<Programs>,
    tls: Option<Tls>,
    access: String,
}

/// What a server needs to speak TLS.
#[derive(Debug)]
struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    root: PathBuf,
}

impl ClusterBuilder {
    /// Speaks TLS with this authority's certificate for `host`, and knows clients by the authority's certificates. Runs
    /// on [`Programs::with_tls`].
    #[must_use]
    pub fn tls(mut self, authority: &Authority, host: &str) -> Self {
        let (certificate, key) = authority.server(host);
        self.programs = Some(Programs::with_tls());
        self.tls = Some(Tls { certificate, key, root: authority.root() });
        self
    }

    /// A line of `pg_hba.conf` before those that initdb writes.
    #[must_use]
    pub fn access(mut self, line: &str) -> Self {
        self.access = format!("{}{line}\n", self.access);
        self
    }

    /// A line of `postgresql.conf`, given as `-c name=value`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push(format!("{name}={value}"));
        self
    }

    /// Another version than the one under test.
    #[must_use]
    pub fn programs(mut self, programs: Programs) -> Self {
        self.programs = Some(programs);
        self
    }

    /// Makes the cluster and starts it; returns when it accepts connections.
    pub fn start(mut self) -> Cluster {
        let programs = self.programs.take().unwrap_or_else(Programs::find);
        let dir = TestDir::new();
        let home = dir.path().join("pg");
        fs::create_dir(&home).expect("the cluster's folder");
        let password = random_secret(24);
        let password_file = home.join("password");
        fs::write(&password_file, &password).expect("the password file");
        fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600)).expect("its mode");
        if let Some((uid, gid)) = programs::unprivileged() {
            for path in [&home, &password_file] {
                std::os::unix::fs::chown(path, Some(uid), Some(gid))
                    .expect("give it to the account of PostgreSQL");
            }
        }
        run(programs
            .command("initdb")
            .args(["-N", "-A", "scram-sha-256", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"])
            .arg(home.join("data"))
            .arg("--pwfile")
            .arg(&password_file));
        let rules = home.join("data/pg_hba.conf");
        let before = fs::read_to_string(&rules).expect("the rules of access");
        fs::write(&rules, format!("{}{before}", self.access)).expect("the rules of access");
        self.put_certificates(&home);
        let cluster = Cluster {
            port: free_port(),
            dir,
            programs,
            password,
            settings: self.settings,
            postmaster: Mutex::new(None),
            has_store_template: Mutex::new(false),
        };
        cluster.start();
        cluster
    }
}

impl ClusterBuilder {
    /// Copies them to where the server may read them: it refuses a key that others may read.
    fn put_certificates(&mut self, home: &Path) {
        let Some(Tls { certificate, key, root }) = self.tls.take() else { return };
        self.settings.push("ssl=on".to_owned());
        for (from, setting) in [(certificate, "ssl_cert_file"), (key, "ssl_key_file"), (root, "ssl_ca_file")]
        {
            let to = home.join(setting);
            fs::copy(from, &to).expect("copy a certificate");
            fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).expect("its mode");
            if let Some((uid, gid)) = programs::unprivileged() {
                std::os::unix::fs::chown(&to, Some(uid), Some(gid)).expect("give it to PostgreSQL");
            }
            self.settings.push(format!("{setting}={}", to.display()));
        }
    }
}

impl Cluster {
    /// The cluster of this test process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::builder().start())
    }

    /// A cluster of one's own.
    pub fn builder() -> ClusterBuilder {
        ClusterBuilder::default()
    }

    /// The major version, for example 18.
    pub fn major(&self) -> u32 {
        self.programs.major
    }

    /// The programs it runs on.
    pub fn programs(&self) -> &Programs {
        &self.programs
    }

    /// The data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("pg/data")
    }

    /// The folder of the unix socket.
    pub fn socket_dir(&self) -> PathBuf {
        self.dir.path().join("pg")
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The superuser's password: the canary of the tests of secrets.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The superuser's address of a database.
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", &self.password, database)
    }

    /// Another role's address of a database.
    pub fn url_as(&self, role: &str, password: &str, database: &str) -> String {
        let (role, password, database) = (segment(role), segment(password), segment(database));
        format!("postgres://{role}:{password}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Starts `PostgreSQL`, after [`Cluster::kill`] or [`Cluster::stop`], and waits until it accepts connections.
    pub fn start(&self) {
        let log = self.dir.path().join("log");
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let output = File::options().create(true).append(true).open(&log).expect("the log");
            let mut command = self.programs.command("postgres");
            command.arg("-D").arg(self.data_dir()).arg("-k").arg(self.socket_dir());
            command.args(["-p", &self.port.to_string()]);
            for setting in [
                "listen_addresses=127.0.0.1",
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "shared_buffers=32MB",
                "max_connections=300",
                "autovacuum=off",
                "jit=off",
                "max_wal_size=256MB",
                "logging_collector=off",
            ] {
                command.args(["-c", setting]);
            }
            for setting in &self.settings {
                command.args(["-c", setting]);
            }
            let errors = output.try_clone().expect("the log");
            command.stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
            let mut child = command.spawn().expect("start postgres");
            if self.wait_until_up(&mut child, end) {
                *self.postmaster.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
                return;
            }
            // Backends of a killed postmaster hold the shared memory for a moment.
            let text = fs::read_to_string(&log).unwrap_or_default();
            assert!(Instant::now() < end, "PostgreSQL does not start:\n{text}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn wait_until_up(&self, child: &mut Child, end: Instant) -> bool {
        while Instant::now() < end {
            if child.try_wait().ok().flatten().is_some() {
                return false;
            }
            // The file of a killed postmaster is still there, and says "ready" too.
            let file = fs::read_to_string(self.data_dir().join("postmaster.pid")).unwrap_or_default();
            let lines: Vec<&str> = file.lines().map(str::trim).collect();
            if lines.first() == Some(&child.id().to_string().as_str()) && lines.get(7) == Some(&"ready") {
                return true;
            }
            std::thread::sleep(Duration::from_millis(15));
        }
        false
    }

    /// `kill -9` of the postmaster: the crash that cannot be answered.
    pub fn kill(&self) {
        self.end("-9");
    }

    /// A fast stop: connections are ended, nothing is lost.
    pub fn stop(&self) {
        self.end("-INT");
    }

    /// Stops the postmaster without ending it, so that connections hang; see [`Cluster::thaw`].
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets a frozen postmaster go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, name: &str) {
        let guard = self.postmaster.lock().unwrap_or_else(PoisonError::into_inner);
        let pid = guard.as_ref().expect("the cluster runs").id();
        assert!(programs::signal(name, pid.to_string()), "kill {name} {pid}");
    }

    fn end(&self, name: &str) {
        self.signal(name);
        let child = self.postmaster.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = child.expect("the cluster runs").wait();
    }

    /// A connection as superuser.
    pub async fn connect(&self, database: &str) -> tokio_postgres::Client {
        self.connect_as("postgres", &self.password, database).await
    }

    /// A connection as another role.
    pub async fn connect_as(&self, role: &str, password: &str, database: &str) -> tokio_postgres::Client {
        let mut config = tokio_postgres::Config::new();
        config.host("127.0.0.1").port(self.port).user(role).password(password).dbname(database);
        let (client, connection) = config.connect(NoTls).await.expect("connect to the cluster");
        tokio::spawn(connection);
        client
    }

    /// Runs statements as superuser.
    pub async fn execute(&self, database: &str, sql: &str) {
        self.connect(database)
            .await
            .batch_execute(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// Runs one query as superuser; each value is `PostgreSQL`'s own text.
    pub async fn query(&self, database: &str, sql: &str) -> Vec<Vec<Option<String>>> {
        let client = self.connect(database).await;
        let messages = client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|index| row.get(index).map(str::to_owned)).collect())
            }
            _ => None,
        });
        rows.collect()
    }

    /// The first value of a query, as text; empty for NULL and for no row.
    pub async fn value(&self, database: &str, sql: &str) -> String {
        let rows = self.query(database, sql).await;
        rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten().unwrap_or_default()
    }

    /// Makes a login role with a random password, and returns that.
    pub async fn login_role(&self, name: &str) -> String {
        let password = random_secret(16);
        let quoted = quote(name);
        self.execute("postgres", &format!("CREATE ROLE {quoted} LOGIN PASSWORD '{password}'")).await;
        password
    }

    /// `pg_dump` of a database as text.
    pub fn dump(&self, database: &str) -> String {
        let mut command = self.programs.command("pg_dump");
        command.env("PGPASSWORD", &self.password).args(["-h", "127.0.0.1", "-U", "postgres", "-p"]);
        command.arg(self.port.to_string()).arg("-d").arg(database);
        String::from_utf8_lossy(&run(&mut command).stdout).into_owned()
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// The folder that holds all of it.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut child) = self.postmaster.lock().unwrap_or_else(PoisonError::into_inner).take() {
            programs::signal("-CONT", child.id().to_string());
            programs::signal("-QUIT", child.id().to_string());
            let _ = child.wait();
        }
    }
}

/// A quoted identifier, for the tests' own statements.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address").port()
}
