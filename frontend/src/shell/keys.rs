//! The keys that work everywhere. The help overlay lists them.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::state::{Console, Overlay, Overlays, typing, use_address, use_console, use_overlays};

/// `g` and a letter: where it leads.
pub const GO: [(&str, &str, &str); 5] = [
    ("d", "Databases", "/databases"),
    ("j", "Jobs", "/jobs"),
    ("a", "Accounts", "/accounts"),
    ("l", "Audit", "/audit"),
    ("y", "Your account", "/account"),
];

/// Listens for as long as the view that calls it stands.
pub fn listen() {
    let (overlays, console) = (use_overlays(), use_console());
    let here = use_address();
    let going = RwSignal::new(false);
    let handle = window_event_listener(leptos::ev::keydown, move |ev| {
        if with_control(&ev, overlays, console) || ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
            return;
        }
        if typing(&ev) || dialog_open() {
            return;
        }
        let key = ev.key();
        if going.get_untracked() {
            going.set(false);
            if let Some((_, _, address)) = GO.iter().find(|(letter, _, _)| *letter == key) {
                ev.prevent_default();
                here.go(address);
            }
            return;
        }
        match key.as_str() {
            "?" => overlays.show(Overlay::Help),
            "/" if focus_search() => ev.prevent_default(),
            "g" => {
                going.set(true);
                set_timeout(
                    move || {
                        let _ = going.try_set(false);
                    },
                    Duration::from_millis(1200),
                );
            }
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}

/// Ctrl K and Ctrl with the backtick, also while text is written.
fn with_control(ev: &KeyboardEvent, overlays: Overlays, console: Console) -> bool {
    if !(ev.ctrl_key() || ev.meta_key()) || ev.alt_key() {
        return false;
    }
    match ev.key().as_str() {
        "k" | "K" if !dialog_open() || overlays.open().is_some() => {
            if untrack(|| overlays.open()) == Some(Overlay::Palette) {
                overlays.close();
            } else {
                overlays.show(Overlay::Palette);
            }
        }
        // By its place too: on many keyboards the key of this place is no backtick.
        key if key == "`" || ev.code() == "Backquote" => console.open.update(|open| *open = !*open),
        _ => return false,
    }
    ev.prevent_default();
    true
}

fn dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}

/// Focuses the view's search field, else the sidebar's.
fn focus_search() -> bool {
    for selector in [".main [data-search]", ".main input[type=search]", ".side-search"] {
        let field = document().query_selector(selector).ok().flatten();
        if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok())
            && field.offset_width() > 0
        {
            let _ = field.focus();
            field.select();
            return true;
        }
    }
    false
}
