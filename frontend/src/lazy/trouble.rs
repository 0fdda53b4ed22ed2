//! Why a part could not be loaded.

use gloo_net::http::Request;
use leptos::prelude::*;

use crate::api::{self, Api, UNREACHABLE};
use crate::ui::IconName;

/// The script that starts this page; its name holds a fingerprint of the whole app.
const START: &str = "script[type=module][src]";

/// What kept a part from being loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The browser has no network.
    Offline,
    /// The network is there, Howdah is not.
    Unreachable,
    /// Howdah serves another version of the app by now: the files of this one are gone.
    Newer,
    /// Nothing explains it.
    Unknown,
}

impl Trouble {
    /// Asks around. A lost server is noticed by the rest of the app too: then its return is waited for.
    pub(super) async fn find(api: Api) -> Self {
        if !window().navigator().on_line() {
            return Self::Offline;
        }
        match api::trace::health(api).await {
            Err(problem) if problem.code == UNREACHABLE => Self::Unreachable,
            _ if is_newer().await => Self::Newer,
            _ => Self::Unknown,
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Offline => "You are offline",
            Self::Unreachable => "Howdah does not answer",
            Self::Newer => "Howdah has been updated",
            Self::Unknown => "This part of the app could not be loaded",
        }
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Offline => {
                "This part of the app was not opened before, so it is not here yet. It comes as soon as the network \
                 is back."
            }
            Self::Unreachable => {
                "This part of the app was not opened before, so it is not here yet. It comes as soon as Howdah \
                 answers again."
            }
            Self::Newer => {
                "This page is of the version before, and its parts are no longer there. Reload it to go on with the \
                 new one."
            }
            Self::Unknown => {
                "Its files did not arrive, or arrived broken. Nothing is lost. If trying again does not help, reload \
                 the page."
            }
        }
    }

    pub(super) fn icon(self) -> IconName {
        match self {
            Self::Offline | Self::Unreachable => IconName::Offline,
            Self::Newer => IconName::Refresh,
            Self::Unknown => IconName::Warning,
        }
    }

    /// It goes away by itself, and is then tried again.
    pub(super) fn passes(self) -> bool {
        matches!(self, Self::Offline | Self::Unreachable)
    }

    pub(super) fn reload_helps(self) -> bool {
        matches!(self, Self::Newer | Self::Unknown)
    }
}

/// Whether the page that Howdah serves now is started by another script than this one.
async fn is_newer() -> bool {
    let start = document().query_selector(START).ok().flatten();
    let Some(start) = start.and_then(|script| script.get_attribute("src")) else { return false };
    let Ok(page) = Request::get("/").header("accept", "text/html").send().await else { return false };
    page.ok() && page.text().await.is_ok_and(|html| !html.contains(&start))
}
