//! A menu that drops from a button.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

use super::{Icon, IconName, new_id};

#[derive(Clone, Copy)]
struct OpenMenu {
    open: RwSignal<bool>,
    trigger: NodeRef<html::Button>,
}

impl OpenMenu {
    /// Closes it; the focus is on its button again, and not on an item that is gone.
    fn close(self) {
        if let Some(trigger) = self.trigger.get_untracked() {
            let _ = trigger.focus();
        }
        self.open.set(false);
    }
}

/// A button with a menu of [`MenuItem`]s and [`MenuLink`]s below it. Arrows move, Esc closes.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub fn Menu(
    /// What a screen reader says.
    #[prop(into)]
    label: Signal<String>,
    /// What the button shows.
    #[prop(into)]
    button: ViewFn,
    #[prop(default = "icon-btn")] class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let id = new_id("menu");
    let controls = id.clone();
    let root = NodeRef::<html::Div>::new();
    let trigger = NodeRef::<html::Button>::new();
    provide_context(OpenMenu { open, trigger });
    let left = move |ev: FocusEvent| {
        let to = ev.related_target().and_then(|to| to.dyn_into::<Node>().ok());
        let inside = root.get_untracked().is_some_and(|root| root.contains(to.as_ref()));
        if !inside {
            open.set(false);
        }
    };
    let keys = move |ev: KeyboardEvent| menu_keys(&ev, open, root, trigger);
    view! {
        <div class="menu" node_ref=root on:focusout=left on:keydown=keys>
            <button
                node_ref=trigger
                class=class
                type="button"
                title=label
                aria-label=label
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=controls
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {button.run()}
            </button>
            <div id=id class="menu-list" class:open=move || open.get() role="menu" aria-label=label>
                {move || open.get().then(|| children())}
            </div>
        </div>
    }
}

fn menu_keys(
    ev: &KeyboardEvent,
    open: RwSignal<bool>,
    root: NodeRef<html::Div>,
    trigger: NodeRef<html::Button>,
) {
    let Some(root) = root.get_untracked() else { return };
    let key = ev.key();
    if key == "Escape" && open.get_untracked() {
        ev.prevent_default();
        ev.stop_propagation();
        open.set(false);
        if let Some(trigger) = trigger.get_untracked() {
            let _ = trigger.focus();
        }
        return;
    }
    if key != "ArrowDown" && key != "ArrowUp" {
        return;
    }
    ev.prevent_default();
    open.set(true);
    let forward = key == "ArrowDown";
    request_animation_frame(move || step(&root, forward));
}

/// Moves the focus to the next or previous item.
fn step(root: &HtmlElement, forward: bool) {
    let Ok(items) = root.query_selector_all("[role^=menuitem]") else { return };
    let count = items.length();
    let active = document().active_element();
    let at = (0..count).find(|&at| items.get(at).as_ref() == active.as_ref().map(AsRef::as_ref));
    let to = match (at, forward) {
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
        (None, true) => 0,
        (None, false) => count.saturating_sub(1),
    };
    if let Some(item) = items.get(to).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}

/// Something to do.
#[component]
pub fn MenuItem(
    #[prop(into)] on_click: Callback<()>,
    #[prop(optional)] icon: Option<IconName>,
    /// It takes something away.
    #[prop(optional)]
    danger: bool,
    children: Children,
) -> impl IntoView {
    let menu = use_context::<OpenMenu>();
    let click = move |_| {
        if let Some(menu) = menu {
            menu.close();
        }
        on_click.run(());
    };
    view! {
        <button class="menu-item" class:danger=danger type="button" role="menuitem" tabindex="-1" on:click=click>
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </button>
    }
}

/// Somewhere to go.
#[component]
pub fn MenuLink(
    #[prop(into)] href: String,
    #[prop(optional)] icon: Option<IconName>,
    children: Children,
) -> impl IntoView {
    let menu = use_context::<OpenMenu>();
    let click = move |_| {
        if let Some(menu) = menu {
            menu.close();
        }
    };
    view! {
        <a class="menu-item" role="menuitem" tabindex="-1" href=href on:click=click>
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </a>
    }
}
