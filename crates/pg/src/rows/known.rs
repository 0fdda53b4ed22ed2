//! What was found out about a relation before, and how it is made sure that it still holds.
//!
//! Describing a relation takes longer than most of what is done with its rows. So descriptions are kept, and nothing of
//! one is used before `rows/check.sql` has said, in the very transaction and under the lock, that it is as it was:
//!
//! - by the token, which is the same only while nothing at all was committed on the server. Then columns are what they
//!   were, and `rows/trust.sql` would find what it found;
//! - else by the stamp, the versions of all rows of the catalog that the description was read from. Then the columns are
//!   what they were; whose code would run is asked anew, for that hangs on too much else.
//!
//! Numbers of transactions can come again after a crash, a restore or a change of servers. Each of these ends all
//! connections; so a connection believes only what was seen while it stood.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures_util::future::{join, join3, join4};

use super::columns::{Described, Order, columns};
use super::open::{Looks, PLANNED, Purpose, Relation, is_elsewhere, locking, relation_of, untrusted};
use crate::error::Error;
use crate::session::{Param, Session};
use crate::stead::Owner;

/// Relations that are remembered.
const MOST: usize = 256;
/// Milliseconds that are waited for a lock while another connection of ours waits for the answer.
const UNTIL_LOCKED: u32 = 100;
/// Columns of one that is.
const MOST_COLUMNS: usize = 400;
/// Oids below belong to PostgreSQL itself: what hangs on those is not noted in `pg_depend`.
const FIRST_OF_OTHERS: u32 = 16384;

/// Descriptions of relations, by database, schema and name.
#[derive(Default)]
pub(crate) struct Descriptions {
    known: Mutex<HashMap<[String; 3], Arc<Known>>>,
    /// The token has moved since it was asked for last: it will have moved the next time.
    moving: AtomicBool,
}

/// A description, and when it held.
#[derive(Clone)]
struct Known {
    /// Before the last look.
    seen: Instant,
    relation: Relation,
    token: Option<String>,
    stamp: Stamp,
    columns: Arc<Vec<Described>>,
    /// The tokens at which nobody else's code would have run for reading, and for changing.
    trusted: [Option<String>; 2],
}

type Stamp = (Option<String>, Vec<Option<String>>);

/// A row of check.sql.
pub(super) struct Checked {
    seen: Instant,
    pub(super) relation: Relation,
    token: Option<String>,
    /// None: the token is what it was.
    stamp: Option<Stamp>,
}

/// Asks for all that a description hangs on. `token` is the one that is known.
pub(super) async fn check(
    session: &Session,
    (schema, table): (&str, &str),
    token: Option<&str>,
    harden: bool,
) -> Result<Option<Checked>, Error> {
    let (doing, seen) = ("looking whether the table is as it was", Instant::now());
    let params = [Param::Text(schema), Param::Text(table), Param::OptText(token), Param::Bool(harden)];
    let Some(row) = session.query_opt(doing, include_str!("check.sql"), &params).await? else {
        return Ok(None);
    };
    let read = || {
        let words: Option<Vec<Option<String>>> = row.try_get(10)?;
        let rows: Option<String> = row.try_get(9)?;
        let stamp = words.map(|words| (rows, words));
        Ok(Checked { seen, relation: relation_of(&row)?, token: row.try_get(8)?, stamp })
    };
    read().map(Some).map_err(|error| Error::shape(doing, error))
}

/// Reads the relation's rows only as a table: see harden.sql.
pub(super) fn hardens(purpose: Purpose, kind: &str) -> bool {
    purpose == Purpose::Read && matches!(kind, "r" | "m")
}

