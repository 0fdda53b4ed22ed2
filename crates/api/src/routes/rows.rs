//! Rows: `/api/database/{name}/tables/{table}/rows`.

use actix_web::http::header;
use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use howdah_pg::rows::{self, PageRequest, Place, Where};
use howdah_types::permissions::Permission;
use howdah_types::problem::Code;
use howdah_types::rows::{Cell, Filter, RowsCount, SortKey};
use howdah_types::validate::FieldError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::Answer;
use super::tables::public;
use crate::examples;
use crate::extract::access::{RowRead, SignedGrant};
use crate::extract::actor::Actor;
use crate::extract::paging::{limit, link};
use crate::extract::params::{Path, Query, TablePath, possible_name};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

#[derive(Deserialize)]
pub(crate) struct PageQuery {
    #[serde(default = "public")]
    schema: String,
    limit: Option<i64>,
    columns: Option<String>,
    sort: Option<String>,
    filter: Option<String>,
    r#where: Option<String>,
    cursor: Option<String>,
    from: Option<Edge>,
}

/// Where reading begins.
#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Edge {
    Start,
    End,
}

pub(crate) async fn page(
    actor: Actor<RowRead>,
    path: Path<TablePath>,
    query: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (TablePath { name, table }, query) = (path.0, query.0);
    let limit = limit(query.limit, 100, 1000)?;
    readable(&actor, &query.schema, &table)?;
    let columns: Option<Vec<String>> = from_json("columns", query.columns.as_deref())?;
    let sort: Vec<SortKey> = from_json("sort", query.sort.as_deref())?.unwrap_or_default();
    let filter = filters("filter", query.filter.as_deref())?;
    let place = Place { database: &name, schema: &query.schema, table: &table };
    let wanted = PageRequest {
        limit,
        columns: columns.as_deref(),
        sort: &sort,
        filter: &filter,
        condition: condition(&actor, query.r#where.as_deref(), "where")?,
        cursor: query.cursor.as_deref(),
        from_end: query.from == Some(Edge::End),
    };
    let page = rows::page(actor.server(), actor.trace(), place, &wanted).await?;
    let mut answer = HttpResponse::Ok();
    for (rel, cursor) in [("next", &page.next), ("prev", &page.previous)] {
        if let Some(cursor) = cursor {
            answer.append_header((header::LINK, link(&request, rel, ("cursor", cursor), &["from"])));
        }
    }
    Ok(answer.json(page))
}

/// A parameter that is JSON.
pub(super) fn from_json<T: DeserializeOwned>(name: &str, text: Option<&str>) -> Result<Option<T>, Failure> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    serde_json::from_str(text).map(Some).map_err(|error| {
        let message = format!("This is not the JSON that is wanted here: {error}.");
        Failure::fields(vec![FieldError::new(name, "invalid", message)])
    })
}

pub(super) fn filters(name: &str, text: Option<&str>) -> Result<Vec<Filter>, Failure> {
    let filters: Vec<Filter> = from_json(name, text)?.unwrap_or_default();
    let mut errors = Vec::new();
    for (number, filter) in filters.iter().enumerate() {
        filter.check(&format!("{name}[{number}]"), &mut errors);
    }
    if errors.is_empty() { Ok(filters) } else { Err(Failure::fields(errors)) }
}

/// A condition of the account's own, if it may give one.
pub(super) fn condition<'a, P: SignedGrant>(
    actor: &Actor<P>,
    text: Option<&'a str>,
    field: &'static str,
) -> Result<Option<Where<'a>>, Failure> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    actor.needs(Permission::QueryRun)?;
    if text.contains('\0') {
        let message = "PostgreSQL cannot hold the character NUL; remove it.";
        return Err(Failure::fields(vec![FieldError::new(field, "nul", message)]));
    }
    Ok(Some(Where { text, superuser: actor.who().may(Permission::QuerySuperuser), field }))
}

/// PostgreSQL's own catalogs hold password verifiers and connection strings, and show a superuser what everybody does:
/// reading rows is not permission enough for them.
pub(super) fn readable<P: SignedGrant>(actor: &Actor<P>, schema: &str, table: &str) -> Result<(), Failure> {
    possible(schema, table)?;
    if is_system(schema) && !actor.who().may(Permission::QuerySuperuser) {
        let text = "Rows of PostgreSQL’s own schemas can hold password verifiers and other secrets; reading them needs \
            the permission query.superuser.";
        return Err(Failure::new(Code::Forbidden, text));
    }
    Ok(())
}

pub(super) fn is_system(schema: &str) -> bool {
    schema.starts_with("pg_") || schema == "information_schema"
}

/// A name that PostgreSQL cannot hold is not there.
pub(super) fn possible(schema: &str, table: &str) -> Result<(), Failure> {
    match (possible_name(schema), possible_name(table)) {
        (true, true) => Ok(()),
        (false, _) => Err(Failure::of(Code::SchemaNotFound)),
        (true, false) => Err(Failure::of(Code::TableNotFound)),
    }
}

pub(super) fn schema_of(doc: Doc) -> Doc {
    doc.query(
        "schema",
        "The schema of the table.",
        json!({ "type": "string", "default": "public" }),
        json!("public"),
    )
    .problems(&[Code::SchemaNotFound, Code::TableNotFound, Code::ViewUntrusted])
}

