//! `/api/events` and `/api/jobs/{id}/events`: server-sent events.

use howdah_types::events::Event;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventSource, MessageEvent};

use super::{jobs, json};

/// The names of all events, as `EventBody::kind` gives them.
const KINDS: [&str; 8] = [
    "databasesChanged",
    "tablesChanged",
    "databaseSizes",
    "jobChanged",
    "jobLog",
    "serverChanged",
    "reset",
    "sessionEnded",
];

/// What a stream says.
#[derive(Debug, Clone)]
pub enum Signal {
    /// It is connected, for the first time or again.
    Open,
    /// It was lost; `true` when the browser connects again by itself and resumes.
    Lost(bool),
    /// Something happened.
    Event(Box<Event>),
}

/// An open stream; dropping it closes it.
pub struct Stream {
    source: EventSource,
    message: Closure<dyn FnMut(MessageEvent)>,
    open: Closure<dyn FnMut(JsValue)>,
    error: Closure<dyn FnMut(JsValue)>,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        for kind in KINDS {
            let message = self.message.as_ref().unchecked_ref();
            let _ = self.source.remove_event_listener_with_callback(kind, message);
        }
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        let _ = (&self.open, &self.error);
        self.source.close();
    }
}

/// Opens the account's own stream. `None` when the browser refuses.
pub fn open(heard: impl Fn(Signal) + Clone + 'static) -> Option<Stream> {
    connect("/api/events", heard)
}

/// Opens the stream of one job: its log lines and its state.
pub fn open_job(id: &str, heard: impl Fn(Signal) + Clone + 'static) -> Option<Stream> {
    connect(&format!("{}/events", jobs::path(id)), heard)
}

fn connect(path: &str, heard: impl Fn(Signal) + Clone + 'static) -> Option<Stream> {
    let source = EventSource::new(path).ok()?;
    let tell = heard.clone();
    let message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let text = message.data().as_string().unwrap_or_default();
        if let Ok(event) = json::read::<Event>(&text) {
            tell(Signal::Event(Box::new(event)));
        }
    });
    for kind in KINDS {
        source.add_event_listener_with_callback(kind, message.as_ref().unchecked_ref()).ok()?;
    }
    let tell = heard.clone();
    let open = Closure::<dyn FnMut(JsValue)>::new(move |_| tell(Signal::Open));
    source.set_onopen(Some(open.as_ref().unchecked_ref()));
    let watched = source.clone();
    let error = Closure::<dyn FnMut(JsValue)>::new(move |_| {
        heard(Signal::Lost(watched.ready_state() != EventSource::CLOSED));
    });
    source.set_onerror(Some(error.as_ref().unchecked_ref()));
    Some(Stream { source, message, open, error })
}
