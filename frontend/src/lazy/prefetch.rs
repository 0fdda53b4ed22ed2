//! Loads what is likely to be opened next, while there is nothing else to do.

use std::rc::Rc;
use std::time::Duration;

use js_sys::Reflect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::Loading;

/// [`Part::loader`](super::Part::loader) of a part of any kind.
pub type Prefetch = fn() -> Loading;

/// How long a browser that does not tell when it is idle is left alone.
const PAUSE: Duration = Duration::from_millis(400);

/// Loads one part after the other, each when the browser is idle. What fails is loaded when it is needed; after a
/// failure no more is tried. Somebody who saves data is left alone.
pub fn prefetch(parts: Vec<Prefetch>) {
    if !saves_data() {
        next(parts.into(), 0);
    }
}

fn next(parts: Rc<[Prefetch]>, at: usize) {
    let Some(&load) = parts.get(at) else { return };
    when_idle(move || {
        let parts = Rc::clone(&parts);
        spawn_local(async move {
            if load().await.is_ok() {
                next(parts, at + 1);
            }
        });
    });
}

fn when_idle(run: impl Fn() + 'static) {
    // Safari has no such function, and calling what is not there would end the app.
    if Reflect::has(&window(), &JsValue::from_str("requestIdleCallback")).unwrap_or(false) {
        request_idle_callback(run);
    } else {
        set_timeout(run, PAUSE);
    }
}

/// `navigator.connection.saveData`, where the browser has it.
fn saves_data() -> bool {
    let connection = Reflect::get(&window().navigator(), &JsValue::from_str("connection"));
    connection
        .and_then(|connection| Reflect::get(&connection, &JsValue::from_str("saveData")))
        .is_ok_and(|saves| saves.is_truthy())
}
