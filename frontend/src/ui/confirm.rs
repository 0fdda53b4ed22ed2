//! Typing the name of what goes for good.

use leptos::prelude::*;

use super::TextField;

/// A field in which the name must be typed; `confirmed` is true while it is exactly that.
#[component]
pub fn ConfirmName(
    #[prop(into)] name: String,
    confirmed: RwSignal<bool>,
    /// For example “Type the database's name to delete it”.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let wanted = name.clone();
    Effect::new(move |_| confirmed.set(text.get() == wanted));
    view! {
        <div class="confirm-name">
            <p>"The name is " <code class="mono pre">{name}</code></p>
            <TextField label=label value=text autofocus=true mono=true />
        </div>
    }
}
