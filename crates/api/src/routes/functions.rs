//! Functions and procedures: `/api/database/{name}/functions`.

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use howdah_pg::functions;
use howdah_types::functions::FunctionDetails;
use howdah_types::problem::Code;

use super::Answer;
use super::changes::{ListQuery, with_list};
use crate::examples::structure;
use crate::extract::access::TableRead;
use crate::extract::actor::Actor;
use crate::extract::params::{DatabasePath, FunctionPath, Path, Query, possible_name};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn list(
    actor: Actor<TableRead>,
    path: Path<DatabasePath>,
    query: Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = query.0.wanted()?;
    let found = functions::list(actor.server(), actor.trace(), &path.0.name, wanted.part()).await?;
    Ok(wanted.page(&request, found))
}

pub(crate) fn list_doc() -> Doc {
    let text = "Functions, procedures, aggregates and window functions. Several may share a name.";
    let doc = Doc::new("listFunctions", Tag::Tables, "List functions", text)
        .list("A page of functions.", &[structure::function()]);
    with_list(doc)
}

pub(crate) async fn read(actor: Actor<TableRead>, path: Path<FunctionPath>) -> Answer<FunctionDetails> {
    let FunctionPath { name, function } = path.0;
    if !possible_name(&function) {
        return Err(Failure::of(Code::ObjectNotFound));
    }
    Ok(Json(functions::details(actor.server(), actor.trace(), &name, &function).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "By its oid, for names are not unique. With its source, rights, and what uses it.";
    Doc::new("getFunction", Tag::Tables, "Describe a function", text)
        .answer(200, "The function.", &structure::function_details())
        .problems(&[Code::ObjectNotFound])
}
