//! One of some: labels of an enum, true and false, rows of another table.

use gloo_timers::future::TimeoutFuture;
use howdah_types::problem::Problem;
use howdah_types::row_changes::NewValue;
use howdah_types::rows::Lookup;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::text::leaves;
use super::{Bench, States};
use crate::api;
use crate::ui::format::folded;
use crate::ui::new_id;
use crate::ui::sheet::Go;

/// How long typing rests before the server is asked, in milliseconds.
const REST: u32 = 180;

/// One of the list: columns with values, what is read first and what after it.
#[derive(Debug, Clone, PartialEq)]
struct Offer {
    values: Vec<(String, NewValue)>,
    title: String,
    note: String,
}

#[component]
pub(super) fn Choice(bench: Bench, options: Vec<(String, String)>) -> impl IntoView {
    let search = RwSignal::new(bench.begun.with_value(|begun| begun.typed.clone().unwrap_or_default()));
    let held = bench.begun.with_value(|begun| begun.held.clone());
    let name = bench.name();
    let options = StoredValue::new(options);
    let offers = Memo::new(move |_| {
        let wanted = search.get();
        options.with_value(|options| {
            let ranked = options.iter().filter_map(|one| Some((rank(&one.1, &wanted)?, one)));
            let mut fitting: Vec<_> = ranked.collect();
            fitting.sort_by_key(|(rank, _)| *rank);
            let offer = |(value, label): &(String, String)| Offer {
                values: vec![(name.clone(), NewValue::Text(value.clone()))],
                title: label.clone(),
                note: String::new(),
            };
            fitting.into_iter().map(|(_, one)| offer(one)).collect::<Vec<_>>()
        })
    });
    let held = held.map(NewValue::Text);
    let at = offers.with_untracked(|offers| {
        let holds = |offer: &Offer| offer.values.first().map(|(_, value)| value) == held.as_ref();
        held.as_ref().and_then(|_| offers.iter().position(holds))
    });
    view! { <List bench search offers=offers first=at said=Signal::derive(String::new) /> }
}

/// How well a label fits what was typed, the best first; none when it does not. Nothing typed leaves the order.
fn rank(label: &str, wanted: &str) -> Option<usize> {
    let (here, typed) = (folded(label), folded(wanted));
    let best_first =
        [typed.is_empty() || label == wanted, here == typed, here.starts_with(&typed), here.contains(&typed)];
    best_first.iter().position(|fits| *fits)
}

#[component]
pub(super) fn LookupEditor(bench: Bench) -> impl IntoView {
    let begun = bench.begun.get_value();
    let search = RwSignal::new(begun.typed.clone().unwrap_or_default());
    let answer = RwSignal::new(None::<Result<Lookup, Problem>>);
    let (column, place) = (bench.name(), bench.desk.work.place.get_untracked());
    let turn = StoredValue::new(0_u32);
    let api = bench.desk.api;
    Effect::new(move |before: Option<()>| {
        let (text, column, place) = (search.get(), column.clone(), place.clone());
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        // The rows of another text are no answer to this one.
        answer.set(None);
        spawn_local(async move {
            if before.is_some() {
                TimeoutFuture::new(REST).await;
            }
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let found = api::rows::lookup(api, &place, &column, text.trim()).await;
            if turn.try_get_value() == Some(mine) {
                answer.try_set(Some(found));
            }
        });
    });
    let offers = Memo::new(move |_| match answer.get() {
        Some(Ok(lookup)) => {
            let mut offers = offers_of(&lookup);
            // Whoever types a whole key means that row, whatever else holds the same text.
            let typed = search.get_untracked();
            offers.sort_by_key(|offer| offer.title != typed.trim());
            offers
        }
        _ => Vec::new(),
    });
    let said = Signal::derive(move || match answer.get() {
        None => "Searching …".to_owned(),
        Some(Err(problem)) => problem.detail,
        Some(Ok(lookup)) if lookup.rows.is_empty() => format!("Nothing fits in {}", lookup.reference.table),
        Some(Ok(lookup)) => {
            let more = if lookup.has_more { "; there are more, type to find them" } else { "" };
            format!("Rows of {}{more}", lookup.reference.table)
        }
    });
    view! { <List bench search offers first=None said /> }
}

fn offers_of(lookup: &Lookup) -> Vec<Offer> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "NULL".to_owned());
    let offer = |row: &howdah_types::rows::LookupRow| {
        let columns = lookup.reference.columns.iter().cloned();
        Offer {
            values: columns.zip(row.key.iter().cloned().map(NewValue::from)).collect(),
            title: row.key.iter().map(text).collect::<Vec<_>>().join(", "),
            note: row.labels.iter().map(text).collect::<Vec<_>>().join(" · "),
        }
    };
    lookup.rows.iter().map(offer).collect()
}

