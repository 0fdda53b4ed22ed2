//! Light, dark, or as the system wishes.

use leptos::prelude::*;

use crate::state::{use_theme, ThemeChoice};
use crate::ui::{Icon, IconName};

/// Three buttons, of which one is pressed.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = use_theme();
    let one = move |choice: ThemeChoice| {
        let (icon, label) = match choice {
            ThemeChoice::System => (IconName::System, "As the system"),
            ThemeChoice::Light => (IconName::Sun, "Light"),
            ThemeChoice::Dark => (IconName::Moon, "Dark"),
        };
        view! {
            <button
                type="button"
                title=label
                aria-label=label
                aria-pressed=move || if theme.choice() == choice { "true" } else { "false" }
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
