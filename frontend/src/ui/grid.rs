//! Tables: headers that sort, rows that the keyboard reaches.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// By what a table is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column's key, as given to [`SortHeader`].
    pub key: &'static str,
    pub descending: bool,
}

impl Sort {
    /// Ascending by `key`.
    pub const fn by(key: &'static str) -> Self {
        Self { key, descending: false }
    }

    /// Turns an ordering around where the sort is descending.
    pub fn apply(self, ordering: std::cmp::Ordering) -> std::cmp::Ordering {
        if self.descending { ordering.reverse() } else { ordering }
    }
}

/// A header cell that sorts when it is clicked. `numeric` aligns right and begins with the largest.
#[component]
pub fn SortHeader(
    #[prop(into)] label: String,
    key: &'static str,
    sort: RwSignal<Sort>,
    #[prop(optional)] numeric: bool,
    /// Further classes, for example `hide-s` to leave the column out on a narrow screen.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let mine = move || sort.get().key == key;
    let direction = move || match sort.get() {
        Sort { key: k, descending: true } if k == key => Some("descending"),
        Sort { key: k, descending: false } if k == key => Some("ascending"),
        _ => None,
    };
    let click = move |_| {
        sort.update(|sort| {
            let descending = if sort.key == key { !sort.descending } else { numeric };
            *sort = Sort { key, descending };
        });
    };
    let class = format!("{class}{}", if numeric { " num" } else { "" });
    view! {
        <th class=class scope="col" aria-sort=direction>
            <button type="button" class="sort" class:sorted=mine on:click=click>
                {label}
            </button>
        </th>
    }
}

/// A table on a card that scrolls sideways when it has to. Children: `<thead>` and `<tbody>`; put
/// `on:keydown=row_keys` on the body and `tabindex="0"` on its rows to make them reachable.
#[component]
pub fn Grid(
    /// What a screen reader calls the table.
    #[prop(into)]
    label: String,
    /// Further classes: `cells` draws lines between the columns.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let scroller = label.clone();
    view! {
        <div class="card scroll-x" tabindex="0" role="group" aria-label=scroller>
            <table class=format!("grid {class}") aria-label=label>
                {children()}
            </table>
        </div>
    }
}

/// Moves between the rows of a `<tbody>`: arrows, Home, End; Enter clicks the row's first link or button.
#[expect(clippy::needless_pass_by_value, reason = "it is given to `on:keydown` as it is")]
pub fn row_keys(ev: KeyboardEvent) {
    let target = ev.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let Some(row) = target.filter(|element| element.tag_name() == "TR") else { return };
    let other = match ev.key().as_str() {
        "ArrowDown" | "j" => row.next_element_sibling(),
        "ArrowUp" | "k" => row.previous_element_sibling(),
        "Home" => row.parent_element().and_then(|body| body.first_element_child()),
        "End" => row.parent_element().and_then(|body| body.last_element_child()),
        "Enter" => {
            if let Ok(Some(link)) = row.query_selector("a, button")
                && let Ok(link) = link.dyn_into::<HtmlElement>()
            {
                ev.prevent_default();
                link.click();
            }
            return;
        }
        _ => return,
    };
    if let Some(other) = other.and_then(|other| other.dyn_into::<HtmlElement>().ok()) {
        ev.prevent_default();
        let _ = other.focus();
    }
}
