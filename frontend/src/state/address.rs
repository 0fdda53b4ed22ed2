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
}

impl Address {
    pub(super) fn new() -> Self {
        let address = Self { path: RwSignal::new(String::new()), query: RwSignal::new(String::new()) };
        address.read();
        let back = window_event_listener(leptos::ev::popstate, move |_| address.read());
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

    fn change(self, address: &str, replace: bool) {
        if let Ok(history) = window().history() {
            let _ = if replace {
                history.replace_state_with_url(&JsValue::NULL, "", Some(address))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(address))
            };
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

/// Without the browser's percent-encoding; as it is when that is broken.
fn plain(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}
