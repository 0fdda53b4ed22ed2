//! Opens connections: the one way in for pools, dedicated connections and LISTEN.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::{AsyncMessage, Client, Config, Error, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

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

/// Opens connections and sets them up with one batch, so that a pooler's refusal of startup options is not met.
#[derive(Clone)]
pub(crate) struct Connector {
    tls: MakeRustlsConnect,
    mode: Mode,
    setup: String,
    seen: Option<Arc<dyn Seen>>,
}

impl Connector {
    pub(crate) fn new(
        tls: MakeRustlsConnect,
        mode: Mode,
        setup: String,
        seen: Option<Arc<dyn Seen>>,
    ) -> Self {
        Self { tls, mode, setup, seen }
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
        let (client, connection) = self.open(config).await?;
        let task = tokio::spawn(drive(connection));
        if let Err(error) = client.batch_execute(&self.setup).await {
            task.abort();
            return Err(error);
        }
        Ok((client, task))
    }
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
