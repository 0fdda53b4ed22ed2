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
    /// Grows whenever something newer is known, or asked for: an answer to what was asked before is old.
    turn: StoredValue<u32>,
}

impl Servers {
    pub(super) fn new(api: Api) -> Self {
        Self { api, server: RwSignal::new(None), turn: StoredValue::new(0) }
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
        let turn = self.next();
        spawn_local(async move {
            let answer = api::servers::list(self.api).await;
            if let (Ok(list), true) = (answer, self.turn.get_value() == turn) {
                self.server.set(list.into_iter().next());
            }
        });
    }

    fn next(self) -> u32 {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        turn
    }

    /// Takes it as the server last told it.
    pub(super) fn put(self, server: Server) {
        self.next();
        self.server.set(Some(server));
    }

    /// Forgets what one account could see.
    pub fn clear(self) {
        self.next();
        self.server.set(None);
    }
}
