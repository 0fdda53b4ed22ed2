//! One's own API tokens.

use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use howdah_types::session::{Token, TokenFormData};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, use_api};
use crate::state::{Reading, use_refresh, use_session, use_toasts};
use crate::ui::{
    Button, ButtonKind, CopyButton, Dialog, DialogActions, DialogSize, EmptyState, ErrorNotice, FormErrors,
    Grid, IconName, RelativeTime, SelectField, Skeleton, TextField,
};

/// The list, and the dialogs that make and delete tokens.
#[component]
pub fn Tokens() -> impl IntoView {
    let (api, refresh) = (use_api(), use_refresh());
    let list = Reading::new(move || {
        refresh.get();
        async move { api::tokens::list(api).await }
    });
    let making = RwSignal::new(false);
    let going = RwSignal::new(None::<Token>);
    let changed = Callback::new(move |()| list.refetch());
    let make = move || {
        view! {
            <Button kind=ButtonKind::Primary icon=IconName::Plus on_click=move |_| making.set(true)>"New token"</Button>
        }
    };
    let table = move |tokens: Vec<Token>| {
        let rows = tokens.into_iter().map(|token| view! { <Row token going /> }).collect_view();
        view! {
            <Grid label="Your API tokens">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="hide-s">"May do"</th>
                        <th scope="col" class="hide-s">"Made"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col">"Ends"</th>
                        <th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Grid>
        }
    };
    view! {
        <div class="head">
            <p class="muted">"A program sends a token as “Authorization: Bearer …” and then acts as you."</p>
            <div class="right">{make}</div>
        </div>
        {move || list.waiting().then(|| view! { <Skeleton /> })}
            {move || list.get().map(|result| match result {
                Ok(tokens) if tokens.is_empty() => view! {
                    <EmptyState
                        icon=IconName::Key
                        title="No tokens yet"
                        text="Make one for each program that speaks to the API; then one can be ended without touching the others."
                    />
                }
                .into_any(),
                Ok(tokens) => table(tokens).into_any(),
                Err(problem) => view! { <ErrorNotice problem retry=move |()| list.refetch() /> }.into_any(),
            })}
        <MakeDialog open=making changed />
        <DeleteDialog going changed />
    }
}

#[component]
fn Row(token: Token, going: RwSignal<Option<Token>>) -> impl IntoView {
    let kept = token.clone();
    let may = match &token.permissions {
        None => "all that you may".to_owned(),
        Some(list) => list.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(", "),
    };
    let whole = may.clone();
    let time = |time: Option<String>, none: &'static str| match time {
        Some(time) => view! { <RelativeTime time /> }.into_any(),
        None => none.into_any(),
    };
    view! {
        <tr>
            <td class="name-cell">{token.name}</td>
            <td class="hide-s muted" title=whole>{may}</td>
            <td class="hide-s muted"><RelativeTime time=token.created_at /></td>
            <td class="muted">{time(token.last_used_at, "never")}</td>
            <td class="muted">{time(token.expires_at, "never")}</td>
            <td class="num">
                <Button kind=ButtonKind::Quiet on_click=move |_| going.set(Some(kept.clone()))>"Delete…"</Button>
            </td>
        </tr>
    }
}

#[component]
fn MakeDialog(open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let (name, days, scope) =
        (RwSignal::new(String::new()), RwSignal::new("90".to_owned()), RwSignal::new("all".to_owned()));
    let (errors, busy, secret) = (FormErrors::new(), RwSignal::new(false), RwSignal::new(None::<String>));
    let reset = move |()| {
        name.set(String::new());
        secret.set(None);
        errors.clear();
    };
    let submit = move |()| {
        if untrack(|| secret.with(Option::is_some)) {
            open.set(false);
            reset(());
            return;
        }
        let permissions = (scope.get_untracked() == "read").then(|| untrack(|| reading(session)));
        let expires_in_days = days.get_untracked().parse().ok();
        let data = TokenFormData { name: name.get_untracked(), expires_in_days, permissions };
        if !errors.check(&data) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let made = api::tokens::create(api, &data).await;
            let _ = busy.try_set(false);
            match made {
                Ok(new) => {
                    let _ = secret.try_set(Some(new.secret));
                    changed.run(());
                }
                Err(problem) => errors.take(problem, &["name", "expiresInDays"]),
            }
        });
    };
    let pair = |value: &str, text: &str| (value.to_owned(), text.to_owned());
    let ends = vec![
        pair("7", "in 7 days"),
        pair("30", "in 30 days"),
        pair("90", "in 90 days"),
        pair("365", "in a year"),
        pair("", "never"),
    ];
    let scopes = vec![pair("all", "all that you may"), pair("read", "read only")];
    let (ends, scopes) = (StoredValue::new(ends), StoredValue::new(scopes));
    let form = move || {
        view! {
            <TextField
                label="Name"
                value=name
                help="What it is for, for example “nightly report”."
                error=errors.of("name")
                autofocus=true
            />
            <SelectField label="May do" value=scope options=scopes.get_value() />
            <SelectField label="Ends" value=days options=ends.get_value() error=errors.of("expiresInDays") />
            <DialogActions>
                <Button kind=ButtonKind::Quiet on_click=move |_| { open.set(false); reset(()); }>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>"Make the token"</Button>
            </DialogActions>
        }
    };
    let shown = move |secret: String| {
        view! {
            <p>"Copy the token now: it is not shown again. Howdah keeps only its fingerprint."</p>
            <div class="secret">
                <code class="pre">{secret.clone()}</code>
                <CopyButton text=secret label="Copy" title="Copy the token" />
            </div>
            <DialogActions>
                <Button kind=ButtonKind::Primary submit=true>"Done"</Button>
            </DialogActions>
        }
    };
    view! {
        <Dialog open title="New API token" size=DialogSize::Small busy problem=errors.problem() on_submit=submit on_close=reset>
            {move || match secret.get() {
                Some(secret) => shown(secret).into_any(),
                None => form().into_any(),
            }}
        </Dialog>
    }
}

/// What the account may read.
fn reading(session: crate::state::Session) -> Vec<Permission> {
    let permissions = session.who().map(|who| who.permissions.clone()).unwrap_or_default();
    permissions
        .into_iter()
        .filter(|permission| permission.as_str().split_once('.').is_some_and(|(_, verb)| verb == "read"))
        .collect()
}

#[component]
fn DeleteDialog(going: RwSignal<Option<Token>>, changed: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let (open, busy, problem) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<Problem>));
    Effect::new(move |_| {
        problem.set(None);
        open.set(going.with(Option::is_some));
    });
    let name = Signal::derive(move || going.get().map(|token| token.name).unwrap_or_default());
    let delete = move |()| {
        let Some(token) = going.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let result = api::tokens::delete(api, &token.id).await;
            let _ = busy.try_set(false);
            match result {
                Ok(()) => {
                    toasts.done("The token is deleted");
                    let _ = going.try_set(None);
                    changed.run(());
                }
                Err(why) => drop(problem.try_set(Some(why))),
            }
        });
    };
    view! {
        <Dialog
            open
            title="Delete this token?"
            size=DialogSize::Small
            busy
            problem
            on_submit=delete
            on_close=move |()| going.set(None)
        >
            <p>"Programs that use " <b>{name}</b> " are refused from now on. This cannot be undone."</p>
            <DialogActions>
                <Button kind=ButtonKind::Quiet on_click=move |_| going.set(None)>"Keep it"</Button>
                <Button kind=ButtonKind::DangerPrimary submit=true busy>"Delete the token"</Button>
            </DialogActions>
        </Dialog>
    }
}
