//! Copying a database: `/api/database/{name}/copy`.

use actix_web::HttpResponse;
use actix_web::http::header;
use howdah_jobs::KindInput;
use howdah_pg::databases;
use howdah_types::databases::DatabaseCopyData;
use howdah_types::problem::Code;
use serde_json::json;

use crate::audited::audited;
use crate::examples;
use crate::extract::access::DatabaseCreate;
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, Path};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, in_body};

pub(crate) async fn start(
    actor: Actor<DatabaseCreate>,
    path: Path<DatabasePath>,
    body: ValidJson<DatabaseCopyData>,
) -> Result<HttpResponse, Failure> {
    let (source, data) = (path.0.name, body.0);
    actor.may_make(&data.name)?;
    if data.end_connections {
        actor.needs(howdah_types::permissions::Permission::DatabaseDelete)?;
    }
    let (server, trace) = (actor.server(), actor.trace());
    databases::get(server, trace, &source).await?;
    // The job looks again; to say it now saves people from a job that must fail.
    if databases::get(server, trace, &data.name).await.is_ok() {
        return Err(in_body(howdah_pg::Error::DatabaseExists(data.name), &[]));
    }
    let kind = KindInput::DatabaseCopy { source: source.clone(), data: data.clone() };
    let work = async { Ok(actor.jobs().start(kind, actor.account()).await?) };
    let job = audited(&actor, Some(&source), Some(json!(data)), work).await?;
    let location = format!("/api/jobs/{}", job.id);
    Ok(HttpResponse::Accepted().insert_header((header::LOCATION, location)).json(job))
}

pub(crate) fn start_doc() -> Doc {
    let text = "A job: follow it at the address in `Location`. PostgreSQL copies only a database that nobody is connected \
        to; `endConnections` ends connections first, which needs `database.delete` as well.";
    Doc::new("copyDatabase", Tag::Databases, "Copy a database", text)
        .body(&examples::database_copy())
        .answer(202, "The job that copies.", &examples::job())
        .header("Location", "The address of the job.")
        .problems(&[Code::DatabaseExists, Code::DatabaseInUse, Code::DatabaseProtected])
}
