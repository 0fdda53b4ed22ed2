//! Drops tables and views.

use howdah_types::changes::LockMode;

use super::noun_of;
use crate::change::dependents::{Address, PG_CLASS};
use crate::change::object::{Kind, Object};
use crate::change::{self, Change, Changed, Drop, DropOptions, Options, Plan, lock, warning};
use crate::error::Error;
use crate::ident::Qualified;
use crate::server::Server;
use crate::trace::Trace;

/// Drops a table, view, materialized view or foreign table. `name` is schema and relation. Without `cascade` what depends
/// on it keeps it; with it, only the list that was shown may go with it: [`Error::OthersDepend`].
pub async fn delete(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: (&str, &str),
    options: DropOptions<'_>,
    given: Options,
) -> Result<Changed, Error> {
    super::not_the_store(server, database)?;
    let session = server.session(database, trace).await?;
    let found = Object::find(&session, Kind::Relation, name.0, name.1).await?;
    std::mem::drop(session);
    let noun = noun_of(&found.what);
    let sql =
        format!("DROP {noun} {}{}", Qualified(name.0, name.1), if options.cascade { " CASCADE" } else { "" });
    let mut plan = Plan::default();
    let statement = plan.add(sql, vec![lock(name, LockMode::AccessExclusive)]);
    match found.what.as_str() {
        "v" => {}
        "p" => {
            let message = "All of its rows are lost, and all of its partitions go with it.";
            statement.warnings.push(warning("losesData", message));
        }
        "f" => statement
            .warnings
            .push(warning("breaksClients", "The rows stay where they are, on the other server.")),
        _ => statement.warnings.push(warning("losesData", "All of its rows are lost.")),
    }
    let lockable = !matches!(found.what.as_str(), "m" | "f");
    let dropped = Drop {
        of: vec![Address { catalog: PG_CLASS, oid: found.oid, column: 0 }],
        options,
        lock: lockable.then(|| format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", Qualified(name.0, name.1))),
    };
    let change = Change {
        server,
        trace,
        database,
        options: given,
        doer: &found.doer,
        schema: name.0,
        relation: None,
        locked: Some(name),
    };
    change::drop(&change, plan, &dropped).await
}
