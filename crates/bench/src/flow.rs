//! Memory stays the same whatever the size of a file, and however slowly it is read; and who goes away leaves nothing
//! running.

use std::time::{Duration, Instant};

use anyhow::Result;
use howdah_testkit::{TestDir, eventually, segment};
use tokio_postgres::Client;

use crate::report::{Table, bytes, ms};
use crate::sizes::{GROWTH_MIB, STREAM_MIB};
use crate::{Run, rows, transfer};

const DATABASE: &str = "bench_flow";
const TABLES: &str = "/api/database/bench_flow/tables";
/// Bytes that the slow reader takes in a second, and for how long.
const SLOW: u64 = 1_000_000;
const SECONDS: u64 = 4;

pub(crate) async fn run(run: &mut Run) -> Result<()> {
    let client = run.bench.create_database(DATABASE).await?;
    rows::make(&client, run.size.rows).await?;
    client.batch_execute("CREATE TABLE accounts_target (LIKE accounts INCLUDING ALL)").await?;
    let title = "memory over sizes: the same table, a fifth of it and all of it";
    let mut table = Table::new(title, &["", "bytes", "ms", "growth MiB"]);
    let dir = TestDir::new();
    transfer::open(dir.path())?;
    let mut growths = Vec::new();
    for rows in [run.size.rows / 5, run.size.rows] {
        let file = dir.path().join(format!("{rows}.csv"));
        let filter = format!(r#"[{{"column":"aid","op":"<=","value":"{rows}"}}]"#);
        let path = format!("{TABLES}/accounts/export?format=csv&formulas=true&filter={}", segment(&filter));
        let (growth, time) =
            grown(run, async |run| transfer::save(&run.bench, &path, &file).await.map(|_| ())).await?;
        let size = bytes(std::fs::metadata(&file)?.len());
        table.row(vec![format!("export of {rows} rows"), size.clone(), ms(time), format!("{growth:.1}")]);
        run.checks.at_most(&format!("export of {rows} rows: growth of memory"), growth, STREAM_MIB, "MiB");
        let load = async |run: &Run| {
            transfer::load(&run.bench, DATABASE, "accounts_target", &file).await.map(|_| ())
        };
        let (loading, time) = grown(run, load).await?;
        table.row(vec![format!("import of {rows} rows"), size, ms(time), format!("{loading:.1}")]);
        run.checks.at_most(&format!("import of {rows} rows: growth of memory"), loading, GROWTH_MIB, "MiB");
        growths.push((growth, loading));
        if rows == run.size.rows {
            let wanted = transfer::fingerprint(&client, "accounts").await?;
            let found = transfer::fingerprint(&client, "accounts_target").await?;
            run.checks.same("rows of accounts that were imported", &found, &wanted);
        }
        client.batch_execute("TRUNCATE accounts_target").await?;
        std::fs::remove_file(&file)?;
    }
    if let [small, large] = growths[..] {
        run.checks.at_most("export: five times the rows, more memory", large.0 - small.0, FLAT_MIB, "MiB");
        run.checks.at_most("import: five times the rows, more memory", large.1 - small.1, FLAT_MIB, "MiB");
    }
    slow_reader(run, &client, &mut table).await?;
    table.print();
    run.remember("after files of the long table")?;
    drop(client);
    run.finished(DATABASE)
}

/// What five times the rows may add, beyond what an allocator keeps.
const FLAT_MIB: f64 = 16.0;

/// How much the process grew at most during the work, and how long that took.
async fn grown(run: &Run, work: impl AsyncFnOnce(&Run) -> Result<()>) -> Result<(f64, Duration)> {
    let before = run.bench.memory_mib()?;
    run.bench.forget_peak()?;
    let started = Instant::now();
    work(run).await?;
    Ok((run.bench.peak_mib()? - before, started.elapsed()))
}

/// Reads an export slowly for a while and goes away in the middle of it.
async fn slow_reader(run: &mut Run, client: &Client, table: &mut Table) -> Result<()> {
    let path = format!("{TABLES}/accounts/export?format=csv");
    let mut connection = run.bench.connection().await?;
    let before = run.bench.memory_mib()?;
    run.bench.forget_peak()?;
    let head = connection.begin(&path).await?;
    let started = Instant::now();
    let mut read = 0;
    connection
        .pieces(&head, |piece| {
            read += piece.len() as u64;
            let due = Duration::from_millis(read * 1000 / SLOW);
            if let Some(early) = due.checked_sub(started.elapsed()) {
                // Nothing else happens on this thread: the reader is alone.
                std::thread::sleep(early);
            }
            Ok(started.elapsed() < Duration::from_secs(SECONDS))
        })
        .await?;
    let growth = run.bench.peak_mib()? - before;
    let what = format!("slow reader, {SECONDS} s");
    table.row(vec![what.clone(), bytes(read), ms(started.elapsed()), format!("{growth:.1}")]);
    run.checks.at_most(&format!("{what}: growth of memory"), growth, STREAM_MIB, "MiB");
    let active = active(client).await?;
    drop(connection);
    let gone = Instant::now();
    eventually("the server has nothing to do after the reader has gone", 10, async || {
        active_is_zero(client).await
    })
    .await;
    table.row(vec![
        format!("until {active} active statement is gone with it"),
        String::new(),
        ms(gone.elapsed()),
        String::new(),
    ]);
    Ok(())
}

async fn active_is_zero(client: &Client) -> Option<()> {
    active(client).await.is_ok_and(|count| count == 0).then_some(())
}

/// Statements that run in the database, apart from the one that looks.
async fn active(client: &Client) -> Result<i64> {
    let sql = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()";
    Ok(client.query_one(sql, &[]).await?.try_get(0)?)
}
