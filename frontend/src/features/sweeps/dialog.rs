//! The dialog: how many rows, what becomes of them, the SQL, and the number once more.

use gloo_timers::future::TimeoutFuture;
use howdah_types::problem::{Code, Problem};
use howdah_types::row_changes::{Matching, NewValues, RowsChanged, RowsDeleteData, RowsUpdateData};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{AbortController, AbortSignal};

use super::About;
use super::set::{Assignments, SetColumns};
use crate::api::{self, Api, use_api};
use crate::state::use_toasts;
use crate::ui::{
    Button, ButtonKind, Dialog, DialogActions, DialogSize, ErrorNotice, Skeleton, Spinner, SqlBlock,
    TextField, format,
};

/// How long typing rests before the SQL is asked for.
const REST_MS: u32 = 250;

/// How many rows the filter lets through.
#[derive(Debug, Clone, PartialEq)]
enum Count {
    Counting,
    Counted(u64),
    /// So many were counted, so many there are now; nothing was done.
    Differs(u64, u64),
    Failed(Problem),
}

/// What the dialog knows.
#[derive(Debug, Clone, Copy)]
struct Sweep {
    api: Api,
    about: StoredValue<About>,
    count: RwSignal<Count>,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
    /// What was typed to confirm.
    typed: RwSignal<String>,
    abort: StoredValue<Option<AbortController>, LocalStorage>,
}

impl Sweep {
    fn deletes(self) -> bool {
        self.about.with_value(|about| about.deletes)
    }

    fn matching(self, expect: u64) -> Matching {
        self.about.with_value(|about| Matching {
            filter: about.shown.filter.clone(),
            condition: about.shown.condition.clone(),
            expect,
        })
    }

    async fn send(self, set: NewValues, expect: u64, until: &AbortSignal) -> api::Result<RowsChanged> {
        let (place, matching) =
            (self.about.with_value(|about| about.place.clone()), Some(self.matching(expect)));
        if self.deletes() {
            let data = RowsDeleteData { matching, ..RowsDeleteData::default() };
            api::rows::delete_matching(self.api, &place, &data, until).await
        } else {
            let data = RowsUpdateData { matching, set, ..RowsUpdateData::default() };
            api::rows::update_matching(self.api, &place, &data, until).await
        }
    }

    async fn preview(self, set: NewValues) -> api::Result<Vec<String>> {
        let (place, matching) = (self.about.with_value(|about| about.place.clone()), Some(self.matching(0)));
        let answer = if self.deletes() {
            let data = RowsDeleteData { matching, ..RowsDeleteData::default() };
            api::rows::preview_delete(self.api, &place, &data).await
        } else {
            let data = RowsUpdateData { matching, set, ..RowsUpdateData::default() };
            api::rows::preview_update(self.api, &place, &data).await
        };
        answer.map(|preview| preview.statements)
    }

    /// Counts exactly; leaving the dialog cancels it at the server.
    fn count_rows(self) {
        let Some(signal) = self.begin() else { return };
        self.count.set(Count::Counting);
        spawn_local(async move {
            let (place, shown) = self.about.with_value(|about| (about.place.clone(), about.shown.clone()));
            let answer = api::rows::count(self.api, &place, &shown, &signal).await;
            if !signal.aborted() {
                self.count.try_set(match answer {
                    Ok(found) => Count::Counted(u64::try_from(found.count).unwrap_or_default()),
                    Err(problem) => Count::Failed(problem),
                });
            }
        });
    }

    /// Begins a call that [`Self::stop`] gives up.
    fn begin(self) -> Option<AbortSignal> {
        let abort = AbortController::new().ok()?;
        let signal = abort.signal();
        self.stop();
        self.abort.set_value(Some(abort));
        Some(signal)
    }

    /// Gives up what is on its way, which cancels it at the server: whatever was done of it is undone there.
    fn stop(self) {
        if let Some(Some(abort)) = self.abort.try_update_value(Option::take) {
            abort.abort();
        }
    }

