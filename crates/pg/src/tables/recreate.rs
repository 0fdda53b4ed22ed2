//! The statements that make a relation anew, with everything that belongs to it.

use std::fmt::Write;

use howdah_types::table_details::{TableDetails, TriggerEnabled};
use howdah_types::table_form::IdentityKind;
use howdah_types::tables::TableKind;

use super::details::{Column, Parts};
use crate::ident::{Ident, Literal, Qualified};

/// One statement each, in the order in which they are to be run.
pub(super) fn statements(parts: &Parts) -> Vec<String> {
    let details = &parts.details;
    let mut sql = Vec::new();
    sql.extend(owned_sequences(parts));
    sql.push(match details.kind {
        TableKind::View | TableKind::MaterializedView => view(parts),
        _ => table(parts),
    });
    let name = Qualified(&details.schema, &details.name);
    for column in &parts.columns {
        after_column(details, column, &mut sql);
    }
    constraints_and_indexes(parts, &mut sql);
    for one in &details.extended_statistics {
        sql.push(one.definition.clone());
    }
    rules(details, &mut sql);
    match details.storage.replica_identity.as_deref() {
        None | Some("default") => {}
        Some("full") => sql.push(format!("ALTER TABLE {name} REPLICA IDENTITY FULL")),
        Some("nothing") => sql.push(format!("ALTER TABLE {name} REPLICA IDENTITY NOTHING")),
        Some(index) => sql.push(format!("ALTER TABLE {name} REPLICA IDENTITY USING INDEX {}", Ident(index))),
    }
    comments(details, &mut sql);
    owner_and_rights(parts, &mut sql);
    sql
}

/// The word for it in `ALTER …`, `COMMENT ON …`.
pub(crate) fn noun(kind: TableKind) -> &'static str {
    match kind {
        TableKind::View => "VIEW",
        TableKind::MaterializedView => "MATERIALIZED VIEW",
        TableKind::Foreign => "FOREIGN TABLE",
        TableKind::Table | TableKind::Partitioned | TableKind::Partition => "TABLE",
    }
}

fn owned_sequences(parts: &Parts) -> impl Iterator<Item = String> + '_ {
    parts.columns.iter().filter_map(|column| column.owned_sequence.clone())
}

fn view(parts: &Parts) -> String {
    let details = &parts.details;
    let mut sql = format!("CREATE {} {}", noun(details.kind), Qualified(&details.schema, &details.name));
    with_options(details, &mut sql);
    if details.kind == TableKind::MaterializedView {
        tablespace(details, &mut sql);
    }
    let query = details.definition.as_deref().unwrap_or_default().trim().trim_end_matches(';');
    let _ = write!(sql, " AS\n{query}");
    if details.kind == TableKind::MaterializedView {
        sql.push_str(if parts.populated { "\nWITH DATA" } else { "\nWITH NO DATA" });
    }
    sql
}

fn table(parts: &Parts) -> String {
    let details = &parts.details;
    let unlogged = if details.storage.unlogged { "UNLOGGED " } else { "" };
    let foreign = if details.foreign.is_some() { "FOREIGN " } else { "" };
    let mut sql = format!("CREATE {unlogged}{foreign}TABLE {}", Qualified(&details.schema, &details.name));
    let mut lines: Vec<String> = Vec::new();
    if let Some(of) = &details.partition_of {
        let _ = write!(sql, " PARTITION OF {}", Qualified(&of.schema, &of.table));
        lines.extend(checks(parts));
        if !lines.is_empty() {
            let _ = write!(sql, " (\n    {}\n)", lines.join(",\n    "));
        }
        let _ = write!(sql, " {}", of.bound);
    } else {
        lines.extend(parts.columns.iter().filter(|column| column.details.local).map(column));
        lines.extend(checks(parts));
        if lines.is_empty() {
            sql.push_str(" ()");
        } else {
            let _ = write!(sql, " (\n    {}\n)", lines.join(",\n    "));
        }
        let parents: Vec<_> =
            details.inherits.iter().map(|one| Qualified(&one.schema, &one.name).to_string()).collect();
        if !parents.is_empty() {
            let _ = write!(sql, " INHERITS ({})", parents.join(", "));
        }
    }
    if let Some(key) = &details.partition_key {
        let _ = write!(sql, " PARTITION BY {}", key.definition);
    }
    if let Some(foreign) = &details.foreign {
        let _ = write!(sql, " SERVER {}{}", Ident(&foreign.server), fdw_options(&foreign.options));
    }
    if let Some(method) = details.storage.access_method.as_deref().filter(|method| *method != "heap") {
        let _ = write!(sql, " USING {}", Ident(method));
    }
    with_options(details, &mut sql);
    tablespace(details, &mut sql);
    sql
}

fn with_options(details: &TableDetails, sql: &mut String) {
    let options: Vec<_> = details
        .storage
        .options
        .iter()
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| format!("{name} = {}", Literal(value)))
        .collect();
    if !options.is_empty() {
        let _ = write!(sql, " WITH ({})", options.join(", "));
    }
}

