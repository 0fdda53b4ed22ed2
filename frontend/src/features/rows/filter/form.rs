//! The form of a filter: a column, an operator, what it compares with.

use howdah_types::rows::{Arity, Column, Filter, FilterOp};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use super::super::edit::{Kind, doubt};
use super::super::work::Work;
use super::Editing;
use super::ops::{for_column, joined, sign, split};
use crate::api::rows::RowsQuery;
use crate::ui::{Button, ButtonKind};

/// What is in the form.
#[derive(Clone, Copy)]
struct Draft {
    column: RwSignal<String>,
    op: RwSignal<FilterOp>,
    one: RwSignal<String>,
    two: RwSignal<String>,
    condition: RwSignal<String>,
    /// In SQL and not by column.
    free: RwSignal<bool>,
}

#[component]
pub(super) fn FilterForm(work: Work, about: Editing, editing: RwSignal<Option<Editing>>) -> impl IntoView {
    let columns = StoredValue::new(work.source.every.get_untracked());
    let draft = draft(work, &about);
    let about = StoredValue::new(about);
    let column = Memo::new(move |_| {
        let name = draft.column.get();
        columns.with_value(|columns| columns.iter().find(|column| column.name == name).cloned())
    });
    let close = move || {
        editing.set(None);
        work.sheet.focus();
    };
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        let mut asked = work.asked.get_untracked();
        take(&mut asked, draft, &about.get_value());
        close();
        work.show(&asked);
    };
    let names =
        columns.with_value(|columns| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>());
    let may_condition = work.may.get_untracked().condition;
    let fields = move || {
        if draft.free.get() {
            view! { <Condition draft /> }.into_any()
        } else {
            view! { <ByColumn draft names=names.clone() column /> }.into_any()
        }
    };
    let switch = (may_condition && about.with_value(|about| matches!(about, Editing::New(None)))).then(|| {
        view! {
            <button type="button" class="link small" on:click=move |_| draft.free.update(|free| *free = !*free)>
                {move || if draft.free.get() { "By column" } else { "In SQL" }}
            </button>
        }
    });
    view! {
        <form
            class="filter-form card"
            aria-label="Filter"
            on:submit=submit
            on:keydown=move |ev| if ev.key() == "Escape" { ev.prevent_default(); close(); }
        >
            {fields}
            <div class="filter-actions">
                {switch}
                <Button kind=ButtonKind::Quiet on_click=move |_| close()>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true>"Show"</Button>
            </div>
        </form>
    }
}

fn draft(work: Work, about: &Editing) -> Draft {
    let asked = work.asked.get_untracked();
    let columns = work.source.every.get_untracked();
    let cursor = work.column(work.sheet.cursor().column).map(|(_, column)| column);
    let old = match about {
        Editing::At(at) => asked.filter.get(*at).cloned(),
        Editing::New(_) | Editing::Condition => None,
    };
    let named = match about {
        Editing::New(Some(name)) => Some(name.clone()),
        _ => old.as_ref().map(|filter| filter.column.clone()),
    };
    let name = named.or_else(|| cursor.map(|column| column.name)).unwrap_or_default();
    let column = columns.iter().find(|column| column.name == name);
    let first = column.and_then(|column| for_column(column).into_iter().next()).unwrap_or(FilterOp::Equal);
    let (mut one, mut two) = (String::new(), String::new());
    if let Some(filter) = &old {
        match filter.op.arity() {
            Arity::None => {}
            Arity::One => one = filter.value.clone().unwrap_or_default(),
            Arity::Two => {
                one = filter.values.first().cloned().unwrap_or_default();
                two = filter.values.get(1).cloned().unwrap_or_default();
            }
            Arity::Many => one = joined(&filter.values),
        }
    }
    Draft {
        column: RwSignal::new(name),
        op: RwSignal::new(old.map_or(first, |filter| filter.op)),
        one: RwSignal::new(one),
        two: RwSignal::new(two),
        condition: RwSignal::new(asked.condition.unwrap_or_default()),
        free: RwSignal::new(*about == Editing::Condition),
    }
}

/// Puts the draft into what is asked for.
fn take(asked: &mut RowsQuery, draft: Draft, about: &Editing) {
    if draft.free.get_untracked() {
        let text = draft.condition.get_untracked();
        asked.condition = (!text.trim().is_empty()).then(|| text.trim().to_owned());
        return;
    }
    let (op, one, two) = (draft.op.get_untracked(), draft.one.get_untracked(), draft.two.get_untracked());
    let (value, values) = match op.arity() {
        Arity::None => (None, Vec::new()),
        Arity::One => (Some(one), Vec::new()),
        Arity::Two => (None, vec![one, two]),
        Arity::Many => (None, split(&one)),
    };
    let filter = Filter { column: draft.column.get_untracked(), op, value, values };
    match about {
        Editing::At(at) if *at < asked.filter.len() => {
            if let Some(place) = asked.filter.get_mut(*at) {
                *place = filter;
            }
        }
        _ => asked.filter.push(filter),
    }
}

