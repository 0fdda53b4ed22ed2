//! The fields of the dialog that makes or changes a database.

use howdah_types::databases::{DatabaseOptions, LocaleProvider};
use leptos::prelude::*;

use super::draft::{Draft, provider_name};
use crate::ui::{CheckField, ComboField, FormErrors, SelectField, TextAreaField, TextField};

/// All fields, by their names in the JSON body: an error of any other stands above the form.
pub(super) const KNOWN: [&str; 10] = [
    "name",
    "description",
    "owner",
    "connectionLimit",
    "allowConnections",
    "encoding",
    "collation",
    "localeProvider",
    "template",
    "tablespace",
];

/// One signal per field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    name: RwSignal<String>,
    description: RwSignal<String>,
    owner: RwSignal<String>,
    encoding: RwSignal<String>,
    collation: RwSignal<String>,
    provider: RwSignal<String>,
    template: RwSignal<String>,
    limit: RwSignal<String>,
    allowed: RwSignal<bool>,
    tablespace: RwSignal<String>,
}

impl Fields {
    /// Fields that hold a draft.
    pub(super) fn of(draft: Draft) -> Self {
        Self {
            name: RwSignal::new(draft.name),
            description: RwSignal::new(draft.description),
            owner: RwSignal::new(draft.owner),
            encoding: RwSignal::new(draft.encoding),
            collation: RwSignal::new(draft.collation),
            provider: RwSignal::new(draft.provider),
            template: RwSignal::new(draft.template),
            limit: RwSignal::new(draft.limit),
            allowed: RwSignal::new(!draft.closed),
            tablespace: RwSignal::new(draft.tablespace),
        }
    }

    /// What they hold now (tracked).
    pub(super) fn draft(self) -> Draft {
        Draft {
            name: self.name.get(),
            description: self.description.get(),
            owner: self.owner.get(),
            encoding: self.encoding.get(),
            collation: self.collation.get(),
            provider: self.provider.get(),
            template: self.template.get(),
            limit: self.limit.get(),
            closed: !self.allowed.get(),
            tablespace: self.tablespace.get(),
        }
    }
}

/// The fields that a database always has. `kept` says why the name cannot be changed.
#[component]
pub(super) fn MainFields(
    fields: Fields,
    errors: FormErrors,
    options: Signal<DatabaseOptions>,
    existing: bool,
    kept: Option<&'static str>,
) -> impl IntoView {
    let owners = Signal::derive(move || {
        let DatabaseOptions { owners, default_owner, .. } = options.get();
        let default = (!existing).then_some(default_owner);
        choices(owners, default.as_deref(), &fields.owner.get_untracked())
    });
    view! {
        <TextField
            label="Name"
            value=fields.name
            error=errors.of("name")
            help=kept.map(ToOwned::to_owned).unwrap_or_default()
            disabled=kept.is_some()
            autofocus=kept.is_none()
            required=true
            mono=true
        />
        <TextAreaField
            label="Description"
            value=fields.description
            rows=2
            placeholder="What it is for"
            error=errors.of("description")
        />
        <div class="pair">
            <SelectField label="Owner" value=fields.owner options=owners error=errors.of("owner") />
            <TextField
                label="Connection limit"
                value=fields.limit
                placeholder="no limit"
                error=errors.of("connectionLimit")
            />
        </div>
        <CheckField
            label="Allow connections"
            value=fields.allowed
            help="When off, nobody can connect: for archives and templates."
        />
    }
}

/// What is fixed when a database is made, folded away until it is needed or wrong.
#[component]
pub(super) fn AdvancedFields(
    fields: Fields,
    errors: FormErrors,
    options: Signal<DatabaseOptions>,
) -> impl IntoView {
    let [encoding, provider, collation, template, tablespace] =
        ["encoding", "localeProvider", "collation", "template", "tablespace"].map(|field| errors.of(field));
    let wrong =
        move || [encoding, provider, collation, template, tablespace].iter().any(|e| e.get().is_some());
    let of = move |list: fn(DatabaseOptions) -> (Vec<String>, String)| {
        Signal::derive(move || {
            let (list, default) = list(options.get());
            choices(list, Some(&default), "")
        })
    };
    let collations = Signal::derive(move || {
        let options = options.get();
        if fields.provider.get() == "icu" { options.icu_locales } else { options.collations }
    });
    let default_collation = Signal::derive(move || options.get().default_collation);
    view! {
        <details prop:open=wrong>
            <summary>"Encoding, locale, template and tablespace"</summary>
            <div class="pair">
                <SelectField
                    label="Encoding"
                    value=fields.encoding
                    options=of(|o| (o.encodings, o.default_encoding))
                    error=encoding
                />
                <SelectField
                    label="Locale provider"
                    value=fields.provider
                    options=Signal::derive(move || providers(&options.get().locale_providers))
                    error=provider
                />
                <ComboField
                    label="Collation"
                    value=fields.collation
                    options=collations
                    placeholder=default_collation
                    error=collation
                />
                <SelectField
                    label="Template"
                    value=fields.template
                    options=of(|o| (o.templates, "template1".to_owned()))
                    help="template0 allows any encoding and collation."
                    error=template
                />
                <SelectField
                    label="Tablespace"
                    value=fields.tablespace
                    options=of(|o| (o.tablespaces, "the template’s".to_owned()))
                    error=tablespace
                />
            </div>
        </details>
    }
}

/// The options of a select: the default (an empty value) first, then `list`, and `current` even when it is not in it.
fn choices(list: Vec<String>, default: Option<&str>, current: &str) -> Vec<(String, String)> {
    let default = default.map(|name| {
        let text = if name.is_empty() { "Default".to_owned() } else { format!("{name} (default)") };
        (String::new(), text)
    });
    let missing =
        (!current.is_empty() && !list.iter().any(|name| name == current)).then(|| current.to_owned());
    let named = list.into_iter().chain(missing).map(|name| (name.clone(), name));
    default.into_iter().chain(named).collect()
}

fn providers(list: &[LocaleProvider]) -> Vec<(String, String)> {
    let name = |provider: LocaleProvider| match provider {
        LocaleProvider::Libc => "C library (libc)",
        LocaleProvider::Icu => "ICU",
        LocaleProvider::Builtin => "PostgreSQL’s own (builtin)",
    };
    let default = (String::new(), "The template’s (default)".to_owned());
    let named = list.iter().map(|p| (provider_name(*p).to_owned(), name(*p).to_owned()));
    std::iter::once(default).chain(named).collect()
}
