//! The audit log. Records are only added; a trigger refuses everything else.

use howdah_types::audit::{AuditRecord, Outcome};
use tokio_postgres::Row;

use crate::Store;
use crate::db::{self, clean, clean_opt, column, time};
use crate::error::{Cause, Error};

/// The longest `detail` that is kept, in bytes of JSON.
const DETAIL: usize = 32 * 1024;

/// The longest text of the other fields, in characters.
const TEXT: usize = 1024;

/// The most records of one page.
const PAGE: u32 = 1000;

/// A record to be written; `at` and `id` are given by the store.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRecord {
    pub account: Option<String>,
    pub address: Option<String>,
    /// For example `database.update`.
    pub action: String,
    pub object: Option<String>,
    /// What was asked, without secrets. More than 32 KiB of it is left out.
    pub detail: Option<serde_json::Value>,
    pub outcome: Outcome,
    pub code: Option<String>,
    pub rows: Option<i64>,
    pub duration_ms: f64,
    pub request_id: Option<String>,
}

/// Adds a record and answers its id. One statement.
pub async fn append(store: &Store, record: NewRecord) -> Result<i64, Error> {
    let client = store.client().await?;
    let detail = record.detail.as_ref().map(|detail| {
        let text = db::json(detail);
        if text.len() > DETAIL { serde_json::json!({ "omittedBytes": text.len() }).to_string() } else { text }
    });
    let sql = "INSERT INTO howdah.audit
            (account, address, action, object, detail, outcome, code, rows, duration_ms, request_id)
        VALUES ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8, $9, $10) RETURNING id";
    let params: db::Params<'_> = &[
        &clean_opt(record.account.as_deref(), TEXT),
        &clean_opt(record.address.as_deref(), TEXT),
        &clean(&record.action),
        &clean_opt(record.object.as_deref(), TEXT),
        &detail,
        &outcome_text(record.outcome),
        &record.code,
        &record.rows,
        &record.duration_ms,
        &clean_opt(record.request_id.as_deref(), TEXT),
    ];
    column(&db::query_one(&client, "writing the audit log", sql, params).await?, "id")
}

/// The newest records, or those before the id `before`, the newest first.
pub async fn page(store: &Store, before: Option<i64>, limit: u32) -> Result<Vec<AuditRecord>, Error> {
    let client = store.client().await?;
    let sql = "SELECT id, at, account, address, action, object, detail::text, outcome, code, rows, duration_ms, request_id
               FROM howdah.audit WHERE $1::int8 IS NULL OR id < $1 ORDER BY id DESC LIMIT $2";
    let limit = i64::from(limit.min(PAGE));
    db::query(&client, "reading the audit log", sql, &[&before, &limit]).await?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<AuditRecord, Error> {
    let detail: Option<&str> = column(row, "detail")?;
    let detail = detail.map(serde_json::from_str).transpose();
    Ok(AuditRecord {
        id: column(row, "id")?,
        at: time(row, "at")?,
        account: column(row, "account")?,
        address: column(row, "address")?,
        action: column(row, "action")?,
        object: column(row, "object")?,
        detail: detail.map_err(|error| Error::internal("reading the audit log", error))?,
        outcome: outcome(column(row, "outcome")?)?,
        code: column(row, "code")?,
        rows: column(row, "rows")?,
        duration_ms: column(row, "duration_ms")?,
        request_id: column(row, "request_id")?,
    })
}

fn outcome_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Refused => "refused",
        Outcome::Failed => "failed",
    }
}

fn outcome(text: &str) -> Result<Outcome, Error> {
    [Outcome::Done, Outcome::Refused, Outcome::Failed]
        .into_iter()
        .find(|outcome| outcome_text(*outcome) == text)
        .ok_or_else(|| Error::internal("reading the audit log", Cause(format!("the outcome “{text}”"))))
}
