//! Jobs: `/api/jobs`.

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use howdah_store::jobs;
use howdah_types::jobs::Job;
use howdah_types::problem::Code;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use crate::audited::audited;
use crate::examples;
use crate::extract::access::{JobCancel, JobRead, SignedGrant};
use crate::extract::actor::{Actor, sees};
use crate::extract::paging::{limit, page};
use crate::extract::params::{IdPath, Path, Query};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};

/// The job, as far as the account may know of it.
pub(super) async fn job_of<P: SignedGrant>(actor: &Actor<P>, id: &str) -> Result<Job, Failure> {
    let job = jobs::get(actor.store(), id).await.or_not_found(Code::JobNotFound)?;
    let seen = sees(actor.who(), job.database.as_deref());
    if seen { Ok(job) } else { Err(Failure::of(Code::JobNotFound)) }
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    before: Option<String>,
    limit: Option<i64>,
}

pub(crate) async fn list(
    actor: Actor<JobRead>,
    query: Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let limit = limit(query.0.limit, 50, 500)?;
    let (databases, before) = (actor.who().databases.as_deref(), query.0.before.as_deref());
    let jobs = jobs::page(actor.store(), databases, before, limit).await.or_not_found(Code::JobNotFound)?;
    let last = jobs.last().filter(|_| jobs.len() >= limit as usize).map(|job| job.id.clone());
    Ok(page(&request, &jobs, last.map(|id| ("before", id))))
}

pub(crate) fn list_doc() -> Doc {
    Doc::new("listJobs", Tag::Jobs, "List jobs", "The newest first.")
        .list("A page of jobs.", &[examples::job()])
        .paged(50, 500)
        .query("before", "Only jobs older than this one.", json!({ "type": "string" }), json!(examples::ID))
        .problems(&[Code::JobNotFound])
}

pub(crate) async fn read(actor: Actor<JobRead>, path: Path<IdPath>) -> Answer<Job> {
    Ok(Json(job_of(&actor, &path.0.id).await?))
}

pub(crate) fn read_doc() -> Doc {
    Doc::new("getJob", Tag::Jobs, "Describe a job", "Where it stands now.")
        .answer(200, "The job.", &examples::job())
        .problems(&[Code::JobNotFound])
}

#[derive(Deserialize)]
pub(crate) struct LogQuery {
    after: Option<i64>,
    limit: Option<i64>,
}

pub(crate) async fn log(
    actor: Actor<JobRead>,
    path: Path<IdPath>,
    query: Query<LogQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let job = job_of(&actor, &path.0.id).await?;
    let limit = limit(query.0.limit, 200, 1000)?;
    let lines =
        jobs::log_page(actor.store(), &job.id, query.0.after, limit).await.or_not_found(Code::JobNotFound)?;
    let last = lines.last().filter(|_| lines.len() >= limit as usize).map(|line| line.id.to_string());
    Ok(page(&request, &lines, last.map(|id| ("after", id))))
}

pub(crate) fn log_doc() -> Doc {
    Doc::new("listJobLog", Tag::Jobs, "Read a job’s log", "The oldest line first.")
        .list("A page of lines.", &[examples::job_log_line()])
        .paged(200, 1000)
        .query(
            "after",
            "Only lines with a greater id.",
            json!({ "type": "integer", "format": "int64" }),
            json!(6),
        )
        .problems(&[Code::JobNotFound])
}

pub(crate) async fn cancel(actor: Actor<JobCancel>, path: Path<IdPath>) -> Answer<Job> {
    let job = job_of(&actor, &path.0.id).await?;
    let work = async { Ok(actor.jobs().cancel(&job.id).await?) };
    let detail = json!({ "kind": job.kind, "title": job.title });
    Ok(Json(audited(&actor, Some(&job.id), Some(detail), work).await?))
}

pub(crate) fn cancel_doc() -> Doc {
    let text = "One that waits is cancelled at once; one that runs is `cancelling` until its statement has been \
        cancelled at the server.";
    Doc::new("cancelJob", Tag::Jobs, "Cancel a job", text)
        .answer(200, "The job as it is now.", &examples::job())
        .problems(&[Code::JobNotFound, Code::JobFinished])
}
