//! What kind of relation a row of the list is.

use howdah_types::tables::{DatabaseTable, TableKind};
use leptos::prelude::*;

use crate::ui::{Icon, IconName, Tag, TagKind, format};

/// The icon of a kind; the tag beside the name says it in words.
#[component]
pub(crate) fn KindIcon(kind: TableKind) -> impl IntoView {
    let name = match kind {
        TableKind::View | TableKind::MaterializedView => IconName::View,
        TableKind::Table | TableKind::Partitioned | TableKind::Partition | TableKind::Foreign => {
            IconName::Table
        }
    };
    view! { <Icon name /> }
}

/// A tag for everything but a plain table.
pub(crate) fn kind_tag(table: &DatabaseTable) -> impl IntoView + use<> {
    let text = match table.kind {
        TableKind::Table => None,
        TableKind::Partitioned => Some(match table.partitions {
            Some(n) => format::plural(i64::from(n), "partition", "partitions"),
            None => "partitioned".to_owned(),
        }),
        TableKind::Partition => Some("partition".to_owned()),
        TableKind::View => Some("view".to_owned()),
        TableKind::MaterializedView => Some("materialized view".to_owned()),
        TableKind::Foreign => Some("foreign table".to_owned()),
    };
    text.map(|text| view! { <Tag>{text}</Tag> })
}

/// Warns of a table without a primary key; views and foreign tables have none by nature.
pub(crate) fn key_mark(table: &DatabaseTable) -> impl IntoView + use<> {
    let expected = matches!(table.kind, TableKind::Table | TableKind::Partitioned | TableKind::Partition);
    match (table.has_primary_key, expected) {
        (true, _) => Some(
            view! { <span class="key-mark" title="It has a primary key"><Icon name=IconName::Key /><span class="sr-only">"primary key"</span></span> }
                .into_any(),
        ),
        (false, true) => Some(view! { <Tag kind=TagKind::Warn>"no key"</Tag> }.into_any()),
        (false, false) => None,
    }
}

/// The planner's estimate, or why there is none.
pub(crate) fn rows_about(table: &DatabaseTable) -> AnyView {
    match table.row_estimate {
        Some(rows) => format::count(rows).into_any(),
        None if matches!(table.kind, TableKind::View | TableKind::Foreign) => "–".into_any(),
        None => view! { <span class="null" title="PostgreSQL has not counted it yet: ANALYZE does">"not analysed"</span> }
            .into_any(),
    }
}

/// The size on disk; views have none.
pub(crate) fn size(table: &DatabaseTable) -> String {
    table.size_bytes.map_or_else(|| "–".to_owned(), format::bytes)
}
