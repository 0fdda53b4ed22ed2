//! The frame around every view: sidebar, header, view, debug console, and the keys that work everywhere.

pub mod header;
pub mod keys;
pub mod sidebar;
pub mod status;
pub mod theme_switch;
pub mod toaster;
pub mod tray;

use leptos::html;
use leptos::prelude::*;

pub use toaster::Toaster;

use crate::features::debug_console::DebugConsole;
use crate::features::help::Help;
use crate::features::palette::Palette;
use crate::routes::AppRoutes;
use crate::state::{use_address, use_console};
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
            <DebugConsole />
            <Sidebar />
        </div>
        <Palette />
        <Help />
    }
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
