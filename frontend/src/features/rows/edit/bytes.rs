//! bytea: from a file, or as hexadecimal digits.

use howdah_types::row_changes::NewValue;
use leptos::ev::{Event, FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::kind::{Kind, doubt};
use super::text::{end_of, focus_at_end, leaves};
use super::{Bench, States};
use crate::ui::format;
use crate::ui::sheet::Go;

/// The largest file that is taken, in bytes: as text it is twice as long, and travels in one request.
const LARGEST: f64 = 16.0 * 1024.0 * 1024.0;

#[component]
pub(super) fn Bytes(bench: Bench) -> impl IntoView {
    let begun = bench.begun.get_value();
    let (text, touched) = (RwSignal::new(begun.text()), RwSignal::new(false));
    let said = RwSignal::new(String::new());
    let choosing = StoredValue::new(false);
    let node = NodeRef::<html::Textarea>::new();
    focus_at_end(node);
    let keys = move |ev: KeyboardEvent| {
        if let Some(go) = end_of(&ev) {
            ev.prevent_default();
            match go {
                Some(go) => bench.keep(text.get_untracked(), touched.get_untracked(), go),
                None => bench.cancel(),
            }
        }
    };
    let left = move |ev: FocusEvent| {
        // The dialog of the system takes the focus while a file is chosen.
        if leaves(&ev) && !bench.gone() && !choosing.get_value() {
            bench.keep(text.get_untracked(), touched.get_untracked(), Go::Stay);
        }
    };
    let chosen = move |ev: Event| {
        choosing.set_value(false);
        let input = ev.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        if file.size() > LARGEST {
            said.set(format!("{} has {}; at most 16 MB", file.name(), format::bytes(length(file.size()))));
            return;
        }
        spawn_local(async move {
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => {
                    bench.end(NewValue::Text(hex(&js_sys::Uint8Array::new(&buffer).to_vec())), Go::Stay);
                }
                Err(_) => said.set("The file cannot be read".to_owned()),
            }
        });
    };
    let doubts = move || doubt(&Kind::Bytes, &text.get());
    let label = bench.name();
    view! {
        <div class="edit-box" on:focusout=left>
            <textarea
                node_ref=node
                class="edit-text"
                rows="3"
                aria-label=label
                placeholder="\\x…"
                spellcheck="false"
                prop:value=move || text.get()
                on:input=move |ev| { text.set(event_target_value(&ev)); touched.set(true); }
                on:keydown=keys
            ></textarea>
            <div class="edit-foot">
                <label class="edit-state">
                    "From a file"
                    <input
                        type="file"
                        class="sr-only"
                        on:mousedown=move |_| choosing.set_value(true)
                        on:click=move |_| choosing.set_value(true)
                        on:change=chosen
                    />
                </label>
                <States bench blank=true />
                <span class="edit-how" role="status">{said}</span>
            </div>
            {move || doubts().map(|doubt| view! { <p class="edit-doubt" role="status">{doubt}</p> })}
        </div>
    }
}

#[expect(clippy::cast_possible_truncation, reason = "sizes of files")]
fn length(size: f64) -> i64 {
    size as i64
}

/// As PostgreSQL writes bytea.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS.get(usize::from(n)).copied().unwrap_or(b'0'));
    let mut out = String::with_capacity(bytes.len() * 2 + 2);
    out.push_str("\\x");
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_are_written_as_postgresql_writes_them() {
        assert_eq!(super::hex(&[0, 0xde, 0xff]), "\\x00deff");
        assert_eq!(super::hex(&[]), "\\x");
    }
}
