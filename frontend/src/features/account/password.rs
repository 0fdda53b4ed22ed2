//! Changing one's own password.

use howdah_types::problem::Code;
use howdah_types::session::PasswordChangeData;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, use_api};
use crate::state::use_toasts;
use crate::ui::{Button, ButtonKind, ErrorNotice, FormErrors, TextField};

/// The current password, and the new one twice.
#[component]
pub fn Password() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (current, new, again) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (errors, busy) = (FormErrors::new(), RwSignal::new(false));
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let data = PasswordChangeData { current: current.get_untracked(), new: new.get_untracked() };
        let mut fine = errors.check(&data);
        if again.get_untracked() != data.new {
            errors.put("again", "different", "This is not the same as the new password.");
            fine = false;
        }
        if !fine || busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let result = api::session::change_password(api, &data).await;
            let _ = busy.try_set(false);
            match result {
                Ok(()) => {
                    toasts.done("Your password is changed; all your other sign-ins have ended");
                    for field in [current, new, again] {
                        let _ = field.try_set(String::new());
                    }
                }
                Err(problem) if problem.code == Code::PasswordWrong.as_str() => {
                    errors.put("current", "wrong", "This is not your current password.");
                }
                Err(problem) => errors.take(problem, &["current", "new"]),
            }
        });
    };
    view! {
        <form class="card pad narrow stack" novalidate="" on:submit=submit>
            {move || errors.problem().get().map(|problem| view! { <ErrorNotice problem /> })}
            <TextField
                label="Current password"
                value=current
                kind="password"
                autocomplete="current-password"
                error=errors.of("current")
            />
            <TextField
                label="New password"
                value=new
                kind="password"
                autocomplete="new-password"
                help="12 to 256 characters. All your other sign-ins end when it changes."
                error=errors.of("new")
            />
            <TextField
                label="New password again"
                value=again
                kind="password"
                autocomplete="new-password"
                error=errors.of("again")
            />
            <div><Button kind=ButtonKind::Primary submit=true busy>"Change the password"</Button></div>
        </form>
    }
}
