//! Databases: `/api/database`.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Json;
use howdah_pg::databases;
use howdah_store::accounts;
use howdah_types::databases::{
    Connection, Database, DatabaseFormData, DatabaseUpdateData, Preview, Protection, Sizes,
};
use howdah_types::problem::Code;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use crate::audited::audited;
use crate::events::publish::databases_changed;
use crate::examples;
use crate::extract::access::{DatabaseCreate, DatabaseDelete, DatabaseRead, DatabaseUpdate};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, Path, Query, in_path};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, in_body, of_rename};

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    sizes: Sizes,
}

/// `?dryRun=true`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeQuery {
    #[serde(default)]
    dry_run: bool,
}

fn preview(statements: Vec<String>) -> HttpResponse {
    HttpResponse::Ok().json(Preview { statements })
}

fn with_preview(doc: Doc, statement: &str) -> Doc {
    let text = "Answer the statements that would be sent, and do nothing.";
    doc.query("dryRun", text, json!({ "type": "boolean", "default": false }), json!(false)).description_more(
        &format!(
            " With `?dryRun=true` the answer is a `Preview` with status 200, for example `{statement}`."
        ),
    )
}

/// Nothing would be sent for a protected database: it is refused before.
fn not_protected(protection: Option<Protection>, name: &str) -> Result<(), Failure> {
    let name = name.to_owned();
    protection.map_or(Ok(()), |protection| Err(howdah_pg::Error::Protected { name, protection }.into()))
}

pub(crate) async fn list(actor: Actor<DatabaseRead>, query: Query<ListQuery>) -> Answer<Vec<Database>> {
    let mut list = databases::list(actor.server(), actor.trace(), query.0.sizes).await?;
    list.retain(|database| actor.sees(&database.name));
    Ok(Json(list))
}

pub(crate) fn list_doc() -> Doc {
    let text = "All of the server’s databases that the account may see. Sizes can be slow: those that are not known \
        within a short time are null and follow as the event `databaseSizes`, unless one waits for them. The list does \
        not fail because one database may not be read.";
    Doc::new("listDatabases", Tag::Databases, "List databases", text)
        .list("The databases, by name.", &[examples::database()])
        .query(
            "sizes",
            "`wait` waits for all sizes.",
            json!({ "$ref": "#/components/schemas/Sizes" }),
            json!("quick"),
        )
        .mentions::<Sizes>()
}

pub(crate) async fn create(
    actor: Actor<DatabaseCreate>,
    query: Query<ChangeQuery>,
    body: ValidJson<DatabaseFormData>,
) -> Result<HttpResponse, Failure> {
    let data = body.0;
    actor.may_make(&data.name)?;
    if let Some(template) = data.template.as_deref().filter(|template| !is_standard_template(template)) {
        actor.may_copy(template)?;
    }
    let (server, trace) = (actor.server(), actor.trace());
    if query.0.dry_run {
        actor.changes_nothing();
        return Ok(preview(databases::preview_create(&data, server.version().await?)?));
    }
    let work = async {
        databases::create(server, trace, &data).await.map_err(|error| in_body(error, &form_fields(&data)))
    };
    let database = audited(&actor, Some(&data.name), Some(json!(data)), work).await?;
    databases_changed(actor.store(), &[&database.name]).await;
    let location = format!("/api/database/{}", in_path(&database.name));
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(database))
}

/// Empty databases that everybody may make new ones of.
fn is_standard_template(name: &str) -> bool {
    name == "template0" || name == "template1"
}

