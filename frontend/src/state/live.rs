//! The stream of events: what others do appears here as it happens.

use std::time::Duration;

use howdah_types::events::{Event, EventBody};
use howdah_types::permissions::Permission;
use leptos::prelude::*;

use super::{Console, Databases, Jobs, Servers, Session};
use crate::api::events::{self, Signal as Heard, Stream};

/// Feeds events to the shared state. One stream per page, opened at sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    console: Console,
    session: Session,
    databases: Databases,
    jobs: Jobs,
    servers: Servers,
    stream: StoredValue<Option<Stream>, LocalStorage>,
    resets: RwSignal<u32>,
    /// How many changes of structure there were, and in which database the last one was.
    structure: RwSignal<(u32, String)>,
    connected: RwSignal<bool>,
    missed: StoredValue<bool>,
}

impl Live {
    pub(super) fn new(
        console: Console,
        session: Session,
        databases: Databases,
        jobs: Jobs,
        servers: Servers,
    ) -> Self {
        let (stream, resets, connected) =
            (StoredValue::new_local(None), RwSignal::new(0), RwSignal::new(false));
        let (missed, structure) = (StoredValue::new(false), RwSignal::new((0, String::new())));
        Self { console, session, databases, jobs, servers, stream, resets, structure, connected, missed }
    }

    /// Grows when events were missed (tracked): read everything again.
    pub fn resets(self) -> u32 {
        self.resets.get()
    }

    /// Grows when tables, views, types … of this database were changed (tracked).
    pub fn structure(self, database: Memo<String>) -> Memo<u32> {
        Memo::new(move |last: Option<&u32>| {
            let (n, changed) = self.structure.get();
            if changed == database.get() { n } else { last.copied().unwrap_or_default() }
        })
    }

    /// Whether the stream is open (tracked).
    pub fn connected(self) -> bool {
        self.connected.get()
    }

    /// Reads everything and opens the stream.
    pub fn start(self) {
        self.reload();
        self.open();
    }

    /// Closes the stream and forgets what was seen.
    pub fn stop(self) {
        self.stream.set_value(None);
        self.connected.set(false);
        self.console.clear();
        self.databases.clear();
        self.jobs.clear();
        self.servers.clear();
    }

    /// Reads everything again.
    pub fn reload(self) {
        let may = |permission| untrack(|| self.session.can(permission));
        if may(Permission::ServerRead) {
            self.servers.reload();
        }
        if may(Permission::DatabaseRead) {
            self.databases.changed();
        }
        if may(Permission::JobRead) {
            self.jobs.reload();
        }
        self.resets.update(|n| *n += 1);
    }

    fn open(self) {
        self.stream.set_value(events::open(move |heard| match heard {
            Heard::Open => {
                self.connected.set(true);
                if self.missed.get_value() {
                    self.missed.set_value(false);
                    self.reload();
                }
            }
            Heard::Lost(resumes) => {
                self.connected.set(false);
                if !resumes {
                    self.missed.set_value(true);
                    self.open_later();
                }
            }
            Heard::Event(event) => self.take(*event),
        }));
    }

    /// The browser gave up: events may be missed until the stream is open again, and everything is read again then.
    /// While the sign-in is being renewed there is nothing to open; [`Self::start`] comes after it.
    fn open_later(self) {
        set_timeout(
            move || {
                let wanted = self.stream.with_value(Option::is_some) && !untrack(|| self.session.expired());
                if wanted && !self.connected.get_untracked() {
                    self.open();
                }
            },
            Duration::from_secs(3),
        );
    }

    fn take(self, event: Event) {
        self.console.event(event.body.kind(), describe(&event.body));
        match event.body {
            EventBody::DatabasesChanged { .. } => self.databases.changed(),
            EventBody::DatabaseSizes { sizes } => self.databases.sizes(&sizes),
            EventBody::JobChanged { job } => self.jobs.put(job),
            EventBody::TablesChanged { database, .. } => self.structure.update(|(n, last)| {
                *n = n.wrapping_add(1);
                *last = database;
            }),
            EventBody::JobLog { .. } => {}
            EventBody::ServerChanged { server } => {
                let was_down = untrack(|| self.servers.down());
                self.servers.put(server);
                if was_down && !untrack(|| self.servers.down()) {
                    self.reload();
                }
            }
            EventBody::Reset => self.reload(),
            EventBody::SessionEnded => {
                self.stream.set_value(None);
                self.connected.set(false);
                self.session.expire();
            }
        }
    }
}

/// One line for the debug console.
fn describe(body: &EventBody) -> String {
    match body {
        EventBody::DatabasesChanged { names } => names.join(", "),
        EventBody::TablesChanged { database, schema } => {
            [Some(database.as_str()), schema.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(".")
        }
        EventBody::DatabaseSizes { sizes } => {
            let sizes = sizes.iter().map(|size| match size.size_bytes {
                Some(bytes) => format!("{} {}", size.name, crate::ui::format::bytes(bytes)),
                None => size.name.clone(),
            });
            sizes.collect::<Vec<_>>().join(", ")
        }
        EventBody::JobChanged { job } => {
            let percent = job.progress.map(crate::ui::format::percent).unwrap_or_default();
            format!("{} {} {percent}", job.title, job.state.as_str())
        }
        EventBody::JobLog { line } => line.message.clone(),
        EventBody::ServerChanged { server } => match &server.detail {
            Some(detail) => format!("{}: {detail}", server.name),
            None => format!("{} is up", server.name),
        },
        EventBody::Reset => "events were missed; everything is read again".to_owned(),
        EventBody::SessionEnded => "the sign-in has ended".to_owned(),
    }
}
