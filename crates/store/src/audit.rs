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

const DOING: &str = "writing the audit log";

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

/// Adds a record and answers its id, when it is durable. Records that come at the same time are written by one
/// statement; a record that is on its way is written whether or not somebody waits for it.
pub async fn append(store: &Store, record: NewRecord) -> Result<i64, Error> {
    let writer = store.clone();
    let write = move |records: Vec<NewRecord>| {
        let store = writer.clone();
        async move { append_all(&store, &records).await }
    };
    let lost = || Error::internal(DOING, Cause("the writer broke down".to_owned()));
    store.records().add(record, write).await.unwrap_or_else(|| Err(lost()))
}

async fn append_all(store: &Store, records: &[NewRecord]) -> Vec<Result<i64, Error>> {
    match insert(store, records).await {
        Ok(ids) => ids.into_iter().map(Ok).collect(),
        // One of them is to blame, and shall not take the others with it.
        Err(error) if records.len() > 1 && !error.is_unavailable() => {
            let mut results = Vec::new();
            for record in records {
                let ids = insert(store, std::slice::from_ref(record)).await;
                let none = || Error::internal(DOING, Cause("it has no id".to_owned()));
                results.push(ids.and_then(|ids| ids.first().copied().ok_or_else(none)));
            }
            results
        }
        Err(error) => records.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// One statement for all of them; their ids in their order.
async fn insert(store: &Store, records: &[NewRecord]) -> Result<Vec<i64>, Error> {
    let client = store.client().await?;
    let detail = |record: &NewRecord| {
        let text = record.detail.as_ref().map(db::json)?;
        let short = text.len() <= DETAIL;
        Some(if short { text } else { serde_json::json!({ "omittedBytes": text.len() }).to_string() })
    };
    let texts = |of: fn(&NewRecord) -> Option<&str>| -> Vec<Option<String>> {
        records.iter().map(|record| clean_opt(of(record), TEXT)).collect()
    };
    let sql = "INSERT INTO howdah.audit
            (account, address, action, object, detail, outcome, code, rows, duration_ms, request_id)
        SELECT account, address, action, object, detail::jsonb, outcome, code, rows, duration_ms, request_id
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[],
                    $9::float8[], $10::text[]) WITH ORDINALITY
            AS r (account, address, action, object, detail, outcome, code, rows, duration_ms, request_id, place)
        ORDER BY place RETURNING id";
    let params: db::Params<'_> = &[
        &texts(|record| record.account.as_deref()),
        &texts(|record| record.address.as_deref()),
        &records.iter().map(|record| clean(&record.action).into_owned()).collect::<Vec<_>>(),
        &texts(|record| record.object.as_deref()),
        &records.iter().map(detail).collect::<Vec<_>>(),
        &records.iter().map(|record| outcome_text(record.outcome)).collect::<Vec<_>>(),
        &records.iter().map(|record| record.code.clone()).collect::<Vec<_>>(),
        &records.iter().map(|record| record.rows).collect::<Vec<_>>(),
        &records.iter().map(|record| record.duration_ms).collect::<Vec<_>>(),
        &texts(|record| record.request_id.as_deref()),
    ];
    db::query(&client, DOING, sql, params).await?.iter().map(|row| column(row, "id")).collect()
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
