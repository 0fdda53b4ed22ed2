//! Light, dark, or as the system wishes. `js/theme.js` sets the same before the first paint.

use leptos::prelude::*;

const KEY: &str = "howdah.theme";

/// What the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThemeChoice {
    System,
    Light,
    Dark,
}

impl ThemeChoice {
    /// All choices, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As it is kept and written on the root element.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The theme; kept in this browser.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    choice: RwSignal<ThemeChoice>,
}

impl Theme {
    pub(super) fn new() -> Self {
        let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        let choice = ThemeChoice::ALL.into_iter().find(|choice| Some(choice.as_str()) == kept.as_deref());
        Self { choice: RwSignal::new(choice.unwrap_or(ThemeChoice::System)) }
    }

    /// What is chosen (tracked).
    pub fn choice(self) -> ThemeChoice {
        self.choice.get()
    }

    /// Chooses, keeps it and shows it at once.
    pub fn choose(self, choice: ThemeChoice) {
        self.choice.set(choice);
        if let Some(root) = document().document_element() {
            let _ = match choice {
                ThemeChoice::System => root.remove_attribute("data-theme"),
                chosen => root.set_attribute("data-theme", chosen.as_str()),
            };
        }
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, choice.as_str());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
