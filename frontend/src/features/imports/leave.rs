//! Leaving while a file is on its way asks first: links of the app, and the browser's own ways out.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use super::draft::Draft;
use crate::state::use_address;
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, DialogSize};

/// Watches for as long as the page stands.
#[component]
pub(super) fn AskBeforeLeaving(draft: Draft) -> impl IntoView {
    let address = use_address();
    let open = RwSignal::new(false);
    let to = StoredValue::new(String::new());
    let unload = window_event_listener(leptos::ev::beforeunload, move |ev| {
        if draft.sending.get_untracked() {
            ev.prevent_default();
            ev.set_return_value("sending");
        }
    });
    // At the document, so that it comes before the app's own listener at the window.
    let click = Closure::<dyn Fn(MouseEvent)>::new(move |ev: MouseEvent| {
        let plain = ev.button() == 0 && !ev.meta_key() && !ev.ctrl_key() && !ev.shift_key() && !ev.alt_key();
        if plain
            && draft.sending.try_get_untracked() == Some(true)
            && let Some(link) = link_of(&ev)
        {
            ev.prevent_default();
            to.set_value(link);
            open.set(true);
        }
    });
    let _ = document().add_event_listener_with_callback("click", click.as_ref().unchecked_ref());
    let click = StoredValue::new_local(click);
    on_cleanup(move || {
        unload.remove();
        let _ = click.try_with_value(|click| {
            document().remove_event_listener_with_callback("click", click.as_ref().unchecked_ref())
        });
    });
    let leave = move |()| {
        open.set(false);
        address.go(&to.get_value());
    };
    view! {
        <Dialog open title="The file is still on its way" size=DialogSize::Small on_submit=leave>
            <p>"When you leave now, it is stopped, and nothing of it is kept."</p>
            <DialogActions>
                <Button kind=ButtonKind::Quiet submit=true>"Leave"</Button>
                <Button kind=ButtonKind::Primary on_click=move |_| open.set(false)>"Stay"</Button>
            </DialogActions>
        </Dialog>
    }
}

/// Path and query of the link that was clicked, where it leads elsewhere in the app.
fn link_of(ev: &MouseEvent) -> Option<String> {
    let element = ev.target()?.dyn_into::<Element>().ok()?;
    let link = element.closest("a[href]").ok().flatten()?;
    let other = ["download", "target", "rel"].iter().any(|name| link.has_attribute(name));
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    let here = window().location().origin().ok()?;
    let inside = !other && link.origin() == here && !link.pathname().starts_with("/api/");
    inside.then(|| link.pathname() + &link.search())
}
