//! A table of any length, of which only the rows on screen are in the page.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Rows that are kept ready above and below what is seen.
const SPARE: usize = 12;
/// The height of a row until one was measured, in pixels.
const HEIGHT: f64 = 30.0;

/// What is shown, row by row; rows are counted from 0.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// How many rows are loaded.
    pub count: Signal<usize>,
    /// How many there are in all, where that is known.
    pub total: Signal<Option<usize>>,
    /// Tells one state of a row from another: a row with a new key is drawn anew.
    pub key: Callback<usize, String>,
    /// The cells of a row.
    pub cells: Callback<usize, AnyView>,
    /// The last loaded row is near: load more.
    pub near_end: Callback<()>,
}

/// Where one is in the table.
#[derive(Debug, Clone, Copy)]
struct Window {
    scroller: NodeRef<html::Div>,
    top: RwSignal<f64>,
    seen: RwSignal<f64>,
    height: RwSignal<f64>,
    active: RwSignal<usize>,
    count: Signal<usize>,
}

/// A table that scrolls by itself. All its rows are of one height. Arrows, Page, Home and End move, Enter opens.
#[component]
pub fn VirtualTable(
    /// What a screen reader calls the table.
    #[prop(into)]
    label: String,
    rows: Rows,
    #[prop(default = "")] class: &'static str,
    /// The cells of the head.
    children: Children,
) -> impl IntoView {
    let window = Window {
        scroller: NodeRef::new(),
        top: RwSignal::new(0.0),
        seen: RwSignal::new(900.0),
        height: RwSignal::new(HEIGHT),
        active: RwSignal::new(0),
        count: rows.count,
    };
    measure_when_shown(window);
    let named = label.clone();
    let range = Memo::new(move |_| window.range());
    Effect::new(move |_| {
        if range.get().1 + SPARE >= rows.count.get() {
            rows.near_end.run(());
        }
    });
    let before = move || spacer(range.get().0, window.height.get());
    let after = move || spacer(rows.count.get().saturating_sub(range.get().1), window.height.get());
    let shown = move || {
        let (from, to) = range.get();
        (from..to.min(rows.count.get())).map(|at| (at, rows.key.run(at))).collect::<Vec<_>>()
    };
    let row = move |(at, _): (usize, String)| {
        let tab = move || if window.active.get() == at { "0" } else { "-1" };
        view! {
            <tr
                data-at=at.to_string()
                aria-rowindex=(at + 2).to_string()
                tabindex=tab
                on:focus=move |_| window.active.set(at)
            >
                {rows.cells.run(at)}
            </tr>
        }
    };
    let room = move || room_of(rows.count.get(), window.height.get());
    let all = move || rows.total.get().map_or("-1".to_owned(), |total| (total + 1).to_string());
    view! {
        <div
            class="virtual"
            node_ref=window.scroller
            tabindex="-1"
            role="group"
            aria-label=named
            on:scroll=move |_| window.scrolled()
            on:keydown=move |ev| window.key(&ev)
        >
            <div class="virtual-room" style:min-height=room>
            <table class=format!("grid {class}") aria-label=label aria-rowcount=all>
                <thead>{children()}</thead>
                <tbody>
                    {before}
                    <For each=shown key=Clone::clone children=row />
                    {after}
                </tbody>
            </table>
            </div>
        </div>
    }
}

/// The height of all rows and the head: it holds while rows and spacers change one after the other, or the browser
/// would scroll to where a half-changed table ends.
#[expect(clippy::cast_precision_loss, reason = "there are fewer rows than that")]
fn room_of(rows: usize, height: f64) -> String {
    format!("{}px", rows as f64 * height + HEIGHT)
}

/// The room of rows that are not in the page.
#[expect(clippy::cast_precision_loss, reason = "there are fewer rows than that")]
fn spacer(rows: usize, height: f64) -> Option<impl IntoView> {
    (rows > 0).then(|| {
        let height = format!("{}px", rows as f64 * height);
        view! { <tr class="spacer" aria-hidden="true" style:height=height></tr> }
    })
}

