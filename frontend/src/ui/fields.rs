//! Fields of a form: a label, a control, help, and the error beside what caused it.

use howdah_types::problem::Problem;
use howdah_types::validate::{FieldError, Validate};
use leptos::prelude::*;

use super::new_id;

/// What is wrong with a form: per field, and in general.
#[derive(Debug, Clone, Copy)]
pub struct FormErrors {
    fields: RwSignal<Vec<FieldError>>,
    problem: RwSignal<Option<Problem>>,
}

impl Default for FormErrors {
    fn default() -> Self {
        Self::new()
    }
}

impl FormErrors {
    /// Nothing is wrong yet.
    pub fn new() -> Self {
        Self { fields: RwSignal::new(Vec::new()), problem: RwSignal::new(None) }
    }

    /// Checks with the rules that the server has too; true when the body may be sent.
    pub fn check(self, data: &impl Validate) -> bool {
        let errors = data.validate();
        let fine = errors.is_empty();
        let _ = self.problem.try_set(None);
        let _ = self.fields.try_set(errors);
        fine
    }

    /// Takes what the server said: errors of `known` fields go beside them, the rest above the form.
    pub fn take(self, problem: Problem, known: &[&str]) {
        let all_known = problem.errors.iter().all(|error| known.contains(&error.field.as_str()));
        let _ = self.fields.try_set(problem.errors.clone());
        let _ = self.problem.try_set((problem.errors.is_empty() || !all_known).then_some(problem));
    }

    /// Puts one error beside one field.
    pub fn put(self, field: &str, code: &str, message: impl Into<String>) {
        let _ = self.fields.try_update(|fields| fields.push(FieldError::new(field, code, message)));
    }

    /// Forgets all.
    pub fn clear(self) {
        let _ = self.problem.try_set(None);
        let _ = self.fields.try_set(Vec::new());
    }

    /// The message for one field, for its `error`.
    pub fn of(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let fields = self.fields.try_get().unwrap_or_default();
            fields.into_iter().find(|error| error.field == field).map(|error| error.message)
        })
    }

    /// What belongs to no field, for the dialog's `problem`.
    pub fn problem(self) -> Signal<Option<Problem>> {
        Signal::derive(move || self.problem.try_get().flatten())
    }
}

/// Label, help and error around a control; `control` gets its id, the ids that describe it, and whether it is wrong.
#[component]
pub(super) fn Frame(
    id: String,
    #[prop(into)] label: Signal<String>,
    help: Option<String>,
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    view! {
        <div class="field-row" class:wrong=move || error.get().is_some()>
            <label for=id>{label}</label>
            {children()}
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
            <p class="field-error" id=error_id role="alert">{error}</p>
        </div>
    }
}

pub(super) fn described(
    id: &str,
    help: bool,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + use<> {
    let id = id.to_owned();
    move || match (help, error.get().is_some()) {
        (true, true) => Some(format!("{id}-error {id}-help")),
        (true, false) => Some(format!("{id}-help")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// A line of text. `kind` is the input's type (`text`, `password`, `number` …).
#[component]
pub fn TextField(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: Option<String>,
    /// What the browser may fill in, for example `current-password`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Names are shown in the fixed-width font.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let id = new_id("field");
    let described = described(&id, help.is_some(), error);
    view! {
        <Frame id=id.clone() label help error>
            <input
                id=id
                class="input"
                class:mono=mono
                type=kind
                prop:value=move || value.get()
                placeholder=placeholder
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                autofocus=autofocus
                required=required
                disabled=move || disabled.get()
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=described
                on:input=move |ev| value.set(event_target_value(&ev))
            />
        </Frame>
    }
}

/// Some lines of text.
#[component]
pub fn TextAreaField(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    #[prop(default = 3)] rows: u32,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: Option<String>,
) -> impl IntoView {
    let id = new_id("field");
    let described = described(&id, help.is_some(), error);
    view! {
        <Frame id=id.clone() label help error>
            <textarea
                id=id
                class="input"
                rows=rows.to_string()
                prop:value=move || value.get()
                placeholder=placeholder
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=described
                on:input=move |ev| value.set(event_target_value(&ev))
            ></textarea>
        </Frame>
    }
}

/// One of a few: `options` are pairs of value and text.
#[component]
pub fn SelectField(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = new_id("field");
    let described = described(&id, help.is_some(), error);
    let choices = move || {
        let one = |(key, text): (String, String)| {
            let mine = key.clone();
            view! { <option value=key selected=move || value.get() == mine>{text}</option> }
        };
        options.get().into_iter().map(one).collect_view()
    };
    view! {
        <Frame id=id.clone() label help error>
            <select
                id=id
                class="input"
                disabled=move || disabled.get()
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=described
                on:change=move |ev| value.set(event_target_value(&ev))
            >
                {choices}
            </select>
        </Frame>
    }
}

/// Yes or no.
#[component]
pub fn CheckField(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<bool>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = new_id("field");
    let help_id = format!("{id}-help");
    let described = help.is_some().then(|| help_id.clone());
    view! {
        <div class="check-row">
            <input
                id=id.clone()
                type="checkbox"
                prop:checked=move || value.get()
                disabled=move || disabled.get()
                aria-describedby=described
                on:change=move |ev| value.set(event_target_checked(&ev))
            />
            <label for=id>{label}</label>
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
        </div>
    }
}
