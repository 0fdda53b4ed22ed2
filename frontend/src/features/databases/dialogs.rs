//! Which dialog about a database is open. The list and a database's own page share them.

use howdah_types::databases::Database;
use leptos::prelude::*;

use super::copy::CopyDialog;
use super::delete::DeleteDialog;
use super::editor::{DatabaseEditor, Subject};
use crate::lazy::{Place, part};

/// The dialog that is open, and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Open {
    New,
    Edit(Database),
    Copy(Database),
    Delete(Database),
}

/// What a dialog has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Done {
    /// It was made, or is now called so.
    Saved(Database),
    /// The database of this name is gone.
    Deleted(String),
}

#[component]
pub(super) fn DatabaseDialogs(
    open: RwSignal<Option<Open>>,
    #[prop(into)] on_done: Callback<Done>,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(None));
    move || open.get().map(|dialog| DIALOG.show(About { dialog, close, on_done }, Place::Over(close)))
}

/// What a dialog is shown with.
#[derive(Debug, Clone)]
pub(crate) struct About {
    dialog: Open,
    close: Callback<()>,
    on_done: Callback<Done>,
}

part! {
    /// Make, change, copy or delete a database.
    pub(crate) DIALOG in database_dialogs = |about: About| dialog(about)
}

fn dialog(about: About) -> AnyView {
    let About { dialog, close, on_done } = about;
    match dialog {
        Open::New => view! { <DatabaseEditor subject=Subject::New close on_done /> }.into_any(),
        Open::Edit(database) => {
            view! { <DatabaseEditor subject=Subject::Existing(database) close on_done /> }.into_any()
        }
        Open::Copy(database) => view! { <CopyDialog database close /> }.into_any(),
        Open::Delete(database) => view! { <DeleteDialog database close on_done /> }.into_any(),
    }
}
