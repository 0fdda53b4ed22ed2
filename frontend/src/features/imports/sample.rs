//! The first rows of the file, as they would be read.

use std::sync::Arc;

use howdah_types::uploads::UploadPreview;
use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::{ErrorNotice, Skeleton, format};

/// How many rows are shown.
const SHOWN: usize = 12;
/// The most that the server tells of.
const MOST_PROBLEMS: i64 = 20;

#[component]
pub(super) fn Sample(draft: Draft) -> impl IntoView {
    let content = move || match (draft.preview.get(), draft.unread.get()) {
        (_, Some(problem)) if problem.errors.is_empty() => view! { <ErrorNotice problem /> }.into_any(),
        (Some(preview), _) => {
            view! { <Problems preview=Arc::clone(&preview) /> <Table preview /> }.into_any()
        }
        (None, _) => view! { <Skeleton rows=5 /> }.into_any(),
    };
    view! { <div class="import-sample" class:stale=draft.reading>{content}</div> }
}

#[component]
fn Table(preview: Arc<UploadPreview>) -> impl IntoView {
    let head = preview
        .columns
        .iter()
        .map(|column| view! { <th scope="col">{column.name.clone()} <small>{column.type_name.clone()}</small></th> })
        .collect_view();
    let rows = preview.rows.iter().take(SHOWN).map(|row| {
        let cells = row.iter().map(|value| view! { <td>{shown(value.as_deref())}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
    });
    view! {
        <div class="scroll-x import-rows" tabindex="0" role="group" aria-label="First rows of the file">
            <table class="grid cells" aria-label="First rows of the file">
                <thead><tr>{head}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// A value; NULL and the empty text are told apart from all others.
pub(super) fn shown(value: Option<&str>) -> AnyView {
    match value {
        None => view! { <span class="null">"NULL"</span> }.into_any(),
        Some("") => view! { <span class="null">"empty"</span> }.into_any(),
        Some(text) => text.to_owned().into_any(),
    }
}

#[component]
fn Problems(preview: Arc<UploadPreview>) -> impl IntoView {
    let list = preview.problems.iter().map(|problem| {
        let line = i64::try_from(problem.line).unwrap_or(i64::MAX);
        view! { <li><b>"Line "{format::count(line)}</b>": "{problem.reason.clone()}</li> }
    });
    let count = i64::try_from(preview.problems.len()).unwrap_or(i64::MAX);
    let text = if count < MOST_PROBLEMS {
        format!("{} like this:", format::plural(count, "row cannot be read", "rows cannot be read"))
    } else {
        format!("{count} rows or more cannot be read like this:")
    };
    (count > 0).then(|| {
        view! {
            <div class="import-problems" role="group" aria-label="What cannot be read">
                <p>{text}</p>
                <div class="import-problem-list" tabindex="0" role="group" aria-label="Rows that cannot be read"><ul>{list.collect_view()}</ul></div>
            </div>
        }
    })
}
