//! The head of a table's pages: its name, and the tabs that lead from one to the other.

use leptos::prelude::*;

use crate::routes;
use crate::ui::{PageHead, Tab, Tabs};

/// The schema of an address that names none.
const PUBLIC: &str = "public";

/// Which table or view the address is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TablePlace {
    pub(crate) database: String,
    pub(crate) schema: String,
    pub(crate) table: String,
}

impl TablePlace {
    /// Schema and table.
    pub(crate) fn name(&self) -> (&str, &str) {
        (&self.schema, &self.table)
    }
}

/// The table of the address.
pub(crate) fn use_place() -> Memo<TablePlace> {
    let (database, table, schema) =
        (routes::use_param("database"), routes::use_param("table"), routes::use_query("schema"));
    Memo::new(move |_| TablePlace {
        database: database.get(),
        schema: schema.get().unwrap_or_else(|| PUBLIC.to_owned()),
        table: table.get(),
    })
}

/// The name of the table, one line about it, its tabs, and what can be done (the children, at the right).
/// `current` is `rows`, `structure`, `relations` or `sql`.
#[component]
pub(crate) fn TableHead(
    place: Memo<TablePlace>,
    #[prop(into)] current: Signal<String>,
    #[prop(optional, into)] text: Signal<String>,
    children: Children,
) -> impl IntoView {
    let title = Signal::derive(move || place.with(|place| place.table.clone()));
    let tab = move |section: &'static str, name: &'static str| {
        let href = Signal::derive(move || {
            place.with(|TablePlace { database, schema, table }| match section {
                "rows" => routes::table(database, schema, table),
                section => routes::table_section(database, schema, table, section),
            })
        });
        let here = Signal::derive(move || current.with(|current| current == section));
        view! { <Tab href current=here>{name}</Tab> }
    };
    view! {
        <PageHead title text>{children()}</PageHead>
        <Tabs label="Pages of the table">
            {tab("rows", "Rows")} {tab("structure", "Structure")} {tab("relations", "Relations")} {tab("sql", "SQL")}
        </Tabs>
    }
}
