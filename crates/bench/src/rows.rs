//! Pages of rows, from wherever one is in a large table, and calls for a single row.

use anyhow::{Context, Result, ensure};
use howdah_testkit::segment;
use serde_json::{Value, json};
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use crate::calls::{self, Rates};
use crate::measure::{HEAD, LEGEND, in_turn};
use crate::report::Table;
use crate::sizes::{CONNECTIONS, GROWTH_MIB};
use crate::{Run, floor, http, peers};

const DATABASE: &str = "bench_rows";
const ROWS: &str = "/api/database/bench_rows/tables/accounts/rows";
/// Rows of a page that is timed, and of one that is walked over.
const PAGE: usize = 100;
const STRIDE: usize = 250;
/// The most statements of a page of a table that is known: transaction and lock, the look whether it is as it was, whose
/// code it would run, the page in at most two parts with an estimate, the end.
const STATEMENTS: f64 = 7.0;

pub(crate) async fn run(run: &mut Run) -> Result<()> {
    let client = run.bench.create_database(DATABASE).await?;
    make(&client, run.size.rows).await?;
    let middle = walk(run).await?;
    pages(run, &client, &middle).await?;
    single(run).await?;
    drop(client);
    run.finished(DATABASE)
}

/// A table like pgbench's, with about fifty rows to each `abalance`.
pub(crate) async fn make(client: &Client, rows: u64) -> Result<()> {
    let table = "CREATE TABLE accounts (aid bigint NOT NULL, bid bigint NOT NULL, abalance bigint NOT NULL, \
        filler char(84) NOT NULL)";
    client.batch_execute(table).await?;
    let step = 500_000;
    for first in (1..=rows).step_by(step) {
        let last = (first + step as u64 - 1).min(rows);
        let sql = format!(
            "INSERT INTO accounts SELECT n, n / 100000 + 1, n::bigint * 7919 % {}, 'account ' || n \
             FROM generate_series({first}, {last}) n",
            (rows / 50).max(1)
        );
        client.batch_execute(&sql).await?;
    }
    for sql in [
        "ALTER TABLE accounts ADD PRIMARY KEY (aid)",
        "CREATE INDEX accounts_abalance ON accounts (abalance)",
        "CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigint NOT NULL)",
        "VACUUM ANALYZE accounts",
        "CHECKPOINT",
    ] {
        client.batch_execute(sql).await.with_context(|| sql.to_owned())?;
    }
    Ok(())
}

/// Walks over many pages by `next`, as somebody who scrolls does. Answers the page in the middle where that ends.
async fn walk(run: &mut Run) -> Result<String> {
    let before = run.remember("before walking through rows")?;
    run.bench.forget_peak()?;
    let mut connection = run.bench.connection().await?;
    let mut path = format!("{ROWS}?limit={STRIDE}");
    let wanted = run.size.pages;
    for page in 0..wanted {
        let head = connection.get(&path).await?;
        path = head.next.with_context(|| format!("page {page} is the last"))?;
    }
    run.remember(&format!("after walking {wanted} pages of {STRIDE} rows"))?;
    let what = format!("growth of memory over {wanted} pages");
    run.checks.at_most(&what, run.bench.peak_mib()? - before, GROWTH_MIB, "MiB");
    Ok(path.replace(&format!("limit={STRIDE}"), &format!("limit={PAGE}")))
}

/// A page of Howdah's, and the bare statement for the same rows.
struct Case {
    what: &'static str,
    path: String,
    sql: String,
    /// Parameters of the statement.
    values: Vec<i64>,
}

