//! The managed server.

use howdah_types::servers::{Server, ServerState};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Api};

/// The default server and its state, kept up to date by events.
#[derive(Debug, Clone, Copy)]
pub struct Servers {
    api: Api,
    server: RwSignal<Option<Server>>,
}

impl Servers {
    pub(super) fn new(api: Api) -> Self {
        Self { api, server: RwSignal::new(None) }
    }

    /// The default server; none until it was read once or when it may not be seen.
    pub fn server(self) -> RwSignal<Option<Server>> {
        self.server
    }

    /// Whether PostgreSQL is known to be down (tracked).
    pub fn down(self) -> bool {
        self.server.with(|server| server.as_ref().is_some_and(|server| server.state == ServerState::Down))
    }

    /// Reads it again.
    pub fn reload(self) {
        spawn_local(async move {
            if let Ok(list) = api::servers::list(self.api).await {
                self.server.set(list.into_iter().next());
            }
        });
    }

    /// Takes it as the server last told it.
    pub(super) fn put(self, server: Server) {
        self.server.set(Some(server));
    }

    /// Forgets what one account could see.
    pub fn clear(self) {
        self.server.set(None);
    }
}
