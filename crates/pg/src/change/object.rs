//! What is changed, and whose it is.

use tokio_postgres::Row;

use crate::error::Error;
use crate::session::{Param, Session};
use crate::stead::Owner;
use crate::tables::schema_must_exist;

/// Kinds of objects, as `object.sql` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Relation,
    Sequence,
    Type,
    Schema,
    Extension,
    Function,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Relation => "relation",
            Self::Sequence => "sequence",
            Self::Type => "type",
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Function => "function",
        }
    }

    fn in_schema(self) -> bool {
        matches!(self, Self::Relation | Self::Sequence | Self::Type)
    }
}

/// A role that something is done for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doer {
    pub(crate) owner: Owner,
    /// What is done runs with a superuser's rights.
    pub(crate) superuser: bool,
}

/// Something in the database that has an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) oid: u32,
    /// The oid of its catalog.
    pub(crate) catalog: u32,
    /// `relkind`, `typtype` …
    pub(crate) what: String,
    pub(crate) schema: String,
    pub(crate) doer: Doer,
}

impl Object {
    /// The object, or the error that says that it, or its schema, is not there.
    pub(crate) async fn find(session: &Session, kind: Kind, schema: &str, name: &str) -> Result<Self, Error> {
        let doing = "looking for the object";
        let params = [Param::Text(kind.as_str()), Param::Text(schema), Param::Text(name)];
        let Some(row) = session.query_opt(doing, include_str!("object.sql"), &params).await? else {
            if kind.in_schema() {
                schema_must_exist(session, schema).await?;
            }
            return Err(match kind {
                Kind::Relation => Error::TableNotFound(name.to_owned()),
                Kind::Schema => Error::SchemaNotFound(name.to_owned()),
                other => Error::ObjectNotFound { kind: other.as_str(), name: name.to_owned() },
            });
        };
        let read = || {
            Ok(Self {
                oid: row.try_get(0)?,
                catalog: row.try_get(1)?,
                what: row.try_get(2)?,
                doer: doer(&row, 3)?,
                schema: row.try_get(7)?,
            })
        };
        read().map_err(|error| Error::shape(doing, error))
    }
}

impl Doer {
    /// The role of this name, or the one that Howdah signs in as.
    pub(crate) async fn role(session: &Session, name: Option<&str>) -> Result<Self, Error> {
        let doing = "looking for the role";
        let row = session.query_opt(doing, include_str!("role.sql"), &[Param::OptText(name)]).await?;
        let Some(row) = row else {
            let name = name.unwrap_or_default().to_owned();
            return Err(Error::ObjectNotFound { kind: "role", name });
        };
        doer(&row, 0).map_err(|error| Error::shape(doing, error))
    }
}

fn doer(row: &Row, first: usize) -> Result<Doer, tokio_postgres::Error> {
    let owner =
        Owner { oid: row.try_get(first)?, name: row.try_get(first + 1)?, trusted: row.try_get(first + 2)? };
    Ok(Doer { owner, superuser: row.try_get(first + 3)? })
}
