//! What can go wrong between Howdah and a managed server.

use howdah_types::changes::Dependent;
use howdah_types::databases::Protection;
use howdah_types::row_changes::{CountMismatch, RowConflict};
use howdah_types::validate::FieldError;

use crate::connect::{ConfigError, ConnectConfig};

/// Why something was not done. `Display` is for a person and holds no secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server cannot be reached, refuses the sign-in, starts, stops, or the connection broke.
    #[error("the PostgreSQL server at {server} cannot be reached: {}", chain(.source.as_ref()))]
    Unreachable {
        /// Host and port as configured.
        server: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// All connections of the pool stayed in use for the whole `acquire_timeout`.
    #[error("all of Howdah’s connections to the database are in use")]
    PoolTimeout,
    /// There is no database of this name.
    #[error("there is no database “{0}” on this server")]
    DatabaseNotFound(String),
    /// There is a database of this name already.
    #[error("a database “{0}” exists already")]
    DatabaseExists(String),
    /// Howdah keeps its hands off this database.
    #[error("the database “{name}” is protected: {}", protection_text(*.protection))]
    Protected { name: String, protection: Protection },
    /// Others are connected to the database.
    #[error("the database “{name}” is in use{}", by_whom(*.connections, .by))]
    InUse {
        name: String,
        /// How many; 0 where it is not known.
        connections: i32,
        /// Who: `role (application)`, at most five.
        by: Vec<String>,
    },
    /// There is no schema of this name in the database.
    #[error("there is no schema “{0}” in this database")]
    SchemaNotFound(String),
    /// There is no table, view or foreign table of this name in the schema.
    #[error("there is no table or view “{0}” in this schema")]
    TableNotFound(String),
    /// There is no object of this kind and name.
    #[error("there is no {kind} “{name}” here")]
    ObjectNotFound { kind: &'static str, name: String },
    /// A typed piece of SQL is not the one thing that it is said to be; nothing of it was run.
    #[error("this is not one {said}: {source}")]
    Piece {
        /// The field of the body, for example `columns[0].type`.
        field: String,
        /// `type`, `expression` …
        said: &'static str,
        /// Character position in the piece, from 1.
        position: Option<u32>,
        #[source]
        source: Box<SqlError>,
    },
    /// The change has SQL of the account's own in it, and the account may not give any here.
    #[error("SQL of one’s own needs the permission {needs} here")]
    NotAllowed { needs: &'static str },
    /// Somebody else holds a lock, and it was not given back in time. Nothing was changed.
    #[error("“{name}” is locked{}", held_by(.holders))]
    Locked {
        name: String,
        /// Who holds locks on it, as text for a person, at most five.
        holders: Vec<String>,
    },
    /// What depends on it is not what was expected to go with it. Nothing was dropped.
    #[error("{}", depending(.list))]
    OthersDepend { list: Vec<Dependent> },
    /// It would run code of another role with Howdah's rights; nothing was run.
    #[error("this would run code of the role “{role}” with Howdah’s rights: {what}")]
    UntrustedCode {
        /// What is not trusted: a view, function, table, domain, foreign table or server, as text for a person.
        what: String,
        /// The role that owns it.
        role: String,
    },
    /// The stand-in for an owner could not be made or could not sign in; what it is for says what follows from it.
    #[error("the role “{role}” cannot be used: {}", chain(.source.as_ref()))]
    StandIn {
        role: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The row, or the column, is not there (any more).
    #[error("the cell is not there any more")]
    CellNotFound,
    /// Parts of the request do not fit the relation.
    #[error("{}", .0.first().map_or("some fields were refused", |error| error.message.as_str()))]
    Fields(Vec<FieldError>),
    /// PostgreSQL refused this part of the request.
    #[error("{field}: {source}")]
    InField {
        /// As in the JSON: `updates[2].set.total`.
        field: String,
        #[source]
        source: Box<Error>,
    },
    /// SQL of one's own would run with a superuser's rights, or with Howdah's.
    #[error("a condition of one’s own would run here with Howdah’s own rights")]
    SuperuserCondition,
    /// The row is not as the change expects it.
    #[error("the row has been changed meanwhile")]
    RowChanged(Box<RowConflict>),
    /// The row that shall be changed is not there.
    #[error("the row has been deleted meanwhile")]
    RowGone {
        /// Which change it was: `updates[2]`.
        change: String,
    },
    /// It would not be as many rows as expected; nothing was changed.
    #[error("{} rows were expected, and there are {}", .count.expected, .count.found)]
    RowCount {
        /// Which change it was; empty for all rows that match.
        change: String,
        count: CountMismatch,
    },
    /// Another transaction holds the row, or the table.
    #[error("another transaction holds the row")]
    RowLocked {
        /// Which change it was; empty for all rows that match.
        change: String,
    },
    /// This version of PostgreSQL, or this kind of object, cannot do it.
    #[error("{what} is not possible here; it needs {needs}")]
    Unsupported { what: String, needs: String },
    /// The statement was cancelled on purpose, by Howdah or at the server.
    #[error("the statement was cancelled")]
    Cancelled,
    /// The statement took longer than it may.
    #[error("the statement took longer than it may")]
    Timeout,
    /// PostgreSQL refused a statement.
    #[error("{doing}: {source}")]
    Sql {
        /// What was being done, for example `creating the database`.
        doing: &'static str,
        #[source]
        source: Box<SqlError>,
    },
    /// PostgreSQL's answer was not of the expected shape; a mistake of ours.
    #[error("{doing}: the answer could not be read")]
    Unexpected {
        doing: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The connection settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// An error of PostgreSQL, field by field as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({sqlstate})")]
pub struct SqlError {
    /// The five-character code.
    pub sqlstate: String,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
    /// Character position in the statement, from 1.
    pub position: Option<u32>,
    pub constraint: Option<String>,
    /// The column it is about.
    pub column: Option<String>,
    /// Where it arose, in the server's words.
    pub context: Option<String>,
    /// `ERROR`, `FATAL` …
    pub severity: String,
}

impl Error {
    /// PostgreSQL's code, where PostgreSQL refused.
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            Self::Sql { source, .. } => Some(&source.sqlstate),
            Self::InField { source, .. } => source.sqlstate(),
            _ => None,
        }
    }

    /// The same error with the part of the request that it is about.
    pub(crate) fn in_field(self, field: String) -> Self {
        match self {
            Self::Sql { .. } => Self::InField { field, source: Box::new(self) },
            other => other,
        }
    }

    /// Which parameter a refused value was given as, from 1; known since PostgreSQL 14.
    pub(crate) fn parameter(&self) -> Option<usize> {
        let Self::Sql { source, .. } = self else { return None };
        // `unnamed portal parameter $3 = '…'`, in the server's language.
        let (_, rest) = source.context.as_deref()?.split_once('$')?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    }

    /// A connection could not be made to the database of `config`.
    pub(crate) fn connecting(error: tokio_postgres::Error, config: &ConnectConfig) -> Self {
        let Some(refusal) = error.as_db_error() else {
            return Self::Unreachable { server: config.address(), source: error.into() };
        };
        match refusal.code().code() {
            "3D000" => Self::DatabaseNotFound(config.database().to_owned()),
            // Wrong role or password, starting up, shutting down, crashed: nothing works until an operator or time helps.
            code if code.starts_with("28") || code.starts_with("57P") => {
                Self::Unreachable { server: config.address(), source: Box::new(SqlError::new(refusal)) }
            }
            _ => Self::Sql { doing: "connecting to the database", source: Box::new(SqlError::new(refusal)) },
        }
    }

    /// An answer was not of the expected shape.
    pub(crate) fn shape(doing: &'static str, error: tokio_postgres::Error) -> Self {
        Self::Unexpected { doing, source: error.into() }
    }

    /// A statement failed. `timed_out`: it had used up its time, so 57014 means the timeout and nobody's cancel.
    pub(crate) fn statement(
        doing: &'static str,
        error: tokio_postgres::Error,
        timed_out: bool,
        config: &ConnectConfig,
    ) -> Self {
        let Some(refusal) = error.as_db_error() else {
            let broken = error.is_closed()
                || std::error::Error::source(&error)
                    .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
            return if broken {
                Self::Unreachable { server: config.address(), source: error.into() }
            } else {
                Self::Unexpected { doing, source: error.into() }
            };
        };
        let source = Box::new(SqlError::new(refusal));
        match refusal.code().code() {
            "57014" if timed_out => Self::Timeout,
            "57014" => Self::Cancelled,
            // Shutdown, crash, starting, database dropped, idle: the connection is gone.
            "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" | "25P04" => {
                Self::Unreachable { server: config.address(), source }
            }
            _ => Self::Sql { doing, source },
        }
    }
}

impl SqlError {
    pub(crate) fn new(error: &tokio_postgres::error::DbError) -> Self {
        use tokio_postgres::error::ErrorPosition;
        Self {
            sqlstate: error.code().code().to_owned(),
            message: error.message().to_owned(),
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
            position: match error.position() {
                Some(ErrorPosition::Original(position)) => Some(*position),
                _ => None,
            },
            constraint: error.constraint().map(str::to_owned),
            column: error.column().map(str::to_owned),
            context: error.where_().map(str::to_owned),
            severity: error.severity().to_owned(),
        }
    }
}

/// An error with what is behind it: `error connecting to server: Connection refused (os error 111)`.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = source.source();
    }
    text
}

fn protection_text(protection: Protection) -> &'static str {
    match protection {
        Protection::System => "it belongs to PostgreSQL itself",
        Protection::Store => "Howdah keeps its accounts, jobs and audit in it",
        Protection::InUse => "Howdah itself is connected through it",
    }
}

