//! Whose code would run with Howdah's own rights: the one place that says so, for rows, structure, views and extensions.
//!
//! What belongs to a superuser or to our own role is worked on with our own rights. `trust/walk.sql` finds all code that
//! this would run; if any of it belongs to somebody else, nothing is run: [`Error::UntrustedCode`].
//!
//! What remains: between the look and the statement (one round trip), somebody whose object was found harmless can change
//! it: give a cast to an enum of theirs, or a trigger to a superuser's table on which they hold that right. PostgreSQL has
//! no lock against it that leaves others alone.

use tokio_postgres::Row;

use crate::error::Error;
use crate::session::{Param, Session};

/// What would be done to what, by oid.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look<'a> {
    /// Relations whose rows are changed, or that are filled or rebuilt.
    pub(crate) changed: &'a [u32],
    pub(crate) read: &'a [u32],
    pub(crate) types: &'a [u32],
    pub(crate) functions: &'a [u32],
    /// Values may be converted, and foreign keys checked.
    pub(crate) structure: bool,
}

/// What typed SQL may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) types: Vec<u32>,
    pub(crate) functions: Vec<u32>,
}

/// A relation by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) oid: u32,
    pub(crate) lockable: bool,
    /// As text for a person.
    pub(crate) what: String,
    pub(crate) owner: String,
    /// Of a superuser or of our own role.
    pub(crate) trusted: bool,
}

impl Look<'_> {
    /// [`Error::UntrustedCode`] where code of somebody else would run.
    pub(crate) async fn must_be_trusted(&self, session: &Session) -> Result<(), Error> {
        let doing = "looking whose code this would run";
        let params = [
            Param::Oids(self.changed),
            Param::Oids(self.read),
            Param::Oids(self.types),
            Param::Oids(self.functions),
            Param::Bool(self.structure),
        ];
        refuse(doing, session.query_opt(doing, include_str!("trust/walk.sql"), &params).await?)
    }
}

/// [`Error::UntrustedCode`] where somebody else than the role with oid `owner` has put a function, an operator or a domain
/// into the schema: it could take the place of what a name without a schema means.
pub(crate) async fn schema_must_be_trusted(session: &Session, schema: &str, owner: u32) -> Result<(), Error> {
    let doing = "looking whose functions are in the schema";
    let params = [Param::Text(schema), Param::Oid(owner)];
    refuse(doing, session.query_opt(doing, include_str!("trust/planted.sql"), &params).await?)
}

fn refuse(doing: &'static str, found: Option<Row>) -> Result<(), Error> {
    let Some(row) = found else { return Ok(()) };
    let read = || Ok((row.try_get(0)?, row.try_get(1)?));
    let (what, role) = read().map_err(|error| Error::shape(doing, error))?;
    Err(Error::UntrustedCode { what, role })
}

/// What these words may mean as names; `path` are the schemas in which names without one are looked for.
pub(crate) async fn named(session: &Session, words: &[String], path: &[String]) -> Result<Named, Error> {
    let doing = "looking what is named";
    let params = [Param::Texts(words), Param::Texts(path)];
    let Some(row) = session.query_opt(doing, include_str!("trust/names.sql"), &params).await? else {
        return Ok(Named::default());
    };
    let read = || Ok(Named { types: row.try_get(0)?, functions: row.try_get(1)? });
    read().map_err(|error| Error::shape(doing, error))
}

/// The relation of this schema and name, if it is there.
pub(crate) async fn relation(session: &Session, name: (&str, &str)) -> Result<Option<Relation>, Error> {
    let doing = "looking whose table it is";
    let params = [Param::Text(name.0), Param::Text(name.1)];
    let row = session.query_opt(doing, include_str!("trust/named.sql"), &params).await?;
    let read = |row: Row| {
        Ok(Relation {
            oid: row.try_get(0)?,
            lockable: row.try_get(1)?,
            what: row.try_get(2)?,
            owner: row.try_get(3)?,
            trusted: row.try_get(4)?,
        })
    };
    row.map(read).transpose().map_err(|error| Error::shape(doing, error))
}
