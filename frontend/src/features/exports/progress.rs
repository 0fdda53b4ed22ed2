//! How far an export has come. The browser itself writes the file; the server says what it sent.

use gloo_timers::future::TimeoutFuture;
use howdah_types::exports::{Export, ExportState};
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use crate::api::{self, Api, use_api};
use crate::state::{Toasts, use_toasts};
use crate::ui::{ErrorNotice, Icon, IconName, Progress, format};

/// When it is asked for the first time, and how long it rests between two questions.
const FIRST_MS: u32 = 300;
const REST_MS: u32 = 1_000;
/// So often the server may not know of it: the request for the file may still be on its way.
const PATIENCE: u32 = 20;

/// Looks after one export.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    api: Api,
    toasts: Toasts,
    table: StoredValue<String>,
    /// The export that is looked after.
    id: RwSignal<Option<String>>,
    last: RwSignal<Option<Export>>,
    problem: RwSignal<Option<Problem>>,
    /// The server never heard of it.
    lost: RwSignal<bool>,
}

impl Watch {
    pub(super) fn new(table: String) -> Self {
        Self {
            api: use_api(),
            toasts: use_toasts(),
            table: StoredValue::new(table),
            id: RwSignal::new(None),
            last: RwSignal::new(None),
            problem: RwSignal::new(None),
            lost: RwSignal::new(false),
        }
    }

    /// Tracked.
    pub(super) fn begun(self) -> bool {
        self.id.with(Option::is_some)
    }

    pub(super) fn has_begun(self) -> bool {
        self.id.with_untracked(Option::is_some)
    }

    /// Back to the form.
    pub(super) fn again(self) {
        self.id.set(None);
        self.last.set(None);
        self.problem.set(None);
        self.lost.set(false);
    }

    /// Lets the browser fetch the file, and asks the server about it until it has ended.
    pub(super) fn begin(self, id: String, address: &str) {
        download(address);
        self.id.set(Some(id.clone()));
        self.ask(id);
    }

    /// Asks about the export again, after that went wrong.
    fn retry(self) {
        self.problem.set(None);
        if let Some(id) = self.id.get_untracked() {
            self.ask(id);
        }
    }

    /// It came to no good end (tracked).
    pub(super) fn failed(self) -> bool {
        let bad = |export: &Export| matches!(export.state, ExportState::Failed | ExportState::BrokenOff);
        self.lost.get() || self.last.with(|last| last.as_ref().is_some_and(bad))
    }

    fn ask(self, id: String) {
        let (api, toasts, table) = (self.api, self.toasts, self.table.get_value());
        spawn_local(async move {
            let mut unknown = 0;
            let mut rest = FIRST_MS;
            loop {
                TimeoutFuture::new(rest).await;
                rest = REST_MS;
                // The dialog may be closed, or show another export by now; the file goes on.
                let seen = self.id.try_with_untracked(|now| now.as_ref() == Some(&id)).unwrap_or(false);
                match api::exports::state(api, &id).await {
                    Ok(export) => {
                        let ended = export.state != ExportState::Running;
                        if ended && !seen {
                            tell(toasts, &table, &export);
                        } else if seen {
                            self.last.try_set(Some(export));
                        }
                        if ended {
                            return;
                        }
                    }
                    Err(problem) if problem.status == 404 => {
                        unknown += 1;
                        if unknown == PATIENCE {
                            self.lost.try_set(true);
                            return;
                        }
                    }
                    Err(problem) => {
                        if seen {
                            self.problem.try_set(Some(problem));
                        }
                        return;
                    }
                }
            }
        });
    }
}

/// Like a click on a link, so that the browser streams the file to the disk.
fn download(address: &str) {
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(address);
        link.set_download("");
        if let Some(body) = document().body() {
            let _ = body.append_child(&link);
            link.click();
            link.remove();
        }
    }
}

/// The end of an export whose dialog is closed.
fn tell(toasts: Toasts, table: &str, export: &Export) {
    match export.state {
        ExportState::Failed | ExportState::BrokenOff => {
            toasts.failed(format!("The export of {table} is not whole: {}", why(export)));
        }
        ExportState::Done | ExportState::Running => {
            toasts.done(format!("{} of {table} exported", format::plural(export.rows, "row", "rows")));
        }
    }
}

fn why(export: &Export) -> String {
    match (&export.error, export.state) {
        (Some(error), _) => error.clone(),
        (None, ExportState::BrokenOff) => "the browser has stopped fetching it.".to_owned(),
        (None, _) => "the server does not say why.".to_owned(),
    }
}

#[component]
pub(super) fn Told(watch: Watch) -> impl IntoView {
    let shown = move || {
        if let Some(problem) = watch.problem.get() {
            let retry = Callback::new(move |()| watch.retry());
            return view! {
                <ErrorNotice problem retry />
                <p class="muted">"How far it has come is not known; the browser goes on writing the file."</p>
            }
            .into_any();
        }
        if watch.lost.get() {
            return view! {
                <p class="export-bad">"The browser has not asked for the file, or it was refused. Its list of downloads says more."</p>
            }
            .into_any();
        }
        match watch.last.get() {
            None => view! {
                <Progress value=Signal::stored(None) label="Export" />
                <p class="muted">"It begins."</p>
            }
            .into_any(),
            Some(export) => one(&export),
        }
    };
    view! { <div class="export-told" role="status">{shown}</div> }
}

fn one(export: &Export) -> AnyView {
    let amount = format!("{}, {}", format::plural(export.rows, "row", "rows"), format::bytes(export.bytes));
    match export.state {
        ExportState::Running => view! {
            <Progress value=Signal::stored(None) label="Export" />
            <p><b>{amount}</b>" so far."</p>
            <p class="muted">"The browser writes the file. You can close this: it goes on."</p>
        }
        .into_any(),
        ExportState::Done => view! {
            <p class="export-done"><Icon name=IconName::Check /><b>{amount}</b>" written."</p>
            {(export.neutralised > 0).then(|| {
                let texts = format::plural(export.neutralised, "text", "texts");
                view! { <p>{texts}" looked like a formula and got a ' in front."</p> }
            })}
        }
        .into_any(),
        ExportState::Failed | ExportState::BrokenOff => view! {
            <p class="export-bad">"The file is not whole: "{why(export)}</p>
            <p class="muted">{amount}" were written by then."</p>
        }
        .into_any(),
    }
}
