//! Working on what belongs to another role with that role's rights, and no more.
//!
//! Reading a view, changing a row and altering a table run code that stands in the database: functions, triggers,
//! defaults, policies. On Howdah's own connection, often a superuser's, that code would have Howdah's rights. `SET ROLE`
//! is no wall, because the code can say `RESET ROLE`. So Howdah signs in as a stand-in: a login role of its own making,
//! `howdah_as_<oid of the owner>`, that is a member of the owner and of nothing else. Whatever runs there can do what the
//! owner could have done without us.
//!
//! The stand-in's password is random, new for each process, and only in its memory; PostgreSQL is sent a SCRAM verifier.
//! Processes that share a server give it a new one when theirs is not accepted any more.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use rand::Rng;
use tokio_postgres::Row;

use crate::error::Error;
use crate::ident::{Ident, Literal};
use crate::server::Server;
use crate::session::{Lease, Param, Session};
use crate::trace::Trace;

/// How often another process may take the stand-in away between our giving it a password and our signing in.
const TRIES: usize = 3;
const MARK: &str = "Made by Howdah: signs in for the owner of an object, with the owner’s rights only.";

/// A role that owns something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) oid: u32,
    pub(crate) name: String,
    /// A superuser, or the role that Howdah itself signs in as: there is nothing to be protected from, or nobody else
    /// to be.
    pub(crate) trusted: bool,
}

/// A login role that stands in for an owner.
#[derive(Clone)]
pub(crate) struct StandIn {
    /// The oid of the owner.
    pub(crate) owner: u32,
    pub(crate) role: String,
    pub(crate) password: String,
}

/// The stand-ins that this process has given a password.
#[derive(Default)]
pub(crate) struct StandIns {
    made: Mutex<HashMap<u32, StandIn>>,
    /// One at a time: two requests would give the same role two passwords.
    making: tokio::sync::Mutex<()>,
}

impl StandIns {
    fn known(&self, owner: u32) -> Option<StandIn> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&owner).cloned()
    }

    fn keep(&self, stand_in: &StandIn) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.insert(stand_in.owner, stand_in.clone());
    }

    fn forget(&self, stand_in: &StandIn) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.get(&stand_in.owner).is_some_and(|known| known.password == stand_in.password) {
            made.remove(&stand_in.owner);
        }
    }
}

impl Server {
    /// A connection to the database that has the rights of `owner`: our own where the owner is trusted, else one that
    /// its stand-in has signed in on, with the owner as the current role. [`Error::StandIn`] where that is not possible
    /// on this server.
    pub(crate) async fn acting_for(
        &self,
        owner: &Owner,
        database: &str,
        trace: &Trace,
    ) -> Result<Session, Error> {
        if owner.trusted {
            return self.session(database, trace).await;
        }
        let mut tries = 1;
        loop {
            let stand_in = self.stand_in(owner).await?;
            match self.pools().get_in_stead(database, &stand_in, self.is_for_long_work()).await {
                Ok(object) => {
                    let fresh = deadpool_postgres::Object::metrics(&object).recycle_count == 0;
                    let session = self.wrap(Lease::Pooled(object), database, trace).without_prepared();
                    refuse_pooler(&session, &stand_in.role)?;
                    match set_up(&session, owner, &stand_in, fresh).await {
                        Ok(()) => return Ok(session),
                        Err(error @ Error::StandIn { .. }) if tries < TRIES => {
                            tracing::info!(%error, "making a stand-in anew");
                            session.close_at_end();
                            self.pools().forget_stead(owner.oid);
                        }
                        Err(error) => return Err(error),
                    }
                }
                Err(Error::StandIn { .. }) if tries < TRIES => {}
                Err(error) => return Err(error),
            }
            self.stand_ins().forget(&stand_in);
            tries += 1;
        }
    }

    async fn stand_in(&self, owner: &Owner) -> Result<StandIn, Error> {
        if let Some(known) = self.stand_ins().known(owner.oid) {
            return Ok(known);
        }
        let _alone = self.stand_ins().making.lock().await;
        if let Some(known) = self.stand_ins().known(owner.oid) {
            return Ok(known);
        }
        let mut bytes = [0_u8; 32];
        rand::rng().fill_bytes(&mut bytes);
        let role = format!("howdah_as_{}", owner.oid);
        let stand_in = StandIn { owner: owner.oid, role: role.clone(), password: HEXLOWER.encode(&bytes) };
        match self.make(&stand_in, owner).await {
            Ok(()) => {
                self.stand_ins().keep(&stand_in);
                Ok(stand_in)
            }
            Err(error @ (Error::Sql { .. } | Error::Unsupported { .. })) => {
                Err(Error::StandIn { role, source: error.into() })
            }
            Err(error) => Err(error),
        }
    }

