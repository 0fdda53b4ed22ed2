//! The one dialog: a native `<dialog>`, so that focus stays inside, Esc closes and the page behind is inert.

use howdah_types::problem::Problem;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{ErrorNotice, IconButton, IconName, new_id};

/// How wide a dialog is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DialogSize {
    /// A question.
    Small,
    /// A form.
    #[default]
    Medium,
    /// A form beside something.
    Large,
}

/// A dialog with a title and a form.
///
/// The children are made anew each time it opens, so that signals made inside them start fresh. Put the buttons into
/// [`DialogActions`] as the last child; one of them has `submit=true`. Esc and the cross close it, unless `busy`.
/// Afterwards the focus is where it was.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] size: DialogSize,
    /// Its work is running: it cannot be closed.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What went wrong and belongs to no single field; shown above the form and read out.
    #[prop(optional, into)]
    problem: Signal<Option<Problem>>,
    /// The form was submitted.
    #[prop(optional, into)]
    on_submit: Option<Callback<()>>,
    /// It was closed, in whatever way.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// No cross, no Esc: only the buttons lead out.
    #[prop(optional)]
    strict: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Show when=move || open.get() fallback=|| ()>
            <Body open title size busy problem on_submit on_close strict children />
        </Show>
    }
}

#[component]
fn Body(
    open: RwSignal<bool>,
    title: Signal<String>,
    size: DialogSize,
    busy: Signal<bool>,
    problem: Signal<Option<Problem>>,
    on_submit: Option<Callback<()>>,
    on_close: Option<Callback<()>>,
    strict: bool,
    children: StoredValue<ChildrenFn>,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let title_id = new_id("dialog");
    let labelled = title_id.clone();
    hold_focus(node);
    let close = move || {
        if !strict && !busy.get_untracked() {
            open.set(false);
            if let Some(on_close) = on_close {
                on_close.run(());
            }
        }
    };
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        if let Some(on_submit) = on_submit.filter(|_| !busy.get_untracked()) {
            on_submit.run(());
        }
    };
    let class = match size {
        DialogSize::Small => "dialog small-dialog",
        DialogSize::Medium => "dialog",
        DialogSize::Large => "dialog large-dialog",
    };
    view! {
        <dialog
            node_ref=node
            class=class
            aria-labelledby=labelled
            on:cancel=move |ev: leptos::ev::Event| {
                ev.prevent_default();
                close();
            }
        >
            <form class="dialog-form" novalidate="" on:submit=submit>
                <header class="dialog-head">
                    <h2 id=title_id>{title}</h2>
                    {(!strict).then(|| view! { <IconButton icon=IconName::Close label="Close" on_click=move |_| close() /> })}
                </header>
                <div class="dialog-body">
                    {move || problem.get().map(|problem| view! { <ErrorNotice problem /> })}
                    {children.with_value(|children| children())}
                </div>
            </form>
        </dialog>
    }
}

/// Opens the dialog when it is in the page, and gives the focus back when it is gone.
fn hold_focus(node: NodeRef<html::Dialog>) {
    let before =
        document().active_element().and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
            if let Ok(Some(first)) = dialog.query_selector("[autofocus]")
                && let Ok(first) = first.dyn_into::<web_sys::HtmlElement>()
            {
                let _ = first.focus();
            }
        }
    });
    on_cleanup(move || {
        if let Some(Some(element)) = before.try_get_value() {
            request_animation_frame(move || give_back(&element));
        }
    });
}

/// The focus goes back to where it was. What had it may be gone with the deed: then to the sheet, else to the view.
fn give_back(element: &web_sys::HtmlElement) {
    if document().active_element().is_some_and(|now| now.tag_name() != "BODY") {
        return;
    }
    let _ = element.focus();
    for selector in [".main .sheet", ".main"] {
        if document().active_element().is_some_and(|now| now.tag_name() != "BODY") {
            return;
        }
        let found = document().query_selector(selector).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = found.focus_with_options(&options);
        }
    }
}

/// The row of buttons at the foot of a dialog.
#[component]
pub fn DialogActions(children: Children) -> impl IntoView {
    view! { <footer class="dialog-actions">{children()}</footer> }
}
