//! All accounts.

use howdah_types::accounts::Account;
use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use leptos::prelude::*;

use super::delete::DeleteAccount;
use super::editor::AccountEditor;
use super::list::AccountList;
use crate::api::{self, use_api};
use crate::features::databases::Trouble;
use crate::features::not_found::Guard;
use crate::state::{Reading, use_connectivity, use_session};
use crate::ui::{Button, ButtonKind, PageHead, Skeleton, format};

/// The dialog that is open, and about whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Open {
    New,
    Edit(Account),
    Delete(Account),
}

/// The accounts, for those who may see them.
#[component]
pub fn AccountsPage() -> impl IntoView {
    view! {
        <Guard permission=Permission::AccountRead>
            <Accounts />
        </Guard>
    }
}

#[component]
fn Accounts() -> impl IntoView {
    let (api, session, connectivity) = (use_api(), use_session(), use_connectivity());
    let open = RwSignal::new(None::<Open>);
    let again = RwSignal::new(0_u32);
    let accounts = Reading::new(move || {
        again.track();
        connectivity.returns();
        api::accounts::list(api)
    });
    let reload = Callback::new(move |()| {
        again.try_update(|n| *n = n.wrapping_add(1));
    });
    let text = Signal::derive(move || summary(accounts.get().as_ref()));
    view! {
        <div class="accounts">
            <PageHead title="Accounts" text>
                <Show when=move || session.can(Permission::AccountManage)>
                    <Button kind=ButtonKind::Primary on_click=move |_| open.set(Some(Open::New))>"New account"</Button>
                </Show>
            </PageHead>
            {move || accounts.waiting().then(|| view! { <Skeleton rows=5 /> })}
                {move || accounts.get().map(|answer| match answer {
                    Ok(accounts) => view! { <AccountList accounts open /> }.into_any(),
                    Err(problem) => view! { <Trouble problem retry=reload /> }.into_any(),
                })}
        </div>
        <Dialogs open reload />
    }
}

fn summary(accounts: Option<&Result<Vec<Account>, Problem>>) -> String {
    match accounts {
        Some(Ok(list)) => {
            let n = i64::try_from(list.len()).unwrap_or(i64::MAX);
            format!(
                "{} of people and programs that sign in to Howdah. They are not PostgreSQL roles.",
                format::plural(n, "account", "accounts")
            )
        }
        _ => String::new(),
    }
}

#[component]
fn Dialogs(open: RwSignal<Option<Open>>, reload: Callback<()>) -> impl IntoView {
    let close = Callback::new(move |()| open.set(None));
    move || {
        open.get().map(|dialog| match dialog {
            Open::New => view! { <AccountEditor existing=None close on_saved=reload /> }.into_any(),
            Open::Edit(account) => {
                view! { <AccountEditor existing=Some(account) close on_saved=reload /> }.into_any()
            }
            Open::Delete(account) => view! { <DeleteAccount account close on_deleted=reload /> }.into_any(),
        })
    }
}
