//! Whether Howdah answers.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Api};

/// What stands between the page and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It answers.
    Fine,
    /// The browser says there is no network.
    Offline,
    /// The network is there, but no answer comes.
    Unreachable,
}

/// Whether Howdah answers, from the calls that are made anyway; while it does not, it is asked every few seconds.
#[derive(Debug, Clone, Copy)]
pub struct Connectivity {
    lost: RwSignal<bool>,
    offline: RwSignal<bool>,
    returns: RwSignal<u32>,
}

impl Connectivity {
    pub(super) fn new() -> Self {
        Self { lost: RwSignal::new(false), offline: RwSignal::new(false), returns: RwSignal::new(0) }
    }

    /// What stands between the page and the server (tracked).
    pub fn reach(self) -> Reach {
        match (self.lost.get(), self.offline.get()) {
            (_, true) => Reach::Offline,
            (true, false) => Reach::Unreachable,
            (false, false) => Reach::Fine,
        }
    }

    /// Grows each time the server has come back (tracked): read again what failed.
    pub fn returns(self) -> u32 {
        self.returns.get()
    }

    pub(crate) fn reached(self, answered: bool) {
        if self.lost.get_untracked() == answered {
            self.lost.set(!answered);
            if answered {
                self.returns.update(|n| *n += 1);
            }
        }
    }

    /// Watches the browser's own opinion, and asks for the server while it is lost.
    pub fn watch(self, api: Api) {
        let _ = window_event_listener(leptos::ev::online, move |_| {
            self.offline.set(false);
            spawn_local(async move {
                let _ = api::trace::health(api).await;
            });
        });
        let _ = window_event_listener(leptos::ev::offline, move |_| self.offline.set(true));
        Effect::new(move |_| {
            if self.lost.get() {
                spawn_local(self.ask(api));
            }
        });
    }

    async fn ask(self, api: Api) {
        let mut pause = 1_000;
        while self.lost.get_untracked() {
            TimeoutFuture::new(pause).await;
            pause = (pause * 2).min(8_000);
            let _ = api::trace::health(api).await;
        }
    }
}
