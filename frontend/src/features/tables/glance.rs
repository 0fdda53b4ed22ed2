//! The first tables of the database that is selected in the list of databases.

use leptos::prelude::*;

use super::list::TableRows;
use super::paged::Paged;
use crate::api::{self, use_api};
use crate::features::databases::Trouble;
use crate::routes;
use crate::state::use_refresh;
use crate::ui::Skeleton;

/// How many are shown.
const SHOWN: u32 = 8;

#[component]
pub(crate) fn TablesGlance(database: String) -> impl IntoView {
    let (api, refresh) = (use_api(), use_refresh());
    let database = StoredValue::new(database);
    let tables = Paged::new();
    let read = Callback::new(move |()| {
        let name = database.get_value();
        tables.start(async move { api::tables::list(api, &name, None, SHOWN).await });
    });
    Effect::new(move || {
        refresh.track();
        read.run(());
    });
    let items = Memo::new(move |_| tables.items.get().unwrap_or_default());
    let face = Memo::new(move |_| {
        (tables.items.with(|items| items.as_ref().map(Vec::is_empty)), tables.problem.get())
    });
    move || {
        match face.get() {
        (Some(false), _) => view! {
            <div class="glance">
                <div class="scroll-x" tabindex="0" role="group" aria-label="Tables">
                    <TableRows database tables=items schemas=true label="Tables of the selected database" />
                </div>
                <Show when=move || tables.next.with(Option::is_some)>
                    <p class="more">
                        <a class="link" href=routes::database(&database.get_value())>"All tables and views"</a>
                    </p>
                </Show>
            </div>
        }
        .into_any(),
        (Some(true), _) => view! { <p class="reason">"There are no tables or views in it yet."</p> }.into_any(),
        (None, Some(problem)) => view! { <Trouble problem retry=read /> }.into_any(),
        (None, None) => view! { <Skeleton rows=3 /> }.into_any(),
    }
    }
}
