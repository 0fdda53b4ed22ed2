//! Tabs that are links: each has its own address.

use leptos::prelude::*;

/// The row of tabs; children are [`Tab`]s.
#[component]
pub fn Tabs(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {children()}
        </nav>
    }
}

/// One tab; `current` says whether it is shown.
#[component]
pub fn Tab(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] current: Signal<bool>,
    /// A figure behind the name.
    #[prop(optional, into)]
    count: Signal<Option<i64>>,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href aria-current=move || current.get().then_some("page")>
            {children()}
            {move || count.get().map(|n| view! { <span class="tab-count">{super::format::count(n)}</span> })}
        </a>
    }
}
