//! Staged changes outlive the view: they are kept until one comes back, and the browser asks before it closes them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::staged::{Changes, Staged};
use super::work::Work;
use crate::api::rows::Place;
use crate::state::Toasts;
use crate::ui::format;

thread_local! {
    /// What was staged in tables that are not shown now.
    static KEPT: RefCell<Kept> = RefCell::new(Kept::default());
    /// Whether the table that is shown has staged changes; none until it is watched for.
    static OPEN: RefCell<Option<bool>> = const { RefCell::new(None) };
    /// The table whose changes are staged in a view, and which visit that is.
    static SHOWN: RefCell<(u32, Option<(Place, Work)>)> = const { RefCell::new((0, None)) };
    /// Tables that changes are on their way to.
    static SENDING: RefCell<HashSet<Place>> = RefCell::new(HashSet::new());
}

/// The table is shown from now on: what is staged there is in `work`.
pub(super) fn arrived(place: &Place, work: Work) {
    SHOWN.with_borrow_mut(|(visit, shown)| {
        *visit = visit.wrapping_add(1);
        *shown = Some((place.clone(), work));
    });
    work.busy.set(SENDING.with_borrow(|sending| sending.contains(place)));
}

/// Which visit of a table this is; another one after another table was shown.
pub(super) fn visit() -> u32 {
    SHOWN.with_borrow(|(visit, _)| *visit)
}

/// The work on the table, where it is shown now, and which visit that is. Its signals are there.
pub(super) fn shown(place: &Place) -> Option<(Work, u32)> {
    let (visit, work) = SHOWN.with_borrow(|(visit, shown)| {
        let (_, work) = shown.as_ref().filter(|(shown, _)| shown == place)?;
        Some((*visit, *work))
    })?;
    (!work.staged.is_disposed()).then_some((work, visit))
}

/// Changes are on their way to the table.
pub(super) fn sending(place: &Place) {
    SENDING.with_borrow_mut(|sending| sending.insert(place.clone()));
}

/// The answer is there; the table can be changed again.
pub(super) fn answered(place: &Place) {
    SENDING.with_borrow_mut(|sending| sending.remove(place));
    if let Some((work, _)) = shown(place) {
        work.busy.set(false);
    }
}

/// What was sent from an earlier visit is done: it must not be sent again.
pub(super) fn applied(place: &Place, sent: &Changes) {
    if let Some((work, _)) = shown(place) {
        work.stage(|staged| staged.applied(sent));
        super::tools::read_again(work);
        return;
    }
    KEPT.with_borrow_mut(|kept| {
        if let Some(staged) = kept.tables.get_mut(place) {
            staged.applied(sent);
        }
        kept.tables.retain(|_, staged| !staged.now.is_empty());
    });
}

/// What one account has staged.
#[derive(Default)]
struct Kept {
    account: String,
    tables: HashMap<Place, Staged>,
}

impl Kept {
    /// The account's own. What another has staged before it in the same page is forgotten.
    fn of(&mut self, account: &str) -> &mut HashMap<Place, Staged> {
        if self.account != account {
            *self = Self { account: account.to_owned(), tables: HashMap::new() };
        }
        &mut self.tables
    }
}

/// What the account had staged when it left the table.
pub(super) fn take(account: &str, place: &Place) -> Option<Staged> {
    KEPT.with_borrow_mut(|kept| kept.of(account).remove(place))
}

/// Keeps what is staged, and says where it is.
pub(super) fn keep(account: &str, place: &Place, staged: Staged, toasts: Toasts) {
    let count = staged.now.counts().all();
    if count == 0 {
        return;
    }
    KEPT.with_borrow_mut(|kept| kept.of(account).insert(place.clone(), staged));
    let changes = format::plural(i64::try_from(count).unwrap_or(i64::MAX), "change", "changes");
    let to = super::view::address(place, &crate::api::rows::RowsQuery::default());
    toasts.done_at(
        format!("{changes} to {} not applied yet; kept while this page is open", place.table),
        "Go back",
        to,
    );
}

/// Tells the browser to ask before the page is closed with staged changes.
pub(super) fn watch(work: Work) {
    Effect::new(move |_| {
        let any = work.staged.with(|staged| !staged.now.is_empty());
        let first = OPEN.with_borrow_mut(|open| open.replace(any).is_none());
        if first {
            listen();
        }
    });
    on_cleanup(|| OPEN.with_borrow_mut(|open| *open = open.map(|_| false)));
}

/// For the life of the page: changes are kept after the view is gone.
fn listen() {
    let asks = Closure::<dyn Fn(web_sys::Event)>::new(|ev: web_sys::Event| {
        let open = OPEN.with_borrow(|open| *open == Some(true));
        let shown = SHOWN.with_borrow(|(_, shown)| shown.as_ref().map(|(_, work)| *work));
        // What is typed in an open editor is staged first: nobody loses it who stays.
        let typed = shown.filter(|work| !work.staged.is_disposed()).is_some_and(|work| {
            work.settle();
            work.staged.with_untracked(|staged| !staged.now.is_empty())
        });
        if open || typed || KEPT.with_borrow(|kept| !kept.tables.is_empty()) {
            ev.prevent_default();
            let _ = js_sys::Reflect::set(&ev, &"returnValue".into(), &JsValue::from_str("unsaved"));
        }
    });
    let _ = window().add_event_listener_with_callback("beforeunload", asks.as_ref().unchecked_ref());
    asks.forget();
}
