//! The private PostgreSQL cluster: made, started, watched over and stopped by Howdah.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use howdah_pg::ConnectConfig;

use crate::config::Settings;
use crate::failure::{Failure, chain};
use account::Runner;
use layout::{Endpoint, Layout};
use lock::Lock;
use postmaster::{Answer, Postmaster};
use programs::Programs;

pub(crate) mod account;
mod child;
mod conf;
mod initdb;
pub(crate) mod layout;
pub(crate) mod lock;
mod postmaster;
mod programs;
mod reach;

/// A killed postmaster leaves processes that hold its shared memory for a moment; a start within it is tried again.
const START_TRIES: u32 = 8;
/// After this long without readiness the web side starts all the same: recovery of a big cluster takes its time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a server that does not answer may take to stop.
const STOP_LIMIT: Duration = Duration::from_secs(10);
/// How long an orderly stop may take when somebody insists: it saves the recovery at the next start.
const STOP_HURRY: Duration = Duration::from_secs(2);
/// The longest wait between two tries to start a server that keeps dying.
const BACK_OFF_MAX: Duration = Duration::from_secs(15);

/// The private cluster. While this value lives, no other Howdah uses its data directory.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) layout: Layout,
    programs: Programs,
    runner: Option<Runner>,
    endpoint: Endpoint,
    password: String,
    postmaster: Option<Postmaster>,
    lock: Lock,
}

impl Cluster {
    /// Takes the data directory and makes the cluster if there is none; does not start it. Whatever is wrong with the
    /// place or the installed programs is exit code 2, and nothing is left behind.
    pub(crate) async fn prepare(settings: &Settings) -> Result<Self, Failure> {
        let layout = Layout { root: settings.data_dir.clone() };
        let exists = layout.cluster().join("PG_VERSION").exists();
        let runner = if exists {
            Runner::owner_of(&layout.cluster())
        } else {
            Runner::find(settings.postgres_account.as_deref())
        }
        .map_err(Failure::usage)?;
        let found = programs::find(settings.postgres_bin.as_deref(), runner).map_err(Failure::usage)?;
        let data = if exists { Some(data_version(&layout.cluster())?) } else { None };
        let programs = programs::choose(&found, &layout.cluster(), data).map_err(Failure::usage)?;

        layout.create(runner)?;
        let lock = Lock::take(&layout.lock(), &layout.root)?;
        // Only now: until the lock was ours, another process may have been making it.
        if !layout.cluster().join("PG_VERSION").exists() {
            tracing::info!(version = %programs.version, "making a private PostgreSQL cluster in {}", layout.cluster().display());
            initdb::make(&layout, &programs, runner).await?;
        }
        let password = layout.read_password().map_err(Failure::usage)?;
        layout.create_run(runner)?;
        let endpoint = layout.endpoint(true)?;
        Ok(Self { layout, programs, runner, endpoint, password, postmaster: None, lock })
    }

    /// The cluster that another Howdah runs in this data directory, for commands that work beside it.
    pub(crate) fn beside(settings: &Settings) -> anyhow::Result<ConnectConfig> {
        let layout = Layout { root: settings.data_dir.clone() };
        let password = layout.read_password()?;
        parse(&client_config(&layout.endpoint(false)?, &password, "postgres"))
    }

