//! The dialog that deletes an account.

use howdah_types::accounts::Account;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, use_api};
use crate::state::use_toasts;
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, DialogSize, FormErrors};

#[component]
pub(super) fn DeleteAccount(
    account: Account,
    close: Callback<()>,
    on_deleted: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let name = StoredValue::new(account.name);
    let (busy, errors) = (RwSignal::new(false), FormErrors::new());
    let on_submit = move |()| {
        busy.set(true);
        errors.clear();
        let name = name.get_value();
        spawn_local(async move {
            let answer = api::accounts::delete(api, &name).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.done(format!("Account {name} was deleted"));
                    on_deleted.try_run(());
                    close.try_run(());
                }
                Err(problem) => errors.take(problem, &[]),
            }
        });
    };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title=format!("Delete {}", name.get_value())
            size=DialogSize::Small
            busy
            problem=errors.problem()
            on_submit=Callback::new(on_submit)
            on_close=close
        >
            <p>
                "The account " <b>{name.get_value()}</b> " goes with its sign-ins and API tokens. What it did stays in the "
                "audit log. To lock it out for a while, disable it instead."
            </p>
            <DialogActions>
                <Button on_click=move |_| close.run(()) disabled=busy>"Cancel"</Button>
                <Button kind=ButtonKind::DangerPrimary submit=true busy>{format!("Delete {}", name.get_value())}</Button>
            </DialogActions>
        </Dialog>
    }
}
