//! How a table is kept and split: what most tables need nothing of.

use howdah_sql::{Lexer, Settings};
use howdah_types::table_details::TableDetails;
use howdah_types::table_form::{
    PartitionBound, PartitionByFormData, PartitionOfFormData, PartitionStrategy, RelationFormName,
    StorageOption, TableFormData,
};
use howdah_types::table_update::TableUpdateData;
use leptos::prelude::*;

use super::body::{given, keys};
use super::draft::Draft;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayoutDraft {
    pub(super) open: RwSignal<bool>,
    pub(super) unlogged: RwSignal<bool>,
    pub(super) tablespace: RwSignal<String>,
    /// `name = value`, with commas between.
    pub(super) options: RwSignal<String>,
    /// What it is to other tables: nothing, `by` (it is split), `of` (it is a partition) or `inherits`.
    pub(super) relation: RwSignal<String>,
    /// `range`, `list` or `hash`.
    pub(super) strategy: RwSignal<String>,
    pub(super) keys: RwSignal<Vec<u32>>,
    pub(super) expression: RwSignal<String>,
    pub(super) parent_schema: RwSignal<String>,
    pub(super) parent: RwSignal<String>,
    /// `range`, `list`, `hash` or `default`.
    pub(super) bound: RwSignal<String>,
    /// SQL expressions with commas between; for `hash` the remainder.
    pub(super) first: RwSignal<String>,
    /// The same; for `hash` the modulus.
    pub(super) second: RwSignal<String>,
}

impl LayoutDraft {
    pub(super) fn new(schema: &str) -> Self {
        let text = |value: &str| RwSignal::new(value.to_owned());
        Self {
            open: RwSignal::new(false),
            unlogged: RwSignal::new(false),
            tablespace: text(""),
            options: text(""),
            relation: text(""),
            strategy: text("range"),
            keys: RwSignal::new(Vec::new()),
            expression: text(""),
            parent_schema: text(schema),
            parent: text(""),
            bound: text("range"),
            first: text(""),
            second: text(""),
        }
    }

    pub(super) fn of(details: &TableDetails) -> Self {
        let draft = Self::new(&details.schema);
        draft.unlogged.set(details.storage.unlogged);
        draft.tablespace.set(details.storage.tablespace.clone().unwrap_or_default());
        draft.options.set(details.storage.options.join(", "));
        draft
    }

    /// It has the columns of another table (tracked).
    pub(super) fn is_partition(self) -> bool {
        self.relation.with(|relation| relation == "of")
    }
}

/// Puts it into the body of a new table.
pub(super) fn create(draft: Draft, data: &mut TableFormData) {
    let layout = draft.layout();
    data.unlogged = layout.unlogged.get();
    data.tablespace = given(&layout.tablespace.get());
    data.options = options(&layout.options.get());
    match layout.relation.get().as_str() {
        "by" => data.partition_by = Some(partition_by(draft)),
        "of" => {
            data.partition_of = Some(PartitionOfFormData {
                schema: given(&layout.parent_schema.get()),
                table: layout.parent.get(),
                bound: bound(layout),
            });
            // It has them from its parent.
            data.columns.clear();
            data.primary_key = None;
        }
        "inherits" => {
            let name = layout.parent.get();
            data.inherits = vec![RelationFormName { schema: given(&layout.parent_schema.get()), name }];
        }
        _ => {}
    }
}

/// Puts what differs into the body of a change.
pub(super) fn update(draft: Draft, was: &TableDetails, data: &mut TableUpdateData) {
    let layout = draft.layout();
    let unlogged = layout.unlogged.get();
    data.unlogged = (unlogged != was.storage.unlogged).then_some(unlogged);
    let tablespace = layout.tablespace.get();
    let before = was.storage.tablespace.as_deref().unwrap_or_default();
    // The database's own has no name here: it cannot be gone back to by leaving the field empty.
    data.tablespace = given(&tablespace).filter(|now| now != before);
    let (before, now) = (options(&was.storage.options.join(", ")), options(&layout.options.get()));
    data.options = now.iter().filter(|one| !before.contains(one)).cloned().collect();
    let gone = before.into_iter().filter(|old| now.iter().all(|one| one.name != old.name));
    data.options.extend(gone.map(|old| StorageOption { value: None, ..old }));
}

fn partition_by(draft: Draft) -> PartitionByFormData {
    let layout = draft.layout();
    let keys = keys(draft, layout.keys, layout.expression);
    let strategy = match layout.strategy.get().as_str() {
        "list" => PartitionStrategy::List,
        "hash" => PartitionStrategy::Hash,
        _ => PartitionStrategy::Range,
    };
    PartitionByFormData { strategy, keys }
}

fn bound(layout: LayoutDraft) -> PartitionBound {
    let (first, second) = (layout.first.get(), layout.second.get());
    let none = PartitionBound::default();
    match layout.bound.get().as_str() {
        "default" => PartitionBound { default: true, ..none },
        "list" => PartitionBound { values: list(&first), ..none },
        "hash" => PartitionBound {
            remainder: first.trim().parse().ok(),
            modulus: second.trim().parse().ok(),
            ..none
        },
        _ => PartitionBound { from: list(&first), to: list(&second), ..none },
    }
}

/// `fillfactor = 90, autovacuum_enabled` as storage parameters; what has no value is switched on, as in SQL.
fn options(text: &str) -> Vec<StorageOption> {
    let one = |option: String| {
        let (name, value) = option.split_once('=').unwrap_or((option.as_str(), "true"));
        StorageOption { name: name.trim().to_owned(), value: Some(value.trim().to_owned()) }
    };
    list(text).into_iter().map(one).collect()
}

/// Expressions with commas between them. Commas in quotes, brackets and parentheses belong to their expression.
fn list(text: &str) -> Vec<String> {
    let (mut items, mut begin, mut depth) = (Vec::new(), 0, 0_usize);
    for token in Lexer::new(text, Settings::default()) {
        match token.text(text) {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                items.push(text.get(begin..token.start));
                begin = token.end;
            }
            _ => {}
        }
    }
    items.push(text.get(begin..));
    let items = items.into_iter().flatten().map(str::trim);
    items.filter(|item| !item.is_empty()).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_of_an_expression_do_not_split_it() {
        assert_eq!(
            list("'a, b', f(1, 2), ARRAY[1,2], \"x,y\", 'it''s, it', $$a,b$$"),
            ["'a, b'", "f(1, 2)", "ARRAY[1,2]", "\"x,y\"", "'it''s, it'", "$$a,b$$",]
        );
        assert_eq!(list(" , "), Vec::<String>::new());
        assert_eq!(list("MINVALUE, '2026-01-01'"), ["MINVALUE", "'2026-01-01'"]);
    }

    #[test]
    fn storage_parameters_are_read_as_sql_writes_them() {
        let read = options("fillfactor = 90, autovacuum_enabled");
        let read: Vec<_> = read.iter().map(|one| (one.name.as_str(), one.value.as_deref())).collect();
        assert_eq!(read, [("fillfactor", Some("90")), ("autovacuum_enabled", Some("true"))]);
    }
}
