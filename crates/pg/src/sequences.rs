//! Sequences.

use std::fmt::Write;

use howdah_types::changes::LockMode;
use howdah_types::sequences::{
    Sequence, SequenceDetails, SequenceFormData, SequenceNumbers, SequenceUpdateData,
};

use crate::change::existing::{existing, remove, surroundings};
use crate::change::object::{Doer, Kind, Object};
use crate::change::{self, At, Change, Changed, DropOptions, Plan, comment, lock, rename_or_move, warning};
use crate::error::Error;
use crate::ident::{Ident, Literal, Qualified};
use crate::json::object;
use crate::listed::{self, ONE, Part};
use crate::server::Server;
use crate::tables::recreate::grants;
use crate::tables::{Page, schema_must_exist};
use crate::trace::Trace;

const LIST: &str = include_str!("sequences/list.sql");

/// Sequences by schema and name.
pub async fn list(
    server: &Server,
    trace: &Trace,
    database: &str,
    part: Part<'_>,
) -> Result<Page<Sequence>, Error> {
    listed::list(server, trace, database, part, ("listing sequences", LIST)).await
}

/// A sequence in full. `name` is schema and sequence.
pub async fn details(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: (&str, &str),
) -> Result<SequenceDetails, Error> {
    let doing = "describing the sequence";
    let session = server.session(database, trace).await?;
    let found = Object::find(&session, Kind::Sequence, name.0, name.1).await?;
    let row = session.query_opt(doing, LIST, &listed::params(ONE, found.oid)).await?;
    let row = row.ok_or_else(|| Error::ObjectNotFound { kind: "sequence", name: name.1.to_owned() })?;
    let sequence: Sequence = object(doing, &row, 2)?;
    let (privileges, dependents) = surroundings(&session, &found).await?;
    let mut ddl = ddl(&sequence);
    let on = format!("SEQUENCE {}", Qualified(name.0, name.1));
    ddl.extend(privileges.iter().flat_map(|list| grants(&on, &sequence.owner, list)));
    Ok(SequenceDetails { sequence, privileges, dependents, ddl })
}

fn ddl(sequence: &Sequence) -> Vec<String> {
    let name = Qualified(&sequence.schema, &sequence.name);
    let Sequence { data_type, start, minimum, maximum, increment, cache, .. } = sequence;
    let mut sql = vec![format!(
        "CREATE SEQUENCE {name} AS {data_type} START WITH {start} INCREMENT BY {increment} MINVALUE {minimum} \
         MAXVALUE {maximum} CACHE {cache}{}",
        if sequence.cycle { " CYCLE" } else { "" }
    )];
    sql.extend(sequence.owned_by.iter().map(|column| format!("ALTER SEQUENCE {name} OWNED BY {column}")));
    sql.extend(
        sequence.description.iter().map(|text| format!("COMMENT ON SEQUENCE {name} IS {}", Literal(text))),
    );
    sql.push(format!("ALTER SEQUENCE {name} OWNER TO {}", Ident(&sequence.owner)));
    sql
}

/// ` AS bigint START WITH 1 …`. The numbers were validated as whole numbers: what is none is left out.
fn numbers(numbers: &SequenceNumbers) -> String {
    let mut sql = String::new();
    if let Some(data_type) = &numbers.data_type {
        let _ = write!(
            sql,
            " AS {}",
            Ident(match data_type.as_str() {
                "smallint" => "int2",
                "integer" => "int4",
                _ => "int8",
            })
        );
    }
    for (word, value) in [
        ("START WITH", &numbers.start),
        ("INCREMENT BY", &numbers.increment),
        ("MINVALUE", &numbers.minimum),
        ("MAXVALUE", &numbers.maximum),
        ("CACHE", &numbers.cache),
    ] {
        match value.as_deref() {
            None => {}
            Some("") => {
                let _ = write!(sql, " NO {word}");
            }
            Some(value) => {
                if let Ok(value) = value.parse::<i64>() {
                    let _ = write!(sql, " {word} {value}");
                }
            }
        }
    }
    match numbers.cycle {
        None => {}
        Some(true) => sql.push_str(" CYCLE"),
        Some(false) => sql.push_str(" NO CYCLE"),
    }
    sql
}

/// Makes a sequence, with the rights of the role that will own it.
pub async fn create(at: At<'_>, form: &SequenceFormData) -> Result<Changed, Error> {
    crate::tables::not_the_store(at.server, at.database)?;
    let schema = form.schema.as_deref().unwrap_or("public");
    let session = at.server.session(at.database, at.trace).await?;
    schema_must_exist(&session, schema).await?;
    let doer = Doer::role(&session, form.owner.as_deref()).await?;
    drop(session);
    let name = Qualified(schema, &form.name);
    let mut plan = Plan::default();
    plan.add_free(format!("CREATE SEQUENCE {name}{}", numbers(&form.numbers)));
    if let Some(text) = form.description.as_deref().filter(|text| !text.is_empty()) {
        plan.add_free(comment(&format!("SEQUENCE {name}"), text));
    }
    if let Some(owner) = form.owner.as_deref().filter(|_| doer.owner.trusted) {
        plan.add_free(format!("ALTER SEQUENCE {name} OWNER TO {}", Ident(owner)));
    }
    change::change(&at.change(&doer, schema), plan).await
}

/// Changes a sequence. `name` is schema and sequence.
pub async fn update(at: At<'_>, name: (&str, &str), data: &SequenceUpdateData) -> Result<Changed, Error> {
    let found = existing(at, Kind::Sequence, name.0, name.1).await?;
    let exclusive = || vec![lock(name, LockMode::ShareRowExclusive)];
    let mut plan = Plan::default();
    let mut changes = numbers(&data.numbers);
    if let Some(next) = data.restart.as_deref().and_then(|next| next.parse::<i64>().ok()) {
        let _ = write!(changes, " RESTART WITH {next}");
    }
    if !changes.is_empty() {
        let statement =
            plan.add(format!("ALTER SEQUENCE {}{changes}", Qualified(name.0, name.1)), exclusive());
        if data.restart.is_some() {
            let message = "Numbers that were given before may be given again, and collide.";
            statement.warnings.push(warning("mayFail", message));
        }
    }
    if let Some(text) = &data.description {
        plan.add_free(comment(&format!("SEQUENCE {}", Qualified(name.0, name.1)), text));
    }
    let (renames, now) = rename_or_move("SEQUENCE", name, data.name.as_deref(), data.schema.as_deref());
    for sql in renames {
        let message = "Defaults follow by themselves; functions and clients that use the old name break.";
        plan.add(sql, exclusive()).warnings.push(warning("breaksClients", message));
    }
    if let Some(owner) = &data.owner {
        let sql = format!("ALTER SEQUENCE {} OWNER TO {}", Qualified(&now.0, &now.1), Ident(owner));
        plan.give(&found.doer.owner, owner, sql, exclusive());
    }
    let change = Change { locked: Some(name), ..at.change(&found.doer, name.0) };
    change::change(&change, plan).await
}

/// Drops a sequence. `name` is schema and sequence.
pub async fn delete(at: At<'_>, name: (&str, &str), options: DropOptions<'_>) -> Result<Changed, Error> {
    let found = existing(at, Kind::Sequence, name.0, name.1).await?;
    remove(at, &found, &format!("DROP SEQUENCE {}", Qualified(name.0, name.1)), options).await
}
