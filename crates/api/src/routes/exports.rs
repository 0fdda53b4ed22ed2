//! Export of rows: `/api/database/{name}/tables/{table}/export`, `/api/exports/{id}`.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::{Method, header};
use actix_web::web::Json;
use bytes::Bytes;
use futures_util::stream;
use howdah_formats::write::{Column, Kind, Writer, contradiction};
use howdah_pg::rows::{PageRequest, Place, Reading, RowSink};
use howdah_types::exports::{Export, ExportFormat, ExportOptions, ExportState};
use howdah_types::problem::Code;
use howdah_types::rows::{self, Filter, Identity, SortKey, TypeKind};
use howdah_types::validate::FieldError;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::Answer;
use super::rows::{condition, filters, from_json, readable, schema_of, selecting};
use super::tables::public;
use crate::audited::Later;
use crate::examples;
use crate::export_log::ExportLog;
use crate::extract::access::RowRead;
use crate::extract::actor::Actor;
use crate::extract::params::{IdPath, Path, Query, TablePath, in_path};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;
use crate::shape;

/// The first bytes go out at once, those after them in pieces.
const FIRST: usize = 1024;
const PIECE: usize = 64 * 1024;
/// Pieces that wait for a slow reader; with what the encoder holds that is all the memory of an export.
const WAITING: usize = 4;
/// How long a reader may rest. It holds a connection and an old snapshot, which keeps dead rows from being cleaned up.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often the count is written down.
const COUNT_EVERY: u64 = 10_000;

#[derive(Deserialize)]
pub(crate) struct ExportQuery {
    #[serde(default = "public")]
    schema: String,
    columns: Option<String>,
    sort: Option<String>,
    filter: Option<String>,
    r#where: Option<String>,
    export: Option<String>,
    #[serde(default)]
    format: ExportFormat,
    header: Option<bool>,
    delimiter: Option<char>,
    null: Option<String>,
    formulas: Option<bool>,
    bom: Option<bool>,
}

impl ExportQuery {
    fn options(&self) -> Result<ExportOptions, Failure> {
        let usual = ExportOptions::default();
        let options = ExportOptions {
            format: self.format,
            header: self.header.unwrap_or(usual.header),
            delimiter: self.delimiter.unwrap_or(usual.delimiter),
            null: self.null.clone().unwrap_or(usual.null),
            formulas: self.formulas.unwrap_or(usual.formulas),
            bom: self.bom.unwrap_or(usual.bom),
        };
        match contradiction(&options) {
            None => Ok(options),
            Some((option, message)) => {
                Err(Failure::fields(vec![FieldError::new(option, "invalid", message)]))
            }
        }
    }
}

