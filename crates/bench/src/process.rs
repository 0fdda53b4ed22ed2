//! The Howdah and the cluster that are measured, and what the operating system says of the process.

use anyhow::{Context, Result};
use howdah_testkit::{Client, Cluster, TestApp, eventually};
use serde_json::Value;

use crate::floor::{self, Traced};

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

impl Bench {
    /// Starts both, signs in and makes a token.
    pub(crate) async fn start() -> Result<Self> {
        let cluster = Cluster::builder().setting("max_connections", "200").start();
        let app = TestApp::on(&cluster).start();
        let admin = app.administrator().await;
        let token = admin.secret().context("the administrator's token")?.to_owned();
        let authority = format!("127.0.0.1:{}", app.port());
        let database_url = cluster.url("postgres");
        Ok(Self { cluster, app, admin, authority, token, database_url })
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
        let address = format!("/api/trace/{id}");
        let trace = eventually("the trace of a call", 5, || async {
            let answer = self.admin.get(&address).await;
            (answer.status == 200).then(|| answer.value())
        })
        .await;
        let statements = trace["statements"].as_array().context("statements in the trace")?;
        statements.iter().map(traced).collect()
    }

    /// Resident memory of the Howdah process in MiB.
    pub(crate) fn memory_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.app.pid()))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS of the process")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }

    /// Processor time that Howdah has used so far, in seconds.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.app.pid()))?;
        let (_, rest) = stat.rsplit_once(')').context("the name in /proc/…/stat")?;
        // Fields 14 and 15 of proc(5): user and system time in ticks, 100 a second on Linux.
        let ticks = rest.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
    }

    /// Ends both.
    pub(crate) async fn stop(self) -> Result<()> {
        self.app.kill().await;
        self.cluster.stop();
        Ok(())
    }
}

fn traced(statement: &Value) -> Result<Traced> {
    let sql = statement["sql"].as_str().context("the SQL of a statement")?.to_owned();
    let parameters = statement["parameters"].as_array().context("the parameters of a statement")?;
    let parameters = parameters.iter().map(|value| value.as_str().map(ToOwned::to_owned)).collect();
    Ok(Traced { sql, parameters })
}
