//! The rows that were refused, with the reason of each.

use howdah_types::imports::{ImportReject, ImportReport};
use leptos::prelude::*;

use crate::api::{self, use_api};
use crate::features::tables::Paged;
use crate::ui::{Button, ErrorNotice, Icon, IconName, Skeleton, format};

/// How many are read at once.
const PAGE: u32 = 100;

#[component]
pub(super) fn Rejects(id: String, report: Memo<Option<ImportReport>>) -> impl IntoView {
    let api = use_api();
    let list = Paged::<ImportReject>::new();
    let file = api::imports::rejects_file(&id);
    let job = StoredValue::new(id);
    let read = Callback::new(move |()| {
        let job = job.get_value();
        list.start(async move { api::imports::rejects(api, &job, PAGE).await });
    });
    read.run(());
    let unlisted = move || {
        let missing = report.with(|report| {
            report.as_ref().map(|report| report.rows_rejected - report.rejects_kept).unwrap_or_default()
        });
        (missing > 0).then(|| {
            let rows =
                format::plural(missing, "more row was refused that is", "more rows were refused that are");
            view! { <p class="muted small">{rows}" not listed: there were too many."</p> }
        })
    };
    let body = move || match (list.items.get(), list.problem.get()) {
        (Some(items), _) => view! { <Table items /> }.into_any(),
        (None, Some(problem)) => view! { <ErrorNotice problem retry=read /> }.into_any(),
        (None, None) => view! { <Skeleton rows=4 /> }.into_any(),
    };
    view! {
        <section class="card import-step" aria-labelledby="import-rejects">
            <div class="import-rejects-head">
                <h2 id="import-rejects">"Refused rows"</h2>
                <a class="btn" href=file download=""><Icon name=IconName::Download />"Download refused rows"</a>
            </div>
            {body}
            <Show when=move || list.next.with(Option::is_some)>
                <div><Button busy=list.reading on_click=move |_| list.more(api)>"More of them"</Button></div>
            </Show>
            {unlisted}
        </section>
    }
}

#[component]
fn Table(items: Vec<ImportReject>) -> impl IntoView {
    let rows = items.into_iter().map(|one| {
        let record = match one.record {
            Some(record) => view! { <code class="import-record">{record}</code> }.into_any(),
            None => view! { <span class="null">"too long to be kept"</span> }.into_any(),
        };
        view! {
            <tr>
                <td class="num">{format::count(one.line)}</td>
                <td>{one.column.unwrap_or_else(|| "–".to_owned())}</td>
                <td class="import-reason" title=one.sqlstate.map(|state| format!("SQLSTATE {state}"))>{one.reason}</td>
                <td>{record}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll-x import-rejects" tabindex="0" role="group" aria-label="Refused rows">
            <table class="grid" aria-label="Refused rows">
                <thead>
                    <tr>
                        <th scope="col" class="num">"Line"</th>
                        <th scope="col">"Column"</th>
                        <th scope="col">"Reason"</th>
                        <th scope="col">"As it stands in the file"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
