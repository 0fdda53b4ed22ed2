//! A job's log, line by line as it is written.

use howdah_types::events::EventBody;
use howdah_types::jobs::{JobLogLine, LogLevel};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::events::{self, Signal as Heard};
use crate::api::{self, Api, use_api};
use crate::state::{use_jobs, use_refresh};
use crate::ui::{ErrorNotice, parse_time};

/// How many lines are read at once, and how many are kept on the page.
const PAGE: u32 = 500;
const KEPT: usize = 5_000;

/// The log of one job. New lines come over the job's own stream of events.
#[component]
pub fn JobLog(id: String) -> impl IntoView {
    let (api, jobs, refresh) = (use_api(), use_jobs(), use_refresh());
    let lines = RwSignal::new(Vec::<JobLogLine>::new());
    let problem = RwSignal::new(None);
    let job = StoredValue::new(id);
    Effect::new(move |_| {
        refresh.get();
        spawn_local(read(api, job.get_value(), lines, problem));
    });
    let stream = events::open_job(&job.get_value(), move |heard| {
        if let Heard::Event(event) = heard {
            match event.body {
                EventBody::JobLog { line } => add(lines, vec![line]),
                EventBody::JobChanged { job } => jobs.put(job),
                EventBody::Reset => spawn_local(read(api, job.get_value(), lines, problem)),
                _ => {}
            }
        }
    });
    let stream = StoredValue::new_local(stream);
    on_cleanup(move || {
        let _ = stream.try_update_value(Option::take);
    });
    view! {
        {move || problem.get().map(|problem| view! { <ErrorNotice problem /> })}
        <section class="card job-log" aria-labelledby="job-log">
            <h2 id="job-log">"Log"</h2>
            <div class="job-lines" role="log" tabindex="0" aria-label="Log of the job">
                <For each=move || lines.get() key=|line| line.id children=|line| view! { <Line line /> } />
                {move || lines.with(Vec::is_empty).then(|| view! { <p class="muted">"Nothing was written yet."</p> })}
            </div>
        </section>
    }
}

#[component]
fn Line(line: JobLogLine) -> impl IntoView {
    let class = match line.level {
        LogLevel::Info => "",
        LogLevel::Warning => "warn",
        LogLevel::Error => "bad",
    };
    view! {
        <div class="job-line">
            <time class="muted" datetime=line.at.clone() title=line.at.clone()>{clock(&line.at)}</time>
            <span class=class>{line.message}</span>
        </div>
    }
}

async fn read(
    api: Api,
    id: String,
    lines: RwSignal<Vec<JobLogLine>>,
    problem: RwSignal<Option<howdah_types::problem::Problem>>,
) {
    let mut page = api::jobs::log(api, &id, PAGE).await;
    loop {
        match page {
            Ok(found) => {
                let _ = problem.try_set(None);
                add(lines, found.items);
                let Some(next) = found.next.filter(|_| !lines.is_disposed()) else { return };
                page = api.page(&next).await;
            }
            Err(why) => {
                let _ = problem.try_set(Some(why));
                return;
            }
        }
    }
}

/// Adds what is not there yet, in order.
fn add(lines: RwSignal<Vec<JobLogLine>>, new: Vec<JobLogLine>) {
    if new.is_empty() {
        return;
    }
    let _ = lines.try_update(|lines| {
        for line in new {
            if let Err(at) = lines.binary_search_by_key(&line.id, |known| known.id) {
                lines.insert(at, line);
            }
        }
        let over = lines.len().saturating_sub(KEPT);
        lines.drain(..over);
    });
}

fn clock(at: &str) -> String {
    let Some(ms) = parse_time(at) else { return at.to_owned() };
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(ms));
    format!("{:02}:{:02}:{:02}", date.get_hours(), date.get_minutes(), date.get_seconds())
}
