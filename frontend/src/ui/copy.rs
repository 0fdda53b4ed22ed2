//! Copying to the clipboard.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::{Icon, IconName};

/// Puts a text on the clipboard; false when the browser does not allow it (it only does over HTTPS and on localhost).
pub async fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    let there = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| !clipboard.is_undefined());
    there && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// A button that copies, and says so for a moment.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What the button says; an icon alone when it is left out.
    #[prop(optional, into)]
    label: Option<String>,
    /// What a screen reader says.
    #[prop(default = "Copy".into(), into)]
    title: String,
) -> impl IntoView {
    let state = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            let copied = copy_text(&text).await;
            let _ = state.try_set(Some(copied));
            set_timeout(
                move || {
                    let _ = state.try_set(None);
                },
                Duration::from_millis(1600),
            );
        });
    };
    let icon = move || match state.get() {
        Some(true) => IconName::Check,
        Some(false) => IconName::Warning,
        None => IconName::Copy,
    };
    let said = move || match state.get() {
        Some(true) => "Copied",
        Some(false) => "The browser does not allow copying",
        None => "",
    };
    let class = if label.is_some() { "btn quiet" } else { "icon-btn" };
    let aria = label.is_none().then(|| title.clone());
    view! {
        <button class=class type="button" title=title aria-label=aria on:click=copy>
            {move || view! { <Icon name=icon() /> }}
            {label}
            <span class="sr-only" role="status">{said}</span>
        </button>
    }
}
