//! Rows that a foreign key can lead to: `/api/database/{name}/tables/{table}/lookup`.

use actix_web::web::Json;
use howdah_pg::rows::{self, Place};
use howdah_types::problem::Code;
use howdah_types::rows::Lookup;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::rows::{readable, schema_of};
use super::tables::public;
use crate::examples;
use crate::extract::access::RowRead;
use crate::extract::actor::Actor;
use crate::extract::paging::limit;
use crate::extract::params::{Path, Query, TablePath};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

#[derive(Deserialize)]
pub(crate) struct LookupQuery {
    #[serde(default = "public")]
    schema: String,
    column: String,
    #[serde(default)]
    search: String,
    limit: Option<i64>,
}

pub(crate) async fn search(
    actor: Actor<RowRead>,
    path: Path<TablePath>,
    query: Query<LookupQuery>,
) -> Answer<Lookup> {
    let (TablePath { name, table }, LookupQuery { schema, column, search, limit: given }) = (path.0, query.0);
    let limit = limit(given, 20, 100)?;
    readable(&actor, &schema, &table)?;
    if search.contains('\0') {
        return Err(Failure::new(Code::BadRequest, "PostgreSQL cannot hold the character NUL; remove it."));
    }
    let place = Place { database: &name, schema: &schema, table: &table };
    let reference = rows::reference(actor.server(), actor.trace(), place, &column).await?;
    readable(&actor, &reference.schema, &reference.table)?;
    Ok(Json(rows::lookup(actor.server(), actor.trace(), &name, reference, &search, limit).await?))
}

pub(crate) fn search_doc() -> Doc {
    let text = "Rows of the table that the column’s foreign key leads to: those whose key begins with the search, and those \
        with a text that contains it, by key. The labels tell a person which row it is.";
    let schema = json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 100, "default": 20 });
    let text_type = json!({ "type": "string" });
    schema_of(Doc::new("lookupRows", Tag::Rows, "Search the table of a foreign key", text))
        .answer(200, "The rows that fit.", &examples::lookup())
        .required("column", "A column of the foreign key.", text_type.clone(), json!("customer_id"))
        .query("search", "The beginning of a key, or a part of a text.", text_type, json!("ada"))
        .query("limit", "The most rows.", schema, json!(20))
        .problems(&[Code::Invalid, Code::Forbidden])
}
