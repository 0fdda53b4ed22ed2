//! Being built.

use leptos::prelude::*;

/// Being built.
#[component]
pub fn Palette() -> impl IntoView {
    view! { <p></p> }
}
