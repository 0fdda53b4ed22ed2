//! The Howdah and the cluster that are measured, and what the operating system says of their processes.

use std::process::Command;

use anyhow::{Context, Result};
use howdah_testkit::{Client, Cluster, TestApp, eventually};
use serde_json::Value;

use crate::floor::{self, Traced};
use crate::http::Connection;

/// A running Howdah (`HOWDAH_BIN`, the release binary) on a cluster of its own.
pub(crate) struct Bench {
    cluster: Cluster,
    app: TestApp,
    admin: Client,
    /// `host:port` of Howdah.
    pub(crate) authority: String,
    /// An API token with every permission.
    pub(crate) token: String,
    /// The cluster, for the floor.
    pub(crate) database_url: String,
}

/// Processor time in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cpu {
    /// Of the process.
    pub(crate) own: f64,
    /// The same and that of the children that have ended.
    pub(crate) all: f64,
}

impl Bench {
    /// Starts both, signs in and makes a token.
    pub(crate) async fn start() -> Result<Self> {
        // As a small server of one's own would have it; the testkit's default is for many clusters side by side.
        let cluster = Cluster::builder()
            .setting("max_connections", "200")
            .setting("shared_buffers", "256MB")
            .setting("maintenance_work_mem", "256MB")
            .setting("max_wal_size", "4GB")
            .start();
        let app = TestApp::on(&cluster).start();
        let admin = app.administrator().await;
        let token = admin.secret().context("the administrator's token")?.to_owned();
        let authority = format!("127.0.0.1:{}", app.port());
        let database_url = cluster.url("postgres");
        Ok(Self { cluster, app, admin, authority, token, database_url })
    }

    /// The version of the server.
    pub(crate) async fn version(&self) -> Result<String> {
        Ok(self.client("postgres").await?.query_one("SHOW server_version", &[]).await?.try_get(0)?)
    }

    /// The cluster's superuser: port and password, for peers.
    pub(crate) fn sign_in(&self) -> (u16, &str) {
        (self.cluster.port(), self.cluster.password())
    }

    /// The address of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        self.cluster.url(database)
    }

    /// A bare client of a database.
    pub(crate) async fn client(&self, database: &str) -> Result<tokio_postgres::Client> {
        floor::connect(&self.url(database)).await
    }

    /// A connection to Howdah.
    pub(crate) async fn connection(&self) -> Result<Connection> {
        Connection::open(&self.authority, &self.token).await
    }

    /// Makes an empty database and connects to it.
    pub(crate) async fn create_database(&self, name: &str) -> Result<tokio_postgres::Client> {
        let client = self.client("postgres").await?;
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        self.client(name).await
    }

    /// Makes `count` databases with a comment each, as an owner of a busy server would have them.
    pub(crate) async fn make_databases(&self, count: usize) -> Result<()> {
        let client = floor::connect(&self.database_url).await?;
        for number in 0..count {
            client.batch_execute(&format!("CREATE DATABASE tenant_{number:04}")).await?;
            client
                .batch_execute(&format!("COMMENT ON DATABASE tenant_{number:04} IS 'Tenant {number}'"))
                .await?;
        }
        client.batch_execute("CHECKPOINT").await?;
        // Once, so that both sides find every size known and every page warm.
        self.admin.get("/api/database?sizes=wait").await.ok();
        Ok(())
    }

    /// The statements that Howdah sends to the managed server for a call, once it is warm.
    pub(crate) async fn statements_of(&self, path: &str) -> Result<Vec<Traced>> {
        self.admin.get(path).await.ok();
        let id = self.admin.get(path).await.ok().request_id();
        self.traced(&id).await
    }

    /// The statements of a call that was made.
    pub(crate) async fn traced(&self, request_id: &str) -> Result<Vec<Traced>> {
        let address = format!("/api/trace/{request_id}");
        let trace = eventually("the trace of a call", 5, || async {
            let answer = self.admin.get(&address).await;
            (answer.status == 200).then(|| answer.value())
        })
        .await;
        let statements = trace["statements"].as_array().context("statements in the trace")?;
        statements.iter().map(traced).collect()
    }

    /// psql as superuser in a database, to run one command.
    pub(crate) fn psql(&self, database: &str, command: &str) -> Command {
        let mut psql = self.cluster.programs().command("psql");
        psql.env("PGPASSWORD", self.cluster.password());
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres", "-d", database]);
        psql.args(["-p", &self.cluster.port().to_string(), "-c", command]);
        psql
    }

    /// Resident memory of the Howdah process in MiB.
    pub(crate) fn memory_mib(&self) -> Result<f64> {
        memory_of(self.app.pid(), "VmRSS:")
    }

    /// The most that it was since [`Self::forget_peak`].
    pub(crate) fn peak_mib(&self) -> Result<f64> {
        memory_of(self.app.pid(), "VmHWM:")
    }

    /// Begins a new peak; see proc(5) on `clear_refs`.
    pub(crate) fn forget_peak(&self) -> Result<()> {
        let path = format!("/proc/{}/clear_refs", self.app.pid());
        std::fs::write(&path, "5").with_context(|| format!("write to {path}"))
    }

    /// Processor time that Howdah has used so far, in seconds.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        Ok(cpu_of(&self.app.pid().to_string())?.own)
    }

    /// Processor time of PostgreSQL so far: the postmaster, its processes, and those that have ended.
    pub(crate) fn server_cpu_seconds(&self) -> Result<f64> {
        let file = std::fs::read_to_string(self.cluster.data_dir().join("postmaster.pid"))?;
        let postmaster = file.lines().next().context("the first line of postmaster.pid")?.trim();
        let children = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"))?;
        // One may end between the two looks; its time is the postmaster's then.
        let living: f64 =
            children.split_whitespace().filter_map(|pid| cpu_of(pid).ok()).map(|cpu| cpu.own).sum();
        Ok(cpu_of(postmaster)?.all + living)
    }

    /// Ends both.
    pub(crate) async fn stop(self) -> Result<()> {
        self.app.kill().await;
        self.cluster.stop();
        Ok(())
    }
}

/// A line of `/proc/…/status` that is given in kB, in MiB.
pub(crate) fn memory_of(pid: u32, line: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    let kib: f64 = found
        .with_context(|| format!("{line} of a process"))?
        .trim()
        .trim_end_matches("kB")
        .trim()
        .parse()?;
    Ok(kib / 1024.0)
}

/// What a process (a number, or `self`) has used so far.
pub(crate) fn cpu_of(pid: &str) -> Result<Cpu> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = stat.rsplit_once(')').context("the name in /proc/…/stat")?;
    // Fields 14 to 17 of proc(5): user and system time of the process and of its ended children, in ticks, 100 a second
    // on Linux.
    let ticks: Vec<f64> =
        rest.split_whitespace().skip(11).take(4).map(str::parse).collect::<Result<_, _>>()?;
    let sum = |ticks: &[f64]| ticks.iter().sum::<f64>() / 100.0;
    Ok(Cpu { own: sum(&ticks[..2]), all: sum(&ticks) })
}

fn traced(statement: &Value) -> Result<Traced> {
    let sql = statement["sql"].as_str().context("the SQL of a statement")?.to_owned();
    let parameters = statement["parameters"].as_array().context("the parameters of a statement")?;
    let parameters = parameters.iter().map(|value| value.as_str().map(ToOwned::to_owned)).collect();
    Ok(Traced { sql, parameters })
}