#[component]
fn ByColumn(draft: Draft, names: Vec<String>, column: Memo<Option<Column>>) -> impl IntoView {
    let ops = Memo::new(move |_| column.get().map(|column| for_column(&column)).unwrap_or_default());
    Effect::new(move |_| {
        let ops = ops.get();
        if let Some(first) = ops.first().copied().filter(|_| !ops.contains(&draft.op.get_untracked())) {
            draft.op.set(first);
        }
    });
    let options = names
        .into_iter()
        .map(|name| {
            let (mine, value) = (name.clone(), name.clone());
            view! { <option value=value selected=move || draft.column.get() == mine>{name}</option> }
        })
        .collect_view();
    let signs = move || {
        let one = |op: FilterOp| {
            view! { <option value=sign(op) selected=move || draft.op.get() == op>{sign(op)}</option> }
        };
        ops.get().into_iter().map(one).collect_view()
    };
    let choose = move |ev| {
        let text = event_target_value(&ev);
        if let Some(op) = ops.with_untracked(|ops| ops.iter().copied().find(|op| sign(*op) == text)) {
            draft.op.set(op);
        }
    };
    let labels = Memo::new(move |_| column.get().and_then(|column| labels_of(&column)));
    let values = move || {
        match (draft.op.get().arity(), labels.get()) {
        (Arity::None, _) => ().into_any(),
        (Arity::Many, Some(labels)) => view! { <Labels draft labels /> }.into_any(),
        (Arity::One, Some(labels)) => view! { <OneLabel draft labels /> }.into_any(),
        (Arity::One, None) => view! { <ValueField value=draft.one label="Value" column op=draft.op first=true /> }.into_any(),
        (Arity::Many, None) => view! { <ValueField value=draft.one label="Values, with commas between" column op=draft.op first=true /> }.into_any(),
        (Arity::Two, _) => view! {
            <ValueField value=draft.one label="From" column op=draft.op first=true />
            <ValueField value=draft.two label="To" column op=draft.op first=false />
        }
        .into_any(),
    }
    };
    view! {
        <select class="input" aria-label="Column" on:change=move |ev| draft.column.set(event_target_value(&ev))>{options}</select>
        <select class="input filter-op" aria-label="Operator" on:change=choose>{signs}</select>
        {values}
    }
}

/// The values that there can be, where they are few: what PostgreSQL writes, what a person reads.
fn labels_of(column: &Column) -> Option<Vec<(String, String)>> {
    match Kind::of(column) {
        Kind::Choice(options) => Some(options),
        _ => None,
    }
}

#[component]
fn Labels(draft: Draft, labels: Vec<(String, String)>) -> impl IntoView {
    let boxes = labels.into_iter().map(|(value, label)| {
        let (mine, other) = (value.clone(), value);
        let checked = move || split(&draft.one.get()).contains(&mine);
        let change = move |ev| {
            let mut values = split(&draft.one.get_untracked());
            values.retain(|one| *one != other);
            if event_target_checked(&ev) {
                values.push(other.clone());
            }
            draft.one.set(joined(&values));
        };
        view! { <label class="switch"><input type="checkbox" prop:checked=checked on:change=change />{label}</label> }
    });
    view! { <div class="filter-labels" role="group" aria-label="Values">{boxes.collect_view()}</div> }
}

#[component]
fn OneLabel(draft: Draft, labels: Vec<(String, String)>) -> impl IntoView {
    if !labels.iter().any(|(value, _)| *value == draft.one.get_untracked())
        && let Some((value, _)) = labels.first()
    {
        draft.one.set(value.clone());
    }
    let options = labels.into_iter().map(|(value, label)| {
        let mine = value.clone();
        view! { <option value=value selected=move || draft.one.get() == mine>{label}</option> }
    });
    view! {
        <select class="input" aria-label="Value" on:change=move |ev| draft.one.set(event_target_value(&ev))>
            {options.collect_view()}
        </select>
    }
}

#[component]
fn ValueField(
    value: RwSignal<String>,
    label: &'static str,
    column: Memo<Option<Column>>,
    op: RwSignal<FilterOp>,
    first: bool,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get().filter(|_| first) {
            let _ = node.focus();
        }
    });
    let doubts = move || {
        let (text, op) = (value.get(), op.get());
        let textual = matches!(
            op,
            FilterOp::HasText
                | FilterOp::HasKey
                | FilterOp::Like
                | FilterOp::NotLike
                | FilterOp::Ilike
                | FilterOp::NotIlike
        );
        if text.is_empty() || textual {
            return None;
        }
        let kind = column.get().map(|column| match Kind::of(&column) {
            // The other table's key has a type too, but only the server knows it here.
            Kind::Lookup => Kind::Other(""),
            kind => kind,
        })?;
        let values = if op.arity() == Arity::Many { split(&text) } else { vec![text] };
        values.iter().find_map(|text| doubt(&kind, text))
    };
    view! {
        <span class="filter-value">
            <input
                node_ref=node
                class="input"
                aria-label=label
                placeholder=label
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=move || value.get()
                on:input=move |ev| value.set(event_target_value(&ev))
            />
            <span class="field-error" role="status">{doubts}</span>
        </span>
    }
}

#[component]
fn Condition(draft: Draft) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            let _ = node.focus();
        }
    });
    view! {
        <span class="filter-where"><code>"WHERE"</code></span>
        <input
            node_ref=node
            class="input mono filter-sql"
            aria-label="Condition in SQL"
            placeholder="total > 100 AND placed_at > now() - interval '1 day'"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            prop:value=move || draft.condition.get()
            on:input=move |ev| draft.condition.set(event_target_value(&ev))
        />
    }
}
