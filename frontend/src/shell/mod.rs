//! The frame around every view: sidebar, header, view, debug console, and the keys that work everywhere.

pub mod header;
pub mod keys;
pub mod leaving;
pub mod sidebar;
pub mod status;
pub mod theme_switch;
pub mod toaster;
pub mod tray;

use leptos::html;
use leptos::prelude::*;

pub use toaster::Toaster;

use crate::features::databases::{DATABASE, DIALOG};
use crate::features::debug_console::CONSOLE;
use crate::features::help::HELP;
use crate::features::objects::OBJECTS;
use crate::features::palette::PALETTE;
use crate::features::rows::TABLE;
use crate::features::structure::STRUCTURE;
use crate::lazy::{Place, prefetch};
use crate::routes::AppRoutes;
use crate::state::{Overlay, use_address, use_console, use_databases, use_overlays};
use crate::ui::ShowRequest;
use header::Header;
use sidebar::Sidebar;
use status::Status;

/// The frame. It stands for as long as one account is signed in.
#[component]
pub fn Shell() -> impl IntoView {
    keys::listen();
    let console = use_console();
    provide_context(ShowRequest(Callback::new(move |id: String| console.show(&id))));
    let main = NodeRef::<html::Main>::new();
    scroll_up(main);
    prefetch_the_likely();
    let skip = move |ev: leptos::ev::MouseEvent| {
        ev.prevent_default();
        if let Some(main) = main.get_untracked() {
            let _ = main.focus();
        }
    };
    view! {
        <div class="shell">
            <a class="skip" href="#main" rel="external" on:click=skip>"Skip to the content"</a>
            <Header />
            <Status />
            <main class="main" id="main" tabindex="-1" node_ref=main>
                <AppRoutes />
            </main>
            <Show when=move || console.open.get()>
                {CONSOLE.show((), Place::Panel(Callback::new(move |()| console.open.set(false))))}
            </Show>
            <Sidebar />
        </div>
        <Overlays />
    }
}

/// What lies over the page: the palette or the keys.
#[component]
fn Overlays() -> impl IntoView {
    let overlays = use_overlays();
    let close = Callback::new(move |()| overlays.close());
    move || {
        overlays.open().map(|overlay| match overlay {
            Overlay::Palette => PALETTE.over(close),
            Overlay::Help => HELP.over(close),
        })
    }
}

/// When the list of databases is there, what most people open from it.
fn prefetch_the_likely() {
    let databases = use_databases();
    let there = Memo::new(move |_| databases.list().with(Option::is_some));
    Effect::new(move |done: Option<bool>| {
        if there.get() && done != Some(true) {
            prefetch(vec![
                DATABASE.loader(),
                OBJECTS.loader(),
                TABLE.loader(),
                STRUCTURE.loader(),
                DIALOG.loader(),
                PALETTE.loader(),
                CONSOLE.loader(),
            ]);
            return true;
        }
        done.unwrap_or(false)
    });
}

/// A new view begins at its top; only the view scrolls, not the window.
fn scroll_up(main: NodeRef<html::Main>) {
    let address = use_address();
    Effect::new(move |_| {
        address.path();
        if let Some(main) = main.get_untracked() {
            main.set_scroll_top(0);
        }
    });
}
