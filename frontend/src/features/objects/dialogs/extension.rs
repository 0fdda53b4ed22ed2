//! Install an extension; bring one to another version or schema.

use howdah_types::extensions::{Extension, ExtensionFormData, ExtensionUpdateData};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::About;
use super::form::{Asked, Target, Words, changed, form_dialog, given, known};
use crate::api::objects::{self, Noun, Object};
use crate::api::use_api;
use crate::ui::{CheckField, ComboField};

pub(super) fn new(about: About, chosen: Option<String>) -> AnyView {
    let api = use_api();
    let known = known(&about.open.database);
    let name = RwSignal::new(chosen.unwrap_or_default());
    let [schema, version] = [(); 2].map(|()| RwSignal::new(String::new()));
    let cascade = RwSignal::new(false);
    let there = RwSignal::new(Vec::<Extension>::new());
    let database = about.open.database.clone();
    spawn_local(async move {
        if let Ok(page) = objects::list::<Extension>(api, &database, Noun::Extensions, (None, ""), 1000).await
        {
            there.try_set(page.items);
        }
    });
    let names = Signal::derive(move || {
        let missing = there.get().into_iter().filter(|one| one.version.is_none());
        missing.map(|one| one.name).collect::<Vec<_>>()
    });
    let newest = Signal::derive(move || {
        let name = name.get();
        there
            .get()
            .into_iter()
            .find(|one| one.name == name)
            .and_then(|one| one.default_version)
            .unwrap_or_default()
    });
    let about_it = move || {
        let name = name.get();
        there.get().into_iter().find(|one| one.name == name).and_then(|one| one.description)
    };
    let no_versions = Signal::stored(Vec::<String>::new());
    let target = Target::New(about.open.database.clone(), Noun::Extensions);
    let words = Words { title: "Install an extension".to_owned(), button: "Install", what: "Extension" };
    let ask = move || {
        let body = ExtensionFormData {
            name: name.get(),
            schema: given(&schema.get()),
            version: given(&version.get()),
            cascade: cascade.get(),
        };
        Asked::new(&body, ("", &body.name))
    };
    form_dialog(about, words, target, &["name", "schema", "version"], ask, move |errors| {
        view! {
            <ComboField label="Extension" value=name options=names error=errors.of("name") />
            {move || about_it().map(|text| view! { <p class="reason">{text}</p> })}
            <div class="pair">
                <ComboField label="Schema" value=schema options=known.schemas placeholder="its own, else public" error=errors.of("schema") />
                <ComboField label="Version" value=version options=no_versions placeholder=newest error=errors.of("version") />
            </div>
            <CheckField label="Install what it needs as well" value=cascade />
        }
        .into_any()
    })
}

pub(super) fn edit(about: About, was: Extension, versions: Vec<String>) -> AnyView {
    let known = known(&about.open.database);
    let schema = RwSignal::new(was.schema.clone().unwrap_or_default());
    let version = RwSignal::new(was.version.clone().unwrap_or_default());
    let target = Target::Existing(Object {
        database: about.open.database.clone(),
        noun: Noun::Extensions,
        schema: String::new(),
        name: was.name.clone(),
    });
    let words = Words { title: format!("Edit {}", was.name), button: "Save changes", what: "Extension" };
    let (was, versions) = (StoredValue::new(was), Signal::stored(versions));
    let ask = move || {
        was.with_value(|was| {
            let body = ExtensionUpdateData {
                version: changed(&version.get(), was.version.as_deref().unwrap_or_default()),
                schema: changed(&schema.get(), was.schema.as_deref().unwrap_or_default()),
            };
            Asked::change(&body, ("", &was.name))
        })
    };
    form_dialog(about, words, target, &["schema", "version"], ask, move |errors| {
        view! {
            <div class="pair">
                <ComboField label="Version" value=version options=versions error=errors.of("version") />
                <ComboField label="Schema" value=schema options=known.schemas error=errors.of("schema") />
            </div>
        }
        .into_any()
    })
}
