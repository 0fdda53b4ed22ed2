//! The sign-in page. It stands at whatever address was asked for, so that one goes on there afterwards.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Attempt;
use crate::api::{self, use_api};
use crate::shell::theme_switch::ThemeSwitch;
use crate::ui::{Button, ButtonKind, ErrorNotice, Mark, TextField, use_title};

/// Account and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    use_title("Sign in");
    let attempt = Attempt::new(String::new());
    let api = use_api();
    let first_start = RwSignal::new(false);
    spawn_local(async move {
        if let Ok(state) = api::session::setup_state(api).await {
            let _ = first_start.try_set(state.required);
        }
    });
    let form = move || view! { <Form attempt /> };
    view! {
        <main class="gate">
            <div class="gate-card">
                <h1 class="mark"><Mark />"Howdah"</h1>
                {move || if first_start.get() { view! { <FirstStart /> }.into_any() } else { form().into_any() }}
            </div>
            <div class="gate-foot"><ThemeSwitch /></div>
        </main>
    }
}

#[component]
fn Form(attempt: Attempt) -> impl IntoView {
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        attempt.go();
    };
    let problem = attempt.errors.problem();
    view! {
        <form class="gate-form" novalidate="" on:submit=submit>
            {move || problem.get().map(|problem| view! { <ErrorNotice problem /> })}
            <TextField
                label="Account"
                value=attempt.account
                error=attempt.errors.of("account")
                autocomplete="username"
                autofocus=true
            />
            <TextField
                label="Password"
                value=attempt.password
                kind="password"
                error=attempt.errors.of("password")
                autocomplete="current-password"
            />
            <Button kind=ButtonKind::Primary submit=true busy=attempt.busy>"Sign in"</Button>
        </form>
    }
}

/// Nobody can sign in yet.
#[component]
fn FirstStart() -> impl IntoView {
    view! {
        <div class="gate-form">
            <h2>"One step before the first sign-in"</h2>
            <p>
                "Nobody has an account yet. When Howdah started, it printed a set-up link in its terminal: open that \
                 link to make the first administrator."
            </p>
            <p class="muted small">
                "The link works once. Starting Howdah again prints a new one; with HOWDAH_ADMIN_PASSWORD set, the first \
                 start makes the account “admin” by itself."
            </p>
        </div>
    }
}
