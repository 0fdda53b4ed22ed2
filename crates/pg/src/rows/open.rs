//! Opens a relation for reading or changing its rows: with whose rights, and what it looks like.
//!
//! Reading and writing run code that stands in the database. What belongs to an ordinary role is opened in its owner's
//! stead (`crate::stead`): that code can do what the owner could have done without us. What belongs to a superuser or to
//! our own role is opened on Howdah's own connection, after `crate::trust` has found all that would run; if any of it
//! belongs to somebody else, nothing is run: [`Error::UntrustedCode`].
//!
//! What remains: between the look and the statement (one round trip), somebody who may plant a trigger or an index on a
//! superuser's table can do so; PostgreSQL has no lock against it that leaves others alone. Reads are read-only all the
//! same.

use std::sync::Arc;

use howdah_types::databases::Protection;
use tokio_postgres::Row;

use super::bound::Bound;
use super::columns::{Described, columns};
use super::known::{check, hardens, plan_by_values};
use crate::error::Error;
use crate::ident::Qualified;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::stead::Owner;
use crate::tables::schema_must_exist;
use crate::trace::Trace;
use crate::trust::Look;

/// What the relation is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Change,
    /// Changing what a condition of the caller's own selects: it is read in a sealed part of the transaction, and what is
    /// changed must still be what was read.
    ChangeSelected,
}

/// A relation in a transaction that is open for it; rolled back unless the session is told to commit.
pub(super) struct Opened {
    pub(super) session: Session,
    pub(super) oid: u32,
    /// `pg_class.relkind`.
    pub(super) kind: String,
    /// Its rows lie in several tables: partitions, or children by inheritance.
    pub(super) spread: bool,
    /// The planner's estimate of its rows.
    pub(super) estimate: Option<i64>,
    pub(super) time_zone: String,
    /// Whose rights the session has; Howdah's own where the owner is trusted.
    pub(super) owner: Owner,
    pub(super) columns: Arc<Vec<Described>>,
}

/// A row of relation.sql.
#[derive(Clone)]
pub(super) struct Relation {
    pub(super) oid: u32,
    pub(super) kind: String,
    spread: bool,
    estimate: Option<i64>,
    time_zone: String,
    pub(super) owner: Owner,
}

impl Relation {
    /// The same relation with the same owner, and of the same kind.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.oid, &self.kind, self.spread, &self.owner)
            == (other.oid, &other.kind, other.spread, &other.owner)
    }
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
    let mode = match purpose {
        Purpose::Read => "READ ONLY",
        // Whoever edits does not wait long for somebody else's lock.
        Purpose::Change => "READ WRITE; SET LOCAL lock_timeout = '3s'",
        Purpose::ChangeSelected => {
            "ISOLATION LEVEL REPEATABLE READ READ WRITE; SET LOCAL lock_timeout = '3s'"
        }
    };
    let at = At { server, trace, database, name };
    if let Some(owner) = server.descriptions().owner(database, name)
        && let Some(opened) = at.known_in_stead(&owner, mode).await?
    {
        return Ok(opened);
    }
    let planned = format!("{mode}; {PLANNED}");
    let session = server.session(database, trace).await?;
    if let Some((found, columns)) =
        server.descriptions().open(&session, database, name, (purpose, &planned)).await?
    {
        return Ok(found.opened(session, columns));
    }
    session.begin(&planned).await?;
    let found = relation(&session, name).await?;
    if !found.owner.trusted {
        session.roll_back().await?;
        // Not held while the other is waited for.
        drop(session);
        let session = in_stead(server, trace, database, &found.owner, name.1).await?;
        session.begin(mode).await?;
        return at.opened_in_stead(session, found).await;
    }
    lock(&session, &found, name).await?;
    let checked = check(&session, name, None, hardens(purpose, &found.kind)).await?;
    let Some(checked) = checked else { return Err(Error::TableNotFound(name.1.to_owned())) };
    let found = must_still_be(checked.relation.clone(), &found, name)?;
    must_be_trusted(&session, found.oid, purpose).await?;
    let columns = Arc::new(columns(&session, found.oid).await?);
    server.descriptions().learn(&session, database, name, checked, (purpose, &columns)).await?;
    plan_by_values(&session).await?;
    Ok(found.opened(session, columns))
}

