//! Other programs that list tables, from where they are published: postgres-meta (npm) and Adminer (Debian). Each gets
//! one process, on loopback, that is ended by its number.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use howdah_testkit::{TestDir, segment, watchdog};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::load::Outcome;
use crate::process::{Bench, memory_of};
use crate::sizes::CONNECTIONS;

/// After this long it has not answered, which is a result.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// What came of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    Whole {
        time: Duration,
        bytes: u64,
    },
    Refused {
        status: u16,
        time: Duration,
    },
    /// Nothing within [`LIMIT`].
    Late,
}

/// The better of two: the quicker of two answers, and any answer rather than none.
pub(crate) fn better(best: Option<Reply>, new: Reply) -> Option<Reply> {
    match (best, new) {
        (Some(Reply::Whole { time: old, .. }), Reply::Whole { time, .. }) if old <= time => best,
        (Some(Reply::Whole { .. }), Reply::Refused { .. } | Reply::Late) => best,
        _ => Some(new),
    }
}

/// A program, and where it is.
#[derive(Debug, Clone)]
enum Program {
    /// The folder of its npm package.
    PostgresMeta(PathBuf),
    /// The folder with `adminer.php`.
    Adminer(PathBuf),
}

/// `cargo xtask bench --peers` sets these.
fn programs() -> Vec<Program> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_dir());
    let meta = folder("HOWDAH_BENCH_POSTGRES_META").map(Program::PostgresMeta);
    let adminer = folder("HOWDAH_BENCH_ADMINER").map(Program::Adminer);
    meta.into_iter().chain(adminer).collect()
}

/// Fails at once where there is none to compare with.
pub(crate) fn check() -> Result<()> {
    if programs().is_empty() {
        bail!("no other programs are here: `cargo xtask bench --peers` installs them");
    }
    Ok(())
}

/// One of them, running.
pub(crate) struct Peer {
    program: Program,
    child: Child,
    base: String,
    /// With the cookies of a sign-in.
    http: reqwest::Client,
    /// Where it signs in, as its addresses say it.
    place: String,
    /// For the sessions of PHP.
    _dir: TestDir,
}

/// Starts all that are installed, for one database.
pub(crate) async fn start(bench: &Bench, database: &str) -> Result<Vec<Peer>> {
    let mut peers = Vec::new();
    for program in programs() {
        peers.push(Peer::start(program, bench, database).await?);
    }
    Ok(peers)
}

impl Peer {
    async fn start(program: Program, bench: &Bench, database: &str) -> Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let dir = TestDir::new();
        let mut command = match &program {
            Program::PostgresMeta(folder) => {
                let mut command = Command::new("node");
                command.arg(folder.join("dist/server/server.js"));
                command.env("PG_META_HOST", "127.0.0.1").env("PG_META_PORT", port.to_string());
                command.env("PG_META_DB_URL", bench.url(database)).env("PG_QUERY_TIMEOUT_SECS", "600");
                command
            }
            Program::Adminer(folder) => {
                let mut command = Command::new("php");
                command.arg("-d").arg(format!("session.save_path={}", dir.path().display()));
                command.args(["-d", "max_execution_time=0", "-d", "display_errors=0"]);
                command.args(["-S", &format!("127.0.0.1:{port}"), "-t"]).arg(folder);
                command
            }
        };
        command.current_dir(dir.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.kill_on_drop(true).process_group(0).spawn();
        let child = child.with_context(|| format!("start {program:?}"))?;
        watchdog::owns_process(child.id().context("a process that has just been started")?);
        let http = reqwest::Client::builder().cookie_store(true).timeout(LIMIT).build()?;
        let (server, _) = bench.sign_in();
        let place = format!("pgsql={}&username=postgres", segment(&format!("127.0.0.1:{server}")));
        let base = format!("http://127.0.0.1:{port}");
        let mut peer = Self { program, child, base, http, place, _dir: dir };
        peer.wait(port).await?;
        peer.sign_in(bench, database).await?;
        Ok(peer)
    }

