//! Starts the import, or a try of it.

use howdah_types::imports::{ImportData, ImportMode};
use howdah_types::problem::Problem;
use howdah_types::validate::FieldError;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::body::Built;
use super::draft::Draft;
use crate::api::{self, use_api};
use crate::routes;
use crate::state::{use_address, use_jobs};

/// Sends what was drafted; true only tries it.
pub(super) fn starter(draft: Draft, built: Memo<Built>) -> Callback<bool> {
    let send = sender(draft);
    Callback::new(move |dry: bool| {
        draft.forget_errors();
        draft.attempted.set(true);
        let Built { data, errors, .. } = built.get_untracked();
        if errors.is_empty() {
            send.run((data, dry));
        } else {
            show_first();
        }
    })
}

/// Sends a body as it is; with true only to try it.
pub(super) fn sender(draft: Draft) -> Callback<(ImportData, bool)> {
    let (api, jobs, address) = (use_api(), use_jobs(), use_address());
    Callback::new(move |(data, dry): (ImportData, bool)| {
        if draft.busy.get_untracked() {
            return;
        }
        let database = draft.database.get_value();
        draft.busy.set(true);
        spawn_local(async move {
            let mode = if dry { ImportMode::Transaction } else { data.mode };
            let body = ImportData { dry_run: dry, mode, ..data.clone() };
            let answer = api::imports::start(api, &database, &body).await;
            draft.busy.try_set(false);
            match answer {
                Ok(job) => {
                    draft.used.try_set_value(true);
                    draft.tried.try_set(dry.then(|| (job.id.clone(), data)));
                    let to = routes::import_report(&database, &job.id);
                    jobs.put(job);
                    address.go(&to);
                }
                Err(problem) => refuse(draft, problem),
            }
        });
    })
}

/// What the server refused stands beside its field, where there is one.
fn refuse(draft: Draft, problem: Problem) {
    let beside = !problem.errors.is_empty() && problem.errors.iter().all(has_place);
    draft.refused.try_set(problem.errors.clone());
    draft.problem.try_set((!beside).then_some(problem));
    show_first();
}

fn has_place(error: &FieldError) -> bool {
    let field = error.field.as_str();
    let places = [
        "table",
        "schema",
        "columns",
        "mode",
        "maxRejects",
        "create.name",
        "create.schema",
        "create.columns",
        "create.primaryKey",
    ];
    let inside = ["format.", "columns[", "create.columns["];
    places.contains(&field) || inside.iter().any(|start| field.starts_with(start))
}

/// Brings the first message into sight.
fn show_first() {
    request_animation_frame(|| {
        let found = document().query_selector(".import .field-error:not(:empty), .import .bad-notice");
        if let Ok(Some(element)) = found {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Center);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}
