//! The dialog that makes a database or changes one.

use howdah_types::databases::{Database, DatabaseOptions};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dialogs::Done;
use super::draft::{Draft, Request};
use super::facts::reason;
use super::fields::{AdvancedFields, Fields, KNOWN, MainFields};
use super::preview::{SqlPanel, sql_preview};
use crate::api::{self, Api, use_api};
use crate::state::{Databases, use_databases, use_toasts};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, FormErrors};

/// What the dialog is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    New,
    Existing(Database),
}

#[component]
pub(super) fn DatabaseEditor(
    subject: Subject,
    close: Callback<()>,
    on_done: Callback<Done>,
) -> impl IntoView {
    let api = use_api();
    let existing = match subject {
        Subject::New => None,
        Subject::Existing(database) => Some(database),
    };
    let is_new = existing.is_none();
    let kept = existing.as_ref().and_then(|d| d.protection).map(reason);
    let title = existing.as_ref().map_or_else(|| "New database".to_owned(), |d| format!("Edit {}", d.name));
    let fields = Fields::of(existing.as_ref().map(Draft::of).unwrap_or_default());
    let existing = StoredValue::new(existing);
    let errors = FormErrors::new();
    let (busy, attempted) = (RwSignal::new(false), RwSignal::new(false));
    let request = Memo::new(move |_| {
        let draft = fields.draft();
        let checked = existing.with_value(|existing| draft.request(existing.as_ref()));
        show_errors(errors, &checked.errors, attempted.get_untracked());
        (checked.errors.is_empty() && !checked.body.is_idle()).then_some(checked.body)
    });
    let preview = sql_preview(request, move |request| async move {
        match request {
            Request::Create(data) => api::databases::preview_create(api, &data).await,
            Request::Update(name, data) => api::databases::preview_update(api, &name, &data).await,
        }
    });
    let save = Saving { busy, errors, close, on_done };
    let submit = save.submit();
    let on_submit = move |()| {
        attempted.set(true);
        let checked = existing.with_value(|existing| untrack(|| fields.draft()).request(existing.as_ref()));
        show_errors(errors, &checked.errors, true);
        if checked.errors.is_empty() {
            submit.run(checked.body);
        }
    };
    let options = read_options(api);
    let empty = if is_new { "Give a name to see the SQL." } else { "Nothing is changed yet." };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title
            busy
            problem=errors.problem()
            on_submit=Callback::new(on_submit)
            on_close=close
        >
            <div class="database-form">
                <MainFields fields errors options existing=!is_new kept />
                {is_new.then(|| view! { <AdvancedFields fields errors options /> })}
                <SqlPanel preview empty />
            </div>
            <DialogActions>
                <Button on_click=move |_| close.run(()) disabled=busy>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>
                    {if is_new { "Create database" } else { "Save changes" }}
                </Button>
            </DialogActions>
        </Dialog>
    }
}

/// Puts the rules that are broken beside their fields. That something is missing is said only after an attempt.
fn show_errors(errors: FormErrors, broken: &[howdah_types::validate::FieldError], attempted: bool) {
    errors.clear();
    for error in broken.iter().filter(|error| attempted || error.code != "required") {
        errors.put(&error.field, &error.code, error.message.clone());
    }
}

/// What a new database can be made of; empty until it is known.
fn read_options(api: Api) -> Signal<DatabaseOptions> {
    let options = RwSignal::new(DatabaseOptions::default());
    spawn_local(async move {
        if let Ok(read) = api::databases::options(api).await {
            options.try_set(read);
        }
    });
    options.into()
}

/// What happens when the form is sent.
#[derive(Clone, Copy)]
struct Saving {
    busy: RwSignal<bool>,
    errors: FormErrors,
    close: Callback<()>,
    on_done: Callback<Done>,
}

impl Saving {
    fn submit(self) -> Callback<Request> {
        let (api, databases, toasts) = (use_api(), use_databases(), use_toasts());
        Callback::new(move |request: Request| {
            if request.is_idle() {
                self.close.run(());
                return;
            }
            self.busy.set(true);
            spawn_local(async move {
                let answer = match &request {
                    Request::Create(data) => api::databases::create(api, data).await,
                    Request::Update(name, data) => api::databases::update(api, name, data).await,
                };
                self.busy.try_set(false);
                match answer {
                    Ok(saved) => {
                        toasts.done(sentence(&request, &saved));
                        take_in(databases, &request, &saved);
                        self.on_done.try_run(Done::Saved(saved));
                        self.close.try_run(());
                    }
                    Err(problem) => self.errors.take(problem, &KNOWN),
                }
            });
        })
    }
}

fn sentence(request: &Request, saved: &Database) -> String {
    match request {
        Request::Create(_) => format!("Database {} was created", saved.name),
        Request::Update(before, _) if *before != saved.name => {
            format!("{before} is now called {}", saved.name)
        }
        Request::Update(name, _) => format!("Database {name} was changed"),
    }
}

/// Shows what was saved at once; the event that follows has the list read again.
fn take_in(databases: Databases, request: &Request, saved: &Database) {
    let before = match request {
        Request::Create(_) => saved.name.as_str(),
        Request::Update(name, _) => name.as_str(),
    };
    databases.list().update(|list| {
        let list = list.get_or_insert_default();
        match list.iter_mut().find(|known| known.name == before) {
            Some(known) => {
                let size_bytes = saved.size_bytes.or(known.size_bytes);
                *known = Database { size_bytes, ..saved.clone() };
            }
            None => list.push(saved.clone()),
        }
    });
}
