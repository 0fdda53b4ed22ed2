//! A table as it is being designed: one signal for each thing that can be typed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use howdah_types::table_details::{ColumnDetails, ColumnStorage, TableDetails};
use howdah_types::table_form::IdentityKind;
use leptos::prelude::*;

use super::layout::LayoutDraft;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A number that nothing else on the page has: columns are meant by it, so that they may be renamed meanwhile.
pub(super) fn new_id() -> u32 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn text(value: impl Into<String>) -> RwSignal<String> {
    RwSignal::new(value.into())
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnDraft {
    pub(super) id: u32,
    /// As it is in the table; none for a new one.
    pub(super) was: StoredValue<Option<ColumnDetails>>,
    pub(super) name: RwSignal<String>,
    pub(super) type_name: RwSignal<String>,
    pub(super) nullable: RwSignal<bool>,
    pub(super) key: RwSignal<bool>,
    /// Where values come from: nothing, `default`, `always`, `byDefault`, `stored` or `virtual`.
    pub(super) kind: RwSignal<String>,
    pub(super) expression: RwSignal<String>,
    /// How old values become new ones when the type changes.
    pub(super) using: RwSignal<String>,
    /// As SQL writes it; empty for the type's own.
    pub(super) collation: RwSignal<String>,
    /// How long values are kept; empty for the type's own way, which only a new column has.
    pub(super) storage: RwSignal<String>,
    pub(super) description: RwSignal<String>,
    pub(super) dropped: RwSignal<bool>,
    /// Its description and the rest are shown.
    pub(super) open: RwSignal<bool>,
}

impl ColumnDraft {
    /// A new column.
    pub(super) fn new(name: &str, type_name: &str) -> Self {
        Self {
            id: new_id(),
            was: StoredValue::new(None),
            name: text(name),
            type_name: text(type_name),
            nullable: RwSignal::new(true),
            key: RwSignal::new(false),
            kind: text(""),
            expression: text(""),
            using: text(""),
            collation: text(""),
            storage: text(""),
            description: text(""),
            dropped: RwSignal::new(false),
            open: RwSignal::new(false),
        }
    }

    /// One that is there.
    pub(super) fn of(column: &ColumnDetails) -> Self {
        Self {
            id: new_id(),
            was: StoredValue::new(Some(column.clone())),
            name: text(&column.name),
            type_name: text(&column.type_name),
            nullable: RwSignal::new(column.nullable),
            key: RwSignal::new(column.primary_key_position.is_some()),
            kind: text(kind_of(column)),
            expression: text(expression_of(column)),
            using: text(""),
            collation: text(column.collation.clone().unwrap_or_default()),
            storage: text(storage_word(column.storage)),
            description: text(column.description.clone().unwrap_or_default()),
            dropped: RwSignal::new(false),
            open: RwSignal::new(false),
        }
    }

    /// Whether it is in the table already.
    pub(super) fn is_old(self) -> bool {
        self.was.with_value(Option::is_some)
    }

    /// Its type was changed (tracked).
    pub(super) fn retyped(self) -> bool {
        let now = self.type_name.get();
        self.was.with_value(|was| was.as_ref().is_some_and(|was| was.type_name != now.trim()))
    }
}

/// As it is in JSON.
pub(super) fn storage_word(storage: ColumnStorage) -> &'static str {
    match storage {
        ColumnStorage::Plain => "plain",
        ColumnStorage::External => "external",
        ColumnStorage::Extended => "extended",
        ColumnStorage::Main => "main",
    }
}

/// `ColumnDraft::kind` of a column.
pub(super) fn kind_of(column: &ColumnDetails) -> &'static str {
    match (column.identity, &column.generated, column.generated_virtual) {
        (Some(IdentityKind::Always), ..) => "always",
        (Some(IdentityKind::ByDefault), ..) => "byDefault",
        (None, Some(_), true) => "virtual",
        (None, Some(_), false) => "stored",
        (None, None, _) if column.default.is_some() => "default",
        (None, None, _) => "",
    }
}