    /// Takes up a server that still runs, or starts one, and waits until it answers.
    pub(crate) async fn start(&mut self) -> anyhow::Result<()> {
        if self.adopt().await? {
            return Ok(());
        }
        if postmaster::port_is_taken(&self.endpoint) {
            self.layout.forget_port();
            self.endpoint = self.layout.endpoint(true)?;
        }
        conf::write(&self.layout.cluster(), &self.endpoint, &self.programs, self.runner)?;
        let mut pause = Duration::from_millis(200);
        for rest in (0..START_TRIES).rev() {
            self.postmaster = Some(postmaster::spawn(self)?);
            match self.wait_until_ready().await {
                Ok(()) => {
                    let pid = self.postmaster.as_ref().and_then(Postmaster::pid);
                    tracing::info!(pid, version = %self.programs.version, "the private cluster runs");
                    return Ok(());
                }
                Err(Unready::Ended(said)) if rest > 0 && held_by_the_dead(&said) => {
                    tracing::debug!(said, "processes of the earlier server are still ending");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(4));
                }
                Err(Unready::Ended(said)) => {
                    self.postmaster = None;
                    let full = if child::says_disk_full(&said) { "the disk is full: " } else { "" };
                    bail!(
                        "{full}PostgreSQL does not start. The end of {}:\n{said}",
                        self.layout.log().display()
                    );
                }
                Err(Unready::Foreign(error) | Unready::Silent(error)) => {
                    // Not left behind: what was started here and does not answer would only be in the way.
                    self.stop_process(STOP_LIMIT).await;
                    return Err(error);
                }
            }
        }
        bail!("PostgreSQL does not start; see {}", self.layout.log().display())
    }

    /// A server that outlived its Howdah.
    async fn adopt(&mut self) -> anyhow::Result<bool> {
        let cluster = self.layout.cluster();
        let Some(pid) = postmaster::running(&cluster).await else { return Ok(false) };
        self.postmaster = Some(Postmaster::Adopted(pid, cluster));
        match self.wait_until_ready().await {
            Ok(()) => {
                tracing::info!(pid, "the private cluster still ran and is taken up again");
                Ok(true)
            }
            Err(Unready::Ended(_)) => {
                self.postmaster = None;
                Ok(false)
            }
            Err(Unready::Silent(error)) => {
                // Its socket is gone, or it listens where an older configuration said.
                tracing::warn!(
                    pid,
                    error = chain(&error),
                    "the private cluster runs and does not answer: it is started anew"
                );
                postmaster::stop(self, STOP_LIMIT).await?;
                self.postmaster = None;
                Ok(false)
            }
            Err(Unready::Foreign(error)) => Err(error),
        }
    }

    async fn wait_until_ready(&mut self) -> Result<(), Unready> {
        let begun = tokio::time::Instant::now();
        let patience = match self.postmaster {
            Some(Postmaster::Adopted(..)) => PATIENCE / 6,
            _ => PATIENCE,
        };
        loop {
            let answer = if postmaster::announces_ready(&self.layout.cluster()) {
                postmaster::probe(self).await.map_err(Unready::Foreign)?
            } else {
                Answer::Starting
            };
            match answer {
                Answer::Ready => return Ok(()),
                Answer::Starting if begun.elapsed() > PATIENCE => {
                    tracing::warn!(
                        "the private cluster is still recovering; Howdah goes on and waits for it"
                    );
                    return Ok(());
                }
                Answer::Silent(error) if begun.elapsed() > patience => {
                    return Err(Unready::Silent(error.context("the private cluster does not answer")));
                }
                Answer::Starting | Answer::Silent(_) => {}
            }
            let Some(postmaster) = &mut self.postmaster else {
                return Err(Unready::Ended("PostgreSQL was not started".to_owned()));
            };
            if let Ok(status) = tokio::time::timeout(Duration::from_millis(50), postmaster.ended()).await {
                let said = postmaster::log_tail(self);
                return Err(Unready::Ended(if said.is_empty() { status } else { said }));
            }
        }
    }

    /// Watches over the server and starts it again whenever it ends, until `stop`.
    pub(crate) async fn supervise(&mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut log = tokio::time::interval(Duration::from_mins(1));
        loop {
            let ended = async {
                match &mut self.postmaster {
                    Some(postmaster) => postmaster.ended().await,
                    None => "it was not running".to_owned(),
                }
            };
            tokio::select! {
                () = &mut stop => return,
                _ = log.tick() => {
                    if let Err(error) = postmaster::trim_log(&self.layout.log()) {
                        tracing::warn!(error = chain(&error), "the log of the private cluster");
                    }
                    continue;
                }
                status = ended => tracing::warn!(status, "the private cluster ended and is started again"),
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.restart() => {}
            }
        }
    }

    async fn restart(&mut self) {
        let mut pause = Duration::from_millis(200);
        while let Err(error) = self.start().await {
            let error = chain(&error);
            tracing::error!(error, retry_in = ?pause, "the private cluster cannot be started");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(BACK_OFF_MAX);
        }
    }

    /// Stops the server within the limit, at once when the limit is over or when `hurry` is ready, and gives the data
    /// directory back.
    pub(crate) async fn stop(mut self, limit: Duration, hurry: impl Future<Output = ()>) {
        tokio::select! {
            () = self.stop_process(limit) => {}
            () = hurry => {
                if let Err(error) = postmaster::stop(&self, STOP_HURRY).await {
                    tracing::error!(error = chain(&error), "the private cluster could not be stopped");
                }
            }
        }
    }

    async fn stop_process(&mut self, limit: Duration) {
        let Some(mut postmaster) = self.postmaster.take() else { return };
        if let Postmaster::Child(child) = &mut postmaster
            && postmaster::running(&self.layout.cluster()).await.is_none()
        {
            // Broken off so early that there is no postmaster.pid: pg_ctl would not find it, and there is nothing to lose.
            let _ = child.kill().await;
            return;
        }
        if let Err(error) = postmaster::stop(self, limit).await {
            tracing::error!(error = chain(&error), "the private cluster could not be stopped");
            return;
        }
        // pg_ctl has seen the end already: this only collects the child.
        let _ = tokio::time::timeout(Duration::from_secs(1), postmaster.ended()).await;
        tracing::info!("the private cluster has stopped");
    }

    /// How to connect as the superuser.
    pub(crate) fn client_config(&self, database: &str) -> tokio_postgres::Config {
        client_config(&self.endpoint, &self.password, database)
    }

    /// The same for `howdah-pg`.
    pub(crate) fn connect_config(&self) -> anyhow::Result<ConnectConfig> {
        parse(&self.client_config("postgres"))
    }

    /// Says in the lock file where this Howdah is found.
    pub(crate) fn describe(&mut self, holder: &str) {
        if let Err(error) = self.lock.describe(holder) {
            tracing::debug!(error = chain(&error), "the lock file");
        }
    }
}

