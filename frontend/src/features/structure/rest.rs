//! Partitions, triggers, policies, privileges, statistics, storage, dependents.

use std::sync::Arc;

use howdah_types::table_details::{TableDetails, TableStatistics};
use leptos::prelude::*;

use crate::features::objects::{DependentList, PrivilegeTable, Section, fact, relation_link};
use crate::ui::{RelativeTime, SqlText, Tag, TagKind, format};

/// How a table is split, and what it is a part of.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn Partitions(details: Arc<TableDetails>, database: String) -> impl IntoView {
    let here = &details.schema;
    let parents = details.partition_of.iter().map(|of| {
        let parent = relation_link(&database, here, &of.schema, &of.table);
        view! { <p class="part-line">"A partition of " {parent} " " <code>{of.bound.clone()}</code></p> }
    });
    let parents = parents.collect_view();
    let links = |list: &[howdah_types::table_details::RelationName]| {
        let links =
            list.iter().map(|one| view! { " " {relation_link(&database, here, &one.schema, &one.name)} });
        links.collect_view()
    };
    let inherits = (!details.inherits.is_empty())
        .then(|| view! { <p class="part-line">"Inherits from" {links(&details.inherits)}</p> });
    let heirs = (!details.inherited_by.is_empty())
        .then(|| view! { <p class="part-line">"Inherited by" {links(&details.inherited_by)}</p> });
    let key = details.partition_key.as_ref().map(|key| {
        view! { <p class="part-line">"Split by " <code>{key.definition.clone()}</code></p> }
    });
    let rows = details.partitions.iter().map(|one| {
        let name = relation_link(&database, here, &one.schema, &one.name);
        let split = one.partitioned.then(|| view! { " " <Tag>"split itself"</Tag> });
        view! {
            <tr>
                <td class="name">{name}{split}</td>
                <td class="mono wrap">{one.bound.clone()}</td>
                <td class="num">{one.row_estimate.map_or_else(|| "–".to_owned(), format::count)}</td>
                <td class="num">{one.size_bytes.map_or_else(|| "–".to_owned(), format::bytes)}</td>
            </tr>
        }
    });
    let table = (!details.partitions.is_empty()).then(|| {
        view! {
            <div class="card scroll-x part-scroll" tabindex="0" role="group" aria-label="Partitions">
                <table class="grid" aria-label="Partitions">
                    <thead>
                        <tr>
                            <th scope="col">"Partition"</th>
                            <th scope="col">"Rows that belong there"</th>
                            <th scope="col" class="num">"Rows, about"</th>
                            <th scope="col" class="num">"Size"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
    });
    let any = details.partition_key.is_some()
        || details.partition_of.is_some()
        || !details.inherits.is_empty()
        || !details.inherited_by.is_empty();
    let count = usize::try_from(details.partition_count).unwrap_or_default();
    any.then(|| {
        view! { <Section title="Partitions" count=count>{parents}{inherits}{key}{heirs}{table}</Section> }
    })
}

/// Triggers, rules and policies.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn Triggers(details: Arc<TableDetails>) -> impl IntoView {
    use howdah_types::table_details::TriggerEnabled as Enabled;
    let off = |enabled: Enabled| match enabled {
        Enabled::Origin => None,
        Enabled::Always => Some((TagKind::Plain, "always")),
        Enabled::Replica => Some((TagKind::Plain, "on replicas only")),
        Enabled::Disabled => Some((TagKind::Warn, "disabled")),
    };
    let line = |name: &str, enabled: Enabled, definition: &str| {
        let mark = off(enabled).map(|(kind, word)| view! { " " <Tag kind>{word}</Tag> });
        view! {
            <tr>
                <td class="name">{name.to_owned()}{mark}</td>
                <td class="mono wrap"><SqlText sql=definition.to_owned() /></td>
            </tr>
        }
        .into_any()
    };
    let triggers = details.triggers.iter().map(|one| line(&one.name, one.enabled, &one.definition));
    let rules = details.rules.iter().map(|one| line(&one.name, one.enabled, &one.definition));
    let policies = details.policies.iter().map(|one| {
        let kind = if one.permissive { "permissive" } else { "restrictive" };
        let using = one.using.as_ref().map(|sql| format!("USING ({sql}) ")).unwrap_or_default();
        let check = one.with_check.as_ref().map(|sql| format!("WITH CHECK ({sql})")).unwrap_or_default();
        let whom = format!("{} for {}", one.command, one.roles.join(", "));
        view! {
            <tr>
                <td class="name">{one.name.clone()} " " <Tag>{kind}</Tag></td>
                <td class="wrap">{whom} " " <code><SqlText sql=format!("{using}{check}") /></code></td>
            </tr>
        }
        .into_any()
    });
    let note = match (details.row_security, details.force_row_security) {
        (true, true) => Some("Row security is on, for the owner as well."),
        (true, false) => Some("Row security is on; it does not bind the owner."),
        (false, _) if !details.policies.is_empty() => {
            Some("Row security is off: the policies are not applied.")
        }
        (false, _) => None,
    };
    let note = note.map(|text| view! { <p class="part-line">{text}</p> });
    let rules: Vec<AnyView> = rules.collect();
    view! {
        {listed("Triggers", triggers.collect(), ())}
        {listed("Rules", rules, ())}
        {listed("Policies", policies.collect(), note)}
    }
}