    async fn wait(&mut self, port: u16) -> Result<()> {
        let end = Instant::now() + LIMIT;
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}", self.name());
            }
            if Instant::now() > end {
                bail!("{} does not listen", self.name());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn sign_in(&mut self, bench: &Bench, database: &str) -> Result<()> {
        if !matches!(self.program, Program::Adminer(_)) {
            return Ok(());
        }
        let (port, password) = bench.sign_in();
        let server = segment(&format!("127.0.0.1:{port}"));
        let field = |name: &str, value: &str| format!("auth%5B{name}%5D={value}");
        let body = [
            field("driver", "pgsql"),
            field("server", &server),
            field("username", "postgres"),
            field("password", &segment(password)),
            field("db", &segment(database)),
        ];
        let request = self.http.post(format!("{}/adminer.php", self.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body.join("&")).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() || !text.contains("logout") {
            bail!("Adminer does not let us in: {status}");
        }
        self.place = format!("{}&db={}", self.place, segment(database));
        Ok(())
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.program {
            Program::PostgresMeta(_) => "postgres-meta",
            Program::Adminer(_) => "Adminer",
        }
    }

    /// The address of the first 500 tables of a schema, where it has pages.
    pub(crate) fn first_page(&self, schema: &str) -> Option<String> {
        let whole = self.whole(schema);
        matches!(self.program, Program::PostgresMeta(_)).then(|| format!("{whole}&limit=500&offset=0"))
    }

    /// The address of all tables of a schema.
    pub(crate) fn whole(&self, schema: &str) -> String {
        match self.program {
            Program::PostgresMeta(_) => format!("/tables?included_schemas={schema}&include_columns=false"),
            Program::Adminer(_) => format!("/adminer.php?{}&ns={schema}", self.place),
        }
    }

    /// One call, to its last byte.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Reply> {
        let started = Instant::now();
        let answer = async {
            let answer = self.http.get(format!("{}{path}", self.base)).send().await?;
            let status = answer.status();
            Ok((status, answer.bytes().await?.len() as u64))
        };
        let answer: Result<_, reqwest::Error> = answer.await;
        let time = started.elapsed();
        match answer {
            Ok((status, bytes)) if status.is_success() => Ok(Reply::Whole { time, bytes }),
            Ok((status, _)) => Ok(Reply::Refused { status: status.as_u16(), time }),
            Err(error) if error.is_timeout() => Ok(Reply::Late),
            // It has died of the call, or closed the connection.
            Err(_) => Ok(Reply::Refused { status: 0, time }),
        }
    }

    /// One row after the other by its key, on as many connections as Howdah is asked on. Only postgres-meta can do it.
    pub(crate) async fn rows(
        &self,
        duration: Duration,
        sql: impl Fn(u64) -> String + Clone + Send + 'static,
    ) -> Result<Option<Outcome>> {
        if !matches!(self.program, Program::PostgresMeta(_)) {
            return Ok(None);
        }
        let (started, mut tasks) = (Instant::now(), Vec::new());
        for first in 0..CONNECTIONS {
            let (http, url, sql) = (self.http.clone(), format!("{}/query", self.base), sql.clone());
            tasks.push(tokio::spawn(async move {
                let mut latencies = Vec::new();
                for number in (first as u64..).step_by(CONNECTIONS) {
                    if started.elapsed() > duration {
                        break;
                    }
                    let sent = Instant::now();
                    let body = serde_json::json!({ "query": sql(number) });
                    http.post(&url).json(&body).send().await?.error_for_status()?.bytes().await?;
                    latencies.push(sent.elapsed());
                }
                anyhow::Ok(latencies)
            }));
        }
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await??);
        }
        Ok(Some(Outcome::new(latencies, started.elapsed())))
    }

    /// The most memory that it has had.
    pub(crate) fn peak_mib(&self) -> f64 {
        self.child.id().and_then(|pid| memory_of(pid, "VmHWM:").ok()).unwrap_or_default()
    }

    /// Ends it with what it still does at the server, and starts it anew.
    pub(crate) async fn restart(&mut self, bench: &Bench, database: &str) -> Result<()> {
        let program = self.program.clone();
        self.end().await;
        let client = bench.client("postgres").await?;
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE datname = $1 AND state = 'active' AND application_name NOT LIKE 'howdah/%'";
        client.query(sql, &[&database]).await?;
        *self = Self::start(program, bench, database).await?;
        Ok(())
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) {
        self.end().await;
    }

    async fn end(&mut self) {
        let pid = self.child.id();
        // It may have ended already.
        let _ = self.child.kill().await;
        if let Some(pid) = pid {
            watchdog::forget_process(pid);
        }
    }
}