/// Our fixed statements would be planned anew each time, which takes longer than running them. The caller's own
/// statement is planned for its values again.
pub(super) const PLANNED: &str = "SET LOCAL plan_cache_mode = force_generic_plan";

/// A relation and its columns.
pub(super) type Looks = (Relation, Arc<Vec<Described>>);

/// What is opened, and by which request.
struct At<'a> {
    server: &'a Server,
    trace: &'a Trace,
    database: &'a str,
    name: (&'a str, &'a str),
}

impl At<'_> {
    /// What belonged to an ordinary role the last time; None where that does not hold any more.
    async fn known_in_stead(&self, owner: &Owner, mode: &str) -> Result<Option<Opened>, Error> {
        let Self { server, trace, database, name } = self;
        let session = match in_stead(server, trace, database, owner, name.1).await {
            Ok(session) => session,
            // The usual way says what is wrong, and whether it still is.
            Err(Error::UntrustedCode { .. } | Error::Sql { .. }) => {
                server.descriptions().forget(database, *name);
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if let Err(error) = session.begin_with("locking the table", &locking(mode, *name)).await {
            if !is_elsewhere(&error) && error.sqlstate() != Some("42501") {
                return Err(error);
            }
            server.descriptions().forget(database, *name);
            session.roll_back().await?;
            return Ok(None);
        }
        match self.described(&session).await? {
            Some((found, columns)) if found.owner == *owner => Ok(Some(found.opened(session, columns))),
            _ => {
                server.descriptions().forget(database, *name);
                session.roll_back().await?;
                Ok(None)
            }
        }
    }

    /// In the stead of an owner, in a transaction.
    async fn opened_in_stead(&self, session: Session, found: Relation) -> Result<Opened, Error> {
        lock(&session, &found, self.name).await?;
        // The catalogs are asked on our own connection, where these statements need no planning.
        let (now, columns) = match found.kind.as_str() {
            "r" | "p" | "v" => self.described(&session).await?.ok_or_else(|| self.is_gone())?,
            _ => self.described_by(&session).await?,
        };
        Ok(must_still_be(now, &found, self.name)?.opened(session, columns))
    }

    /// What the relation looks like, asked on our own connection while `holder` has it locked.
    async fn described(&self, holder: &Session) -> Result<Option<Looks>, Error> {
        let session = self.server.session(self.database, self.trace).await?;
        match self.server.descriptions().read(&session, self.database, self.name).await {
            // Somebody waits to change the relation, and our own connection would wait behind him, who waits for the
            // holder: PostgreSQL cannot see that the two of us belong together.
            Err(error) if error.sqlstate() == Some("55P03") => self.described_by(holder).await.map(Some),
            other => other,
        }
    }

    async fn described_by(&self, session: &Session) -> Result<Looks, Error> {
        let now = relation(session, self.name).await?;
        let columns = columns(session, now.oid).await?;
        Ok((now, Arc::new(columns)))
    }

    fn is_gone(&self) -> Error {
        Error::TableNotFound(self.name.1.to_owned())
    }
}

/// The same for a relation that was made in this transaction, with the session's own rights.
pub(super) async fn open_made(session: Session, name: (&str, &str)) -> Result<Opened, Error> {
    let found = relation(&session, name).await?;
    if found.owner.trusted {
        must_be_trusted(&session, found.oid, Purpose::Change).await?;
    }
    let columns = Arc::new(columns(&session, found.oid).await?);
    Ok(found.opened(session, columns))
}

impl Relation {
    fn opened(self, session: Session, columns: Arc<Vec<Described>>) -> Opened {
        let Self { oid, kind, spread, estimate, time_zone, owner } = self;
        Opened { session, oid, kind, spread, estimate, time_zone, owner, columns }
    }
}

impl Opened {
    /// Values that the caller gives are read by their types, which may be domains with checks of somebody else's: to be
    /// called before such values are sent.
    pub(super) async fn may_read(&self, bound: &Bound<'_>) -> Result<(), Error> {
        if self.owner.trusted && bound.runs_code() {
            must_be_trusted(&self.session, self.oid, Purpose::Change).await?;
        }
        Ok(())
    }
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
            Err(Error::UntrustedCode { what: format!("“{table}” ({error})"), role: owner.name.clone() })
        }
        other => other,
    }
}

