//! What all of these dialogs have in common: fields, the SQL that will run, and what happens when they are sent.

use howdah_types::changes::ChangePreview;
use howdah_types::validate::{FieldError, Validate};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde_json::Value;

use super::{About, Done};
use crate::api::objects::{self, Noun, Object};
use crate::api::{Api, Result, use_api};
use crate::features::objects::change::{ChangePanel, change_preview};
use crate::state::use_toasts;
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, DialogSize, FormErrors};

/// What a form asks for now.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    body: Value,
    errors: Vec<FieldError>,
    /// Nothing would be changed.
    idle: bool,
    /// Where it will be: schema and name.
    to: (String, String),
}

impl Asked {
    /// To make something.
    pub(super) fn new<B: Serialize + Validate>(body: &B, to: (&str, &str)) -> Self {
        Self {
            errors: body.validate(),
            body: serde_json::to_value(body).unwrap_or_default(),
            idle: false,
            to: (to.0.to_owned(), to.1.to_owned()),
        }
    }

    /// To change something; a body like its default changes nothing.
    pub(super) fn change<B: Serialize + Validate + Default + PartialEq>(body: &B, to: (&str, &str)) -> Self {
        Self { idle: *body == B::default(), ..Self::new(body, to) }
    }

    /// With an error that the rules of the body do not know.
    pub(super) fn refuse(mut self, field: &str, message: &str) -> Self {
        self.errors.push(FieldError::new(field, "required", message));
        self
    }
}

/// What is made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    New(String, Noun),
    Existing(Object),
}

impl Target {
    async fn preview(&self, api: Api, body: &Value) -> Result<ChangePreview> {
        match self {
            Self::New(database, noun) => objects::preview_create(api, database, *noun, body).await,
            Self::Existing(object) => objects::preview_update(api, object, body).await,
        }
    }

    async fn send(&self, api: Api, body: &Value) -> Result<()> {
        match self {
            Self::New(database, noun) => objects::create(api, database, *noun, body).await,
            Self::Existing(object) => objects::update(api, object, body).await,
        }
    }
}

/// What a dialog says.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) button: &'static str,
    /// What is being made or changed: “Enum”.
    pub(super) what: &'static str,
}

/// A dialog around `fields`; `ask` reads them (tracked). `known` are the fields that show their own errors.
#[expect(clippy::needless_pass_by_value, reason = "a dialog is opened once, with what is its own")]
pub(super) fn form_dialog(
    about: About,
    words: Words,
    target: Target,
    known: &'static [&'static str],
    ask: impl Fn() -> Asked + Copy + Send + Sync + 'static,
    fields: impl Fn(FormErrors) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
    let (api, toasts) = (use_api(), use_toasts());
    let About { close, done, .. } = about;
    let Words { title, button, what } = words;
    let errors = FormErrors::new();
    let (busy, attempted) = (RwSignal::new(false), RwSignal::new(false));
    let is_new = matches!(target, Target::New(..));
    let target = StoredValue::new(target);
    let request = Memo::new(move |_| {
        let asked = ask();
        show(errors, &asked.errors, attempted.get_untracked());
        (asked.errors.is_empty() && !asked.idle).then_some(asked.body)
    });
    let change =
        change_preview(request, move |body| async move { target.get_value().preview(api, &body).await });
    // What the server finds in the preview stands beside its field, too.
    Effect::new(move |_| {
        if let Some(problem) = change.problem.get().filter(|problem| !problem.errors.is_empty()) {
            errors.take(problem, known);
        }
    });
    let submit = move |()| {
        attempted.set(true);
        let asked = untrack(ask);
        show(errors, &asked.errors, true);
        if !asked.errors.is_empty() {
            return;
        }
        if asked.idle {
            close.run(());
            return;
        }
        busy.set(true);
        let target = target.get_value();
        spawn_local(async move {
            let answer = target.send(api, &asked.body).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    let (schema, name) = asked.to;
                    toasts.done(format!("{what} {name} was {}", if is_new { "made" } else { "changed" }));
                    let did =
                        if is_new { Done::Made { schema, name } } else { Done::Changed { schema, name } };
                    done.try_run(did);
                    close.try_run(());
                }
                Err(problem) => errors.take(problem, known),
            }
        });
    };
    let empty = if is_new { "Fill in what is needed to see the SQL." } else { "Nothing is changed yet." };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title
            size=DialogSize::Medium
            busy
            problem=errors.problem()
            on_submit=Callback::new(submit)
            on_close=close
        >
            <div class="database-form">{fields(errors)} <ChangePanel change empty /></div>
            <DialogActions>
                <Button on_click=move |_| close.run(()) disabled=busy>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>{button}</Button>
            </DialogActions>
        </Dialog>
    }
    .into_any()
}

/// Puts the rules that are broken beside their fields. That something is missing is said only after an attempt.
fn show(errors: FormErrors, broken: &[FieldError], attempted: bool) {
    errors.clear();
    for error in broken.iter().filter(|error| attempted || error.code != "required") {
        errors.put(&error.field, &error.code, error.message.clone());
    }
}

/// None where nothing was typed.
pub(super) fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The text where it is another one than before.
pub(super) fn changed(text: &str, before: &str) -> Option<String> {
    (text != before).then(|| text.to_owned())
}

/// The roles that can own things, and the schemas of a database, as they come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) owners: RwSignal<Vec<String>>,
    pub(super) schemas: RwSignal<Vec<String>>,
}

/// Reads what can be chosen from.
pub(super) fn known(database: &str) -> Known {
    let api = use_api();
    let known = Known { owners: RwSignal::new(Vec::new()), schemas: RwSignal::new(Vec::new()) };
    let database = database.to_owned();
    spawn_local(async move {
        if let Ok(schemas) = crate::api::tables::schemas(api, &database).await {
            known.schemas.try_set(schemas.into_iter().map(|schema| schema.name).collect());
        }
        if let Ok(options) = crate::api::databases::options(api).await {
            known.owners.try_set(options.owners);
        }
    });
    known
}

/// The options of a select of schemas; the chosen one is always among them.
pub(super) fn schema_options(known: Known, chosen: RwSignal<String>) -> Signal<Vec<(String, String)>> {
    Signal::derive(move || {
        let mut list = known.schemas.get();
        let chosen = chosen.get();
        if !list.contains(&chosen) {
            list.push(chosen);
        }
        list.into_iter().map(|name| (name.clone(), name)).collect()
    })
}
