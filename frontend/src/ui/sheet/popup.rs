//! A menu at a place of the window.

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

use super::model::At;
use super::state::Sheet;

/// A place in the window, in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spot {
    pub x: f64,
    pub y: f64,
}

impl Spot {
    /// Where a mouse was.
    pub fn of(ev: &MouseEvent) -> Self {
        Self { x: f64::from(ev.client_x()), y: f64::from(ev.client_y()) }
    }

    pub(super) fn below_cell(sheet: Sheet, at: At) -> Self {
        Self::below(&format!("{}-{}-{}", sheet.id.get_value(), at.row, at.column))
    }

    pub(super) fn below_head(sheet: Sheet, column: usize) -> Self {
        Self::below(&format!("{}-h{column}", sheet.id.get_value()))
    }

    fn below(id: &str) -> Self {
        let rect = document().get_element_by_id(id).map(|element| element.get_bounding_client_rect());
        rect.map_or_else(Self::default, |rect| Self { x: rect.left(), y: rect.bottom() })
    }
}

/// One line of a menu.
#[derive(Clone)]
pub struct PopItem {
    label: String,
    keys: &'static str,
    danger: bool,
    /// A line above it.
    apart: bool,
    run: Callback<()>,
}

impl std::fmt::Debug for PopItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PopItem").field("label", &self.label).finish_non_exhaustive()
    }
}

impl PopItem {
    /// Does something.
    pub fn new(label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) -> Self {
        let run = Callback::new(move |()| run());
        Self { label: label.into(), keys: "", danger: false, apart: false, run }
    }

    /// The keys that do the same.
    #[must_use]
    pub fn keys(mut self, keys: &'static str) -> Self {
        self.keys = keys;
        self
    }

    /// It takes something away.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Begins a group.
    #[must_use]
    pub fn apart(mut self) -> Self {
        self.apart = true;
        self
    }
}

/// A menu that is open. Arrows move, Esc and everything outside closes it.
#[component]
pub fn PopMenu(
    /// What a screen reader says.
    #[prop(into)]
    label: String,
    spot: Spot,
    items: Vec<PopItem>,
    /// Gets the keyboard back.
    sheet: Sheet,
    close: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let place = RwSignal::new(spot);
    Effect::new(move |_| {
        let Some(menu) = node.get() else { return };
        let size =
            |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(800.0);
        let (wide, high) = (size(window().inner_width()), size(window().inner_height()));
        let rect = menu.get_bounding_client_rect();
        place.set(Spot {
            x: spot.x.min(wide - rect.width() - 8.0).max(8.0),
            y: spot.y.min(high - rect.height() - 8.0).max(8.0),
        });
        step(&menu, true, true);
    });
    let left = move |ev: FocusEvent| {
        let to = ev.related_target().and_then(|to| to.dyn_into::<Node>().ok());
        if !node.get_untracked().is_some_and(|node| node.contains(to.as_ref())) {
            close.run(());
        }
    };
    let keys = move |ev: KeyboardEvent| {
        ev.stop_propagation();
        let Some(menu) = node.get_untracked() else { return };
        match ev.key().as_str() {
            "Escape" | "Tab" => {
                close.run(());
                sheet.focus();
            }
            "ArrowDown" => step(&menu, true, false),
            "ArrowUp" => step(&menu, false, false),
            "Home" => step(&menu, true, true),
            "End" => step(&menu, false, true),
            _ => return,
        }
        ev.prevent_default();
    };
    let items = items
        .into_iter()
        .map(|item| {
            let PopItem { label, keys, danger, apart, run } = item;
            let click = move |_| {
                close.run(());
                sheet.focus();
                run.run(());
            };
            let keys = (!keys.is_empty()).then(|| view! { <kbd>{keys}</kbd> });
            view! {
                <button type="button" class="menu-item" class:danger=danger class:apart=apart role="menuitem" tabindex="-1" on:click=click>
                    <span>{label}</span>
                    {keys}
                </button>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div
            node_ref=node
            class="pop-menu"
            role="menu"
            aria-label=label
            style:left=move || format!("{}px", place.get().x)
            style:top=move || format!("{}px", place.get().y)
            on:focusout=left
            on:keydown=keys
            on:contextmenu=|ev| ev.prevent_default()
        >
            {items}
        </div>
    }
}

fn step(menu: &HtmlElement, forward: bool, from_edge: bool) {
    let Ok(items) = menu.query_selector_all("[role=menuitem]") else { return };
    let count = items.length();
    let active = document().active_element();
    let at = (0..count).find(|&at| items.get(at).as_ref() == active.as_ref().map(AsRef::as_ref));
    let to = match at.filter(|_| !from_edge) {
        Some(at) if forward => (at + 1) % count,
        Some(at) => (at + count - 1) % count,
        None if forward => 0,
        None => count.saturating_sub(1),
    };
    if let Some(item) = items.get(to).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}
