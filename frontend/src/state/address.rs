//! The address in the browser: what is shown follows it, links and [`Address::go`] change it.
//!
//! A router of a library would take the app over its budget; this one knows plain paths, and names in them survive
//! whatever they hold (`api::encode`).

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement};

use crate::api::encode::from_route;

/// Where one is: the path and the query of the address.
#[derive(Debug, Clone, Copy)]
pub struct Address {
    path: RwSignal<String>,
    query: RwSignal<String>,
    /// The place in the history of this page, which every entry of it has as its state.
    at: StoredValue<i32>,
    /// Something on the page would be lost: it is asked before another address is shown.
    held: StoredValue<Option<Signal<bool>>>,
    /// What is done before another address is shown, and before it is asked whether something would be lost.
    settle: StoredValue<Option<Callback<()>>>,
    /// How often that was said: whose it is.
    settles: StoredValue<u32>,
    /// Where somebody wanted to go when that was asked.
    wanted: RwSignal<Option<Way>>,
    /// The next move in the history only puts it back to where the page is.
    returning: StoredValue<bool>,
}

/// A way to another address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To an address; true in the place of this one.
    To(String, bool),
    /// So many entries of the history forward, or back.
    By(i32),
}

impl Address {
    pub(super) fn new() -> Self {
        let address = Self {
            path: RwSignal::new(String::new()),
            query: RwSignal::new(String::new()),
            at: StoredValue::new(0),
            held: StoredValue::new(None),
            settle: StoredValue::new(None),
            settles: StoredValue::new(0),
            wanted: RwSignal::new(None),
            returning: StoredValue::new(false),
        };
        address.read();
        match place() {
            Some(at) => address.at.set_value(at),
            None => address.mark(None, true),
        }
        let back = window_event_listener(leptos::ev::popstate, move |_| address.moved());
        let click = window_event_listener(leptos::ev::click, move |ev| address.follow(&ev));
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
        address
    }

    /// The path, without the browser's percent-encoding (tracked).
    pub fn path(self) -> String {
        self.path.get()
    }

    /// The parts of the path, not yet [`from_route`] (tracked).
    pub fn parts(self) -> Vec<String> {
        self.path
            .with(|path| path.split('/').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect())
    }

    /// A value of the query, decoded (tracked).
    pub fn query(self, key: &str) -> Option<String> {
        self.query.with(|query| {
            let mut pairs = query
                .trim_start_matches('?')
                .split('&')
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            pairs.find(|(name, _)| *name == key).map(|(_, value)| from_route(&plain(value)))
        })
    }

    /// Goes to another address of the app; the one before stays in the history.
    pub fn go(self, address: &str) {
        self.change(address, false);
    }

    /// Puts another address in the place of this one.
    pub fn replace(self, address: &str) {
        self.change(address, true);
    }

    /// Holds the page while the signal is true, for as long as the view that calls it stands. What is shown in
    /// [`Self::wanted`] is the caller's to ask about.
    pub fn hold(self, while_true: Signal<bool>) {
        self.held.set_value(Some(while_true));
        on_cleanup(move || {
            let mine = self.held.get_value() == Some(while_true);
            if mine {
                self.held.set_value(None);
                self.wanted.set(None);
            }
        });
    }

    /// Does this before another address is shown, for as long as the view that calls it stands: what is half done is
    /// brought to where it outlives the view.
    pub fn settle_with(self, settle: Callback<()>) {
        self.settle.set_value(Some(settle));
        let turn = self.settles.get_value().wrapping_add(1);
        self.settles.set_value(turn);
        on_cleanup(move || {
            // Another view may have put its own there before this one went.
            if self.settles.get_value() == turn {
                self.settle.set_value(None);
            }
        });
    }

    fn settle(self) {
        if let Some(settle) = self.settle.get_value() {
            settle.run(());
        }
    }

    /// Where somebody wants to go, who has to be asked (tracked).
    pub fn wanted(self) -> Option<Way> {
        self.wanted.get()
    }

    /// Nobody goes anywhere.
    pub fn stay(self) {
        self.wanted.set(None);
    }

