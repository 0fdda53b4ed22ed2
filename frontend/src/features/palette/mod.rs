//! Ctrl K: to any database, view or action, by a few letters of its name.

pub mod commands;
pub mod fuzzy;
mod tables;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::lazy::part;
use crate::state::{use_address, use_overlays};
use crate::ui::Icon;
use commands::{Act, Command, use_commands};
use fuzzy::score;

/// How many matches are shown.
const SHOWN: usize = 40;

part! {
    /// The palette, open.
    pub(crate) PALETTE in palette = || view! { <Body /> }
}

#[component]
fn Body() -> impl IntoView {
    let overlays = use_overlays();
    let commands = use_commands();
    let text = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let tables = tables::use_tables(text);
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let (Some(dialog), Some(input)) = (dialog.get(), input.get()) {
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
            let _ = input.focus();
        }
    });
    let matches = Memo::new(move |_| {
        let wanted = text.get();
        let mut found: Vec<(i32, Command)> = commands
            .get()
            .into_iter()
            .chain(tables.get())
            .filter_map(|command| Some((score(&wanted, &command.name)?, command)))
            .collect();
        found.sort_by_key(|(score, _)| -score);
        found.truncate(SHOWN);
        found.into_iter().map(|(_, command)| command).collect::<Vec<_>>()
    });
    let address = use_address();
    let run = Callback::new(move |at: usize| {
        let Some(command) = matches.with_untracked(|matches| matches.get(at).cloned()) else { return };
        overlays.close();
        match command.act {
            Act::Go(to) => address.go(&to),
            Act::Do(action) => action.run(()),
        }
    });
    let keys = move |ev: KeyboardEvent| {
        let count = matches.with_untracked(Vec::len).max(1);
        match ev.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => run.run(at.get_untracked()),
            _ => return,
        }
        ev.prevent_default();
        show_active();
    };
    let typed = move |ev| {
        text.set(event_target_value(&ev));
        at.set(0);
    };
    let none = move || {
        matches.with(Vec::is_empty).then(|| view! { <p class="palette-none">"Nothing of this name"</p> })
    };
    view! {
        <dialog
            class="palette"
            aria-label="Go to or do anything"
            node_ref=dialog
            on:cancel=move |ev: leptos::ev::Event| { ev.prevent_default(); overlays.close(); }
            on:click=move |ev| if event_is_on_backdrop(&ev) { overlays.close() }
        >
            <div class="palette-box">
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || format!("palette-{}", at.get())
                    aria-label="Go to or do anything"
                    placeholder="A database, a table, a view, an action …"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || text.get()
                    on:input=typed
                    on:keydown=keys
                />
                <ul id="palette-list" role="listbox" aria-label="Matches">
                    {move || matches.get().into_iter().enumerate().map(|(index, command)| {
                        view! { <Match index command at run /> }
                    }).collect_view()}
                </ul>
                {none}
            </div>
        </dialog>
    }
}

#[component]
fn Match(index: usize, command: Command, at: RwSignal<usize>, run: Callback<usize>) -> impl IntoView {
    view! {
        <li
            id=format!("palette-{index}")
            role="option"
            aria-selected=move || if at.get() == index { "true" } else { "false" }
            on:pointermove=move |_| if at.get_untracked() != index { at.set(index) }
            on:click=move |_| run.run(index)
        >
            <Icon name=command.icon />
            <span class="palette-name">{command.name}</span>
            <span class="palette-kind">{command.kind}</span>
        </li>
    }
}

fn show_active() {
    request_animation_frame(|| {
        if let Ok(Some(active)) = document().query_selector("#palette-list [aria-selected=true]") {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            active.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

/// A click on the dialog itself, not on the box in it, is one beside the box.
fn event_is_on_backdrop(ev: &leptos::ev::MouseEvent) -> bool {
    use wasm_bindgen::JsCast;
    ev.target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|e| e.tag_name() == "DIALOG")
}
