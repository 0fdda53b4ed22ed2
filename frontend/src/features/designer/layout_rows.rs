//! The fields of how a table is kept and split, behind a button.

use leptos::prelude::*;

use super::context::Context;
use super::inputs::{Choice, ColumnPicker, Line, Tick, choices};
use super::layout::LayoutDraft;

#[component]
pub(super) fn LayoutRows(context: Context) -> impl IntoView {
    let draft = context.draft;
    let layout = draft.layout();
    let is_old = draft.is_old();
    let relations = choices([
        ("", "a table by itself"),
        ("by", "partitioned"),
        ("of", "a partition"),
        ("inherits", "a child (INHERITS)"),
    ]);
    let (by, parent) = (
        move || layout.relation.with(|relation| relation == "by"),
        move || layout.relation.with(|relation| relation == "of" || relation == "inherits"),
    );
    let tablespace = if is_old { "as it is" } else { "the database’s own" };
    view! {
        <section class="design-part" aria-labelledby="design-layout">
            <h2 id="design-layout">
                <button
                    class="design-fold"
                    type="button"
                    aria-expanded=move || if layout.open.get() { "true" } else { "false" }
                    on:click=move |_| layout.open.update(|open| *open = !*open)
                >
                    {if is_old { "Storage" } else { "Partitions and storage" }}
                </button>
            </h2>
            <Show when=move || layout.open.get()>
                <div class="design-foreign">
                    {(!is_old).then(|| view! {
                        <div class="design-grid">
                            <Choice label="It is" value=layout.relation options=relations error=context.error(0, "inherits") shown=true />
                        </div>
                        <Show when=by><SplitBy context layout /></Show>
                        <Show when=parent><Parent context layout /></Show>
                    })}
                    <div class="design-grid">
                        <Line label="Tablespace" value=layout.tablespace error=context.error(0, "tablespace") placeholder=tablespace mono=true shown=true />
                        <Line
                            label="Storage parameters"
                            value=layout.options
                            error=context.error(0, "options")
                            placeholder="fillfactor = 90"
                            mono=true
                            shown=true
                        />
                    </div>
                    <div class="design-ticks">
                        <Tick
                            label="Unlogged: faster, but emptied by a crash and not on standbys"
                            value=layout.unlogged
                            text="unlogged: faster, but emptied by a crash and not on standbys"
                        />
                    </div>
                </div>
            </Show>
        </section>
    }
}

#[component]
fn SplitBy(context: Context, layout: LayoutDraft) -> impl IntoView {
    let strategies = choices([("range", "ranges"), ("list", "lists of values"), ("hash", "a hash")]);
    view! {
        <div class="design-row" role="group" aria-label="Partition key">
            <span class="design-what">"Split on"</span>
            <ColumnPicker
                draft=context.draft
                label="Columns of the partition key"
                chosen=layout.keys
                error=context.error(0, "partitionBy.keys")
            />
        </div>
        <div class="design-grid">
            <Choice label="Split by" value=layout.strategy options=strategies error=context.error(0, "partitionBy") shown=true />
            <Line label="Key expression" value=layout.expression placeholder="date_trunc('day', at)" mono=true shown=true />
        </div>
        <p class="muted">"Each primary key and unique constraint has to hold all columns of the partition key. Rows need a partition to go to: make some after this."</p>
    }
}

#[component]
fn Parent(context: Context, layout: LayoutDraft) -> impl IntoView {
    let schemas = context.schemas(layout.parent_schema);
    let error = move |of: &'static str, inherits: &'static str| {
        let (of, inherits) = (context.error(0, of), context.error(0, inherits));
        Signal::derive(move || of.get().or_else(|| inherits.get()))
    };
    view! {
        <div class="design-grid">
            <Choice label="Schema of the parent" value=layout.parent_schema options=schemas error=error("partitionOf.schema", "inherits[0].schema") shown=true />
            <Line label="Parent" value=layout.parent error=error("partitionOf.table", "inherits[0].name") placeholder="table" mono=true shown=true />
        </div>
        <Show when=move || layout.is_partition()><Bounds context layout /></Show>
    }
}

#[component]
fn Bounds(context: Context, layout: LayoutDraft) -> impl IntoView {
    let bounds = choices([
        ("range", "from … to …"),
        ("list", "with these values"),
        ("hash", "of this remainder"),
        ("default", "that no other partition takes"),
    ]);
    let is = move |kind: &'static str| move || layout.bound.with(|bound| bound == kind);
    let error = move |field| context.error(0, field);
    let whole = error("partitionOf.bound");
    view! {
        <div class="design-grid">
            <Choice label="Rows" value=layout.bound options=bounds error=whole shown=true />
            <Show when=is("range")>
                <Line label="From (included)" value=layout.first error=error("partitionOf.bound.from") placeholder="'2026-01-01'" mono=true shown=true />
                <Line label="To (not included)" value=layout.second error=error("partitionOf.bound.to") placeholder="'2026-02-01'" mono=true shown=true />
            </Show>
            <Show when=is("list")>
                <Line label="Values" value=layout.first error=error("partitionOf.bound.in") placeholder="'north', 'south'" mono=true shown=true />
            </Show>
            <Show when=is("hash")>
                <Line label="Remainder" value=layout.first error=error("partitionOf.bound.remainder") placeholder="0" mono=true shown=true />
                <Line label="Modulus" value=layout.second error=error("partitionOf.bound.modulus") placeholder="4" mono=true shown=true />
            </Show>
        </div>
        <p class="muted">"A partition has the columns of its parent; unique constraints, checks and indexes may be its own."</p>
    }
}