pub(crate) async fn download(
    actor: Actor<RowRead>,
    path: Path<TablePath>,
    query: Query<ExportQuery>,
) -> Result<HttpResponse, Failure> {
    let (TablePath { name, table }, query) = (path.0, query.0);
    readable(&actor, &query.schema, &table)?;
    let options = query.options()?;
    let id = match query.export.as_deref() {
        None => Uuid::now_v7(),
        Some(text) => Uuid::parse_str(text).map_err(|_| {
            let message = "Give a UUID by which to ask for it, or nothing.";
            Failure::fields(vec![FieldError::new("export", "invalid", message)])
        })?,
    };
    let columns: Option<Vec<String>> = from_json("columns", query.columns.as_deref())?;
    let sort: Vec<SortKey> = from_json("sort", query.sort.as_deref())?.unwrap_or_default();
    let filter = filters("filter", query.filter.as_deref())?;
    let place = Place { database: &name, schema: &query.schema, table: &table };
    let wanted = PageRequest {
        columns: columns.as_deref(),
        sort: &sort,
        filter: &filter,
        condition: condition(&actor, query.r#where.as_deref(), "where")?,
        ..PageRequest::default()
    };
    let head = actor.request().method == Method::HEAD;
    let record = if head { None } else { Some(begin_record(&actor, place, &query, &filter).await?) };
    let server = actor.server().for_long_work();
    let reading = match Reading::open(&server, actor.trace(), place, &wanted).await {
        Ok(reading) => reading,
        Err(error) => return Err(refused(record, error.into()).await),
    };
    let mut answer = HttpResponse::Ok();
    let file = format!("{table}.{}", options.format.extension());
    answer
        .content_type(options.format.media_type())
        .insert_header((header::CONTENT_DISPOSITION, attachment(&file)))
        .insert_header(("X-Export-Id", id.to_string()))
        .insert_header(("X-Accel-Buffering", "no"));
    let Some(record) = record else { return Ok(answer.finish()) };
    let writer =
        Writer::new(&options, (&query.schema, &table), reading.columns().iter().map(column).collect());
    let export = Export {
        id: id.to_string(),
        state: ExportState::Running,
        schema: query.schema.clone(),
        table: table.clone(),
        rows: 0,
        bytes: 0,
        neutralised: 0,
        started_at: format!("{:.6}", jiff::Timestamp::now()),
        finished_at: None,
        error: None,
    };
    let log = actor.exports();
    if !log.begin(id, actor.account_id(), export) {
        let message = "This name is taken; choose another UUID.";
        let failure = Failure::fields(vec![FieldError::new("export", "taken", message)]);
        return Err(refused(Some(record), failure).await);
    }
    let (out, mut taken) = mpsc::channel(WAITING);
    tokio::spawn(write(reading, Sink::new(log, id, writer, out), record));
    // What fails before the first byte is a problem like any other.
    let first = match taken.recv().await {
        Some(first) => first?,
        None => return Err(without_end()),
    };
    let pieces = stream::unfold((Some(first), taken), |(first, mut taken)| async move {
        let next = match first {
            Some(bytes) => Ok(bytes),
            // Without an end it is not whole, whatever became of the writer.
            None => taken.recv().await.unwrap_or_else(|| Err(without_end())),
        };
        match next {
            Ok(bytes) if bytes.is_empty() => None,
            next => Some((next, (None, taken))),
        }
    });
    Ok(answer.streaming(Box::pin(pieces)))
}

/// For the audit log: what leaves the database is recorded with the rows that it came to.
async fn begin_record(
    actor: &Actor<RowRead>,
    place: Place<'_>,
    query: &ExportQuery,
    filter: &[Filter],
) -> Result<Later, Failure> {
    let Place { database, schema, table } = place;
    let detail = json!({
        "format": query.format,
        "columns": query.columns.as_deref().map(|text| serde_json::from_str::<Value>(text).unwrap_or_default()),
        "filter": shape::filters(filter),
        "where": query.r#where.as_deref().map(shape::condition),
    });
    Later::begin(actor, "row.export", format!("{database}/{schema}.{table}"), detail).await
}

async fn refused(record: Option<Later>, failure: Failure) -> Failure {
    if let Some(record) = record {
        record.end(0, Some(failure.code())).await;
    }
    failure
}

fn without_end() -> Failure {
    Failure::internal("the writer of an export has gone without an end")
}

/// Reads to the end, whatever becomes of the handler.
async fn write(reading: Reading, mut sink: Sink, record: Later) {
    sink.writer.start(&mut sink.buffer);
    let result = reading.run(&mut sink).await;
    let (log, id) = (Arc::clone(&sink.log), sink.id);
    let failure = match (result, sink.refused.take()) {
        (_, Some(message)) => Some((message.clone(), Failure::new(Code::Unsupported, message))),
        (Ok(true), None) => None,
        (Ok(false), None) => {
            log.end(id, ExportState::BrokenOff, sink.stalled.then(stalled));
            return record.end(sink.rows, Some(Code::SqlCancelled)).await;
        }
        (Err(error), None) => {
            let failure = Failure::from(error);
            Some((failure.sentence(), failure))
        }
    };
    if let Some((message, failure)) = failure {
        log.end(id, ExportState::Failed, Some(message));
        record.end(sink.rows, Some(failure.code())).await;
        // The connection is broken off at this: nobody takes the file for whole.
        let _ = sink.out.send(Err(failure)).await;
        return;
    }
    sink.writer.finish(&mut sink.buffer);
    let sent = sink.send().await;
    sink.count();
    // Before its end is sent: who has a whole file finds it in the audit log.
    record.end(sink.rows, (!sent).then_some(Code::SqlCancelled)).await;
    // Nothing is the end.
    let sent = sent && sink.hand_on(Bytes::new()).await;
    let state = if sent { ExportState::Done } else { ExportState::BrokenOff };
    log.end(id, state, sink.stalled.then(stalled));
}

fn stalled() -> String {
    format!("Nothing of the file was taken for {} minutes. Export it again.", PATIENCE.as_secs() / 60)
}

/// Encodes rows and hands them on in pieces.
struct Sink {
    log: Arc<ExportLog>,
    id: Uuid,
    writer: Writer,
    buffer: Vec<u8>,
    rows: u64,
    bytes: u64,
    refused: Option<String>,
    /// Nobody has read on for [`PATIENCE`].
    stalled: bool,
    out: mpsc::Sender<Result<Bytes, Failure>>,
}

impl Sink {
    fn new(log: Arc<ExportLog>, id: Uuid, writer: Writer, out: mpsc::Sender<Result<Bytes, Failure>>) -> Self {
        Self { log, id, writer, buffer: Vec::new(), rows: 0, bytes: 0, refused: None, stalled: false, out }
    }

    async fn send(&mut self) -> bool {
        if self.buffer.is_empty() {
            return true;
        }
        let piece = std::mem::replace(&mut self.buffer, Vec::with_capacity(PIECE + PIECE / 4));
        self.bytes += piece.len() as u64;
        self.hand_on(Bytes::from(piece)).await
    }

    async fn hand_on(&mut self, piece: Bytes) -> bool {
        if let Ok(sent) = tokio::time::timeout(PATIENCE, self.out.send(Ok(piece))).await {
            return sent.is_ok();
        }
        self.stalled = true;
        false
    }

    fn count(&self) {
        self.log.progress(self.id, self.rows, self.bytes, self.writer.neutralised());
    }
}

impl RowSink for Sink {
    fn row(&mut self, values: &[Option<&str>]) -> bool {
        match self.writer.row(values, &mut self.buffer) {
            Ok(()) => {
                self.rows += 1;
                if self.rows.is_multiple_of(COUNT_EVERY) {
                    self.count();
                }
                true
            }
            Err(refused) => {
                self.refused = Some(refused.to_string());
                false
            }
        }
    }

    async fn flush(&mut self) -> bool {
        let enough = if self.bytes == 0 { FIRST } else { PIECE };
        self.buffer.len() < enough || self.send().await
    }

    fn gone(&self) -> impl Future<Output = ()> + Send {
        self.out.closed()
    }
}

/// How values of the column are written.
fn column(column: &rows::Column) -> Column {
    let details = column.details.as_ref();
    let base = details.map_or(column.type_oid, |details| details.base_type_oid);
    let kind = match base {
        // int8, int2, int4, oid, float4, float8, numeric
        20 | 21 | 23 | 26 | 700 | 701 | 1700 => Kind::Number,
        16 => Kind::Boolean,
        // json, jsonb
        114 | 3802 => Kind::Json,
        // date, time, timestamp, timestamptz, interval, timetz; money, whose minus is no formula
        1082 | 1083 | 1114 | 1184 | 1186 | 1266 | 790 => Kind::Date,
        // text, bpchar, varchar, name, "char"
        25 | 1042 | 1043 | 19 | 18 => Kind::Text,
        _ => Kind::Other,
    };
    let plain = details.is_none_or(|details| details.kind == TypeKind::Base);
    Column {
        name: column.name.clone(),
        kind: if plain { kind } else { Kind::Other },
        generated: details.is_some_and(|details| details.generated),
        always: details.is_some_and(|details| details.identity == Some(Identity::Always)),
    }
}

/// A `Content-Disposition` that saves under this name; with a plain one for those that know no other.
pub(super) fn attachment(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_control() || "/\\".contains(c) { '_' } else { c }).collect();
    let plain: String =
        name.chars().map(|c| if c.is_ascii() && !matches!(c, '"' | '%' | '*') { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", in_path(&name))
}

pub(crate) fn download_doc() -> Doc {
    let text = "All rows, or those that the filters let through, streamed as a file; as they lie unless there is a `sort`. A \
        stream that fails on the way is broken off, so that nobody takes the file for whole; `GET /api/exports/{id}` \
        tells why, and how many rows were written. Values are PostgreSQL’s own text. In `csv` and `tsv` texts that a \
        spreadsheet would run as a formula get a `'` in front unless `formulas=true`.";
    let formats: Vec<_> = ExportFormat::ALL.iter().map(|format| format.as_str()).collect();
    let flag = |default: bool| json!({ "type": "boolean", "default": default });
    let doc = schema_of(Doc::new("exportRows", Tag::Rows, "Export rows as a file", text))
        .file("The file.", "id,total\n17,9.50\n")
        .header("Content-Disposition", "The file’s name.")
        .header("X-Export-Id", "The id for `GET /api/exports/{id}`.")
        .query(
            "format",
            "What kind of file.",
            json!({ "type": "string", "enum": formats, "default": "csv" }),
            json!("csv"),
        )
        .query(
            "columns",
            "A JSON array of names, in the order of the file.",
            json!({ "type": "string" }),
            json!(json!(["id", "total"]).to_string()),
        )
        .query(
            "sort",
            "A JSON array of `SortKey`.",
            json!({ "type": "string" }),
            json!(json!([{ "column": "id" }]).to_string()),
        )
        .mentions::<SortKey>()
        .query("header", "`csv` and `tsv`: the first row holds the names.", flag(true), json!(true))
        .query(
            "delimiter",
            "`csv`: what stands between two values.",
            json!({ "type": "string", "minLength": 1, "maxLength": 1, "default": "," }),
            json!(";"),
        )
        .query(
            "null",
            "`csv` and `tsv`: how NULL is written.",
            json!({ "type": "string", "default": "" }),
            json!("NULL"),
        )
        .query("formulas", "`csv` and `tsv`: leave formulas as they are.", flag(false), json!(true))
        .query("bom", "`csv` and `tsv`: a byte order mark in front.", flag(false), json!(true))
        .query(
            "export",
            "A UUID of the caller’s own, to ask for the export by.",
            json!({ "type": "string", "format": "uuid" }),
            json!(examples::ID),
        );
    selecting(doc)
}

pub(crate) async fn read(actor: Actor<RowRead>, path: Path<IdPath>) -> Answer<Export> {
    let id = Uuid::parse_str(&path.0.id).ok();
    let export = id.and_then(|id| actor.exports().get(id, actor.account_id()));
    export.map(Json).ok_or_else(|| Failure::of(Code::ExportNotFound))
}

pub(crate) fn read_doc() -> Doc {
    let text = "One’s own, while this process of Howdah remembers it: the last 1,000 of all accounts.";
    Doc::new("getExport", Tag::Rows, "Ask what became of an export", text)
        .answer(200, "The export.", &examples::files::export())
        .problems(&[Code::ExportNotFound])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_do_no_harm() {
        assert_eq!(
            attachment("orders.csv"),
            "attachment; filename=\"orders.csv\"; filename*=UTF-8''orders%2Ecsv"
        );
        let hostile = attachment("a\"b\r\nX: y/../ü%.csv");
        assert!(hostile.is_ascii() && !hostile.contains(['\r', '\n']), "{hostile}");
        assert!(hostile.starts_with("attachment; filename=\"a_b__X: y_.._"), "{hostile}");
    }
}
