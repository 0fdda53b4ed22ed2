//! Schemas. Their list is `tables::schemas`.

use howdah_types::schemas::{SchemaDetails, SchemaFormData, SchemaUpdateData};

use crate::change::existing::{existing, remove, surroundings};
use crate::change::object::{Doer, Kind, Object};
use crate::change::{self, At, Changed, DropOptions, Plan, comment};
use crate::error::Error;
use crate::ident::{Ident, Literal};
use crate::json::object;
use crate::server::Server;
use crate::session::Param;
use crate::tables::recreate::grants;
use crate::trace::Trace;

/// A schema in full.
pub async fn details(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: &str,
) -> Result<SchemaDetails, Error> {
    let doing = "describing the schema";
    let session = server.session(database, trace).await?;
    let found = Object::find(&session, Kind::Schema, name, name).await?;
    let row = session.query_opt(doing, include_str!("schemas/details.sql"), &[Param::Oid(found.oid)]).await?;
    let row = row.ok_or_else(|| Error::SchemaNotFound(name.to_owned()))?;
    let mut details: SchemaDetails = object(doing, &row, 0)?;
    (details.privileges, details.dependents) = surroundings(&session, &found).await?;
    details.ddl = ddl(&details);
    Ok(details)
}

fn ddl(details: &SchemaDetails) -> Vec<String> {
    let name = Ident(&details.name);
    let mut sql = vec![format!("CREATE SCHEMA {name} AUTHORIZATION {}", Ident(&details.owner))];
    sql.extend(
        details.description.iter().map(|text| format!("COMMENT ON SCHEMA {name} IS {}", Literal(text))),
    );
    let rights =
        details.privileges.iter().flat_map(|list| grants(&format!("SCHEMA {name}"), &details.owner, list));
    sql.extend(rights);
    sql
}

/// Makes a schema, with Howdah's own rights: nothing runs in it yet.
pub async fn create(at: At<'_>, form: &SchemaFormData) -> Result<Changed, Error> {
    crate::tables::not_the_store(at.server, at.database)?;
    let session = at.server.session(at.database, at.trace).await?;
    let own = Doer::role(&session, None).await?;
    // A clear answer where there is no such role.
    Doer::role(&session, form.owner.as_deref()).await?;
    drop(session);
    let name = Ident(&form.name);
    let mut plan = Plan::default();
    let owner = form.owner.as_deref().map(|owner| format!(" AUTHORIZATION {}", Ident(owner)));
    plan.add_free(format!("CREATE SCHEMA {name}{}", owner.unwrap_or_default()));
    if let Some(text) = form.description.as_deref().filter(|text| !text.is_empty()) {
        plan.add_free(comment(&format!("SCHEMA {name}"), text));
    }
    change::change(&at.change(&own, "public"), plan).await
}

/// Changes a schema. With Howdah's own rights: to rename needs more than owning it (CREATE on the database), and nothing
/// of what lies in it runs.
pub async fn update(at: At<'_>, name: &str, data: &SchemaUpdateData) -> Result<Changed, Error> {
    existing(at, Kind::Schema, name, name).await?;
    let session = at.server.session(at.database, at.trace).await?;
    let own = Doer::role(&session, None).await?;
    drop(session);
    let mut plan = Plan::default();
    if let Some(text) = &data.description {
        plan.add_free(comment(&format!("SCHEMA {}", Ident(name)), text));
    }
    let mut now = name;
    if let Some(new) = data.name.as_deref().filter(|new| *new != name) {
        let statement = plan.add_free(format!("ALTER SCHEMA {} RENAME TO {}", Ident(name), Ident(new)));
        let message = "Functions and clients that use the old name break.";
        statement.warnings.push(change::warning("breaksClients", message));
        now = new;
    }
    if let Some(owner) = &data.owner {
        plan.add_free(format!("ALTER SCHEMA {} OWNER TO {}", Ident(now), Ident(owner)));
    }
    change::change(&at.change(&own, "public"), plan).await
}

/// Drops a schema: an empty one, or with what is in it under `cascade`.
pub async fn delete(at: At<'_>, name: &str, options: DropOptions<'_>) -> Result<Changed, Error> {
    let found = existing(at, Kind::Schema, name, name).await?;
    if name == "information_schema" || name.starts_with("pg_") {
        let what = format!("dropping the schema “{name}” of PostgreSQL itself");
        return Err(Error::Unsupported { what, needs: "another schema".to_owned() });
    }
    remove(at, &found, &format!("DROP SCHEMA {}", Ident(name)), options).await
}
