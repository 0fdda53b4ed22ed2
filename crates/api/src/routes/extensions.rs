//! Extensions: `/api/database/{name}/extensions`.

use actix_web::HttpResponse;
use actix_web::web::Json;
use howdah_pg::extensions;
use howdah_types::extensions::{Extension, ExtensionDetails, ExtensionFormData, ExtensionUpdateData};
use howdah_types::problem::Code;
use serde_json::json;

use super::Answer;
use super::changes::{
    ChangeQuery, Target, changed, created, gone, must_be_possible, with_cascade, with_change,
};
use crate::examples::structure;
use crate::extract::access::{SchemaManage, TableRead};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, ExtensionPath, Path, Query, in_path};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn list(actor: Actor<TableRead>, path: Path<DatabasePath>) -> Answer<Vec<Extension>> {
    Ok(Json(extensions::list(actor.server(), actor.trace(), &path.0.name).await?))
}

pub(crate) fn list_doc() -> Doc {
    let text = "Those that are installed in the database, and those that the server has files of.";
    Doc::new("listExtensions", Tag::Tables, "List extensions", text)
        .list("The extensions, by name.", &[structure::extension()])
}

pub(crate) async fn read(actor: Actor<TableRead>, path: Path<ExtensionPath>) -> Answer<ExtensionDetails> {
    let ExtensionPath { name, extension } = path.0;
    must_be_possible(&[(&extension, Code::ObjectNotFound)])?;
    Ok(Json(extensions::details(actor.server(), actor.trace(), &name, &extension).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text =
        "Also one that is not installed yet. With its versions, what it needs, and what belongs to it.";
    Doc::new("getExtension", Tag::Tables, "Describe an extension", text)
        .answer(200, "The extension.", &structure::extension_details())
        .problems(&[Code::ObjectNotFound])
}

pub(crate) async fn create(
    actor: Actor<SchemaManage>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<ExtensionFormData>,
) -> Result<HttpResponse, Failure> {
    let (database, query, data) = (path.0.name, query.0, body.0);
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: None, name: &data.name };
    let answer = async {
        let details = extensions::details(actor.server(), actor.trace(), &database, &data.name).await?;
        let location = format!("/api/database/{}/extensions/{}", in_path(&database), in_path(&data.name));
        Ok(created(location, &details))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), extensions::create(at, &data), answer).await
}

pub(crate) fn create_doc() -> Doc {
    let text = "Into a schema in which nobody but superusers has functions, for the script of the extension looks there.";
    let doc = Doc::new("createExtension", Tag::Tables, "Install an extension", text)
        .body(&structure::extension_form())
        .answer(201, "The extension.", &structure::extension_details())
        .header("Location", "The address of the extension.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview("CREATE EXTENSION \"pg_trgm\""),
        )
        .problems(&[Code::SchemaNotFound]);
    with_change(doc, "CREATE EXTENSION")
}

pub(crate) async fn update(
    actor: Actor<SchemaManage>,
    path: Path<ExtensionPath>,
    query: Query<ChangeQuery>,
    body: ValidJson<ExtensionUpdateData>,
) -> Result<HttpResponse, Failure> {
    let (ExtensionPath { name: database, extension }, query, data) = (path.0, query.0, body.0);
    must_be_possible(&[(&extension, Code::ObjectNotFound)])?;
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: None, name: &extension };
    let answer = async {
        let details = extensions::details(actor.server(), actor.trace(), &database, &extension).await?;
        Ok(HttpResponse::Ok().json(details))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), extensions::update(at, &extension, &data), answer).await
}

pub(crate) fn update_doc() -> Doc {
    let text = "To another version, or into another schema.";
    let doc = Doc::new("updateExtension", Tag::Tables, "Update or move an extension", text)
        .body(&structure::extension_update())
        .answer(
            200,
            "The extension as it is now; with `dryRun` a `ChangePreview`.",
            &structure::extension_details(),
        )
        .or_change_preview("ALTER EXTENSION \"pg_trgm\" UPDATE")
        .problems(&[Code::ObjectNotFound]);
    with_change(doc, "ALTER EXTENSION … UPDATE")
}

pub(crate) async fn delete(
    actor: Actor<SchemaManage>,
    path: Path<ExtensionPath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (ExtensionPath { name: database, extension }, query) = (path.0, query.0);
    must_be_possible(&[(&extension, Code::ObjectNotFound)])?;
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: None, name: &extension };
    let work = extensions::delete(at, &extension, query.dropping());
    changed(&actor, target, (query.dry_run, query.dropping_detail()), work, gone()).await
}

pub(crate) fn delete_doc() -> Doc {
    let doc = Doc::new("deleteExtension", Tag::Tables, "Drop an extension", "With all that belongs to it.")
        .gone_or_preview("DROP EXTENSION \"pg_trgm\"")
        .problems(&[Code::ObjectNotFound]);
    with_cascade(with_change(doc, "DROP EXTENSION"))
}
