//! The table of accounts.

use howdah_types::accounts::Account;
use howdah_types::permissions::Permission;
use leptos::prelude::*;

use super::explain::{set_allows, set_name};
use super::page::Open;
use crate::state::use_session;
use crate::ui::{Button, ButtonKind, Grid, RelativeTime, Tag, TagKind, parse_time};

#[component]
pub(super) fn AccountList(accounts: Vec<Account>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let session = use_session();
    let may = Memo::new(move |_| session.can(Permission::AccountManage));
    view! {
        <Grid label="Accounts" class="accounts-list">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"May"</th>
                    <th scope="col" class="hide-s">"Databases"</th>
                    <th scope="col" class="hide-s">"Last sign-in"</th>
                    <th scope="col" class="hide-s">"Made"</th>
                    <th scope="col"><span class="sr-only">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>
                {accounts.into_iter().map(|account| view! { <Row account open may /> }).collect_view()}
            </tbody>
        </Grid>
    }
}

#[component]
fn Row(account: Account, open: RwSignal<Option<Open>>, may: Memo<bool>) -> impl IntoView {
    let session = use_session();
    let own = untrack(|| session.account()) == account.name;
    let off = account.disabled;
    let databases = account.databases.as_ref().map(|list| list.join(", "));
    let allows = format!("It may {}.", set_allows(account.permission_set));
    view! {
        <tr class:off=off>
            <td>
                <span class="name">{account.name.clone()}</span>
                {own.then(|| view! { " " <Tag kind=TagKind::Accent>"you"</Tag> })}
                <States account=account.clone() />
            </td>
            <td title=allows>{set_name(account.permission_set)}</td>
            <td class="hide-s" title=databases.clone().unwrap_or_default()>
                {match databases.clone() {
                    None => "all".into_any(),
                    Some(list) if list.is_empty() => view! { <span class="null">"none"</span> }.into_any(),
                    Some(list) => list.into_any(),
                }}
            </td>
            <td class="hide-s">
                {match account.last_sign_in_at.clone() {
                    Some(time) => view! { <RelativeTime time /> }.into_any(),
                    None => view! { <span class="null">"never"</span> }.into_any(),
                }}
            </td>
            <td class="hide-s"><RelativeTime time=account.created_at.clone() /></td>
            <td class="actions"><RowActions account own open may /></td>
        </tr>
    }
}

#[component]
fn States(account: Account) -> impl IntoView {
    let locked =
        account.locked_until.filter(|until| parse_time(until).is_some_and(|at| at > js_sys::Date::now()));
    view! {
        {account.disabled.then(|| view! { " " <Tag kind=TagKind::Warn>"disabled"</Tag> })}
        {locked.map(|time| view! { " " <Tag kind=TagKind::Bad>"locked, opens\u{a0}" <RelativeTime time /></Tag> })}
    }
}

#[component]
fn RowActions(account: Account, own: bool, open: RwSignal<Option<Open>>, may: Memo<bool>) -> impl IntoView {
    let account = StoredValue::new(account);
    let why = if own { "Nobody can delete the account they are signed in with." } else { "" };
    view! {
        <Show when=move || may.get()>
            <span>
                <Button on_click=move |_| open.set(Some(Open::Edit(account.get_value())))>"Edit"</Button>
                <Button
                    kind=ButtonKind::Danger
                    disabled=own
                    title=why
                    on_click=move |_| open.set(Some(Open::Delete(account.get_value())))
                >
                    "Delete…"
                </Button>
            </span>
        </Show>
    }
}
