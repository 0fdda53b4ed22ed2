//! Just enough HTTP/1.1 (keep-alive, `Content-Length` or chunked answers) to cost little beside the server that is
//! measured on the same two cores.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// How much of a body is handed on at once.
const PIECE: usize = 64 * 1024;

/// A connection to Howdah that is kept.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    /// When the last answer had come.
    used: Instant,
    authority: String,
    token: String,
    line: String,
    /// The body of the last answer.
    pub(crate) body: Vec<u8>,
}

/// What stands above a body.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Path and query of the next page, from `Link`.
    pub(crate) next: Option<String>,
    pub(crate) request_id: String,
    length: usize,
    chunked: bool,
}

/// The bytes of a request for a path, to be sent as they are.
pub(crate) fn request(
    authority: &str,
    token: &str,
    method: &str,
    path: &str,
    body: Option<(&str, &[u8])>,
) -> Vec<u8> {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\n");
    if let Some((kind, body)) = body {
        text.push_str("Content-Type: ");
        text.push_str(kind);
        text.push_str("\r\nContent-Length: ");
        text.push_str(&body.len().to_string());
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body.map_or(&[], |(_, body)| body));
    bytes
}

/// What stands above a file that is sent.
pub(crate) fn upload_head(authority: &str, token: &str, path: &str, size: u64) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {size}\r\n\r\n"
    )
    .into_bytes()
}

/// Howdah closes a connection that is idle for five seconds.
const IDLE: Duration = Duration::from_secs(3);

async fn dial(authority: &str) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(authority).await.context("connect to Howdah")?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(PIECE, stream))
}

impl Connection {
    pub(crate) async fn open(authority: &str, token: &str) -> Result<Self> {
        Ok(Self {
            stream: dial(authority).await?,
            used: Instant::now(),
            authority: authority.to_owned(),
            token: token.to_owned(),
            line: String::new(),
            body: Vec::new(),
        })
    }

    /// `GET`, with the whole answer in [`Self::body`]; any status but 2xx is an error.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Head> {
        let request = request(&self.authority, &self.token, "GET", path, None);
        self.send(&request).await
    }

    /// A request with a JSON body.
    pub(crate) async fn send_json(
        &mut self,
        method: &str,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<Head> {
        let body = body.to_string();
        let body = Some(("application/json", body.as_bytes()));
        let request = request(&self.authority, &self.token, method, path, body);
        self.send(&request).await
    }

    /// Sends a whole request and reads the whole answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Head> {
        // What is measured in turn with it may take longer than Howdah keeps an idle connection.
        if self.used.elapsed() > IDLE {
            self.stream = dial(&self.authority).await?;
        }
        self.stream.write_all(request).await?;
        let answer = self.answer().await;
        self.used = Instant::now();
        answer
    }

    /// Sends what belongs to a request whose answer is read by [`Self::answer`] or [`Self::head`].
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await.context("send to Howdah")
    }

    /// The head of a `GET` whose body is read in pieces.
    pub(crate) async fn begin(&mut self, path: &str) -> Result<Head> {
        let request = request(&self.authority, &self.token, "GET", path, None);
        self.write(&request).await?;
        let head = self.head().await?;
        if !(200..300).contains(&head.status) {
            self.whole(&head).await?;
            bail!("GET {path} was answered with {}: {}", head.status, self.beginning());
        }
        Ok(head)
    }

    /// Reads a whole answer; any status but 2xx is an error.
    pub(crate) async fn answer(&mut self) -> Result<Head> {
        let head = self.head().await?;
        self.whole(&head).await?;
        if !(200..300).contains(&head.status) {
            bail!("Howdah answered {}: {}", head.status, self.beginning());
        }
        Ok(head)
    }

    fn beginning(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(600).collect()
    }

    async fn whole(&mut self, head: &Head) -> Result<()> {
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        let result = self.pieces(head, |piece| {
            body.extend_from_slice(piece);
            Ok(true)
        });
        let result = result.await;
        self.body = body;
        result.map(|_| ())
    }

    async fn head(&mut self) -> Result<Head> {
        let mut head = Head::default();
        self.read_line().await?;
        let status = self.line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
        head.status = status
            .and_then(|digits| digits.parse().ok())
            .with_context(|| format!("“{}” is no answer in HTTP/1.1", self.line.trim_end()))?;
        loop {
            self.read_line().await?;
            let header = self.line.trim_end();
            let Some((name, value)) = header.split_once(':') else { return Ok(head) };
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                head.length = value.parse().context("read the length of an answer")?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                head.chunked = value.eq_ignore_ascii_case("chunked");
            } else if name.eq_ignore_ascii_case("x-request-id") {
                value.clone_into(&mut head.request_id);
            } else if name.eq_ignore_ascii_case("link")
                && let Some((path, _)) = value.split_once(">; rel=\"next\"")
            {
                head.next = path.rsplit_once('<').map(|(_, path)| path.to_owned());
            }
        }
    }

    /// Hands the body to `see` piece by piece until it ends or `see` answers false. Answers how many bytes were seen.
    pub(crate) async fn pieces(
        &mut self,
        head: &Head,
        mut see: impl FnMut(&[u8]) -> Result<bool>,
    ) -> Result<u64> {
        let mut piece = vec![0; PIECE];
        let mut seen = 0;
        let mut left = head.length;
        loop {
            if left == 0 && head.chunked {
                left = self.chunk().await?;
            }
            if left == 0 {
                if head.chunked {
                    self.read_line().await?;
                }
                return Ok(seen);
            }
            let part = left.min(PIECE);
            let count = self.stream.read(&mut piece[..part]).await?;
            if count == 0 {
                bail!("the answer was broken off after {seen} bytes");
            }
            left -= count;
            seen += count as u64;
            if left == 0 && head.chunked {
                self.read_line().await?;
            }
            if !see(&piece[..count])? {
                return Ok(seen);
            }
        }
    }

    async fn chunk(&mut self) -> Result<usize> {
        self.read_line().await?;
        usize::from_str_radix(self.line.trim(), 16).context("read the length of a chunk")
    }

    async fn read_line(&mut self) -> Result<()> {
        self.line.clear();
        if self.stream.read_line(&mut self.line).await? == 0 {
            bail!("the connection was closed");
        }
        Ok(())
    }
}
