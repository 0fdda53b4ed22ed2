//! What is known about a database, in words: for the list, the card and the page.

use howdah_types::databases::{Database, Protection};
use leptos::prelude::*;

use crate::ui::{Tag, TagKind, format};

/// A size that may still be on its way.
#[component]
pub(super) fn Size(bytes: Option<i64>) -> impl IntoView {
    match bytes {
        Some(bytes) => format::bytes(bytes).into_any(),
        None => view! {
            <span class="null" title="It is being measured, or may not be read">
                <span aria-hidden="true">"…"</span>
                <span class="sr-only">"not known yet"</span>
            </span>
        }
        .into_any(),
    }
}

/// The comment on the database.
#[component]
pub(super) fn Description(text: Option<String>) -> impl IntoView {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => view! { <span title=text.clone()>{text.clone()}</span> }.into_any(),
        None => view! { <span class="null">"no description"</span> }.into_any(),
    }
}

/// What is special about a database.
pub(super) fn tags(database: &Database) -> impl IntoView + use<> {
    let protection = database.protection.map(|protection| {
        let text = match protection {
            Protection::System => "System",
            Protection::Store => "Howdah’s store",
            Protection::InUse => "Used by Howdah",
        };
        view! { <span title=reason(protection)><Tag>{text}</Tag></span> }
    });
    let template = database.is_template.then(|| view! { <Tag>"Template"</Tag> });
    let closed = (!database.allow_connections).then(|| view! { <Tag kind=TagKind::Warn>"Closed"</Tag> });
    let limit = (database.connection_limit >= 0)
        .then(|| view! { <Tag>{format!("Limit {}", database.connection_limit)}</Tag> });
    view! { <span class="tag-row">{protection}{template}{closed}{limit}</span> }
}

/// Why it can be neither renamed nor dropped.
pub(super) fn reason(protection: Protection) -> &'static str {
    match protection {
        Protection::System => {
            "It belongs to PostgreSQL itself, so it can be neither renamed nor deleted here."
        }
        Protection::Store => {
            "Howdah keeps its accounts, jobs and audit log in it, so it can be neither renamed nor deleted here."
        }
        Protection::InUse => {
            "Howdah is connected to the server through it, so it can be neither renamed nor deleted here."
        }
    }
}

/// All facts as a list of terms.
#[component]
pub(super) fn Facts(database: Database) -> impl IntoView {
    let limit = match database.connection_limit {
        limit if limit < 0 => "no limit".to_owned(),
        limit => limit.to_string(),
    };
    let connections =
        database.connections.map_or_else(|| "not visible".to_owned(), |n| format::count(i64::from(n)));
    let allowed = if database.allow_connections { "allowed" } else { "refused" };
    let term = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <dl class="facts">
            {term("Owner", database.owner)}
            <div><dt>"Size"</dt><dd><Size bytes=database.size_bytes /></dd></div>
            {term("Connections now", connections)}
            {term("Connection limit", limit)}
            {term("New connections", allowed.to_owned())}
            {term("Encoding", database.encoding)}
            {term("Collation", database.collation)}
            {term("Tablespace", database.tablespace)}
        </dl>
    }
}