    /// Not in the request's trace: the statements hold the verifier.
    async fn make(&self, stand_in: &StandIn, owner: &Owner) -> Result<(), Error> {
        let session = self.maintenance(&Trace::new()).await?;
        refuse_pooler(&session, &stand_in.role)?;
        session.begin("").await?;
        let role = Ident(&stand_in.role);
        let doing = "looking for the stand-in";
        let params = [Param::Text(&stand_in.role), Param::Oid(owner.oid), Param::Text(MARK)];
        let found = session.query_opt(doing, include_str!("stead/find.sql"), &params).await?;
        let read = |row: Row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
        let found = found.map(read).transpose().map_err(|error| Error::shape(doing, error))?;
        let verb = match found {
            None => "CREATE",
            Some(found) => {
                let (ours, more, set_in): (bool, Option<String>, Vec<String>) = found;
                may_stand_in(&stand_in.role, ours, more.as_deref())?;
                // Code that ran in it may have set them; they hold from the next connection on.
                for database in &set_in {
                    let place = if database.is_empty() {
                        String::new()
                    } else {
                        format!(" IN DATABASE {}", Ident(database))
                    };
                    let sql = format!("ALTER ROLE {role}{place} RESET ALL");
                    session.execute("resetting the stand-in", &sql).await?;
                }
                "ALTER"
            }
        };
        let verifier = postgres_protocol::password::scram_sha_256(stand_in.password.as_bytes());
        let sql = format!(
            "{verb} ROLE {role} LOGIN INHERIT NOCREATEDB NOCREATEROLE CONNECTION LIMIT -1 VALID UNTIL 'infinity' PASSWORD {}",
            Literal(&verifier)
        );
        session.execute("making the stand-in", &sql).await?;
        if verb == "CREATE" {
            session
                .execute("describing the stand-in", &format!("COMMENT ON ROLE {role} IS {}", Literal(MARK)))
                .await?;
        }
        session.execute("making the stand-in", &format!("GRANT {} TO {role}", Ident(&owner.name))).await?;
        session.commit().await
    }
}

/// Not a role that only has the name: one that somebody else made, or that has got, or gives somebody, more than the
/// owner's rights. It may come from a dump of another cluster, where the same oid was another role's.
fn may_stand_in(role: &str, ours: bool, more: Option<&str>) -> Result<(), Error> {
    let what = match (ours, more) {
        (false, _) => format!("using the role “{role}”, which somebody else made,"),
        (true, Some(more)) => format!("using the role “{role}”, which {more},"),
        (true, None) => return Ok(()),
    };
    Err(Error::Unsupported {
        what,
        needs: "that role to be dropped or renamed; Howdah makes it anew".to_owned(),
    })
}

/// Gives the connection the owner's role. [`Error::StandIn`] where the stand-in has to be made anew: it is no member of the
/// owner any more, or was given settings before the connection was made.
async fn set_up(session: &Session, owner: &Owner, stand_in: &StandIn, fresh: bool) -> Result<(), Error> {
    let refuse = |source| Err(Error::StandIn { role: stand_in.role.clone(), source });
    let doing = "setting up the connection";
    if fresh {
        // They are read at the sign-in, and stay the defaults of the connection.
        let set = session.query_unseen(doing, include_str!("stead/set.sql")).await?;
        if set.is_some_and(|set| set == "t") {
            return refuse("it was given settings of its own".into());
        }
    }
    // Code that ran here before may have left settings. Resetting brings ours back: they are the connection's own
    // defaults, all but the search path.
    let reset = format!("{RESET}; {SEARCH_PATH}; SET ROLE {}", Ident(&owner.name));
    match session.execute_unseen(doing, &reset).await {
        Err(error) if matches!(error.sqlstate(), Some("42501" | "22023")) => refuse(error.into()),
        other => other,
    }
}

/// A pooler would hand the role that we set to other clients.
fn refuse_pooler(session: &Session, role: &str) -> Result<(), Error> {
    if session.is_pooled() {
        return Err(Error::StandIn {
            role: role.to_owned(),
            source: "it cannot sign in through a pooler".into(),
        });
    }
    Ok(())
}

const SEARCH_PATH: &str = "SET search_path = pg_catalog, pg_temp";
/// What `DISCARD ALL` does, as statements that may stand in one message with others.
const RESET: &str = "RESET SESSION AUTHORIZATION; CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; \
    DEALLOCATE ALL; RESET ALL; SELECT pg_catalog.pg_advisory_unlock_all()";
