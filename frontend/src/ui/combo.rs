//! A line of text with suggestions.

use leptos::prelude::*;

use super::fields::{Frame, described};
use super::new_id;

/// A line of text that suggests what is known; anything else may be written too.
#[component]
pub fn ComboField(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    /// What is suggested.
    #[prop(into)]
    options: Signal<Vec<String>>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// What is taken when it stays empty, shown in grey.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = new_id("field");
    let list = format!("{id}-list");
    let described = described(&id, help.is_some(), error);
    let choices =
        move || options.get().into_iter().map(|text| view! { <option value=text></option> }).collect_view();
    view! {
        <Frame id=id.clone() label help error>
            <input
                id=id
                class="input"
                list=list.clone()
                prop:value=move || value.get()
                placeholder=placeholder
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                disabled=move || disabled.get()
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=described
                on:input=move |ev| value.set(event_target_value(&ev))
            />
            <datalist id=list>{choices}</datalist>
        </Frame>
    }
}
