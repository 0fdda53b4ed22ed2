//! The columns of a table or view.

use std::sync::Arc;

use howdah_types::table_details::{ColumnDetails, TableDetails};
use howdah_types::table_form::IdentityKind;
use leptos::prelude::*;

use crate::features::objects::Section;
use crate::ui::{Icon, IconName, SqlText, Tag};

#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn Columns(details: Arc<TableDetails>) -> impl IntoView {
    let count = details.columns.len();
    let keys = &details.foreign_keys;
    let rows = details.columns.iter().map(|column| {
        let refers = keys.iter().any(|key| key.columns.contains(&column.name));
        row(column, refers)
    });
    let rows = rows.collect_view();
    view! {
        <Section title="Columns" count=count>
            <div class="card scroll-x" tabindex="0" role="group" aria-label="Columns">
                <table class="grid structure-columns" aria-label="Columns">
                    <thead>
                        <tr>
                            <th scope="col">"Column"</th>
                            <th scope="col">"Type"</th>
                            <th scope="col">"Null"</th>
                            <th scope="col">"Default"</th>
                            <th scope="col">"Description"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Section>
    }
}

fn row(column: &ColumnDetails, refers: bool) -> AnyView {
    let key = column.primary_key_position.map(|_| {
        view! {
            <span class="key-mark is-key" title="In the primary key">
                <Icon name=IconName::Key /><span class="sr-only">"in the primary key"</span>
            </span>
        }
    });
    let foreign = refers.then(|| view! { <Tag>"→ refers"</Tag> });
    let inherited = (!column.local).then(|| view! { <Tag>"inherited"</Tag> });
    let labels = column.enum_labels.as_ref().map(|labels| labels.join(", "));
    let base = column.base_type.as_ref().map(|base| format!("domain over {base}"));
    let collation = column.collation.as_ref().map(|collation| format!("COLLATE {collation}"));
    let notes = [labels, base, collation].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let description = column.description.clone().unwrap_or_default();
    view! {
        <tr>
            <td class="name"><span class="column-name">{column.name.clone()}{key}{foreign}{inherited}</span></td>
            <td class="mono" title=notes.clone()>
                {column.type_name.clone()}
                {(!notes.is_empty()).then(|| view! { <span class="type-note">{notes.clone()}</span> })}
            </td>
            <td>{if column.nullable { view! { <span class="muted">"yes"</span> }.into_any() } else { "no".into_any() }}</td>
            <td class="mono">{value(column)}</td>
            <td class="description wrap">{description}</td>
        </tr>
    }
    .into_any()
}

/// What a column holds when an INSERT says nothing.
fn value(column: &ColumnDetails) -> AnyView {
    match (column.identity, &column.generated, &column.default) {
        (Some(IdentityKind::Always), ..) => view! { <Tag>"identity, always"</Tag> }.into_any(),
        (Some(IdentityKind::ByDefault), ..) => view! { <Tag>"identity, by default"</Tag> }.into_any(),
        (None, Some(expression), _) => {
            let kind = if column.generated_virtual { "virtual" } else { "stored" };
            view! { <Tag>{format!("generated, {kind}")}</Tag> " " <SqlText sql=expression.clone() /> }
                .into_any()
        }
        (None, None, Some(default)) => view! { <SqlText sql=default.clone() /> }.into_any(),
        (None, None, None) => ().into_any(),
    }
}