    /// Goes where somebody wanted to, whatever is lost.
    pub fn leave(self) {
        self.held.set_value(None);
        match self.wanted.try_update(Option::take).flatten() {
            Some(Way::To(address, replace)) => self.change(&address, replace),
            Some(Way::By(by)) => {
                if let Ok(history) = window().history() {
                    let _ = history.go_with_delta(by);
                }
            }
            None => {}
        }
    }

    /// Whether the page is held against what leads elsewhere.
    fn holds(self, path: &str, query: &str) -> bool {
        let held = self.held.with_value(|held| held.and_then(|held| held.try_get_untracked()) == Some(true));
        let elsewhere = || {
            self.path.with_untracked(|here| *here != plain(path))
                || self.query.with_untracked(|here| here.trim_start_matches('?') != query)
        };
        held && elsewhere()
    }

    fn change(self, address: &str, replace: bool) {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        self.settle();
        if self.holds(path, query) {
            self.wanted.set(Some(Way::To(address.to_owned(), replace)));
            return;
        }
        self.mark(Some(address), replace);
        self.read();
    }

    /// An entry of the history, which knows its place there.
    fn mark(self, address: Option<&str>, replace: bool) {
        let at = self.at.get_value() + i32::from(!replace);
        self.at.set_value(at);
        if let Ok(history) = window().history() {
            let at = JsValue::from_f64(f64::from(at));
            let _ = if replace {
                history.replace_state_with_url(&at, "", address)
            } else {
                history.push_state_with_url(&at, "", address)
            };
        }
    }

    /// The browser has gone back or forward. Where the page is held, the history is put back and it is asked.
    fn moved(self) {
        let (at, before) = (place(), self.at.get_value());
        if self.returning.get_value() {
            self.returning.set_value(false);
            return;
        }
        let by = at.map(|at| at - before).filter(|by| *by != 0);
        self.settle();
        let location = window().location();
        let (path, query) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
        if let (Some(by), true) = (by, self.holds(&path, query.trim_start_matches('?')))
            && let Ok(history) = window().history()
        {
            self.returning.set_value(true);
            let _ = history.go_with_delta(-by);
            self.wanted.set(Some(Way::By(by)));
            return;
        }
        if let Some(at) = at {
            self.at.set_value(at);
        }
        self.read();
    }

    fn read(self) {
        let location = window().location();
        let (path, query) =
            (plain(&location.pathname().unwrap_or_default()), location.search().unwrap_or_default());
        // Both before anybody is told: a view must not see the new path with the old query.
        let new_path = self.path.with_untracked(|old| *old != path);
        let new_query = self.query.with_untracked(|old| *old != query);
        if new_query {
            self.query.update_untracked(|old| *old = query);
        }
        if new_path {
            self.path.set(path);
        }
        if new_query {
            self.query.notify();
        }
    }

    /// A plain click on a link into the app does not load the page anew.
    fn follow(self, ev: &MouseEvent) {
        let other = ev.button() != 0 || ev.meta_key() || ev.ctrl_key() || ev.shift_key() || ev.alt_key();
        if ev.default_prevented() || other {
            return;
        }
        let target = ev.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = target.and_then(|element| element.closest("a[href]").ok().flatten()) else { return };
        let kept =
            link.has_attribute("download") || link.has_attribute("target") || link.has_attribute("rel");
        let Ok(link) = link.dyn_into::<HtmlAnchorElement>() else { return };
        let here = window().location().origin().unwrap_or_default();
        if kept || link.origin() != here || link.pathname().starts_with("/api/") {
            return;
        }
        ev.prevent_default();
        let to = link.pathname() + &link.search();
        let location = window().location();
        let same = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default() == to;
        self.change(&to, same);
    }
}

/// The place in the history of the entry that is shown, where it has one.
fn place() -> Option<i32> {
    #[expect(clippy::cast_possible_truncation, reason = "a number of entries that was made here")]
    let whole = |at: f64| at as i32;
    window().history().ok()?.state().ok()?.as_f64().map(whole)
}

/// Without the browser's percent-encoding; as it is when that is broken.
fn plain(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}