/// Its default, or what it is computed from.
pub(super) fn expression_of(column: &ColumnDetails) -> String {
    column.generated.clone().or_else(|| column.default.clone()).unwrap_or_default()
}

/// A unique constraint that is to be added.
#[derive(Debug, Clone, Copy)]
pub(super) struct UniqueDraft {
    pub(super) id: u32,
    pub(super) columns: RwSignal<Vec<u32>>,
    pub(super) include: RwSignal<Vec<u32>>,
    pub(super) nulls_not_distinct: RwSignal<bool>,
    /// Nothing, `initiallyImmediate` or `initiallyDeferred`.
    pub(super) deferrable: RwSignal<String>,
}

/// A check that is to be added.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckDraft {
    pub(super) id: u32,
    pub(super) name: RwSignal<String>,
    pub(super) expression: RwSignal<String>,
    /// Rows that are there are not looked at.
    pub(super) not_valid: RwSignal<bool>,
}

/// A foreign key that is to be added.
#[derive(Debug, Clone, Copy)]
pub(super) struct ForeignDraft {
    pub(super) id: u32,
    pub(super) columns: RwSignal<Vec<u32>>,
    pub(super) schema: RwSignal<String>,
    pub(super) table: RwSignal<String>,
    /// In the order of `columns`; empty means the primary key.
    pub(super) references: RwSignal<Vec<String>>,
    pub(super) on_delete: RwSignal<String>,
    pub(super) on_update: RwSignal<String>,
    /// Nothing, `initiallyImmediate` or `initiallyDeferred`.
    pub(super) deferrable: RwSignal<String>,
    /// Rows that are there are not looked at.
    pub(super) not_valid: RwSignal<bool>,
}

/// An index that is to be added.
#[derive(Debug, Clone, Copy)]
pub(super) struct IndexDraft {
    pub(super) id: u32,
    pub(super) name: RwSignal<String>,
    pub(super) method: RwSignal<String>,
    pub(super) columns: RwSignal<Vec<u32>>,
    pub(super) expression: RwSignal<String>,
    pub(super) predicate: RwSignal<String>,
    pub(super) include: RwSignal<Vec<u32>>,
    pub(super) unique: RwSignal<bool>,
    /// Built by a job, while others write.
    pub(super) concurrently: RwSignal<bool>,
}

/// A constraint or index that is there, and may be renamed or dropped.
#[derive(Debug, Clone, Copy)]
pub(super) struct OldDraft {
    pub(super) id: u32,
    pub(super) name: StoredValue<String>,
    /// What it is to be called.
    pub(super) called: RwSignal<String>,
    /// Rows of before it are not known to fulfil it.
    pub(super) unproven: bool,
    /// They are to be looked at.
    pub(super) validate: RwSignal<bool>,
    pub(super) what: &'static str,
    pub(super) definition: StoredValue<String>,
    pub(super) dropped: RwSignal<bool>,
}

/// The table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    /// As it is; none for a new one.
    pub(super) was: StoredValue<Option<Arc<TableDetails>>>,
    pub(super) name: RwSignal<String>,
    pub(super) schema: RwSignal<String>,
    pub(super) owner: RwSignal<String>,
    pub(super) description: RwSignal<String>,
    pub(super) columns: RwSignal<Vec<ColumnDraft>>,
    pub(super) uniques: RwSignal<Vec<UniqueDraft>>,
    pub(super) checks: RwSignal<Vec<CheckDraft>>,
    pub(super) foreign: RwSignal<Vec<ForeignDraft>>,
    pub(super) indexes: RwSignal<Vec<IndexDraft>>,
    pub(super) old: StoredValue<Vec<OldDraft>>,
    layout: StoredValue<LayoutDraft>,
    /// What hangs on what is dropped goes too.
    pub(super) cascade: RwSignal<bool>,
}

