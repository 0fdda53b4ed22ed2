//! How far imports have come, and the rows that they refused.

use howdah_types::imports::ImportReject;
use uuid::Uuid;

use crate::Store;
use crate::db::{self, clean, clean_opt, column};
use crate::error::Error;

/// Rejects of one import that are kept.
pub const KEPT: i64 = 100_000;

/// Bytes of a record that are kept; of a longer one only line and reason are.
const RECORD: usize = 64 * 1024;

/// Bytes of one message with rejects.
const PIECE: usize = 4 * 1024 * 1024;

/// Counts of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows of the file that were dealt with.
    pub read: i64,
    /// Rows that the table took.
    pub accepted: i64,
    /// Rows that stayed there.
    pub written: i64,
    pub rejected: i64,
    /// Of the rejected ones those that are kept as rows.
    pub kept: i64,
}

/// An import as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub counts: Counts,
    /// A transaction on the managed server that was about to be committed, and the counts after it.
    pub pending: Option<(String, Counts)>,
}

/// A row that was refused. `number` is given by [`reject`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub line: i64,
    pub column: Option<String>,
    pub sqlstate: Option<String>,
    pub reason: String,
    pub record: String,
}

/// The import of this job; begins one where there is none.
pub async fn open(store: &Store, job: &str) -> Result<State, Error> {
    let client = store.client().await?;
    let job = parse(job)?;
    let sql = "INSERT INTO howdah.import (job) VALUES ($1::text::uuid) ON CONFLICT DO NOTHING";
    db::execute(&client, "beginning an import", sql, &[&job]).await?;
    drop(client);
    get(store, &job).await
}

/// The import of this job. [`Error::NotFound`].
pub async fn get(store: &Store, job: &str) -> Result<State, Error> {
    let client = store.client().await?;
    let sql = "SELECT rows_read, rows_accepted, rows_written, rows_rejected, rejects_kept, pending,
                      pending_read, pending_accepted, pending_rejected, pending_kept
               FROM howdah.import WHERE job = $1::text::uuid";
    let row = db::query_opt(&client, "reading an import", sql, &[&parse(job)?]).await?;
    let row = row.ok_or(Error::NotFound)?;
    let counts = Counts {
        read: column(&row, "rows_read")?,
        accepted: column(&row, "rows_accepted")?,
        written: column(&row, "rows_written")?,
        rejected: column(&row, "rows_rejected")?,
        kept: column(&row, "rejects_kept")?,
    };
    let pending = match column::<Option<String>>(&row, "pending")? {
        None => None,
        Some(transaction) => {
            let number = |name| column::<Option<i64>>(&row, name).map(Option::unwrap_or_default);
            let accepted = number("pending_accepted")?;
            let after = Counts {
                read: number("pending_read")?,
                accepted,
                written: accepted,
                rejected: number("pending_rejected")?,
                kept: number("pending_kept")?,
            };
            Some((transaction, after))
        }
    };
    Ok(State { counts, pending })
}

/// Keeps refused rows behind the `kept` ones that are there, and answers how many are kept then.
pub async fn reject(store: &Store, job: &str, kept: i64, rejects: &[Reject]) -> Result<i64, Error> {
    let job = parse(job)?;
    let room = usize::try_from(KEPT - kept).unwrap_or_default();
    let mut number = kept;
    let mut left = &rejects[..rejects.len().min(room)];
    while !left.is_empty() {
        let mut bytes = 0;
        let fits = left.iter().take_while(|reject| {
            let before = bytes;
            bytes += reject.record.len() + reject.reason.len();
            before == 0 || bytes <= PIECE
        });
        let (now, rest) = left.split_at(fits.count().clamp(1, 5000.min(left.len())));
        left = rest;
        let lines: Vec<_> = now.iter().map(|reject| reject.line).collect();
        let columns: Vec<_> = now.iter().map(|reject| clean_opt(reject.column.as_deref(), 63)).collect();
        let states: Vec<_> = now.iter().map(|reject| reject.sqlstate.as_deref()).collect();
        let reasons: Vec<_> = now.iter().map(|reject| clean(&reject.reason).into_owned()).collect();
        let record =
            |reject: &Reject| (reject.record.len() <= RECORD).then(|| clean(&reject.record).into_owned());
        let records: Vec<_> = now.iter().map(record).collect();
        let client = store.client().await?;
        let sql = r#"INSERT INTO howdah.import_reject (job, number, line, "column", sqlstate, reason, record)
            SELECT $1::text::uuid, $2 + row_number() OVER (), r.* FROM
            unnest($3::int8[], $4::text[], $5::text[], $6::text[], $7::text[]) AS r"#;
        let params: db::Params<'_> = &[&job, &number, &lines, &columns, &states, &reasons, &records];
        number +=
            i64::try_from(db::execute(&client, "keeping refused rows", sql, params).await?).unwrap_or(0);
    }
    Ok(number)
}