enum Unready {
    /// The process ended; what it said.
    Ended(String),
    /// The process lives and nobody answers.
    Silent(anyhow::Error),
    /// Another server answers, or ours refuses the password.
    Foreign(anyhow::Error),
}

/// What PostgreSQL says while children of a killed postmaster are still there.
fn held_by_the_dead(said: &str) -> bool {
    said.contains("pre-existing shared memory block")
        || said.contains("lock file \"postmaster.pid\" already exists")
}

fn client_config(endpoint: &Endpoint, password: &str, database: &str) -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    match endpoint {
        Endpoint::Socket(dir) => config.host_path(dir),
        Endpoint::Loopback(_) => config.host("127.0.0.1"),
    };
    config.port(endpoint.port()).user(initdb::SUPERUSER).password(password).dbname(database);
    config.application_name("howdah/cluster");
    config
}

/// `howdah-pg` parses its own configurations.
fn parse(config: &tokio_postgres::Config) -> anyhow::Result<ConnectConfig> {
    use tokio_postgres::config::Host;
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(path)) => path.to_string_lossy().into_owned(),
        None => String::new(),
    };
    let password = String::from_utf8_lossy(config.get_password().unwrap_or_default());
    let parts = [
        ("host", host.as_str()),
        ("user", config.get_user().unwrap_or_default()),
        ("password", &password),
        ("dbname", config.get_dbname().unwrap_or_default()),
        ("sslmode", "disable"),
    ];
    let mut parts: Vec<String> =
        parts.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    parts.extend(config.get_ports().first().map(|port| format!("port={port}")));
    parts.join(" ").parse().context("the private cluster's own connection string")
}

fn data_version(cluster: &Path) -> Result<u32, Failure> {
    let path = cluster.join("PG_VERSION");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("read {}", path.display()))
        .map_err(Failure::usage)?;
    text.trim().parse().map_err(|_| {
        Failure::usage_text(format!(
            "{} does not hold a major version of PostgreSQL 10 or newer but {:?}",
            path.display(),
            text.trim()
        ))
    })
}
