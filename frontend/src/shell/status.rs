//! What keeps the app from working, over every view: no network, no Howdah, no PostgreSQL.

use leptos::prelude::*;

use crate::state::{Reach, use_connectivity, use_servers};
use crate::ui::{Icon, IconName, Spinner};

/// A band below the header; nothing while all is well.
#[component]
pub fn Status() -> impl IntoView {
    let (connectivity, servers) = (use_connectivity(), use_servers());
    let band = move || match connectivity.reach() {
        Reach::Offline => Some((
            IconName::Offline,
            "banner",
            "You are offline. What you see may be out of date.".to_owned(),
        )),
        Reach::Unreachable => {
            let text = "Howdah does not answer. It is tried again by itself; nothing is lost.";
            Some((IconName::Offline, "banner bad", text.to_owned()))
        }
        Reach::Fine if servers.down() => {
            let detail =
                servers.server().with(|server| server.as_ref().and_then(|server| server.detail.clone()));
            let text = match detail {
                Some(detail) => format!("PostgreSQL cannot be reached: {detail}"),
                None => "PostgreSQL cannot be reached. It is tried again by itself.".to_owned(),
            };
            Some((IconName::Warning, "banner bad", text))
        }
        Reach::Fine => None,
    };
    view! {
        <div class="status" role="status">
            {move || band().map(|(icon, class, text)| view! {
                <div class=class>
                    <Icon name=icon />
                    <span>{text}</span>
                    <Spinner />
                </div>
            })}
        </div>
    }
}
