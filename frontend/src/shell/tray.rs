//! The jobs that run, in the header.

use howdah_types::jobs::Job;
use howdah_types::permissions::Permission;
use leptos::prelude::*;

use crate::routes;
use crate::state::{use_jobs, use_session};
use crate::ui::{Menu, Progress, Spinner, Tag, TagKind, format};

/// How many jobs run, with their progress below it. Nothing while none runs.
#[component]
pub fn Tray() -> impl IntoView {
    let (jobs, session) = (use_jobs(), use_session());
    let active = Memo::new(move |_| jobs.active());
    let any = Memo::new(move |_| session.can(Permission::JobRead) && active.with(|list| !list.is_empty()));
    let label = Signal::derive(move || {
        format::plural(i64::try_from(active.with(Vec::len)).unwrap_or(0), "job", "jobs")
    });
    let button = move || view! { <Tag kind=TagKind::Accent><Spinner />{label}</Tag> };
    view! {
        <Show when=move || any.get()>
            <Menu label=label button class="tray-btn">
                <div class="tray">
                    <For each=move || active.get() key=|job| job.id.clone() children=|job| view! { <TrayJob job /> } />
                </div>
            </Menu>
        </Show>
    }
}

#[component]
fn TrayJob(job: Job) -> impl IntoView {
    let jobs = use_jobs();
    let (id, title) = (job.id.clone(), job.title.clone());
    let now = Memo::new(move |_| jobs.find(&id).unwrap_or_else(|| job.clone()));
    let progress = Signal::derive(move || now.with(|job| job.progress));
    let done = move || now.with(|job| job.progress.map(format::percent));
    let phase = move || now.with(|job| job.phase.clone().unwrap_or_else(|| job.state.as_str().to_owned()));
    view! {
        <a class="tray-job" href=routes::job(&now.get_untracked().id) role="menuitem" tabindex="-1">
            <div>
                <b>{title.clone()}</b>
                <span class="num muted">{done}</span>
            </div>
            <Progress value=progress label=title />
            <span class="muted small">{phase}</span>
        </a>
    }
}