/// Most telling first: the name of the database is quoted by many messages.
fn form_fields(data: &DatabaseFormData) -> [(&'static str, Option<&str>); 6] {
    [
        ("owner", data.owner.as_deref()),
        ("tablespace", data.tablespace.as_deref()),
        ("template", data.template.as_deref()),
        ("collation", data.collation.as_deref()),
        ("encoding", data.encoding.as_deref()),
        ("name", Some(&data.name)),
    ]
}

pub(crate) fn create_doc() -> Doc {
    let text = "What is left out is PostgreSQL’s default. Nothing stays where a part of it fails. An account that is \
        limited to certain databases can make only those.";
    let doc = Doc::new("createDatabase", Tag::Databases, "Create a database", text)
        .body(&examples::database_form())
        .answer(201, "The database.", &examples::database())
        .header("Location", "The address of the new database.")
        .answer(200, "With `dryRun`: what would be sent.", &examples::preview("CREATE DATABASE \"shop\""))
        .problems(&[Code::DatabaseExists, Code::DatabaseInUse]);
    with_preview(doc, "CREATE DATABASE \"shop\"")
}

pub(crate) async fn read(actor: Actor<DatabaseRead>, path: Path<DatabasePath>) -> Answer<Database> {
    Ok(Json(databases::get(actor.server(), actor.trace(), &path.0.name).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "The same object as in the list.";
    Doc::new("getDatabase", Tag::Databases, "Describe a database", text).answer(
        200,
        "The database.",
        &examples::database(),
    )
}

pub(crate) async fn update(
    actor: Actor<DatabaseUpdate>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<DatabaseUpdateData>,
) -> Result<HttpResponse, Failure> {
    let (name, data) = (path.0.name, body.0);
    let renamed = data.name.as_deref().filter(|new| *new != name);
    renamed.map_or(Ok(()), |new| actor.may_make(new))?;
    if query.0.dry_run {
        actor.changes_nothing();
        let known = databases::get(actor.server(), actor.trace(), &name).await?;
        not_protected(known.protection.filter(|_| renamed.is_some()), &name)?;
        return Ok(preview(databases::preview_update(&name, &data)));
    }
    let work = change(&actor, &name, &data, renamed);
    let changed = audited(&actor, Some(&name), Some(json!(data)), work).await;
    // Also after a failure: everything but the rename may have been done.
    let names: Vec<_> = [Some(name.as_str()), renamed].into_iter().flatten().collect();
    databases_changed(actor.store(), &names).await;
    Ok(HttpResponse::Ok().json(changed?))
}

/// Changes the database and, where it was renamed, the limits of accounts that name it.
async fn change(
    actor: &Actor<DatabaseUpdate>,
    name: &str,
    data: &DatabaseUpdateData,
    renamed: Option<&str>,
) -> Result<Database, Failure> {
    let fields = [("owner", data.owner.as_deref()), ("name", data.name.as_deref())];
    let changed = databases::update(actor.server(), actor.trace(), name, data).await;
    let changed = changed.map_err(|error| of_rename(error, &fields))?;
    if let Some(new) = renamed {
        accounts::rename_database_in_scopes(actor.store(), name, new).await?;
    }
    Ok(changed)
}

pub(crate) fn update_doc() -> Doc {
    let text = "What is left out stays. Encoding, collation, provider, template and tablespace are fixed when a database \
        is made: giving one is an error. A rename waits for nobody: while others are connected it is refused. Accounts \
        that are limited to the old name are limited to the new one.";
    let doc = Doc::new("updateDatabase", Tag::Databases, "Change or rename a database", text)
        .body(&examples::database_update())
        .answer(200, "The database as it is now; with `dryRun` a `Preview`.", &examples::database())
        .or_preview("ALTER DATABASE \"shop\" CONNECTION LIMIT 5")
        .problems(&[Code::DatabaseExists, Code::DatabaseInUse, Code::DatabaseProtected, Code::Forbidden]);
    with_preview(doc, "ALTER DATABASE \"shop\" CONNECTION LIMIT 5")
}

pub(crate) async fn delete(
    actor: Actor<DatabaseDelete>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (name, server, trace) = (path.0.name, actor.server(), actor.trace());
    if query.0.dry_run {
        actor.changes_nothing();
        not_protected(databases::get(server, trace, &name).await?.protection, &name)?;
        return Ok(preview(databases::preview_drop(&name)));
    }
    let work = async { Ok(databases::drop(server, trace, &name).await?) };
    audited(&actor, Some(&name), None, work).await?;
    databases_changed(actor.store(), &[&name]).await;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) fn delete_doc() -> Doc {
    let text = "Ends the connections to it first. It cannot be brought back. System databases, the store and the database \
        through which Howdah is connected are protected.";
    let doc = Doc::new("deleteDatabase", Tag::Databases, "Drop a database", text)
        .empty(204, "It is dropped.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &examples::preview("DROP DATABASE \"shop\" WITH (FORCE)"),
        )
        .problems(&[Code::DatabaseProtected, Code::DatabaseInUse]);
    with_preview(doc, "DROP DATABASE \"shop\" WITH (FORCE)")
}

pub(crate) async fn connections(
    actor: Actor<DatabaseRead>,
    path: Path<DatabasePath>,
) -> Answer<Vec<Connection>> {
    Ok(Json(databases::connections(actor.server(), actor.trace(), &path.0.name).await?))
}

pub(crate) fn connections_doc() -> Doc {
    let text = "As in `pg_stat_activity`; what Howdah’s role may not see is null.";
    Doc::new("listConnections", Tag::Databases, "List connections to a database", text)
        .list("The connections now.", &[examples::connection()])
}
