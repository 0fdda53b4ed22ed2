//! Unique constraints and checks, and what is there already.

use leptos::prelude::*;

use super::context::Context;
use super::draft::{CheckDraft, Draft, OldDraft, UniqueDraft, new_id};
use super::inputs::{Choice, ColumnPicker, Line, Remove, Tick, choices};
use crate::ui::{Button, IconName, SqlText, Tag};

#[component]
pub(super) fn ConstraintRows(context: Context) -> impl IntoView {
    let draft = context.draft;
    let unique = move |_| {
        let one = UniqueDraft {
            id: new_id(),
            columns: RwSignal::new(Vec::new()),
            include: RwSignal::new(Vec::new()),
            nulls_not_distinct: RwSignal::new(false),
            deferrable: RwSignal::new(String::new()),
        };
        draft.uniques.update(|list| list.push(one));
    };
    let check = move |_| {
        let one = CheckDraft {
            id: new_id(),
            name: RwSignal::new(String::new()),
            expression: RwSignal::new(String::new()),
            not_valid: RwSignal::new(false),
        };
        draft.checks.update(|list| list.push(one));
    };
    let old = draft.old.get_value();
    let old =
        old.into_iter().filter(|one| one.what == "unique" || one.what == "check" || one.what == "exclusion");
    let old = old.map(|one| view! { <Old context one /> }).collect_view();
    let is_old = draft.is_old();
    view! {
        <section class="design-part" aria-labelledby="design-constraints">
            <h2 id="design-constraints">"Unique and checks"</h2>
            {old}
            <For each=move || draft.uniques.get() key=|one| one.id let(one)>
                <div class="design-foreign" role="group" aria-label="Unique constraint">
                    <div class="design-row">
                        <span class="design-what">"Unique"</span>
                        <ColumnPicker draft label="Unique columns" chosen=one.columns error=context.error(one.id, "columns") />
                        <Remove label="Leave the unique constraint out" on_click=move |()| Draft::remove(draft.uniques, |each| each.id == one.id) />
                    </div>
                    <div class="design-row">
                        <span class="design-what">"Include"</span>
                        <ColumnPicker draft label="Columns only kept in the index" chosen=one.include error=context.error(one.id, "include") />
                    </div>
                    <div class="design-ticks">
                        <Deferral value=one.deferrable />
                        <Tick label="Two nulls count as equal" value=one.nulls_not_distinct text="nulls count as equal" />
                    </div>
                </div>
            </For>
            <For each=move || draft.checks.get() key=|one| one.id let(one)>
                <div class="design-row" role="group" aria-label="Check">
                    <span class="design-what">"Check"</span>
                    <Line label="Condition of the check" value=one.expression error=context.error(one.id, "expression") placeholder="total >= 0" mono=true />
                    <Line label="Name of the check" value=one.name error=context.error(one.id, "name") placeholder="name, if you like" mono=true />
                    {is_old.then(|| view! { <NotValid value=one.not_valid /> })}
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

/// Whether rows that are there are left unproven.
#[component]
pub(super) fn NotValid(value: RwSignal<bool>) -> impl IntoView {
    view! {
        <Tick
            label="Only for rows to come: those that are there are looked at later (NOT VALID)"
            value
            text="only for rows to come (NOT VALID)"
        />
    }
}

/// When the constraint is looked at.
#[component]
pub(super) fn Deferral(value: RwSignal<String>) -> impl IntoView {
    let options = choices([
        ("", "looked at with each statement"),
        ("initiallyImmediate", "may wait for the end of the transaction"),
        ("initiallyDeferred", "waits for the end of the transaction"),
    ]);
    view! { <Choice label="When it is looked at" value options /> }
}

/// Something that is there: it stays, gets another name, is proven or is dropped.
#[component]
pub(super) fn Old(context: Context, one: OldDraft) -> impl IntoView {
    let name = one.name.get_value();
    let dropped = one.dropped;
    let renaming = RwSignal::new(false);
    let label = move |what: &str| format!("{what} {}", one.name.get_value());
    let error = {
        let (to, whole) = (context.error(one.id, "to"), context.error(one.id, ""));
        Signal::derive(move || to.get().or_else(|| whole.get()))
    };
    let stays = move || !dropped.get();
    view! {
        <div class="design-old" class:gone=move || dropped.get()>
            <Tag>{one.what}</Tag>
            <Show when=move || renaming.get() && stays() fallback=move || view! { <b>{move || one.called.get()}</b> }>
                <Line label=label("New name of") value=one.called error mono=true />
            </Show>
            <code class="design-definition"><SqlText sql=one.definition.get_value() /></code>
            <Show when=move || one.unproven && stays()>
                <Tick label=label("Look at the rows that were there before") value=one.validate text="validate" />
            </Show>
            <Show when=move || stays() && !renaming.get()>
                <button class="link" type="button" aria-label=label("Rename") on:click=move |_| renaming.set(true)>"Rename"</button>
            </Show>
            <button
                class="link"
                type="button"
                aria-label=move || format!("{} {name}", if dropped.get() { "Keep" } else { "Drop" })
                on:click=move |_| dropped.update(|dropped| *dropped = !*dropped)
            >
                {move || if dropped.get() { "Keep" } else { "Drop" }}
            </button>
        </div>
    }
}