impl Draft {
    /// A new table with a key to begin with.
    pub(super) fn new(schema: &str) -> Self {
        let id = ColumnDraft::new("id", "bigint");
        id.key.set(true);
        id.nullable.set(false);
        id.kind.set("always".to_owned());
        Self::with(None, schema, vec![id])
    }

    /// A table that is there.
    pub(super) fn of(details: &Arc<TableDetails>) -> Self {
        let columns = details.columns.iter().map(ColumnDraft::of).collect();
        let draft = Self::with(Some(Arc::clone(details)), &details.schema, columns);
        draft.name.set(details.name.clone());
        draft.owner.set(details.owner.clone());
        draft.description.set(details.description.clone().unwrap_or_default());
        draft
    }

    fn with(was: Option<Arc<TableDetails>>, schema: &str, columns: Vec<ColumnDraft>) -> Self {
        let old = was.as_deref().map(old).unwrap_or_default();
        let layout = was.as_deref().map_or_else(|| LayoutDraft::new(schema), LayoutDraft::of);
        Self {
            was: StoredValue::new(was),
            name: text(""),
            schema: text(schema),
            owner: text(""),
            description: text(""),
            columns: RwSignal::new(columns),
            uniques: RwSignal::new(Vec::new()),
            checks: RwSignal::new(Vec::new()),
            foreign: RwSignal::new(Vec::new()),
            indexes: RwSignal::new(Vec::new()),
            old: StoredValue::new(old),
            layout: StoredValue::new(layout),
            cascade: RwSignal::new(false),
        }
    }

    /// Whether the table is there already.
    pub(super) fn is_old(self) -> bool {
        self.was.with_value(Option::is_some)
    }

    /// How it is kept and split.
    pub(super) fn layout(self) -> LayoutDraft {
        self.layout.get_value()
    }

    /// Id and name of each column that stays (tracked).
    pub(super) fn names(self) -> Vec<(u32, String)> {
        let columns = self.columns.get().into_iter().filter(|column| !column.dropped.get());
        columns.map(|column| (column.id, column.name.get())).collect()
    }

    /// The names of these columns, without those that are gone (tracked).
    pub(super) fn named(self, ids: &[u32]) -> Vec<String> {
        let names = self.names();
        ids.iter()
            .filter_map(|id| names.iter().find(|(one, _)| one == id).map(|(_, name)| name.clone()))
            .collect()
    }

    /// Takes one out of a list.
    pub(super) fn remove<T: Send + Sync + 'static>(list: RwSignal<Vec<T>>, is_it: impl Fn(&T) -> bool) {
        list.update(|list| list.retain(|one| !is_it(one)));
    }
}

/// Constraints and indexes that are there. The primary key is not among them: it is chosen at the columns.
fn old(details: &TableDetails) -> Vec<OldDraft> {
    let one = |name: &str, what, definition: &str, unproven| OldDraft {
        id: new_id(),
        name: StoredValue::new(name.to_owned()),
        called: text(name),
        unproven,
        validate: RwSignal::new(false),
        what,
        definition: StoredValue::new(definition.to_owned()),
        dropped: RwSignal::new(false),
    };
    let uniques = details.unique.iter().map(|key| one(&key.name, "unique", &key.definition, false));
    let checks = details.checks.iter().filter(|check| check.local);
    let checks =
        checks.map(|check| one(&check.name, "check", &check.definition, !check.validated && check.enforced));
    let exclusions = details.exclusions.iter();
    let exclusions = exclusions.map(|each| one(&each.name, "exclusion", &each.definition, false));
    let keys = details
        .foreign_keys
        .iter()
        .map(|key| one(&key.name, "foreign key", &key.definition, !key.validated && key.enforced));
    let indexes = details.indexes.iter().filter(|index| index.constraint.is_none() && !index.primary);
    let indexes = indexes.map(|index| one(&index.name, "index", &index.definition, false));
    uniques.chain(checks).chain(exclusions).chain(keys).chain(indexes).collect()
}
