//! Which columns are shown, and in which order.

use leptos::prelude::*;

use super::deeds::Hands;
use crate::ui::format::{folded, plural};
use crate::ui::{Button, ButtonKind};

/// So many columns get a field that finds them.
const MANY: usize = 12;

#[component]
pub(super) fn ColumnsPanel(hands: Hands, open: RwSignal<bool>) -> impl IntoView {
    let work = hands.work();
    let every = work.source.every.get_untracked();
    let all: Vec<String> = every.iter().map(|column| column.name.clone()).collect();
    let search = RwSignal::new(String::new());
    let chosen = RwSignal::new(hands.names());
    let many = all.len() > MANY;
    let count = plural(i64::try_from(all.len()).unwrap_or(i64::MAX), "column", "columns");
    let boxes = all.into_iter().map(|name| {
        let (mine, other, label) = (name.clone(), name.clone(), name.clone());
        let fits = move || folded(&name).contains(&folded(search.get().trim()));
        let checked = move || chosen.with(|chosen| chosen.contains(&mine));
        let change = move |ev| {
            let on = event_target_checked(&ev);
            chosen.update(|chosen| {
                chosen.retain(|one| *one != other);
                if on {
                    chosen.push(other.clone());
                }
            });
        };
        view! {
            <label class="switch" class:hidden=move || !fits()>
                <input type="checkbox" prop:checked=checked on:change=change />
                {label}
            </label>
        }
    });
    let show = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let names = chosen.get_untracked();
        if !names.is_empty() {
            open.set(false);
            hands.show_columns(names);
        }
    };
    let every = move |_| {
        open.set(false);
        hands.show_columns(Vec::new());
    };
    view! {
        <form
            class="columns-panel card"
            aria-label="Columns"
            on:submit=show
            on:keydown=move |ev| if ev.key() == "Escape" { open.set(false); work.sheet.focus(); }
        >
            {many.then(|| view! {
                <input
                    class="input"
                    type="search"
                    aria-label="Find a column"
                    placeholder="Find a column"
                    on:input=move |ev| search.set(event_target_value(&ev))
                />
            })}
            <div class="columns-list" role="group" aria-label="Columns" tabindex="0">{boxes.collect_view()}</div>
            <div class="filter-actions">
                <span class="muted small">{count}</span>
                <Button kind=ButtonKind::Quiet on_click=move |_| chosen.set(Vec::new())>"None"</Button>
                <Button kind=ButtonKind::Quiet on_click=every>"All, as in the table"</Button>
                <Button kind=ButtonKind::Primary submit=true disabled=Signal::derive(move || chosen.with(Vec::is_empty))>"Show"</Button>
            </div>
        </form>
    }
}
