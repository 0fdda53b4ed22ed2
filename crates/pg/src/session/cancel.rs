//! Cancel requests that a pooler survives.
//!
//! The library closes its side as soon as the request is written. `PostgreSQL` does not mind; pgbouncer may still be
//! looking for a way to the server then, and versions before 1.19 end themselves over it, with all of their clients. So
//! behind a pooler we wait, as libpq does, until the other side closes.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio_postgres::CancelToken;
use tokio_postgres::config::Host;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Link;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Sends it; ready when it is delivered.
pub(super) async fn send(token: CancelToken, link: Arc<Link>) -> Result<(), Failure> {
    let tls = link.config.tls().0.clone();
    let place = if link.connector.is_pooled() { find(&link).await? } else { None };
    match place {
        Some(Place::Tcp(name, addresses)) => {
            deliver(&token, tls, &name, TcpStream::connect(addresses.as_slice()).await?).await
        }
        Some(Place::Unix(path)) => deliver(&token, tls, "", UnixStream::connect(path).await?).await,
        None => Ok(token.cancel_query(tls).await?),
    }
}

async fn deliver<S>(
    token: &CancelToken,
    mut tls: MakeRustlsConnect,
    host: &str,
    stream: S,
) -> Result<(), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let tls = MakeTlsConnect::<UntilClosed<S>>::make_tls_connect(&mut tls, host)?;
    Ok(token.cancel_query_raw(UntilClosed(stream), tls).await?)
}

enum Place {
    Tcp(String, Vec<SocketAddr>),
    Unix(PathBuf),
}

/// Where the connection leads; None where there are several places and only the library knows which it is.
async fn find(link: &Link) -> Result<Option<Place>, io::Error> {
    let config = link.config.postgres();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    Ok(match (config.get_hosts(), config.get_hostaddrs()) {
        ([Host::Unix(path)], []) => Some(Place::Unix(path.join(format!(".s.PGSQL.{port}")))),
        ([Host::Tcp(name)], [address]) => Some(Place::Tcp(name.clone(), vec![(*address, port).into()])),
        ([Host::Tcp(name)], []) => {
            let addresses: Vec<SocketAddr> = lookup_host((name.as_str(), port)).await?.collect();
            // `localhost` has two addresses, and whatever listens is found in the same order.
            let one_place =
                addresses.len() == 1 || addresses.iter().all(|address| address.ip().is_loopback());
            one_place.then(|| Place::Tcp(name.clone(), addresses))
        }
        _ => None,
    })
}

/// Closes its side after the other one.
struct UntilClosed<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for UntilClosed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for UntilClosed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; 64];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.0).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                // A connection that the other side has closed cannot always be closed once more.
                let _ = ready!(Pin::new(&mut self.0).poll_shutdown(cx));
                return Poll::Ready(Ok(()));
            }
        }
    }
}
