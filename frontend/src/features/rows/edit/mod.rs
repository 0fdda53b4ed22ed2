//! Editors of cells, by type. None of them parses a value: what is typed is PostgreSQL's text, and PostgreSQL reads it.

mod bytes;
mod ends;
mod kind;
mod list;
mod text;

use howdah_types::row_changes::NewValue;
use howdah_types::rows::Column;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::apply::Desk;
use super::staged::Target;
use super::work::Work;
use super::{cell, leave};
use crate::ui::sheet::{At, Go};

pub(super) use kind::{Kind, doubt};

/// What an editor begins with.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Begun {
    /// What stands in the cell; none is NULL or the default.
    held: Option<String>,
    /// What was typed to begin, in place of it.
    typed: Option<String>,
    /// The row: it stays the same where rows appear above it or go.
    target: Option<Target>,
}

impl Begun {
    fn text(&self) -> String {
        self.typed.clone().or_else(|| self.held.clone()).unwrap_or_default()
    }
}

/// What an editor says at its end: columns with values, and where to go. No columns: nothing has changed.
type Ended = Callback<(Vec<(String, NewValue)>, Go)>;

/// Everything that an editor needs.
#[derive(Clone, Copy)]
struct Bench {
    desk: Desk,
    column: StoredValue<Column>,
    begun: StoredValue<Begun>,
    ended: Ended,
}

/// What has the keyboard in an editor.
const FIELD: &str = ".sheet-editor :is(textarea, input, select)";

/// Gives the keyboard back to an editor whose text could not be staged, unless somebody went to a button or a dialog.
fn hold_focus(work: Work) {
    request_animation_frame(move || {
        let active = document().active_element();
        let away = active.is_some_and(|active| {
            active.tag_name() != "BODY" && active.get_attribute("role").as_deref() != Some("grid")
        });
        let field = document().query_selector(FIELD).ok().flatten();
        if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
            && !away
            && work.unkept.try_with_untracked(Option::is_some) == Some(true)
        {
            let _ = field.focus();
        }
    });
}

/// Begins to edit a cell; says why not where it cannot be.
pub(super) fn begin(desk: Desk, begun: RwSignal<Begun>, at: At, typed: Option<String>, open: impl FnOnce()) {
    let work = desk.work;
    if desk.waits() {
        return;
    }
    // One text at a time: another editor in its place would throw it away.
    if work.sheet.editing.get_untracked().is_some() && work.unkept.with_untracked(Option::is_some) {
        hold_focus(work);
        return;
    }
    let Some((index, column)) = work.column(at.column) else { return };
    if let Some(why) = work.locked(at.row, &column) {
        // Enter on what cannot be changed shows it.
        if typed.is_none() {
            open();
        } else {
            desk.toasts.info(why);
        }
        return;
    }
    let Some(target) = work.target(at.row) else { return };
    if let Target::Kept(id, origin) = &target {
        let (gone, set) = work.staged.with_untracked(|staged| {
            let set = staged.now.updates.get(id).is_some_and(|(_, set)| set.contains_key(&column.name));
            (staged.now.deletes.contains_key(id), set)
        });
        if gone {
            desk.toasts.info("The row is to be deleted");
            return;
        }
        // What is here only in part is fetched first: nobody edits the beginning of a value by mistake.
        if typed.is_none() && !set && origin.record.cut_at(index).is_some() {
            let (record, place, visit) = (origin.record.clone(), work.place.get_untracked(), leave::visit());
            spawn_local(async move {
                match cell::whole(desk.api, &place, &column, &record, index).await {
                    Ok(held) => {
                        // Meanwhile another table may be shown, another row may stand there, or another cell be edited.
                        let here = leave::shown(&place).is_some_and(|(_, now)| now == visit)
                            && work.sheet.editing.get_untracked().is_none()
                            && !work.busy.get_untracked()
                            && work.column(at.column).is_some_and(|(_, now)| now.name == column.name)
                            && work.target(at.row).as_ref() == Some(&target);
                        if here {
                            begun.set(Begun { held, typed: None, target: Some(target) });
                            work.sheet.editing.set(Some(at));
                        }
                    }
                    Err(problem) => desk.toasts.failed(problem.detail),
                }
            });
            return;
        }
    }
    let held = work.value(at).and_then(|value| value.text().map(ToOwned::to_owned));
    begun.set(Begun { held, typed, target: Some(target) });
    work.sheet.editing.set(Some(at));
}

