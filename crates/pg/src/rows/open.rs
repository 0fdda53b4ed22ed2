//! Opens a relation for reading or changing its rows: with whose rights, and what it looks like.
//!
//! Reading and writing run code that stands in the database. What belongs to an ordinary role is opened in its owner's
//! stead (`crate::stead`): that code can do what the owner could have done without us. What belongs to a superuser or to
//! our own role is opened on Howdah's own connection, after `rows/trust.sql` has found all that would run; if any of it
//! belongs to somebody else, nothing is run: [`Error::UntrustedView`].
//!
//! What remains: between the look and the statement (one round trip), somebody who may plant a trigger or an index on a
//! superuser's table can do so; PostgreSQL has no lock against it that leaves others alone. Reads are read-only all the
//! same.

use howdah_types::databases::Protection;
use howdah_types::rows::Column;
use tokio_postgres::Row;

use crate::error::Error;
use crate::ident::Qualified;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::stead::Owner;
use crate::tables::schema_must_exist;
use crate::trace::Trace;

/// What the relation is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Change,
}

/// A relation in a transaction that is open for it; rolled back unless the session is told to commit.
pub(super) struct Opened {
    pub(super) session: Session,
    pub(super) oid: u32,
    /// `pg_class.relkind`.
    pub(super) kind: String,
    /// The planner's estimate of its rows.
    pub(super) estimate: Option<i64>,
    pub(super) time_zone: String,
    pub(super) columns: Vec<Described>,
}

/// A column and how its values are written.
pub(super) struct Described {
    pub(super) column: Column,
    /// Of a domain the type below it.
    pub(super) base_oid: u32,
    /// Where it stands in the primary key.
    pub(super) key: Option<i32>,
    /// Its values have no fixed length: they may be too long for a cell.
    pub(super) variable: bool,
}

/// A row of relation.sql.
struct Relation {
    oid: u32,
    kind: String,
    estimate: Option<i64>,
    time_zone: String,
    owner: Owner,
}

/// Begins the transaction, makes sure that nobody else's code gets our rights, and describes the columns. `name` is
/// schema and relation.
pub(super) async fn open(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: (&str, &str),
    purpose: Purpose,
) -> Result<Opened, Error> {
    match open_once(server, trace, database, name, purpose).await {
        // A pooler lost our prepared statements, and the transaction with them; now the session does without.
        Err(error) if matches!(error.sqlstate(), Some("26000" | "42P05")) => {
            open_once(server, trace, database, name, purpose).await
        }
        opened => opened,
    }
}

async fn open_once(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: (&str, &str),
    purpose: Purpose,
) -> Result<Opened, Error> {
    // It holds password hashes and the audit log, for which reading rows is not permission enough.
    if server.protection(database) == Some(Protection::Store) {
        return Err(Error::Protected { name: database.to_owned(), protection: Protection::Store });
    }
    let mode = if purpose == Purpose::Read { "READ ONLY" } else { "READ WRITE" };
    let mut session = server.session(database, trace).await?;
    session.begin(mode).await?;
    let found = relation(&session, name).await?;
    if !found.owner.trusted {
        session.roll_back().await?;
        session = in_stead(server, trace, database, &found.owner, name.1).await?;
        session.begin(mode).await?;
    }
    lock(&session, &found, name).await?;
    if found.owner.trusted {
        must_be_trusted(&session, found.oid, purpose).await?;
        if purpose == Purpose::Read && matches!(found.kind.as_str(), "r" | "m") {
            session.query("refusing views", include_str!("harden.sql"), &[]).await?;
        }
    }
    let mut columns = columns(&session, found.oid).await?;
    for described in &mut columns {
        described.column.table_oid = Some(found.oid);
    }
    let Relation { oid, kind, estimate, time_zone, .. } = found;
    Ok(Opened { session, oid, kind, estimate, time_zone, columns })
}

/// A server that lets us make no stand-in, or does not let it sign in, shows no more than what is trusted.
async fn in_stead(
    server: &Server,
    trace: &Trace,
    database: &str,
    owner: &Owner,
    table: &str,
) -> Result<Session, Error> {
    match server.acting_for(owner, database, trace).await {
        Err(error @ Error::StandIn { .. }) => {
            tracing::info!(owner = owner.name, %error, "no stand-in for an owner");
            Err(Error::UntrustedView { view: format!("“{table}”"), role: owner.name.clone() })
        }
        other => other,
    }
}

/// While we hold it, nobody replaces the view or puts another relation in its place.
async fn lock(session: &Session, found: &Relation, name: (&str, &str)) -> Result<(), Error> {
    if matches!(found.kind.as_str(), "r" | "p" | "v") {
        let sql = format!("LOCK TABLE {} IN ACCESS SHARE MODE", Qualified(name.0, name.1));
        session.execute("locking the table", &sql).await.map_err(|error| gone(error, name.1))?;
    }
    let now = relation(session, name).await?;
    if now.oid == found.oid && now.owner == found.owner {
        Ok(())
    } else {
        Err(Error::TableNotFound(name.1.to_owned()))
    }
}

fn gone(error: Error, table: &str) -> Error {
    if error.sqlstate() == Some("42P01") { Error::TableNotFound(table.to_owned()) } else { error }
}

async fn must_be_trusted(session: &Session, oid: u32, purpose: Purpose) -> Result<(), Error> {
    let doing = "looking whose code this would run";
    let params = [Param::Oid(oid), Param::Bool(purpose == Purpose::Change)];
    let Some(row) = session.query_opt(doing, include_str!("trust.sql"), &params).await? else {
        return Ok(());
    };
    let shape = |error| Error::shape(doing, error);
    Err(Error::UntrustedView { view: row.try_get(0).map_err(shape)?, role: row.try_get(1).map_err(shape)? })
}

/// [`Error::UntrustedView`] where changing the relation's rows or structure would run code of somebody else.
pub(crate) async fn must_be_trusted_to_change(session: &Session, oid: u32) -> Result<(), Error> {
    must_be_trusted(session, oid, Purpose::Change).await
}

async fn relation(session: &Session, (schema, table): (&str, &str)) -> Result<Relation, Error> {
    let doing = "looking for the table";
    let params = [Param::Text(schema), Param::Text(table)];
    let Some(row) = session.query_opt(doing, include_str!("relation.sql"), &params).await? else {
        schema_must_exist(session, schema).await?;
        return Err(Error::TableNotFound(table.to_owned()));
    };
    let read = || {
        let owner = Owner { oid: row.try_get(4)?, name: row.try_get(5)?, trusted: row.try_get(6)? };
        Ok(Relation {
            oid: row.try_get(0)?,
            kind: row.try_get(1)?,
            estimate: row.try_get(2)?,
            time_zone: row.try_get(3)?,
            owner,
        })
    };
    read().map_err(|error| Error::shape(doing, error))
}

async fn columns(session: &Session, oid: u32) -> Result<Vec<Described>, Error> {
    let doing = "describing columns";
    let rows = session.query(doing, include_str!("columns.sql"), &[Param::Oid(oid)]).await?;
    let read = |row: &Row| {
        let key: Option<i32> = row.try_get(5)?;
        let column = Column {
            name: row.try_get(0)?,
            type_name: row.try_get(1)?,
            type_oid: row.try_get(2)?,
            table_oid: None,
            attribute_number: Some(row.try_get(3)?),
            nullable: row.try_get(4)?,
            primary_key: key.is_some(),
            description: row.try_get(6)?,
        };
        Ok(Described { column, base_oid: row.try_get(7)?, key, variable: row.try_get(8)? })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}
