//! What the details of all kinds of objects have, and changes that all of them know.

use howdah_types::changes::Dependent;
use howdah_types::table_details::Privilege;

use super::dependents::{self, Address};
use super::object::{Kind, Object};
use super::{Change, Changed, Drop, DropOptions, Options, Plan};
use crate::error::Error;
use crate::json::objects;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::trace::Trace;

/// At most so many dependents are shown in details.
const SHOWN: i64 = 1000;

/// Where a change is to happen, and how.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    pub server: &'a Server,
    pub trace: &'a Trace,
    pub database: &'a str,
    pub options: Options,
}

/// Rights that were granted on an object, and what hangs on it.
pub(crate) async fn surroundings(
    session: &Session,
    object: &Object,
) -> Result<(Option<Vec<Privilege>>, Vec<Dependent>), Error> {
    let doing = "looking at rights";
    let params = [Param::Oid(object.catalog), Param::Oid(object.oid)];
    let rows = session.query(doing, include_str!("privileges.sql"), &params).await?;
    let rights: Vec<Privilege> = objects(doing, &rows, 0)?;
    let address = Address { catalog: object.catalog, oid: object.oid, column: 0 };
    let dependents = dependents::of(session, address, SHOWN).await?;
    Ok((Some(rights).filter(|rights| !rights.is_empty()), dependents))
}

/// The object that is to be changed. The store's own database is refused.
pub(crate) async fn existing(at: At<'_>, kind: Kind, schema: &str, name: &str) -> Result<Object, Error> {
    crate::tables::not_the_store(at.server, at.database)?;
    let session = at.server.session(at.database, at.trace).await?;
    Object::find(&session, kind, schema, name).await
}

/// Runs `plan` with the rights of the owner of `object`.
pub(crate) async fn alter(at: At<'_>, object: &Object, plan: Plan) -> Result<Changed, Error> {
    super::change(&at.change(&object.doer, &object.schema), plan).await
}

/// Drops an object that is no relation. `sql` is without `CASCADE`.
pub(crate) async fn remove(
    at: At<'_>,
    object: &Object,
    sql: &str,
    options: DropOptions<'_>,
) -> Result<Changed, Error> {
    let mut plan = Plan::default();
    plan.add_free(if options.cascade { format!("{sql} CASCADE") } else { sql.to_owned() });
    let of = vec![Address { catalog: object.catalog, oid: object.oid, column: 0 }];
    super::drop(&at.change(&object.doer, &object.schema), plan, &Drop { of, options, lock: None }).await
}

impl<'a> At<'a> {
    /// A change with the rights of `doer` on what is no relation.
    pub(crate) fn change(self, doer: &'a super::object::Doer, schema: &'a str) -> Change<'a> {
        let Self { server, trace, database, options } = self;
        Change { server, trace, database, options, doer, schema, relation: None, locked: None }
    }
}
