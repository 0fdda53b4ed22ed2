//! The rows of a table or view.

use std::collections::BTreeMap;

use howdah_types::permissions::Permission;
use leptos::prelude::*;

use super::apply::Desk;
use super::bar::StagedBar;
use super::cell::CellDialog;
use super::columns::ColumnsPanel;
use super::conflict::ConflictDialog;
use super::count::{Counter, RowCount};
use super::deeds::Hands;
use super::draw;
use super::edit::{self, Begun};
use super::filter::FilterBar;
use super::leave;
use super::referrers;
use super::tools::{AllShown, Tools, read_again, read_here};
use super::view::{asked, use_place};
use super::work::Work;
use crate::api::rows::{Place, RowsQuery, Start};
use crate::api::use_api;
use crate::features::databases::Trouble;
use crate::features::exports::{About, EXPORT};
use crate::features::not_found::Guard;
use crate::features::sweeps::{self, SWEEP};
use crate::features::tables::{self, TableHead};
use crate::lazy;
use crate::shell::leaving::AskBeforeLeaving;
use crate::state::{typing, use_address, use_refresh, use_session, use_toasts};
use crate::ui::sheet::{PopMenu, SheetView};
use crate::ui::{Button, EmptyState, ErrorNotice, IconName, Skeleton};

