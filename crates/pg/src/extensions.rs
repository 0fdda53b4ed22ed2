//! Extensions.

use std::fmt::Write;

use howdah_types::extensions::{Extension, ExtensionDetails, ExtensionFormData, ExtensionUpdateData};
use serde_json::{Map, Value, json};

use crate::change::existing::{existing, remove, surroundings};
use crate::change::object::{Doer, Kind, Object};
use crate::change::{self, At, Changed, DropOptions, Plan, warning};
use crate::error::Error;
use crate::ident::{Ident, Literal};
use crate::json::{object, objects};
use crate::server::Server;
use crate::session::Param;
use crate::tables::schema_must_exist;
use crate::trace::Trace;
use crate::trust::schema_must_be_trusted;

const LIST: &str = include_str!("extensions/list.sql");

/// Extensions that are installed or could be, by name.
pub async fn list(server: &Server, trace: &Trace, database: &str) -> Result<Vec<Extension>, Error> {
    let doing = "listing extensions";
    let session = server.session(database, trace).await?;
    let rows = session.query(doing, LIST, &[Param::OptText(None)]).await?;
    objects(doing, &rows, 0)
}

/// An extension in full, installed or not.
pub async fn details(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: &str,
) -> Result<ExtensionDetails, Error> {
    let doing = "describing the extension";
    let missing = || Error::ObjectNotFound { kind: "extension", name: name.to_owned() };
    let session = server.session(database, trace).await?;
    let row = session.query_opt(doing, LIST, &[Param::OptText(Some(name))]).await?.ok_or_else(missing)?;
    let extension: Extension = object(doing, &row, 0)?;
    let more = session.query_opt(doing, include_str!("extensions/details.sql"), &[Param::Text(name)]).await?;
    let mut whole: Map<String, Value> = object(doing, &more.ok_or_else(missing)?, 0)?;
    let dependents = if extension.version.is_some() {
        let found = Object::find(&session, Kind::Extension, name, name).await?;
        surroundings(&session, &found).await?.1
    } else {
        Vec::new()
    };
    whole.insert("extension".to_owned(), json!(extension));
    whole.insert("dependents".to_owned(), json!(dependents));
    serde_json::from_value(Value::Object(whole))
        .map_err(|error| Error::Unexpected { doing, source: error.into() })
}

/// Installs an extension, with Howdah's own rights. Its script looks into its schema, so nobody else may have planted
/// functions there (PostgreSQL's documentation of extensions, "Security Considerations").
pub async fn create(at: At<'_>, form: &ExtensionFormData) -> Result<Changed, Error> {
    crate::tables::not_the_store(at.server, at.database)?;
    let session = at.server.session(at.database, at.trace).await?;
    let own = Doer::role(&session, None).await?;
    if let Some(schema) = &form.schema {
        schema_must_exist(&session, schema).await?;
    }
    let schema = form.schema.as_deref().unwrap_or("public");
    schema_must_be_trusted(&session, schema, own.owner.oid).await?;
    drop(session);
    let mut plan = Plan::default();
    // Without a schema of its own it would go into the first of the search path, which is PostgreSQL's own here.
    let mut sql = format!("CREATE EXTENSION {}", Ident(&form.name));
    if let Some(schema) = &form.schema {
        let _ = write!(sql, " SCHEMA {}", Ident(schema));
    }
    if let Some(version) = &form.version {
        let _ = write!(sql, " VERSION {}", Literal(version));
    }
    if form.cascade {
        sql.push_str(" CASCADE");
    }
    plan.pieces.names = form.schema.is_none();
    let message = "Runs the script of the extension, as PostgreSQL’s superuser where it asks for one.";
    plan.add_free(sql).warnings.push(warning("runsCode", message));
    change::change(&at.change(&own, schema), plan).await
}

/// Brings an extension to another version or moves it, with Howdah's own rights.
pub async fn update(at: At<'_>, name: &str, data: &ExtensionUpdateData) -> Result<Changed, Error> {
    let found = existing(at, Kind::Extension, name, name).await?;
    let session = at.server.session(at.database, at.trace).await?;
    let own = Doer::role(&session, None).await?;
    for schema in [Some(&found.schema), data.schema.as_ref()].into_iter().flatten() {
        schema_must_be_trusted(&session, schema, own.owner.oid).await?;
    }
    drop(session);
    let mut plan = Plan::default();
    if let Some(version) = &data.version {
        let to = if version.is_empty() { String::new() } else { format!(" TO {}", Literal(version)) };
        plan.add_free(format!("ALTER EXTENSION {} UPDATE{to}", Ident(name)));
    }
    if let Some(schema) = &data.schema {
        plan.add_free(format!("ALTER EXTENSION {} SET SCHEMA {}", Ident(name), Ident(schema)));
    }
    change::change(&at.change(&own, "public"), plan).await
}

/// Drops an extension with all that belongs to it.
pub async fn delete(at: At<'_>, name: &str, options: DropOptions<'_>) -> Result<Changed, Error> {
    let found = existing(at, Kind::Extension, name, name).await?;
    // It may lie in PostgreSQL's own schema, and yet be no part of PostgreSQL.
    let found = Object { schema: "public".to_owned(), ..found };
    remove(at, &found, &format!("DROP EXTENSION {}", Ident(name)), options).await
}
