//! Icons: one stroke, drawn on a 16 × 16 field, in the colour of the text beside them.

use leptos::prelude::*;

/// The icons there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    Database,
    Table,
    View,
    Jobs,
    Audit,
    Accounts,
    Account,
    Search,
    Sun,
    Moon,
    System,
    Console,
    Close,
    Copy,
    Check,
    Plus,
    More,
    ChevronDown,
    ChevronRight,
    ArrowUp,
    ArrowDown,
    Pause,
    Play,
    Trash,
    Download,
    Key,
    Help,
    SignOut,
    Warning,
    Info,
    Offline,
    Refresh,
    Edit,
    Lock,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Database => {
                "M2.6 3.6c0-1.2 2.4-2.1 5.4-2.1s5.4.9 5.4 2.1-2.4 2.1-5.4 2.1-5.4-.9-5.4-2.1zm0 0v8.8c0 1.2 2.4 2.1 \
                 5.4 2.1s5.4-.9 5.4-2.1V3.6M2.6 8c0 1.2 2.4 2.1 5.4 2.1s5.4-.9 5.4-2.1"
            }
            Self::Table => "M2 3h12v10H2zM2 6.4h12M2 9.7h12M6.2 6.4V13",
            Self::View => {
                "M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8zM8 6.2a1.8 1.8 0 110 3.6 1.8 1.8 0 010-3.6z"
            }
            Self::Jobs => {
                "M2.2 4h7.6M2.2 8h4.6M2.2 12h3M11 7.2a3.4 3.4 0 110 6.8 3.4 3.4 0 010-6.8zM11 9v1.8l1.2.8"
            }
            Self::Audit => "M3.4 1.8h6.4l2.8 2.8v9.6H3.4zM9.6 1.8v3h3M5.6 7.6h4.8M5.6 10.4h4.8",
            Self::Accounts => {
                "M6 3a2.3 2.3 0 110 4.6A2.3 2.3 0 016 3zM1.6 13.2c0-2.3 1.9-3.8 4.4-3.8s4.4 1.5 4.4 3.8M10.4 3.2a2.2 \
                 2.2 0 010 4.2M12 9.7c1.5.5 2.4 1.7 2.4 3.5"
            }
            Self::Account => {
                "M8 2.4a2.7 2.7 0 110 5.4 2.7 2.7 0 010-5.4zM2.8 13.8c0-2.6 2.3-4.2 5.2-4.2s5.2 1.6 5.2 4.2"
            }
            Self::Search => "M7 2.4a4.6 4.6 0 110 9.2 4.6 4.6 0 010-9.2zM10.4 10.4l3.4 3.4",
            Self::Sun => {
                "M8 5.2a2.8 2.8 0 110 5.6 2.8 2.8 0 010-5.6zM8 1.4v1.4M8 13.2v1.4M1.4 8h1.4M13.2 8h1.4M3.3 3.3l1 \
                 1M11.7 11.7l1 1M3.3 12.7l1-1M11.7 4.3l1-1"
            }
            Self::Moon => "M13.4 9.6A5.8 5.8 0 016.4 2.6a5.8 5.8 0 107 7z",
            Self::System => "M1.8 2.8h12.4v8.2H1.8zM5.4 13.6h5.2M8 11v2.6",
            Self::Console => "M3 4l4 4-4 4M8.5 12.5H13",
            Self::Close => "M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4",
            Self::Copy => "M5.4 5.4h8v8h-8zM10.6 5.2V2.6h-8v8h2.6",
            Self::Check => "M2.8 8.6l3.4 3.4 7-7.6",
            Self::Plus => "M8 3v10M3 8h10",
            Self::More => "M3.2 8h.01M8 8h.01M12.8 8h.01",
            Self::ChevronDown => "M4 6.2l4 4 4-4",
            Self::ChevronRight => "M6.2 4l4 4-4 4",
            Self::ArrowUp => "M8 13V3.4M4 7.2l4-4 4 4",
            Self::ArrowDown => "M8 3v9.6M4 8.8l4 4 4-4",
            Self::Pause => "M5.4 3.4v9.2M10.6 3.4v9.2",
            Self::Play => "M5 3.2l7.4 4.8L5 12.8z",
            Self::Trash => "M2.8 4.2h10.4M6.2 4.2V2.6h3.6v1.6M4.2 4.2l.6 9.2h6.4l.6-9.2M6.8 6.8v4M9.2 6.8v4",
            Self::Download => "M8 2.4v7.2M4.8 6.6L8 9.8l3.2-3.2M2.8 12.8h10.4",
            Self::Key => "M5 6.6a3.2 3.2 0 110 6.4 3.2 3.2 0 010-6.4zM7.3 7.5L13 1.8M10.4 4.4l2.2 2.2",
            Self::Help => {
                "M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM6.2 6.2c0-1 .8-1.7 1.8-1.7s1.8.7 1.8 1.6c0 1.3-1.8 1.4-1.8 2.7M8 11.2v.1"
            }
            Self::SignOut => "M6.4 2.4H2.8v11.2h3.6M6.4 8h7M10.6 5.2L13.4 8l-2.8 2.8",
            Self::Warning => "M8 2.2l6.2 11H1.8zM8 6.6v3M8 11.4v.1",
            Self::Info => "M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM8 7.4v3.6M8 5v.1",
            Self::Offline => {
                "M2 6.2a8.6 8.6 0 0112 0M4.2 8.6a5.4 5.4 0 017.6 0M6.4 11a2.2 2.2 0 013.2 0M2.4 2.4l11.2 11.2"
            }
            Self::Refresh => "M13.2 6.4A5.4 5.4 0 103 10.2M13.4 2.8v3.6H9.8",
            Self::Edit => "M2.6 13.4l.6-2.8 7.6-7.6 2.2 2.2-7.6 7.6zM9.2 4.6l2.2 2.2",
            Self::Lock => "M3.4 7h9.2v6.6H3.4zM5.4 7V4.8a2.6 2.6 0 015.2 0V7",
        }
    }
}

/// One icon. It says nothing to a screen reader: the text or label beside it does.
#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=name.path() />
        </svg>
    }
}

/// The mark: a seat on an elephant.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M5 9h14M7 9V6.5C7 4 9 2.8 12 2.8s5 1.2 5 3.7V9" />
            <path d="M3.5 20v-5.5c0-3 2.2-5.5 5-5.5h7c2.8 0 5 2.5 5 5.5v1.8c0 1.4 1 1.9 1.8 1.2M8.5 20v-3.2h6.2V20" />
        </svg>
    }
}
