//! Schemas, tables and views: `/api/database/{name}/tables`.

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::BASE64URL_NOPAD;
use howdah_pg::tables;
use howdah_types::problem::Code;
use howdah_types::tables::{Schema, TableKind};
use howdah_types::validate::FieldError;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use crate::examples;
use crate::extract::access::TableRead;
use crate::extract::actor::Actor;
use crate::extract::paging::{limit, page};
use crate::extract::params::{DatabasePath, Path, Query, possible_name};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn schemas(actor: Actor<TableRead>, path: Path<DatabasePath>) -> Answer<Vec<Schema>> {
    Ok(Json(tables::schemas(actor.server(), actor.trace(), &path.0.name).await?))
}

pub(crate) fn schemas_doc() -> Doc {
    let text = "Without the system’s own.";
    Doc::new("listSchemas", Tag::Tables, "List schemas", text)
        .list("The schemas, by name.", &[examples::schema()])
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default = "public")]
    schema: String,
    search: Option<String>,
    kind: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

pub(super) fn public() -> String {
    "public".into()
}

pub(crate) async fn list(
    actor: Actor<TableRead>,
    path: Path<DatabasePath>,
    query: Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let ListQuery { schema, search, kind, after, limit: given } = query.0;
    let kinds = kinds(kind.as_deref())?;
    let limit = limit(given, 500, 2000)?;
    let after = after.as_deref().map(decode).transpose()?;
    let after = after.as_ref().map(|(schema, name)| (schema.as_str(), name.as_str()));
    let schema = (schema != "*").then_some(schema.as_str());
    if !schema.is_none_or(possible_name) {
        return Err(Failure::of(Code::SchemaNotFound));
    }
    let search = search.as_deref().filter(|text| !text.is_empty());
    if search.is_some_and(|text| text.contains('\0')) {
        return Err(Failure::new(Code::BadRequest, "`search` cannot hold the character NUL."));
    }
    let wanted = tables::Wanted { schema, search, kinds: &kinds, after, limit };
    let found = tables::list(actor.server(), actor.trace(), &path.0.name, wanted).await?;
    Ok(page(&request, &found.items, found.next.map(|key| ("after", encode(&key)))))
}

/// `table,view` as kinds.
fn kinds(text: Option<&str>) -> Result<Vec<TableKind>, Failure> {
    let words = text.into_iter().flat_map(|text| text.split(',')).filter(|word| !word.is_empty());
    words
        .map(|word| {
            serde_json::from_value(json!(word)).map_err(|_| {
                let message =
                    "Some of table, partitioned, partition, view, materializedView, foreign, with commas.";
                Failure::fields(vec![FieldError::new("kind", "invalid", message)])
            })
        })
        .collect()
}

pub(crate) fn list_doc() -> Doc {
    let text = "Tables, partitioned tables, partitions, views, materialized views and foreign tables, by schema and name.";
    Doc::new("listTables", Tag::Tables, "List tables and views", text)
        .list("A page of tables and views.", &[examples::table()])
        .paged(500, 2000)
        .query(
            "schema",
            "The schema; `*` means all.",
            json!({ "type": "string", "default": "public" }),
            json!("public"),
        )
        .query(
            "search",
            "Only those with this text in `schema.name`, in whatever case.",
            json!({ "type": "string" }),
            json!("order"),
        )
        .query(
            "kind",
            "Only these kinds, separated by commas.",
            json!({ "type": "string" }),
            json!("table,partitioned"),
        )
        .query(
            "after",
            "Where the last page ended, from its `Link`.",
            json!({ "type": "string" }),
            json!(examples::AFTER),
        )
        .problems(&[Code::SchemaNotFound])
}

/// A key as an opaque text that needs no escaping.
pub(super) fn encode(key: &(String, String)) -> String {
    BASE64URL_NOPAD.encode(json!([key.0, key.1]).to_string().as_bytes())
}

pub(super) fn decode(text: &str) -> Result<(String, String), Failure> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let key: Option<(String, String)> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    key.filter(|(schema, name)| possible_name(schema) && possible_name(name))
        .ok_or_else(|| Failure::new(Code::BadRequest, "`after` is not one that a Link header gave."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_as_they_were() {
        for key in [("public", "orders"), ("a\"b", "x,y\n"), ("ü", "<&>")] {
            let key = (key.0.to_owned(), key.1.to_owned());
            assert_eq!(decode(&encode(&key)).ok(), Some(key));
        }
        for wrong in ["", "x", "!!", "bnVsbA"] {
            assert!(decode(wrong).is_err(), "{wrong}");
        }
        assert_eq!(encode(&("public".into(), "orders".into())), examples::AFTER);
    }
}
