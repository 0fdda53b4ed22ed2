//! Make or change a schema.

use howdah_types::schemas::{SchemaDetails, SchemaFormData, SchemaUpdateData};
use leptos::prelude::*;

use super::About;
use super::form::{Asked, Target, Words, changed, form_dialog, given, known};
use crate::api::objects::{Noun, Object};
use crate::ui::{ComboField, TextAreaField, TextField};

pub(super) fn dialog(about: About, existing: Option<SchemaDetails>) -> AnyView {
    let known = known(&about.open.database);
    let was = existing.clone();
    let text = |get: fn(&SchemaDetails) -> String| RwSignal::new(was.as_ref().map(get).unwrap_or_default());
    let name = text(|s| s.name.clone());
    let owner = text(|s| s.owner.clone());
    let description = text(|s| s.description.clone().unwrap_or_default());
    let target = match &existing {
        None => Target::New(about.open.database.clone(), Noun::Schemas),
        Some(schema) => Target::Existing(Object {
            database: about.open.database.clone(),
            noun: Noun::Schemas,
            schema: String::new(),
            name: schema.name.clone(),
        }),
    };
    let words = match &existing {
        None => Words { title: "New schema".to_owned(), button: "Create schema", what: "Schema" },
        Some(s) => Words { title: format!("Edit {}", s.name), button: "Save changes", what: "Schema" },
    };
    let existing = StoredValue::new(existing);
    let ask = move || {
        let (name, owner, description) = (name.get(), owner.get(), description.get());
        existing.with_value(|existing| match existing {
            None => {
                let body = SchemaFormData {
                    name: name.clone(),
                    owner: given(&owner),
                    description: given(&description),
                };
                Asked::new(&body, ("", &name))
            }
            Some(was) => {
                let body = SchemaUpdateData {
                    name: changed(&name, &was.name),
                    owner: changed(&owner, &was.owner),
                    description: changed(&description, was.description.as_deref().unwrap_or_default()),
                };
                Asked::change(&body, ("", &name))
            }
        })
    };
    form_dialog(about, words, target, &["name", "owner", "description"], ask, move |errors| {
        view! {
            <TextField label="Name" value=name error=errors.of("name") autofocus=true required=true mono=true />
            <ComboField label="Owner" value=owner options=known.owners error=errors.of("owner") placeholder="Howdah’s own role" />
            <TextAreaField label="Description" value=description rows=2 error=errors.of("description") />
        }
        .into_any()
    })
}
