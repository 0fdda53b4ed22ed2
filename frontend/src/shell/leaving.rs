//! Leaving a page on which something would be lost asks first, by whatever way: a link, the palette, `g` and a letter,
//! back and forward, and the browser's own ways out.

use leptos::prelude::*;

use crate::state::use_address;
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, DialogSize};

/// Asks while `unsaved` is true, for as long as the view that holds it stands.
#[component]
pub fn AskBeforeLeaving(
    unsaved: Signal<bool>,
    #[prop(into)] title: String,
    /// What would be lost.
    text: &'static str,
) -> impl IntoView {
    let address = use_address();
    address.hold(unsaved);
    let unload = window_event_listener(leptos::ev::beforeunload, move |ev| {
        if unsaved.try_get_untracked() == Some(true) {
            ev.prevent_default();
            ev.set_return_value("unsaved");
        }
    });
    on_cleanup(move || unload.remove());
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(address.wanted().is_some()));
    view! {
        <Dialog open title size=DialogSize::Small on_submit=move |()| address.leave() on_close=move |()| address.stay()>
            <p>{text}</p>
            <DialogActions>
                <Button kind=ButtonKind::Quiet submit=true>"Leave"</Button>
                <Button kind=ButtonKind::Primary on_click=move |_| address.stay()>"Stay"</Button>
            </DialogActions>
        </Dialog>
    }
}
