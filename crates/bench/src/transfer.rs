//! A table of 20 types, written to a file and read from one; beside psql's `\copy`. What was written is read back, and
//! what was read is compared, row by row.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use howdah_testkit::TestDir;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::measure::{HEAD, LEGEND, in_turn};
use crate::process::Bench;
use crate::report::{Table, ms};
use crate::sizes::GROWTH_MIB;
use crate::{Run, flow};

const DATABASE: &str = "bench_wide";
/// A file takes seconds: the best of a few.
pub(crate) const ROUNDS: usize = 3;

pub(crate) async fn run(run: &mut Run) -> Result<()> {
    let client = run.bench.create_database(DATABASE).await?;
    make(&client, run.size.wide).await?;
    let mut table = Table::new(&format!("files of {} rows of 20 types: {LEGEND}", run.size.wide), &HEAD);
    let mut parts =
        Table::new("the parts of it", &["", "first 64 KiB ms", "upload ms", "job ms", "growth MiB"]);
    let dir = TestDir::new();
    open(dir.path())?;
    let csv = dir.path().join("wide.csv");
    let hash = fingerprint(&client, "wide").await?;
    for format in ["csv", "ndjson"] {
        let file = dir.path().join(format!("wide.{format}"));
        let path = format!(
            "/api/database/{DATABASE}/tables/wide/export?schema=public&format={format}&formulas=true"
        );
        let before = run.bench.memory_mib()?;
        run.bench.forget_peak()?;
        save(&run.bench, &path, &file).await?;
        let back = read_back(&run.bench, &client, format, &file).await?;
        run.checks.same(&format!("rows written as {format} and read by psql"), &back, &hash);
        let mut first = Duration::MAX;
        let ours = async || {
            let (bytes, after) = drain(&run.bench, &path).await?;
            first = first.min(after);
            Ok(bytes)
        };
        let copy = match format {
            "csv" => "\\copy (SELECT * FROM wide) TO '/dev/null' CSV HEADER",
            _ => "\\copy (SELECT row_to_json(w) FROM wide w) TO '/dev/null'",
        };
        let bare = async || psql(&run.bench, copy);
        let pair = in_turn(&run.bench, (ROUNDS, run.size.patience), ours, bare).await?;
        let growth = run.bench.peak_mib()? - before;
        let what = format!("export as {format}");
        run.checks.at_most(&format!("{what}: growth of memory"), growth, GROWTH_MIB, "MiB");
        table.row(pair.row(&what, None));
        parts.row(vec![what, ms(first), String::new(), String::new(), format!("{growth:.1}")]);
    }
    import(run, &client, &csv, &hash, (&mut table, &mut parts)).await?;
    table.print();
    parts.print();
    drop(client);
    run.finished(DATABASE)?;
    flow::run(run).await
}

async fn make(client: &Client, rows: u64) -> Result<()> {
    client.batch_execute(include_str!("wide.sql")).await?;
    let insert = client.prepare(include_str!("wide_rows.sql")).await?;
    let step = 100_000;
    for first in (1..=rows).step_by(step) {
        let last = (first + step as u64 - 1).min(rows);
        client.execute(&insert, &[&i64::try_from(first)?, &i64::try_from(last)?]).await?;
    }
    for sql in [
        "ALTER TABLE wide ADD PRIMARY KEY (id)",
        "CREATE INDEX ON wide (made)",
        "CREATE INDEX ON wide (name)",
        "CREATE INDEX ON wide USING gin (words)",
        "CREATE TABLE target (LIKE wide INCLUDING ALL)",
        "CREATE TABLE lines (line text)",
        "VACUUM ANALYZE wide",
        "CHECKPOINT",
    ] {
        client.batch_execute(sql).await.with_context(|| sql.to_owned())?;
    }
    Ok(())
}

/// Number of rows and a hash over all of them in their order.
pub(crate) async fn fingerprint(client: &Client, table: &str) -> Result<String> {
    let sql = format!(
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY {0})), '') FROM {table} t",
        if table.starts_with("accounts") { "aid" } else { "id" }
    );
    Ok(client.query_one(&sql, &[]).await?.try_get(0)?)
}

/// Lets the account of PostgreSQL, which psql runs as, read the folder.
pub(crate) fn open(dir: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755))?)
}

/// One command of psql to its end.
pub(crate) fn psql(bench: &Bench, command: &str) -> Result<u64> {
    psql_in(bench, DATABASE, command)
}

pub(crate) fn psql_in(bench: &Bench, database: &str, command: &str) -> Result<u64> {
    let output = bench.psql(database, command).output().context("start psql")?;
    ensure!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(0)
}

/// Reads an export and throws it away: its bytes, and when the first 64 KiB were there.
pub(crate) async fn drain(bench: &Bench, path: &str) -> Result<(u64, Duration)> {
    let mut connection = bench.connection().await?;
    let started = Instant::now();
    let head = connection.begin(path).await?;
    let (mut bytes, mut first) = (0, None);
    connection
        .pieces(&head, |piece| {
            bytes += piece.len() as u64;
            if bytes >= 64 * 1024 && first.is_none() {
                first = Some(started.elapsed());
            }
            Ok(true)
        })
        .await?;
    Ok((bytes, first.unwrap_or_else(|| started.elapsed())))
}