fn tablespace(details: &TableDetails, sql: &mut String) {
    if let Some(tablespace) = &details.storage.tablespace {
        let _ = write!(sql, " TABLESPACE {}", Ident(tablespace));
    }
}

fn fdw_options(options: &[String]) -> String {
    let list: Vec<_> = options
        .iter()
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| format!("{} {}", Ident(name), Literal(value)))
        .collect();
    if list.is_empty() { String::new() } else { format!(" OPTIONS ({})", list.join(", ")) }
}

fn column(column: &Column) -> String {
    let details = &column.details;
    let mut sql = format!("{} {}", Ident(&details.name), details.type_name);
    sql.push_str(&fdw_options(&column.fdw_options));
    if let Some(method) = &details.compression {
        let _ = write!(sql, " COMPRESSION {method}");
    }
    if let Some(collation) = &details.collation {
        let _ = write!(sql, " COLLATE {collation}");
    }
    if let Some(expression) = &details.generated {
        let kind = if details.generated_virtual { "VIRTUAL" } else { "STORED" };
        let _ = write!(sql, " GENERATED ALWAYS AS ({expression}) {kind}");
    } else if let Some(kind) = details.identity {
        let kind = match kind {
            IdentityKind::Always => "ALWAYS",
            IdentityKind::ByDefault => "BY DEFAULT",
        };
        let (name, options) = (details.sequence.as_deref(), column.identity_options.as_deref());
        let _ = write!(sql, " GENERATED {kind} AS IDENTITY");
        if let (Some(name), Some(options)) = (name, options) {
            let _ = write!(sql, " (SEQUENCE NAME {name}{options})");
        }
    } else if let Some(default) = &details.default {
        let _ = write!(sql, " DEFAULT {default}");
    }
    if !details.nullable {
        sql.push_str(" NOT NULL");
    }
    sql
}

/// Checks that can stand in the table's own statement.
fn checks(parts: &Parts) -> impl Iterator<Item = String> + '_ {
    let own = parts.details.checks.iter().filter(|check| check.local && check.validated);
    own.map(|check| format!("CONSTRAINT {} {}", Ident(&check.name), check.definition))
}

fn after_column(table: &TableDetails, column: &Column, sql: &mut Vec<String>) {
    let name = Qualified(&table.schema, &table.name);
    let (details, alter) = (&column.details, format!("ALTER COLUMN {}", Ident(&column.details.name)));
    let noun = noun(table.kind);
    // Of a column that came from a parent the table's own statement says nothing.
    let from_parent = !details.local || table.partition_of.is_some();
    let is_view = matches!(table.kind, TableKind::View);
    if (from_parent || is_view) && details.generated.is_none() {
        if let Some(default) = &details.default {
            sql.push(format!("ALTER {noun} {name} {alter} SET DEFAULT {default}"));
        }
        if !details.nullable && !is_view {
            sql.push(format!("ALTER {noun} {name} {alter} SET NOT NULL"));
        }
    }
    if column.owned_sequence.is_some()
        && let Some(sequence) = &details.sequence
    {
        sql.push(format!("ALTER SEQUENCE {sequence} OWNED BY {name}.{}", Ident(&details.name)));
    }
    if is_view {
        return;
    }
    if !column.storage_default {
        let storage = storage(details.storage);
        sql.push(format!("ALTER {noun} {name} {alter} SET STORAGE {storage}"));
    }
    if let Some(target) = details.statistics_target {
        sql.push(format!("ALTER {noun} {name} {alter} SET STATISTICS {target}"));
    }
}

/// PostgreSQL's word for it.
pub(super) fn storage(storage: howdah_types::table_details::ColumnStorage) -> &'static str {
    use howdah_types::table_details::ColumnStorage as S;
    match storage {
        S::Plain => "PLAIN",
        S::External => "EXTERNAL",
        S::Extended => "EXTENDED",
        S::Main => "MAIN",
    }
}

fn constraints_and_indexes(parts: &Parts, sql: &mut Vec<String>) {
    let details = &parts.details;
    let alter = format!("ALTER {} {}", noun(details.kind), Qualified(&details.schema, &details.name));
    let own = |name: &str| !parts.inherited_constraints.iter().any(|inherited| inherited == name);
    let keys = details.primary_key.iter().chain(&details.unique).map(|key| (&key.name, &key.definition));
    let exclusions = details.exclusions.iter().map(|one| (&one.name, &one.definition));
    let unchecked = details.checks.iter().filter(|check| check.local && !check.validated);
    let unchecked = unchecked.map(|check| (&check.name, &check.definition));
    for (name, definition) in keys.chain(exclusions).chain(unchecked).filter(|(name, _)| own(name)) {
        sql.push(format!("{alter} ADD CONSTRAINT {} {definition}", Ident(name)));
    }
    let indexes = details.indexes.iter().filter(|index| index.constraint.is_none());
    for index in indexes.filter(|index| !parts.inherited_indexes.contains(&index.name)) {
        sql.push(index.definition.clone());
    }
    for key in details.foreign_keys.iter().filter(|key| own(&key.name)) {
        sql.push(format!("{alter} ADD CONSTRAINT {} {}", Ident(&key.name), key.definition));
    }
}

