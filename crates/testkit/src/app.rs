//! A running Howdah.

use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::programs::{self, run};
use crate::raw::raw;
use crate::{Client, Cluster, TestDir, random_secret, unique, watchdog};

/// The password of the accounts that tests make.
pub const PASSWORD: &str = "correct horse battery";

/// What [`AppBuilder::start`] waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The printed address and `/api/ready`.
    Ready,
    /// The printed address.
    Listening,
    /// Nothing.
    Started,
}

/// How a [`TestApp`] is started.
#[derive(Debug)]
pub struct AppBuilder {
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
    wrapper: Vec<String>,
    admin_password: Option<String>,
    until: Until,
    limit: Duration,
}

impl AppBuilder {
    /// Sets an environment variable. Nothing but `PATH` comes from the tests' own environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Starts it through another program, which must become Howdah (`exec`) in the end.
    #[must_use]
    pub fn wrapped_in(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Without `HOWDAH_ADMIN_PASSWORD`: a set-up link is printed.
    #[must_use]
    pub fn without_admin(mut self) -> Self {
        self.admin_password = None;
        self
    }

    /// What to wait for; [`Until::Ready`] unless said otherwise.
    #[must_use]
    pub fn until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// Starts it.
    pub fn start(self) -> TestApp {
        let dir = TestDir::new();
        let mut command = match self.wrapper.split_first() {
            None => Command::new(binary()),
            Some((program, rest)) => {
                let mut command = Command::new(program);
                command.args(rest).arg(binary());
                command
            }
        };
        command.args(&self.arguments).env_clear().current_dir(dir.path());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
            .env("HOME", dir.path())
            .env("HOWDAH_LISTEN", "127.0.0.1:0")
            .env("HOWDAH_DATA_DIR", dir.path().join("data"));
        if let Some(password) = &self.admin_password {
            command.env("HOWDAH_ADMIN_PASSWORD", password);
        }
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("start {}: {error}", binary().display()));
        watchdog::owns_process(child.id());
        let output = Arc::new(Mutex::new(String::new()));
        collect(child.stdout.take(), &output);
        collect(child.stderr.take(), &output);
        let mut app = TestApp {
            dir,
            pid: child.id(),
            child: Mutex::new(Some(child)),
            output,
            base: String::new(),
            admin_password: self.admin_password.unwrap_or_default(),
            tokens: tokio::sync::Mutex::new(HashMap::new()),
        };
        app.wait(self.until, self.limit);
        app
    }
}

fn collect(stream: Option<impl std::io::Read + Send + 'static>, output: &Arc<Mutex<String>>) {
    let output = Arc::clone(output);
    let reader = BufReader::new(stream.expect("a piped stream"));
    std::thread::spawn(move || {
        for line in reader.split(b'\n').map_while(Result::ok) {
            let mut text = output.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&String::from_utf8_lossy(&line));
            text.push('\n');
        }
    });
}

/// The program under test: `HOWDAH_BIN`, else the debug build of this workspace.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("HOWDAH_BIN").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/howdah"),
        PathBuf::from,
    )
}

/// A Howdah process on a free port. It is killed when the value is dropped, and with the test process.
pub struct TestApp {
    dir: TestDir,
    pid: u32,
    child: Mutex<Option<Child>>,
    output: Arc<Mutex<String>>,
    base: String,
    admin_password: String,
    tokens: tokio::sync::Mutex<HashMap<String, String>>,
}

impl fmt::Debug for TestApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestApp").field("base", &self.base).field("pid", &self.pid).finish_non_exhaustive()
    }
}

