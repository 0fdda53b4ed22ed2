//! Unique constraints and checks, and what is there already.

use leptos::prelude::*;

use super::context::Context;
use super::draft::{CheckDraft, Draft, OldDraft, UniqueDraft, new_id};
use super::inputs::{ColumnPicker, Line, Remove, Tick};
use crate::ui::{Button, IconName, SqlText, Tag};

#[component]
pub(super) fn ConstraintRows(context: Context) -> impl IntoView {
    let draft = context.draft;
    let unique = move |_| {
        let one = UniqueDraft {
            id: new_id(),
            columns: RwSignal::new(Vec::new()),
            nulls_not_distinct: RwSignal::new(false),
        };
        draft.uniques.update(|list| list.push(one));
    };
    let check = move |_| {
        let one = CheckDraft {
            id: new_id(),
            name: RwSignal::new(String::new()),
            expression: RwSignal::new(String::new()),
        };
        draft.checks.update(|list| list.push(one));
    };
    let old = draft.old.get_value();
    let old =
        old.into_iter().filter(|one| one.what == "unique" || one.what == "check" || one.what == "exclusion");
    let old = old.map(|one| view! { <Old one /> }).collect_view();
    view! {
        <section class="design-part" aria-labelledby="design-constraints">
            <h2 id="design-constraints">"Unique and checks"</h2>
            {old}
            <For each=move || draft.uniques.get() key=|one| one.id let(one)>
                <div class="design-row" role="group" aria-label="Unique constraint">
                    <span class="design-what">"Unique"</span>
                    <ColumnPicker draft label="Unique columns" chosen=one.columns error=context.error(one.id, "columns") />
                    <Tick label="Two nulls count as equal" value=one.nulls_not_distinct text="nulls count as equal" />
                    <Remove label="Leave the unique constraint out" on_click=move |()| Draft::remove(draft.uniques, |each| each.id == one.id) />
                </div>
            </For>
            <For each=move || draft.checks.get() key=|one| one.id let(one)>
                <div class="design-row" role="group" aria-label="Check">
                    <span class="design-what">"Check"</span>
                    <Line label="Condition of the check" value=one.expression error=context.error(one.id, "expression") placeholder="total >= 0" mono=true />
                    <Line label="Name of the check" value=one.name error=context.error(one.id, "name") placeholder="name, if you like" mono=true />
                    <Remove label="Leave the check out" on_click=move |()| Draft::remove(draft.checks, |each| each.id == one.id) />
                </div>
            </For>
            <div class="design-add">
                <Button icon=IconName::Plus on_click=unique>"Unique"</Button>
                <Button icon=IconName::Plus on_click=check>"Check"</Button>
            </div>
        </section>
    }
}

/// Something that is there: it stays or is dropped.
#[component]
pub(super) fn Old(one: OldDraft) -> impl IntoView {
    let name = one.name.get_value();
    let dropped = one.dropped;
    let (keep, drop) = (format!("Keep {name}"), format!("Drop {name}"));
    let label = move || if dropped.get() { keep.clone() } else { drop.clone() };
    view! {
        <div class="design-old" class:gone=move || dropped.get()>
            <Tag>{one.what}</Tag>
            <b>{name}</b>
            <code class="design-definition"><SqlText sql=one.definition.get_value() /></code>
            <button class="link" type="button" aria-label=label on:click=move |_| dropped.update(|dropped| *dropped = !*dropped)>
                {move || if dropped.get() { "Keep" } else { "Drop" }}
            </button>
        </div>
    }
}
