//! What the pages of all objects are made of.

use howdah_types::changes::Dependent;
use howdah_types::table_details::Privilege;
use leptos::prelude::*;

use crate::routes;
use crate::ui::{CopyButton, SqlText, Tag, format, new_id};

/// A part of a page: a heading with a figure, and what belongs to it.
#[component]
pub(crate) fn Section(
    #[prop(into)] title: String,
    #[prop(optional)] count: Option<usize>,
    children: Children,
) -> impl IntoView {
    let id = new_id("section");
    let labelled = id.clone();
    let count = count.map(|n| {
        let n = format::count(i64::try_from(n).unwrap_or(i64::MAX));
        view! { <span class="tab-count">{n}</span> }
    });
    view! {
        <section class="part" aria-labelledby=labelled>
            <h2 id=id>{title}{count}</h2>
            {children()}
        </section>
    }
}

/// A term with what it is.
pub(crate) fn fact(name: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

/// `schema.table` as a link to its structure; the schema is left out where it is `here`.
pub(crate) fn relation_link(database: &str, here: &str, schema: &str, name: &str) -> AnyView {
    let href = routes::table_section(database, schema, name, "structure");
    let before = (schema != here).then(|| view! { <span class="schema">{schema.to_owned()}"."</span> });
    view! { <a class="object-link" href=href>{before}{name.to_owned()}</a> }.into_any()
}

/// Statements with a button that copies them all.
#[component]
pub(crate) fn Ddl(statements: Vec<String>) -> impl IntoView {
    let mut all = String::new();
    for statement in &statements {
        all.push_str(statement.trim_end().trim_end_matches(';'));
        all.push_str(";\n");
    }
    let blocks = statements.into_iter().map(|sql| {
        let sql = format!("{};", sql.trim_end().trim_end_matches(';'));
        view! { <div class="ddl-statement"><SqlText sql /></div> }
    });
    view! {
        <div class="card ddl">
            <pre tabindex="0" role="group" aria-label="SQL">{blocks.collect_view()}</pre>
            <div class="ddl-copy"><CopyButton text=all label="Copy" title="Copy the SQL" /></div>
        </div>
    }
}

/// What hangs on something; tables and views lead to their pages.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(crate) fn DependentList(database: String, list: Vec<Dependent>) -> impl IntoView {
    let one = |dependent: Dependent| {
        let Dependent { kind, schema, name, identity } = dependent;
        let relation = matches!(kind.as_str(), "table" | "view" | "materialized view" | "foreign table");
        let shown = match (schema, name) {
            (Some(schema), Some(name)) if relation => relation_link(&database, "", &schema, &name),
            _ => view! { <span>{identity}</span> }.into_any(),
        };
        view! { <li><Tag>{kind}</Tag> {shown}</li> }
    };
    view! { <ul class="dependents">{list.into_iter().map(one).collect_view()}</ul> }
}

/// Who was granted what. `None`: nothing was ever granted, so only the owner has rights.
#[component]
pub(crate) fn PrivilegeTable(list: Option<Vec<Privilege>>) -> impl IntoView {
    let Some(list) = list else {
        return view! { <p class="reason">"Nothing was ever granted: the owner has all rights, others none."</p> }
            .into_any();
    };
    let mut grouped: Vec<(String, Option<String>, Vec<String>)> = Vec::new();
    for right in list {
        let who = right.grantee.unwrap_or_else(|| "everybody (PUBLIC)".to_owned());
        let word = if right.grantable { format!("{} *", right.privilege) } else { right.privilege };
        match grouped.iter_mut().find(|(grantee, column, _)| *grantee == who && *column == right.column) {
            Some((_, _, words)) => words.push(word),
            None => grouped.push((who, right.column, vec![word])),
        }
    }
    let rows = grouped.into_iter().map(|(who, column, words)| {
        let column =
            column.map(|column| view! { <span class="muted">" on column "</span> <code>{column}</code> });
        view! { <tr><td>{who}{column}</td><td class="wrap">{words.join(", ")}</td></tr> }
    });
    view! {
        <div class="card scroll-x" tabindex="0" role="group" aria-label="Privileges">
            <table class="grid" aria-label="Privileges">
                <thead><tr><th scope="col">"Role"</th><th scope="col">"May (* may pass it on)"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