fn rules(details: &TableDetails, sql: &mut Vec<String>) {
    let name = Qualified(&details.schema, &details.name);
    let mut enabled = |sql: &mut Vec<String>, what: &str, one: &str, enabled: TriggerEnabled| {
        let word = match enabled {
            TriggerEnabled::Origin => return,
            TriggerEnabled::Always => "ENABLE ALWAYS",
            TriggerEnabled::Replica => "ENABLE REPLICA",
            TriggerEnabled::Disabled => "DISABLE",
        };
        sql.push(format!("ALTER TABLE {name} {word} {what} {}", Ident(one)));
    };
    for trigger in details.triggers.iter().filter(|trigger| !trigger.inherited) {
        sql.push(trigger.definition.clone());
        enabled(sql, "TRIGGER", &trigger.name, trigger.enabled);
    }
    for rule in &details.rules {
        sql.push(rule.definition.trim_end_matches(';').to_owned());
        enabled(sql, "RULE", &rule.name, rule.enabled);
    }
    for (on, word) in [(details.row_security, "ENABLE"), (details.force_row_security, "FORCE")] {
        if on {
            sql.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
        }
    }
    for policy in &details.policies {
        let kind = if policy.permissive { "PERMISSIVE" } else { "RESTRICTIVE" };
        let roles: Vec<_> = policy.roles.iter().map(|role| grantee(Some(role))).collect();
        let mut text = format!(
            "CREATE POLICY {} ON {name} AS {kind} FOR {} TO {}",
            Ident(&policy.name),
            policy.command,
            roles.join(", ")
        );
        if let Some(expression) = &policy.using {
            let _ = write!(text, " USING ({expression})");
        }
        if let Some(expression) = &policy.with_check {
            let _ = write!(text, " WITH CHECK ({expression})");
        }
        sql.push(text);
    }
}

/// `public` is everybody, and no role can have the name.
fn grantee(role: Option<&str>) -> String {
    match role {
        None | Some("public") => "PUBLIC".to_owned(),
        Some(role) => Ident(role).to_string(),
    }
}

fn comments(details: &TableDetails, sql: &mut Vec<String>) {
    let name = Qualified(&details.schema, &details.name);
    let mut add = |on: String, text: &Option<String>| {
        if let Some(text) = text {
            sql.push(format!("COMMENT ON {on} IS {}", Literal(text)));
        }
    };
    add(format!("{} {name}", noun(details.kind)), &details.description);
    for column in &details.columns {
        add(format!("COLUMN {name}.{}", Ident(&column.name)), &column.description);
    }
    let keys = details.primary_key.iter().chain(&details.unique).map(|one| (&one.name, &one.description));
    let checks = details.checks.iter().map(|one| (&one.name, &one.description));
    let exclusions = details.exclusions.iter().map(|one| (&one.name, &one.description));
    let foreign = details.foreign_keys.iter().map(|one| (&one.name, &one.description));
    for (constraint, text) in keys.chain(checks).chain(exclusions).chain(foreign) {
        add(format!("CONSTRAINT {} ON {name}", Ident(constraint)), text);
    }
    for index in &details.indexes {
        add(format!("INDEX {}", Qualified(&details.schema, &index.name)), &index.description);
    }
    for trigger in &details.triggers {
        add(format!("TRIGGER {} ON {name}", Ident(&trigger.name)), &trigger.description);
    }
    for rule in &details.rules {
        add(format!("RULE {} ON {name}", Ident(&rule.name)), &rule.description);
    }
    for policy in &details.policies {
        add(format!("POLICY {} ON {name}", Ident(&policy.name)), &policy.description);
    }
    for one in &details.extended_statistics {
        add(format!("STATISTICS {}", Qualified(&one.schema, &one.name)), &one.description);
    }
}

fn owner_and_rights(parts: &Parts, sql: &mut Vec<String>) {
    let details = &parts.details;
    let name = Qualified(&details.schema, &details.name);
    sql.push(format!("ALTER {} {name} OWNER TO {}", noun(details.kind), Ident(&details.owner)));
    let Some(privileges) = &details.privileges else { return };
    sql.extend(grants(&format!("TABLE {name}"), &details.owner, privileges));
}

/// The statements that bring the rights on something that was just made to what they were. `on` is `TABLE "s"."t"`.
pub(crate) fn grants(
    on: &str,
    owner: &str,
    privileges: &[howdah_types::table_details::Privilege],
) -> Vec<String> {
    let mut sql =
        vec![format!("REVOKE ALL ON {on} FROM PUBLIC"), format!("REVOKE ALL ON {on} FROM {}", Ident(owner))];
    for one in privileges {
        let column = one.column.as_deref().map(|column| format!(" ({})", Ident(column))).unwrap_or_default();
        // The owner can pass on whatever it has.
        let passing = one.grantable && one.grantee.as_deref() != Some(owner);
        let option = if passing { " WITH GRANT OPTION" } else { "" };
        let to = grantee(one.grantee.as_deref());
        sql.push(format!("GRANT {}{column} ON {on} TO {to}{option}", one.privilege));
    }
    sql
}
