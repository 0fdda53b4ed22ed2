//! What can be done with the table as a whole, and with all rows that the filter shows.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::deeds::Hands;
use super::work::Work;
use crate::api::rows::Start;
use crate::features::exports::About;
use crate::features::sweeps;
use crate::routes;
use crate::ui::{Button, ButtonKind, Icon, IconButton, IconName, LinkButton, Menu, MenuItem, format};

#[component]
pub(super) fn Tools(
    hands: Hands,
    columns_open: RwSignal<bool>,
    export: RwSignal<Option<About>>,
) -> impl IntoView {
    let work = hands.work();
    let read = move |_| read_here(work);
    let can_add = Memo::new(move |_| {
        let writable = work.source.columns.with(|columns| {
            columns.as_ref().is_some_and(|columns| {
                columns.iter().any(|column| column.details.as_ref().is_some_and(|details| details.writable))
            })
        });
        writable && work.may.get().create
    });
    let add = move |_| {
        if !hands.desk.waits() {
            work.add_row(BTreeMap::new());
        }
    };
    let ready = Memo::new(move |_| work.source.columns.with(Option::is_some));
    let import = Signal::derive(move || {
        work.place.with(|place| routes::import(&place.database, Some(&place.schema), Some(&place.table)))
    });
    let close = Callback::new(move |()| export.set(None));
    let open = move |_| {
        export.set(Some(About {
            place: work.place.get_untracked(),
            shown: work.asked.get_untracked(),
            rows: about(work),
            close,
        }));
    };
    view! {
        <Show when=move || ready.get()>
            <IconButton icon=IconName::Refresh label="Read again" on_click=read />
            <Button on_click=move |_| columns_open.update(|open| *open = !*open)>"Columns"</Button>
            <Button on_click=open>"Export…"</Button>
        </Show>
        <Show when=move || can_add.get()>
            <LinkButton href=import>"Import"</LinkButton>
        </Show>
        <Show when=move || can_add.get()>
            <Button kind=ButtonKind::Primary icon=IconName::Plus on_click=add>"Add row"</Button>
        </Show>
    }
}

/// What can be done with all rows that the filter shows.
#[component]
pub(super) fn AllShown(work: Work, sweep: RwSignal<Option<sweeps::About>>) -> impl IntoView {
    let filtered = Memo::new(move |_| {
        let asked = work.asked.get();
        !asked.filter.is_empty() || asked.condition.is_some()
    });
    let known = Memo::new(move |_| work.source.every.with(|every| !every.is_empty()));
    // They must outlive the menu that opens the dialog.
    let done = Callback::new(move |()| read_again(work));
    let close = Callback::new(move |()| sweep.set(None));
    let open = move |deletes: bool| {
        Callback::new(move |()| {
            sweep.set(Some(sweeps::About {
                place: work.place.get_untracked(),
                shown: work.asked.get_untracked(),
                columns: work.source.every.get_untracked().to_vec(),
                deletes,
                done,
                close,
            }));
        })
    };
    let may = move || work.may.get().update || work.may.get().delete;
    view! {
        <Show when=move || filtered.get() && known.get() && may()>
            <Menu
                label="All rows that the filter shows"
                class="btn quiet"
                button=move || view! { "All rows" <Icon name=IconName::ChevronDown /> }
            >
                <Show when=move || work.may.get().update>
                    <MenuItem on_click=open(false) icon=IconName::Edit>"Change all rows that the filter shows…"</MenuItem>
                </Show>
                <Show when=move || work.may.get().delete>
                    <MenuItem on_click=open(true) icon=IconName::Trash>"Delete all rows that the filter shows…"</MenuItem>
                </Show>
            </Menu>
        </Show>
    }
}

/// Reads from the beginning.
pub(super) fn read_again(work: Work) {
    work.source.read(Start::First, move |fine| {
        if fine {
            work.added.set(Vec::new());
            work.redraw();
            work.sheet.reset();
        }
    });
}

/// Reads what is in sight once more, and stays there: at the same rows, on the same cell.
pub(super) fn read_here(work: Work) {
    let (new, added) = work.above();
    let cursor = work.sheet.cursor().row;
    let seen = work.source.in_sight();
    // The cursor's row where it is in sight, else the first in sight.
    let old = cursor.checked_sub(new + added).filter(|row| seen.contains(row)).unwrap_or(seen.start);
    let read = work.source.read_here(old, move |place| {
        work.redraw();
        // Rows that were just added stand in their own place from now on.
        let now = place.unwrap_or(old);
        let by = now.cast_signed().wrapping_sub((old + added).cast_signed());
        work.sheet.moved(new, by);
    });
    if !read {
        read_again(work);
    }
}

/// How many rows are shown, as far as it is known: `12 rows`, `about 5,104 rows`.
fn about(work: Work) -> String {
    work.source.facts.with_untracked(|facts| {
        let Some(facts) = facts else { return String::new() };
        let rows = |n: i64| format::plural(n, "row", "rows");
        match (facts.complete, facts.estimate) {
            (true, _) => rows(i64::try_from(facts.known).unwrap_or(i64::MAX)),
            (false, Some(n)) => format!("about {}", rows(n)),
            (false, None) => String::new(),
        }
    })
}
