//! One's own account: sign-ins, password, API tokens.

pub mod password;
pub mod sessions;
pub mod tokens;

use leptos::prelude::*;

use crate::lazy::part;
use crate::routes;
use crate::state::use_session;
use crate::ui::{PageHead, Tab, Tabs};
use password::Password;
use sessions::SignIns;
use tokens::Tokens;

part! {
    /// `/account`: where one is signed in.
    pub(crate) SIGN_INS in account = || view! { <AccountPage section="sign-ins" /> }
}
part! {
    /// `/account/password`.
    pub(crate) PASSWORD in account = || view! { <AccountPage section="password" /> }
}
part! {
    /// `/account/tokens`.
    pub(crate) TOKENS in account = || view! { <AccountPage section="tokens" /> }
}

/// What the three have in common.
#[component]
pub fn AccountPage(section: &'static str) -> impl IntoView {
    let session = use_session();
    let title = Signal::derive(move || session.account());
    let text = Signal::derive(move || {
        let Some(who) = session.who() else { return String::new() };
        match &who.databases {
            Some(list) => {
                format!("Your account · {} · sees {}", who.permission_set.as_str(), list.join(", "))
            }
            None => format!("Your account · {}", who.permission_set.as_str()),
        }
    });
    let body = match section {
        "password" => view! { <Password /> }.into_any(),
        "tokens" => view! { <Tokens /> }.into_any(),
        _ => view! { <SignIns /> }.into_any(),
    };
    view! {
        <PageHead title text />
        <Tabs label="Your account">
            <Tab href=routes::account() current=section == "sign-ins">"Sign-ins"</Tab>
            <Tab href=routes::account_section("password") current=section == "password">"Password"</Tab>
            <Tab href=routes::account_section("tokens") current=section == "tokens">"API tokens"</Tab>
        </Tabs>
        {body}
    }
}
