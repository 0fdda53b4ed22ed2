//! Short messages in the corner.

use leptos::prelude::*;

use crate::state::{Toast, ToastKind, use_toasts};
use crate::ui::{Icon, IconButton, IconName};

/// Shows the messages; a screen reader reads them out as they come.
#[component]
pub fn Toaster() -> impl IntoView {
    let toasts = use_toasts();
    let one = move |toast: Toast| {
        let (class, icon) = match toast.kind {
            ToastKind::Done => ("toast ok", IconName::Check),
            ToastKind::Info => ("toast", IconName::Info),
            ToastKind::Failed => ("toast bad", IconName::Warning),
        };
        let link = toast.link.map(|(label, address)| view! { <a class="link" href=address>{label}</a> });
        view! {
            <div class=class>
                <Icon name=icon />
                <p>{toast.text} " " {link}</p>
                <IconButton icon=IconName::Close label="Dismiss" on_click=move |_| toasts.dismiss(toast.id) />
            </div>
        }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.list().get() key=|toast| toast.id children=one />
        </div>
    }
}
