//! What becomes of an import: its progress as it runs, then the report.

use howdah_types::imports::ImportReport;
use howdah_types::jobs::{Job, JobState};
use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft::Draft;
use super::rejects::Rejects;
use super::start::sender;
use crate::api::{self, use_api};
use crate::features::databases::Trouble;
use crate::features::jobs::StateTag;
use crate::routes;
use crate::state::{Reading, use_jobs, use_refresh, use_session, use_toasts};
use crate::ui::{Button, ButtonKind, ErrorNotice, LinkButton, PageHead, Progress, Skeleton, format};

#[component]
pub(super) fn Outcome(id: String, draft: Draft) -> impl IntoView {
    let (api, jobs, refresh) = (use_api(), use_jobs(), use_refresh());
    let id = StoredValue::new(id);
    let read = Reading::new(move || {
        refresh.get();
        let id = id.get_value();
        async move { api::jobs::get(api, &id).await }
    });
    let job = Memo::new(move |_| jobs.find(&id.get_value()).or_else(|| read.get()?.ok()));
    // The numbers grow with the progress, which events bring.
    let report = Reading::new(move || {
        job.track();
        let id = id.get_value();
        async move { api::imports::report(api, &id).await }
    });
    let known = Memo::new(move |_| job.with(Option::is_some) && matches!(report.get(), Some(Ok(_))));
    let problem = move || {
        let of_job = read.get().and_then(Result::err).filter(|_| job.with(Option::is_none));
        of_job.or_else(|| report.get().and_then(Result::err))
    };
    let retry = Callback::new(move |()| {
        read.refetch();
        report.refetch();
    });
    let report = Memo::new(move |last: Option<&Option<ImportReport>>| {
        report.get().and_then(Result::ok).or_else(|| last.cloned().flatten())
    });
    move || match (known.get(), problem()) {
        (true, _) => view! { <Told id=id.get_value() job report draft /> }.into_any(),
        (false, Some(problem)) => view! {
            <PageHead title="Import" />
            <Trouble problem retry />
        }
        .into_any(),
        (false, None) => view! { <Skeleton rows=8 /> }.into_any(),
    }
}

#[component]
fn Told(
    id: String,
    job: Memo<Option<Job>>,
    report: Memo<Option<ImportReport>>,
    draft: Draft,
) -> impl IntoView {
    // The job has ended on this page when its last numbers are here, not before: “every row is in the table” beside the
    // numbers of a moment ago would be untrue.
    let state = Memo::new(move |_| {
        let of_job = job.with(|job| job.as_ref().map_or(JobState::Queued, |job| job.state));
        let of_report = report.with(|report| report.as_ref().map(|report| report.state));
        of_report.filter(|of_report| of_job.is_final() && !of_report.is_final()).unwrap_or(of_job)
    });
    let ended = Memo::new(move |_| state.get().is_final());
    let of = move |read: fn(&ImportReport) -> i64| {
        report.with(|report| report.as_ref().map(read).unwrap_or_default())
    };
    let dry = Memo::new(move |_| report.with(|report| report.as_ref().is_some_and(|report| report.dry_run)));
    let title = Signal::derive(move || {
        report.with(|report| {
            let file = report.as_ref().map(|report| report.file.clone()).unwrap_or_default();
            if dry.get() { format!("Try of {file}") } else { format!("Import of {file}") }
        })
    });
    let text = Signal::derive(move || {
        report.with(|report| {
            report
                .as_ref()
                .map(|report| format!("into {}.{}", report.schema, report.table))
                .unwrap_or_default()
        })
    });
    let progress = Signal::derive(move || job.with(|job| job.as_ref().and_then(|job| job.progress)));
    let phase = move || job.with(|job| job.as_ref().and_then(|job| job.phase.clone()).unwrap_or_default());
    let error = move || job.with(|job| job.as_ref().and_then(|job| job.error.clone()));
    let link = routes::job(&id);
    let number = move |label: &'static str, read: fn(&ImportReport) -> i64, bad: bool| {
        let value = move || of(read);
        view! {
            <div class:bad=move || bad && value() != 0>
                <dt>{label}</dt>
                <dd>{move || format::count(value())}</dd>
            </div>
        }
    };
    let (stopped, refused) = (id.clone(), id.clone());
    view! {
        <div class="import">
            <PageHead title text>
                <LinkButton href=link>"Job and log"</LinkButton>
                <Next id state dry report draft />
            </PageHead>
            <section class="card import-step" aria-label="How it went">
                <div class="import-state" role="status">
                    <StateTag state />
                    <span>{move || verdict(state.get(), dry.get(), report.get().as_ref())}</span>
                </div>
                <Show when=move || !ended.get()>
                    <Progress value=progress label="Progress" />
                    <p class="import-phase"><span class="muted">{phase}</span><Stop id=stopped.clone() state /></p>
                </Show>
                {move || error().map(|why| view! { <p class="import-why" role="alert">{why}</p> })}
                <dl class="import-numbers">
                    {number("Rows read", |report| report.rows_read, false)}
                    {move || if dry.get() {
                        number("Would be written", |report| report.rows_accepted, false).into_any()
                    } else {
                        number("Written", |report| report.rows_written, false).into_any()
                    }}
                    {number("Refused", |report| report.rows_rejected, true)}
                </dl>
            </section>
            <Show when=move || ended.get() && { of(|report| report.rows_rejected) > 0 }>
                <Rejects id=refused.clone() report />
            </Show>
        </div>
    }
}

