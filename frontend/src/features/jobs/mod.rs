//! Being built.

use leptos::prelude::*;

/// Being built.
#[component]
pub fn JobsPage() -> impl IntoView {
    view! { <p></p> }
}

/// Being built.
#[component]
pub fn JobPage() -> impl IntoView {
    view! { <p></p> }
}