/// The parameters that choose rows.
pub(super) fn selecting(doc: Doc) -> Doc {
    let filter = json!([{ "column": "total", "op": ">=", "value": "10" }]);
    doc.query(
        "filter",
        "A JSON array of `Filter`: all must hold. Values are parameters, never SQL.",
        json!({ "type": "string" }),
        json!(filter.to_string()),
    )
    .mentions::<Filter>()
    .query(
        "where",
        "A condition in SQL, run read-only; needs `query.run`, and `query.superuser` where the table belongs to a \
         superuser or to Howdah’s own role. Functions and tables are named with their schema.",
        json!({ "type": "string" }),
        json!("total > 10 AND note IS NOT NULL"),
    )
    .problems(&[Code::Invalid, Code::Forbidden])
}

pub(crate) fn page_doc() -> Doc {
    let text = "By the row key unless `sort` says otherwise. `Link` leads to the next page and back (`rel=\"next\"`, \
        `rel=\"prev\"`), from any row, as quickly as to the first one; the same cursors stand in the answer. A view or \
        foreign table has no key: it is read in no promised order, and goes on only with a `sort`. \
        Columns are described once; each value is PostgreSQL’s own text, or \
        null. Long cells are cut: `truncated` says which and how long they are. What belongs to an ordinary role is \
        read with that role’s rights; a superuser’s view or table that would run code of another role is not read. \
        PostgreSQL’s own schemas need the permission `query.superuser` as well.";
    let schema =
        json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 1000, "default": 100 });
    let (columns, text_type) = (json!(["id", "note"]).to_string(), json!({ "type": "string" }));
    let sort = json!([{ "column": "total", "descending": true, "nulls": "last" }, { "column": "id" }]);
    let doc = schema_of(Doc::new("listRows", Tag::Rows, "Read a page of rows", text))
        .answer(200, "The rows.", &examples::rows())
        .header("Link", "The next page with `rel=\"next\"`, the one before with `rel=\"prev\"`.")
        .query("limit", "The most rows.", schema, json!(100))
        .query(
            "columns",
            "A JSON array of names; those of the key come along.",
            text_type.clone(),
            json!(columns),
        )
        .query("sort", "A JSON array of `SortKey`.", text_type.clone(), json!(sort.to_string()))
        .mentions::<SortKey>()
        .query(
            "cursor",
            "Where to go on, from `Link` or the answer; the other parameters stay as they were.",
            text_type,
            json!(examples::CURSOR),
        )
        .query(
            "from",
            "`end` reads the last page.",
            json!({ "type": "string", "enum": ["start", "end"], "default": "start" }),
            json!("start"),
        );
    selecting(doc)
}

#[derive(Deserialize)]
pub(crate) struct CountQuery {
    #[serde(default = "public")]
    schema: String,
    filter: Option<String>,
    r#where: Option<String>,
}

pub(crate) async fn count(
    actor: Actor<RowRead>,
    path: Path<TablePath>,
    query: Query<CountQuery>,
) -> Answer<RowsCount> {
    let (TablePath { name, table }, query) = (path.0, query.0);
    readable(&actor, &query.schema, &table)?;
    let filter = filters("filter", query.filter.as_deref())?;
    let condition = condition(&actor, query.r#where.as_deref(), "where")?;
    let place = Place { database: &name, schema: &query.schema, table: &table };
    Ok(Json(rows::count(actor.server(), actor.trace(), place, &filter, condition.as_ref()).await?))
}

pub(crate) fn count_doc() -> Doc {
    let text = "Counted one by one, which takes its time for a large table: closing the connection ends it. `rowEstimate` of \
        a page is there at once.";
    let doc = schema_of(Doc::new("countRows", Tag::Rows, "Count rows", text));
    selecting(doc.answer(200, "The number.", &RowsCount { count: 5_104_297 }))
}

#[derive(Deserialize)]
pub(crate) struct CellQuery {
    #[serde(default = "public")]
    schema: String,
    column: String,
    address: String,
}

pub(crate) async fn cell(
    actor: Actor<RowRead>,
    path: Path<TablePath>,
    query: Query<CellQuery>,
) -> Answer<Cell> {
    let (TablePath { name, table }, CellQuery { schema, column, address }) = (path.0, query.0);
    readable(&actor, &schema, &table)?;
    if !possible_name(&column) || address.len() > 1024 || address.contains('\0') {
        return Err(Failure::of(Code::CellNotFound));
    }
    Ok(Json(rows::cell(actor.server(), actor.trace(), &name, &schema, &table, &column, &address).await?))
}

pub(crate) fn cell_doc() -> Doc {
    let text = "For a cell that was cut. The row is named by its `addresses` entry, and is gone once it was changed.";
    schema_of(Doc::new("getCell", Tag::Rows, "Read a whole cell", text))
        .answer(200, "The value.", &examples::cell())
        .required("column", "The column’s name.", json!({ "type": "string" }), json!("note"))
        .required("address", "Where the row lies.", json!({ "type": "string" }), json!("16402:(0,1)"))
        .problems(&[Code::CellNotFound])
}