/// In one sentence.
fn verdict(state: JobState, dry: bool, report: Option<&ImportReport>) -> &'static str {
    let rejected = report.is_some_and(|report| report.rows_rejected > 0);
    let written = report.is_some_and(|report| report.rows_written > 0);
    match (state, dry) {
        (JobState::Queued, _) => "It begins as soon as there is room.",
        (JobState::Running, true) => "It is tried; nothing of it will be kept.",
        (JobState::Running, false) => "It runs. You can leave this page: it goes on.",
        (JobState::Cancelling, _) => "It is being stopped.",
        (JobState::Succeeded, true) if rejected => "Nothing was kept. These rows would be refused:",
        (JobState::Succeeded, true) => "Nothing was kept. Every row would be taken.",
        (JobState::Succeeded, false) if rejected => "All other rows are in the table.",
        (JobState::Succeeded, false) => "Every row is in the table.",
        (_, false) if written => "It ended early. What was written by then is in the table.",
        (_, false) => "It ended early, and nothing of it is in the table.",
        (_, true) => "The try ended early. Nothing was kept.",
    }
}

/// What leads on.
#[component]
fn Next(
    id: String,
    state: Memo<JobState>,
    dry: Memo<bool>,
    report: Memo<Option<ImportReport>>,
    draft: Draft,
) -> impl IntoView {
    let database = draft.database.get_value();
    let send = sender(draft);
    let mine = Memo::new(move |_| draft.upload.with(Option::is_some));
    let tried = Memo::new(move |_| {
        draft.tried.with(|tried| tried.as_ref().filter(|(job, _)| *job == id).map(|(_, data)| data.clone()))
    });
    let settings = draft.home.get_value();
    let rows = Signal::derive(move || {
        report.with(|report| {
            report
                .as_ref()
                .map(|report| routes::table(&database, &report.schema, &report.table))
                .unwrap_or_default()
        })
    });
    let done = move || state.get() == JobState::Succeeded;
    let now = move |_| {
        if let Some(data) = tried.get_untracked() {
            send.run((data, false));
        }
    };
    view! {
        <Show when=move || mine.get() && state.get().is_final() && (dry.get() || !done())>
            <LinkButton href=settings.clone()>"Change the settings"</LinkButton>
        </Show>
        <Show when=move || done() && dry.get() && tried.with(Option::is_some)>
            <Button kind=ButtonKind::Primary busy=draft.busy on_click=now>"Import now"</Button>
        </Show>
        <Show when=move || !dry.get() && { done() || report.with(|report| report.as_ref().is_some_and(|report| report.rows_written > 0)) }>
            <LinkButton kind=ButtonKind::Primary href=rows>"Show the rows"</LinkButton>
        </Show>
        {move || draft.problem.get().map(|problem| view! { <div class="import-refused"><ErrorNotice problem /></div> })}
    }
}

#[component]
fn Stop(id: String, state: Memo<JobState>) -> impl IntoView {
    let (api, jobs, session, toasts) = (use_api(), use_jobs(), use_session(), use_toasts());
    let id = StoredValue::new(id);
    let busy = RwSignal::new(false);
    let stop = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer: Result<Job, Problem> = api::jobs::cancel(api, &id.get_value()).await;
            busy.try_set(false);
            match answer {
                Ok(job) => jobs.put(job),
                Err(problem) => toasts.failed(problem.detail),
            }
        });
    };
    let may = move || session.can(Permission::JobCancel);
    let disabled = Signal::derive(move || state.get() == JobState::Cancelling);
    view! { <Show when=may><Button busy disabled on_click=stop>"Stop the import"</Button></Show> }
}