fn held_by(holders: &[String]) -> String {
    if holders.is_empty() { " by somebody else".to_owned() } else { format!(" by {}", holders.join("; ")) }
}

fn depending(list: &[Dependent]) -> String {
    const SHOWN: usize = 5;
    let mut names: Vec<String> =
        list.iter().take(SHOWN).map(|one| format!("{} {}", one.kind, one.identity)).collect();
    if list.len() > SHOWN {
        names.push(format!("{} more", list.len() - SHOWN));
    }
    match list.len() {
        0 => "nothing depends on it any more; look again".to_owned(),
        _ => format!("what depends on it must be looked at first: {}", names.join(", ")),
    }
}

fn by_whom(connections: i32, by: &[String]) -> String {
    let count = match connections {
        0 => return String::new(),
        1 => " by one connection".to_owned(),
        more => format!(" by {more} connections"),
    };
    if by.is_empty() { count } else { format!("{count}: {}", by.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_uses_a_database_is_said() {
        let text = |connections, by: &[&str]| {
            let by = by.iter().map(|name| (*name).to_owned()).collect();
            Error::InUse { name: "shop".to_owned(), connections, by }.to_string()
        };
        assert_eq!(text(0, &[]), "the database “shop” is in use");
        assert_eq!(text(1, &["app (web)"]), "the database “shop” is in use by one connection: app (web)");
        assert_eq!(text(3, &["app", "b"]), "the database “shop” is in use by 3 connections: app, b");
    }
}
