//! The bar that counts what is staged, shows its SQL, applies and discards it.

use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::apply::Desk;
use super::changes::request;
use super::draw::first_error;
use super::staged::{Counts, Staged};
use super::work::Errors;
use crate::api;
use crate::ui::{
    Button, ButtonKind, Dialog, DialogActions, DialogSize, ErrorNotice, Skeleton, SqlBlock, format,
};

#[component]
pub(super) fn StagedBar(desk: Desk, show_sql: RwSignal<bool>) -> impl IntoView {
    let work = desk.work;
    let counts = Memo::new(move |_| work.staged.with(|staged| staged.now.counts()));
    let any = Memo::new(move |_| counts.get().all() > 0);
    let wrong = Memo::new(move |_| work.errors.with(Errors::len));
    let back = Memo::new(move |_| !any.get() && !work.applied.with(Vec::is_empty));
    let discard = move |_| {
        work.errors.set(Errors::new());
        desk.problem.set(None);
        // One step, so that it can be taken back too.
        work.stage(|staged| staged.step(|changes| *changes = super::staged::Changes::default()));
        work.hold_focus();
    };
    view! {
        {move || desk.problem.get().map(|problem| view! { <ErrorNotice problem /> })}
        <Show when=move || any.get()>
            <div class="staged-bar" role="region" aria-label="Staged changes">
                <b role="status">{move || format::plural(n(counts.get().all()), "change", "changes")}</b>
                <span class="muted hide-s">{move || said(counts.get())}</span>
                <Show when=move || { wrong.get() > 0 }>
                    <button
                        type="button"
                        class="link bad"
                        on:click=move |_| {
                            if let Some(at) = first_error(work) {
                                work.sheet.put(at, false);
                                work.sheet.focus();
                            }
                        }
                    >
                        {move || format::plural(n(wrong.get()), "problem", "problems")}
                    </button>
                </Show>
                <span class="right">
                    <Button kind=ButtonKind::Quiet on_click=discard disabled=work.busy>"Discard"</Button>
                    <Button on_click=move |_| show_sql.set(true)>"Show SQL"</Button>
                    <Button kind=ButtonKind::Primary busy=work.busy on_click=move |_| desk.apply() title="Ctrl S">
                        {move || if counts.get().all() == 1 { "Apply".to_owned() } else { format!("Apply {}", counts.get().all()) }}
                        <kbd class="hide-s">"Ctrl S"</kbd>
                    </Button>
                </span>
            </div>
        </Show>
        <Show when=move || back.get()>
            <div class="staged-bar quiet" role="region" aria-label="What was applied">
                <span class="muted">"Applied. It can be taken back as long as nobody has changed these rows since."</span>
                <span class="right">
                    <Button busy=work.busy on_click=move |_| desk.undo()>"Undo" <kbd class="hide-s">"Ctrl Z"</kbd></Button>
                </span>
            </div>
        </Show>
        {move || show_sql.get().then(|| view! { <SqlDialog desk open=show_sql /> })}
    }
}

fn n(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// `2 cells, 1 new row, 1 row to delete`
fn said(counts: Counts) -> String {
    let parts = [
        (counts.cells > 0).then(|| format::plural(n(counts.cells), "cell", "cells")),
        (counts.new > 0).then(|| format::plural(n(counts.new), "new row", "new rows")),
        (counts.gone > 0).then(|| format::plural(n(counts.gone), "row to delete", "rows to delete")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The SQL that applying would send.
#[component]
fn SqlDialog(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let work = desk.work;
    let answer = RwSignal::new(None::<Result<Vec<String>, Problem>>);
    let body = work.staged.with_untracked(|staged: &Staged| request(&staged.now, &work.source.key())).body;
    let place = work.place.get_untracked();
    spawn_local(async move {
        let preview = api::rows::preview(desk.api, &place, &body).await;
        answer.try_set(Some(preview.map(|preview| preview.statements)));
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton rows=4 /> }.into_any(),
        Some(Err(problem)) => view! { <ErrorNotice problem /> }.into_any(),
        Some(Ok(statements)) => {
            let statements = Signal::derive(move || statements.clone());
            view! { <SqlBlock statements /> }.into_any()
        }
    };
    let close = Callback::new(move |()| {
        open.set(false);
        work.hold_focus();
    });
    let apply = Callback::new(move |()| {
        open.set(false);
        desk.apply();
    });
    view! {
        <Dialog
            open=RwSignal::new(true)
            title="SQL that will run, in one transaction"
            size=DialogSize::Large
            on_close=close
            on_submit=apply
        >
            <div class="sql-dialog">{content}</div>
            <DialogActions>
                <Button on_click=move |_| close.run(())>"Close"</Button>
                <Button kind=ButtonKind::Primary submit=true>"Apply"</Button>
            </DialogActions>
        </Dialog>
    }
}
