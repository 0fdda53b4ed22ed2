//! One record of the audit log, with what was asked folded away below it.

use howdah_types::audit::{AuditRecord, Outcome};
use leptos::prelude::*;

use super::filter::outcome;
use crate::state::{use_console, use_session};
use crate::ui::{RelativeTime, Tag, TagKind, format, new_id};

#[component]
pub(super) fn Record(record: AuditRecord) -> impl IntoView {
    let open = RwSignal::new(false);
    let id = new_id("audit");
    let controls = id.clone();
    let account = record.account.clone();
    let label = format!("Details of {} at {}", record.action, record.at);
    let kind = match record.outcome {
        Outcome::Done => TagKind::Ok,
        Outcome::Refused => TagKind::Warn,
        Outcome::Failed => TagKind::Bad,
    };
    let details = StoredValue::new(record.clone());
    view! {
        <tr>
            <td class="fold">
                <button
                    type="button"
                    class="expand"
                    aria-label=label
                    aria-expanded=move || if open.get() { "true" } else { "false" }
                    aria-controls=controls
                    on:click=move |_| open.update(|open| *open = !*open)
                ></button>
            </td>
            <td class="at"><RelativeTime time=record.at /></td>
            <td>{text(record.account, "nobody")}</td>
            <td class="mono">{record.action}</td>
            <td>{text(record.object, "")}</td>
            <td>
                <Tag kind=kind>{outcome(record.outcome)}</Tag>
                {record.code.map(|code| view! { " " <code class="id">{code}</code> })}
            </td>
            <td class="num hide-s">{format::duration(record.duration_ms)}</td>
            <td class="hide-s">{record.address}</td>
            <td class="hide-s"><RequestLink account id=record.request_id /></td>
        </tr>
        <tr id=id class="detail" hidden=move || !open.get()>
            <td colspan="9">{move || open.get().then(|| view! { <Details record=details.get_value() /> })}</td>
        </tr>
    }
}

fn text(value: Option<String>, without: &'static str) -> AnyView {
    match value {
        Some(value) => value.into_any(),
        None => view! { <span class="null">{without}</span> }.into_any(),
    }
}

/// The request's id; one's own leads to its SQL in the debug console.
#[component]
fn RequestLink(account: Option<String>, id: Option<String>) -> impl IntoView {
    let (console, session) = (use_console(), use_session());
    let own = account.is_some_and(|account| untrack(|| session.account()) == account);
    id.map(|id| {
        // Ids begin with the time, so their ends tell them apart.
        let short: String = id.chars().skip(id.chars().count().saturating_sub(8)).collect();
        if own {
            let label = format!("Show the SQL of request {id}");
            view! {
                <button type="button" class="link mono" title=label on:click=move |_| console.show(&id)>
                    {short}
                </button>
            }
            .into_any()
        } else {
            view! { <code class="id" title=id.clone()>{short}</code> }.into_any()
        }
    })
}

#[component]
fn Details(record: AuditRecord) -> impl IntoView {
    let asked = record.detail.map(|detail| serde_json::to_string_pretty(&detail).unwrap_or_default());
    let term = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
    };
    view! {
        <dl class="facts">
            {term("At", Some(record.at))}
            {term("Took", Some(format::duration(record.duration_ms)))}
            {term("From", record.address)}
            {term("Rows", record.rows.map(format::count))}
            {term("Code", record.code)}
            {term("Request", record.request_id)}
        </dl>
        {match asked {
            Some(text) => view! { <pre>{text}</pre> }.into_any(),
            None => view! { <p class="reason">"Nothing else was recorded."</p> }.into_any(),
        }}
    }
}
