//! More icons, apart from the first view's, so that it does not grow with them.

use leptos::prelude::*;

/// The icons there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    Schema,
    Sequence,
    Type,
    Function,
    Extension,
    Trigger,
    Relations,
    Fit,
    Minus,
    Plus,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Schema => "M1.8 3.6h4.4l1.4 1.7h6.6v7.5H1.8z",
            Self::Sequence => "M2.6 4.4l1.8-1.4v9.6M8.4 5.2a2.2 2.2 0 114 1.3L8.4 12.6h4.4",
            Self::Type => "M3 5.2V3.2h10v2M8 3.2v9.6M6.2 12.8h3.6",
            Self::Function => "M11 3c-1.7-.7-2.7.1-3 1.8l-1.4 7c-.3 1.5-1.3 2-2.6 1.4M4.8 6.8h5.4",
            Self::Extension => "M2.6 5h3.2V3.9a1.7 1.7 0 013.4 0V5h3.2v3.1h-1a1.6 1.6 0 000 3.2h1v2.5H2.6z",
            Self::Trigger => "M9 1.8L3.6 9h3.8l-.8 5.2 5.8-7.6H8.6z",
            Self::Relations => "M1.8 2.4h5.2v4H1.8zM9 9.6h5.2v4H9zM4.4 6.4v5.2H9",
            Self::Fit => "M2.4 5.6V2.4h3.2M10.4 2.4h3.2v3.2M13.6 10.4v3.2h-3.2M5.6 13.6H2.4v-3.2",
            Self::Minus => "M3.4 8h9.2",
            Self::Plus => "M8 3.4v9.2M3.4 8h9.2",
        }
    }
}

/// One icon. It says nothing to a screen reader: the text or label beside it does.
#[component]
pub fn GlyphIcon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=glyph.path() />
        </svg>
    }
}
