//! What is known about a database.

use howdah_types::databases::Database;
use leptos::prelude::*;

use super::actions::protection_note;
use super::facts::{Description, Facts};

#[component]
pub(super) fn OverviewTab(database: Memo<Option<Database>>) -> impl IntoView {
    move || {
        database.get().map(|database| {
            view! {
                <section class="card database-card" aria-label="Overview">
                    <p class="description"><Description text=database.description.clone() /></p>
                    {protection_note(&database)}
                    <Facts database />
                </section>
            }
        })
    }
}
