//! Filters: chips above the rows, and the form that makes them.

mod form;
mod ops;

use howdah_types::rows::{Filter, RowsCount};
use leptos::prelude::*;

use super::work::Work;
use crate::api::rows::RowsQuery;
use crate::ui::{Button, ButtonKind, Icon, IconName};
use form::FilterForm;

/// What the form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Editing {
    /// A new filter, for this column if it is known.
    New(Option<String>),
    /// The filter at this place.
    At(usize),
    /// The condition in SQL.
    Condition,
}

/// The answer of counting, kept here so that the type is named once.
pub(super) type Count = RowsCount;

#[component]
pub(super) fn FilterBar(work: Work, editing: RwSignal<Option<Editing>>, children: Children) -> impl IntoView {
    let chips = move || {
        let asked = work.asked.get();
        let columns = asked
            .filter
            .into_iter()
            .enumerate()
            .map(|(at, filter)| view! { <Chip work at filter editing /> });
        columns.collect_view()
    };
    let condition = move || {
        let text = work.asked.get().condition?;
        let remove = move |_| work.show(&RowsQuery { condition: None, ..work.asked.get_untracked() });
        Some(view! {
            <span class="chip">
                <button type="button" class="chip-text" on:click=move |_| editing.set(Some(Editing::Condition))>
                    <b>"where"</b>" "<code>{text}</code>
                </button>
                <button type="button" class="chip-off" aria-label="Remove the condition" on:click=remove><Icon name=IconName::Close /></button>
            </span>
        })
    };
    let any = move || {
        let asked = work.asked.get();
        asked.filter.len() + usize::from(asked.condition.is_some()) > 1
    };
    let clear = move |_| {
        work.show(&RowsQuery { filter: Vec::new(), condition: None, ..work.asked.get_untracked() });
    };
    view! {
        <div class="row-filters" role="group" aria-label="Filters">
            {chips}
            {condition}
            <Button kind=ButtonKind::Quiet icon=IconName::Plus on_click=move |_| editing.set(Some(Editing::New(None)))>"Filter"</Button>
            {move || any().then(|| view! { <Button kind=ButtonKind::Quiet on_click=clear>"Clear"</Button> })}
            {children()}
        </div>
        {move || {
            let known = work.source.every.with(|every| !every.is_empty());
            editing.get().filter(|_| known).map(|about| view! { <FilterForm work about editing /> })
        }}
    }
}

#[component]
fn Chip(work: Work, at: usize, filter: Filter, editing: RwSignal<Option<Editing>>) -> impl IntoView {
    let label = format!("Remove the filter of {}", filter.column);
    let remove = move |_| {
        let mut asked = work.asked.get_untracked();
        if at < asked.filter.len() {
            asked.filter.remove(at);
            work.show(&asked);
        }
    };
    let word = ops::sign(filter.op);
    let values = ops::values_of(&filter);
    let about = format!("{} {word} {values}", filter.column);
    let shown: String = values.chars().take(60).collect();
    let shown = if shown.len() < values.len() { shown + "…" } else { shown };
    view! {
        <span class="chip">
            <button type="button" class="chip-text" title=about on:click=move |_| editing.set(Some(Editing::At(at)))>
                {filter.column}" "<b>{word}</b>" "{shown}
            </button>
            <button type="button" class="chip-off" title=label.clone() aria-label=label on:click=remove><Icon name=IconName::Close /></button>
        </span>
    }
}