impl TestApp {
    /// The Howdah that the tests of this process share, on [`Cluster::shared`].
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<TestApp> = OnceLock::new();
        SHARED.get_or_init(|| Self::on(Cluster::shared()).start())
    }

    /// A Howdah that manages this cluster, with a store of its own there.
    pub fn on(cluster: &Cluster) -> AppBuilder {
        let store = new_store(cluster);
        Self::bare()
            .variable("HOWDAH_DATABASE_URL", &cluster.url("postgres"))
            .variable("HOWDAH_STORE_URL", &cluster.url(&store))
    }

    /// A Howdah without a database address: it starts a private cluster.
    pub fn bare() -> AppBuilder {
        AppBuilder {
            variables: Vec::new(),
            arguments: Vec::new(),
            wrapper: Vec::new(),
            admin_password: Some(random_secret(20)),
            until: Until::Ready,
            limit: Duration::from_mins(1),
        }
    }

    /// Runs the program to its end with these arguments and variables.
    pub fn run_program(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(binary());
        command.args(arguments).env_clear().current_dir("/").stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", "/nonexistent");
        command.envs(variables.iter().copied());
        command.output().expect("run howdah")
    }

    fn wait(&mut self, until: Until, limit: Duration) {
        if until == Until::Started {
            return;
        }
        let end = Instant::now() + limit;
        while self.base.is_empty() {
            let address = self.output().lines().find_map(|line| {
                let (_, rest) = line.split_once("Howdah listens on ")?;
                Some(rest.split_whitespace().next()?.trim_end_matches('/').to_owned())
            });
            self.base = address.unwrap_or_default();
            self.check_alive(end);
        }
        if until == Until::Listening {
            return;
        }
        loop {
            let request = format!(
                "GET /api/ready HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
                self.port()
            );
            if raw(self.port(), request.as_bytes()).status == 200 && self.has_set_itself_up() {
                return;
            }
            self.check_alive(end);
        }
    }

    /// The store is migrated and the first account made: where to sign in, or the set-up link, is printed then.
    fn has_set_itself_up(&self) -> bool {
        let output = self.output();
        output.contains("Sign in at ") || output.contains("/setup#")
    }

    fn check_alive(&self, end: Instant) {
        std::thread::sleep(Duration::from_millis(10));
        if let Some(status) = self.exit_status() {
            // The last lines may still be on their way.
            std::thread::sleep(Duration::from_millis(100));
            panic!("Howdah ended with {status}:\n{}", self.output());
        }
        assert!(Instant::now() < end, "Howdah is not ready:\n{}", self.output());
    }

    /// Like `http://127.0.0.1:40001`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.base
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("the printed address has a port")
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// What it has written to standard output and standard error so far.
    pub fn output(&self) -> String {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its `HOWDAH_DATA_DIR`.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The password of the account `admin`.
    pub fn admin_password(&self) -> &str {
        &self.admin_password
    }

    /// How it ended, if it has ended.
    pub fn exit_status(&self) -> Option<ExitStatus> {
        let mut guard = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let status = guard.as_mut()?.try_wait().ok().flatten();
        if status.is_some() {
            watchdog::forget_process(self.pid);
        }
        status
    }

    /// Sends a signal, for example `-TERM` or `-9`.
    pub fn signal(&self, name: &str) {
        assert!(programs::signal(name, self.pid.to_string()), "kill {name} {}", self.pid);
    }

    /// Waits for its end.
    pub async fn ended(&self, seconds: u64) -> ExitStatus {
        crate::eventually("Howdah ends", seconds, async || self.exit_status()).await
    }

    /// `kill -9`, and waits until it is gone.
    pub async fn kill(&self) {
        self.signal("-9");
        self.ended(5).await;
    }

    /// The numbers of the `PostgreSQL` processes of its private cluster.
    pub fn private_postmasters(&self) -> Vec<String> {
        programs::postmasters_below(self.dir.path())
    }

    /// Kills the private cluster's postmaster with `kill -9`.
    pub fn kill_private_postgres(&self) {
        let found = self.private_postmasters();
        assert!(!found.is_empty(), "there is no postmaster.pid below {}", self.dir.path().display());
        for pid in found {
            assert!(programs::signal("-9", pid), "kill the private cluster");
        }
    }

    /// A client that has not signed in.
    pub fn nobody(&self) -> Client {
        Client::nobody(&self.base)
    }

    /// The account `admin` by a token.
    pub async fn administrator(&self) -> Client {
        self.account("admin", None).await
    }

    /// An operator by a token.
    pub async fn operator(&self) -> Client {
        self.account("operator", Some(json!({"permissionSet": "operator"}))).await
    }

    /// A viewer by a token.
    pub async fn viewer(&self) -> Client {
        self.account("viewer", Some(json!({"permissionSet": "viewer"}))).await
    }

    /// An account of a permission set that may only see these databases, by a token.
    pub async fn scoped(&self, set: &str, databases: &[&str]) -> Client {
        let name = unique(&format!("scoped_{set}"));
        self.account(&name, Some(json!({"permissionSet": set, "databases": databases}))).await
    }

    /// The token of an account; the account is made first where it is not there yet.
    async fn account(&self, name: &str, make: Option<Value>) -> Client {
        let mut tokens = self.tokens.lock().await;
        if let Some(secret) = tokens.get(name) {
            return Client::token(&self.base, name, secret);
        }
        let mut password = self.admin_password.clone();
        if let Some(mut body) = make {
            let admin = match tokens.get("admin") {
                Some(secret) => Client::token(&self.base, "admin", secret),
                None => Client::sign_in(&self.base, "admin", &self.admin_password).await,
            };
            body["name"] = json!(name);
            body["password"] = json!(PASSWORD);
            let _ = admin.post("/api/accounts", body).await.ok();
            PASSWORD.clone_into(&mut password);
        }
        let session = Client::sign_in(&self.base, name, &password).await;
        let answer = session.post("/api/tokens", json!({"name": "testkit"})).await.ok().value();
        let secret = answer["secret"].as_str().expect("the secret of a new token").to_owned();
        tokens.insert(name.to_owned(), secret.clone());
        Client::token(&self.base, name, &secret)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = child.kill();
            let _ = child.wait();
            watchdog::forget_process(self.pid);
        }
    }
}

/// A store database, copied from one that was migrated once for each cluster.
fn new_store(cluster: &Cluster) -> String {
    const TEMPLATE: &str = "howdah_store_template";
    let name = unique("howdah_store");
    let mut made = cluster.has_store_template.lock().unwrap_or_else(PoisonError::into_inner);
    if !*made {
        let (url, store) = (cluster.url("postgres"), cluster.url(TEMPLATE));
        psql(cluster, &format!("CREATE DATABASE {TEMPLATE}"));
        let output = TestApp::run_program(
            &["migrate"],
            &[
                ("HOWDAH_DATABASE_URL", &url),
                ("HOWDAH_STORE_URL", &store),
                ("HOWDAH_DATA_DIR", "/nonexistent"),
            ],
        );
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "howdah migrate ended with {}: {text}", output.status);
        *made = true;
    }
    psql(cluster, &format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"));
    name
}

/// A statement by psql: the builder is not asynchronous.
fn psql(cluster: &Cluster, sql: &str) {
    let mut command = cluster.programs().command("psql");
    command.env("PGPASSWORD", cluster.password()).args([
        "-h",
        "127.0.0.1",
        "-U",
        "postgres",
        "-d",
        "postgres",
    ]);
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-p", &cluster.port().to_string(), "-c", sql]);
    run(&mut command);
}
