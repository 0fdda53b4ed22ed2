//! One's own account.

use leptos::prelude::*;

/// One's own account.
#[component]
pub fn AccountPage(section: &'static str) -> impl IntoView {
    view! { <p>{section}</p> }
}
