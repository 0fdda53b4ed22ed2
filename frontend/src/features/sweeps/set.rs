//! What columns are set to.

use howdah_types::row_changes::{NewValue, NewValues};
use howdah_types::rows::{Column, Identity};
use leptos::prelude::*;

use crate::ui::{Button, IconButton, IconName, SelectField, TextField};

/// One column that is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assignment {
    id: u32,
    pub(super) column: RwSignal<String>,
    /// `value`, `null` or `default`.
    how: RwSignal<String>,
    value: RwSignal<String>,
}

/// All that are set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assignments {
    list: RwSignal<Vec<Assignment>>,
    columns: StoredValue<Vec<Column>>,
    next: StoredValue<u32>,
    owner: StoredValue<Option<Owner>>,
}

/// It can be given another value.
fn is_writable(column: &Column) -> bool {
    column
        .details
        .as_ref()
        .is_some_and(|details| details.writable && details.identity != Some(Identity::Always))
}

impl Assignments {
    pub(super) fn new(columns: &[Column]) -> Self {
        let columns = columns.iter().filter(|column| is_writable(column)).cloned().collect();
        let all = Self {
            list: RwSignal::new(Vec::new()),
            columns: StoredValue::new(columns),
            next: StoredValue::new(0),
            owner: StoredValue::new(Owner::current()),
        };
        all.add();
        all
    }

    /// Another column. Its signals live as long as the dialog.
    fn add(self) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let make = || Assignment {
            id,
            column: RwSignal::new(String::new()),
            how: RwSignal::new("value".to_owned()),
            value: RwSignal::new(String::new()),
        };
        let one = match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        };
        self.list.update(|list| list.push(one));
    }

    /// What the columns become (tracked); those that are not chosen yet are left out.
    pub(super) fn values(self) -> NewValues {
        let chosen = self.list.get().into_iter().filter(|one| one.column.with(|name| !name.is_empty()));
        chosen.map(|one| (one.column.get(), one.becomes())).collect()
    }
}

impl Assignment {
    fn becomes(self) -> NewValue {
        match self.how.get().as_str() {
            "null" => NewValue::Null,
            "default" => NewValue::Default,
            _ => NewValue::Text(self.value.get()),
        }
    }
}

#[component]
pub(super) fn SetColumns(all: Assignments, error: Callback<String, Option<String>>) -> impl IntoView {
    view! {
        <div class="sweep-columns">
            <For each=move || all.list.get() key=|one| one.id let(one)>
                <Row all one error />
            </For>
        </div>
        <div><Button icon=IconName::Plus on_click=move |_| all.add()>"Another column"</Button></div>
    }
}

#[component]
fn Row(all: Assignments, one: Assignment, error: Callback<String, Option<String>>) -> impl IntoView {
    let names = Signal::derive(move || {
        let others: Vec<String> = all
            .list
            .get()
            .into_iter()
            .filter(|other| other.id != one.id)
            .map(|other| other.column.get())
            .collect();
        let choose = (String::new(), "Choose a column".to_owned());
        let columns = all.columns.get_value().into_iter().filter(|column| !others.contains(&column.name));
        std::iter::once(choose)
            .chain(columns.map(|column| {
                let text = format!("{}  ({})", column.name, column.type_name);
                (column.name, text)
            }))
            .collect::<Vec<_>>()
    });
    let hows = Signal::derive(move || {
        let name = one.column.get();
        let (nullable, default) = all.columns.with_value(|columns| {
            let found = columns.iter().find(|column| column.name == name);
            let default =
                found.and_then(|column| column.details.as_ref()).is_some_and(|d| d.default.is_some());
            (found.is_none_or(|column| column.nullable), default)
        });
        let all =
            [("value", "this value", true), ("null", "NULL", nullable), ("default", "its default", default)];
        let fits = all.into_iter().filter(|(_, _, fits)| *fits);
        fits.map(|(key, text, _)| (key.to_owned(), text.to_owned())).collect::<Vec<_>>()
    });
    // What the column cannot become is not kept from the one before.
    Effect::new(move |_| {
        let how = one.how.get_untracked();
        if !hows.get().iter().any(|(key, _)| *key == how) {
            one.how.set("value".to_owned());
        }
    });
    let wrong = Signal::derive(move || error.run(one.column.get()));
    let remove = move |_| all.list.update(|list| list.retain(|other| other.id != one.id));
    let alone = move || all.list.with(|list| list.len() < 2);
    view! {
        <div class="sweep-column">
            <SelectField label="Column" value=one.column options=names error=wrong />
            <SelectField label="Becomes" value=one.how options=hows />
            <Show when=move || one.how.get() == "value">
                <TextField label="Value" value=one.value mono=true />
            </Show>
            <Show when=move || !alone()>
                <IconButton icon=IconName::Close label="Leave this column as it is" on_click=remove />
            </Show>
        </div>
    }
}
