//! Being built.

use leptos::prelude::*;

/// Being built.
#[component]
pub fn DebugConsole() -> impl IntoView {
    view! { <p></p> }
}
