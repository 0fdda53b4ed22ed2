//! Imports: `/api/database/{name}/import`, `/api/jobs/{id}/import`.

use actix_web::http::{Method, header};
use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::stream;
use howdah_jobs::{ImportWork, KindInput};
use howdah_pg::change::Options;
use howdah_pg::rows::{Place, import};
use howdah_store::{Store, imports, jobs};
use howdah_types::imports::{ImportColumn, ImportData, ImportReject, ImportReport, Instead};
use howdah_types::jobs::Job;
use howdah_types::permissions::Permission;
use howdah_types::problem::Code;
use howdah_types::table_form::TableFormData;
use howdah_types::uploads::UploadPreview;
use howdah_types::validate::FieldError;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::jobs::job_of;
use super::rows::{is_system, possible};
use super::uploads::look;
use crate::audited::audited;
use crate::examples;
use crate::extract::access::{JobRead, RowCreate};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::paging::{limit, page};
use crate::extract::params::{DatabasePath, IdPath, Path, Query};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};
use crate::rejects_file;

/// How long the transaction that makes a table waits for others.
const LOCK_TIMEOUT_MS: u32 = 3000;
const REJECTS: u32 = 1000;

pub(crate) async fn start(
    actor: Actor<RowCreate>,
    path: Path<DatabasePath>,
    body: ValidJson<ImportData>,
) -> Result<HttpResponse, Failure> {
    let (database, data) = (path.0.name, body.0);
    let work = prepared(&actor, database, data).await?;
    let object = format!("{}/{}.{}", work.database, work.schema, work.table);
    let detail = json!({ "file": work.file, "dryRun": work.data.dry_run, "mode": work.data.mode });
    let kind = KindInput::Import(Box::new(work));
    let started = async { Ok(actor.jobs().start(kind, actor.account()).await?) };
    let job = audited(&actor, Some(&object), Some(detail), started).await?;
    let location = format!("/api/jobs/{}", job.id);
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(job))
}

/// The work with nothing left to be guessed. What the job would be refused is said now.
async fn prepared(
    actor: &Actor<RowCreate>,
    database: String,
    mut data: ImportData,
) -> Result<ImportWork, Failure> {
    let who = actor.who();
    let (may_query, may_query_as_superuser) =
        (who.may(Permission::QueryRun), who.may(Permission::QuerySuperuser));
    let schema = match &mut data.create {
        Some(form) => form
            .schema
            .get_or_insert_with(|| data.schema.clone().unwrap_or_else(|| "public".to_owned()))
            .clone(),
        None => data.schema.clone().unwrap_or_else(|| "public".to_owned()),
    };
    let table = match (&data.create, &data.table) {
        (Some(form), _) => form.name.clone(),
        (None, table) => table.clone().unwrap_or_default(),
    };
    if is_system(&schema) {
        let text = "PostgreSQL’s own schemas are not imported into: it would break the server.";
        return Err(Failure::new(Code::Forbidden, text));
    }
    possible(&schema, &table)?;
    let (upload, seen) = look(actor, &data.upload, &data.format).await?;
    data.format = seen.format.clone();
    let targets: Vec<String> = if let Some(form) = &data.create {
        actor.needs(Permission::TableCreate)?;
        let options =
            Options { dry_run: false, lock_timeout_ms: LOCK_TIMEOUT_MS, may_query, may_query_as_superuser };
        can_be_made(actor, (&database, &schema, &table), form, options).await?;
        form.columns.iter().map(|column| column.name.clone()).collect()
    } else {
        let place = Place { database: &database, schema: &schema, table: &table };
        let columns = import::writable(actor.server(), actor.trace(), place).await?;
        columns.into_iter().map(|column| column.name).collect()
    };
    match &data.columns {
        Some(columns) => fit(columns, &seen, &targets)?,
        None => data.columns = Some(by_name(&seen, &targets)?),
    }
    Ok(ImportWork {
        database,
        schema,
        table,
        file: upload.name,
        bytes: upload.bytes,
        seen: seen.columns.into_iter().map(|column| column.name).collect(),
        data,
        may_query,
        may_query_as_superuser,
    })
}

/// Makes the table and takes it back: a type that is not there, or a name that is taken, is said now.
async fn can_be_made(
    actor: &Actor<RowCreate>,
    (database, schema, table): (&str, &str, &str),
    form: &TableFormData,
    options: Options,
) -> Result<(), Failure> {
    let place = Place { database, schema, table };
    let target = import::Target::New(form, options);
    let made = import::begin(actor.server(), actor.trace(), place, target, &[]).await;
    let error = match made {
        Ok(importing) => return Ok(importing.roll_back().await?),
        Err(error) => error,
    };
    if error.sqlstate() == Some("42P07") {
        let message = format!("There is a table or view “{table}” already.");
        return Err(Failure::fields(vec![FieldError::new("create.name", "exists", message)]));
    }
    Err(Failure::from(error).in_part("create"))
}

