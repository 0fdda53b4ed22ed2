//! Light, dark, or as the system wishes.

use leptos::prelude::*;

use crate::state::{ThemeChoice, use_theme};
use crate::ui::{Icon, IconName};

/// Three buttons, of which one is pressed; inside a menu they are its items.
#[component]
pub fn ThemeSwitch(#[prop(optional)] menu: bool) -> impl IntoView {
    let theme = use_theme();
    let one = move |choice: ThemeChoice| {
        let (icon, label) = match choice {
            ThemeChoice::System => (IconName::System, "As the system"),
            ThemeChoice::Light => (IconName::Sun, "Light"),
            ThemeChoice::Dark => (IconName::Moon, "Dark"),
        };
        let chosen = move || if theme.choice() == choice { "true" } else { "false" };
        view! {
            <button
                type="button"
                title=label
                aria-label=label
                role=menu.then_some("menuitemradio")
                tabindex=menu.then_some("-1")
                aria-checked=move || menu.then(chosen)
                aria-pressed=move || (!menu).then(chosen)
                on:click=move |_| theme.choose(choice)
            >
                <Icon name=icon />
            </button>
        }
    };
    view! {
        <div class="theme-switch">
            <span>"Theme"</span>
            <div class="segments" role="group" aria-label="Theme">{ThemeChoice::ALL.map(one).collect_view()}</div>
        </div>
    }
}