    /// The number that is sent, where it is known (tracked).
    fn number(self) -> Option<u64> {
        match self.count.get() {
            Count::Counted(n) => Some(n),
            Count::Counting | Count::Differs(..) | Count::Failed(_) => None,
        }
    }
}

fn rows(n: u64) -> String {
    format::plural(i64::try_from(n).unwrap_or(i64::MAX), "row", "rows")
}

/// Sends it, and says what became of it.
fn submitter(sweep: Sweep, ready: Memo<bool>, values: Memo<NewValues>) -> Callback<()> {
    let toasts = use_toasts();
    let (close, done, deletes) = sweep.about.with_value(|about| (about.close, about.done, about.deletes));
    Callback::new(move |()| {
        let Some(number) = untrack(|| sweep.number()).filter(|_| ready.get_untracked()) else { return };
        let Some(signal) = sweep.begin() else { return };
        sweep.busy.set(true);
        sweep.problem.set(None);
        let values = values.get_untracked();
        spawn_local(async move {
            let answer = sweep.send(values, number, &signal).await;
            sweep.busy.try_set(false);
            match answer {
                Ok(changed) if deletes => toasts.done(format!("{} deleted", rows(changed.deleted))),
                Ok(changed) => toasts.done(format!("{} changed", rows(changed.updated))),
                Err(_) if signal.aborted() => {
                    // It may have been done when it was to be stopped: the number says so.
                    toasts.info("Stopped; the rows that the filter shows are counted again");
                    if !sweep.count.is_disposed() {
                        sweep.count_rows();
                    }
                    return;
                }
                Err(problem) => {
                    match problem.count.filter(|_| problem.code == Code::RowCountMismatch.as_str()) {
                        Some(count) => drop(sweep.count.try_set(Count::Differs(count.expected, count.found))),
                        None => drop(sweep.problem.try_set(Some(problem))),
                    }
                    return;
                }
            }
            // Both are gone with the page, which may be left before the answer.
            let _ = close.try_run(());
            let _ = done.try_run(());
        });
    })
}

