//! The columns: one row for each, with what is needed less often below it.

use leptos::prelude::*;

use super::context::Context;
use super::draft::{ColumnDraft, Draft};
use super::inputs::{Choice, Line, Remove, Tick, choices};
use crate::ui::{Button, Icon, IconName};

#[component]
pub(super) fn ColumnRows(context: Context) -> impl IntoView {
    let draft = context.draft;
    let add = move |_| {
        let column = ColumnDraft::new("", "");
        draft.columns.update(|columns| columns.push(column));
        focus_new();
    };
    view! {
        <section class="design-part" aria-labelledby="design-columns">
            <h2 id="design-columns">"Columns"</h2>
            <Show when=move || draft.layout().is_partition()>
                <p class="muted">"A partition has the columns of its parent."</p>
            </Show>
            <div class="design-columns" class:unused=move || draft.layout().is_partition()>
                <div class="design-head" aria-hidden="true">
                    <span>"Name"</span>
                    <span>"Type"</span>
                    <span>"Default"</span>
                    <span class="tick-head">"Key"</span>
                    <span class="tick-head">"Null"</span>
                    <span></span>
                </div>
                <For each=move || draft.columns.get() key=|column| column.id let(column)>
                    <ColumnRow context column />
                </For>
            </div>
            <div><Button icon=IconName::Plus on_click=add>"Add a column"</Button></div>
        </section>
        <datalist id="design-types">
            {move || context.choices.types.get().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
        </datalist>
    }
}

/// The name of the last column gets the focus when it is there.
fn focus_new() {
    use wasm_bindgen::JsCast;
    request_animation_frame(|| {
        let last =
            document().query_selector(".design-columns > .design-column:last-child input").ok().flatten();
        if let Some(input) = last.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = input.focus();
        }
    });
}

#[component]
fn ColumnRow(context: Context, column: ColumnDraft) -> impl IntoView {
    let draft = context.draft;
    let error = move |field| context.error(column.id, field);
    let called = Signal::derive(move || {
        let name = column.name.get();
        if name.is_empty() { "the new column".to_owned() } else { name }
    });
    let label = move |what: &'static str| Signal::derive(move || format!("{what} of {}", called.get()));
    let remove = move |()| {
        if column.is_old() {
            column.dropped.update(|dropped| *dropped = !*dropped);
        } else {
            Draft::remove(draft.columns, |one| one.id == column.id);
        }
    };
    let removal = Signal::derive(move || {
        if column.dropped.get() { format!("Keep {}", called.get()) } else { format!("Drop {}", called.get()) }
    });
    let not_null = Signal::derive(move || {
        column.key.get() || column.kind.with(|kind| kind.as_str() == "always" || kind == "byDefault")
    });
    let gone = move || column.dropped.get();
    let whole = error("");
    let expression = Signal::derive({
        let (default, generated) = (error("default"), error("generated"));
        let deeper = error("generated.expression");
        move || default.get().or_else(|| deeper.get()).or_else(|| generated.get()).or_else(|| whole.get())
    });
    let shows = move || column.kind.with(|kind| matches!(kind.as_str(), "default" | "stored" | "virtual"));
    let hint = Signal::derive(move || match column.kind.get().as_str() {
        "default" => "now(), 0, 'new'".to_owned(),
        _ => "price * amount".to_owned(),
    });
    view! {
        <div class="design-column" class:gone=gone role="group" aria-label=move || format!("Column {}", called.get())>
            <Line label=label("Name") value=column.name error=error("name") placeholder="name" mono=true disabled=column.dropped />
            <Line
                label=label("Type")
                value=column.type_name
                error=error("type")
                placeholder="type"
                list="design-types"
                mono=true
                disabled=column.dropped
            />
            <div class="design-value">
                <Choice label=label("Source of the value") value=column.kind options=kinds(column) error=error("identity") />
                <Show when=shows>
                    <Line label=label("Expression") value=column.expression error=expression placeholder=hint mono=true disabled=column.dropped />
                </Show>
            </div>
            <Tick label=label("Primary key") value=column.key text="Key" disabled=column.dropped />
            <Tick label=label("Nulls") value=column.nullable text="Null" disabled=Signal::derive(move || not_null.get() || column.dropped.get()) />
            <span class="design-deeds">
                <button
                    class="icon-btn"
                    type="button"
                    title="Description and more"
                    aria-label=label("Description and more")
                    aria-expanded=move || if column.open.get() { "true" } else { "false" }
                    on:click=move |_| column.open.update(|open| *open = !*open)
                >
                    <Icon name=IconName::More />
                </button>
                <Show
                    when=gone
                    fallback=move || view! { <Remove label=removal on_click=remove /> }
                >
                    <button class="link" type="button" aria-label=removal on:click=move |_| remove(())>"Keep"</button>
                </Show>
            </span>
            <Show when=move || column.retyped() && !column.dropped.get()>
                <div class="design-more">
                    <Line
                        label="How old values become new ones (USING); PostgreSQL’s own cast where it is empty"
                        value=column.using
                        error=error("using")
                        placeholder=Signal::derive(move || format!("{}::{}", column.name.get(), column.type_name.get()))
                        mono=true
                        shown=true
                    />
                    <Line
                        label="Collation of the new type; empty for the type’s own"
                        value=column.collation
                        error=error("collation")
                        mono=true
                        shown=true
                    />
                </div>
            </Show>
            <Show when=move || column.open.get()>
                <div class="design-more">
                    <div class="design-grid">
                        <Line label="Description" value=column.description error=error("description") shown=true />
                        <Show when=move || !column.retyped()>
                            <Line label="Collation" value=column.collation error=error("collation") placeholder="the type’s own" mono=true shown=true />
                        </Show>
                        {column.is_old().then(|| view! {
                            <Choice label="Storage of long values" value=column.storage options=storages() error=error("storage") shown=true />
                        })}
                    </div>
                </div>
            </Show>
        </div>
    }
}

fn storages() -> Signal<Vec<(String, String)>> {
    choices(["plain", "main", "external", "extended"].map(|word| (word, word)))
}

/// Where values can come from. A column that is there cannot become a generated one.
fn kinds(column: ColumnDraft) -> Signal<Vec<(String, String)>> {
    let was = column.kind.get_untracked();
    let generated = !column.is_old();
    let all = [
        ("", "nothing: null", true),
        ("default", "a default", true),
        ("always", "identity, always", true),
        ("byDefault", "identity, by default", true),
        ("stored", "generated, stored", generated || was == "stored"),
        ("virtual", "generated, virtual", generated || was == "virtual"),
    ];
    let fits = all.into_iter().filter(|(_, _, fits)| *fits);
    Signal::stored(fits.map(|(key, text, _)| (key.to_owned(), text.to_owned())).collect())
}
