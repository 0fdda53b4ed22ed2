//! `/jobs/{id}`: one job.

use howdah_types::jobs::{Job, JobState};
use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::list::took;
use super::log::JobLog;
use super::state_tag::StateTag;
use crate::api::{self, use_api};
use crate::features::not_found::Guard;
use crate::routes;
use crate::state::{Reading, use_jobs, use_refresh, use_session, use_toasts};
use crate::ui::{
    Button, ButtonKind, Dialog, DialogActions, DialogSize, ErrorNotice, LinkButton, PageHead, Progress,
    RelativeTime, Skeleton, format,
};

/// The kind of jobs that import files.
const IMPORT: &str = "rows.import";

/// One job with its progress and log.
#[component]
pub fn JobPage() -> impl IntoView {
    view! {
        <Guard permission=Permission::JobRead>
            <Load />
        </Guard>
    }
}

/// Reads the job; the list of the newest jobs, which events keep current, then tells how it goes on.
#[component]
fn Load() -> impl IntoView {
    let (api, jobs, refresh) = (use_api(), use_jobs(), use_refresh());
    let id = routes::use_param("job");
    let read = Reading::new(move || {
        let id = id.get();
        refresh.get();
        async move { api::jobs::get(api, &id).await }
    });
    let job = Memo::new(move |_| id.with(|id| jobs.find(id)).or_else(|| read.get()?.ok()));
    let problem = move || read.get().and_then(Result::err).filter(|_| job.with(Option::is_none));
    let known = Memo::new(move |_| job.with(|job| job.as_ref().map(|job| job.id.clone())));
    move || match (known.get(), problem()) {
        (Some(id), _) => view! { <Details id job /> }.into_any(),
        (None, Some(problem)) => view! {
            <PageHead title="Job" />
            <ErrorNotice problem retry=move |()| read.refetch() />
        }
        .into_any(),
        (None, None) => view! { <Skeleton rows=8 /> }.into_any(),
    }
}

#[component]
fn Details(id: String, job: Memo<Option<Job>>) -> impl IntoView {
    let of = move |read: fn(&Job) -> String| job.with(|job| job.as_ref().map(read).unwrap_or_default());
    let state = Memo::new(move |_| job.with(|job| job.as_ref().map_or(JobState::Queued, |job| job.state)));
    let progress = Signal::derive(move || job.with(|job| job.as_ref().and_then(|job| job.progress)));
    let title = Signal::derive(move || of(|job| job.title.clone()));
    let text = Signal::derive(move || of(|job| format!("{} · {}", job.kind, job.account)));
    let created = Signal::derive(move || of(|job| job.created_at.clone()));
    let took = move || job.with(|job| job.as_ref().and_then(took));
    let phase = move || of(|job| job.phase.clone().unwrap_or_default());
    let percent = move || progress.get().map(format::percent);
    let error = move || {
        let why = job.with(|job| job.as_ref().and_then(|job| job.error.clone()));
        why.map(|why| view! { <p class="job-error" role="alert">{why}</p> })
    };
    let running = Memo::new(move |_| !state.get().is_final());
    let bar = move || {
        running.get().then(|| {
            view! {
                <Progress value=progress label="Progress" />
                <p class="job-phase"><span>{phase}</span><span class="num">{percent}</span></p>
            }
        })
    };
    // An import has a page of its own for what became of it; it is only for who started it.
    let session = use_session();
    let report = Memo::new(move |_| {
        job.with(|job| {
            let job = job.as_ref().filter(|job| job.kind == IMPORT && job.account == session.account())?;
            Some(routes::import_report(job.database.as_deref()?, &job.id))
        })
    });
    let log = id.clone();
    view! {
        <PageHead title text>
            {move || report.get().map(|href| view! { <LinkButton href>"Report"</LinkButton> })}
            <Cancel id state />
        </PageHead>
        <div class="card pad job-card">
            <div class="job-facts">
                <StateTag state />
                <span class="muted">"Started " <RelativeTime time=created /></span>
                {move || took().map(|took| view! { <span class="muted">"took " {took}</span> })}
            </div>
            {bar}
            {error}
        </div>
        <JobLog id=log />
    }
}

#[component]
fn Cancel(id: String, state: Memo<JobState>) -> impl IntoView {
    let (api, jobs, session, toasts) = (use_api(), use_jobs(), use_session(), use_toasts());
    let (asking, busy, problem) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<Problem>));
    let id = StoredValue::new(id);
    let may = Memo::new(move |_| session.can(Permission::JobCancel) && !state.get().is_final());
    let cancel = move |()| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let result = api::jobs::cancel(api, &id.get_value()).await;
            let _ = busy.try_set(false);
            match result {
                Ok(job) => {
                    jobs.put(job);
                    toasts.info("The job is asked to stop");
                    let _ = asking.try_set(false);
                }
                Err(why) => drop(problem.try_set(Some(why))),
            }
        });
    };
    let stopping = Signal::derive(move || state.get() == JobState::Cancelling);
    view! {
        <Show when=move || may.get()>
            <Button kind=ButtonKind::Danger disabled=stopping on_click=move |_| asking.set(true)>"Cancel the job…"</Button>
        </Show>
        <Dialog open=asking title="Cancel this job?" size=DialogSize::Small busy problem on_submit=cancel>
            <p>"It stops at the server, and what it has made so far is taken away."</p>
            <DialogActions>
                <Button kind=ButtonKind::Quiet on_click=move |_| asking.set(false)>"Let it run"</Button>
                <Button kind=ButtonKind::DangerPrimary submit=true busy>"Cancel the job"</Button>
            </DialogActions>
        </Dialog>
    }
}