impl Descriptions {
    /// Begins the transaction, locks a relation that is known, and answers it if it is what it was. None: it is not
    /// known, or not as it was; then the session is not in a transaction.
    pub(super) async fn open(
        &self,
        session: &Session,
        database: &str,
        name: (&str, &str),
        (purpose, mode): (Purpose, &str),
    ) -> Result<Option<Looks>, Error> {
        let key = key(database, name);
        let Some(known) = self.find(&key, session) else { return Ok(None) };
        if !known.relation.owner.trusted {
            return Ok(None);
        }
        let words = locking(mode, name);
        let oid = known.relation.oid;
        let along = self.moving.load(Ordering::Relaxed) || !known.is_trusted(purpose);
        let trust = async { if along { untrusted(session, oid, purpose).await.map(Some) } else { Ok(None) } };
        // In one message each, sent without waiting for answers: the server takes them in this order.
        let (begun, checked, asked, planned) = join4(
            session.begin_with("locking the table", &words),
            check(session, name, known.token.as_deref(), hardens(purpose, &known.relation.kind)),
            trust,
            plan_by_values(session),
        )
        .await;
        match begun {
            Err(error) if is_elsewhere(&error) => return self.give_up(session, &key).await,
            other => other?,
        }
        let (checked, mut asked) = (checked?, asked?);
        planned?;
        let Some(checked) = checked.filter(|checked| known.still(checked)) else {
            return self.give_up(session, &key).await;
        };
        let moved = checked.token.is_none() || checked.token != known.token;
        self.moving.store(moved, Ordering::Relaxed);
        if asked.is_none() && moved {
            asked = Some(ask(session, oid, purpose).await?);
        }
        match asked {
            Some(Some(_)) => return self.give_up(session, &key).await,
            Some(None) => self.keep(key, known.looked_at(&checked).trusted_for(purpose)),
            None => {}
        }
        Ok(Some((checked.relation, known.columns.clone())))
    }

    /// Describes a relation that another connection of ours has locked. Answers None where there is none; an error, in
    /// little time, where somebody waits for that lock to go.
    pub(super) async fn read(
        &self,
        session: &Session,
        database: &str,
        name: (&str, &str),
    ) -> Result<Option<Looks>, Error> {
        let key = key(database, name);
        let known = self.find(&key, session);
        let token = known.as_ref().and_then(|known| known.token.as_deref());
        let mode = format!("READ ONLY; SET LOCAL lock_timeout = {UNTIL_LOCKED}; {PLANNED}");
        let (begun, checked) = join(session.begin(&mode), check(session, name, token, false)).await;
        begun?;
        let Some(checked) = checked? else {
            session.roll_back().await?;
            return Ok(None);
        };
        let relation = checked.relation.clone();
        let columns = if let Some(known) = known.filter(|known| known.still(&checked)) {
            self.keep(key, known.looked_at(&checked));
            known.columns.clone()
        } else {
            let columns = Arc::new(columns(session, relation.oid).await?);
            // Where it was known the stamp may be missing: the token was the same, and something else was not.
            self.learn_for(session, (database, name), checked, None, &columns).await?;
            columns
        };
        session.roll_back().await?;
        Ok(Some((relation, columns)))
    }

