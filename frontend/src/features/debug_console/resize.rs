//! The edge of the console: drawn with the pointer, or moved with the arrow keys.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const KEY: &str = "howdah.console.height";
const LEAST: f64 = 96.0;
const USUAL: f64 = 220.0;

/// The height in pixels, as it was left in this browser.
pub fn use_height() -> RwSignal<f64> {
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    let height =
        RwSignal::new(bounded(kept.and_then(|text| text.parse::<u16>().ok()).map_or(USUAL, f64::from)));
    Effect::new(move |_| {
        let text = format!("{:.0}", height.get());
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, &text);
        }
    });
    height
}

/// The edge itself.
#[component]
pub fn ResizeHandle(height: RwSignal<f64>) -> impl IntoView {
    let drawing = RwSignal::new(false);
    let begin = move |ev: PointerEvent| {
        drawing.set(true);
        if let Some(edge) = ev.current_target().and_then(|edge| edge.dyn_into::<web_sys::Element>().ok()) {
            let _ = edge.set_pointer_capture(ev.pointer_id());
        }
    };
    let draw = move |ev: PointerEvent| {
        if drawing.get_untracked() {
            height.set(bounded(below(f64::from(ev.client_y()))));
        }
    };
    let keys = move |ev: KeyboardEvent| {
        let step = match ev.key().as_str() {
            "ArrowUp" => 24.0,
            "ArrowDown" => -24.0,
            "Home" => 10_000.0,
            "End" => -10_000.0,
            _ => return,
        };
        ev.prevent_default();
        height.update(|height| *height = bounded(*height + step));
    };
    view! {
        <div
            class="resize"
            role="separator"
            aria-orientation="horizontal"
            aria-label="Height of the debug console"
            aria-valuenow=move || format!("{:.0}", height.get())
            aria-valuemin="96"
            aria-valuemax=format!("{:.0}", most())
            tabindex="0"
            on:pointerdown=begin
            on:pointermove=draw
            on:pointerup=move |_| drawing.set(false)
            on:pointercancel=move |_| drawing.set(false)
            on:keydown=keys
        ></div>
    }
}

/// From the pointer down to the lower edge of the console.
fn below(y: f64) -> f64 {
    let console = document().query_selector(".console").ok().flatten();
    console.map_or(USUAL, |console| console.get_bounding_client_rect().bottom() - y)
}

fn most() -> f64 {
    let window = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(800.0);
    (window * 0.7).max(LEAST)
}

fn bounded(height: f64) -> f64 {
    height.clamp(LEAST, most())
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