/// One table or view with its rows.
#[component]
pub fn TablePage() -> impl IntoView {
    view! {
        <Guard permission=Permission::RowRead>
            <Rows />
        </Guard>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let address = use_address();
    let place = use_place();
    let query = Memo::new(move |_| asked(address));
    let work = Work::new(place, query);
    let desk = Desk {
        api: use_api(),
        toasts: use_toasts(),
        work,
        conflict: RwSignal::new(None),
        problem: RwSignal::new(None),
    };
    let widths = RwSignal::new(BTreeMap::new());
    let hands = Hands {
        desk,
        begun: RwSignal::new(Begun::default()),
        viewed: RwSignal::new(None),
        pop: RwSignal::new(None),
        filter: RwSignal::new(None),
        widths,
    };
    let counter = Counter::new(work, desk.api);
    let show_sql = RwSignal::new(false);
    let columns_open = RwSignal::new(false);
    let (export, sweep) = (RwSignal::new(None), RwSignal::new(None));
    read_along(hands, counter);
    draw::columns(work, widths);
    leave::watch(work);
    referrers::read_along(work);
    keys(desk);
    address.settle_with(Callback::new(move |()| work.settle()));
    let unkept =
        Signal::derive(move || work.unkept.with(Option::is_some) && work.sheet.editing.with(Option::is_some));
    view! {
        <div class="rows">
            <TableHead place=tables::use_place() current="rows".to_owned() text=Signal::derive(move || line(work))>
                <Tools hands columns_open export />
            </TableHead>
            <FilterBar work editing=hands.filter>
                <AllShown work sweep />
                <span class="right"><Sorted work /><RowCount counter /></span>
            </FilterBar>
            {move || {
                let known = work.source.every.with(|every| !every.is_empty());
                (columns_open.get() && known).then(|| view! { <ColumnsPanel hands open=columns_open /> })
            }}
            <Shown hands />
            <StagedBar desk show_sql />
        </div>
        {move || export.get().map(|about: About| {
            let close = about.close;
            EXPORT.show(about, lazy::Place::Over(close))
        })}
        {move || sweep.get().map(|about: sweeps::About| {
            let close = about.close;
            SWEEP.show(about, lazy::Place::Over(close))
        })}
        {move || hands.viewed.get().map(|viewed| view! {
            <CellDialog place=place.get_untracked() viewed close=Callback::new(move |()| hands.viewed.set(None)) />
        })}
        {move || desk.conflict.get().map(|conflict| view! { <ConflictDialog desk conflict /> })}
        {move || hands.pop.get().map(|(label, spot, items)| view! {
            <PopMenu label spot items sheet=work.sheet close=Callback::new(move |()| hands.pop.set(None)) />
        })}
        <AskBeforeLeaving
            unsaved=unkept
            title="What you typed is not staged"
            text="One transaction takes no more rows. When you leave now, the text of the open cell is lost; what was staged before is kept."
        />
    }
}

/// What was read last: it is read again when it is not this any more.
type Read = (Place, RowsQuery, (u32, u32));

/// Reads whenever the address asks for something else, or everything is to be read again.
fn read_along(hands: Hands, counter: Counter) {
    let work = hands.work();
    let refresh = use_refresh();
    // An open editor comes first: what the rows are now is read when it is closed.
    let refresh = Memo::new(move |last: Option<&(u32, u32)>| {
        let now = refresh.get();
        let edited = work.sheet.editing.with(Option::is_some);
        last.copied().filter(|_| edited).unwrap_or(now)
    });
    let here = StoredValue::new(None::<Place>);
    // Whose work it is: at its end another account may be signed in.
    let session = use_session();
    let account = untrack(|| session.account());
    let owner = account.clone();
    Effect::new(move |before: Option<Read>| {
        let now = (work.place.get(), work.asked.get(), refresh.get());
        let moved = before.as_ref().is_none_or(|before| before.0 != now.0);
        if moved {
            arrive(hands, &owner, here, &now.0);
        }
        let same = before.as_ref().is_some_and(|before| {
            let (old, new) = (&before.1, &now.1);
            before.0 == now.0
                && before.2 == now.2
                && (&old.filter, &old.condition, &old.sort) == (&new.filter, &new.condition, &new.sort)
                && work.has_columns(&new.columns)
        });
        if !same {
            counter.forget();
            hands.desk.problem.set(None);
            // The same rows once more: one stays where one is.
            if before.is_some_and(|before| (before.0, before.1) == (now.0.clone(), now.1.clone())) {
                read_here(work);
            } else {
                read_again(work);
            }
        }
        now
    });
    // What grows below, what is staged and what was added changes the number of rows.
    Effect::new(move |_| {
        work.source.facts.track();
        work.redraw();
    });
    on_cleanup(move || {
        if let (Some(Some(place)), Some(staged)) = (here.try_get_value(), work.staged.try_get_untracked()) {
            leave::keep(&account, &place, staged, hands.desk.toasts);
        }
    });
}

/// Another table: what is staged in the one before is kept, what was staged in this one comes back.
fn arrive(hands: Hands, account: &str, here: StoredValue<Option<Place>>, place: &Place) {
    let work = hands.work();
    if let Some(left) = here.get_value() {
        work.settle();
        leave::keep(account, &left, work.staged.get_untracked(), hands.desk.toasts);
        work.sheet.editing.set(None);
        work.source.columns.set(None);
        work.source.every.set(std::sync::Arc::default());
        work.source.facts.set(None);
        work.applied.set(Vec::new());
        work.taken_back.set(Vec::new());
        work.errors.set(BTreeMap::new());
        hands.widths.set(BTreeMap::new());
        hands.filter.set(None);
    }
    here.set_value(Some(place.clone()));
    work.staged.set(leave::take(account, place).unwrap_or_default());
    leave::arrived(place, work);
}

/// `schema stock of shop · times in Europe/Berlin · no primary key …`
fn line(work: Work) -> String {
    let Place { database, schema, .. } = work.place.get();
    let zone =
        work.source.facts.with(|facts| facts.as_ref().map(|facts| format!("times in {}", facts.time_zone)));
    let parts =
        [Some(format!("schema {schema} of {database}")), zone, work.told_apart().map(ToOwned::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Ctrl S applies, Ctrl Z takes back, Ctrl Y does it again.
fn keys(desk: Desk) {
    let work = desk.work;
    let listener = window_event_listener(leptos::ev::keydown, move |ev| {
        let control = ev.ctrl_key() || ev.meta_key();
        let over = document().query_selector("dialog[open]").ok().flatten().is_some();
        if !control || ev.alt_key() || over {
            return;
        }
        match ev.key().to_ascii_lowercase().as_str() {
            "s" => {
                work.settle();
                desk.apply();
            }
            "z" if typing(&ev) => return,
            "z" if ev.shift_key() => desk.redo(),
            "z" => desk.undo(),
            "y" if !typing(&ev) => desk.redo(),
            _ => return,
        }
        ev.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// `sorted by id ↓, total ↑ ×`
#[component]
fn Sorted(work: Work) -> impl IntoView {
    let text = move || {
        let sort = work.asked.get().sort;
        let one = |key: &howdah_types::rows::SortKey| {
            format!("{} {}", key.column, if key.descending { "↓" } else { "↑" })
        };
        (!sort.is_empty())
            .then(|| format!("sorted by {}", sort.iter().map(one).collect::<Vec<_>>().join(", ")))
    };
    let clear = move |_| work.show(&RowsQuery { sort: Vec::new(), ..work.asked.get_untracked() });
    move || {
        text().map(|text| {
        view! {
            <span class="sorted-by">{text}" "<button type="button" class="link" on:click=clear>"reset"</button></span>
        }
    })
    }
}

/// The sheet, or what stands in its place.
#[component]
fn Shown(hands: Hands) -> impl IntoView {
    let work = hands.work();
    let source = work.source;
    let retry = Callback::new(move |()| {
        source.read(Start::First, move |_| work.redraw());
    });
    let ready = Memo::new(move |_| source.columns.with(Option::is_some));
    let problem = move || source.problem.get();
    let waiting = Memo::new(move |_| !ready.get() && source.problem.with(Option::is_none));
    let nothing = Memo::new(move |_| ready.get() && work.sheet.rows.get() == 0 && !source.reading.get());
    let label = Signal::derive(move || format!("Rows of {}", work.place.get().table));
    let read =
        Callback::new(move |(row, shown): (usize, std::sync::Arc<Vec<usize>>)| draw::row(work, row, &shown));
    let filled = Callback::new(move |at| {
        work.value(at).is_some_and(|value| value.text().is_some_and(|text| !text.is_empty()))
    });
    let editable = Signal::derive(move || work.may.get().update || work.may.get().create);
    let complete =
        Signal::derive(move || source.facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.complete)));
    view! {
        {move || problem().map(|problem| view! { <Trouble problem retry /> })}
        {move || waiting.get().then(|| view! { <Skeleton rows=12 /> })}
        <Show when=move || ready.get() && source.problem.with(Option::is_none)>
            <div class="card filled" class:reading=move || source.reading.get()>
                <SheetView
                    sheet=work.sheet
                    label
                    read
                    filled
                    on_deed=Callback::new(move |deed| hands.take(deed))
                    editor=Callback::new(move |at| edit::editor(hands.desk, hands.begun, at))
                    editable
                    complete
                />
            </div>
            <Show when=move || nothing.get()><Nothing work /></Show>
            {move || source.stopped.get().map(|problem| view! {
                <ErrorNotice problem retry=Callback::new(move |()| source.resume()) />
            })}
            <Note work />
        </Show>
    }
}

#[component]
fn Note(work: Work) -> impl IntoView {
    let stuck = move || {
        work.source
            .facts
            .with(|facts| facts.as_ref().is_some_and(|facts| facts.stuck))
            .then_some("These rows have no order, so only the first are shown. Sort by a column to go on.")
    };
    view! {
        <p class="rows-note">
            <span>{stuck}</span>
            <span class="right hide-s">
                <kbd>"F2"</kbd>" edit "<kbd>"Space"</kbd>" show "<kbd>"Del"</kbd>" NULL "<kbd>"Ctrl C"</kbd>" copy "
                <kbd>"Shift F10"</kbd>" more"
            </span>
        </p>
    }
}

#[component]
fn Nothing(work: Work) -> impl IntoView {
    move || {
        let asked = work.asked.get();
        if asked.filter.is_empty() && asked.condition.is_none() {
            view! {
                <EmptyState icon=IconName::Table title="No rows yet" text="Add the first one, or let a program write here." />
            }
            .into_any()
        } else {
            let clear = move |_| {
                work.show(&RowsQuery { filter: Vec::new(), condition: None, ..work.asked.get_untracked() });
            };
            view! {
                <EmptyState icon=IconName::Search title="No row fits" text="No row of the table fits all of the filters.">
                    <Button on_click=clear>"Clear the filters"</Button>
                </EmptyState>
            }
            .into_any()
        }
    }
}
