//! Columns of the file beside those of a table that is there.

use howdah_types::imports::{ImportKind, Instead};
use leptos::prelude::*;

use super::body::Built;
use super::draft::{ColumnDraft, Draft, is_writable};
use super::inputs::Pick;
use super::sample::shown;
use crate::ui::{CheckField, Icon, IconName, new_id};

/// How many values of a column are shown.
const SAMPLES: usize = 3;

#[component]
pub(super) fn Matching(draft: Draft, built: Memo<Built>) -> impl IntoView {
    let known = Memo::new(move |_| draft.details.with(Option::is_some));
    let wanting = move || {
        let names = draft.wanting();
        (!names.is_empty()).then(|| {
            let text = if names.len() == 1 {
                "This column needs a value, has no default, and gets nothing from the file: "
            } else {
                "These columns need values, have no defaults, and get nothing from the file: "
            };
            view! {
                <p class="import-wanting" role="alert">
                    <Icon name=IconName::Warning />
                    <span>{text}<b>{names.join(", ")}</b>". Every row will be refused."</span>
                </p>
            }
        })
    };
    view! {
        <Show when=move || known.get()>
            <div class="import-columns">
                <div class="import-head match" aria-hidden="true">
                    <span>"In the file"</span>
                    <span>"Values"</span>
                    <span>"In the table"</span>
                    <span></span>
                </div>
                <For each=move || draft.columns.get() key=|column| column.id let(column)>
                    <Row draft built column />
                </For>
            </div>
            {wanting}
        </Show>
    }
}

#[component]
fn Row(draft: Draft, built: Memo<Built>, column: ColumnDraft) -> impl IntoView {
    let name = column.called();
    let options = Signal::derive(move || {
        let mut list = vec![(String::new(), "– leave out –".to_owned())];
        draft.details.with(|details| {
            for one in details.iter().flat_map(|details| &details.columns).filter(|one| is_writable(one)) {
                list.push((one.name.clone(), format!("{}  ({})", one.name, one.type_name)));
            }
        });
        list
    });
    let change = move |target: String| {
        column.chosen.set(true);
        column.target.set(target);
    };
    view! {
        <div class="import-column match" role="group" aria-label=name.clone() class:out=move || !column.is_taken(false)>
            <span class="import-name" title=name.clone()>{name.clone()}</span>
            <Samples draft column />
            <Pick
                label=format!("Where {name} goes")
                bare=true
                value=column.target
                options
                on_change=change
                error=column_error(draft, built, column, &["target", "source"])
            />
            <More draft built column />
        </div>
    }
}

/// What is wrong with a column: with these fields of what it becomes, or as a whole.
pub(super) fn column_error(
    draft: Draft,
    built: Memo<Built>,
    column: ColumnDraft,
    fields: &'static [&'static str],
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let [import, create] = built.with(|built| built.paths(column.id))?;
        fields.iter().find_map(|field| {
            let whole = |path: &str| match *field {
                "" => path.to_owned(),
                field => format!("{path}.{field}"),
            };
            draft.error(built, &whole(&create)).or_else(|| draft.error(built, &whole(&import)))
        })
    })
}

/// The first values that tell something.
#[component]
pub(super) fn Samples(draft: Draft, column: ColumnDraft) -> impl IntoView {
    let values = Memo::new(move |_| {
        draft.preview.with(|preview| {
            let mut found: Vec<String> = Vec::new();
            let rows = preview.iter().flat_map(|preview| &preview.rows);
            for value in rows.filter_map(|row| row.get(column.at).cloned().flatten()) {
                if !value.is_empty() && !found.contains(&value) {
                    found.push(value);
                }
                if found.len() == SAMPLES {
                    break;
                }
            }
            found
        })
    });
    let text = move || {
        let values = values.get();
        if values.is_empty() { shown(None) } else { values.join(" · ").into_any() }
    };
    view! { <span class="import-samples mono" title=move || values.get().join("\n")>{text}</span> }
}

/// What stands for values that are not there; behind a button, for it is seldom needed.
#[component]
pub(super) fn More(draft: Draft, built: Memo<Built>, column: ColumnDraft) -> impl IntoView {
    let id = new_id("import-more");
    let controls = id.clone();
    let name = column.called();
    let usual = move || {
        column.when_null.get() == Instead::Keep
            && column.when_empty.get() == Instead::Keep
            && column.when_missing.get() == Instead::Default
            && !column.trim.get()
    };
    let json = move || matches!(draft.kind(), Some(ImportKind::Json | ImportKind::Ndjson));
    let label = format!("What becomes of missing values in {name}");
    let name = StoredValue::new(name);
    view! {
        <button
            type="button"
            class="icon-btn import-open"
            class:set=move || !usual()
            title=label.clone()
            aria-label=label
            aria-expanded=move || if column.open.get() { "true" } else { "false" }
            aria-controls=controls
            on:click=move |_| column.open.update(|open| *open = !*open)
        >
            <Icon name=IconName::ChevronDown />
        </button>
        <div id=id class="import-more" class:hidden=move || !column.open.get()>
            <Show when=move || column.open.get()>
                <Becomes label="NULL becomes" of=name.get_value() value=column.when_null missing=false
                    error=column_error(draft, built, column, &["whenNull"]) />
                <Becomes label="An empty text becomes" of=name.get_value() value=column.when_empty missing=false
                    error=column_error(draft, built, column, &["whenEmpty"]) />
                <Show when=json>
                    <Becomes label="A missing key becomes" of=name.get_value() value=column.when_missing missing=true
                        error=column_error(draft, built, column, &["whenMissing"]) />
                </Show>
                <div class="import-trim"><CheckField label="Take blanks away at both ends" value=column.trim /></div>
            </Show>
        </div>
    }
}

const INSTEAD: [(&str, Instead); 4] = [
    ("keep", Instead::Keep),
    ("null", Instead::Null),
    ("default", Instead::Default),
    ("refuse", Instead::Refuse),
];

#[component]
fn Becomes(
    label: &'static str,
    of: String,
    value: RwSignal<Instead>,
    /// Of what is not there nothing can be kept.
    missing: bool,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let text = |key| match key {
        "keep" => "what it is",
        "null" => "NULL",
        "default" => "the column's default",
        _ => "a reason to refuse the row",
    };
    let keys = INSTEAD.iter().map(|(key, _)| *key).filter(|key| !(missing && *key == "keep"));
    let options: Vec<_> = keys.map(|key| (key.to_owned(), text(key).to_owned())).collect();
    let now = Signal::derive(move || {
        let value = value.get();
        // Of a missing key NULL is kept.
        let value = if missing && value == Instead::Keep { Instead::Null } else { value };
        INSTEAD.iter().find(|(_, one)| *one == value).map_or("keep", |(key, _)| key).to_owned()
    });
    let change = move |key: String| {
        if let Some((_, instead)) = INSTEAD.iter().find(|(one, _)| *one == key) {
            value.set(*instead);
        }
    };
    view! {
        <div role="group" aria-label=of>
            <Pick label=label value=now options=Signal::stored(options) on_change=change error />
        </div>
    }
}