/// Notes what is about to be committed on the managed server. `false`: another process has gone on with the import behind
/// `before`, and nothing may be committed. `whole`: there is one transaction, whose counts before it are only for those
/// who look on.
pub async fn prepare(
    store: &Store,
    job: &str,
    transaction: &str,
    (before, after): (Counts, Counts),
    whole: bool,
) -> Result<bool, Error> {
    let mut client = store.client().await?;
    let noting = db::begin(&mut client).await?;
    // On disk before anything is committed elsewhere, also where the store's server is set to say so earlier.
    let durable = "SELECT set_config('synchronous_commit', 'on', true)
                   WHERE current_setting('synchronous_commit') = 'off'";
    db::query(&noting, "noting a commit", durable, &[]).await?;
    let sql = "UPDATE howdah.import SET pending = $2, pending_read = $3, pending_accepted = $4,
                   pending_rejected = $5, pending_kept = $6
               WHERE job = $1::text::uuid AND pending IS NULL AND rows_written = $7 AND ($8 OR rows_read = $9)";
    let params: db::Params<'_> = &[
        &parse(job)?,
        &transaction,
        &after.read,
        &after.accepted,
        &after.rejected,
        &after.kept,
        &before.written,
        &whole,
        &before.read,
    ];
    let noted = db::execute(&noting, "noting a commit", sql, params).await? > 0;
    db::commit(noting).await?;
    Ok(noted)
}

/// Shows how far one transaction has come; nothing of it is committed.
pub async fn look_on(store: &Store, job: &str, counts: Counts) -> Result<(), Error> {
    let client = store.client().await?;
    let sql =
        "UPDATE howdah.import SET rows_read = $2, rows_accepted = $3, rows_rejected = $4, rejects_kept = $5
               WHERE job = $1::text::uuid AND pending IS NULL AND rows_written = 0";
    let params: db::Params<'_> =
        &[&parse(job)?, &counts.read, &counts.accepted, &counts.rejected, &counts.kept];
    db::execute(&client, "counting rows", sql, params).await?;
    Ok(())
}

/// Sets the counts, and nothing is pending any more. Refused rows behind the kept ones were of what was taken back.
/// `known` is what is pending and how many rows are written as the caller knows it: `false` where another process has gone
/// on since, and then nothing is set.
pub async fn settle(
    store: &Store,
    job: &str,
    known: (Option<&str>, i64),
    counts: Counts,
) -> Result<bool, Error> {
    let mut client = store.client().await?;
    let transaction = db::begin(&mut client).await?;
    let job = parse(job)?;
    let sql =
        "UPDATE howdah.import SET pending = NULL, rows_read = $2, rows_accepted = $3, rows_written = $4,
                   rows_rejected = $5, rejects_kept = $6
               WHERE job = $1::text::uuid AND pending IS NOT DISTINCT FROM $7 AND rows_written = $8";
    let Counts { read, accepted, written, rejected, kept } = counts;
    let params: db::Params<'_> = &[&job, &read, &accepted, &written, &rejected, &kept, &known.0, &known.1];
    if db::execute(&transaction, "counting rows", sql, params).await? == 0 {
        return Ok(false);
    }
    let sql = "DELETE FROM howdah.import_reject WHERE job = $1::text::uuid AND number > $2";
    db::execute(&transaction, "forgetting refused rows", sql, &[&job, &kept]).await?;
    db::commit(transaction).await?;
    Ok(true)
}

/// Refused rows after the number `after`.
pub async fn rejects(store: &Store, job: &str, after: i64, limit: u32) -> Result<Vec<ImportReject>, Error> {
    let client = store.client().await?;
    let sql = r#"SELECT number, line, "column", sqlstate, reason, record FROM howdah.import_reject
        WHERE job = $1::text::uuid AND number > $2 ORDER BY number LIMIT $3"#;
    let rows =
        db::query(&client, "reading refused rows", sql, &[&parse(job)?, &after, &i64::from(limit)]).await?;
    rows.iter()
        .map(|row| {
            Ok(ImportReject {
                number: column(row, "number")?,
                line: column(row, "line")?,
                column: column(row, "column")?,
                sqlstate: column(row, "sqlstate")?,
                reason: column(row, "reason")?,
                record: column(row, "record")?,
            })
        })
        .collect()
}

fn parse(job: &str) -> Result<String, Error> {
    Uuid::parse_str(job).map(|id| id.to_string()).map_err(|_| Error::NotFound)
}
