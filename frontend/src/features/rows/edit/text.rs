//! A value as text: numbers, times, JSON, arrays, anything.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::json::pretty;
use super::kind::{Kind, doubt};
use super::{Bench, States, ends};
use crate::ui::sheet::Go;

#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn Text(bench: Bench, kind: Kind) -> impl IntoView {
    let begun = bench.begun.get_value();
    let text = RwSignal::new(begun.text());
    let touched = RwSignal::new(false);
    let node = NodeRef::<html::Textarea>::new();
    focus_at_end(node);
    let kept = StoredValue::new(kind.clone());
    let doubts = move || {
        let text = text.get();
        if text.is_empty() && !touched.get() { None } else { kept.with_value(|kind| doubt(kind, &text)) }
    };
    let put = move |new: String| {
        text.set(new);
        touched.set(true);
        if let Some(node) = node.get_untracked() {
            let _ = node.focus();
        }
    };
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
        if leaves(&ev) && !bench.gone() {
            bench.keep(text.get_untracked(), touched.get_untracked(), Go::Stay);
        }
    };
    let multiline = matches!(kind, Kind::Json | Kind::Text | Kind::Other(_));
    let rows = move || {
        let lines = text.with(|text| text.lines().count().max(text.len() / 60));
        lines.clamp(1, if multiline { 12 } else { 1 }).to_string()
    };
    let words: &[&str] = match kind {
        Kind::Time(words) => words,
        _ => &[],
    };
    let chips = words.iter().map(|word| {
        view! { <button type="button" class="edit-state" on:click=move |_| put((*word).to_owned())>{*word}</button> }
    });
    let how = match kind {
        Kind::Other(how) if !how.is_empty() => Some(how),
        _ => None,
    };
    let json = (kind == Kind::Json).then(|| {
        let lay_out = move |_| {
            if let Some(laid) = text.with_untracked(|text| pretty(text)) {
                put(laid);
            }
        };
        view! { <button type="button" class="edit-state" on:click=lay_out>"Lay out"</button> }
    });
    let random = (kind == Kind::Uuid).then(|| {
        let make = move |_| {
            if let Some(uuid) = random_uuid() {
                put(uuid);
            }
        };
        view! { <button type="button" class="edit-state" on:click=make>"random"</button> }
    });
    let blank = kind == Kind::Text;
    let label = bench.name();
    view! {
        <div class="edit-box" on:focusout=left>
            <textarea
                node_ref=node
                class="edit-text"
                class:num=kind == Kind::Number
                rows=rows
                aria-label=label
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                wrap=if multiline { "soft" } else { "off" }
                inputmode=(kind == Kind::Number).then_some("decimal")
                prop:value=move || text.with(|text| ends::shown(text))
                on:input=move |ev| {
                    let field = event_target_value(&ev);
                    text.update(|text| *text = ends::merged(text, &field));
                    touched.set(true);
                }
                on:keydown=keys
            ></textarea>
            <div class="edit-foot">
                {chips.collect_view()} {json} {random}
                {if blank { view! { <States bench blank=true /> }.into_any() } else { view! { <States bench /> }.into_any() }}
                {how.map(|how| view! { <code class="edit-how">{how}</code> })}
                <span class="edit-keys hide-s"><kbd>"Enter"</kbd>{multiline.then_some(" keeps, Shift adds a line")}</span>
                <button type="button" class="edit-keep" on:click=move |_| bench.keep(text.get_untracked(), touched.get_untracked(), Go::Stay)>"Keep"</button>
            </div>
            {move || doubts().map(|doubt| view! { <p class="edit-doubt" role="status">{doubt}</p> })}
        </div>
    }
}

/// `Some(Some(go))` ends with the text, `Some(None)` without; `None` is an ordinary key.
#[expect(clippy::option_option, reason = "three things: keep and go, give up, neither")]
pub(super) fn end_of(ev: &KeyboardEvent) -> Option<Option<Go>> {
    if ev.is_composing() {
        return None;
    }
    match (ev.key().as_str(), ev.shift_key()) {
        ("Escape", _) => Some(None),
        ("Enter", false) if !ev.alt_key() => Some(Some(Go::Down)),
        ("Tab", false) => Some(Some(Go::Right)),
        ("Tab", true) => Some(Some(Go::Left)),
        _ => None,
    }
}

/// The focus goes out of the editor.
pub(super) fn leaves(ev: &FocusEvent) -> bool {
    let node = |target: Option<web_sys::EventTarget>| target.and_then(|t| t.dyn_into::<web_sys::Node>().ok());
    let inside =
        node(ev.current_target()).is_some_and(|frame| frame.contains(node(ev.related_target()).as_ref()));
    !inside
}

/// The cursor at the end of what is there, as in spreadsheets.
pub(super) fn focus_at_end(node: NodeRef<html::Textarea>) {
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            let _ = node.focus();
            let end = u32::try_from(node.value().encode_utf16().count()).unwrap_or(u32::MAX);
            let _ = node.set_selection_range(end, end);
        }
    });
}

fn random_uuid() -> Option<String> {
    let crypto = js_sys::Reflect::get(&window(), &"crypto".into()).ok()?;
    let make = js_sys::Reflect::get(&crypto, &"randomUUID".into()).ok()?;
    make.dyn_into::<js_sys::Function>().ok()?.call0(&crypto).ok()?.as_string()
}
