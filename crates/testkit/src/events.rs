//! Reading server-sent events.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout_at};

/// One event as it came.
#[derive(Debug, Clone)]
pub struct SseEvent {
    /// `id:`, where one was given.
    pub id: Option<String>,
    /// `event:`.
    pub event: String,
    /// `data:` as JSON.
    pub data: Value,
}

/// An open event stream.
#[derive(Debug)]
pub struct EventStream {
    response: reqwest::Response,
    buffer: String,
    /// The last id that came: what a browser would send as `Last-Event-ID`.
    pub last_id: Option<String>,
}

impl EventStream {
    /// Takes over an answer whose body is a stream of events.
    pub fn new(response: reqwest::Response) -> Self {
        assert_eq!(response.status().as_u16(), 200, "an event stream opens with 200");
        let kind =
            response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(kind.starts_with("text/event-stream"), "the content type is {kind:?}");
        Self { response, buffer: String::new(), last_id: None }
    }

    /// The next event, or `None` when the stream ends or nothing comes for `limit`.
    pub async fn next(&mut self, limit: Duration) -> Option<SseEvent> {
        let end = Instant::now() + limit;
        loop {
            while let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let event = parse(block);
                let rest = rest.to_owned();
                self.buffer = rest;
                if let Some(event) = event {
                    self.last_id = event.id.clone().or(self.last_id.take());
                    return Some(event);
                }
            }
            let chunk = timeout_at(end, self.response.chunk()).await.ok()?.ok()??;
            self.buffer.push_str(&String::from_utf8_lossy(&chunk).replace("\r\n", "\n"));
        }
    }

    /// The first event for which `wanted` holds; fails after ten seconds, naming `what`.
    pub async fn wait_for(&mut self, what: &str, wanted: impl Fn(&SseEvent) -> bool) -> SseEvent {
        let end = Instant::now() + Duration::from_secs(10);
        let mut seen = Vec::new();
        while Instant::now() < end {
            match self.next(end - Instant::now()).await {
                Some(event) if wanted(&event) => return event,
                Some(event) => seen.push(format!("{} {}", event.event, event.data)),
                None => break,
            }
        }
        panic!("no event: {what}; there came {seen:#?}");
    }

    /// Waits for the stream to be closed by the server, and returns what still came.
    pub async fn until_closed(&mut self, limit: Duration) -> Vec<SseEvent> {
        let end = Instant::now() + limit;
        let mut seen = Vec::new();
        loop {
            assert!(Instant::now() < end, "the stream is still open; there came {seen:?}");
            let Some(event) = self.next(end - Instant::now()).await else { break };
            seen.push(event);
        }
        assert!(Instant::now() < end, "the stream is still open; there came {seen:?}");
        seen
    }
}

fn parse(block: &str) -> Option<SseEvent> {
    let mut event = SseEvent { id: None, event: "message".to_owned(), data: Value::Null };
    let mut data = Vec::new();
    for line in block.lines() {
        match line.split_once(':').map(|(field, value)| (field, value.strip_prefix(' ').unwrap_or(value))) {
            Some(("id", value)) => event.id = Some(value.to_owned()),
            Some(("event", value)) => value.clone_into(&mut event.event),
            Some(("data", value)) => data.push(value.to_owned()),
            _ => {}
        }
    }
    if data.is_empty() {
        return None;
    }
    event.data = serde_json::from_str(&data.join("\n")).expect("the data of an event is JSON");
    Some(event)
}