async fn pages(run: &mut Run, client: &Client, middle: &str) -> Result<()> {
    let mut table = Table::new(&format!("pages of {PAGE} of {} rows: {LEGEND}", run.size.rows), &HEAD);
    for case in cases(run, middle).await? {
        let Case { what, path, sql, values } = case;
        let mut connection = run.bench.connection().await?;
        let head = connection.get(&path).await?;
        let statements = run.bench.traced(&head.request_id).await?.len();
        run.checks.at_most(&format!("rows, {what}"), statements as f64, STATEMENTS, "statements");
        let statement = client.prepare(&sql).await.with_context(|| sql.clone())?;
        let parameters: Vec<&(dyn ToSql + Sync)> =
            values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        // The same rows, or the comparison says nothing. What is read backwards comes backwards from the bare statement.
        let page: Value = serde_json::from_slice(&connection.body)?;
        let mut ours = keys(&page);
        let mut theirs = Vec::new();
        for row in client.query(&statement, &parameters).await?.iter().take(PAGE) {
            theirs.push(row.try_get::<_, i64>(0)?);
        }
        ours.sort_unstable();
        theirs.sort_unstable();
        ensure!(ours == theirs, "{what}: Howdah’s rows {ours:?}, those of the bare statement {theirs:?}");
        let ours = async || {
            connection.get(&path).await?;
            Ok(connection.body.len() as u64)
        };
        let bare = async || Ok(client.query(&statement, &parameters).await?.len() as u64);
        let pair = in_turn(&run.bench, (run.size.calls, run.size.patience), ours, bare).await?;
        table.row(pair.row(what, Some(statements)));
    }
    table.print();
    Ok(())
}

