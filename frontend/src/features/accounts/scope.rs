//! The databases that an account may see.

use leptos::prelude::*;

use crate::state::use_databases;
use crate::ui::{Button, CheckField, ComboField, Icon, IconName};

/// All databases, or a list of names. A name may be given before its database is made.
#[component]
pub(super) fn Scope(
    all: RwSignal<bool>,
    chosen: RwSignal<Vec<String>>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <CheckField
            label="All databases"
            value=all
            help="When off, the account sees only the databases that are listed."
        />
        <Show when=move || !all.get()>
            <Chosen chosen error />
        </Show>
    }
}

#[component]
fn Chosen(chosen: RwSignal<Vec<String>>, error: Signal<Option<String>>) -> impl IntoView {
    let databases = use_databases();
    let text = RwSignal::new(String::new());
    let options = Signal::derive(move || {
        let chosen = chosen.get();
        let all = databases.list().get().unwrap_or_default();
        let free = all.into_iter().filter(|d| !d.is_template && !chosen.contains(&d.name));
        free.map(|d| d.name).collect::<Vec<_>>()
    });
    let add = move |_| {
        let name = text.get_untracked();
        if !name.is_empty() {
            chosen.update(|chosen| {
                if !chosen.contains(&name) {
                    chosen.push(name);
                }
            });
            text.set(String::new());
        }
    };
    let one = move |name: String| {
        let label = format!("Take {name} off the list");
        let gone = name.clone();
        let remove = move |_| chosen.update(|chosen| chosen.retain(|other| *other != gone));
        view! {
            <li>
                <span title=name.clone()>{name.clone()}</span>
                <button type="button" aria-label=label.clone() title=label.clone() on:click=remove>
                    <Icon name=IconName::Close />
                </button>
            </li>
        }
    };
    view! {
        <div class="scope">
            <ul aria-label="Databases that may be seen">{move || chosen.get().into_iter().map(one).collect_view()}</ul>
            <Show when=move || chosen.with(Vec::is_empty)>
                <p class="reason">"No database yet: the account would see none."</p>
            </Show>
            <div class="add">
                <ComboField label="Database to add" value=text options error />
                <Button icon=IconName::Plus on_click=add>"Add"</Button>
            </div>
        </div>
    }
}
