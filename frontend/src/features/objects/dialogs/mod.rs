//! The dialogs that make, change and drop what lies in a database.

mod drop;
mod enums;
mod extension;
mod form;
mod schema;
mod sequence;
mod view;

use howdah_types::database_types::DatabaseType;
use howdah_types::extensions::Extension;
use howdah_types::schemas::SchemaDetails;
use howdah_types::sequences::Sequence;
use howdah_types::table_details::TableDetails;
use leptos::prelude::*;

use crate::api::objects::Object;
use crate::lazy::{Place, part};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    NewSchema,
    NewEnum,
    NewView,
    NewSequence,
    /// One that is named already, or one that is to be chosen.
    NewExtension(Option<String>),
    EditSchema(Box<SchemaDetails>),
    EditType(Box<DatabaseType>),
    EditView(Box<TableDetails>),
    EditSequence(Box<Sequence>),
    EditExtension(Box<Extension>, Vec<String>),
    /// With the word for what it is: `table`, `view` …, and its name as people know it.
    Drop(Box<Object>, &'static str, String),
}

/// The dialog that is open, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) database: String,
    /// The schema that is looked at.
    pub(crate) schema: Option<String>,
    pub(crate) deed: Deed,
}

/// What a dialog has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Done {
    Made {
        schema: String,
        name: String,
    },
    /// It lies here now.
    Changed {
        schema: String,
        name: String,
    },
    Dropped,
}

/// What a dialog is shown with.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) open: Open,
    pub(crate) close: Callback<()>,
    pub(crate) done: Callback<Done>,
}

part! {
    /// Make, change or drop what lies in a database.
    pub(crate) DIALOG in object_dialogs = |about: About| dialog(about)
}

fn dialog(about: About) -> AnyView {
    match about.open.deed.clone() {
        Deed::NewSchema => schema::dialog(about, None),
        Deed::EditSchema(details) => schema::dialog(about, Some(*details)),
        Deed::NewEnum => enums::new(about),
        Deed::EditType(one) => enums::edit(about, *one),
        Deed::NewView => view::new(about),
        Deed::EditView(details) => view::edit(about, *details),
        Deed::NewSequence => sequence::dialog(about, None),
        Deed::EditSequence(one) => sequence::dialog(about, Some(*one)),
        Deed::NewExtension(name) => extension::new(about, name),
        Deed::EditExtension(one, versions) => extension::edit(about, *one, versions),
        Deed::Drop(object, what, name) => drop::dialog(about, *object, what, name),
    }
}

/// Shows the dialog that is open, if any. What it has done is seen by everybody through the events.
pub(crate) fn show_dialog(open: RwSignal<Option<Open>>) -> impl IntoView {
    show_dialog_then(open, |_| {})
}

/// The same, and says what was done.
pub(crate) fn show_dialog_then(
    open: RwSignal<Option<Open>>,
    done: impl Fn(Done) + Send + Sync + 'static,
) -> impl IntoView {
    let close = Callback::new(move |()| {
        let _ = open.try_set(None);
    });
    let done = Callback::new(done);
    move || open.get().map(|open| DIALOG.show(About { open, close, done }, Place::Over(close)))
}