/// The editor of a cell, and how wide it wants to be.
pub(super) fn editor(desk: Desk, begun: RwSignal<Begun>, at: At) -> (f64, AnyView) {
    let work = desk.work;
    let Some((_, column)) = work.column(at.column) else { return (0.0, ().into_any()) };
    let begun = begun.get_untracked();
    let target = StoredValue::new(begun.target.clone());
    work.unkept.set(None);
    let ended = Callback::new(move |(values, go): (Vec<(String, NewValue)>, Go)| {
        if work.sheet.editing.get_untracked().is_none() {
            return;
        }
        // The row as it was when the editor opened: it may stand elsewhere by now.
        if let Some(target) = target.get_value().filter(|_| !values.is_empty()) {
            let values = values.into_iter().map(|(column, value)| (target.clone(), column, value));
            if let Err(why) = work.set_in(values.collect()) {
                work.unkept.set(Some(why));
                hold_focus(work);
                return;
            }
        }
        work.unkept.set(None);
        work.sheet.close_editor(go);
    });
    let kind = Kind::of(&column);
    let name = column.name.clone();
    let bench = Bench { desk, column: StoredValue::new(column), begun: StoredValue::new(begun), ended };
    let wide = kind.width();
    let view = match kind {
        Kind::Choice(options) => view! { <list::Choice bench options /> }.into_any(),
        Kind::Lookup => view! { <list::LookupEditor bench /> }.into_any(),
        Kind::Bytes => view! { <bytes::Bytes bench /> }.into_any(),
        kind => view! { <text::Text bench kind /> }.into_any(),
    };
    let label = format!("Edit {name}");
    let view = view! {
        <div class="edit" role="group" aria-label=label>
            {view}
            {move || work.unkept.get().map(|why| view! { <p class="edit-doubt" role="alert">{why}</p> })}
        </div>
    };
    (wide, view.into_any())
}

impl Bench {
    /// The editor was taken away; the browser says only then that it loses the focus.
    fn gone(self) -> bool {
        self.column.is_disposed()
    }

    fn name(self) -> String {
        self.column.with_value(|column| column.name.clone())
    }

    fn end(self, value: NewValue, go: Go) {
        self.ended.run((vec![(self.name(), value)], go));
    }

    fn cancel(self) {
        self.ended.run((Vec::new(), Go::Stay));
    }

    /// Keeps a text, unless it is what was there.
    fn keep(self, text: String, touched: bool, go: Go) {
        let same = self.begun.with_value(|begun| begun.typed.is_none() && !touched);
        if same { self.ended.run((Vec::new(), go)) } else { self.end(NewValue::Text(text), go) }
    }
}

/// The states that are no text, below an editor.
#[component]
fn States(bench: Bench, #[prop(optional)] blank: bool) -> impl IntoView {
    let (nullable, default) = bench.column.with_value(|column| {
        let details = column.details.as_ref();
        (column.nullable, details.is_some_and(|d| d.default.is_some() || d.identity.is_some()))
    });
    let button = move |label: &'static str, title: &'static str, value: NewValue| {
        view! {
            <button type="button" class="edit-state" title=title on:click=move |_| bench.end(value.clone(), Go::Stay)>
                {label}
            </button>
        }
    };
    view! {
        {nullable.then(|| button("NULL", "No value (Delete in the grid)", NewValue::Null))}
        {default.then(|| button("default", "What the server takes when no value is given", NewValue::Default))}
        {blank.then(|| button("empty", "An empty text, which is not NULL", NewValue::Text(String::new())))}
    }
}
