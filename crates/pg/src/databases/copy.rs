//! Copies a database: `CREATE DATABASE … TEMPLATE`.

use std::time::Duration;

use howdah_types::databases::{DatabaseCopyData, Protection};

use super::{ddl, named, read};
use crate::error::Error;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::trace::Trace;

const POLL: Duration = Duration::from_millis(500);
/// Clients that come back at once are ended again this many times.
const ATTEMPTS: u32 = 3;

pub(super) async fn run(
    server: &Server,
    trace: &Trace,
    source: &str,
    data: &DatabaseCopyData,
    mut progress: impl FnMut(Option<f64>, &str) + Send,
) -> Result<(), Error> {
    progress(Some(0.0), "Checking");
    preconditions(server, trace, source, data).await?;
    let hold = server.hold(source).await;
    let total = size(server, source).await;
    // The copy may take hours; it has no time limit, only the cancel.
    let session = server.dedicated(trace, Duration::ZERO).await?;
    let pid = backend_pid(&session).await?;
    let mut attempt = 1;
    loop {
        if data.end_connections {
            progress(Some(0.0), "Ending connections");
            end_connections(server, trace, source).await?;
        } else {
            read::nobody_in(server, trace, source).await?;
        }
        progress(Some(0.0), "Copying");
        let sql = ddl::copy(source, &data.name);
        let copied = {
            let copy = session.execute("copying the database", &sql);
            let watch = watch(server, pid, total, &mut progress);
            tokio::select! { copied = copy => copied, never = watch => match never {} }
        };
        match copied.map_err(|error| named(error, source, &data.name)) {
            Ok(()) => break,
            Err(Error::InUse { .. }) if data.end_connections && attempt < ATTEMPTS => attempt += 1,
            // Says who, where that can still be seen.
            Err(error @ Error::InUse { .. }) => {
                return Err(read::nobody_in(server, trace, source).await.err().unwrap_or(error));
            }
            Err(error) => return Err(error),
        }
    }
    drop(hold);
    progress(Some(1.0), "Copied");
    Ok(())
}

async fn preconditions(
    server: &Server,
    trace: &Trace,
    source: &str,
    data: &DatabaseCopyData,
) -> Result<(), Error> {
    // Howdah's own connections would have to end, and the store holds secrets of all accounts.
    let protection = if source == server.maintenance_database() {
        Some(server.protection(source).unwrap_or(Protection::InUse))
    } else {
        server.protection(source).filter(|protection| *protection == Protection::Store)
    };
    if let Some(protection) = protection {
        return Err(Error::Protected { name: source.to_owned(), protection });
    }
    read::must_exist(server, trace, source).await?;
    read::must_not_exist(server, trace, &data.name).await?;
    if data.end_connections { Ok(()) } else { read::nobody_in(server, trace, source).await }
}

async fn end_connections(server: &Server, trace: &Trace, source: &str) -> Result<(), Error> {
    let session = server.maintenance(trace).await?;
    let sql = include_str!("terminate.sql");
    session.query("ending connections", sql, &[Param::Text(source)]).await.map(|_| ())
}

async fn backend_pid(session: &Session) -> Result<i32, Error> {
    let doing = "asking for the connection's number";
    let row = session.query_opt(doing, "SELECT pg_catalog.pg_backend_pid()", &[]).await?;
    let pid = row.map_or(Ok(0), |row| row.try_get(0));
    pid.map_err(|error| Error::shape(doing, error))
}

/// Bytes of the source, None where they may not be read.
async fn size(server: &Server, source: &str) -> Option<i64> {
    let session = server.maintenance(&Trace::new()).await.ok()?;
    let sql = "SELECT pg_catalog.pg_database_size(d.oid) FROM pg_catalog.pg_database d WHERE d.datname = $1";
    session.query_opt("measuring the source", sql, &[Param::Text(source)]).await.ok()??.try_get(0).ok()?
}

/// Tells the progress for as long as it is polled.
async fn watch(
    server: &Server,
    pid: i32,
    total: Option<i64>,
    progress: &mut (impl FnMut(Option<f64>, &str) + Send),
) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(POLL).await;
        let part = match total {
            Some(total) if total > 0 => so_far(server, pid).await.map(|bytes| part(bytes, total)),
            _ => None,
        };
        progress(part, "Copying");
    }
}

async fn so_far(server: &Server, pid: i32) -> Option<i64> {
    // Not in the request's trace: it is asked again and again.
    let session = server.maintenance(&Trace::new()).await.ok()?;
    let sql = include_str!("progress.sql");
    session.query_opt("measuring the copy", sql, &[Param::Int8(pid.into())]).await.ok()??.try_get(0).ok()?
}

/// Never quite done before it is.
fn part(bytes: i64, total: i64) -> f64 {
    // Exact enough for a progress bar: 2^53 bytes are 9 PB.
    #[expect(clippy::cast_precision_loss, reason = "a part of a progress bar")]
    let part = bytes as f64 / total as f64;
    part.clamp(0.0, 0.99)
}