/// The size of the window, when it is in the page and whenever the browser's window changes.
fn measure_when_shown(window: Window) {
    Effect::new(move |_| {
        window.count.track();
        if window.scroller.get().is_some() {
            request_animation_frame(move || window.measure());
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| window.measure());
    on_cleanup(move || resized.remove());
}

impl Window {
    /// From which row to which (not included) is in the page (tracked).
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are positive numbers of rows, far below the limit"
    )]
    fn range(self) -> (usize, usize) {
        let height = self.height.get().max(1.0);
        let first = (self.top.get().max(0.0) / height) as usize;
        let rows = (self.seen.get() / height).ceil() as usize;
        let count = self.count.get();
        let last = (first + rows + SPARE).min(count);
        (first.saturating_sub(SPARE).min(last), last)
    }

    fn scrolled(self) {
        if let Some(scroller) = self.scroller.get_untracked() {
            let top = f64::from(scroller.scroll_top());
            let focused = document()
                .active_element()
                .is_some_and(|focused| focused.has_attribute("data-at") && scroller.contains(Some(&focused)));
            let far = (top - self.top.get_untracked()).abs() > self.height.get_untracked();
            if focused && far {
                Self::hold_focus(&scroller);
            }
            self.top.set(top);
        }
    }

    /// The table itself takes the focus before the row that has it may go, so that the keys still lead on from there.
    fn hold_focus(scroller: &HtmlElement) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = scroller.focus_with_options(&options);
    }

    fn measure(self) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        self.seen.set(f64::from(scroller.client_height()).max(HEIGHT));
        let row = scroller.query_selector("tbody tr[data-at]").ok().flatten();
        let height = row.map(|row| row.get_bounding_client_rect().height());
        if let Some(height) =
            height.filter(|height| *height > 1.0 && (*height - self.height.get_untracked()).abs() > 0.4)
        {
            self.height.set(height);
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "numbers of rows are far below the limit"
    )]
    fn key(self, ev: &KeyboardEvent) {
        let target = ev.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        let here = |element: &HtmlElement| {
            element.has_attribute("data-at") || element.class_list().contains("virtual")
        };
        if !target.as_ref().is_some_and(here) {
            return;
        }
        let last = self.count.get_untracked().saturating_sub(1);
        let page = (self.seen.get_untracked() / self.height.get_untracked().max(1.0)) as usize;
        let at = self.active.get_untracked();
        let to = match ev.key().as_str() {
            "ArrowDown" | "j" => at + 1,
            "ArrowUp" | "k" => at.saturating_sub(1),
            "PageDown" => at + page,
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                let link = format!(".virtual tr[data-at='{at}'] :is(a, button)");
                if let Ok(Some(link)) = document().query_selector(&link)
                    && let Ok(link) = link.dyn_into::<HtmlElement>()
                {
                    ev.prevent_default();
                    link.click();
                }
                return;
            }
            _ => return,
        };
        ev.prevent_default();
        self.go(to.min(last));
    }

    /// Brings a row on screen and gives it the focus.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "numbers of rows are far below the limit"
    )]
    fn go(self, to: usize) {
        self.active.set(to);
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let height = self.height.get_untracked();
        let (top, seen) = (f64::from(scroller.scroll_top()), self.seen.get_untracked());
        let head = height;
        Self::hold_focus(&scroller);
        let from = to as f64 * height;
        if from < top {
            scroller.set_scroll_top(from as i32);
        } else if from + height * 2.0 + head > top + seen {
            scroller.set_scroll_top((from + height * 2.0 + head - seen) as i32);
        }
        self.scrolled();
        // Two frames: the row is drawn after the first.
        request_animation_frame(move || {
            request_animation_frame(move || {
                let row = scroller.query_selector(&format!("tr[data-at='{to}']")).ok().flatten();
                if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                    let options = web_sys::FocusOptions::new();
                    options.set_prevent_scroll(true);
                    let _ = row.focus_with_options(&options);
                }
            });
        });
    }
}
