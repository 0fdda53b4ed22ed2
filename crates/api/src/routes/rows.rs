//! Rows: `/api/database/{name}/tables/{table}/rows`.

use actix_web::web::Json;
use howdah_pg::rows;
use howdah_types::permissions::Permission;
use howdah_types::problem::Code;
use howdah_types::rows::{Cell, RowsPage};
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::tables::public;
use crate::examples;
use crate::extract::access::RowRead;
use crate::extract::actor::Actor;
use crate::extract::paging::limit;
use crate::extract::params::{Path, Query, TablePath, possible_name};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

#[derive(Deserialize)]
pub(crate) struct PageQuery {
    #[serde(default = "public")]
    schema: String,
    limit: Option<i64>,
}

pub(crate) async fn page(
    actor: Actor<RowRead>,
    path: Path<TablePath>,
    query: Query<PageQuery>,
) -> Answer<RowsPage> {
    let (TablePath { name, table }, schema) = (path.0, query.0.schema);
    let limit = limit(query.0.limit, 100, 1000)?;
    readable(&actor, &schema, &table)?;
    Ok(Json(rows::first_page(actor.server(), actor.trace(), &name, &schema, &table, limit).await?))
}

/// PostgreSQL's own catalogs hold password verifiers and connection strings, and show a superuser what everybody does:
/// reading rows is not permission enough for them.
fn readable(actor: &Actor<RowRead>, schema: &str, table: &str) -> Result<(), Failure> {
    possible(schema, table)?;
    let system = schema.starts_with("pg_") || schema == "information_schema";
    if system && !actor.who().may(Permission::QuerySuperuser) {
        let text = "Rows of PostgreSQL’s own schemas can hold password verifiers and other secrets; reading them needs \
            the permission query.superuser.";
        return Err(Failure::new(Code::Forbidden, text));
    }
    Ok(())
}

/// A name that PostgreSQL cannot hold is not there.
fn possible(schema: &str, table: &str) -> Result<(), Failure> {
    match (possible_name(schema), possible_name(table)) {
        (true, true) => Ok(()),
        (false, _) => Err(Failure::of(Code::SchemaNotFound)),
        (true, false) => Err(Failure::of(Code::TableNotFound)),
    }
}

fn schema_of(doc: Doc) -> Doc {
    doc.query(
        "schema",
        "The schema of the table.",
        json!({ "type": "string", "default": "public" }),
        json!("public"),
    )
    .problems(&[Code::SchemaNotFound, Code::TableNotFound, Code::ViewUntrusted])
}

pub(crate) fn page_doc() -> Doc {
    let text = "The first rows, in no promised order. Columns are described once; each value is PostgreSQL’s own text, or \
        null. Long cells are cut: `truncated` says which and how long they are. What belongs to an ordinary role is \
        read with that role’s rights; a superuser’s view or table that would run code of another role is not read. \
        PostgreSQL’s own schemas need the permission `query.superuser` as well.";
    let schema =
        json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 1000, "default": 100 });
    schema_of(Doc::new("listRows", Tag::Rows, "Read a first page of rows", text))
        .answer(200, "The rows.", &examples::rows())
        .query("limit", "The most rows.", schema, json!(100))
        .problems(&[Code::Invalid])
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
        .required("address", "Where the row lies.", json!({ "type": "string" }), json!("(0,1)"))
        .problems(&[Code::CellNotFound])
}
