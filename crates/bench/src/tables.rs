//! Lists of tables: the first page, the whole list, a search; beside one bare query for names and estimates, and beside
//! other programs.

use anyhow::{Context, Result, ensure};
use tokio_postgres::Client;

use crate::measure::{HEAD, LEGEND, in_turn};
use crate::peers::{self, Reply};
use crate::report::{Table, bytes, ms, short, times};
use crate::{Run, report};

/// What counts as a table, as Howdah has it.
const KINDS: &str = "c.relkind IN ('r', 'p', 'v', 'm', 'f')";
/// A page of Howdah's, and one row more to know whether there is another.
const PAGE: usize = 500;

pub(crate) async fn run(run: &mut Run) -> Result<()> {
    let mut table = Table::new(&format!("lists of tables: {LEGEND}"), &HEAD);
    let head = ["", "Howdah ms", "theirs", "ratio", "their bytes", "their peak MiB"];
    let mut others = Table::new("lists of tables beside other programs, in turn, best of each", &head);
    for (schema, count) in [("flat", run.size.flat), ("bare", run.size.bare)] {
        let database = format!("bench_{schema}");
        let client = run.bench.create_database(&database).await?;
        make(&client, schema, count).await?;
        let place = Place { database: &database, schema, count };
        lists(run, &mut table, &client, place).await?;
        if run.peers {
            beside_others(run, &mut others, place).await?;
        }
        drop(client);
        run.finished(&database)?;
    }
    table.print();
    others.print();
    Ok(())
}

#[derive(Clone, Copy)]
struct Place<'a> {
    database: &'a str,
    schema: &'a str,
    count: usize,
}

/// Makes the tables, a few hundred in a transaction: each takes a lock until its end.
async fn make(client: &Client, schema: &str, count: usize) -> Result<()> {
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).await?;
    for first in (0..count).step_by(500) {
        let mut sql = String::from("BEGIN;");
        for number in first..(first + 500).min(count) {
            let bare = || format!("CREATE TABLE {schema}.t_{number:06} (id int, note text);");
            sql.push_str(&if schema == "flat" { keyed(number) } else { bare() });
        }
        sql.push_str("COMMIT");
        client.batch_execute(&sql).await.with_context(|| format!("make tables from {first} on"))?;
    }
    client.batch_execute("VACUUM ANALYZE pg_catalog.pg_class").await?;
    client.batch_execute("VACUUM ANALYZE pg_catalog.pg_index; ").await?;
    client.batch_execute("CHECKPOINT").await?;
    Ok(())
}

/// A table with a primary key, an index and an identity column; nine of ten with a foreign key.
fn keyed(number: usize) -> String {
    let reference = match number % 10 {
        0 => String::new(),
        back => format!(" REFERENCES flat.t_{:06}", number - back),
    };
    format!(
        "CREATE TABLE flat.t_{number:06} (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
         parent int{reference}, note text, made timestamptz DEFAULT now()); \
         CREATE INDEX ON flat.t_{number:06} (made);"
    )
}