    /// The owner of a relation that was last seen to belong to an ordinary role.
    pub(super) fn owner(&self, database: &str, name: (&str, &str)) -> Option<Owner> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&key(database, name))
            .map(|known| known.relation.owner.clone())
            .filter(|owner| !owner.trusted)
    }

    pub(super) fn forget(&self, database: &str, name: (&str, &str)) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(database, name));
    }

    /// Keeps a description that was read after `before`, in the same transaction and with `purpose` found to be safe.
    pub(super) async fn learn(
        &self,
        session: &Session,
        database: &str,
        name: (&str, &str),
        before: Checked,
        (purpose, columns): (Purpose, &Arc<Vec<Described>>),
    ) -> Result<(), Error> {
        self.learn_for(session, (database, name), before, Some(purpose), columns).await
    }

    async fn learn_for(
        &self,
        session: &Session,
        (database, name): (&str, (&str, &str)),
        before: Checked,
        purpose: Option<Purpose>,
        columns: &Arc<Vec<Described>>,
    ) -> Result<(), Error> {
        if session.since().is_none() || !may_be_kept(&before.relation, columns) {
            return Ok(());
        }
        // A row's version does not come back: what is the same before and after was the same in between.
        let after = check(session, name, None, false).await?;
        let (Some(after), Some(stamp)) = (after, before.stamp.clone()) else { return Ok(()) };
        if after.stamp.as_ref() != Some(&stamp) || !after.relation.is_like(&before.relation) {
            return Ok(());
        }
        let columns = columns.clone();
        let Checked { seen, relation, token, .. } = before;
        let known = Known { seen, relation, token, stamp, columns, trusted: [None, None] };
        let known = purpose.map_or_else(|| known.clone(), |purpose| known.clone().trusted_for(purpose));
        self.keep(key(database, name), known);
        Ok(())
    }

    fn find(&self, key: &[String; 3], session: &Session) -> Option<Arc<Known>> {
        let since = session.since()?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        known.filter(|known| since <= known.seen)
    }

    fn keep(&self, key: [String; 3], known: Known) {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(&key) {
            let oldest = all.iter().min_by_key(|(_, known)| known.seen).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                all.remove(&oldest);
            }
        }
        all.insert(key, Arc::new(known));
    }

    async fn give_up<T>(&self, session: &Session, key: &[String; 3]) -> Result<Option<T>, Error> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        session.roll_back().await?;
        Ok(None)
    }
}

impl Known {
    fn is_trusted(&self, purpose: Purpose) -> bool {
        let at = &self.trusted[usize::from(purpose != Purpose::Read)];
        at.is_some() && *at == self.token
    }

    fn still(&self, checked: &Checked) -> bool {
        checked.relation.is_like(&self.relation)
            && checked.stamp.as_ref().map_or(checked.token == self.token, |stamp| *stamp == self.stamp)
    }

    /// After it was looked at once more.
    fn looked_at(&self, checked: &Checked) -> Self {
        Self { seen: checked.seen, token: checked.token.clone(), ..self.clone() }
    }

    fn trusted_for(mut self, purpose: Purpose) -> Self {
        self.trusted[usize::from(purpose != Purpose::Read)].clone_from(&self.token);
        self
    }
}

/// Whose code would run, with the plan that is kept for that question.
async fn ask(session: &Session, oid: u32, purpose: Purpose) -> Result<Option<Error>, Error> {
    let (kept, asked, planned) = join3(
        session.execute_unseen("planning once", PLANNED),
        untrusted(session, oid, purpose),
        plan_by_values(session),
    )
    .await;
    kept?;
    planned?;
    asked
}

/// The caller's own statement is planned for its values again.
pub(super) async fn plan_by_values(session: &Session) -> Result<(), Error> {
    session.execute_unseen("planning by values", "SET LOCAL plan_cache_mode TO DEFAULT").await
}

/// Whether the stamp covers all that the description was read from.
fn may_be_kept(relation: &Relation, columns: &[Described]) -> bool {
    let covered = |described: &Described| {
        let built_in = |order: &Order| order.less.starts_with("OPERATOR(pg_catalog.");
        let details = described.column.details.as_ref();
        let labelled = details.is_some_and(|details| details.enum_labels.is_some());
        // The values of an enumeration that lies behind domains of domains are not in it.
        let near = !labelled || described.base_oid == described.column.type_oid;
        near && described.order.as_ref().is_none_or(built_in)
    };
    matches!(relation.kind.as_str(), "r" | "p")
        && relation.oid >= FIRST_OF_OTHERS
        && columns.len() <= MOST_COLUMNS
        && columns.iter().all(covered)
}

fn key(database: &str, (schema, table): (&str, &str)) -> [String; 3] {
    [database, schema, table].map(str::to_owned)
}
