//! The first step: the file is chosen, or dropped on the page, and sent.

use howdah_types::problem::Problem;
use howdah_types::uploads::Upload;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{AbortController, DragEvent, File};

use super::draft::Draft;
use super::inputs::Step;
use crate::api::{self, Api, use_api};
use crate::state::{Toasts, use_toasts};
use crate::ui::{Button, ErrorNotice, Icon, IconName, Progress, format, new_id};

/// The sending of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending {
    draft: Draft,
    api: Api,
    toasts: Toasts,
    name: RwSignal<String>,
    sent: RwSignal<f64>,
    total: RwSignal<f64>,
    problem: RwSignal<Option<Problem>>,
    abort: StoredValue<Option<AbortController>, LocalStorage>,
}

impl Sending {
    pub(super) fn new(draft: Draft) -> Self {
        let sending = Self {
            draft,
            api: use_api(),
            toasts: use_toasts(),
            name: RwSignal::new(String::new()),
            sent: RwSignal::new(0.0),
            total: RwSignal::new(0.0),
            problem: RwSignal::new(None),
            abort: StoredValue::new_local(None),
        };
        on_cleanup(move || sending.leave());
        sending
    }

    /// The page is left: what is on its way is stopped, and what no import has used is taken away.
    fn leave(self) {
        if self.stop() {
            let name = self.name.try_get_untracked().unwrap_or_default();
            self.toasts.info(format!("{name} was not sent to its end: the page was left"));
        }
        let used = self.draft.used.try_get_value().unwrap_or(true);
        if let (false, Some(Some(upload))) = (used, self.draft.upload.try_get_untracked()) {
            self.remove(upload);
        }
    }

    fn remove(self, upload: Upload) {
        let api = self.api;
        spawn_local(async move {
            // It goes away by itself after a day.
            let _ = api::uploads::remove(api, &upload.id).await;
        });
    }

    /// Stops what is on its way; whether something was.
    pub(super) fn stop(self) -> bool {
        let abort = self.abort.try_update_value(Option::take).flatten();
        if let Some(abort) = &abort {
            abort.abort();
        }
        abort.is_some()
    }

    pub(super) fn send(self, file: File) {
        let Ok(abort) = AbortController::new() else { return };
        self.stop();
        let signal = abort.signal();
        self.abort.set_value(Some(abort));
        self.name.set(file.name());
        self.sent.set(0.0);
        self.total.set(file.size());
        self.problem.set(None);
        self.draft.sending.set(true);
        let sent = self.sent;
        spawn_local(async move {
            let told = move |bytes: f64| {
                let _ = sent.try_set(bytes);
            };
            let answer = api::uploads::send(self.api, &file, told, &signal).await;
            if signal.aborted() {
                return;
            }
            self.abort.try_set_value(None);
            self.draft.sending.try_set(false);
            match answer {
                Ok(upload) => self.sent(upload),
                Err(problem) => drop(self.problem.try_set(Some(problem))),
            }
        });
    }

    fn sent(self, upload: Upload) {
        let used = self.draft.used.try_update_value(|used| std::mem::replace(used, false));
        if let (Some(false), Some(before)) = (used, self.draft.upload.get_untracked()) {
            self.remove(before);
        }
        self.draft.begin(upload);
    }

    fn cancel(self) {
        self.stop();
        self.draft.sending.set(false);
    }

    /// A file was dropped on the page.
    pub(super) fn dropped(self, ev: &DragEvent) {
        ev.prevent_default();
        if let Some(file) = ev.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
            self.send(file);
        }
    }
}

#[component]
pub(super) fn FileStep(sending: Sending, over: RwSignal<bool>) -> impl IntoView {
    let draft = sending.draft;
    let content = move || {
        match (draft.sending.get(), draft.upload.get()) {
        (true, _) => view! { <OnItsWay sending /> }.into_any(),
        (false, Some(upload)) => view! {
            <div class="import-file">
                <Icon name=IconName::Table />
                <b>{upload.name}</b>
                <span class="muted">{format::bytes(upload.bytes)}</span>
                <span class="right"><Chooser sending text="Choose another file…" /></span>
            </div>
        }
        .into_any(),
        (false, None) => view! {
            <div class="import-drop" class:over=over>
                <p>"Drop a file here, or "<Chooser sending text="Choose a file…" /></p>
                <p class="muted small">
                    "CSV and its relatives, tab-separated values, JSON, or one JSON object on each line; in any encoding."
                </p>
            </div>
        }
        .into_any(),
    }
    };
    view! {
        <Step number=1 title="The file">
            {move || sending.problem.get().map(|problem| view! { <ErrorNotice problem /> })}
            {content}
        </Step>
    }
}

/// The browser's own field for files, behind a button of the house.
#[component]
fn Chooser(sending: Sending, text: &'static str) -> impl IntoView {
    use wasm_bindgen::JsCast;
    let id = new_id("import-file");
    let change = move |ev: leptos::ev::Event| {
        let input = ev.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) {
            sending.send(file);
        }
    };
    view! {
        <span class="import-chooser">
            <input id=id.clone() type="file" class="sr-only" on:change=change />
            <label for=id class="btn">{text}</label>
        </span>
    }
}

#[component]
fn OnItsWay(sending: Sending) -> impl IntoView {
    let part = Signal::derive(move || {
        let (sent, total) = (sending.sent.get(), sending.total.get());
        (total > 0.0).then(|| (sent / total).min(1.0))
    });
    #[expect(clippy::cast_possible_truncation, reason = "bytes of a file")]
    let said = move || {
        let (sent, total) = (sending.sent.get() as i64, sending.total.get() as i64);
        format!("{} of {}", format::bytes(sent.min(total)), format::bytes(total))
    };
    view! {
        <div class="import-file">
            <b>{sending.name}</b>
            <span class="muted">{said}</span>
            <span class="right"><Button on_click=move |_| sending.cancel()>"Stop"</Button></span>
        </div>
        <Progress value=part label="Sent" />
    }
}
