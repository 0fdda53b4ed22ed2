//! How many rows there are: the estimate at once, the exact number when somebody asks for it.

use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::AbortController;

use super::filter::Count as Counted;
use super::work::Work;
use crate::api::{self, Api};
use crate::ui::{Spinner, format};

#[derive(Debug, Clone, PartialEq)]
enum State {
    Estimated,
    Counting,
    Counted(i64),
    Failed(Problem),
}

/// Counts rows; what was counted is forgotten when something else is shown.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    work: Work,
    api: Api,
    state: RwSignal<State>,
    abort: StoredValue<Option<AbortController>, LocalStorage>,
}

impl Counter {
    pub(super) fn new(work: Work, api: Api) -> Self {
        let counter =
            Self { work, api, state: RwSignal::new(State::Estimated), abort: StoredValue::new_local(None) };
        on_cleanup(move || counter.stop());
        counter
    }

    /// Something else is shown.
    pub(super) fn forget(self) {
        self.stop();
        self.state.set(State::Estimated);
    }

    fn stop(self) {
        if let Some(Some(abort)) = self.abort.try_update_value(Option::take) {
            abort.abort();
        }
    }

    fn count(self) {
        let Ok(abort) = AbortController::new() else { return };
        let signal = abort.signal();
        self.abort.set_value(Some(abort));
        self.state.set(State::Counting);
        let (place, query) = (self.work.place.get_untracked(), self.work.asked.get_untracked());
        let api = self.api;
        spawn_local(async move {
            let answer: api::Result<Counted> = api::rows::count(api, &place, &query, &signal).await;
            if signal.aborted() {
                return;
            }
            let _ = self.state.try_set(match answer {
                Ok(counted) => State::Counted(counted.count),
                Err(problem) => State::Failed(problem),
            });
        });
    }
}

/// `about 5,104,332 rows · count exactly`
#[component]
pub(super) fn RowCount(counter: Counter) -> impl IntoView {
    let facts = counter.work.source.facts;
    let known = move || {
        let facts = facts.get()?;
        let rows = |n: i64| format::plural(n, "row", "rows");
        Some(if facts.complete {
            (rows(i64::try_from(facts.known).unwrap_or(i64::MAX)), true)
        } else {
            match facts.estimate {
                Some(n) => (format!("about {}", rows(n)), false),
                None => ("more rows than are here".to_owned(), false),
            }
        })
    };
    let count = move || {
        view! {
            <button type="button" class="link" on:click=move |_| counter.count()>"count exactly"</button>
        }
    };
    let shown = move || match (counter.state.get(), known()) {
        (_, None) => ().into_any(),
        (State::Counted(n), _) => {
            view! { <span>{format::plural(n, "row", "rows")}", counted"</span> }.into_any()
        }
        (State::Counting, Some((text, _))) => view! {
            <span>{text}</span>
            <span class="counting"><Spinner />" counting "
                <button type="button" class="link" on:click=move |_| counter.forget()>"stop"</button>
            </span>
        }
        .into_any(),
        (State::Failed(problem), Some((text, _))) => view! {
            <span>{text}</span>
            <span class="bad">{problem.detail}" "{count()}</span>
        }
        .into_any(),
        (State::Estimated, Some((text, true))) => view! { <span>{text}</span> }.into_any(),
        (State::Estimated, Some((text, false))) => view! { <span>{text}</span> {count()} }.into_any(),
    };
    view! { <span class="row-count" role="status">{shown}</span> }
}
