//! COPY: rows in PostgreSQL's text format, in and out, as streams.

use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};

use super::Session;
use crate::error::Error;

/// Bytes that are handed to the connection at once: it keeps a copy of them.
const PIECE: usize = 256 * 1024;

/// Where the rows of a COPY go.
pub(crate) trait CopySink: Send {
    /// Takes one row as COPY writes it, with the line break. `false`: no more are wanted.
    fn row(&mut self, line: &[u8]) -> bool;
    /// Hands on what has come together; waits while nobody takes it. `false`: nobody ever will.
    fn flush(&mut self) -> impl Future<Output = bool> + Send;
    /// Is ready when nobody takes anything any more.
    fn gone(&self) -> impl Future<Output = ()> + Send;
}

impl Session {
    /// Sends rows with `COPY … FROM STDIN` and answers how many the server took.
    pub(crate) async fn copy_in(&self, doing: &'static str, sql: &str, rows: &Bytes) -> Result<u64, Error> {
        let client = self.lease()?.client();
        let work = async {
            let sink = client.copy_in::<_, Bytes>(sql).await?;
            let mut sink = std::pin::pin!(sink);
            let mut at = 0;
            while at < rows.len() {
                let end = (at + PIECE).min(rows.len());
                sink.send(rows.slice(at..end)).await?;
                at = end;
            }
            let count = sink.finish().await?;
            Ok((count, count))
        };
        self.run(doing, sql, &[], work).await
    }

    /// Reads rows with `COPY … TO STDOUT` into the sink. Answers whether all were taken; if not, the statement is
    /// cancelled and the session ends.
    pub(crate) async fn copy_out<S: CopySink>(
        &self,
        doing: &'static str,
        sql: &str,
        sink: &mut S,
    ) -> Result<bool, Error> {
        let client = self.lease()?.client();
        let work = async {
            let stream = client.copy_out(sql).await?;
            let mut stream = std::pin::pin!(stream);
            let (mut whole, mut rows) = (true, 0);
            loop {
                let next = tokio::select! {
                    next = stream.try_next() => next?,
                    () = sink.gone() => { whole = false; break }
                };
                let Some(line) = next else { break };
                if !sink.row(&line) || !sink.flush().await {
                    whole = false;
                    break;
                }
                rows += 1;
            }
            Ok((whole, rows))
        };
        let whole = self.run(doing, sql, &[], work).await?;
        if !whole {
            self.abandon();
        }
        Ok(whole)
    }
}

/// The error only says that a connection behind a pooler knew a statement's name already, or not any more; the next try
/// has another name.
pub(crate) fn is_lost_statement(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("26000" | "42P05"))
}