async fn lists(run: &mut Run, table: &mut Table, client: &Client, place: Place<'_>) -> Result<()> {
    let Place { database, schema, count } = place;
    let tables = format!("/api/database/{database}/tables");
    let names = "SELECT c.relname::text, c.reltuples FROM pg_catalog.pg_class c";
    let here = format!("c.relnamespace = '{schema}'::regnamespace AND {KINDS}");
    let everywhere = format!(
        "SELECT n.nspname::text, c.relname::text, c.reltuples FROM pg_catalog.pg_class c \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE {KINDS} AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    );
    // One table of a thousand fits, or at least one.
    let word = "_000";
    let found = count.min(1000);
    let first = count.min(PAGE + 1);
    let cases = [
        (
            "first page",
            format!("?schema={schema}"),
            format!("{names} WHERE {here} ORDER BY c.relname LIMIT {first}"),
            first,
        ),
        (
            "first page, all schemas",
            "?schema=*".to_owned(),
            format!("{everywhere} ORDER BY n.nspname, c.relname LIMIT {first}"),
            first,
        ),
        (
            "search",
            format!("?schema={schema}&search={word}"),
            format!("{names} WHERE {here} AND c.relname ILIKE '%\\_000%' ORDER BY c.relname LIMIT {first}"),
            found.min(first),
        ),
        (
            "search, one fits, all schemas",
            "?schema=*&search=t_000077".to_owned(),
            format!(
                "{everywhere} AND c.relname ILIKE '%t\\_000077%' ORDER BY n.nspname, c.relname LIMIT {first}"
            ),
            1,
        ),
        (
            "whole list",
            format!("?schema={schema}&limit=2000"),
            format!("{names} WHERE {here} ORDER BY c.relname"),
            count,
        ),
    ];
    for (what, query, sql, wanted) in cases {
        let what = format!("{count} tables, {what}");
        let whole = wanted == count && wanted > PAGE;
        let mut connection = run.bench.connection().await?;
        let path = format!("{tables}{query}");
        let head = connection.get(&path).await?;
        let statements = run.bench.traced(&head.request_id).await?.len();
        run.checks.at_most(&format!("{what}: a page"), statements as f64, 1.0, "statements");
        let statement = client.prepare(&sql).await?;
        let limits = (run.size.calls, run.size.patience);
        let mut listed = 0;
        let ours = async || {
            let mut next = Some(path.clone());
            let mut total = 0;
            listed = 0;
            while let Some(page) = next {
                let head = connection.get(&page).await?;
                total += connection.body.len() as u64;
                // Each begins with its schema; a name does not hold a quotation mark here.
                listed += String::from_utf8_lossy(&connection.body).matches("{\"schema\":").count();
                next = head.next.filter(|_| whole);
            }
            Ok(total)
        };
        let bare = async || {
            let rows = client.query(&statement, &[]).await?;
            ensure!(rows.len() == wanted, "the bare query found {} tables, not {wanted}", rows.len());
            Ok(rows.len() as u64)
        };
        let pair = in_turn(&run.bench, limits, ours, bare).await?;
        run.checks.same(
            &format!("{what}: tables"),
            &listed.to_string(),
            &wanted.min(if whole { count } else { PAGE }).to_string(),
        );
        table.row(pair.row(&what, Some(statements)));
    }
    run.remember(&format!("after listing {count} tables"))?;
    Ok(())
}

/// Ours and each of the others in turn, as often as they have the patience.
async fn beside_others(run: &mut Run, table: &mut Table, place: Place<'_>) -> Result<()> {
    let Place { database, schema, count } = place;
    let first = format!("/api/database/{database}/tables?schema={schema}");
    let whole = format!("{first}&limit=2000");
    for mut peer in peers::start(&run.bench, database).await? {
        for (what, path, follow, theirs) in [
            ("first page", &first, false, peer.first_page(schema)),
            ("whole list", &whole, true, Some(peer.whole(schema))),
        ] {
            let Some(theirs) = theirs else { continue };
            let (mut ours, mut best) = (Vec::new(), None);
            for _ in 0..3 {
                // A new one each time: the other program may take longer than Howdah keeps an idle one.
                let mut connection = run.bench.connection().await?;
                let started = std::time::Instant::now();
                let mut next = Some(path.clone());
                while let Some(page) = next {
                    next = connection.get(&page).await?.next.filter(|_| follow);
                }
                ours.push(started.elapsed());
                let reply = peer.get(&theirs).await?;
                let late = !matches!(reply, Reply::Whole { .. });
                best = peers::better(best, reply);
                if late {
                    peer.restart(&run.bench, database).await?;
                    break;
                }
            }
            let ours = ours.into_iter().min().context("at least one call")?;
            let (text, ratio, size) = match &best {
                Some(Reply::Whole { time, bytes: size }) => {
                    (ms(*time), times(time.as_secs_f64(), ours.as_secs_f64()), bytes(*size))
                }
                Some(Reply::Refused { status, time }) => (
                    format!("HTTP {status} after {} s", short(time.as_secs_f64())),
                    "–".to_owned(),
                    String::new(),
                ),
                Some(Reply::Late) | None => {
                    let seconds = peers::LIMIT.as_secs_f64();
                    let ratio = report::times(seconds, ours.as_secs_f64());
                    (format!("no answer in {} s", short(seconds)), format!("> {ratio}"), String::new())
                }
            };
            let name = format!("{}, {count} tables, {what}", peer.name());
            table.row(vec![name, ms(ours), text, ratio, size, short(peer.peak_mib())]);
        }
        peer.stop().await;
    }
    Ok(())
}