#[component]
pub(super) fn SweepDialog(about: About) -> impl IntoView {
    let (close, deletes, table) = (about.close, about.deletes, about.place.table.clone());
    let set = Assignments::new(&about.columns);
    let sweep = Sweep {
        api: use_api(),
        about: StoredValue::new(about),
        count: RwSignal::new(Count::Counting),
        problem: RwSignal::new(None),
        busy: RwSignal::new(false),
        typed: RwSignal::new(String::new()),
        abort: StoredValue::new_local(None),
    };
    on_cleanup(move || {
        // What was sent goes on when the page is left; only the count is given up.
        if sweep.busy.try_get_untracked() == Some(false) {
            sweep.stop();
        }
    });
    sweep.count_rows();
    let values = Memo::new(move |_| set.values());
    let confirmed =
        move || !deletes || sweep.number().is_some_and(|n| sweep.typed.get().trim() == n.to_string());
    let ready = Memo::new(move |_| {
        sweep.number().is_some_and(|n| n > 0)
            && confirmed()
            && (deletes || values.with(|values| !values.is_empty()))
    });
    let submit = submitter(sweep, ready, values);
    // What stands beside a column is not said above the form as well.
    let beside = move |name: &str| {
        sweep.problem.with(|problem| {
            let errors = problem.iter().flat_map(|problem| &problem.errors);
            let mut mine = errors.filter(|error| error.field == format!("set.{name}"));
            mine.next().map(|error| error.message.clone())
        })
    };
    let above = Signal::derive(move || {
        sweep.problem.get().filter(|problem| {
            problem.errors.is_empty() || problem.errors.iter().any(|error| !error.field.starts_with("set."))
        })
    });
    let title = if deletes { format!("Delete rows of {table}") } else { format!("Change rows of {table}") };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title
            size=DialogSize::Large
            busy=sweep.busy
            problem=above
            on_submit=submit
            on_close=close
        >
            <div class="sweep">
                <HowMany sweep />
                {(!deletes).then(|| view! {
                    <SetColumns all=set error=Callback::new(move |name: String| beside(&name)) />
                })}
                <Preview sweep values />
                {move || (deletes && sweep.number().is_some_and(|n| n > 0)).then(|| view! {
                    <TextField
                        label=Signal::derive(move || format!("Type {} to delete them", sweep.number().unwrap_or_default()))
                        value=sweep.typed
                        mono=true
                    />
                })}
            </div>
            <DialogActions>
                {move || if sweep.busy.get() {
                    view! { <Button kind=ButtonKind::Quiet on_click=move |_| sweep.stop()>"Stop"</Button> }
                } else {
                    view! { <Button kind=ButtonKind::Quiet on_click=move |_| close.run(())>"Cancel"</Button> }
                }}
                <Button
                    kind=if deletes { ButtonKind::DangerPrimary } else { ButtonKind::Primary }
                    submit=true
                    busy=sweep.busy
                    disabled=Signal::derive(move || !ready.get())
                >
                    {move || {
                        let deed = if deletes { "Delete" } else { "Change" };
                        sweep.number().map_or_else(|| deed.to_owned(), |n| format!("{deed} {}", rows(n)))
                    }}
                </Button>
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn HowMany(sweep: Sweep) -> impl IntoView {
    let deed = if sweep.deletes() { "deleted" } else { "changed" };
    let shown = move || {
        match sweep.count.get() {
        Count::Counting => view! { <span class="muted"><Spinner />" The rows that the filter shows are counted."</span> }.into_any(),
        Count::Counted(0) => view! { <span>"The filter shows no rows: there is nothing to do."</span> }.into_any(),
        Count::Counted(n) => view! {
            <span><b>{rows(n)}</b>" that the filter shows will be "{deed}". If it is another number by then, nothing is "{deed}"."</span>
        }
        .into_any(),
        Count::Differs(expected, found) => {
            let take = move |_| {
                sweep.typed.set(String::new());
                sweep.count.set(Count::Counted(found));
            };
            view! {
                <span role="alert">
                    <b>{format!("{} were counted, {} fit now.", rows(expected), rows(found))}</b>" Nothing was "{deed}". "
                    <button type="button" class="link" on:click=take>{format!("Go on with {}", rows(found))}</button>
                </span>
            }
            .into_any()
        }
        Count::Failed(problem) => {
            let retry = Callback::new(move |()| sweep.count_rows());
            view! { <ErrorNotice problem retry /> }.into_any()
        }
    }
    };
    view! { <p class="sweep-count" class:differs=move || matches!(sweep.count.get(), Count::Differs(..)) role="status">{shown}</p> }
}

/// The SQL that would run.
#[component]
fn Preview(sweep: Sweep, values: Memo<NewValues>) -> impl IntoView {
    let answer = RwSignal::new(None::<api::Result<Vec<String>>>);
    let turn = StoredValue::new(0_u32);
    let idle = move || !sweep.deletes() && values.with(NewValues::is_empty);
    Effect::new(move |_| {
        let now = values.get();
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        if idle() {
            return;
        }
        spawn_local(async move {
            TimeoutFuture::new(REST_MS).await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let preview = sweep.preview(now).await;
            if turn.try_get_value() == Some(mine) {
                answer.try_set(Some(preview));
            }
        });
    });
    move || match answer.get() {
        _ if idle() => {
            view! { <p class="reason">"Choose a column; then the SQL is shown here."</p> }.into_any()
        }
        None => view! { <Skeleton rows=3 /> }.into_any(),
        Some(Err(problem)) => view! { <p class="sweep-wrong" role="alert">{problem.detail}</p> }.into_any(),
        Some(Ok(statements)) => view! { <SqlBlock statements=Signal::stored(statements) /> }.into_any(),
    }
}
