//! The first page of a table's rows.

use std::sync::Arc;

use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use howdah_types::rows::RowsPage;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cell::{CellDialog, Viewed};
use super::grid::{At, Deed, grid};
use super::values::tsv;
use crate::api::{self, Api, use_api};
use crate::features::databases::Trouble;
use crate::features::not_found::Guard;
use crate::routes;
use crate::state::{Reading, Toasts, use_connectivity, use_toasts};
use crate::ui::{Button, CopyButton, EmptyState, IconName, PageHead, Skeleton, copy_text, format};

/// How many rows the page holds.
const LIMIT: u32 = 100;
/// The schema of an address that names none.
const PUBLIC: &str = "public";

/// Where the rows lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) database: String,
    pub(super) schema: String,
    pub(super) table: String,
}

/// What was read.
type Answer = Result<Arc<RowsPage>, Problem>;

/// One table or view with its first rows.
#[component]
pub fn TablePage() -> impl IntoView {
    view! {
        <Guard permission=Permission::RowRead>
            <Rows />
        </Guard>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let (api, connectivity) = (use_api(), use_connectivity());
    let (database, table, schema) =
        (routes::use_param("database"), routes::use_param("table"), routes::use_query("schema"));
    let place = Memo::new(move |_| Place {
        database: database.get(),
        schema: schema.get().unwrap_or_else(|| PUBLIC.to_owned()),
        table: table.get(),
    });
    let again = RwSignal::new(0_u32);
    let answer = Reading::new(move || {
        let Place { database, schema, table } = place.get();
        again.track();
        connectivity.returns();
        async move { api::rows::first_page(api, &database, &schema, &table, LIMIT).await.map(Arc::new) }
    });
    let retry = Callback::new(move |()| again.update(|n| *n = n.wrapping_add(1)));
    let viewed = RwSignal::new(None::<Viewed>);
    let text = Signal::derive(move || {
        let page = answer.get().and_then(Result::ok);
        place.with(|place| line(place, page.as_deref()))
    });
    view! {
        <div class="rows">
            <PageHead title=table text>
                <Tools answer retry />
            </PageHead>
            {move || answer.waiting().then(|| view! { <Skeleton rows=12 /> })}
                {move || answer.get().map(|answer| view! { <Read answer place retry viewed /> })}
        </div>
        {move || viewed.get().map(|viewed_cell| view! {
            <CellDialog place=place.get_untracked() viewed=viewed_cell close=Callback::new(move |()| viewed.set(None)) />
        })}
    }
}

/// `schema stock in shop · about 5,104,332 rows · times in Europe/Berlin`
fn line(place: &Place, page: Option<&RowsPage>) -> String {
    let rows = page.and_then(|page| match page.row_estimate {
        Some(rows) if page.has_more => Some(format!("about {}", format::plural(rows, "row", "rows"))),
        _ if page.has_more => None,
        _ => Some(format::plural(i64::try_from(page.rows.len()).unwrap_or(i64::MAX), "row", "rows")),
    });
    let zone = page.map(|page| format!("times in {}", page.time_zone));
    let parts = [Some(format!("schema {} of {}", place.schema, place.database)), rows, zone];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[component]
fn Tools(answer: Reading<Answer>, retry: Callback<()>) -> impl IntoView {
    let text =
        Signal::derive(move || answer.get().and_then(Result::ok).map(|page| tsv(&page)).unwrap_or_default());
    let any = Memo::new(move |_| answer.get().and_then(Result::ok).is_some_and(|page| !page.rows.is_empty()));
    view! {
        <Show when=move || any.get()>
            <CopyButton text label="Copy as TSV" title="Copy these rows as tab-separated text" />
        </Show>
        <Button icon=IconName::Refresh on_click=move |_| retry.run(())>"Refresh"</Button>
    }
}

#[component]
fn Read(
    answer: Answer,
    place: Memo<Place>,
    retry: Callback<()>,
    viewed: RwSignal<Option<Viewed>>,
) -> impl IntoView {
    match answer {
        Err(problem) => view! { <Trouble problem retry /> }.into_any(),
        Ok(page) if page.rows.is_empty() => view! { <Empty page /> }.into_any(),
        Ok(page) => view! { <Filled page place viewed /> }.into_any(),
    }
}

#[component]
fn Filled(page: Arc<RowsPage>, place: Memo<Place>, viewed: RwSignal<Option<Viewed>>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let keyed = page.columns.iter().any(|column| column.primary_key);
    let order = if keyed { "by primary key" } else { "in the order in which PostgreSQL finds them" };
    let note = if page.has_more {
        format!("The first {} rows, {order}; there are more.", page.rows.len())
    } else {
        format!("All rows, {order}.")
    };
    let cut = (!page.truncated.is_empty()).then_some(" Long values are cut; open one to see the whole.");
    let label = format!("Rows of {}", place.with_untracked(|place| place.table.clone()));
    let shown = Arc::clone(&page);
    let on_deed = Callback::new(move |(deed, at): (Deed, At)| {
        let Some(cell) = Viewed::at(&shown, at) else { return };
        match deed {
            Deed::View => viewed.set(Some(cell)),
            Deed::Copy => copy(api, place.get_untracked(), cell, toasts),
        }
    });
    view! {
        <div class="card filled">{grid(&page, label, on_deed)}</div>
        <p class="rows-note">
            <span>{note}{cut}</span>
            <span class="right hide-s">
                <kbd>"Enter"</kbd>" shows a cell, "<kbd>"Ctrl C"</kbd>" copies it"
            </span>
        </p>
    }
}

/// Copies a whole cell; one that was cut is fetched first.
fn copy(api: Api, place: Place, cell: Viewed, toasts: Toasts) {
    spawn_local(async move {
        let column = cell.column.name.clone();
        let value = match cell.whole(api, &place).await {
            Ok(value) => value,
            Err(problem) => {
                toasts.failed(problem.detail);
                return;
            }
        };
        let Some(value) = value else {
            toasts.info(format!("{column} is NULL: there is nothing to copy"));
            return;
        };
        if copy_text(&value).await {
            toasts.done(format!("Copied {column}"));
        } else {
            toasts.failed("The browser does not allow copying");
        }
    });
}

#[component]
fn Empty(page: Arc<RowsPage>) -> impl IntoView {
    let columns = page.columns.iter().map(|column| {
        view! { <tr><td class="mono">{column.name.clone()}</td><td class="muted">{column.type_name.clone()}</td></tr> }
    });
    view! {
        <div class="card">
            <EmptyState icon=IconName::Table title="No rows yet" text="Rows appear here once something writes them." />
        </div>
        <div class="card scroll-x" tabindex="0" role="group" aria-label="Columns">
            <table class="grid" aria-label="Columns">
                <thead><tr><th scope="col">"Column"</th><th scope="col">"Type"</th></tr></thead>
                <tbody>{columns.collect_view()}</tbody>
            </table>
        </div>
    }
}
