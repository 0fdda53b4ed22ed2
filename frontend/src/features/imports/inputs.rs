//! Controls over values that are partly guessed: what they show is a signal, what is chosen goes to a callback.

use leptos::prelude::*;

use crate::ui::new_id;

/// One of a few: pairs of value and text.
#[component]
pub(super) fn Pick(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Only a screen reader hears the label.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let id = new_id("import");
    let (for_id, error_id) = (id.clone(), format!("{id}-error"));
    let described = error_id.clone();
    let choices = move || {
        let now = value.get();
        let one = |(key, text): (String, String)| {
            let chosen = key == now;
            view! { <option value=key selected=chosen>{text}</option> }
        };
        options.get().into_iter().map(one).collect_view()
    };
    view! {
        <div class="field-row">
            {(!bare).then(|| view! { <label for=for_id>{label}</label> })}
            <select
                id=id
                class="input"
                aria-label=move || bare.then(|| label.get())
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=move || error.get().map(|_| described.clone())
                on:change=move |ev| on_change.run(event_target_value(&ev))
            >
                {choices}
            </select>
            <p class="field-error" id=error_id role="alert">{error}</p>
        </div>
    }
}

/// A line of text.
#[component]
pub(super) fn Entry(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: String,
    /// The id of a `<datalist>`.
    #[prop(optional)]
    list: Option<&'static str>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] bare: bool,
) -> impl IntoView {
    let id = new_id("import");
    let (for_id, error_id) = (id.clone(), format!("{id}-error"));
    let described = error_id.clone();
    view! {
        <div class="field-row">
            {(!bare).then(|| view! { <label for=for_id>{label}</label> })}
            <input
                id=id
                class="input mono"
                type=kind
                min=(kind == "number").then_some("0")
                aria-label=move || bare.then(|| label.get())
                placeholder=placeholder
                list=list
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=move || error.get().map(|_| described.clone())
                prop:value=value
                on:input=move |ev| on_change.run(event_target_value(&ev))
            />
            <p class="field-error" id=error_id role="alert">{error}</p>
        </div>
    }
}

/// One of a few that each need a line to be understood.
#[component]
pub(super) fn Radios(
    #[prop(into)] legend: String,
    value: RwSignal<String>,
    /// Value, text, and what it means.
    options: Vec<(&'static str, &'static str, &'static str)>,
) -> impl IntoView {
    let name = new_id("import-radio");
    let one = |(key, text, help): (&'static str, &'static str, &'static str)| {
        let (id, help_id) = (format!("{name}-{key}"), format!("{name}-{key}-help"));
        let described = (!help.is_empty()).then(|| help_id.clone());
        view! {
            <div class="check-row">
                <input
                    id=id.clone()
                    type="radio"
                    name=name.clone()
                    prop:checked=move || value.get() == key
                    aria-describedby=described
                    on:change=move |_| value.set(key.to_owned())
                />
                <label for=id>{text}</label>
                {(!help.is_empty()).then(|| view! { <p class="field-help" id=help_id>{help}</p> })}
            </div>
        }
    };
    view! {
        <fieldset class="import-radios">
            <legend>{legend}</legend>
            {options.into_iter().map(one).collect_view()}
        </fieldset>
    }
}

/// Yes or no, in a row of a table.
#[component]
pub(super) fn Tick(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="import-tick">
            <input
                type="checkbox"
                aria-label=label
                disabled=move || disabled.get()
                prop:checked=move || value.get()
                on:change=move |ev| value.set(event_target_checked(&ev))
            />
        </label>
    }
}

/// A head with its number on the way, and what belongs to it.
#[component]
pub(super) fn Step(number: u8, #[prop(into)] title: String, children: Children) -> impl IntoView {
    let id = new_id("import-step");
    let labelled = id.clone();
    view! {
        <section class="card import-step" aria-labelledby=labelled>
            <h2 id=id><span class="import-number" aria-hidden="true">{number}</span>{title}</h2>
            {children()}
        </section>
    }
}
