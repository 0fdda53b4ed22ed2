//! Databases: list, make, change, drop, copy.

mod copy;
mod ddl;
mod read;

pub(crate) use read::exists;

use howdah_types::databases::{
    Connection, Database, DatabaseCopyData, DatabaseFormData, DatabaseOptions, DatabaseUpdateData,
    Protection, Sizes,
};

use crate::error::{Error, SqlError};
use crate::ident::Ident;
use crate::server::Server;
use crate::session::Session;
use crate::trace::Trace;

/// All databases by name. Never fails because one may not be read. Sizes come from memory or within about 150 ms
/// (`Sizes::Quick`; what is missing follows through [`Server::size_updates`]), or are waited for (`Sizes::Wait`).
pub async fn list(server: &Server, trace: &Trace, sizes: Sizes) -> Result<Vec<Database>, Error> {
    let mut databases = read::databases(server, trace, None).await?;
    server.sizes().keep_only(&databases);
    crate::sizes::fill(server, trace, &mut databases, sizes).await;
    Ok(databases.into_iter().map(|(_, database)| database).collect())
}

/// One database, or [`Error::DatabaseNotFound`].
pub async fn get(server: &Server, trace: &Trace, name: &str) -> Result<Database, Error> {
    let mut found = read::databases(server, trace, Some(name)).await?;
    crate::sizes::fill(server, trace, &mut found, Sizes::Quick).await;
    found.pop().map(|(_, database)| database).ok_or_else(|| Error::DatabaseNotFound(name.to_owned()))
}

/// Makes a database. When its description cannot be set, it is dropped again: nothing stays half done. Dropping the
/// future cancels it at the server.
pub async fn create(server: &Server, trace: &Trace, data: &DatabaseFormData) -> Result<Database, Error> {
    // A copy of the store could be looked into.
    let store = data.template.as_deref().filter(|name| server.protection(name) == Some(Protection::Store));
    if let Some(name) = store {
        return Err(Error::Protected { name: name.to_owned(), protection: Protection::Store });
    }
    let mut statements = ddl::create(data, server.version().await?)?.into_iter();
    let session = server.dedicated(trace, server.ddl_timeout()).await?;
    let hold = match data.template.as_deref().filter(|template| server.protection(template).is_none()) {
        Some(template) => Some(server.hold(template).await),
        None => None,
    };
    if let Some(sql) = statements.next() {
        let made = session.execute("creating the database", &sql).await;
        made.map_err(|error| create_error(error, &data.name, data.template.as_deref()))?;
    }
    std::mem::drop(hold);
    let rest: Vec<_> = statements.collect();
    let (server_then, trace_then, data_then) = (server.clone(), trace.clone(), data.clone());
    // In a task of its own: whoever asked may go away now, and the database must be whole or gone.
    let finish = tokio::spawn(async move {
        describe_or_drop(&server_then, &trace_then, &session, &rest, &data_then).await
    });
    finish
        .await
        .map_err(|error| Error::Unexpected { doing: "describing the database", source: error.into() })??;
    get(server, trace, &data.name).await
}

async fn describe_or_drop(
    server: &Server,
    trace: &Trace,
    session: &Session,
    rest: &[String],
    data: &DatabaseFormData,
) -> Result<(), Error> {
    for sql in rest {
        if let Err(error) = session.execute("describing the database, which was dropped again", sql).await {
            if let Err(error) = drop_again(server, trace, data).await {
                tracing::error!(%error, database = data.name, "a database that could not be described stays");
            }
            return Err(error);
        }
    }
    Ok(())
}

/// On a connection of its own: the other one may be what failed.
async fn drop_again(server: &Server, trace: &Trace, data: &DatabaseFormData) -> Result<(), Error> {
    let doing = "dropping it again";
    let sql = ddl::drop_unused(&data.name);
    let session = server.dedicated(trace, server.ddl_timeout()).await?;
    let dropped = session.execute(doing, &sql).await;
    let (Err(_), Some(owner), false) = (&dropped, &data.owner, session.is_pooled()) else { return dropped };
    // The owner's rights may be ours to take on without being ours already (NOINHERIT).
    session.execute(doing, &format!("SET ROLE {}", Ident(owner))).await?;
    session.execute(doing, &sql).await
}

/// Changes a database, in one transaction: all of it or nothing. A rename needs that nobody else is connected.
pub async fn update(
    server: &Server,
    trace: &Trace,
    name: &str,
    data: &DatabaseUpdateData,
) -> Result<Database, Error> {
    let renamed = ddl::new_name(name, data);
    let protection = server.protection(name);
    // Its owner could drop it, and no connections are as good as none allowed.
    let of_store = protection == Some(Protection::Store)
        && (data.owner.is_some() || data.connection_limit.is_some() || data.allow_connections.is_some());
    let locks_out =
        of_store || (data.allow_connections == Some(false) && name == server.maintenance_database());
    if let Some(protection) = protection.filter(|_| renamed.is_some() || locks_out) {
        return Err(Error::Protected { name: name.to_owned(), protection });
    }
    let statements = ddl::update(name, data);
    let mut hold = None;
    if let Some(new) = renamed {
        read::must_exist(server, trace, name).await?;
        read::must_not_exist(server, trace, new).await?;
        hold = Some(server.hold(name).await);
        read::nobody_in(server, trace, name).await?;
    }
    if !statements.is_empty() {
        let session = server.dedicated(trace, server.ddl_timeout()).await?;
        session.begin("").await?;
        for sql in &statements {
            let changed = session.execute("changing the database", sql).await;
            changed.map_err(|error| named(error, name, renamed.unwrap_or(name)))?;
        }
        session.commit().await?;
    }
    std::mem::drop(hold);
    get(server, trace, renamed.unwrap_or(name)).await
}

