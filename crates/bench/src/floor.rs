//! The physical floor: the very statements that Howdah sent for a call, sent by a bare tokio-postgres client.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls, Statement};

use crate::load::Outcome;

/// A statement with its parameters as text, as a trace shows it.
#[derive(Debug, Clone)]
pub(crate) struct Traced {
    pub(crate) sql: String,
    pub(crate) parameters: Vec<Option<String>>,
}

/// Runs the statements one after the other, again and again, on `connections` connections for `duration`.
pub(crate) async fn run(
    url: &str,
    statements: &[Traced],
    connections: usize,
    duration: Duration,
) -> Result<Outcome> {
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let client = connect(url).await?;
        tasks.push(tokio::spawn(one_connection(client, statements.to_vec(), started + duration)));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Outcome::new(latencies, started.elapsed()))
}

/// The same with one statement whose parameters `make` writes, from the numbers 0, 1, 2 …
pub(crate) async fn run_one<F>(
    url: &str,
    sql: &str,
    connections: usize,
    duration: Duration,
    make: F,
) -> Result<Outcome>
where
    F: Fn(u64) -> Vec<i64> + Clone + Send + 'static,
{
    let started = Instant::now();
    let mut tasks = Vec::new();
    for first in 0..connections {
        let client = connect(url).await?;
        let (sql, make) = (sql.to_owned(), make.clone());
        tasks.push(tokio::spawn(async move {
            let statement = client.prepare(&sql).await.context("prepare the bare statement")?;
            let mut latencies = Vec::new();
            for number in (first as u64..).step_by(connections) {
                if Instant::now() >= started + duration {
                    break;
                }
                let values = make(number);
                let sent = Instant::now();
                let parameters: Vec<&(dyn ToSql + Sync)> =
                    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
                client.query(&statement, &parameters).await?;
                latencies.push(sent.elapsed());
            }
            anyhow::Ok(latencies)
        }));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Outcome::new(latencies, started.elapsed()))
}

/// A client whose connection is driven in the background.
pub(crate) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("connect to PostgreSQL")?;
    tokio::spawn(connection);
    Ok(client)
}

async fn one_connection(client: Client, statements: Vec<Traced>, until: Instant) -> Result<Vec<Duration>> {
    let mut prepared = Vec::new();
    for traced in &statements {
        let statement = prepare(&client, traced).await.context("prepare a traced statement")?;
        let parameters = parameters(&statement, traced)?;
        prepared.push((statement, parameters));
    }
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let sent = Instant::now();
        for (statement, parameters) in &prepared {
            let borrowed: Vec<&(dyn ToSql + Sync)> =
                parameters.iter().map(|p| &**p as &(dyn ToSql + Sync)).collect();
            client.query(statement, &borrowed).await?;
        }
        latencies.push(sent.elapsed());
    }
    Ok(latencies)
}

/// `$1 IS NULL` alone tells no type; what Howdah sends there is text.
async fn prepare(client: &Client, traced: &Traced) -> Result<Statement, tokio_postgres::Error> {
    if let Ok(statement) = client.prepare(&traced.sql).await {
        return Ok(statement);
    }
    client.prepare_typed(&traced.sql, &vec![Type::TEXT; traced.parameters.len()]).await
}

fn parameters(statement: &Statement, traced: &Traced) -> Result<Vec<Box<dyn ToSql + Sync + Send>>> {
    let typed = statement.params().iter().zip(&traced.parameters);
    typed
        .map(|(kind, value)| -> Result<Box<dyn ToSql + Sync + Send>> {
            Ok(match *kind {
                Type::INT8 => Box::new(value.as_deref().map(str::parse::<i64>).transpose()?),
                Type::INT4 => Box::new(value.as_deref().map(str::parse::<i32>).transpose()?),
                Type::BOOL => Box::new(value.as_deref().map(|text| text == "t" || text == "true")),
                _ => Box::new(value.clone()),
            })
        })
        .collect()
}
