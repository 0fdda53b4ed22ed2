//! The sign-in has ended while somebody was at work: it is asked for over the view, which stays as it was.

use leptos::prelude::*;

use super::Attempt;
use crate::state::use_session;
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, DialogSize, TextField};

/// The dialog; it opens by itself when the sign-in has ended.
#[component]
pub fn RenewDialog() -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    let attempt = Attempt::new(untrack(|| session.account()));
    Effect::new(move |_| {
        let expired = session.expired();
        if expired {
            attempt.password.set(String::new());
            attempt.errors.clear();
            attempt.account.set(untrack(|| session.account()));
        }
        open.set(expired);
    });
    view! {
        <Dialog
            open
            title="Sign in again"
            size=DialogSize::Small
            strict=true
            busy=attempt.busy
            problem=attempt.errors.problem()
            on_submit=move |()| attempt.go()
        >
            <p class="muted">"Your sign-in has ended. What you were doing goes on right after this."</p>
            <TextField
                label="Account"
                value=attempt.account
                error=attempt.errors.of("account")
                autocomplete="username"
            />
            <TextField
                label="Password"
                value=attempt.password
                kind="password"
                error=attempt.errors.of("password")
                autocomplete="current-password"
                autofocus=true
            />
            <DialogActions>
                <Button kind=ButtonKind::Quiet on_click=move |_| session.leave()>"Leave"</Button>
                <Button kind=ButtonKind::Primary submit=true busy=attempt.busy>"Sign in"</Button>
            </DialogActions>
        </Dialog>
    }
}
