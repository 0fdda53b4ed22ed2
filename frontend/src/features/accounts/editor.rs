//! The dialog that makes an account or changes one.

use howdah_types::accounts::Account;
use howdah_types::permissions::PermissionSet;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::explain::{set_allows, set_name, set_sentence};
use super::form::{Fields, Request};
use super::scope::Scope;
use crate::api::{self, use_api};
use crate::state::use_toasts;
use crate::ui::{Button, ButtonKind, CheckField, Dialog, DialogActions, FormErrors, TextField, new_id};

/// The fields by their names in the JSON body.
const KNOWN: [&str; 5] = ["name", "password", "permissionSet", "databases", "disabled"];

#[component]
pub(super) fn AccountEditor(
    /// None makes a new one.
    existing: Option<Account>,
    close: Callback<()>,
    /// Something was saved: the list is to be read again.
    on_saved: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let is_new = existing.is_none();
    let title = existing.as_ref().map_or_else(|| "New account".to_owned(), |a| format!("Edit {}", a.name));
    let fields = Fields::of(existing.as_ref());
    let existing = StoredValue::new(existing);
    let (busy, errors) = (RwSignal::new(false), FormErrors::new());
    let on_submit = move |()| {
        let request = existing.with_value(|existing| fields.request(existing.as_ref()));
        errors.clear();
        let broken = request.errors();
        for error in &broken {
            errors.put(&error.field, &error.code, error.message.clone());
        }
        if !broken.is_empty() {
            return;
        }
        if request.is_idle() {
            close.run(());
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = match &request {
                Request::Create(data) => api::accounts::create(api, data).await,
                Request::Update(name, data) => api::accounts::update(api, name, data).await,
            };
            busy.try_set(false);
            match answer {
                Ok(account) => {
                    let done = if is_new { "created" } else { "changed" };
                    toasts.done(format!("Account {} was {done}", account.name));
                    on_saved.try_run(());
                    close.try_run(());
                }
                Err(problem) => errors.take(problem, &KNOWN),
            }
        });
    };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title
            busy
            problem=errors.problem()
            on_submit=Callback::new(on_submit)
            on_close=close
        >
            <div class="database-form">
                <Identity fields errors is_new />
                <Sets set=fields.set />
                <Scope all=fields.all chosen=fields.databases error=errors.of("databases") />
                {(!is_new).then(|| view! {
                    <CheckField
                        label="Disabled"
                        value=fields.disabled
                        help="It cannot sign in, and its tokens do not work. Everything else of it stays."
                    />
                    <p class="reason">"A change of rights or of the password ends its sign-ins."</p>
                })}
            </div>
            <DialogActions>
                <Button on_click=move |_| close.run(()) disabled=busy>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>
                    {if is_new { "Create account" } else { "Save changes" }}
                </Button>
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn Identity(fields: Fields, errors: FormErrors, is_new: bool) -> impl IntoView {
    let (label, help) = if is_new {
        (
            "Password",
            "12 to 256 characters. Hand it over in a safe way; it can be changed after the first sign-in.",
        )
    } else {
        ("New password", "Leave it empty to keep the present one. 12 to 256 characters.")
    };
    view! {
        {is_new.then(|| view! {
            <TextField
                label="Name"
                value=fields.name
                error=errors.of("name")
                help="What the person or program signs in with."
                autofocus=true
                required=true
            />
        })}
        <TextField
            label
            value=fields.password
            kind="password"
            autocomplete="new-password"
            help
            error=errors.of("password")
            required=is_new
        />
    }
}

/// The permission sets as radio buttons with what each allows.
#[component]
fn Sets(set: RwSignal<PermissionSet>) -> impl IntoView {
    let group = new_id("set");
    let one = move |each: PermissionSet| {
        view! {
            <label class="set" title=format!("It may {}.", set_allows(each))>
                <input type="radio" name=group.clone() prop:checked=move || set.get() == each on:change=move |_| set.set(each) />
                <b>{set_name(each)}</b>
                <span>{set_sentence(each)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="sets">
            <legend>"What it may do"</legend>
            {PermissionSet::ALL.into_iter().map(one).collect_view()}
            <p class="reason">{move || format!("It may {}.", set_allows(set.get()))}</p>
        </fieldset>
    }
}
