//! The SQL that a dialog would send, asked from the server while one types.

use std::future::Future;

use gloo_timers::future::TimeoutFuture;
use howdah_types::databases::Preview;
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::Result;
use crate::ui::SqlBlock;

/// How long typing rests before the server is asked.
const REST_MS: u32 = 250;

/// The SQL as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct SqlPreview {
    statements: RwSignal<Option<Vec<String>>>,
    problem: RwSignal<Option<Problem>>,
    /// What is shown belongs to an earlier state of the form.
    stale: RwSignal<bool>,
}

/// Asks for the SQL of `body` whenever it changes; `None` (a body that breaks the rules, or changes nothing) has none.
pub(super) fn sql_preview<B, F>(body: Memo<Option<B>>, ask: impl Fn(B) -> F + Copy + 'static) -> SqlPreview
where
    B: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<Preview>> + 'static,
{
    let preview = SqlPreview {
        statements: RwSignal::new(None),
        problem: RwSignal::new(None),
        stale: RwSignal::new(false),
    };
    let turn = StoredValue::new(0_u32);
    Effect::new(move || {
        let body = body.get();
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        let Some(body) = body else {
            preview.take(None);
            return;
        };
        preview.stale.set(true);
        spawn_local(async move {
            TimeoutFuture::new(REST_MS).await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let answer = ask(body).await;
            if turn.try_get_value() == Some(mine) {
                preview.take(Some(answer));
            }
        });
    });
    preview
}

impl SqlPreview {
    fn take(self, answer: Option<Result<Preview>>) {
        let (statements, problem) = match answer {
            None => (None, None),
            Some(Ok(preview)) => (Some(preview.statements), None),
            Some(Err(problem)) => (None, Some(problem)),
        };
        self.statements.try_set(statements);
        self.problem.try_set(problem);
        self.stale.try_set(false);
    }
}

/// Shows the SQL; `empty` says what is missing while there is none.
#[component]
pub(super) fn SqlPanel(preview: SqlPreview, empty: &'static str) -> impl IntoView {
    let content = move || match (preview.statements.get(), preview.problem.get()) {
        (Some(statements), _) if !statements.is_empty() => view! { <SqlBlock statements /> }.into_any(),
        (_, Some(problem)) => view! { <p class="reason">{problem.detail}</p> }.into_any(),
        _ => view! { <p class="reason">{empty}</p> }.into_any(),
    };
    view! {
        <section class="sql-preview" class:stale=preview.stale aria-label="SQL preview">
            <h3>"SQL that will run"</h3>
            {content}
        </section>
    }
}