#[component]
fn List(
    bench: Bench,
    search: RwSignal<String>,
    offers: Memo<Vec<Offer>>,
    /// The one that is marked until something is typed: what the cell holds.
    first: Option<usize>,
    said: Signal<String>,
) -> impl IntoView {
    let id = new_id("choice");
    let touched = RwSignal::new(bench.begun.with_value(|begun| begun.typed.is_some()));
    // What was typed marks the best that fits it. Else nothing is chosen for the person.
    let marks = |text: &str| (!text.trim().is_empty()).then_some(0);
    let marked = RwSignal::new(search.with_untracked(|text| marks(text)).or(first));
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            let _ = node.focus();
        }
    });
    let pick = move |at: Option<usize>, go: Go| {
        let offer = at.and_then(|at| offers.with_untracked(|offers| offers.get(at).cloned()));
        let typed = search.get_untracked();
        match offer {
            Some(offer) => bench.ended.run((offer.values, go)),
            None if typed.trim().is_empty() => bench.ended.run((Vec::new(), go)),
            // What is not in the list may still be right: PostgreSQL decides.
            None => bench.end(NewValue::Text(typed), go),
        }
    };
    let keys = move |ev: KeyboardEvent| {
        let last = offers.with_untracked(Vec::len).checked_sub(1);
        match ev.key().as_str() {
            "ArrowDown" => marked.update(|at| *at = last.map(|last| at.map_or(0, |at| (at + 1).min(last)))),
            "ArrowUp" => {
                marked.update(|at| *at = last.map(|last| at.map_or(last, |at| at.saturating_sub(1))));
            }
            "Enter" if !ev.is_composing() => pick(marked.get_untracked(), Go::Down),
            "Tab" if touched.get_untracked() => {
                pick(marked.get_untracked(), if ev.shift_key() { Go::Left } else { Go::Right });
            }
            "Tab" => bench.ended.run((Vec::new(), if ev.shift_key() { Go::Left } else { Go::Right })),
            "Escape" => bench.cancel(),
            _ => return,
        }
        ev.prevent_default();
    };
    let left = move |ev: FocusEvent| {
        if leaves(&ev) && !bench.gone() {
            bench.cancel();
        }
    };
    let (list, listed, controls) = (id.clone(), StoredValue::new(id.clone()), id);
    let active = move || {
        let at = marked.get().filter(|at| *at < offers.with(Vec::len))?;
        Some(format!("{}-{at}", listed.get_value()))
    };
    let rows = move || {
        let here = marked.get();
        let held = bench.begun.with_value(|begun| begun.held.clone());
        let row = |(at, offer): (usize, Offer)| {
            let is_held = matches!(offer.values.first(), Some((_, NewValue::Text(text))) if Some(text) == held.as_ref());
            let pressed = move |ev: leptos::ev::MouseEvent| {
                ev.prevent_default();
                pick(Some(at), Go::Stay);
            };
            view! {
                <li
                    id=format!("{}-{at}", listed.get_value())
                    role="option"
                    class:marked=Some(at) == here
                    aria-selected=if Some(at) == here { "true" } else { "false" }
                    on:mousedown=pressed
                >
                    <span class="choice-title">{offer.title}</span>
                    <span class="choice-note">{offer.note}</span>
                    {is_held.then_some("✓")}
                </li>
            }
        };
        offers.get().into_iter().enumerate().map(row).collect_view()
    };
    let label = bench.name();
    let list_label = label.clone();
    let input = move |ev| {
        let text = event_target_value(&ev);
        touched.set(true);
        marked.set(marks(&text));
        search.set(text);
    };
    view! {
        <div class="edit-box" on:focusout=left>
            <input
                node_ref=node
                class="edit-line"
                role="combobox"
                aria-label=label
                aria-expanded="true"
                aria-controls=controls
                aria-autocomplete="list"
                aria-activedescendant=active
                placeholder=move || bench.begun.with_value(|begun| begun.held.clone().unwrap_or_else(|| "Type to find".to_owned()))
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=move || search.get()
                on:input=input
                on:keydown=keys
            />
            <ul id=list class="choices" role="listbox" aria-label=list_label>{rows}</ul>
            <div class="edit-foot">
                <States bench />
                <span class="edit-how" role="status">{said}</span>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_full_comes_before_what_only_holds_it() {
        let ranks = |wanted| ["inactive", "active", "Active", "activated"].map(|label| rank(label, wanted));
        assert_eq!(ranks("active"), [Some(3), Some(0), Some(1), None]);
        assert_eq!(ranks("act"), [Some(3), Some(2), Some(2), Some(2)]);
        assert_eq!(ranks(""), [Some(0); 4]);
    }
}