/// Writes an export into a file.
pub(crate) async fn save(bench: &Bench, path: &str, file: &Path) -> Result<u64> {
    use std::io::Write;
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    let mut connection = bench.connection().await?;
    let head = connection.begin(path).await?;
    let bytes = connection
        .pieces(&head, |piece| {
            out.write_all(piece)?;
            Ok(true)
        })
        .await?;
    out.flush()?;
    Ok(bytes)
}

/// Loads a file that Howdah has written with PostgreSQL's own means; the fingerprint of what came of it.
async fn read_back(bench: &Bench, client: &Client, format: &str, file: &Path) -> Result<String> {
    client.batch_execute("TRUNCATE target; TRUNCATE lines").await?;
    let file = file.display();
    if format == "csv" {
        psql(bench, &format!("\\copy target FROM '{file}' CSV HEADER"))?;
    } else {
        psql(bench, &format!("\\copy lines FROM '{file}' CSV QUOTE E'\\x01' DELIMITER E'\\x02'"))?;
        let sql = "INSERT INTO target SELECT (json_populate_record(null::wide, line::json)).* FROM lines";
        client.batch_execute(sql).await?;
    }
    let found = fingerprint(client, "target").await?;
    client.batch_execute("TRUNCATE target; TRUNCATE lines").await?;
    Ok(found)
}

async fn import(
    run: &mut Run,
    client: &Client,
    csv: &Path,
    hash: &str,
    (table, parts): (&mut Table, &mut Table),
) -> Result<()> {
    let before = run.bench.memory_mib()?;
    run.bench.forget_peak()?;
    let (mut upload, mut job) = (Duration::MAX, Duration::MAX);
    let size = std::fs::metadata(csv)?.len();
    let ours = async || {
        client.batch_execute("TRUNCATE target").await?;
        let times = load(&run.bench, DATABASE, "target", csv).await?;
        upload = upload.min(times.0);
        job = job.min(times.1);
        Ok(size)
    };
    let bare = async || {
        client.batch_execute("TRUNCATE target").await?;
        psql(&run.bench, &format!("\\copy target FROM '{}' CSV HEADER", csv.display()))
    };
    let pair = in_turn(&run.bench, (ROUNDS, run.size.patience), ours, bare).await?;
    let growth = run.bench.peak_mib()? - before;
    client.batch_execute("TRUNCATE target").await?;
    load(&run.bench, DATABASE, "target", csv).await?;
    let what = "import of csv";
    run.checks.same("rows that were imported", &fingerprint(client, "target").await?, hash);
    run.checks.at_most(&format!("{what}: growth of memory"), growth, GROWTH_MIB, "MiB");
    table.row(pair.row(what, None));
    parts.row(vec![what.to_owned(), String::new(), ms(upload), ms(job), format!("{growth:.1}")]);
    run.remember("after files of the wide table")?;
    Ok(())
}

/// Uploads a file and imports it into a table; how long either took.
pub(crate) async fn load(
    bench: &Bench,
    database: &str,
    table: &str,
    file: &Path,
) -> Result<(Duration, Duration)> {
    let started = Instant::now();
    let id = upload(bench, file).await?;
    let uploaded = started.elapsed();
    let started = Instant::now();
    let mut connection = bench.connection().await?;
    let format = json!({ "kind": "csv", "header": true });
    let body = json!({ "upload": id, "format": format, "schema": "public", "table": table });
    connection.send_json("POST", &format!("/api/database/{database}/import"), &body).await?;
    let job: Value = serde_json::from_slice(&connection.body)?;
    let id = job["id"].as_str().context("the id of the job")?.to_owned();
    loop {
        connection.get(&format!("/api/jobs/{id}")).await?;
        let job: Value = serde_json::from_slice(&connection.body)?;
        match job["state"].as_str() {
            Some("succeeded") => break,
            Some("queued" | "running") => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => bail!("the import ended with {job}"),
        }
    }
    let worked = started.elapsed();
    connection.get(&format!("/api/jobs/{id}/import")).await?;
    let report: Value = serde_json::from_slice(&connection.body)?;
    ensure!(report["rowsRejected"] == 0, "rows were rejected: {report}");
    Ok((uploaded, worked))
}

async fn upload(bench: &Bench, file: &Path) -> Result<String> {
    use std::io::Read;
    let mut connection = bench.connection().await?;
    let size = std::fs::metadata(file)?.len();
    connection
        .write(&crate::http::upload_head(&bench.authority, &bench.token, "/api/uploads?name=f.csv", size))
        .await?;
    let mut source = std::fs::File::open(file)?;
    let mut piece = vec![0; 256 * 1024];
    loop {
        let count = source.read(&mut piece)?;
        if count == 0 {
            break;
        }
        connection.write(&piece[..count]).await?;
    }
    connection.answer().await?;
    let upload: Value = serde_json::from_slice(&connection.body)?;
    Ok(upload["id"].as_str().context("the id of the upload")?.to_owned())
}
