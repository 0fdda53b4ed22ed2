//! An error, with everything that helps.

use howdah_types::problem::Problem;
use leptos::prelude::*;

use super::{CopyButton, Icon, IconName};

/// What happens when somebody wants to see the SQL of a request; the app provides it as a context.
#[derive(Debug, Clone, Copy)]
pub struct ShowRequest(pub Callback<String>);

/// A problem: what happened, PostgreSQL's hint, code, SQLSTATE and the request's id, which leads to its SQL.
#[component]
pub fn ErrorNotice(
    #[prop(into)] problem: Problem,
    /// What “Try again” does; no such button when left out.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let show = use_context::<ShowRequest>();
    let Problem { title, detail, code, sqlstate, hint, position, constraint, request_id, .. } = problem;
    let facts = [
        sqlstate.map(|state| ("SQLSTATE", state)),
        position.map(|position| ("At character", position.to_string())),
        constraint.map(|constraint| ("Constraint", constraint)),
    ];
    let facts = facts
        .into_iter()
        .flatten()
        .map(|(name, value)| view! { <span>{name} " " <code>{value}</code></span> });
    let request = request_id.map(|id| {
        let shown = id.clone();
        let open = show.map(|ShowRequest(show)| {
            let click = move |_| show.run(shown.clone());
            view! { <button type="button" class="link" on:click=click>"Show its SQL"</button> }
        });
        let short: String = id.chars().take(13).collect();
        view! {
            <span class="notice-request">
                "Request " <code title=id.clone()>{short}</code> <CopyButton text=id title="Copy the request id" />
            </span>
            {open}
        }
    });
    view! {
        <div class="notice bad-notice" role="alert">
            <Icon name=IconName::Warning />
            <div>
                <p class="notice-title">{title}</p>
                <p>{detail}</p>
                {hint.map(|hint| view! { <p class="notice-hint">"Hint: " {hint}</p> })}
                <p class="notice-facts">
                    <code>{code}</code> {facts.collect_view()} {request}
                    {retry.map(|retry| {
                        view! { <button type="button" class="link" on:click=move |_| retry.run(())>"Try again"</button> }
                    })}
                </p>
            </div>
        </div>
    }
}
