//! `/jobs`: the newest jobs.

use howdah_types::jobs::Job;
use howdah_types::permissions::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state_tag::StateTag;
use crate::features::not_found::Guard;
use crate::routes;
use crate::state::use_jobs;
use crate::ui::{
    Button, EmptyState, ErrorNotice, Grid, IconName, LinkButton, PageHead, Progress, RelativeTime, Skeleton,
    format, parse_time, row_keys,
};

/// All jobs, newest first, kept current by events.
#[component]
pub fn JobsPage() -> impl IntoView {
    view! {
        <Guard permission=Permission::JobRead>
            <List />
        </Guard>
    }
}

#[component]
fn List() -> impl IntoView {
    let jobs = use_jobs();
    let text = Signal::derive(move || match jobs.active().len() {
        0 => "Nothing runs now. Long work appears here as it happens.".to_owned(),
        1 => "1 job runs now.".to_owned(),
        n => format!("{n} jobs run now."),
    });
    let problem = move || {
        let retry = move |()| jobs.reload();
        jobs.problem().get().map(|problem| view! { <ErrorNotice problem retry=retry /> })
    };
    let stage = Memo::new(move |_| jobs.list().with(|list| list.as_ref().map(Vec::is_empty)));
    let body = move || {
        match stage.get() {
        None if jobs.problem().with(Option::is_some) => ().into_any(),
        None => view! { <Skeleton /> }.into_any(),
        Some(true) => view! {
            <EmptyState
                icon=IconName::Jobs
                title="No jobs yet"
                text="Work that takes long, such as copying a database, runs as a job: with progress, a log, and a way to stop it."
            >
                <LinkButton href=routes::databases()>"Go to the databases"</LinkButton>
            </EmptyState>
        }
        .into_any(),
        Some(false) => view! { <Rows /> }.into_any(),
    }
    };
    view! {
        <PageHead title="Jobs" text />
        {problem}
        {body}
    }
}

#[component]
fn Rows() -> impl IntoView {
    let jobs = use_jobs();
    let busy = RwSignal::new(false);
    let more = move |_| {
        busy.set(true);
        spawn_local(async move {
            jobs.older().await;
            let _ = busy.try_set(false);
        });
    };
    let ids = Memo::new(move |_| {
        jobs.list().with(|list| list.iter().flatten().map(|job| job.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <Grid label="Jobs">
            <thead>
                <tr>
                    <th scope="col">"Job"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="hide-s">"Progress"</th>
                    <th scope="col" class="hide-s">"Account"</th>
                    <th scope="col" class="num hide-s">"Took"</th>
                    <th scope="col" class="num hide-s">"Started"</th>
                </tr>
            </thead>
            <tbody on:keydown=row_keys>
                <For each=move || ids.get() key=Clone::clone children=|id| view! { <Row id /> } />
            </tbody>
        </Grid>
        {move || jobs.next().with(Option::is_some).then(|| view! {
            <div class="more-row"><Button busy on_click=more>"Older jobs"</Button></div>
        })}
    }
}

#[component]
fn Row(id: String) -> impl IntoView {
    let jobs = use_jobs();
    let address = routes::job(&id);
    let job =
        Memo::new(move |before: Option<&Option<Job>>| jobs.find(&id).or_else(|| before.cloned().flatten()));
    let of = move |read: fn(&Job) -> String| job.with(|job| job.as_ref().map(read).unwrap_or_default());
    let state = move || {
        job.with(|job| job.as_ref().map(|job| job.state))
            .map(|state| view! { <StateTag state=Signal::stored(state) /> })
    };
    let progress = Signal::derive(move || job.with(|job| job.as_ref().and_then(|job| job.progress)));
    let running = Memo::new(move |_| job.with(|job| job.as_ref().is_some_and(|job| !job.state.is_final())));
    let bar = move || running.get().then(|| view! { <Progress value=progress label="Progress" /> });
    let took = move || job.with(|job| job.as_ref().and_then(took).unwrap_or_default());
    let started = Signal::derive(move || of(|job| job.created_at.clone()));
    view! {
        <tr tabindex="0">
            <td class="name-cell"><a href=address>{move || of(|job| job.title.clone())}</a></td>
            <td>{state}</td>
            <td class="hide-s job-progress">{bar}</td>
            <td class="hide-s muted">{move || of(|job| job.account.clone())}</td>
            <td class="num hide-s muted">{took}</td>
            <td class="num hide-s muted"><RelativeTime time=started /></td>
        </tr>
    }
}

/// How long a job ran; none while it has not ended.
pub(super) fn took(job: &Job) -> Option<String> {
    let start = parse_time(job.started_at.as_deref()?)?;
    let end = parse_time(job.finished_at.as_deref()?)?;
    Some(format::duration((end - start).max(0.0)))
}