async fn cases(run: &Run, middle: &str) -> Result<Vec<Case>> {
    let (rows, select) = (run.size.rows, "SELECT * FROM accounts");
    let limit = PAGE + 1;
    let case =
        |what, path: &str, sql: String, values: Vec<i64>| Case { what, path: path.to_owned(), sql, values };
    let mut connection = run.bench.connection().await?;
    let walked = i64::try_from(run.size.pages * STRIDE)?;
    let half = i64::try_from(rows / 2)?;
    let filter = json!([{ "column": "aid", "op": ">=", "value": half.to_string() }]).to_string();
    let by_balance = format!("{ROWS}?limit={PAGE}&sort={}", segment(r#"[{"column":"abalance"}]"#));
    // The page before the last one by `previous`, the last one by `from=end`.
    let last = format!("{by_balance}&from=end");
    connection.get(&last).await?;
    let page: Value = serde_json::from_slice(&connection.body)?;
    let before = page["previous"].as_str().context("`previous` of the last page")?;
    let before = format!("{by_balance}&cursor={before}");
    let first_row = page["rows"][0].as_array().context("a row of the last page")?;
    let number =
        |at: usize| first_row.get(at).and_then(Value::as_str).and_then(|text| text.parse::<i64>().ok());
    let edge = vec![number(2).context("abalance")?, number(0).context("aid")?];
    let back = "ORDER BY abalance DESC, aid DESC";
    let behind = i64::try_from(rows)? - 2 * i64::try_from(PAGE)?;
    Ok(vec![
        case(
            "by key, first page",
            &format!("{ROWS}?limit={PAGE}"),
            format!("{select} ORDER BY aid LIMIT {limit}"),
            vec![],
        ),
        case(
            "by key, deep, by cursor",
            middle,
            format!("{select} WHERE aid > $1 ORDER BY aid LIMIT {limit}"),
            vec![walked],
        ),
        case(
            "the same beside OFFSET",
            middle,
            format!("{select} ORDER BY aid OFFSET $1 LIMIT {limit}"),
            vec![walked],
        ),
        case(
            "by key, filter >= middle",
            &format!("{ROWS}?limit={PAGE}&filter={}", segment(&filter)),
            format!("{select} WHERE aid >= $1 ORDER BY aid LIMIT {limit}"),
            vec![half],
        ),
        case(
            "by key, last page",
            &format!("{ROWS}?limit={PAGE}&from=end"),
            format!("{select} ORDER BY aid DESC LIMIT {limit}"),
            vec![],
        ),
        case(
            "by abalance, first page",
            &by_balance,
            format!("{select} ORDER BY abalance, aid LIMIT {limit}"),
            vec![],
        ),
        case("by abalance, last page", &last, format!("{select} {back} LIMIT {limit}"), vec![]),
        case(
            "by abalance, last but one",
            &before,
            format!("{select} WHERE (abalance, aid) < ($1, $2) {back} LIMIT {limit}"),
            edge,
        ),
        case(
            "the same beside OFFSET",
            &before,
            format!("{select} ORDER BY abalance, aid OFFSET $1 LIMIT {limit}"),
            vec![behind],
        ),
    ])
}

/// The values of `aid`, the first column.
fn keys(page: &Value) -> Vec<i64> {
    let rows = page["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(|row| row[0].as_str()?.parse().ok()).collect()
}

/// One row by its key, one changed, one inserted: with authentication, and the changes with the audit log.
async fn single(run: &mut Run) -> Result<()> {
    let mut table = Table::new(&format!("one row: {}", calls::LEGEND), &calls::HEAD);
    let rows = run.size.rows;
    // Spread over the whole table.
    let key = move |number: u64| number.wrapping_mul(48_271) % rows + 1;
    let url = run.bench.url(DATABASE);
    let notes = ROWS.replace("accounts", "notes");
    let (authority, token) = (run.bench.authority.clone(), run.bench.token.clone());
    let send = move |method: &str, path: &str, body: Option<Value>| {
        let body = body.map(|body| body.to_string());
        let body = body.as_ref().map(|body| ("application/json", body.as_bytes()));
        http::request(&authority, &token, method, path, body)
    };
    let read = {
        let send = send.clone();
        move |number: u64| {
            let filter = json!([{ "column": "aid", "op": "=", "value": key(number).to_string() }]);
            send("GET", &format!("{ROWS}?limit=1&filter={}", segment(&filter.to_string())), None)
        }
    };
    let change = {
        let send = send.clone();
        move |number: u64| {
            let (key, value) = (key(number).to_string(), (number % 1000).to_string());
            let body = json!({ "updates": [{ "key": { "aid": key }, "set": { "abalance": value } }] });
            send("PATCH", ROWS, Some(body))
        }
    };
    let insert = move |number: u64| {
        let body = json!({ "inserts": [{ "values": { "number": number.to_string() } }] });
        send("POST", &notes, Some(body))
    };
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let by_key = move |number: u64| vec![signed(key(number))];
    let with_value = move |number: u64| vec![signed(number % 1000), signed(key(number))];
    let bare = [
        "SELECT * FROM accounts WHERE aid = $1",
        "UPDATE accounts SET abalance = $1 WHERE aid = $2",
        "INSERT INTO notes (number) VALUES ($1) RETURNING *",
    ];
    let (bench, size) = (&run.bench, run.size);
    let mut rates: [Rates; 3] = Default::default();
    for _ in 0..size.rounds {
        rates[0].ours(bench, size, read.clone()).await?;
        rates[0].bare(floor::run_one(&url, bare[0], CONNECTIONS, size.round, by_key).await?);
        rates[1].ours(bench, size, change.clone()).await?;
        rates[1].bare(floor::run_one(&url, bare[1], CONNECTIONS, size.round, with_value).await?);
        rates[2].ours(bench, size, insert.clone()).await?;
        rates[2].bare(floor::run_one(&url, bare[2], CONNECTIONS, size.round, by_key).await?);
    }
    let mut connection = bench.connection().await?;
    let requests = [read(0), change(0), insert(0)];
    let names = ["one row by key", "one row changed", "one row inserted"];
    for ((name, request), rates) in names.into_iter().zip(requests).zip(&rates) {
        let head = connection.send(&request).await?;
        let statements = bench.traced(&head.request_id).await?.len();
        run.checks.at_most(name, statements as f64, STATEMENTS, "statements");
        table.row(rates.row(name, Some(statements))?);
    }
    if run.peers {
        for peer in peers::start(bench, DATABASE).await? {
            let sql = move |number: u64| format!("SELECT * FROM accounts WHERE aid = {}", key(number));
            let mut rates = Rates::default();
            for _ in 0..size.rounds {
                let Some(theirs) = peer.rows(size.round, sql).await? else { break };
                rates.bare(theirs);
                rates.ours(bench, size, read.clone()).await?;
            }
            if rates.measured() {
                table.row(rates.row(&format!("one row by key, bare: {}", peer.name()), None)?);
            }
            peer.stop().await;
        }
    }
    table.print();
    run.remember("after calls for single rows")?;
    Ok(())
}
