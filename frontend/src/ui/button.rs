//! Buttons.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::{Icon, IconName, Spinner};

/// How much a button matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Plain,
    /// The one thing to do here; at most one per view or dialog.
    Primary,
    /// Leads to something that takes away.
    Danger,
    /// Takes away now.
    DangerPrimary,
    /// Without a border.
    Quiet,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn primary",
            Self::Danger => "btn danger",
            Self::DangerPrimary => "btn danger-primary",
            Self::Quiet => "btn quiet",
        }
    }
}

/// A button with a text.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Its work is running: it shows so and takes no more clicks.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// It submits the form around it.
    #[prop(optional)]
    submit: bool,
    #[prop(optional)] icon: Option<IconName>,
    /// A tooltip.
    #[prop(optional, into)]
    title: Option<String>,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=kind.class()
            type=if submit { "submit" } else { "button" }
            title=title
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
            on:click=move |ev| {
                if let Some(on_click) = on_click {
                    on_click.run(ev);
                }
            }
        >
            {move || busy.get().then(|| view! { <Spinner /> })}
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </button>
    }
}

/// A button that is only an icon; `label` is what a screen reader says and the tooltip shows.
#[component]
pub fn IconButton(
    icon: IconName,
    #[prop(into)] label: Signal<String>,
    /// Pressed or not, for a switch.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    #[prop(into)] on_click: Callback<MouseEvent>,
) -> impl IntoView {
    view! {
        <button
            class="icon-btn"
            type="button"
            title=label
            aria-label=label
            aria-pressed=move || pressed.map(|pressed| if pressed.get() { "true" } else { "false" })
            on:click=move |ev| on_click.run(ev)
        >
            <Icon name=icon />
        </button>
    }
}

/// A link that looks like a button; use it wherever the click only leads to another address.
#[component]
pub fn LinkButton(
    #[prop(into)] href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconName>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=kind.class() href=href>
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
        </a>
    }
}