/// A key of JSON may come up later than where we looked; a column of a file with a head cannot.
fn fit(columns: &[ImportColumn], seen: &UploadPreview, targets: &[String]) -> Result<(), Failure> {
    use howdah_types::imports::ImportKind::{Csv, Tsv};
    let headed = matches!(seen.format.kind, Some(Csv | Tsv));
    let mut errors = Vec::new();
    for (number, column) in columns.iter().enumerate() {
        if headed && !seen.columns.iter().any(|known| known.name == column.source) {
            let message = format!("The file has no column “{}”.", column.source);
            errors.push(FieldError::new(&format!("columns[{number}].source"), "notFound", message));
        }
        if !targets.contains(&column.target) {
            let message = format!("The table has no column “{}” that takes values.", column.target);
            errors.push(FieldError::new(&format!("columns[{number}].target"), "notFound", message));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Failure::fields(errors)) }
}

/// Columns of the same name, whatever the case.
fn by_name(seen: &UploadPreview, targets: &[String]) -> Result<Vec<ImportColumn>, Failure> {
    let mut columns: Vec<ImportColumn> = Vec::new();
    let mut errors = Vec::new();
    for source in &seen.columns {
        let same = targets.iter().find(|target| **target == source.name);
        let target = same
            .or_else(|| targets.iter().find(|target| target.to_lowercase() == source.name.to_lowercase()));
        match target {
            Some(target) if !columns.iter().any(|column| column.target == *target) => {
                columns.push(ImportColumn {
                    source: source.name.clone(),
                    target: target.clone(),
                    when_null: Instead::Keep,
                    when_empty: Instead::Keep,
                    when_missing: Instead::Default,
                    trim: false,
                });
            }
            _ => {
                let message = format!(
                    "The column “{}” of the file fits no column of the table; say in `columns` what goes where.",
                    source.name
                );
                errors.push(FieldError::new("columns", "notFound", message));
            }
        }
    }
    if columns.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("upload", "empty", "There are no columns in the file."));
    }
    if errors.is_empty() { Ok(columns) } else { Err(Failure::fields(errors)) }
}

pub(crate) fn start_doc() -> Doc {
    let text = "As a job, with COPY underneath and with the rights of the table’s owner. Rows that cannot be read or that the \
        table does not take are refused one by one, with line and reason, up to `maxRejects`; the others are written. In \
        one transaction nothing is written unless all goes well; `dryRun` writes and takes everything back. With \
        `batches` what was written stays, and the import goes on after a restart where it was; no row is written twice. \
        Rules of the table are not applied, its triggers and defaults are. `GET /api/jobs/{id}/import` has the report.";
    Doc::new("importRows", Tag::Rows, "Import a file into a table", text)
        .body(&examples::files::import())
        .answer(202, "The job that imports.", &examples::files::import_job())
        .header("Location", "The address of the job.")
        .problems(&[
            Code::UploadNotFound,
            Code::UploadUnreadable,
            Code::SchemaNotFound,
            Code::TableNotFound,
            Code::ObjectNotFound,
            Code::ViewUntrusted,
            Code::DatabaseProtected,
            Code::RowLocked,
        ])
}

/// The import of a job of one's own: the report holds values of the file.
async fn own(actor: &Actor<JobRead>, id: &str) -> Result<(Job, ImportWork), Failure> {
    let job = job_of(actor, id).await?;
    let owner = jobs::owner(actor.store(), &job.id).await.or_not_found(Code::ImportNotFound)?;
    if owner.as_deref() != Some(actor.account_id()) {
        return Err(Failure::of(Code::ImportNotFound));
    }
    let input = jobs::input(actor.store(), &job.id).await.or_not_found(Code::ImportNotFound)?;
    let work = serde_json::from_value(input).map_err(|_| Failure::of(Code::ImportNotFound))?;
    Ok((job, work))
}

pub(crate) async fn report(actor: Actor<JobRead>, path: Path<IdPath>) -> Answer<ImportReport> {
    // The state first: what it says of the numbers must be true of those that are read after it.
    let (job, work) = own(&actor, &path.0.id).await?;
    let counts = match imports::get(actor.store(), &job.id).await {
        Ok(state) => settled(&actor, &work.database, state).await,
        // It waits for a worker.
        Err(howdah_store::Error::NotFound) => imports::Counts::default(),
        Err(error) => return Err(error.into()),
    };
    Ok(Json(ImportReport {
        state: job.state,
        schema: work.schema,
        table: work.table,
        file: work.file,
        dry_run: work.data.dry_run,
        mode: work.data.mode,
        rows_read: counts.read,
        rows_written: counts.written,
        rows_accepted: counts.accepted,
        rows_rejected: counts.rejected,
        rejects_kept: counts.kept,
    }))
}