/// Drops a database and ends its connections. Templates are refused with a hint.
pub async fn drop(server: &Server, trace: &Trace, name: &str) -> Result<(), Error> {
    if let Some(protection) = server.protection(name) {
        return Err(Error::Protected { name: name.to_owned(), protection });
    }
    read::must_exist(server, trace, name).await?;
    let _hold = server.hold_at_once(name).await;
    let session = server.dedicated(trace, server.ddl_timeout()).await?;
    let dropped = session.execute("dropping the database", &ddl::drop(name)).await;
    dropped.map_err(|error| match named(error, name, name) {
        Error::Sql { doing, mut source } if source.sqlstate == "42809" && source.hint.is_none() => {
            let sql = format!("ALTER DATABASE {} IS_TEMPLATE false", crate::ident::Ident(name));
            source.hint = Some(format!("It is marked as a template. Take the mark off first: {sql}"));
            Error::Sql { doing, source }
        }
        error => error,
    })
}

/// The SQL of [`create`] on a server of this version (`server_version_num`, see [`Server::version`]).
pub fn preview_create(data: &DatabaseFormData, server_version: i32) -> Result<Vec<String>, Error> {
    ddl::create(data, server_version)
}

/// The SQL of [`update`]; empty when nothing changes. Several statements run in one transaction.
pub fn preview_update(name: &str, data: &DatabaseUpdateData) -> Vec<String> {
    let mut statements = ddl::update(name, data);
    if statements.len() > 1 {
        statements.insert(0, "BEGIN".to_owned());
        statements.push("COMMIT".to_owned());
    }
    statements
}

/// The SQL of [`drop`].
pub fn preview_drop(name: &str) -> Vec<String> {
    vec![ddl::drop(name)]
}

/// Client connections to a database, Howdah's own last.
pub async fn connections(server: &Server, trace: &Trace, name: &str) -> Result<Vec<Connection>, Error> {
    read::connections(server, trace, name).await
}

/// What a new database can be made of.
pub async fn options(server: &Server, trace: &Trace) -> Result<DatabaseOptions, Error> {
    read::options(server, trace).await
}

/// Copies a database of which nobody else is a user (or ends their connections, where asked). `progress` gets the
/// part that is done (0 to 1, None where it cannot be seen) and what is being done. Dropping the future cancels the
/// copy at the server, which removes what was copied.
pub async fn copy(
    server: &Server,
    trace: &Trace,
    source: &str,
    data: &DatabaseCopyData,
    progress: impl FnMut(Option<f64>, &str) + Send,
) -> Result<(), Error> {
    copy::run(server, trace, source, data, progress).await
}

fn create_error(error: Error, name: &str, template: Option<&str>) -> Error {
    named(error, template.unwrap_or(name), name)
}

/// Gives PostgreSQL's refusal its own variant where there is one. `used` is what was to be there, `new` what was not.
fn named(error: Error, used: &str, new: &str) -> Error {
    match error {
        Error::Sql { source, doing } => match source.sqlstate.as_str() {
            // Of two at once, the second meets the index.
            "42P04" | "23505" => Error::DatabaseExists(new.to_owned()),
            "3D000" => Error::DatabaseNotFound(used.to_owned()),
            "55006" => Error::InUse { name: used.to_owned(), connections: sessions(&source), by: Vec::new() },
            _ => Error::Sql { doing, source },
        },
        other => other,
    }
}

/// The number in `There are 3 other sessions using the database.`, in whatever language it comes.
fn sessions(error: &SqlError) -> i32 {
    let detail = error.detail.as_deref().unwrap_or_default();
    let digits: String =
        detail.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sqlstate: &str, detail: Option<&str>) -> Error {
        let source = SqlError {
            sqlstate: sqlstate.to_owned(),
            message: "no".to_owned(),
            detail: detail.map(str::to_owned),
            hint: None,
            position: None,
            constraint: None,
            column: None,
            context: None,
            severity: "ERROR".to_owned(),
        };
        Error::Sql { doing: "changing the database", source: Box::new(source) }
    }

    #[test]
    fn refusals_get_their_own_variant() {
        assert!(
            matches!(named(refused("42P04", None), "a", "b"), Error::DatabaseExists(name) if name == "b")
        );
        assert!(
            matches!(named(refused("3D000", None), "a", "b"), Error::DatabaseNotFound(name) if name == "a")
        );
        let in_use =
            named(refused("55006", Some("There are 3 other sessions using the database.")), "a", "b");
        assert!(matches!(in_use, Error::InUse { connections: 3, .. }));
        assert_eq!(named(refused("42501", None), "a", "b").sqlstate(), Some("42501"));
    }

    #[test]
    fn several_changes_are_shown_as_one_transaction() {
        let data = DatabaseUpdateData {
            description: Some("x".to_owned()),
            connection_limit: Some(1),
            ..Default::default()
        };
        let sql = preview_update("a", &data);
        assert_eq!((sql.len(), sql[0].as_str(), sql[3].as_str()), (4, "BEGIN", "COMMIT"));
    }
}