/// How a relation is locked, behind the words that begin the transaction.
pub(super) fn locking(mode: &str, name: (&str, &str)) -> String {
    let lock = format!("LOCK TABLE {} IN ACCESS SHARE MODE", Qualified(name.0, name.1));
    if mode.is_empty() { lock } else { format!("{mode}; {lock}") }
}

/// While we hold it, nobody replaces the view or puts another relation in its place.
async fn lock(session: &Session, found: &Relation, name: (&str, &str)) -> Result<(), Error> {
    if matches!(found.kind.as_str(), "r" | "p" | "v") {
        let sql = locking("", name);
        session.execute("locking the table", &sql).await.map_err(|error| gone(error, name.1))?;
    }
    Ok(())
}

fn must_still_be(now: Relation, found: &Relation, name: (&str, &str)) -> Result<Relation, Error> {
    if now.oid == found.oid && now.owner == found.owner {
        Ok(now)
    } else {
        Err(Error::TableNotFound(name.1.to_owned()))
    }
}

/// There is no such table, no such schema, or it is no table that could be locked.
pub(super) fn is_elsewhere(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("42P01" | "3F000" | "42809"))
}

fn gone(error: Error, table: &str) -> Error {
    if error.sqlstate() == Some("42P01") { Error::TableNotFound(table.to_owned()) } else { error }
}

async fn must_be_trusted(session: &Session, oid: u32, purpose: Purpose) -> Result<(), Error> {
    untrusted(session, oid, purpose).await?.map_or(Ok(()), Err)
}

/// [`Error::UntrustedCode`] where something of somebody else's would run.
pub(super) async fn untrusted(session: &Session, oid: u32, purpose: Purpose) -> Result<Option<Error>, Error> {
    let oid = [oid];
    let look = match purpose {
        Purpose::Read => Look { read: &oid, ..Look::default() },
        Purpose::Change | Purpose::ChangeSelected => Look { changed: &oid, ..Look::default() },
    };
    match look.must_be_trusted(session).await {
        Ok(()) => Ok(None),
        Err(error @ Error::UntrustedCode { .. }) => Ok(Some(error)),
        Err(error) => Err(error),
    }
}

async fn relation(session: &Session, (schema, table): (&str, &str)) -> Result<Relation, Error> {
    let doing = "looking for the table";
    let params = [Param::Text(schema), Param::Text(table)];
    let Some(row) = session.query_opt(doing, include_str!("relation.sql"), &params).await? else {
        schema_must_exist(session, schema).await?;
        return Err(Error::TableNotFound(table.to_owned()));
    };
    relation_of(&row).map_err(|error| Error::shape(doing, error))
}

/// From the first columns of relation.sql or check.sql.
pub(super) fn relation_of(row: &Row) -> Result<Relation, tokio_postgres::Error> {
    let owner = Owner { oid: row.try_get(4)?, name: row.try_get(5)?, trusted: row.try_get(6)? };
    Ok(Relation {
        oid: row.try_get(0)?,
        kind: row.try_get(1)?,
        spread: row.try_get(7)?,
        estimate: row.try_get(2)?,
        time_zone: row.try_get(3)?,
        owner,
    })
}