fn listed(title: &'static str, rows: Vec<AnyView>, note: impl IntoView + 'static) -> Option<AnyView> {
    let count = rows.len();
    (count > 0).then(|| {
        view! {
            <Section title=title count=count>
                {note}
                <div class="card scroll-x" tabindex="0" role="group" aria-label=title>
                    <table class="grid" aria-label=title>
                        <thead><tr><th scope="col">"Name"</th><th scope="col">"Definition"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Section>
        }
        .into_any()
    })
}

/// What is left: dependents, privileges, statistics, storage.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub(super) fn Rest(details: Arc<TableDetails>, database: String) -> impl IntoView {
    let dependents = details.dependents.clone();
    let count = dependents.len();
    let needed = (count > 0).then(|| {
        view! {
            <Section title="What depends on it" count=count>
                <DependentList database=database.clone() list=dependents />
            </Section>
        }
    });
    let statistics = details.statistics.as_ref().map(statistics);
    let extended = details.extended_statistics.iter().map(|one| {
        view! { <p class="part-line"><code>{one.definition.clone()}</code></p> }
    });
    let extended = extended.collect_view();
    let rights = details.privileges.clone();
    view! {
        {needed}
        <Section title="Privileges"><PrivilegeTable list=rights /></Section>
        {statistics}{extended}
        {storage(&details)}
    }
}

fn statistics(one: &TableStatistics) -> AnyView {
    let n = |n: i64| format::count(n);
    let when = |time: &Option<String>, auto: &Option<String>| -> AnyView {
        match (time, auto) {
            (Some(by_hand), Some(auto)) => {
                let later = if by_hand > auto { by_hand } else { auto };
                view! { <RelativeTime time=later.clone() /> }.into_any()
            }
            (Some(time), None) | (None, Some(time)) => {
                view! { <RelativeTime time=time.clone() /> }.into_any()
            }
            (None, None) => view! { <span class="null">"never"</span> }.into_any(),
        }
    };
    let list = vec![
        fact("Live rows", n(one.live_rows)),
        fact("Dead rows", n(one.dead_rows)),
        fact("Sequential scans", n(one.sequential_scans)),
        fact("Index scans", one.index_scans.map_or_else(|| "–".to_owned(), n)),
        fact("Inserted", n(one.inserted)),
        fact("Updated", format!("{} ({} without the indexes)", n(one.updated), n(one.hot_updated))),
        fact("Deleted", n(one.deleted)),
        fact("Changed since ANALYZE", n(one.changed_since_analyze)),
        fact("Last vacuum", when(&one.last_vacuum, &one.last_autovacuum)),
        fact("Last analyze", when(&one.last_analyze, &one.last_autoanalyze)),
    ];
    view! { <Section title="Statistics"><dl class="facts card pad">{list}</dl></Section> }.into_any()
}

fn storage(details: &TableDetails) -> Option<AnyView> {
    let it = &details.storage;
    if let Some(foreign) = &details.foreign {
        let list = vec![fact("Server", foreign.server.clone()), fact("Options", foreign.options.join(", "))];
        return Some(
            view! { <Section title="Foreign table"><dl class="facts card pad">{list}</dl></Section> }
                .into_any(),
        );
    }
    it.total_bytes?;
    let bytes = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), format::bytes);
    let mut list = vec![
        fact("In all", bytes(it.total_bytes)),
        fact("Table", bytes(it.table_bytes)),
        fact("Indexes", bytes(it.indexes_bytes)),
        fact("TOAST (long values)", bytes(it.toast_bytes)),
        fact("Access method", it.access_method.clone().unwrap_or_else(|| "–".to_owned())),
        fact("Tablespace", it.tablespace.clone().unwrap_or_else(|| "the database’s".to_owned())),
        fact("Logged", if it.unlogged { "no: emptied by a crash" } else { "yes" }),
        fact("Replica identity", it.replica_identity.clone().unwrap_or_else(|| "–".to_owned())),
    ];
    if !it.options.is_empty() {
        list.push(fact("Options", it.options.join(", ")));
    }
    Some(view! { <Section title="Storage"><dl class="facts card pad">{list}</dl></Section> }.into_any())
}
