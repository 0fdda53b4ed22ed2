//! The controls of the designer: small, in rows, with their errors below them.

use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::{Icon, IconName, new_id};

/// The choices of a [`Choice`]: what stands in the draft, and what one reads.
pub(super) fn choices<const N: usize>(all: [(&str, &str); N]) -> Signal<Vec<(String, String)>> {
    Signal::stored(all.map(|(key, text)| (key.to_owned(), text.to_owned())).to_vec())
}

/// A line of text. `label` is what a screen reader says; with `shown` it stands above the field.
#[component]
pub(super) fn Line(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] placeholder: Signal<String>,
    /// The id of a `<datalist>`.
    #[prop(optional)]
    list: Option<&'static str>,
    #[prop(optional)] mono: bool,
    #[prop(optional)] shown: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = new_id("design");
    let (error_id, for_id) = (format!("{id}-error"), id.clone());
    let described = error_id.clone();
    let above = shown.then(|| view! { <label for=for_id>{label}</label> });
    let aria = (!shown).then_some(label);
    view! {
        <div class="field-row">
            {above}
            <input
                id=id
                class="input"
                class:mono=mono
                aria-label=move || aria.map(|label| label.get())
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=move || error.get().map(|_| described.clone())
                placeholder=placeholder
                list=list
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                autofocus=autofocus
                disabled=move || disabled.get()
                prop:value=move || value.get()
                on:input=move |ev| value.set(event_target_value(&ev))
            />
            <p class="field-error" id=error_id role="alert">{error}</p>
        </div>
    }
}

/// One of a few: pairs of value and text.
#[component]
pub(super) fn Choice(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(optional)] shown: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let id = new_id("design");
    let for_id = id.clone();
    let above = shown.then(|| view! { <label for=for_id>{label}</label> });
    let aria = (!shown).then_some(label);
    let choices = move || {
        let one = |(key, text): (String, String)| {
            let mine = key.clone();
            view! { <option value=key selected=move || value.get() == mine>{text}</option> }
        };
        options.get().into_iter().map(one).collect_view()
    };
    view! {
        <div class="field-row">
            {above}
            <select
                id=id
                class="input"
                aria-label=move || aria.map(|label| label.get())
                on:change=move |ev| value.set(event_target_value(&ev))
            >
                {choices}
            </select>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
}

/// Yes or no, in a row.
#[component]
pub(super) fn Tick(
    #[prop(into)] label: Signal<String>,
    value: RwSignal<bool>,
    /// What stands beside the box; nothing where a head says it.
    #[prop(optional)]
    text: &'static str,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="tick">
            <input
                type="checkbox"
                aria-label=label
                disabled=move || disabled.get()
                prop:checked=move || value.get()
                on:change=move |ev| value.set(event_target_checked(&ev))
            />
            {(!text.is_empty()).then(|| view! { <span>{text}</span> })}
        </label>
    }
}

/// Chosen columns in their order; those that are left can be added.
#[component]
pub(super) fn ColumnPicker(
    draft: Draft,
    /// What a screen reader says.
    #[prop(into)]
    label: String,
    chosen: RwSignal<Vec<u32>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let label = StoredValue::new(label);
    let names = Memo::new(move |_| draft.names());
    let chips = move || {
        let names = names.get();
        let one = |id: u32| {
            let name = names.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone())?;
            let remove = move |_| chosen.update(|chosen| chosen.retain(|one| *one != id));
            let shown = if name.is_empty() { "(no name yet)".to_owned() } else { name };
            Some(view! {
                <span class="name-chip">
                    {shown.clone()}
                    <button type="button" aria-label=format!("Leave {shown} out") on:click=remove>
                        <Icon name=IconName::Close />
                    </button>
                </span>
            })
        };
        chosen.get().into_iter().filter_map(one).collect_view()
    };
    let left = move || {
        let taken = chosen.get();
        let free = names.get().into_iter().filter(|(id, name)| !taken.contains(id) && !name.is_empty());
        free.map(|(id, name)| view! { <option value=id.to_string()>{name}</option> }).collect_view()
    };
    let add = move |ev: leptos::ev::Event| {
        if let Ok(id) = event_target_value(&ev).parse::<u32>() {
            chosen.update(|chosen| chosen.push(id));
        }
    };
    view! {
        <div class="field-row">
            <div class="picker" role="group" aria-label=label.get_value()>
                {chips}
                <select class="input" aria-label=format!("Add to {}", label.get_value()) on:change=add prop:value="">
                    <option value="" selected=move || { chosen.track(); true }>"Add a column…"</option>
                    {left}
                </select>
            </div>
            <p class="field-error" role="alert">{error}</p>
        </div>
    }
}

/// Takes a row away.
#[component]
pub(super) fn Remove(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button class="icon-btn" type="button" title=label aria-label=label on:click=move |_| on_click.run(())>
            <Icon name=IconName::Close />
        </button>
    }
}