/// With what was about to be committed when the work ended, if it was.
async fn settled(actor: &Actor<JobRead>, database: &str, state: imports::State) -> imports::Counts {
    let Some((transaction, after)) = state.pending else { return state.counts };
    match import::outcome(actor.server(), actor.trace(), database, &transaction).await {
        Ok(import::Outcome::Committed) => after,
        _ => state.counts,
    }
}

pub(crate) fn report_doc() -> Doc {
    let text = "How far it has come, or how it ended. Only for the account that started it.";
    Doc::new("getImport", Tag::Jobs, "Read the report of an import", text)
        .answer(200, "The report.", &examples::files::report())
        .problems(&[Code::JobNotFound, Code::ImportNotFound])
}

#[derive(Deserialize)]
pub(crate) struct RejectsQuery {
    after: Option<i64>,
    limit: Option<i64>,
}

pub(crate) async fn rejects(
    actor: Actor<JobRead>,
    path: Path<IdPath>,
    query: Query<RejectsQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (job, _) = own(&actor, &path.0.id).await?;
    let limit = limit(query.0.limit, 100, REJECTS)?;
    let rejects = imports::rejects(actor.store(), &job.id, query.0.after.unwrap_or(0), limit).await?;
    let last = rejects.last().filter(|_| rejects.len() >= limit as usize);
    let next = last.map(|reject| ("after", reject.number.to_string()));
    Ok(page(&request, &rejects, next))
}

pub(crate) fn rejects_doc() -> Doc {
    let text = "In the order of the file. Only for the account that started the import.";
    Doc::new("listImportRejects", Tag::Jobs, "List the rows that an import refused", text)
        .list("A page of rows.", &[examples::files::reject()])
        .paged(100, REJECTS)
        .query(
            "after",
            "Only rows with a greater number.",
            json!({ "type": "integer", "format": "int64" }),
            json!(100),
        )
        .problems(&[Code::JobNotFound, Code::ImportNotFound])
}

pub(crate) async fn rejects_file(actor: Actor<JobRead>, path: Path<IdPath>) -> Result<HttpResponse, Failure> {
    let (job, work) = own(&actor, &path.0.id).await?;
    let dialect = rejects_file::Dialect::of(&work);
    let mut answer = HttpResponse::Ok();
    answer.content_type(dialect.media_type()).insert_header((
        header::CONTENT_DISPOSITION,
        super::exports::attachment(&format!("refused rows of {}", work.file)),
    ));
    if actor.request().method == Method::HEAD {
        return Ok(answer.finish());
    }
    let first = imports::rejects(actor.store(), &job.id, 0, REJECTS).await?;
    let head = dialect.head();
    Ok(answer.streaming(Box::pin(stream::unfold(
        Pages { store: actor.store().clone(), id: job.id, dialect, head: Some(head), page: Some(first) },
        Pages::next,
    ))))
}

/// Rejects that are read page by page as the client takes them.
struct Pages {
    store: Store,
    id: String,
    dialect: rejects_file::Dialect,
    head: Option<String>,
    page: Option<Vec<ImportReject>>,
}

impl Pages {
    async fn next(mut self) -> Option<(Result<Bytes, howdah_store::Error>, Self)> {
        let rejects = self.page.take()?;
        let mut text = self.head.take().unwrap_or_default();
        for reject in &rejects {
            self.dialect.row(reject, &mut text);
        }
        if let Some(last) = rejects.last() {
            match imports::rejects(&self.store, &self.id, last.number, REJECTS).await {
                Ok(rejects) => self.page = Some(rejects).filter(|rejects| !rejects.is_empty()),
                Err(error) => return Some((Err(error), self)),
            }
        }
        Some((Ok(Bytes::from(text)), self))
    }
}

pub(crate) fn rejects_file_doc() -> Doc {
    let text = "The refused records as they stand in the file, each with its line and the reason in front: of `csv` and `tsv` as \
        two more columns, of `json` and `ndjson` one object a line. Mend them and import the file again without the two \
        columns. UTF-8. Only for the account that started the import.";
    Doc::new("downloadImportRejects", Tag::Jobs, "Download the rows that an import refused", text)
        .file("The file.", "line,reason,id,total\n17,invalid input syntax,17,a lot\n")
        .problems(&[Code::JobNotFound, Code::ImportNotFound])
}
