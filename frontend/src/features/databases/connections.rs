//! Who is connected to a database.

use std::time::Duration;

use howdah_types::databases::Connection;
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::trouble::Trouble;
use crate::api::{self, use_api};
use crate::state::use_refresh;
use crate::ui::{Button, EmptyState, IconName, RelativeTime, Skeleton, Tag, TagKind};

/// The connections to a database, read again and again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Connections {
    /// None until they were read once.
    pub(super) list: RwSignal<Option<Vec<Connection>>>,
    pub(super) problem: RwSignal<Option<Problem>>,
    pub(super) reload: Callback<()>,
}

impl Connections {
    /// Those of other programs; none until they are known (tracked).
    pub(super) fn foreign(self) -> Option<Vec<Connection>> {
        self.list.with(|list| list.as_ref().map(|all| all.iter().filter(|c| !c.own).cloned().collect()))
    }
}

/// Reads who is connected to `database`, now and `every` so often.
pub(super) fn watch_connections(database: Signal<String>, every: Duration) -> Connections {
    let (api, refresh) = (use_api(), use_refresh());
    let (list, problem) = (RwSignal::new(None), RwSignal::new(None));
    let reload = Callback::new(move |()| {
        let Some(name) = database.try_get_untracked() else { return };
        spawn_local(async move {
            match api::databases::connections(api, &name).await {
                Ok(answer) => {
                    list.try_set(Some(answer));
                    problem.try_set(None);
                }
                Err(refused) => {
                    problem.try_set(Some(refused));
                }
            }
        });
    });
    Effect::new(move || {
        database.track();
        refresh.track();
        reload.run(());
    });
    if let Ok(handle) = set_interval_with_handle(move || reload.run(()), every) {
        on_cleanup(move || handle.clear());
    }
    Connections { list, problem, reload }
}

/// The tab of a database's page.
#[component]
pub(super) fn ConnectionsTab(database: Memo<String>) -> impl IntoView {
    let connections = watch_connections(database.into(), Duration::from_secs(10));
    let content = move || {
        match (connections.list.get(), connections.problem.get()) {
        (Some(list), _) if list.is_empty() => view! {
            <div class="card">
                <EmptyState
                    icon=IconName::Accounts
                    title="Nobody is connected"
                    text="Connections of applications and people appear here while they last."
                />
            </div>
        }
        .into_any(),
        (Some(list), _) => view! {
            <div class="card scroll-x" tabindex="0" role="region" aria-label="Connections now"><ConnectionsTable list label="Connections".to_owned() /></div>
        }
        .into_any(),
        (None, Some(problem)) => view! { <Trouble problem retry=connections.reload /> }.into_any(),
        (None, None) => view! { <Skeleton rows=4 /> }.into_any(),
    }
    };
    view! {
        <div class="filters">
            <span class="muted small">"Read again every 10 seconds."</span>
            <span class="right">
                <Button icon=IconName::Refresh on_click=move |_| connections.reload.run(())>"Refresh"</Button>
            </span>
        </div>
        {content}
    }
}

#[component]
pub(super) fn ConnectionsTable(list: Vec<Connection>, label: String) -> impl IntoView {
    view! {
        <table class="grid" aria-label=label>
            <thead>
                <tr>
                    <th scope="col">"PID"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Application"</th>
                    <th scope="col" class="hide-s">"From"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="hide-s">"Since"</th>
                </tr>
            </thead>
            <tbody>{list.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn row(connection: Connection) -> impl IntoView {
    let text = |value: Option<String>, without: &'static str| match value.filter(|value| !value.is_empty()) {
        Some(value) => value.into_any(),
        None => view! { <span class="null">{without}</span> }.into_any(),
    };
    let kind = match connection.state.as_deref() {
        Some("active") => TagKind::Ok,
        Some(state) if state.starts_with("idle in transaction") => TagKind::Warn,
        _ => TagKind::Plain,
    };
    view! {
        <tr>
            <td class="pid">{connection.pid}</td>
            <td>{text(connection.role, "not visible")}</td>
            <td>
                {text(connection.application_name, "no name")}
                {connection.own.then(|| view! { " " <Tag>"Howdah"</Tag> })}
            </td>
            <td class="hide-s">{text(connection.client_address, "local socket")}</td>
            <td>{connection.state.map(|state| view! { <Tag kind=kind>{state}</Tag> })}</td>
            <td class="hide-s">{connection.connected_at.map(|time| view! { <RelativeTime time /> })}</td>
        </tr>
    }
}
