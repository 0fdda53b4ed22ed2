//! Opens connections: the one way in for pools, dedicated connections and LISTEN.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Client, Config, Error, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Settings;
use crate::tls::Mode;

type Messages = Pin<Box<dyn Stream<Item = Result<AsyncMessage, Error>> + Send>>;

/// The other half of a raw connection: notices and notifications as a stream that has to be polled; it ends when the
/// connection does.
pub struct RawConnection {
    messages: Messages,
    server_version: Option<String>,
}

impl Stream for RawConnection {
    type Item = Result<AsyncMessage, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.messages.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for RawConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawConnection").finish_non_exhaustive()
    }
}

/// Told about each attempt to connect; the server's state follows from it.
pub(crate) trait Seen: Send + Sync {
    /// A connection stands; `version` is the server's own text, for example `15.18 (Debian 15.18-1)`.
    fn connected(&self, version: Option<&str>);
    fn failed(&self, error: &Error);
}

/// Opens connections and sets them up.
///
/// The settings are part of the first message. A pooler that hands the server's connections from one client to the next
/// refuses or ignores that, and is known by it. There, what we set would meet other clients (an application does not
/// find its tables with our `search_path`) and not ourselves: each transaction then brings its settings, see
/// [`Connector::begin`].
#[derive(Clone)]
pub(crate) struct Connector {
    tls: MakeRustlsConnect,
    mode: Mode,
    settings: Settings,
    seen: Option<Arc<dyn Seen>>,
    pooled: Arc<AtomicBool>,
}

/// A setting that means nothing to the server; when it is there, so are the others of the first message.
const CANARY: &str = "howdah.connection";

impl Connector {
    pub(crate) fn new(
        tls: MakeRustlsConnect,
        mode: Mode,
        settings: Settings,
        seen: Option<Arc<dyn Seen>>,
    ) -> Self {
        Self { tls, mode, settings, seen, pooled: Arc::default() }
    }

    /// The same way in with other settings.
    pub(crate) fn with_settings(&self, settings: Settings) -> Self {
        Self { settings, ..self.clone() }
    }

    /// A pooler was met.
    pub(crate) fn is_pooled(&self) -> bool {
        self.pooled.load(Ordering::Relaxed)
    }

    /// Something came that only a pooler can do.
    pub(crate) fn met_pooler(&self) {
        if !self.pooled.swap(true, Ordering::Relaxed) {
            tracing::info!("a pooler is in between: settings go with each transaction");
        }
    }

    /// How a transaction begins; `mode` is what stands after BEGIN.
    pub(crate) fn begin(&self, mode: &str) -> String {
        let begin = format!("BEGIN {mode}");
        let begin = begin.trim_end();
        if self.is_pooled() { format!("{begin}; {}", self.settings.local()) } else { begin.to_owned() }
    }

    /// Connects without running the set-up.
    pub(crate) async fn open(&self, config: &Config) -> Result<(Client, RawConnection), Error> {
        let result = match self.open_once(config).await {
            // As in libpq, `prefer` tries without TLS when the handshake fails.
            Err(error) if self.mode == Mode::Prefer && error.to_string().contains("TLS") => {
                let mut plain = config.clone();
                plain.ssl_mode(SslMode::Disable);
                self.open_once(&plain).await
            }
            other => other,
        };
        match (&result, &self.seen) {
            (Ok((_, connection)), Some(seen)) => seen.connected(connection.server_version.as_deref()),
            (Err(error), Some(seen)) => seen.failed(error),
            _ => {}
        }
        result
    }

    async fn open_once(&self, config: &Config) -> Result<(Client, RawConnection), Error> {
        let (client, mut connection): (_, tokio_postgres::Connection<Socket, _>) =
            config.connect(self.tls.clone()).await?;
        let server_version = connection.parameter("server_version").map(str::to_owned);
        let messages = futures_util::stream::poll_fn(move |cx| connection.poll_message(cx));
        Ok((client, RawConnection { messages: Box::pin(messages), server_version }))
    }

    /// Connects, keeps the connection going in a task of its own, and sets it up.
    pub(crate) async fn start(&self, config: &Config) -> Result<(Client, JoinHandle<()>), Error> {
        let (client, connection) = self.open_set_up(config).await?;
        let task = tokio::spawn(drive(connection));
        if !self.is_pooled() {
            match took_settings(&client).await {
                Ok(true) => {}
                Ok(false) => self.met_pooler(),
                Err(error) => {
                    task.abort();
                    return Err(error);
                }
            }
        }
        Ok((client, task))
    }

    async fn open_set_up(&self, config: &Config) -> Result<(Client, RawConnection), Error> {
        if self.is_pooled() {
            return self.open(config).await;
        }
        let mut set_up = config.clone();
        let given = config.get_options().unwrap_or_default();
        set_up.options(format!("{given} {} -c {CANARY}=direct", self.settings.options()).trim_start());
        match self.open(&set_up).await {
            Err(error) if refuses_options(&error) => {
                let opened = self.open(config).await?;
                self.met_pooler();
                Ok(opened)
            }
            other => other,
        }
    }
}

/// pgbouncer calls it a violation of the protocol, RDS Proxy a missing feature.
fn refuses_options(error: &Error) -> bool {
    error.code().is_some_and(|code| matches!(code.code(), "08P01" | "0A000"))
}

async fn took_settings(client: &Client) -> Result<bool, Error> {
    let sql = "SELECT pg_catalog.current_setting($1, true)";
    let rows = client.query_typed(sql, &[(&CANARY, Type::TEXT)]).await?;
    let value: Option<&str> = rows.first().and_then(|row| row.try_get(0).ok().flatten());
    Ok(value == Some("direct"))
}

async fn drive(mut connection: RawConnection) {
    use futures_util::StreamExt;
    while let Some(message) = connection.next().await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => tracing::debug!(code = notice.code().code(), "notice"),
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "a connection ended");
                return;
            }
        }
    }
}

impl deadpool_postgres::Connect for Connector {
    fn connect(
        &self,
        config: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + '_>> {
        let config = config.clone();
        Box::pin(async move { self.start(&config).await })
    }
}
