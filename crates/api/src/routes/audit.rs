//! The audit log: `/api/audit`.

use actix_web::{HttpRequest, HttpResponse};
use howdah_store::audit;
use serde::Deserialize;
use serde_json::json;

use crate::examples;
use crate::extract::access::AuditRead;
use crate::extract::actor::Actor;
use crate::extract::paging::{limit, page};
use crate::extract::params::Query;
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    before: Option<i64>,
    limit: Option<i64>,
}

pub(crate) async fn list(
    actor: Actor<AuditRead>,
    query: Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let limit = limit(query.0.limit, 100, 1000)?;
    let records = audit::page(actor.store(), query.0.before, limit).await?;
    let last = records.last().filter(|_| records.len() >= limit as usize).map(|record| record.id.to_string());
    Ok(page(&request, &records, last.map(|id| ("before", id))))
}

pub(crate) fn list_doc() -> Doc {
    let text = "Changes, sign-ins and what was refused, the newest first.";
    Doc::new("listAudit", Tag::Audit, "Read the audit log", text)
        .list("A page of records.", &[examples::audit_record()])
        .paged(100, 1000)
        .query(
            "before",
            "Only records with a smaller id.",
            json!({ "type": "integer", "format": "int64" }),
            json!(1235),
        )
}
