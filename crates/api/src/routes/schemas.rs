//! Schemas: `/api/database/{name}/schemas`. Their list is in `routes/tables.rs`.

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_pg::schemas;
use howdah_types::problem::Code;
use howdah_types::schemas::{SchemaDetails, SchemaFormData, SchemaUpdateData};
use serde_json::json;

use super::Answer;
use super::changes::{
    ChangeQuery, Target, changed, created, gone, must_be_possible, with_cascade, with_change,
};
use crate::examples::structure;
use crate::extract::access::{SchemaManage, TableRead};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, Path, Query, SchemaPath, in_path};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn read(actor: Actor<TableRead>, path: Path<SchemaPath>) -> Answer<SchemaDetails> {
    let SchemaPath { name, schema } = path.0;
    must_be_possible(&[(&schema, Code::SchemaNotFound)])?;
    Ok(Json(schemas::details(actor.server(), actor.trace(), &name, &schema).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "What is in it, rights, what depends on it, and the statements that make it anew (without its contents).";
    Doc::new("getSchema", Tag::Tables, "Describe a schema", text)
        .answer(200, "The schema.", &structure::schema_details())
        .problems(&[Code::SchemaNotFound])
}

pub(crate) async fn create(
    actor: Actor<SchemaManage>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<SchemaFormData>,
) -> Result<HttpResponse, Failure> {
    let (database, query, data) = (path.0.name, query.0, body.0);
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: None, name: &data.name };
    let answer = async {
        let details = schemas::details(actor.server(), actor.trace(), &database, &data.name).await?;
        let location = format!("/api/database/{}/schemas/{}", in_path(&database), in_path(&data.name));
        Ok(created(location, &details))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), schemas::create(at, &data), answer).await
}

pub(crate) fn create_doc() -> Doc {
    let text = "It belongs to Howdah’s own role where no owner is given.";
    let doc = Doc::new("createSchema", Tag::Tables, "Create a schema", text)
        .body(&structure::schema_form())
        .answer(201, "The schema.", &structure::schema_details())
        .header("Location", "The address of the new schema.")
        .answer(200, "With `dryRun`: what would be sent.", &structure::preview("CREATE SCHEMA \"sales\""));
    with_change(doc, "CREATE SCHEMA")
}

pub(crate) async fn update(
    actor: Actor<SchemaManage>,
    path: Path<SchemaPath>,
    query: Query<ChangeQuery>,
    body: ValidJson<SchemaUpdateData>,
) -> Result<HttpResponse, Failure> {
    let (SchemaPath { name: database, schema }, query, data) = (path.0, query.0, body.0);
    must_be_possible(&[(&schema, Code::SchemaNotFound)])?;
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: None, name: &schema };
    let now = data.name.as_deref().unwrap_or(&schema);
    let answer = async {
        Ok(HttpResponse::Ok().json(schemas::details(actor.server(), actor.trace(), &database, now).await?))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), schemas::update(at, &schema, &data), answer).await
}

pub(crate) fn update_doc() -> Doc {
    let doc = Doc::new("updateSchema", Tag::Tables, "Change or rename a schema", "What is left out stays.")
        .body(&structure::schema_update())
        .answer(
            200,
            "The schema as it is now; with `dryRun` a `ChangePreview`.",
            &structure::schema_details(),
        )
        .or_change_preview("ALTER SCHEMA \"sales\" RENAME TO \"trade\"")
        .problems(&[Code::SchemaNotFound]);
    with_change(doc, "ALTER SCHEMA … RENAME TO …")
}

pub(crate) async fn delete(
    actor: Actor<SchemaManage>,
    path: Path<SchemaPath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (SchemaPath { name: database, schema }, query) = (path.0, query.0);
    must_be_possible(&[(&schema, Code::SchemaNotFound)])?;
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: None, name: &schema };
    let work = schemas::delete(at, &schema, query.dropping());
    changed(&actor, target, (query.dry_run, query.dropping_detail()), work, gone()).await
}

pub(crate) fn delete_doc() -> Doc {
    let text = "An empty one, unless `cascade` is given.";
    let doc = Doc::new("deleteSchema", Tag::Tables, "Drop a schema", text)
        .gone_or_preview("DROP SCHEMA \"sales\"")
        .problems(&[Code::SchemaNotFound]);
    with_cascade(with_change(doc, "DROP SCHEMA"))
}
