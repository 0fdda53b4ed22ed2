//! `?`: all keys on one page.

use leptos::prelude::*;

use crate::lazy::part;
use crate::shell::keys::GO;
use crate::state::use_overlays;
use crate::ui::{Dialog, DialogSize, Kbd};

const EVERYWHERE: [(&str, &str); 5] = [
    ("Ctrl K", "Go to or do anything"),
    ("Ctrl `", "Open or close the debug console"),
    ("/", "Search in the view"),
    ("?", "These keys"),
    ("Esc", "Close what lies over the page"),
];

const TABLES: [(&str, &str); 4] = [
    ("↑ ↓", "From row to row (also k and j)"),
    ("Home End", "First and last row"),
    ("Enter", "Open the row"),
    ("Tab", "To the next control"),
];

const SHEET: [(&str, &str); 15] = [
    ("F2", "Edit the cell (also Enter, or just type)"),
    ("Space", "Show the whole value"),
    ("Del", "Set NULL"),
    ("Ctrl Del", "Delete the rows that are selected"),
    ("Shift Space", "Select whole rows"),
    ("Ctrl A", "Select everything"),
    ("Ctrl C", "Copy"),
    ("Ctrl V", "Paste from here on"),
    ("Ctrl D", "Fill down"),
    ("Ctrl Enter", "Open the row it refers to"),
    ("Ctrl Shift Enter", "Show the rows that refer to it"),
    ("Shift F10", "All that can be done with it"),
    ("Alt ↓", "Menu of the column"),
    ("Ctrl S", "Apply what is staged"),
    ("Ctrl Z", "Take back; Ctrl Y does it again"),
];

part! {
    /// The overlay, open. It is small and goes with the palette.
    pub(crate) HELP in palette = || view! { <Help /> }
}

#[component]
fn Help() -> impl IntoView {
    let overlays = use_overlays();
    let open = RwSignal::new(true);
    view! {
        <Dialog open title="Keys" size=DialogSize::Large on_close=move |()| overlays.close() on_submit=move |()| overlays.close()>
            <div class="keys">
                <Section title="Everywhere" keys=EVERYWHERE.to_vec() />
                <Section title="In lists" keys=TABLES.to_vec() />
                <section>
                    <h3>"Go to"</h3>
                    <dl>
                        {GO.map(|(letter, name, _)| view! {
                            <dt><Kbd keys="g" /> " " <Kbd keys=letter /></dt>
                            <dd>{name}</dd>
                        }).collect_view()}
                    </dl>
                </section>
                <Section title="In rows of a table" keys=SHEET.to_vec() />
            </div>
        </Dialog>
    }
}

#[component]
fn Section(title: &'static str, keys: Vec<(&'static str, &'static str)>) -> impl IntoView {
    let rows = keys.into_iter().map(|(key, text)| {
        let parts = key.split(' ').map(|part| view! { <Kbd keys=part /> " " }).collect_view();
        view! {
            <dt>{parts}</dt>
            <dd>{text}</dd>
        }
    });
    view! {
        <section>
            <h3>{title}</h3>
            <dl>{rows.collect_view()}</dl>
        </section>
    }
}
