//! The first start: the link that Howdah printed leads here, and from here into the sample database.

use howdah_types::session::SetupData;
use howdah_types::validate::Validate;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Api, use_api};
use crate::routes;
use crate::state::{use_databases, use_live, use_session};
use crate::ui::{
    Button, ButtonKind, EmptyState, ErrorNotice, FormErrors, IconName, LinkButton, Loading, Mark, TextField,
    use_title,
};

/// Where the set-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Asking,
    /// There is an administrator already.
    Over,
    Account,
    Ready,
}

/// `/setup#token=…`.
#[component]
pub fn SetupPage() -> impl IntoView {
    use_title("Set-up");
    let api = use_api();
    let step = RwSignal::new(Step::Asking);
    let trouble = RwSignal::new(None);
    spawn_local(async move {
        match api::session::setup_state(api).await {
            Ok(state) => drop(step.try_set(if state.required { Step::Account } else { Step::Over })),
            Err(problem) => drop(trouble.try_set(Some(problem))),
        }
    });
    let body = move || {
        match step.get() {
        Step::Asking => match trouble.get() {
            Some(problem) => view! { <ErrorNotice problem /> }.into_any(),
            None => view! { <Loading><p class="muted">"One moment …"</p></Loading> }.into_any(),
        },
        Step::Over => view! {
            <EmptyState icon=IconName::Check title="Howdah is set up" text="The set-up link has done its work.">
                <LinkButton href=routes::databases() kind=ButtonKind::Primary>"Go to Howdah"</LinkButton>
            </EmptyState>
        }
        .into_any(),
        Step::Account => view! { <AccountForm api step /> }.into_any(),
        Step::Ready => view! { <Ready /> }.into_any(),
    }
    };
    view! {
        <main class="gate">
            <div class="gate-card wide">
                <h1 class="mark"><Mark />"Welcome to Howdah"</h1>
                {body}
            </div>
        </main>
    }
}

#[component]
fn AccountForm(api: Api, step: RwSignal<Step>) -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let token = token_of_address();
    let no_token = token.is_empty();
    let account = RwSignal::new("admin".to_owned());
    let password = RwSignal::new(String::new());
    let errors = FormErrors::new();
    let busy = RwSignal::new(false);
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let (account, password) = (account.get_untracked(), password.get_untracked());
        let data = SetupData { token: token.clone(), account, password };
        if busy.get_untracked() || !errors.check(&data) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let made = match api::session::setup(api, &data).await {
                Ok(()) => session.refresh(api).await,
                Err(problem) => Err(problem),
            };
            let _ = busy.try_set(false);
            match made {
                Ok(()) => {
                    forget_token();
                    live.reload();
                    let _ = step.try_set(Step::Ready);
                }
                Err(problem) => errors.take(problem, &["account", "password"]),
            }
        });
    };
    let long_enough = move || {
        let data = SetupData { token: String::new(), account: "a".into(), password: password.get() };
        data.validate().is_empty()
    };
    let help = "At least 12 characters; a few words that only you would put together are best.";
    view! {
        <form class="gate-form" novalidate="" on:submit=submit>
            <p>"Make the first administrator. It takes one minute, and then you are inside."</p>
            {no_token.then(|| view! {
                <p class="field-error" role="alert">
                    "The link is not whole: it must end in #token=… as Howdah printed it."
                </p>
            })}
            {move || errors.problem().get().map(|problem| view! { <ErrorNotice problem /> })}
            <TextField label="Account" value=account error=errors.of("account") autocomplete="username" />
            <TextField
                label="Password"
                value=password
                kind="password"
                help=help
                error=errors.of("password")
                autocomplete="new-password"
                autofocus=true
            />
            <div class="strength" class:enough=long_enough aria-hidden="true"><i></i></div>
            <Button kind=ButtonKind::Primary submit=true busy>"Make the account and go on"</Button>
        </form>
    }
}

#[component]
fn Ready() -> impl IntoView {
    let databases = use_databases();
    let sample = move || {
        databases.list().with(|list| {
            let mine = |d: &&howdah_types::databases::Database| d.protection.is_none() && !d.is_template;
            list.iter().flatten().find(mine).map(|database| database.name.clone())
        })
    };
    let first = move || {
        match sample() {
        Some(name) => view! {
            <LinkButton href=routes::database(&name) kind=ButtonKind::Primary icon=IconName::Database>
                {format!("Open the sample database “{name}”")}
            </LinkButton>
        }
        .into_any(),
        None => view! {
            <LinkButton href="/databases?new=1" kind=ButtonKind::Primary icon=IconName::Plus>"Make a database"</LinkButton>
        }
        .into_any(),
    }
    };
    view! {
        <div class="gate-form">
            <h2>"You are signed in"</h2>
            <p>"Three things worth knowing before you look around:"</p>
            <ul class="tips">
                <li><kbd>"Ctrl K"</kbd> "goes anywhere and does anything."</li>
                <li><kbd>"Ctrl `"</kbd> "shows the SQL behind every click."</li>
                <li><kbd>"?"</kbd> "lists all keys."</li>
            </ul>
            <div class="gate-actions">
                {first}
                <LinkButton href=routes::databases() kind=ButtonKind::Quiet>"All databases"</LinkButton>
            </div>
        </div>
    }
}

fn token_of_address() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.split_once("token=").map(|(_, token)| token.to_owned()).unwrap_or_default()
}

/// The token has been used; it need not stay in the address and the history.
fn forget_token() {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/setup"));
    }
}
