//! Indexes: made with the table, at once, or by a job while others write.

use leptos::prelude::*;

use super::constraints::Old;
use super::context::Context;
use super::draft::{Draft, IndexDraft, new_id};
use super::inputs::{Choice, ColumnPicker, Line, Remove, Tick, choices};
use crate::ui::{Button, IconName};

#[component]
pub(super) fn IndexRows(context: Context) -> impl IntoView {
    let draft = context.draft;
    let is_old = draft.is_old();
    let add = move |_| {
        let text = || RwSignal::new(String::new());
        let one = IndexDraft {
            id: new_id(),
            name: text(),
            method: RwSignal::new("btree".to_owned()),
            columns: RwSignal::new(Vec::new()),
            expression: text(),
            predicate: text(),
            include: RwSignal::new(Vec::new()),
            unique: RwSignal::new(false),
            concurrently: RwSignal::new(is_old),
        };
        draft.indexes.update(|list| list.push(one));
    };
    let old = draft.old.get_value().into_iter().filter(|one| one.what == "index");
    let old = old.map(|one| view! { <Old context one /> }).collect_view();
    let methods = choices(["btree", "hash", "gin", "gist", "spgist", "brin"].map(|name| (name, name)));
    let row = move |one: IndexDraft| {
        let error = move |field| context.error(one.id, field);
        let together = is_old.then(|| {
            view! {
                <Tick
                    label="Build while others write (CONCURRENTLY)"
                    value=one.concurrently
                    text="build while others write (a job, CONCURRENTLY)"
                />
            }
        });
        view! {
            <div class="design-foreign" role="group" aria-label="Index">
                <div class="design-row">
                    <span class="design-what">"Index on"</span>
                    <ColumnPicker draft label="Columns of the index" chosen=one.columns error=error("keys") />
                    <Remove label="Leave the index out" on_click=move |()| Draft::remove(draft.indexes, |each| each.id == one.id) />
                </div>
                <div class="design-row">
                    <span class="design-what">"Include"</span>
                    <ColumnPicker draft label="Columns only kept in the index" chosen=one.include error=error("include") />
                </div>
                <div class="design-grid">
                    <Line label="Expression" value=one.expression placeholder="lower(name)" mono=true shown=true />
                    <Line label="Only rows where" value=one.predicate error=error("where") placeholder="all rows" mono=true shown=true />
                    <Choice label="Method" value=one.method options=methods error=error("method") shown=true />
                    <Line label="Name" value=one.name error=error("name") placeholder="found by itself" mono=true shown=true />
                </div>
                <div class="design-ticks">
                    <Tick label="Unique index" value=one.unique text="unique" />
                    {together}
                </div>
            </div>
        }
    };
    view! {
        <section class="design-part" aria-labelledby="design-indexes">
            <h2 id="design-indexes">"Indexes"</h2>
            {old}
            <For each=move || draft.indexes.get() key=|one| one.id children=row />
            <div class="design-add"><Button icon=IconName::Plus on_click=add>"Index"</Button></div>
        </section>
    }
}
