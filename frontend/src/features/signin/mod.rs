//! Being built.

use leptos::prelude::*;

/// Being built.
#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <p></p> }
}

/// Being built.
#[component]
pub fn SetupPage() -> impl IntoView {
    view! { <p></p> }
}

/// Being built.
#[component]
pub fn RenewDialog() -> impl IntoView {
    view! { <p></p> }
}
