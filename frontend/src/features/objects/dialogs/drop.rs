//! The dialog that drops something. It cannot come back, so its name has to be typed; what depends on it is shown
//! before it is offered to go along.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{About, Done};
use crate::api::objects::{self, Object};
use crate::api::use_api;
use crate::features::objects::change::{ChangePanel, change_preview};
use crate::features::objects::parts::DependentList;
use crate::state::use_toasts;
use crate::ui::{Button, ButtonKind, CheckField, ConfirmName, Dialog, DialogActions, FormErrors, format};

pub(super) fn dialog(about: About, object: Object, what: &'static str, name: String) -> AnyView {
    let (api, toasts) = (use_api(), use_toasts());
    let About { open, close, done } = about;
    let deed = StoredValue::new(format!("Drop {name}"));
    let (name, object) = (StoredValue::new(name), StoredValue::new(object));
    let database = StoredValue::new(open.database);
    let (busy, confirmed, cascade) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let errors = FormErrors::new();
    let asked = Memo::new(move |_| Some(cascade.get()));
    let change = change_preview(asked, move |cascade| {
        let object = object.get_value();
        async move { objects::preview_delete(api, &object, cascade).await }
    });
    let dependents = Memo::new(move |_| {
        change.preview.with(|p| p.as_ref().map(|p| p.dependents.clone()).unwrap_or_default())
    });
    let held = Memo::new(move |_| !dependents.with(Vec::is_empty) && !cascade.get());
    let ready =
        move || confirmed.get() && !held.get() && !change.stale.get() && change.preview.with(Option::is_some);
    let submit = move |()| {
        if !untrack(ready) {
            return;
        }
        let along = !dependents.with_untracked(Vec::is_empty);
        let expect =
            change.preview.with_untracked(|p| p.as_ref().and_then(|p| p.expect.clone())).filter(|_| along);
        busy.set(true);
        errors.clear();
        let object = object.get_value();
        spawn_local(async move {
            let answer = objects::delete(api, &object, expect).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.done(format!("{} was dropped", name.try_get_value().unwrap_or_default()));
                    done.try_run(Done::Dropped);
                    close.try_run(());
                }
                Err(problem) => errors.take(problem, &[]),
            }
        });
    };
    let needed = move || {
        let list = dependents.get();
        (!list.is_empty()).then(|| {
            let n = i64::try_from(list.len()).unwrap_or(i64::MAX);
            let these = format::plural(n, "object depends", "objects depend");
            let label = format!("Drop {} as well (CASCADE)", if n == 1 { "it" } else { "them" });
            view! {
                <div class="drop-needed" role="group" aria-label="What depends on it">
                    <p><b>{these}</b>" on it, and keep it from being dropped:"</p>
                    <DependentList database=database.get_value() list />
                    <CheckField label value=cascade />
                </div>
            }
        })
    };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title=deed.get_value()
            busy
            problem=errors.problem()
            on_submit=Callback::new(submit)
            on_close=close
        >
            <div class="database-form">
                <p class="reason">{format!("This {what} goes for good. It cannot be brought back.")}</p>
                {needed}
                <ConfirmName name=name.get_value() confirmed label="Type the name to confirm" />
                <ChangePanel change empty="The server is asked for the SQL." />
            </div>
            <DialogActions>
                <Button on_click=move |_| close.run(()) disabled=busy>"Cancel"</Button>
                <Button
                    kind=ButtonKind::DangerPrimary
                    submit=true
                    busy
                    disabled=Signal::derive(move || !ready())
                >
                    {deed.get_value()}
                </Button>
            </DialogActions>
        </Dialog>
    }
    .into_any()
}
