//! The debug console: every call, the SQL it ran, and what the server said by itself.

pub mod entry;
pub mod export;
pub mod filter;
pub mod resize;
pub mod statements;

use leptos::html;
use leptos::prelude::*;

use crate::lazy::part;
use crate::state::{Entry, use_console};
use crate::ui::{Button, ButtonKind, CopyButton, IconButton, IconName, Tag, TagKind};
use entry::EntryLine;
use filter::{Filter, Kind};
use resize::{ResizeHandle, use_height};

/// How many entries are drawn; the newest of those that pass the filter.
const DRAWN: usize = 200;

part! {
    /// The panel below the view, as high as it was left.
    pub(crate) CONSOLE in console = || view! { <Panel /> }
}

#[component]
fn Panel() -> impl IntoView {
    let console = use_console();
    let filter = Filter::new();
    let height = use_height();
    let shown = Memo::new(move |_| {
        console.entries().with(|entries| {
            let passing = entries.iter().rev().filter(|entry| filter.passes(entry)).take(DRAWN);
            let mut ids: Vec<u32> = passing.map(|entry| entry.id).collect();
            ids.reverse();
            ids
        })
    });
    let of_id = move |id: u32| {
        console.entries().with_untracked(|all| all.iter().find(|entry| entry.id == id).cloned())
    };
    let none = move || shown.with(Vec::is_empty);
    let log = NodeRef::<html::Div>::new();
    follow(log, shown);
    view! {
        <section class="console" aria-label="Debug console" style:height=move || format!("{}px", height.get())>
            <ResizeHandle height />
            <Head filter shown />
            <div class="log" role="log" aria-live="off" tabindex="0" aria-label="Calls and events" node_ref=log>
                <For
                    each=move || shown.get()
                    key=|id| *id
                    children=move |id| of_id(id).map(|entry: Entry| view! { <EntryLine entry /> })
                />
                {move || none().then(|| view! {
                    <p class="log-none">"Nothing here yet. Every call to the server appears with the SQL it ran."</p>
                })}
            </div>
        </section>
    }
}

#[component]
fn Head(filter: Filter, shown: Memo<Vec<u32>>) -> impl IntoView {
    let console = use_console();
    let counts = Memo::new(move |_| console.counts());
    let calls = move || match counts.get().0 {
        1 => "1 call".to_owned(),
        n => format!("{n} calls"),
    };
    let errors = move || {
        let n = counts.get().1;
        let text = if n == 1 { "1 error".to_owned() } else { format!("{n} errors") };
        (n > 0).then(|| view! { <Tag kind=TagKind::Bad>{text}</Tag> })
    };
    let picked = move || {
        let ids = shown.get();
        console
            .entries()
            .with(|all| all.iter().filter(|entry| ids.contains(&entry.id)).cloned().collect::<Vec<_>>())
    };
    let sql = Signal::derive(move || export::as_sql(&picked()));
    let pause = move |_| console.paused.update(|paused| *paused = !*paused);
    let label =
        Signal::derive(move || if console.paused.get() { "Record again" } else { "Pause" }.to_owned());
    let kinds = Kind::ALL.map(|kind| {
        let (value, text) = kind.text();
        view! { <option value=value>{text}</option> }
    });
    view! {
        <header>
            <h2>"Debug console"</h2>
            <span class="hide-s"><Tag>{calls}</Tag></span>
            {errors}
            <input
                class="input"
                type="search"
                placeholder="Filter by path, SQL, status"
                aria-label="Filter the debug console"
                prop:value=move || filter.text.get()
                on:input=move |ev| filter.text.set(event_target_value(&ev))
            />
            <select class="input hide-s" aria-label="What is shown" on:change=move |ev| filter.choose(&event_target_value(&ev))>
                {kinds}
            </select>
            <span class="right">
                {move || {
                    let icon = if console.paused.get() { IconName::Play } else { IconName::Pause };
                    view! { <IconButton icon label pressed=console.paused on_click=pause /> }
                }}
                <IconButton icon=IconName::Trash label="Clear" on_click=move |_| console.clear() />
                <span class="hide-s"><CopyButton text=sql label="Copy as SQL" title="Copy the SQL of what is shown" /></span>
                <span class="hide-s">
                    <Button
                        kind=ButtonKind::Quiet
                        icon=IconName::Download
                        title="Download what is shown as JSON"
                        on_click=move |_| export::download(&untrack(picked))
                    >
                        "JSON"
                    </Button>
                </span>
                <IconButton icon=IconName::Close label="Close (Ctrl `)" on_click=move |_| console.open.set(false) />
            </span>
        </header>
    }
}

/// Stays at the newest entry unless somebody has scrolled up.
fn follow(log: NodeRef<html::Div>, shown: Memo<Vec<u32>>) {
    Effect::new(move |_| {
        shown.track();
        let Some(log) = log.get() else { return };
        let below = log.scroll_height() - log.scroll_top() - log.client_height();
        if below < 160 || log.scroll_top() == 0 {
            request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
        }
    });
}
