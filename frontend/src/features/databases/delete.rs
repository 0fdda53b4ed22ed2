//! The dialog that deletes a database. It cannot come back, so its name has to be typed.

use std::time::Duration;

use howdah_types::databases::Database;
use howdah_types::permissions::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::connections::{Connections, ConnectionsTable, watch_connections};
use super::dialogs::Done;
use super::preview::{SqlPanel, sql_preview};
use crate::api::{self, Api, use_api};
use crate::state::{use_databases, use_session, use_toasts};
use crate::ui::{Button, ButtonKind, ConfirmName, Dialog, DialogActions, FormErrors, format};

#[component]
pub(super) fn DeleteDialog(
    database: Database,
    close: Callback<()>,
    on_done: Callback<Done>,
) -> impl IntoView {
    let (api, databases, toasts) = (use_api(), use_databases(), use_toasts());
    let tables = count_tables(api, &database);
    let Database { name, size_bytes: size, .. } = database;
    let deed = StoredValue::new(format!("Delete {name}"));
    let name = StoredValue::new(name);
    let (busy, confirmed, errors) = (RwSignal::new(false), RwSignal::new(false), FormErrors::new());
    let connections = watch_connections(Signal::derive(move || name.get_value()), Duration::from_secs(3));
    let asked = Memo::new(move |_| Some(name.get_value()));
    let preview =
        sql_preview(asked, move |name| async move { api::databases::preview_delete(api, &name).await });
    let on_submit = move |()| {
        if !confirmed.get_untracked() {
            return;
        }
        busy.set(true);
        errors.clear();
        let name = name.get_value();
        spawn_local(async move {
            let answer = api::databases::delete(api, &name).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    databases.list().update(|list| {
                        if let Some(list) = list {
                            list.retain(|known| known.name != name);
                        }
                    });
                    toasts.done(format!("Database {name} was deleted"));
                    on_done.try_run(Done::Deleted(name));
                    close.try_run(());
                }
                Err(problem) => errors.take(problem, &[]),
            }
        });
    };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title=deed.get_value()
            busy
            problem=errors.problem()
            on_submit=Callback::new(on_submit)
            on_close=close
        >
            <div class="database-form">
                <p class="reason">"This cannot be undone. What goes:"</p>
                <Goes size tables connections />
                <Ended connections />
                <ConfirmName name=name.get_value() confirmed label="Type the name to confirm" />
                <SqlPanel preview empty="The server is asked for the SQL." />
            </div>
            <DialogActions>
                <Button on_click=move |_| close.run(()) disabled=busy>"Cancel"</Button>
                <Button
                    kind=ButtonKind::DangerPrimary
                    submit=true
                    busy
                    disabled=Signal::derive(move || !confirmed.get())
                >
                    {deed.get_value()}
                </Button>
            </DialogActions>
        </Dialog>
    }
}

/// How many tables and views there are in all schemas, where that may be read.
fn count_tables(api: Api, database: &Database) -> RwSignal<Option<i64>> {
    let tables = RwSignal::new(None);
    if database.allow_connections && untrack(|| use_session().can(Permission::TableRead)) {
        let name = database.name.clone();
        spawn_local(async move {
            if let Ok(schemas) = api::tables::schemas(api, &name).await {
                tables.try_set(Some(schemas.iter().map(|schema| schema.tables).sum()));
            }
        });
    }
    tables
}

#[component]
fn Goes(size: Option<i64>, tables: RwSignal<Option<i64>>, connections: Connections) -> impl IntoView {
    let tables = move || match tables.get() {
        Some(0) => Some("no tables or views".to_owned()),
        Some(n) => Some(format::plural(n, "table or view", "tables and views")),
        None => None,
    };
    let ended = move || {
        let n = i64::try_from(connections.foreign()?.len()).ok()?;
        (n > 0).then(|| format!("{} that will be ended", format::plural(n, "connection", "connections")))
    };
    view! {
        <ul class="goes">
            <li>{match size {
                Some(size) => format!("the database with {} of data", format::bytes(size)),
                None => "the database with all its data".to_owned(),
            }}</li>
            {move || tables().map(|text| view! { <li>{text}</li> })}
            {move || ended().map(|text| view! { <li><b>{text}</b></li> })}
        </ul>
    }
}

/// The connections that will be ended, as they come and go.
#[component]
fn Ended(connections: Connections) -> impl IntoView {
    move || {
        let list = connections.foreign().filter(|list| !list.is_empty())?;
        let label = "Connections that will be ended".to_owned();
        Some(view! {
            <div class="delete-connections" tabindex="0" role="group" aria-label=label.clone()>
                <ConnectionsTable list label=label.clone() />
            </div>
        })
    }
}
