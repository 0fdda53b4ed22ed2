//! Where a server is and how to get in: connection URLs, key=value strings, TLS.

mod parse;
mod raw;
mod settings;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

pub use raw::RawConnection;
pub(crate) use raw::{Connector, Seen};
pub(crate) use settings::Settings;

use crate::error::Error;
use crate::tls;

/// Limit of one attempt to connect, where the configuration names none.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How to connect to one database of a server. It comes from the operator's configuration only. Database names of
/// requests are set as a field with [`ConnectConfig::with_database`] and never parsed.
#[derive(Clone)]
pub struct ConnectConfig {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    mode: tls::Mode,
    /// The string named a database.
    database_given: bool,
}

/// Why a connection string is refused, with what would be right. Holds no part of the string that may be secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is neither a URL nor key=value pairs.
    #[error("the connection string cannot be read: {0}")]
    Syntax(String),
    /// A key that does not exist, or exists in libpq only.
    #[error("the connection string has an unknown setting “{key}”; known are {known}")]
    UnknownKey { key: String, known: &'static str },
    /// A value outside of what the key takes.
    #[error("the connection setting {key} is wrong; right would be {right}")]
    Value { key: &'static str, right: &'static str },
    /// A certificate or key file.
    #[error("{key}: {path} cannot be used: {problem}")]
    File { key: &'static str, path: PathBuf, problem: String },
    /// The TLS library refused the certificates.
    #[error("the TLS settings cannot be used: {0}")]
    Tls(String),
}

impl FromStr for ConnectConfig {
    type Err = ConfigError;

    /// Reads `postgresql://role:password@host:port/database?sslmode=verify-full` or `host=… dbname=…`. Without a host
    /// it is the local unix socket, without a database `postgres`.
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let parse::Parsed { mut config, tls } = parse::parse(text)?;
        let only_sockets = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        // As in libpq, TLS settings mean nothing on a unix socket.
        let mode = if only_sockets { tls::Mode::Disable } else { tls.mode };
        config.ssl_mode(match mode {
            tls::Mode::Disable => SslMode::Disable,
            tls::Mode::Prefer => SslMode::Prefer,
            tls::Mode::Require | tls::Mode::VerifyCa | tls::Mode::VerifyFull => SslMode::Require,
        });
        let database_given = config.get_dbname().is_some();
        if !database_given {
            config.dbname("postgres");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(30));
        }
        config.keepalives_idle(Duration::from_mins(1));
        config.application_name("howdah");
        Ok(Self { tls: tls::connector(&tls, mode)?, config, mode, database_given })
    }
}

impl ConnectConfig {
    /// The same server, role and TLS with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.config.dbname(name);
        other.database_given = true;
        other
    }

    /// The same server, database and TLS with another role.
    #[must_use]
    pub(crate) fn with_role(&self, role: &str, password: &str) -> Self {
        let mut other = self.clone();
        other.config.user(role).password(password);
        other
    }

    /// The database to connect to; `postgres` where none was named.
    pub fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or("postgres")
    }

    /// Whether the string named a database.
    pub fn database_given(&self) -> bool {
        self.database_given
    }

    /// The role to sign in as; None means the name of the operating system's account.
    pub fn role(&self) -> Option<&str> {
        self.config.get_user()
    }

    /// Whether both lead to the same server, as far as host and port tell: the names of the loopback interface are
    /// one host; a unix socket and TCP are not.
    pub fn same_server(&self, other: &Self) -> bool {
        self.targets() == other.targets()
    }

    /// Host and port, for people: `db1:5432, db2:5432`, `/run/postgresql:5432`.
    pub fn address(&self) -> String {
        let list: Vec<_> = self.targets().into_iter().map(|(host, port)| format!("{host}:{port}")).collect();
        list.join(", ")
    }

    /// Sets `application_name` to `howdah/<suffix>`. Own connections are told by it.
    pub fn set_application_name(&mut self, suffix: &str) {
        self.config.application_name(format!("howdah/{suffix}"));
    }

    pub(crate) fn is_named(&self) -> bool {
        self.config.get_application_name().is_some_and(|name| name.starts_with("howdah/"))
    }

    /// A pool for Howdah's own store: plain settings, the role's own `search_path`, no statement timeout.
    pub fn pool(&self, max_size: usize) -> Result<Pool, Error> {
        let connector = Connector::new(self.tls.clone(), self.mode, Settings::plain(), None);
        self.build_pool(connector, max_size, Duration::from_secs(5))
    }

    /// A connection whose asynchronous messages the caller polls, for LISTEN. The client answers only while
    /// [`RawConnection`] is polled.
    pub async fn connect_raw(&self) -> Result<(tokio_postgres::Client, RawConnection), Error> {
        let connector = Connector::new(self.tls.clone(), self.mode, Settings::default(), None);
        let connected = connector.open(&self.config).await;
        connected.map_err(|error| Error::connecting(error, self))
    }

    /// Whether a pooler is in between that hands the server's connections from one client to the next. Connects.
    pub async fn is_pooled(&self) -> Result<bool, Error> {
        let connector = Connector::new(self.tls.clone(), self.mode, Settings::plain(), None);
        let started = connector.start(&self.config).await;
        started.map(|_| connector.is_pooled()).map_err(|error| Error::connecting(error, self))
    }

    pub(crate) fn build_pool(
        &self,
        connector: Connector,
        size: usize,
        wait: Duration,
    ) -> Result<Pool, Error> {
        let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        Pool::builder(Manager::from_connect(self.config.clone(), connector, fast))
            .max_size(size.max(1))
            .wait_timeout(Some(wait))
            .create_timeout(Some(wait.max(CONNECT_TIMEOUT)))
            .recycle_timeout(Some(wait))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Unexpected { doing: "building a connection pool", source: error.into() })
    }

    pub(crate) fn tls(&self) -> (&MakeRustlsConnect, tls::Mode) {
        (&self.tls, self.mode)
    }

    pub(crate) fn postgres(&self) -> &tokio_postgres::Config {
        &self.config
    }

    fn targets(&self) -> Vec<(String, u16)> {
        let ports = self.config.get_ports();
        let port = |i: usize| ports.get(i).or(ports.first()).copied().unwrap_or(5432);
        let hosts = self.config.get_hosts().iter().enumerate();
        hosts
            .map(|(i, host)| match host {
                Host::Unix(path) => (path.display().to_string(), port(i)),
                Host::Tcp(name) if matches!(name.as_str(), "127.0.0.1" | "::1") => {
                    ("localhost".to_owned(), port(i))
                }
                Host::Tcp(name) => (name.to_lowercase(), port(i)),
            })
            .collect()
    }
}

/// `postgresql://role@host:port/database (sslmode=…)`; never the password.
impl fmt::Display for ConnectConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.role().map(|role| format!("{role}@")).unwrap_or_default();
        let (address, database, mode) = (self.address(), self.database(), self.mode.as_str());
        write!(f, "postgresql://{role}{address}/{database} (sslmode={mode})")
    }
}

/// The same as `Display`.
impl fmt::Debug for ConnectConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectConfig({self})")
    }
}

#[cfg(test)]
mod tests;
