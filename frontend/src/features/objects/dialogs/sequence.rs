//! Make or change a sequence.

use howdah_types::sequences::{Sequence, SequenceFormData, SequenceNumbers, SequenceUpdateData};
use leptos::prelude::*;

use super::About;
use super::form::{Asked, Target, Words, changed, form_dialog, given, known, schema_options};
use crate::api::objects::{Noun, Object};
use crate::ui::{CheckField, ComboField, SelectField, TextField};

const KNOWN: [&str; 11] = [
    "name",
    "schema",
    "owner",
    "description",
    "restart",
    "dataType",
    "start",
    "minimum",
    "maximum",
    "increment",
    "cache",
];

/// How it counts, as it is typed.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    data_type: RwSignal<String>,
    start: RwSignal<String>,
    minimum: RwSignal<String>,
    maximum: RwSignal<String>,
    increment: RwSignal<String>,
    cache: RwSignal<String>,
    cycle: RwSignal<bool>,
}

impl Numbers {
    fn of(was: Option<&Sequence>) -> Self {
        let text = |get: fn(&Sequence) -> &String| RwSignal::new(was.map(get).cloned().unwrap_or_default());
        Self {
            data_type: text(|s| &s.data_type),
            start: text(|s| &s.start),
            minimum: text(|s| &s.minimum),
            maximum: text(|s| &s.maximum),
            increment: text(|s| &s.increment),
            cache: text(|s| &s.cache),
            cycle: RwSignal::new(was.is_some_and(|s| s.cycle)),
        }
    }

    /// What differs from `was`; of a new one what was given.
    fn body(self, was: Option<&Sequence>) -> SequenceNumbers {
        let text = |now: RwSignal<String>, get: fn(&Sequence) -> &String| {
            let now = now.get().trim().to_owned();
            match was {
                None => given(&now),
                Some(was) => changed(&now, get(was)),
            }
        };
        let cycle = self.cycle.get();
        SequenceNumbers {
            data_type: text(self.data_type, |s| &s.data_type),
            start: text(self.start, |s| &s.start),
            minimum: text(self.minimum, |s| &s.minimum),
            maximum: text(self.maximum, |s| &s.maximum),
            increment: text(self.increment, |s| &s.increment),
            cache: text(self.cache, |s| &s.cache),
            cycle: (cycle != was.is_some_and(|was| was.cycle)).then_some(cycle),
        }
    }
}

pub(super) fn dialog(about: About, existing: Option<Sequence>) -> AnyView {
    let known = known(&about.open.database);
    let was = existing.as_ref();
    let [name, owner] = [was.map(|s| s.name.clone()), was.map(|s| s.owner.clone())]
        .map(|text| RwSignal::new(text.unwrap_or_default()));
    let schema = was.map(|s| s.schema.clone()).or_else(|| about.open.schema.clone());
    let schema = RwSignal::new(schema.unwrap_or_else(|| "public".to_owned()));
    let description = RwSignal::new(was.and_then(|s| s.description.clone()).unwrap_or_default());
    let restart = RwSignal::new(String::new());
    let numbers = Numbers::of(was);
    let database = about.open.database.clone();
    let (target, words) = match was {
        None => (
            Target::New(database, Noun::Sequences),
            Words { title: "New sequence".to_owned(), button: "Create sequence", what: "Sequence" },
        ),
        Some(was) => (
            Target::Existing(Object {
                database,
                noun: Noun::Sequences,
                schema: was.schema.clone(),
                name: was.name.clone(),
            }),
            Words { title: format!("Edit {}", was.name), button: "Save changes", what: "Sequence" },
        ),
    };
    let is_new = existing.is_none();
    let existing = StoredValue::new(existing);
    let ask = move || {
        existing.with_value(|existing| match existing {
            None => {
                let body = SequenceFormData {
                    name: name.get(),
                    schema: given(&schema.get()),
                    owner: given(&owner.get()),
                    description: given(&description.get()),
                    numbers: numbers.body(None),
                };
                Asked::new(&body, (&schema.get(), &body.name))
            }
            Some(was) => {
                let body = SequenceUpdateData {
                    name: changed(&name.get(), &was.name),
                    schema: changed(&schema.get(), &was.schema),
                    owner: changed(&owner.get(), &was.owner),
                    description: changed(&description.get(), was.description.as_deref().unwrap_or_default()),
                    restart: given(restart.get().trim()),
                    numbers: numbers.body(Some(was)),
                };
                Asked::change(&body, (&schema.get(), &name.get()))
            }
        })
    };
    form_dialog(about, words, target, &KNOWN, ask, move |errors| {
        let types = ["", "smallint", "integer", "bigint"].map(|name| {
            (name.to_owned(), if name.is_empty() { "bigint (default)".to_owned() } else { name.to_owned() })
        });
        let types: Vec<_> = types.into_iter().filter(|(value, _)| is_new || !value.is_empty()).collect();
        let next = (!is_new).then(|| {
            view! { <TextField label="Next number" value=restart placeholder="as it stands" error=errors.of("restart") /> }
        });
        view! {
            <div class="pair">
                <TextField label="Name" value=name error=errors.of("name") autofocus=true required=true mono=true />
                <SelectField label="Schema" value=schema options=schema_options(known, schema) error=errors.of("schema") />
                <SelectField label="Type" value=numbers.data_type options=Signal::stored(types) error=errors.of("dataType") />
                <TextField label="First number" value=numbers.start placeholder="1" error=errors.of("start") />
                <TextField label="Step" value=numbers.increment placeholder="1" error=errors.of("increment") />
                <TextField label="Smallest" value=numbers.minimum placeholder="no bound" error=errors.of("minimum") />
                <TextField label="Largest" value=numbers.maximum placeholder="no bound" error=errors.of("maximum") />
                <TextField label="Numbers kept ready" value=numbers.cache placeholder="1" error=errors.of("cache") />
                {next}
                <ComboField label="Owner" value=owner options=known.owners error=errors.of("owner") placeholder="Howdah’s own role" />
            </div>
            <CheckField label="Begin anew at the end" value=numbers.cycle />
            <TextField label="Description" value=description error=errors.of("description") />
        }
        .into_any()
    })
}
