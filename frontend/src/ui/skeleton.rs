//! Waiting: nothing for 150 ms, then the shape of what comes.

use std::time::Duration;

use leptos::prelude::*;

/// Shows its children only after 150 ms, so that quick answers do not flicker.
#[component]
pub fn Loading(children: ChildrenFn) -> impl IntoView {
    let late = RwSignal::new(false);
    let timer = set_timeout_with_handle(
        move || {
            let _ = late.try_set(true);
        },
        Duration::from_millis(150),
    )
    .ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    view! {
        <div class="loading" aria-busy="true">
            {move || late.get().then(|| children())}
        </div>
    }
}

/// Grey lines in the place of a table or a text; it appears after 150 ms.
#[component]
pub fn Skeleton(#[prop(default = 5)] rows: usize) -> impl IntoView {
    view! {
        <Loading>
            <div class="skeleton" role="status">
                <span class="sr-only">"Loading"</span>
                {(0..rows).map(|_| view! { <i></i> }).collect_view()}
            </div>
        </Loading>
    }
}

/// A small turning circle.
#[component]
pub fn Spinner() -> impl IntoView {
    view! { <span class="spinner" aria-hidden="true"></span> }
}
