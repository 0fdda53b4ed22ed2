//! What the catalogs say of databases.

use howdah_types::databases::{Connection, Database, DatabaseOptions, LocaleProvider};
use tokio_postgres::Row;

use crate::error::Error;
use crate::server::Server;
use crate::session::Param;
use crate::trace::Trace;

/// All databases, or the named one, with their oids and without sizes.
pub(super) async fn databases(
    server: &Server,
    trace: &Trace,
    name: Option<&str>,
) -> Result<Vec<(u32, Database)>, Error> {
    let doing = "listing databases";
    let version = server.version().await?;
    let collation = match version {
        170_000.. => "COALESCE(d.datlocale, d.datcollate)",
        150_000.. => "COALESCE(d.daticulocale, d.datcollate)",
        _ => "d.datcollate",
    };
    let sql = include_str!("list.sql").replace("{collation}", collation);
    let session = server.maintenance(trace).await?;
    let rows = session.query(doing, &sql, &[Param::OptText(name)]).await?;
    let read = |row: &Row| {
        let name: String = row.try_get(1)?;
        let database = Database {
            protection: server.protection(&name),
            name,
            owner: row.try_get(2)?,
            description: row.try_get(3)?,
            size_bytes: None,
            encoding: row.try_get(4)?,
            collation: row.try_get(5)?,
            is_template: row.try_get(6)?,
            allow_connections: row.try_get(7)?,
            connection_limit: row.try_get(8)?,
            connections: row.try_get(9)?,
            tablespace: row.try_get(10)?,
        };
        Ok((row.try_get(0)?, database))
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}

/// [`Error::DatabaseNotFound`] unless there is such a database.
pub(super) async fn must_exist(server: &Server, trace: &Trace, name: &str) -> Result<(), Error> {
    if exists(server, trace, name).await? { Ok(()) } else { Err(Error::DatabaseNotFound(name.to_owned())) }
}

/// [`Error::DatabaseExists`] when there is such a database.
pub(super) async fn must_not_exist(server: &Server, trace: &Trace, name: &str) -> Result<(), Error> {
    if exists(server, trace, name).await? { Err(Error::DatabaseExists(name.to_owned())) } else { Ok(()) }
}

pub(crate) async fn exists(server: &Server, trace: &Trace, name: &str) -> Result<bool, Error> {
    let session = server.maintenance(trace).await?;
    let sql = "SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = $1";
    let row = session.query_opt("looking for the database", sql, &[Param::Text(name)]).await?;
    Ok(row.is_some())
}

/// [`Error::InUse`] with who, when others are connected to it.
pub(super) async fn nobody_in(server: &Server, trace: &Trace, name: &str) -> Result<(), Error> {
    let doing = "looking who is connected";
    let session = server.maintenance(trace).await?;
    let rows = session.query(doing, include_str!("others.sql"), &[Param::Text(name)]).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut by: Vec<String> = rows
        .iter()
        .map(|row| row.try_get(1))
        .collect::<Result<_, _>>()
        .map_err(|error| Error::shape(doing, error))?;
    by.sort();
    by.dedup();
    by.truncate(5);
    Err(Error::InUse {
        name: name.to_owned(),
        connections: i32::try_from(rows.len()).unwrap_or(i32::MAX),
        by,
    })
}

pub(super) async fn connections(
    server: &Server,
    trace: &Trace,
    name: &str,
) -> Result<Vec<Connection>, Error> {
    let doing = "listing connections";
    must_exist(server, trace, name).await?;
    let session = server.maintenance(trace).await?;
    let rows = session.query(doing, include_str!("connections.sql"), &[Param::Text(name)]).await?;
    let read = |row: &Row| {
        Ok(Connection {
            pid: row.try_get(0)?,
            role: row.try_get(1)?,
            application_name: row.try_get(2)?,
            client_address: row.try_get(3)?,
            state: row.try_get(4)?,
            connected_at: row.try_get(5)?,
            own: row.try_get(6)?,
        })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}

pub(super) async fn options(server: &Server, trace: &Trace) -> Result<DatabaseOptions, Error> {
    let doing = "asking what a database can be made of";
    let version = server.version().await?;
    let icu = match version {
        170_000.. => "colllocale",
        150_000.. => "colliculocale",
        _ => "NULL",
    };
    let sql = include_str!("options.sql").replace("{icu}", icu);
    let session = server.maintenance(trace).await?;
    let Some(row) = session.query_opt(doing, &sql, &[]).await? else {
        return Err(Error::DatabaseNotFound("template1".to_owned()));
    };
    let read = || {
        let icu_locales: Vec<String> = row.try_get(3)?;
        let mut locale_providers = vec![LocaleProvider::Libc];
        if version >= 150_000 && !icu_locales.is_empty() {
            locale_providers.push(LocaleProvider::Icu);
        }
        if version >= 170_000 {
            locale_providers.push(LocaleProvider::Builtin);
        }
        Ok(DatabaseOptions {
            owners: row.try_get(0)?,
            encodings: row.try_get(1)?,
            collations: row.try_get(2)?,
            icu_locales,
            locale_providers,
            templates: row.try_get(4)?,
            tablespaces: row.try_get(5)?,
            default_owner: row.try_get(6)?,
            default_encoding: row.try_get(7)?,
            default_collation: row.try_get(8)?,
        })
    };
    read().map_err(|error| Error::shape(doing, error))
}
