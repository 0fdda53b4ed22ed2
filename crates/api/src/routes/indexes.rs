//! Indexes that are built and dropped while others write: `/api/database/{name}/tables/{table}/indexes`.

use actix_web::HttpResponse;
use actix_web::http::header;
use howdah_jobs::{IndexWork, KindInput};
use howdah_pg::indexes;
use howdah_types::permissions::Permission;
use howdah_types::problem::Code;
use howdah_types::table_form::IndexFormData;
use howdah_types::validate::FieldError;
use serde_json::json;

use super::changes::{ChangeQuery, in_schema, must_be_possible, with_change};
use crate::audited::audited;
use crate::examples::{self, structure};
use crate::extract::access::{SignedGrant, TableUpdate};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{IndexPath, Path, Query, TablePath};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

async fn start<P: SignedGrant>(actor: &Actor<P>, work: IndexWork) -> Result<HttpResponse, Failure> {
    let object = format!("{}/{}.{}", work.database, work.schema, work.table);
    let detail = Some(json!({ "index": work.name, "form": work.form }));
    let kind = KindInput::Index(Box::new(work));
    let started = async { Ok(actor.jobs().start(kind, actor.account()).await?) };
    let job = audited(actor, Some(&object), detail, started).await?;
    let location = format!("/api/jobs/{}", job.id);
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(job))
}

pub(crate) async fn create(
    actor: Actor<TableUpdate>,
    path: Path<TablePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<IndexFormData>,
) -> Result<HttpResponse, Failure> {
    let (TablePath { name: database, table }, query, form) = (path.0, query.0, body.0);
    must_be_possible(&[(&query.schema, Code::SchemaNotFound), (&table, Code::TableNotFound)])?;
    let Some(name) = form.name.clone() else {
        let message = "An index that is built concurrently needs a name: a failed build is found by it.";
        return Err(Failure::fields(vec![FieldError::new("name", "required", message)]));
    };
    let at = query.at(&actor, &database)?;
    // What the job would be refused is said now.
    let preview = indexes::preview_build(at, (&query.schema, &table), &form).await?;
    if query.dry_run {
        actor.changes_nothing();
        return Ok(HttpResponse::Ok().json(preview));
    }
    let may = |permission| actor.who().may(permission);
    let (may_query, may_query_as_superuser) = (may(Permission::QueryRun), may(Permission::QuerySuperuser));
    let schema = query.schema;
    let form = Some(form);
    start(&actor, IndexWork { database, schema, table, name, form, may_query, may_query_as_superuser }).await
}

pub(crate) fn create_doc() -> Doc {
    let text = "With `CREATE INDEX CONCURRENTLY`, as a job: others read and write meanwhile. A build that fails or is \
        cancelled is taken away again. `addIndexes` of the table’s change builds at once, while writes wait.";
    let doc = Doc::new("createIndex", Tag::Tables, "Build an index concurrently", text)
        .body(&structure::index_form())
        .answer(202, "The job that builds.", &examples::job())
        .header("Location", "The address of the job.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview(
                "CREATE INDEX CONCURRENTLY \"by_total\" ON \"public\".\"orders\" (\"total\")",
            ),
        )
        .problems(&[Code::TableNotFound]);
    with_change(in_schema(doc), "CREATE INDEX CONCURRENTLY")
}

pub(crate) async fn delete(
    actor: Actor<TableUpdate>,
    path: Path<IndexPath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (IndexPath { name: database, table, index: name }, query) = (path.0, query.0);
    must_be_possible(&[
        (&query.schema, Code::SchemaNotFound),
        (&table, Code::TableNotFound),
        (&name, Code::ObjectNotFound),
    ])?;
    let at = query.at(&actor, &database)?;
    let preview = indexes::preview_remove(at, (&query.schema, &table), &name).await?;
    if query.dry_run {
        actor.changes_nothing();
        return Ok(HttpResponse::Ok().json(preview));
    }
    let schema = query.schema;
    let (form, may_query, may_query_as_superuser) = (None, false, false);
    start(&actor, IndexWork { database, schema, table, name, form, may_query, may_query_as_superuser }).await
}

pub(crate) fn delete_doc() -> Doc {
    let text = "With `DROP INDEX CONCURRENTLY`, as a job: others read and write meanwhile. That of a constraint goes only \
        with the constraint.";
    let doc = Doc::new("deleteIndex", Tag::Tables, "Drop an index concurrently", text)
        .answer(202, "The job that drops.", &examples::job())
        .header("Location", "The address of the job.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview("DROP INDEX CONCURRENTLY \"public\".\"by_total\""),
        )
        .problems(&[Code::TableNotFound, Code::ObjectNotFound]);
    with_change(in_schema(doc), "DROP INDEX CONCURRENTLY")
}
