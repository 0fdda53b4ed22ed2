//! Being built.

use leptos::prelude::*;

/// Being built.
#[component]
pub fn Help() -> impl IntoView {
    view! { <p></p> }
}
