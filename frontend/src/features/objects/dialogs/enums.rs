//! Make an enum; change a type of one's own.

use howdah_types::database_types::{DatabaseType, EnumFormData, LabelRename, NewLabel, TypeUpdateData};
use leptos::prelude::*;

use super::About;
use super::form::{Asked, Target, Words, changed, form_dialog, given, known, schema_options};
use crate::api::objects::{Noun, Object};
use crate::ui::{ComboField, SelectField, TextAreaField, TextField};

/// One label per line; blank lines mean nothing.
fn labels(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

pub(super) fn new(about: About) -> AnyView {
    let known = known(&about.open.database);
    let schema = RwSignal::new(about.open.schema.clone().unwrap_or_else(|| "public".to_owned()));
    let [name, text, description] = [(); 3].map(|()| RwSignal::new(String::new()));
    let target = Target::New(about.open.database.clone(), Noun::Types);
    let words = Words { title: "New enum type".to_owned(), button: "Create type", what: "Type" };
    let ask = move || {
        let body = EnumFormData {
            name: name.get(),
            schema: given(&schema.get()),
            owner: None,
            description: given(&description.get()),
            labels: labels(&text.get()),
        };
        let asked = Asked::new(&body, (&schema.get(), &body.name));
        if body.labels.is_empty() { asked.refuse("labels", "Give at least one label.") } else { asked }
    };
    form_dialog(about, words, target, &["name", "schema", "labels", "description"], ask, move |errors| {
        view! {
            <div class="pair">
                <TextField label="Name" value=name error=errors.of("name") autofocus=true required=true mono=true />
                <SelectField label="Schema" value=schema options=schema_options(known, schema) error=errors.of("schema") />
            </div>
            <TextAreaField
                label="Labels"
                value=text
                rows=5
                help="One per line, in order. Later, labels can be added and renamed, but never taken away."
                error=errors.of("labels")
            />
            <TextField label="Description" value=description error=errors.of("description") />
        }
        .into_any()
    })
}

pub(super) fn edit(about: About, one: DatabaseType) -> AnyView {
    let known = known(&about.open.database);
    let [name, schema, owner] = [&one.name, &one.schema, &one.owner].map(|text| RwSignal::new(text.clone()));
    let description = RwSignal::new(one.description.clone().unwrap_or_default());
    let old: Vec<(String, RwSignal<String>)> =
        one.labels.iter().flatten().map(|label| (label.clone(), RwSignal::new(label.clone()))).collect();
    let is_enum = one.labels.is_some();
    let added = RwSignal::new(String::new());
    let target = Target::Existing(Object {
        database: about.open.database.clone(),
        noun: Noun::Types,
        schema: one.schema.clone(),
        name: one.name.clone(),
    });
    let words = Words { title: format!("Edit {}", one.name), button: "Save changes", what: "Type" };
    let (old, was) = (StoredValue::new(old), StoredValue::new(one));
    let ask = move || {
        let renames = old.get_value().into_iter().filter_map(|(from, to)| {
            let to = to.get();
            (to != from).then_some(LabelRename { from, to })
        });
        let body = was.with_value(|was| TypeUpdateData {
            name: changed(&name.get(), &was.name),
            schema: changed(&schema.get(), &was.schema),
            owner: changed(&owner.get(), &was.owner),
            description: changed(&description.get(), was.description.as_deref().unwrap_or_default()),
            rename_labels: renames.collect(),
            add_labels: labels(&added.get())
                .into_iter()
                .map(|label| NewLabel { label, ..NewLabel::default() })
                .collect(),
        });
        Asked::change(&body, (&schema.get(), &name.get()))
    };
    form_dialog(about, words, target, &["name", "schema", "owner", "description"], ask, move |errors| {
        let fields = old.get_value().into_iter().map(|(label, value)| {
            view! { <TextField label=format!("Label {label}") value mono=true /> }
        });
        let labels = is_enum.then(|| {
            view! {
                <div class="pair">{fields.collect_view()}</div>
                <TextAreaField label="New labels" value=added rows=2 help="One per line; they come last." />
            }
        });
        view! {
            <div class="pair">
                <TextField label="Name" value=name error=errors.of("name") autofocus=true mono=true />
                <SelectField label="Schema" value=schema options=schema_options(known, schema) error=errors.of("schema") />
            </div>
            {labels}
            <ComboField label="Owner" value=owner options=known.owners error=errors.of("owner") />
            <TextField label="Description" value=description error=errors.of("description") />
        }
        .into_any()
    })
}
