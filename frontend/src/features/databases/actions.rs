//! What can be done with a database, as a row of buttons.

use howdah_types::databases::Database;
use howdah_types::permissions::Permission;
use leptos::prelude::*;

use super::dialogs::Open;
use crate::state::use_session;
use crate::ui::{Button, ButtonKind};

/// Edit, copy, delete: only what the account may do; what the database does not allow is disabled and says why.
#[component]
pub(super) fn Actions(database: Database, open: RwSignal<Option<Open>>) -> impl IntoView {
    let session = use_session();
    let database = StoredValue::new(database);
    let show = move |dialog: fn(Database) -> Open| {
        Callback::new(move |_| open.set(Some(dialog(database.get_value()))))
    };
    let protection = database.with_value(|d| d.protection.map(super::facts::reason));
    let delete_title = protection.map(ToOwned::to_owned).unwrap_or_default();
    view! {
        <div class="database-actions">
            <Show when=move || session.can(Permission::DatabaseUpdate)>
                <Button on_click=show(Open::Edit)>"Edit"</Button>
            </Show>
            <Show when=move || session.can(Permission::DatabaseCreate)>
                <Button on_click=show(Open::Copy)>"Copy…"</Button>
            </Show>
            <Show when=move || session.can(Permission::DatabaseDelete)>
                <Button
                    kind=ButtonKind::Danger
                    disabled=protection.is_some()
                    title=delete_title.clone()
                    on_click=show(Open::Delete)
                >
                    "Delete…"
                </Button>
            </Show>
        </div>
    }
}

/// The reason why it cannot be renamed or deleted, where there is one: a disabled button alone does not say it to
/// everybody.
pub(super) fn protection_note(database: &Database) -> impl IntoView + use<> {
    database.protection.map(|protection| view! { <p class="reason">{super::facts::reason(protection)}</p> })
}
