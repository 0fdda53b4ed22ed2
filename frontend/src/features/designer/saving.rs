//! Sends what was designed: the table first, then the indexes that jobs build.

use howdah_types::table_details::TableDetails;
use howdah_types::table_form::IndexFormData;
use howdah_types::validate::MAX_NAME_BYTES;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::body::{Request, index};
use super::context::Context;
use crate::api::{self, Api, Result, use_api};
use crate::routes;
use crate::state::{use_address, use_toasts};

/// Saves when it is run; nothing of the draft is touched by that, so nothing is lost when it fails.
pub(super) fn save(context: Context, busy: RwSignal<bool>, expect: Signal<Option<String>>) -> Callback<()> {
    let (api, toasts, address) = (use_api(), use_toasts(), use_address());
    Callback::new(move |()| {
        context.attempted.set(true);
        context.problem.set(None);
        let built = context.built.get_untracked();
        if !built.errors.is_empty() {
            return;
        }
        let database = context.choices.database.get_value();
        let before = context
            .draft
            .was
            .with_value(|was| was.as_ref().map(|was| (was.schema.clone(), was.name.clone())));
        let builds = untrack(|| concurrent(context));
        let expect = expect.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let changed = !built.idle;
            let answer = send(api, &database, before.as_ref(), built.request, built.idle, expect).await;
            let now = match answer {
                Ok(Some(details)) => (details.schema, details.name),
                Ok(None) => before.clone().unwrap_or_default(),
                Err(problem) => {
                    busy.try_set(false);
                    context.refuse(&problem);
                    return;
                }
            };
            let mut started = None;
            for form in &builds {
                match api::tables::build_index(api, &database, (&now.0, &now.1), form).await {
                    Ok(job) => started = Some(job.id),
                    // The table was changed already: saving again would change it twice.
                    Err(problem) if changed => {
                        toasts.failed(format!("The index was not built: {}", problem.detail));
                    }
                    Err(problem) => {
                        busy.try_set(false);
                        context.refuse(&problem);
                        return;
                    }
                }
            }
            busy.try_set(false);
            let deed = if before.is_some() { "changed" } else { "made" };
            match started {
                Some(job) => toasts.done_at(
                    format!("{} was {deed}; its index is being built", now.1),
                    "Show the job",
                    routes::job(&job),
                ),
                None => toasts.done(format!("Table {} was {deed}", now.1)),
            }
            context.saved.try_set(true);
            address.go(&routes::table_section(&database, &now.0, &now.1, "structure"));
        });
    })
}

async fn send(
    api: Api,
    database: &str,
    before: Option<&(String, String)>,
    request: Request,
    idle: bool,
    expect: Option<String>,
) -> Result<Option<TableDetails>> {
    match (request, before) {
        (Request::Create(data), _) => api::tables::create(api, database, &data).await.map(Some),
        (Request::Update(data), Some((schema, table))) if !idle => {
            let expect = expect.filter(|_| data.cascade);
            api::tables::update(api, database, (schema, table), &data, expect).await.map(Some)
        }
        (Request::Update(_), _) => Ok(None),
    }
}

/// The indexes that are built by jobs (tracked).
pub(super) fn concurrent(context: Context) -> Vec<IndexFormData> {
    let draft = context.draft;
    if !draft.is_old() {
        return Vec::new();
    }
    let by_job = draft.indexes.get().into_iter().filter(|one| one.concurrently.get());
    let form = |one| {
        let form = index(draft, one);
        let name = form.name.clone().unwrap_or_else(|| name_for(&draft.name.get(), &form));
        IndexFormData { name: Some(name), ..form }
    };
    by_job.map(form).collect()
}

/// A job finds its index by its name, so it needs one: table, columns, `idx`, as PostgreSQL would name it.
fn name_for(table: &str, form: &IndexFormData) -> String {
    let keys = form.keys.iter().map(|key| key.column.as_deref().unwrap_or("expr"));
    let mut name = std::iter::once(table).chain(keys).collect::<Vec<_>>().join("_");
    while name.len() > MAX_NAME_BYTES - 4 {
        name.pop();
    }
    name + "_idx"
}
