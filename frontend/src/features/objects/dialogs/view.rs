//! Make or change a view.

use howdah_types::table_details::TableDetails;
use howdah_types::tables::TableKind;
use howdah_types::views::{ViewFormData, ViewUpdateData};
use leptos::prelude::*;

use super::About;
use super::form::{Asked, Target, Words, changed, form_dialog, given, known, schema_options};
use crate::api::objects::{Noun, Object};
use crate::ui::{CheckField, ComboField, SelectField, TextAreaField, TextField};

pub(super) fn new(about: About) -> AnyView {
    let known = known(&about.open.database);
    let schema = RwSignal::new(about.open.schema.clone().unwrap_or_else(|| "public".to_owned()));
    let [name, query, description] = [(); 3].map(|()| RwSignal::new(String::new()));
    let [materialized, barrier, invoker] = [(); 3].map(|()| RwSignal::new(false));
    let target = Target::New(about.open.database.clone(), Noun::Views);
    let words = Words { title: "New view".to_owned(), button: "Create view", what: "View" };
    let ask = move || {
        let kept = materialized.get();
        let body = ViewFormData {
            name: name.get(),
            schema: given(&schema.get()),
            description: given(&description.get()),
            query: query.get(),
            materialized: kept,
            security_barrier: barrier.get() && !kept,
            security_invoker: invoker.get() && !kept,
            ..ViewFormData::default()
        };
        Asked::new(&body, (&schema.get(), &body.name))
    };
    form_dialog(about, words, target, &["name", "schema", "query", "description"], ask, move |errors| {
        view! {
            <div class="pair">
                <TextField label="Name" value=name error=errors.of("name") autofocus=true required=true mono=true />
                <SelectField label="Schema" value=schema options=schema_options(known, schema) error=errors.of("schema") />
            </div>
            <TextAreaField
                label="Query"
                value=query
                rows=7
                placeholder="SELECT …"
                help="One SELECT, VALUES or WITH statement."
                error=errors.of("query")
            />
            <CheckField label="Materialized" value=materialized help="Its rows are kept, and made anew by a refresh." />
            <Show when=move || !materialized.get()>
                <CheckField label="Security invoker" value=invoker help="Tables are read with the rights of who reads the view (PostgreSQL 15)." />
                <CheckField label="Security barrier" value=barrier help="Conditions of others cannot see rows that the view leaves out." />
            </Show>
            <TextField label="Description" value=description error=errors.of("description") />
        }
        .into_any()
    })
}

pub(super) fn edit(about: About, was: TableDetails) -> AnyView {
    let known = known(&about.open.database);
    let [name, schema, owner] = [&was.name, &was.schema, &was.owner].map(|text| RwSignal::new(text.clone()));
    let description = RwSignal::new(was.description.clone().unwrap_or_default());
    let definition = was.definition.clone().unwrap_or_default();
    let definition = definition.trim().trim_end_matches(';').to_owned();
    let query = RwSignal::new(definition.clone());
    let kept = was.kind == TableKind::MaterializedView;
    let target = Target::Existing(Object {
        database: about.open.database.clone(),
        noun: Noun::Views,
        schema: was.schema.clone(),
        name: was.name.clone(),
    });
    let words = Words { title: format!("Edit {}", was.name), button: "Save changes", what: "View" };
    let (was, definition) = (StoredValue::new(was), StoredValue::new(definition));
    let ask = move || {
        let body = was.with_value(|was| ViewUpdateData {
            name: changed(&name.get(), &was.name),
            schema: changed(&schema.get(), &was.schema),
            owner: changed(&owner.get(), &was.owner),
            description: changed(&description.get(), was.description.as_deref().unwrap_or_default()),
            query: changed(&query.get(), &definition.get_value()),
        });
        Asked::change(&body, (&schema.get(), &name.get()))
    };
    form_dialog(
        about,
        words,
        target,
        &["name", "schema", "owner", "query", "description"],
        ask,
        move |errors| {
            let query = (!kept).then(|| {
                view! {
                    <TextAreaField
                        label="Query"
                        value=query
                        rows=8
                        help="It must keep the columns there are, and may add some behind them."
                        error=errors.of("query")
                    />
                }
            });
            view! {
            <div class="pair">
                <TextField label="Name" value=name error=errors.of("name") autofocus=true mono=true />
                <SelectField label="Schema" value=schema options=schema_options(known, schema) error=errors.of("schema") />
            </div>
            {query}
            <ComboField label="Owner" value=owner options=known.owners error=errors.of("owner") />
            <TextField label="Description" value=description error=errors.of("description") />
        }
        .into_any()
        },
    )
}
