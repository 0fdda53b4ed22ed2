//! Types of one’s own: `/api/database/{name}/types`.

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use howdah_pg::database_types;
use howdah_types::database_types::{EnumFormData, TypeDetails, TypeUpdateData};
use howdah_types::problem::Code;
use serde_json::json;

use super::Answer;
use super::changes::{
    ChangeQuery, ListQuery, SchemaQuery, Target, Wanted, changed, created, gone, in_schema, must_be_possible,
    with_cascade, with_change, with_list,
};
use super::table::address;
use crate::examples::structure;
use crate::extract::access::{SchemaManage, TableRead};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, Path, Query, TypePath};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn list(
    actor: Actor<TableRead>,
    path: Path<DatabasePath>,
    query: Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = query.0.wanted()?;
    let found = database_types::list(actor.server(), actor.trace(), &path.0.name, wanted.part()).await?;
    Ok(Wanted::page(&request, found))
}

pub(crate) fn list_doc() -> Doc {
    let text = "Enums, domains, composites, ranges, multiranges and base types; not the row types of tables, and not arrays.";
    let doc = Doc::new("listTypes", Tag::Tables, "List types", text)
        .list("A page of types.", &[structure::database_type()]);
    with_list(doc)
}

pub(crate) async fn read(
    actor: Actor<TableRead>,
    path: Path<TypePath>,
    query: Query<SchemaQuery>,
) -> Answer<TypeDetails> {
    let (TypePath { name: database, type_name }, schema) = (path.0, query.0.schema);
    must_be_possible(&[(&schema, Code::SchemaNotFound), (&type_name, Code::ObjectNotFound)])?;
    Ok(Json(database_types::details(actor.server(), actor.trace(), &database, (&schema, &type_name)).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "With what it is made of, rights, what uses it, and the statements that make it anew.";
    let doc = Doc::new("getType", Tag::Tables, "Describe a type", text)
        .answer(200, "The type.", &structure::database_type_details())
        .problems(&[Code::ObjectNotFound]);
    in_schema(doc)
}

pub(crate) async fn create(
    actor: Actor<SchemaManage>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<EnumFormData>,
) -> Result<HttpResponse, Failure> {
    let (database, query, mut data) = (path.0.name, query.0, body.0);
    let schema = data.schema.get_or_insert_with(|| query.schema.clone()).clone();
    must_be_possible(&[(&schema, Code::SchemaNotFound)])?;
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: Some(&schema), name: &data.name };
    let answer = async {
        let details =
            database_types::details(actor.server(), actor.trace(), &database, (&schema, &data.name)).await?;
        Ok(created(address(&database, "types", &data.name, &schema), &details))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), database_types::create(at, &data), answer).await
}

pub(crate) fn create_doc() -> Doc {
    let text = "An enum, with its labels in order.";
    let doc = Doc::new("createEnum", Tag::Tables, "Create an enum", text)
        .body(&structure::enum_form())
        .answer(201, "The type.", &structure::database_type_details())
        .header("Location", "The address of what was made.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview("CREATE TYPE \"public\".\"mood\" AS ENUM ('sad', 'ok')"),
        );
    with_change(in_schema(doc), "CREATE TYPE … AS ENUM")
}

pub(crate) async fn update(
    actor: Actor<SchemaManage>,
    path: Path<TypePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<TypeUpdateData>,
) -> Result<HttpResponse, Failure> {
    let (TypePath { name: database, type_name }, query, data) = (path.0, query.0, body.0);
    let target = query.target(&database, &type_name, Code::ObjectNotFound)?;
    let at = query.at(&actor, &database)?;
    let now = target.renamed(data.schema.as_deref(), data.name.as_deref());
    let answer = async {
        Ok(HttpResponse::Ok()
            .json(database_types::details(actor.server(), actor.trace(), &database, now).await?))
    };
    let detail = Some(json!(data));
    changed(
        &actor,
        target,
        (query.dry_run, detail),
        database_types::update(at, target.qualified(), &data),
        answer,
    )
    .await
}

pub(crate) fn update_doc() -> Doc {
    let text = "What is left out stays. Labels of an enum can be added and renamed, never taken away: PostgreSQL cannot.";
    let doc = Doc::new("updateType", Tag::Tables, "Change a type", text)
        .body(&structure::database_type_update())
        .answer(
            200,
            "The type as it is now; with `dryRun` a `ChangePreview`.",
            &structure::database_type_details(),
        )
        .or_change_preview("ALTER TYPE \"public\".\"mood\" ADD VALUE 'angry'")
        .problems(&[Code::ObjectNotFound]);
    with_change(in_schema(doc), "ALTER TYPE … ADD VALUE …")
}

pub(crate) async fn delete(
    actor: Actor<SchemaManage>,
    path: Path<TypePath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (TypePath { name: database, type_name }, query) = (path.0, query.0);
    let target = query.target(&database, &type_name, Code::ObjectNotFound)?;
    let at = query.at(&actor, &database)?;
    let work = database_types::delete(at, target.qualified(), query.dropping());
    changed(&actor, target, (query.dry_run, query.dropping_detail()), work, gone()).await
}

pub(crate) fn delete_doc() -> Doc {
    let doc = Doc::new("deleteType", Tag::Tables, "Drop a type", "A type of any kind.")
        .gone_or_preview("DROP TYPE \"public\".\"mood\"")
        .problems(&[Code::ObjectNotFound]);
    with_cascade(with_change(in_schema(doc), "DROP TYPE"))
}
