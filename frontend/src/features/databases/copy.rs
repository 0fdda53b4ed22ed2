//! The dialog that copies a database.

use std::time::Duration;

use howdah_types::databases::{Database, DatabaseCopyData};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::connections::{Connections, watch_connections};
use crate::api::{self, use_api};
use crate::routes;
use crate::state::{use_jobs, use_toasts};
use crate::ui::{
    Button, ButtonKind, CheckField, Dialog, DialogActions, DialogSize, FormErrors, TextField, format,
};

#[component]
pub(super) fn CopyDialog(database: Database, close: Callback<()>) -> impl IntoView {
    let (api, jobs, toasts) = (use_api(), use_jobs(), use_toasts());
    let Database { name: original, size_bytes, .. } = database;
    let (name, end_connections) = (RwSignal::new(free_name(&original)), RwSignal::new(false));
    let title = format!("Copy {original}");
    let source = StoredValue::new(original);
    let (busy, errors) = (RwSignal::new(false), FormErrors::new());
    let connections = watch_connections(Signal::derive(move || source.get_value()), Duration::from_secs(5));
    let on_submit = move |()| {
        let data =
            DatabaseCopyData { name: name.get_untracked(), end_connections: end_connections.get_untracked() };
        if !errors.check(&data) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api::databases::copy(api, &source.try_get_value().unwrap_or_default(), &data).await;
            busy.try_set(false);
            match answer {
                Ok(job) => {
                    toasts.done_at(format!("Started: {}", job.title), "Follow it", routes::job(&job.id));
                    jobs.put(job);
                    close.try_run(());
                }
                Err(problem) => errors.take(problem, &["name", "endConnections"]),
            }
        });
    };
    let size = size_bytes.map(|size| format!(" It takes another {} on disk.", format::bytes(size)));
    let help = format!("It runs as a job; you can go on working.{}", size.unwrap_or_default());
    view! {
        <Dialog
            open=RwSignal::new(true)
            title
            size=DialogSize::Small
            busy
            problem=errors.problem()
            on_submit=Callback::new(on_submit)
            on_close=close
        >
            <div class="database-form">
                <TextField
                    label="Name of the copy"
                    value=name
                    help=help.clone()
                    error=errors.of("name")
                    autofocus=true
                    required=true
                    mono=true
                />
                <CheckField
                    label="End connections to the source first"
                    value=end_connections
                    help="PostgreSQL copies a database only while nobody is connected to it."
                />
                <p class="reason" role="status">{move || connected(connections)}</p>
            </div>
            <DialogActions>
                <Button on_click=move |_| close.run(()) disabled=busy>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>"Start the copy"</Button>
            </DialogActions>
        </Dialog>
    }
}

fn connected(connections: Connections) -> String {
    match connections.foreign().map(|list| list.len()) {
        None => String::new(),
        Some(0) => "Nobody else is connected to it now.".to_owned(),
        Some(n) => {
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            format!("{} to it now.", format::plural(n, "connection", "connections"))
        }
    }
}

/// `shop_copy`, or the whole name where the end would not fit into PostgreSQL's 63 bytes.
fn free_name(name: &str) -> String {
    let copy = format!("{name}_copy");
    if copy.len() <= howdah_types::validate::MAX_NAME_BYTES { copy } else { name.to_owned() }
}
