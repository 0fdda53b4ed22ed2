//! Small marks: tags, keys, progress.

use leptos::prelude::*;

/// How a tag is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TagKind {
    #[default]
    Plain,
    Ok,
    Warn,
    Bad,
    Accent,
}

impl TagKind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "tag",
            Self::Ok => "tag ok",
            Self::Warn => "tag warn",
            Self::Bad => "tag bad",
            Self::Accent => "tag accent",
        }
    }
}

/// A word in a rounded box.
#[component]
pub fn Tag(#[prop(optional, into)] kind: Signal<TagKind>, children: Children) -> impl IntoView {
    view! { <span class=move || kind.get().class()>{children()}</span> }
}

/// A key, or keys that are pressed together: `Ctrl K`.
#[component]
pub fn Kbd(#[prop(into)] keys: String) -> impl IntoView {
    view! { <kbd>{keys}</kbd> }
}

/// How far work has come, from 0 to 1; none: it runs, but nobody knows how far.
#[component]
pub fn Progress(#[prop(into)] value: Signal<Option<f64>>, #[prop(into)] label: String) -> impl IntoView {
    let width =
        move || value.get().map_or("35%".to_owned(), |part| format!("{:.1}%", part.clamp(0.0, 1.0) * 100.0));
    view! {
        <div
            class="progress"
            class:unknown=move || value.get().is_none()
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || value.get().map(|part| format!("{:.0}", part * 100.0))
        >
            <i style:width=width></i>
        </div>
    }
}
