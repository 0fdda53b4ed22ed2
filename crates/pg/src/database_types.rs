//! Types of one's own: enums, domains, composites, ranges. Enums can be made and changed.

use howdah_types::database_types::{
    DatabaseType, DatabaseTypeKind, EnumFormData, TypeDetails, TypeUpdateData,
};
use serde_json::{Map, Value, json};

use crate::change::existing::{existing, remove, surroundings};
use crate::change::object::{Doer, Kind, Object};
use crate::change::{self, At, Changed, DropOptions, Plan, comment, rename_or_move, warning};
use crate::error::Error;
use crate::ident::{Ident, Literal, Qualified};
use crate::json::object;
use crate::listed::{self, ONE, Part};
use crate::server::Server;
use crate::tables::recreate::grants;
use crate::tables::{Page, schema_must_exist};
use crate::trace::Trace;

const LIST: &str = include_str!("database_types/list.sql");

/// Types by schema and name.
pub async fn list(
    server: &Server,
    trace: &Trace,
    database: &str,
    part: Part<'_>,
) -> Result<Page<DatabaseType>, Error> {
    listed::list(server, trace, database, part, ("listing types", LIST)).await
}

/// A type in full. `name` is schema and type.
pub async fn details(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: (&str, &str),
) -> Result<TypeDetails, Error> {
    let doing = "describing the type";
    let missing = || Error::ObjectNotFound { kind: "type", name: name.1.to_owned() };
    let session = server.session(database, trace).await?;
    let found = Object::find(&session, Kind::Type, name.0, name.1).await?;
    let row = session.query_opt(doing, LIST, &listed::params(ONE, found.oid)).await?.ok_or_else(missing)?;
    let summary: Value = object(doing, &row, 2)?;
    let mut whole: Map<String, Value> = object(doing, &row, 3)?;
    let (privileges, dependents) = surroundings(&session, &found).await?;
    whole.insert("type".to_owned(), summary);
    whole.insert("privileges".to_owned(), json!(privileges));
    whole.insert("dependents".to_owned(), json!(dependents));
    whole.insert("ddl".to_owned(), json!([]));
    let mut details: TypeDetails = serde_json::from_value(Value::Object(whole))
        .map_err(|error| Error::Unexpected { doing, source: error.into() })?;
    details.ddl = ddl(&details);
    Ok(details)
}

fn ddl(details: &TypeDetails) -> Vec<String> {
    let summary = &details.summary;
    let name = Qualified(&summary.schema, &summary.name);
    let base = summary.base_type.as_deref().unwrap_or_default();
    let collation = details.collation.as_deref().map(|text| format!(" COLLATE {text}")).unwrap_or_default();
    let (noun, make) = match summary.kind {
        DatabaseTypeKind::Enum => {
            ("TYPE", format!("CREATE TYPE {name} AS ENUM ({})", labels(summary.labels.iter().flatten())))
        }
        DatabaseTypeKind::Domain => {
            let default =
                details.default.as_deref().map(|text| format!(" DEFAULT {text}")).unwrap_or_default();
            let not_null = if details.not_null { " NOT NULL" } else { "" };
            let checks: Vec<_> = details
                .checks
                .iter()
                .map(|check| format!("CONSTRAINT {} {}", Ident(&check.name), check.definition))
                .collect();
            let sql =
                format!("CREATE DOMAIN {name} AS {base}{collation}{default}{not_null} {}", checks.join(" "));
            ("DOMAIN", sql.trim_end().to_owned())
        }
        DatabaseTypeKind::Composite => {
            let attributes: Vec<_> = details
                .attributes
                .iter()
                .map(|one| {
                    let collation = one.collation.as_deref().map(|text| format!(" COLLATE {text}"));
                    format!("{} {}{}", Ident(&one.name), one.type_name, collation.unwrap_or_default())
                })
                .collect();
            ("TYPE", format!("CREATE TYPE {name} AS ({})", attributes.join(", ")))
        }
        DatabaseTypeKind::Range => ("TYPE", format!("CREATE TYPE {name} AS RANGE (SUBTYPE = {base})")),
        // Made with its range, or in C: there is no statement of its own.
        DatabaseTypeKind::Multirange | DatabaseTypeKind::Base => return Vec::new(),
    };
    let mut sql = vec![make];
    sql.extend(
        summary.description.iter().map(|text| format!("COMMENT ON {noun} {name} IS {}", Literal(text))),
    );
    sql.push(format!("ALTER {noun} {name} OWNER TO {}", Ident(&summary.owner)));
    sql.extend(
        details.privileges.iter().flat_map(|list| grants(&format!("TYPE {name}"), &summary.owner, list)),
    );
    sql
}

