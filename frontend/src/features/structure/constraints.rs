//! Keys, checks, foreign keys both ways, indexes.

use std::sync::Arc;

use howdah_types::table_details::{ForeignKeyDetails, IndexDetails, TableDetails};
use howdah_types::table_form::ForeignKeyAction;
use leptos::prelude::*;

use crate::features::objects::{Section, relation_link};
use crate::ui::{SqlText, Tag, TagKind, format};

/// Primary key, unique constraints, checks and exclusions.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn Constraints(details: Arc<TableDetails>) -> impl IntoView {
    let mut rows: Vec<AnyView> = Vec::new();
    if let Some(key) = &details.primary_key {
        rows.push(row(&key.name, "primary key", &key.definition, Vec::new()));
    }
    for key in &details.unique {
        rows.push(row(&key.name, "unique", &key.definition, Vec::new()));
    }
    for check in &details.checks {
        let marks = [
            (!check.validated, "not validated"),
            (!check.enforced, "not enforced"),
            (!check.local, "inherited"),
        ];
        rows.push(row(&check.name, "check", &check.definition, marked(&marks)));
    }
    for one in &details.exclusions {
        rows.push(row(&one.name, "exclusion", &one.definition, Vec::new()));
    }
    let count = rows.len();
    (count > 0).then(|| {
        view! {
            <Section title="Keys and checks" count=count>
                <div class="card scroll-x" tabindex="0" role="group" aria-label="Keys and checks">
                    <table class="grid" aria-label="Keys and checks">
                        <thead>
                            <tr><th scope="col">"Name"</th><th scope="col">"Kind"</th><th scope="col">"Definition"</th></tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Section>
        }
    })
}

fn marked(marks: &[(bool, &'static str)]) -> Vec<&'static str> {
    marks.iter().filter(|(there, _)| *there).map(|(_, word)| *word).collect()
}

fn warned(words: Vec<&'static str>) -> AnyView {
    words
        .into_iter()
        .map(|word| {
            let kind = if word == "inherited" { TagKind::Plain } else { TagKind::Warn };
            view! { " " <Tag kind>{word}</Tag> }
        })
        .collect_view()
        .into_any()
}

fn row(name: &str, kind: &'static str, definition: &str, marks: Vec<&'static str>) -> AnyView {
    view! {
        <tr>
            <td class="name">{name.to_owned()}</td>
            <td>{kind}{warned(marks)}</td>
            <td class="mono wrap"><SqlText sql=definition.to_owned() /></td>
        </tr>
    }
    .into_any()
}

/// Foreign keys of this table, and of others to it.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn References(details: Arc<TableDetails>, database: String) -> impl IntoView {
    let here = &details.schema;
    let out = details.foreign_keys.iter().map(|key| {
        let target = relation_link(&database, here, &key.references_schema, &key.references_table);
        foreign(key, target, &key.columns, &key.references_columns)
    });
    let back = details.referenced_by.iter().map(|key| {
        let source = relation_link(&database, here, &key.schema, &key.table);
        foreign(key, source, &key.references_columns, &key.columns)
    });
    let table = |label: &'static str, other: &'static str, rows: Vec<AnyView>| {
        let count = rows.len();
        (count > 0).then(|| {
            view! {
                <Section title=label count=count>
                    <div class="card scroll-x" tabindex="0" role="group" aria-label=label>
                        <table class="grid" aria-label=label>
                            <thead>
                                <tr>
                                    <th scope="col">"Columns here"</th>
                                    <th scope="col">{other}</th>
                                    <th scope="col">"Columns there"</th>
                                    <th scope="col">"When a row there goes or changes"</th>
                                    <th scope="col">"Name"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </Section>
            }
        })
    };
    view! {
        {table("Foreign keys", "Refers to", out.collect())}
        {table("Referenced by", "From", back.collect())}
    }
}

fn foreign(key: &ForeignKeyDetails, other: AnyView, mine: &[String], theirs: &[String]) -> AnyView {
    let marks =
        [(!key.validated, "not validated"), (!key.enforced, "not enforced"), (key.deferrable, "deferrable")];
    let marks = marked(&marks)
        .into_iter()
        .map(|word| {
            let kind = if word == "deferrable" { TagKind::Plain } else { TagKind::Warn };
            view! { " " <Tag kind>{word}</Tag> }
        })
        .collect_view();
    let limited =
        (!key.on_delete_columns.is_empty()).then(|| format!(" ({})", key.on_delete_columns.join(", ")));
    let deed = format!(
        "delete: {}{}, update: {}",
        action(key.on_delete),
        limited.unwrap_or_default(),
        action(key.on_update)
    );
    view! {
        <tr>
            <td class="mono">{mine.join(", ")}</td>
            <td class="name">{other}</td>
            <td class="mono">{theirs.join(", ")}</td>
            <td>{deed}</td>
            <td class="muted" title=key.definition.clone()>{key.name.clone()}{marks}</td>
        </tr>
    }
    .into_any()
}

fn action(action: ForeignKeyAction) -> &'static str {
    match action {
        ForeignKeyAction::NoAction => "refused",
        ForeignKeyAction::Restrict => "refused at once",
        ForeignKeyAction::Cascade => "cascades",
        ForeignKeyAction::SetNull => "set to null",
        ForeignKeyAction::SetDefault => "set to the default",
    }
}

/// All indexes, with what they weigh and whether anybody uses them.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn Indexes(details: Arc<TableDetails>) -> impl IntoView {
    let count = details.indexes.len();
    let rows = details.indexes.iter().map(index).collect_view();
    (count > 0).then(|| {
        view! {
            <Section title="Indexes" count=count>
                <div class="card scroll-x" tabindex="0" role="group" aria-label="Indexes">
                    <table class="grid" aria-label="Indexes">
                        <thead>
                            <tr>
                                <th scope="col">"Name"</th>
                                <th scope="col">"Keys"</th>
                                <th scope="col">"Method"</th>
                                <th scope="col" class="num">"Size"</th>
                                <th scope="col" class="num">"Used"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Section>
        }
    })
}

fn index(index: &IndexDetails) -> AnyView {
    let of = match (&index.constraint, index.primary, index.unique) {
        (_, true, _) => Some("primary key"),
        (Some(_), ..) => Some("constraint"),
        (None, _, true) => Some("unique"),
        _ => None,
    };
    let of = of.map(|word| view! { " " <Tag>{word}</Tag> });
    let broken = (!index.valid).then(|| view! { " " <Tag kind=TagKind::Bad>"not valid"</Tag> });
    let mut keys = index.keys.join(", ");
    if !index.include.is_empty() {
        keys = format!("{keys} INCLUDE ({})", index.include.join(", "));
    }
    if let Some(predicate) = &index.predicate {
        keys = format!("{keys} WHERE {predicate}");
    }
    let size = index.size_bytes.map_or_else(|| "–".to_owned(), format::bytes);
    let scans = index.scans.map_or_else(|| "–".to_owned(), |n| format!("{} ×", format::count(n)));
    view! {
        <tr>
            <td class="name" title=index.definition.clone()>{index.name.clone()}{of}{broken}</td>
            <td class="mono wrap"><SqlText sql=keys /></td>
            <td>{index.method.clone()}</td>
            <td class="num">{size}</td>
            <td class="num">{scans}</td>
        </tr>
    }
    .into_any()
}
