//! What a change of structure would send, asked from the server while one types: the statements, the locks that they
//! take, what they rewrite, and what to beware of.

use std::collections::HashSet;
use std::future::Future;

use gloo_timers::future::TimeoutFuture;
use howdah_types::changes::{ChangePreview, LockMode, PlannedStatement};
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words::lock_words;
use crate::api::Result;
use crate::ui::{CopyButton, SqlText, Tag, TagKind};

/// How long typing rests before the server is asked.
const REST_MS: u32 = 250;

/// The change as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) preview: RwSignal<Option<ChangePreview>>,
    pub(crate) problem: RwSignal<Option<Problem>>,
    /// What is shown belongs to an earlier state of the form.
    pub(crate) stale: RwSignal<bool>,
}

/// Asks for the change of `body` whenever it changes; `None` (a body that breaks the rules, or changes nothing) has none.
pub(crate) fn change_preview<B, F>(body: Memo<Option<B>>, ask: impl Fn(B) -> F + Copy + 'static) -> Change
where
    B: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<ChangePreview>> + 'static,
{
    let change =
        Change { preview: RwSignal::new(None), problem: RwSignal::new(None), stale: RwSignal::new(false) };
    let turn = StoredValue::new(0_u32);
    Effect::new(move || {
        let body = body.get();
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        let Some(body) = body else {
            change.take(None);
            return;
        };
        change.stale.set(true);
        spawn_local(async move {
            TimeoutFuture::new(REST_MS).await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let answer = ask(body).await;
            if turn.try_get_value() == Some(mine) {
                change.take(Some(answer));
            }
        });
    });
    change
}

impl Change {
    fn take(self, answer: Option<Result<ChangePreview>>) {
        let (preview, problem) = match answer {
            None => (None, None),
            Some(Ok(preview)) => (Some(preview), None),
            Some(Err(problem)) => (None, Some(problem)),
        };
        self.preview.try_set(preview);
        self.problem.try_set(problem);
        self.stale.try_set(false);
    }
}

/// Shows the change; `empty` says what is missing while there is none.
#[component]
pub(crate) fn ChangePanel(change: Change, #[prop(into)] empty: Signal<String>) -> impl IntoView {
    let content = move || match (change.preview.get(), change.problem.get()) {
        (Some(preview), _) if !preview.statements.is_empty() => view! { <Planned preview /> }.into_any(),
        (_, Some(problem)) => view! {
            <p class="change-refused">{problem.detail}</p>
            {problem.hint.map(|hint| view! { <p class="reason">"Hint: " {hint}</p> })}
        }
        .into_any(),
        _ => view! { <p class="reason">{empty}</p> }.into_any(),
    };
    view! {
        <section class="change" class:stale=change.stale aria-label="SQL preview">
            {content}
        </section>
    }
}

#[component]
fn Planned(preview: ChangePreview) -> impl IntoView {
    let ChangePreview { statements, in_transaction, runs_as, .. } = preview;
    let mut all = String::new();
    for statement in &statements {
        all.push_str(&statement.sql);
        all.push_str(";\n");
    }
    let how =
        if in_transaction { "In one transaction: all of it or nothing" } else { "Outside of a transaction" };
    let mut said = HashSet::new();
    let lines = grouped(statements).into_iter().map(|statement| line(statement, &mut said)).collect_view();
    view! {
        <header class="change-head">
            <h3>"SQL that will run"</h3>
            <CopyButton text=all title="Copy the SQL" />
        </header>
        <ol class="change-list">{lines}</ol>
        <p class="change-foot">{how}", as the role " <b>{runs_as}</b>"."</p>
    }
}

/// Statements that do nothing to others (`BEGIN`, `SET LOCAL …`) stand together.
fn grouped(statements: Vec<PlannedStatement>) -> Vec<PlannedStatement> {
    let quiet = |one: &PlannedStatement| {
        let words = ["BEGIN", "SET ", "RESET ", "COMMIT"];
        one.locks.is_empty() && one.warnings.is_empty() && words.iter().any(|word| one.sql.starts_with(word))
    };
    let mut out: Vec<PlannedStatement> = Vec::new();
    for statement in statements {
        match out.last_mut() {
            Some(last) if quiet(last) && quiet(&statement) => {
                last.sql.push_str(";\n");
                last.sql.push_str(&statement.sql);
            }
            _ => out.push(statement),
        }
    }
    out
}

/// One statement. A lock that an earlier statement holds already is not said again.
fn line(statement: PlannedStatement, said: &mut HashSet<(String, String, &'static str)>) -> AnyView {
    let PlannedStatement { sql, locks, rewrites, scans, warnings } = statement;
    let quiet = sql.starts_with("BEGIN") || sql == "COMMIT";
    let locks = locks
        .into_iter()
        .filter(|lock| lock.mode != LockMode::AccessShare)
        .filter(|lock| said.insert((lock.schema.clone(), lock.name.clone(), lock.mode.as_sql())))
        .map(|lock| {
            let (kind, words) = lock_words(lock.mode);
            let title = format!(
                "{} lock on {}.{} until the end of the transaction",
                lock.mode.as_sql(),
                lock.schema,
                lock.name
            );
            view! {
                <li title=title><Tag kind>{lock.mode.as_sql()}</Tag> <span>{lock.name}": " {words}</span></li>
            }
        })
        .collect_view();
    let rewrites = rewrites.then(|| {
        view! { <li><Tag kind=TagKind::Warn>"rewrite"</Tag> <span>"writes the whole table anew"</span></li> }
    });
    let scans = scans.then(|| {
        view! { <li><Tag kind=TagKind::Warn>"scan"</Tag> <span>"reads the whole table under the lock"</span></li> }
    });
    let warnings = warnings
        .into_iter()
        .map(|warning| view! { <li class="change-warning">{warning.message}</li> })
        .collect_view();
    view! {
        <li class:quiet=quiet>
            <pre tabindex="0" role="group" aria-label="Statement"><SqlText sql=format!("{sql};") /></pre>
            <ul class="change-effects">{locks}{rewrites}{scans}{warnings}</ul>
        </li>
    }
    .into_any()
}