fn labels<'a>(labels: impl Iterator<Item = &'a String>) -> String {
    labels.map(|label| Literal(label).to_string()).collect::<Vec<_>>().join(", ")
}

/// Makes an enum, with the rights of the role that will own it.
pub async fn create(at: At<'_>, form: &EnumFormData) -> Result<Changed, Error> {
    crate::tables::not_the_store(at.server, at.database)?;
    let schema = form.schema.as_deref().unwrap_or("public");
    let session = at.server.session(at.database, at.trace).await?;
    schema_must_exist(&session, schema).await?;
    let doer = Doer::role(&session, form.owner.as_deref()).await?;
    drop(session);
    let name = Qualified(schema, &form.name);
    let mut plan = Plan::default();
    plan.add_free(format!("CREATE TYPE {name} AS ENUM ({})", labels(form.labels.iter())));
    if let Some(text) = form.description.as_deref().filter(|text| !text.is_empty()) {
        plan.add_free(comment(&format!("TYPE {name}"), text));
    }
    if let Some(owner) = form.owner.as_deref().filter(|_| doer.owner.trusted) {
        plan.add_free(format!("ALTER TYPE {name} OWNER TO {}", Ident(owner)));
    }
    change::change(&at.change(&doer, schema), plan).await
}

/// Changes a type; labels only of an enum. `name` is schema and type.
pub async fn update(at: At<'_>, name: (&str, &str), data: &TypeUpdateData) -> Result<Changed, Error> {
    let found = existing(at, Kind::Type, name.0, name.1).await?;
    if found.what != "e" && !(data.rename_labels.is_empty() && data.add_labels.is_empty()) {
        let what = "changing the labels of a type that is no enum".to_owned();
        return Err(Error::Unsupported { what, needs: "an enum".to_owned() });
    }
    let noun = if found.what == "d" { "DOMAIN" } else { "TYPE" };
    let of = Qualified(name.0, name.1);
    let mut plan = Plan::default();
    for rename in &data.rename_labels {
        let (from, to) = (Literal(&rename.from), Literal(&rename.to));
        let statement = plan.add_free(format!("ALTER TYPE {of} RENAME VALUE {from} TO {to}"));
        let message = "Rows show the new label at once; functions and clients that use the old one break.";
        statement.warnings.push(warning("breaksClients", message));
    }
    for new in &data.add_labels {
        let mut sql = format!("ALTER TYPE {of} ADD VALUE {}", Literal(&new.label));
        for (word, near) in [("BEFORE", &new.before), ("AFTER", &new.after)] {
            if let Some(near) = near {
                sql = format!("{sql} {word} {}", Literal(near));
            }
        }
        let statement = plan.add_free(sql);
        statement.warnings.push(warning("forGood", "A label cannot be taken away again."));
    }
    if let Some(text) = &data.description {
        plan.add_free(comment(&format!("{noun} {of}"), text));
    }
    let (renames, now) = rename_or_move(noun, name, data.name.as_deref(), data.schema.as_deref());
    for sql in renames {
        let message = "Columns follow by themselves; functions and clients that use the old name break.";
        plan.add_free(sql).warnings.push(warning("breaksClients", message));
    }
    if let Some(owner) = &data.owner {
        let sql = format!("ALTER {noun} {} OWNER TO {}", Qualified(&now.0, &now.1), Ident(owner));
        plan.give(&found.doer.owner, owner, sql, Vec::new());
    }
    change::change(&at.change(&found.doer, name.0), plan).await
}

/// Drops a type of any kind. `name` is schema and type.
pub async fn delete(at: At<'_>, name: (&str, &str), options: DropOptions<'_>) -> Result<Changed, Error> {
    let found = existing(at, Kind::Type, name.0, name.1).await?;
    let noun = if found.what == "d" { "DOMAIN" } else { "TYPE" };
    remove(at, &found, &format!("DROP {noun} {}", Qualified(name.0, name.1)), options).await
}
