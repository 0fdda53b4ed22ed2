//! A small closed-loop load generator: each connection sends its next request when the last one was answered.
//!
//! It speaks just enough HTTP/1.1 (keep-alive, `Content-Length` or chunked answers) to cost little beside the server
//! that it measures on the same two cores.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Answers per second over all connections.
    pub(crate) rate: f64,
    /// Latencies of all answers, sorted.
    latencies: Vec<Duration>,
}

impl Outcome {
    /// Joins the latencies of all connections of a run that took `elapsed`.
    pub(crate) fn new(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        Self { rate: latencies.len() as f64 / elapsed.as_secs_f64(), latencies }
    }

    /// The latency that `share` of the answers (0 to 1) stayed below, in milliseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index between 0 and the length"
    )]
    pub(crate) fn quantile_ms(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        self.latencies.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

/// Sends `GET path` over `connections` connections for `duration`; any answer but 200 ends it with an error.
pub(crate) async fn run(
    authority: &str,
    path: &str,
    token: &str,
    connections: usize,
    duration: Duration,
) -> Result<Outcome> {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\n\r\n");
    let started = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| tokio::spawn(one_connection(authority.to_owned(), request.clone(), started + duration)))
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Outcome::new(latencies, started.elapsed()))
}

async fn one_connection(authority: String, request: String, until: Instant) -> Result<Vec<Duration>> {
    let stream = TcpStream::connect(&authority).await.context("connect to Howdah")?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut latencies = Vec::new();
    let mut body = Vec::new();
    while Instant::now() < until {
        let sent = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        read_answer(&mut stream, &mut body).await?;
        latencies.push(sent.elapsed());
    }
    Ok(latencies)
}

async fn read_answer(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> Result<()> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    if !line.starts_with("HTTP/1.1 200") {
        bail!("Howdah answered {}", line.trim());
    }
    let (mut length, mut chunked) = (0, false);
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let header = line.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().context("read the length of an answer")?;
        }
        chunked |= header == "transfer-encoding: chunked";
    }
    if !chunked {
        return read_exactly(stream, body, length).await;
    }
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let size = usize::from_str_radix(line.trim(), 16).context("read the length of a chunk")?;
        read_exactly(stream, body, size + 2).await?;
        if size == 0 {
            return Ok(());
        }
    }
}

async fn read_exactly(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>, length: usize) -> Result<()> {
    body.resize(length, 0);
    stream.read_exact(body).await?;
    Ok(())
}
