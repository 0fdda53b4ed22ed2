//! One table: `/api/database/{name}/tables/{table}`.

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_pg::tables;
use howdah_types::problem::Code;
use howdah_types::table_details::TableDetails;
use howdah_types::table_form::TableFormData;
use howdah_types::table_update::TableUpdateData;
use serde_json::json;

use super::Answer;
use super::changes::{
    ChangeQuery, SchemaQuery, Target, changed, created, gone, in_schema, must_be_possible, with_cascade,
    with_change,
};
use crate::examples::structure;
use crate::extract::access::{TableCreate, TableDelete, TableRead, TableUpdate};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, Path, Query, TablePath, in_path};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn read(
    actor: Actor<TableRead>,
    path: Path<TablePath>,
    query: Query<SchemaQuery>,
) -> Answer<TableDetails> {
    let (TablePath { name, table }, schema) = (path.0, query.0.schema);
    must_be_possible(&[(&schema, Code::SchemaNotFound), (&table, Code::TableNotFound)])?;
    Ok(Json(tables::details(actor.server(), actor.trace(), &name, (&schema, &table)).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "Columns, keys, foreign keys both ways, indexes, triggers, rules, policies, partitions, rights, statistics, \
        what depends on it, sizes on disk, and the statements that make it anew. Also of views.";
    let doc = Doc::new("getTable", Tag::Tables, "Describe a table or view", text)
        .answer(200, "The table.", &structure::table_details())
        .problems(&[Code::TableNotFound]);
    in_schema(doc)
}

pub(crate) async fn create(
    actor: Actor<TableCreate>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<TableFormData>,
) -> Result<HttpResponse, Failure> {
    let (database, query, mut data) = (path.0.name, query.0, body.0);
    let schema = data.schema.get_or_insert_with(|| query.schema.clone()).clone();
    must_be_possible(&[(&schema, Code::SchemaNotFound)])?;
    let (server, trace, options) = (actor.server(), actor.trace(), query.options(&actor)?);
    let target = Target { database: &database, schema: Some(&schema), name: &data.name };
    let work = tables::create(server, trace, &database, &data, options);
    let answer = async {
        let details = tables::details(server, trace, &database, (&schema, &data.name)).await?;
        Ok(created(address(&database, "tables", &data.name, &schema), &details))
    };
    changed(&actor, target, (query.dry_run, Some(json!(data))), work, answer).await
}

/// `/api/database/shop/tables/orders?schema=public`.
pub(crate) fn address(database: &str, nouns: &str, name: &str, schema: &str) -> String {
    format!("/api/database/{}/{nouns}/{}?schema={}", in_path(database), in_path(name), in_path(schema))
}

pub(crate) fn create_doc() -> Doc {
    let text = "With columns, constraints, indexes and comments, all or nothing. Expressions need `query.run`, and \
        `query.superuser` where the table belongs to a superuser.";
    let doc = Doc::new("createTable", Tag::Tables, "Create a table", text)
        .body(&structure::table_form())
        .answer(201, "The table.", &structure::table_details())
        .header("Location", "The address of the new table.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview("CREATE TABLE \"public\".\"orders\" ()"),
        )
        .problems(&[Code::ObjectNotFound]);
    with_change(in_schema(doc), "CREATE TABLE")
}

pub(crate) async fn update(
    actor: Actor<TableUpdate>,
    path: Path<TablePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<TableUpdateData>,
) -> Result<HttpResponse, Failure> {
    let (TablePath { name: database, table }, query, data) = (path.0, query.0, body.0);
    let target = query.target(&database, &table, Code::TableNotFound)?;
    let (server, trace, options) = (actor.server(), actor.trace(), query.options(&actor)?);
    let given = (options, query.expect.as_deref());
    let work = tables::update(server, trace, &database, target.qualified(), &data, given);
    let now = target.renamed(data.schema.as_deref(), data.name.as_deref());
    let answer = async { Ok(HttpResponse::Ok().json(tables::details(server, trace, &database, now).await?)) };
    changed(&actor, target, (query.dry_run, Some(json!(data))), work, answer).await
}

pub(crate) fn update_doc() -> Doc {
    let text = "What is left out stays. Columns cannot be reordered: PostgreSQL cannot. The owner changes last, in a \
        transaction of its own where the rights of the old owner are not enough. Expressions need `query.run`, and \
        `query.superuser` where the table belongs to a superuser.";
    let doc = Doc::new("updateTable", Tag::Tables, "Change a table", text)
        .body(&structure::table_update())
        .answer(200, "The table as it is now; with `dryRun` a `ChangePreview`.", &structure::table_details())
        .or_change_preview("ALTER TABLE \"public\".\"orders\" ADD COLUMN \"note\" text")
        .problems(&[Code::TableNotFound, Code::ObjectNotFound])
        .with_expect();
    with_change(in_schema(doc), "ALTER TABLE … ADD COLUMN …")
}

pub(crate) async fn delete(
    actor: Actor<TableDelete>,
    path: Path<TablePath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (TablePath { name: database, table }, query) = (path.0, query.0);
    let target = query.target(&database, &table, Code::TableNotFound)?;
    let options = query.options(&actor)?;
    let (server, trace, name) = (actor.server(), actor.trace(), target.qualified());
    let work = tables::delete(server, trace, &database, name, query.dropping(), options);
    changed(&actor, target, (query.dry_run, query.dropping_detail()), work, gone()).await
}

pub(crate) fn delete_doc() -> Doc {
    let text = "A table, view, materialized view or foreign table. It cannot be brought back.";
    let doc = Doc::new("deleteTable", Tag::Tables, "Drop a table or view", text)
        .gone_or_preview("DROP TABLE \"public\".\"orders\"")
        .problems(&[Code::TableNotFound]);
    with_cascade(with_change(in_schema(doc), "DROP TABLE"))
}
