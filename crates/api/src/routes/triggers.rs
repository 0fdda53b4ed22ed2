//! Triggers of all tables: `/api/database/{name}/triggers`.

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use howdah_pg::triggers;
use howdah_types::problem::Code;
use howdah_types::triggers::Trigger;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::changes::{ListQuery, in_schema, must_be_possible, with_list};
use super::tables::public;
use crate::examples::structure;
use crate::extract::access::TableRead;
use crate::extract::actor::Actor;
use crate::extract::params::{DatabasePath, Path, Query, TriggerPath, possible_name};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

#[derive(Deserialize)]
pub(crate) struct TriggersQuery {
    #[serde(default = "public")]
    schema: String,
    table: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

pub(crate) async fn list(
    actor: Actor<TableRead>,
    path: Path<DatabasePath>,
    query: Query<TriggersQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let TriggersQuery { schema, table, after, limit } = query.0;
    let table = table.as_deref();
    if !table.is_none_or(possible_name) {
        return Err(Failure::of(Code::TableNotFound));
    }
    let wanted = ListQuery { schema, after, limit }.wanted()?;
    let found = triggers::list(actor.server(), actor.trace(), &path.0.name, wanted.part(), table).await?;
    Ok(wanted.page(&request, found))
}

pub(crate) fn list_doc() -> Doc {
    let text = "By schema, table and name; without the internal ones of foreign keys.";
    let doc = Doc::new("listTriggers", Tag::Tables, "List triggers", text)
        .list("A page of triggers.", &[structure::trigger()])
        .query("table", "Only those of this table.", json!({ "type": "string" }), json!("orders"))
        .problems(&[Code::TableNotFound]);
    with_list(doc)
}

#[derive(Deserialize)]
pub(crate) struct TriggerQuery {
    #[serde(default = "public")]
    schema: String,
    table: String,
}

pub(crate) async fn read(
    actor: Actor<TableRead>,
    path: Path<TriggerPath>,
    query: Query<TriggerQuery>,
) -> Answer<Trigger> {
    let (TriggerPath { name, trigger }, TriggerQuery { schema, table }) = (path.0, query.0);
    let names = [
        (schema.as_str(), Code::SchemaNotFound),
        (&table, Code::TableNotFound),
        (&trigger, Code::ObjectNotFound),
    ];
    must_be_possible(&names)?;
    Ok(Json(triggers::details(actor.server(), actor.trace(), &name, (&schema, &table), &trigger).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "Triggers of several tables may share a name, so the table must be given.";
    let doc = Doc::new("getTrigger", Tag::Tables, "Describe a trigger", text)
        .answer(200, "The trigger.", &structure::trigger())
        .required("table", "The table.", json!({ "type": "string" }), json!("orders"))
        .problems(&[Code::ObjectNotFound, Code::TableNotFound]);
    in_schema(doc)
}
