//! What stands in the place of something that could not be read.

use howdah_types::problem::{Code, Problem};
use leptos::prelude::*;

use crate::api::UNREACHABLE;
use crate::ui::{Button, EmptyState, ErrorNotice, IconName};

/// A refusal, an absence and a lost server each say so in their own way; everything else shows all that is known.
#[component]
pub(crate) fn Trouble(problem: Problem, retry: Callback<()>) -> impl IntoView {
    let down = [Code::ServerDown, Code::StoreDown, Code::ShuttingDown].map(Code::as_str);
    let code = problem.code.as_str();
    let icon = match problem.status {
        403 => IconName::Lock,
        404 => IconName::Search,
        _ if down.contains(&code) || code == UNREACHABLE => IconName::Offline,
        _ => return view! { <ErrorNotice problem retry /> }.into_any(),
    };
    let Problem { title, detail, hint, .. } = problem;
    let text = hint.map_or_else(|| detail.clone(), |hint| format!("{detail} {hint}"));
    view! {
        <EmptyState icon title text>
            <Button on_click=move |_| retry.run(())>"Try again"</Button>
        </EmptyState>
    }
    .into_any()
}
