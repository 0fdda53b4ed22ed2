//! Makes tables.

use std::fmt::Write;

use howdah_types::changes::LockMode;
use howdah_types::table_form::TableFormData;

use super::parts::{Parts, options};
use crate::change::object::Doer;
use crate::change::{self, Change, Changed, NamedAs, Options, Plan, comment, lock, warning};
use crate::error::Error;
use crate::ident::{Ident, Qualified};
use crate::server::Server;
use crate::session::Session;
use crate::trace::Trace;

/// Makes a table with all that the form holds, in one transaction.
pub async fn create(
    server: &Server,
    trace: &Trace,
    database: &str,
    form: &TableFormData,
    given: Options,
) -> Result<Changed, Error> {
    let (doer, plan) = prepare(server, trace, database, form).await?;
    change::change(&making((server, trace, database), form, given, &doer), plan).await
}

/// The same, with the transaction left open.
pub(crate) async fn begin_with(
    server: &Server,
    trace: &Trace,
    database: &str,
    form: &TableFormData,
    given: Options,
) -> Result<Session, Error> {
    let (doer, plan) = prepare(server, trace, database, form).await?;
    change::begin(&making((server, trace, database), form, given, &doer), plan).await
}

fn schema_of(form: &TableFormData) -> &str {
    form.schema.as_deref().unwrap_or("public")
}

fn making<'a>(
    (server, trace, database): (&'a Server, &'a Trace, &'a str),
    form: &'a TableFormData,
    options: Options,
    doer: &'a Doer,
) -> Change<'a> {
    let schema = schema_of(form);
    let locked = Some((schema, form.name.as_str()));
    Change { server, trace, database, options, doer, schema, relation: None, locked }
}

/// With whose rights the table is made, and the statements.
async fn prepare(
    server: &Server,
    trace: &Trace,
    database: &str,
    form: &TableFormData,
) -> Result<(Doer, Plan), Error> {
    super::not_the_store(server, database)?;
    let session = server.session(database, trace).await?;
    super::schema_must_exist(&session, schema_of(form)).await?;
    let doer = Doer::role(&session, form.owner.as_deref()).await?;
    drop(session);
    let own = form.owner.as_deref().is_none_or(|_| !doer.owner.trusted);
    let plan = plan(form, schema_of(form), server.version().await?, !own)?;
    Ok((doer, plan))
}

/// `give`: the table is made with Howdah's own rights and then given to the owner.
fn plan(form: &TableFormData, schema: &str, version: i32, give: bool) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    let name = Qualified(schema, &form.name);
    let mut parts = Parts { version, pieces: &mut plan.pieces };
    let mut sql = format!("CREATE {}TABLE {name}", if form.unlogged { "UNLOGGED " } else { "" });
    let mut lines = lines(form, schema, &mut parts)?;
    let mut locks = Vec::new();
    let mut named = Vec::new();
    if let Some(of) = &form.partition_of {
        let parent = (of.schema.as_deref().unwrap_or(schema), of.table.as_str());
        let _ = write!(sql, " PARTITION OF {}", Qualified(parent.0, parent.1));
        locks.push(lock(parent, LockMode::AccessExclusive));
        named.push((parent, NamedAs::Parent));
    }
    if !lines.is_empty() {
        let _ = write!(sql, " (\n    {}\n)", std::mem::take(&mut lines).join(",\n    "));
    } else if form.partition_of.is_none() {
        sql.push_str(" ()");
    }
    if let Some(of) = &form.partition_of {
        let _ = write!(sql, " {}", parts.bound(&of.bound));
    }
    let parents: Vec<_> = form
        .inherits
        .iter()
        .map(|parent| {
            let parent = (parent.schema.as_deref().unwrap_or(schema), parent.name.as_str());
            locks.push(lock(parent, LockMode::ShareUpdateExclusive));
            named.push((parent, NamedAs::Parent));
            Qualified(parent.0, parent.1).to_string()
        })
        .collect();
    if !parents.is_empty() {
        let _ = write!(sql, " INHERITS ({})", parents.join(", "));
    }
    if let Some(by) = &form.partition_by {
        let _ = write!(sql, " {}", parts.partition_by(by));
    }
    options(&form.options, &mut sql);
    if let Some(tablespace) = &form.tablespace {
        let _ = write!(sql, " TABLESPACE {}", Ident(tablespace));
    }
    for key in &form.foreign_keys {
        let other = (key.references_schema.as_deref().unwrap_or(schema), key.references_table.as_str());
        if other != (schema, form.name.as_str()) {
            locks.push(lock(other, LockMode::ShareRowExclusive));
            named.push((other, NamedAs::Referenced));
        }
    }
    let mut more = Vec::new();
    for (number, index) in form.indexes.iter().enumerate() {
        more.push(parts.index(&format!("indexes[{number}]"), index, (schema, &form.name), false)?);
        if let (Some(index_name), Some(text)) = (&index.name, &index.description) {
            more.push(comment(&format!("INDEX {}", Qualified(schema, index_name)), text));
        }
    }
    for (name, named_as) in named {
        plan.name(name, named_as);
    }
    let waits = !locks.is_empty();
    let statement = plan.add(sql, locks);
    if waits {
        let message =
            "Waits for those who write to the tables it refers to, and keeps writes out until the commit.";
        statement.warnings.push(warning("blocksWrites", message));
    }
    more.extend(comments(form, schema));
    for sql in more {
        plan.add_free(sql);
    }
    if let Some(owner) = form.owner.as_deref().filter(|_| give) {
        plan.add_free(format!("ALTER TABLE {name} OWNER TO {}", Ident(owner)));
    }
    Ok(plan)
}

fn lines(form: &TableFormData, schema: &str, parts: &mut Parts<'_>) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    for (number, column) in form.columns.iter().enumerate() {
        lines.push(parts.column(&format!("columns[{number}]"), column)?);
    }
    if let Some(key) = &form.primary_key {
        lines.push(parts.key(key, "PRIMARY KEY")?);
    }
    for key in &form.unique {
        lines.push(parts.key(key, "UNIQUE")?);
    }
    for (number, check) in form.checks.iter().enumerate() {
        lines.push(parts.check(&format!("checks[{number}]"), check));
    }
    for key in &form.foreign_keys {
        lines.push(parts.foreign_key(key, schema)?);
    }
    Ok(lines)
}

fn comments(form: &TableFormData, schema: &str) -> Vec<String> {
    let name = Qualified(schema, &form.name);
    let of_table = form.description.iter().map(|text| comment(&format!("TABLE {name}"), text));
    let of_columns = form.columns.iter().filter_map(|column| {
        let text = column.description.as_ref()?;
        Some(comment(&format!("COLUMN {name}.{}", Ident(&column.name)), text))
    });
    of_table.chain(of_columns).collect()
}
