//! What lies over the page, and whether a key belongs to a text that is being written.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What can lie over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    Palette,
    Help,
}

/// The overlay that is open; at most one.
#[derive(Debug, Clone, Copy)]
pub struct Overlays {
    open: RwSignal<Option<Overlay>>,
}

impl Overlays {
    pub(super) fn new() -> Self {
        Self { open: RwSignal::new(None) }
    }

    /// Which one is open (tracked).
    pub fn open(self) -> Option<Overlay> {
        self.open.get()
    }

    /// Opens one and closes the other.
    pub fn show(self, overlay: Overlay) {
        self.open.set(Some(overlay));
    }

    /// Closes what is open.
    pub fn close(self) {
        self.open.set(None);
    }
}

/// Whether the event comes from a field in which text is written: single keys are text there.
pub fn typing(ev: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = ev.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
}
