//! The frame around every view.

mod toaster;

use leptos::prelude::*;

pub use toaster::Toaster;

use crate::routes::AppRoutes;

/// The frame.
#[component]
pub fn Shell() -> impl IntoView {
    view! { <AppRoutes /> }
}
