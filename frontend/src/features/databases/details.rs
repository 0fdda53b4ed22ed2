//! The selected database below the list.

use howdah_types::databases::Database;
use howdah_types::permissions::Permission;
use leptos::prelude::*;

use super::actions::{Actions, protection_note};
use super::dialogs::Open;
use super::facts::Facts;
use crate::features::tables::TablesGlance;
use crate::routes;
use crate::state::use_session;
use crate::ui::Tag;

#[component]
pub(super) fn DatabaseCard(database: Memo<Option<Database>>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let name = Memo::new(move |_| database.with(|d| d.as_ref().map(|d| d.name.clone())));
    let can_open = Memo::new(move |_| database.with(|d| d.as_ref().is_some_and(|d| d.allow_connections)));
    let session = use_session();
    move || {
        name.get().map(|name| {
            let label = format!("Selected database {name}");
            let glance = name.clone();
            view! {
                <section class="card database-card" aria-label=label>
                    {move || database.get().map(|database| view! { <Summary database open /> })}
                    <Show when=move || can_open.get() && session.can(Permission::TableRead)>
                        <TablesGlance database=glance.clone() />
                    </Show>
                </section>
            }
        })
    }
}

#[component]
fn Summary(database: Database, open: RwSignal<Option<Open>>) -> impl IntoView {
    let description = database.description.clone().filter(|text| !text.is_empty());
    view! {
        <header>
            <h2><a href=routes::database(&database.name)>{database.name.clone()}</a></h2>
            <Tag>{format!("{} · {}", database.encoding, database.collation)}</Tag>
            <div class="actions"><Actions database=database.clone() open /></div>
        </header>
        {description.map(|text| view! { <p class="description">{text}</p> })}
        {protection_note(&database)}
        <Facts database />
    }
}
