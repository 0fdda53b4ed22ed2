//! Views and materialized views. Their lists, details and drops are those of tables.

use std::fmt::Write;

use howdah_types::changes::LockMode;
use howdah_types::views::{CheckOption, RefreshData, ViewFormData, ViewUpdateData};

use crate::change::existing::existing;
use crate::change::object::{Doer, Kind, Object};
use crate::change::proof::Pieces;
use crate::change::{self, At, Change, Changed, DropOptions, Plan, comment, lock, rename_or_move, warning};
use crate::error::Error;
use crate::ident::{Ident, Qualified};
use crate::tables::{noun_of, schema_must_exist};

/// Makes a view, with the rights of the role that will own it. A materialized view runs its query now.
pub async fn create(at: At<'_>, form: &ViewFormData) -> Result<Changed, Error> {
    crate::tables::not_the_store(at.server, at.database)?;
    let schema = form.schema.as_deref().unwrap_or("public");
    let session = at.server.session(at.database, at.trace).await?;
    schema_must_exist(&session, schema).await?;
    let doer = Doer::role(&session, form.owner.as_deref()).await?;
    drop(session);
    if form.security_invoker && at.server.version().await? < 150_000 {
        let what = "a view with the rights of who reads it".to_owned();
        return Err(Error::Unsupported { what, needs: "PostgreSQL 15 or later".to_owned() });
    }
    let mut plan = Plan::default();
    let noun = noun_of(if form.materialized { "m" } else { "v" });
    let name = Qualified(schema, &form.name);
    let sql = format!("CREATE {noun} {name}{}", definition(form, &mut plan.pieces));
    plan.add_free(sql);
    if form.materialized && !form.without_data {
        // What it reads is known when it is made, and looked at before it is filled.
        plan.filled = Some((plan.statements.len(), (schema.to_owned(), form.name.clone())));
        plan.add_free(format!("REFRESH MATERIALIZED VIEW {name}"));
    }
    if let Some(text) = form.description.as_deref().filter(|text| !text.is_empty()) {
        plan.add_free(comment(&format!("{noun} {name}"), text));
    }
    if let Some(owner) = form.owner.as_deref().filter(|_| doer.owner.trusted) {
        plan.add_free(format!("ALTER {noun} {name} OWNER TO {}", Ident(owner)));
    }
    change::change(&at.change(&doer, schema), plan).await
}

/// ` ("a") WITH (…) AS SELECT …`.
fn definition(form: &ViewFormData, pieces: &mut Pieces) -> String {
    let mut sql = String::new();
    if !form.columns.is_empty() {
        let columns: Vec<_> = form.columns.iter().map(|column| Ident(column).to_string()).collect();
        let _ = write!(sql, " ({})", columns.join(", "));
    }
    let options = [(form.security_barrier, "security_barrier"), (form.security_invoker, "security_invoker")];
    let options: Vec<_> =
        options.iter().filter(|(on, _)| *on).map(|(_, name)| format!("{name} = true")).collect();
    if !options.is_empty() {
        let _ = write!(sql, " WITH ({})", options.join(", "));
    }
    let _ = write!(sql, " AS\n{}", pieces.query("query", &form.query));
    if form.materialized {
        sql.push_str("\nWITH NO DATA");
    }
    match form.check_option {
        None => {}
        Some(CheckOption::Local) => sql.push_str("\nWITH LOCAL CHECK OPTION"),
        Some(CheckOption::Cascaded) => sql.push_str("\nWITH CASCADED CHECK OPTION"),
    }
    sql
}

/// Changes a view. `name` is schema and view.
pub async fn update(at: At<'_>, name: (&str, &str), data: &ViewUpdateData) -> Result<Changed, Error> {
    let found = view(at, name).await?;
    let noun = noun_of(&found.what);
    let exclusive = || vec![lock(name, LockMode::AccessExclusive)];
    let mut plan = Plan::default();
    if let Some(query) = &data.query {
        if found.what == "m" {
            let what = "changing the query of a materialized view".to_owned();
            return Err(Error::Unsupported { what, needs: "dropping it and making it anew".to_owned() });
        }
        let query = plan.pieces.query("query", query);
        let sql = format!("CREATE OR REPLACE VIEW {} AS\n{query}", Qualified(name.0, name.1));
        plan.add(sql, exclusive());
    }
    if let Some(text) = &data.description {
        let on = format!("{noun} {}", Qualified(name.0, name.1));
        plan.add(comment(&on, text), vec![lock(name, LockMode::ShareUpdateExclusive)]);
    }
    let (renames, now) = rename_or_move(noun, name, data.name.as_deref(), data.schema.as_deref());
    for sql in renames {
        let message =
            "Views over it follow by themselves; functions and clients that use the old name break.";
        plan.add(sql, exclusive()).warnings.push(warning("breaksClients", message));
    }
    if let Some(owner) = &data.owner {
        let sql = format!("ALTER {noun} {} OWNER TO {}", Qualified(&now.0, &now.1), Ident(owner));
        plan.give(&found.doer.owner, owner, sql, exclusive());
    }
    change::change(&change_of(at, &found, name), plan).await
}

/// Drops a view. `name` is schema and view.
pub async fn delete(at: At<'_>, name: (&str, &str), options: DropOptions<'_>) -> Result<Changed, Error> {
    view(at, name).await?;
    crate::tables::delete(at.server, at.trace, at.database, name, options, at.options).await
}

/// Fills a materialized view anew, with the rights of its owner.
pub async fn refresh(at: At<'_>, name: (&str, &str), data: &RefreshData) -> Result<Changed, Error> {
    let found = view(at, name).await?;
    if found.what != "m" {
        let what = "refreshing a view that keeps no rows".to_owned();
        return Err(Error::Unsupported { what, needs: "a materialized view".to_owned() });
    }
    let mut plan = Plan { evaluates: true, only_fills: true, ..Plan::default() };
    let (word, mode) = if data.concurrently {
        (" CONCURRENTLY", LockMode::Exclusive)
    } else {
        ("", LockMode::AccessExclusive)
    };
    let sql = format!("REFRESH MATERIALIZED VIEW{word} {}", Qualified(name.0, name.1));
    let statement = plan.add(sql, vec![lock(name, mode)]);
    statement.rewrites = true;
    let message = if data.concurrently {
        "Others can read it meanwhile; it needs a unique index over all rows."
    } else {
        "Nobody reads it meanwhile."
    };
    statement.warnings.push(warning("rewrite", message));
    change::change(&change_of(at, &found, name), plan).await
}

async fn view(at: At<'_>, name: (&str, &str)) -> Result<Object, Error> {
    let found = existing(at, Kind::Relation, name.0, name.1).await?;
    if matches!(found.what.as_str(), "v" | "m") {
        Ok(found)
    } else {
        Err(Error::TableNotFound(name.1.to_owned()))
    }
}

fn change_of<'a>(at: At<'a>, found: &'a Object, name: (&'a str, &'a str)) -> Change<'a> {
    Change { relation: Some(found.oid), locked: Some(name), ..at.change(&found.doer, name.0) }
}
