//! Addresses that lead nowhere, and views that the account may not see.

use howdah_types::permissions::Permission;
use leptos::prelude::*;

use crate::routes;
use crate::state::use_session;
use crate::ui::{ButtonKind, EmptyState, IconName, LinkButton, use_title};

/// There is nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    use_title("Not found");
    view! {
        <EmptyState
            icon=IconName::Search
            page=true
            title="There is nothing at this address"
            text="The link may be old, or what it led to was renamed or deleted. Ctrl K finds everything that is there."
        >
            <LinkButton href=routes::databases() kind=ButtonKind::Primary>"Go to the databases"</LinkButton>
        </EmptyState>
    }
}

/// The account may not see this view; says which permission it takes and who can give it.
#[component]
pub fn Forbidden(permission: Permission) -> impl IntoView {
    use_title("Not allowed");
    let session = use_session();
    let text = move || {
        let set = session.who().map(|who| who.permission_set.as_str()).unwrap_or_default();
        format!(
            "It takes the permission {}, which your permission set “{set}” does not have. An administrator can change \
             that under Accounts.",
            permission.as_str()
        )
    };
    view! {
        <EmptyState icon=IconName::Lock page=true title="Your account may not see this" text=untrack(text)>
            <LinkButton href=routes::databases()>"Go to the databases"</LinkButton>
        </EmptyState>
    }
}

/// Shows its children only to an account with the permission, else [`Forbidden`].
#[component]
pub fn Guard(permission: Permission, children: ChildrenFn) -> impl IntoView {
    let session = use_session();
    let may = Memo::new(move |_| session.can(permission));
    move || if may.get() { children().into_any() } else { view! { <Forbidden permission /> }.into_any() }
}
