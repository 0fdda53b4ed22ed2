//! The bodies that come of a draft, and which part of them stands for what on screen.

use howdah_types::table_details::{ColumnDetails, ColumnStorage};
use howdah_types::table_form::{
    CheckFormData, ColumnFormData, Deferrable, ForeignKeyAction, ForeignKeyFormData, GeneratedFormData,
    GeneratedKind, IdentityFormData, IdentityKind, IndexFormData, IndexKeyFormData, KeyFormData,
    TableFormData,
};
use howdah_types::table_update::{ColumnUpdateData, IdentityChange, Rename, TableUpdateData};
use howdah_types::validate::{FieldError, Validate};
use leptos::prelude::*;

use super::draft::{
    CheckDraft, ColumnDraft, Draft, ForeignDraft, IndexDraft, UniqueDraft, expression_of, kind_of,
    storage_word,
};
use super::layout;

/// What a draft asks of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    Create(Box<TableFormData>),
    Update(Box<TableUpdateData>),
}

/// The body for a draft, with the rules it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Built {
    pub(super) request: Request,
    /// Where each thing on screen is in the body: its id and for example `columns[0]`.
    pub(super) paths: Vec<(u32, String)>,
    pub(super) errors: Vec<FieldError>,
    /// Nothing would be changed.
    pub(super) idle: bool,
}

/// Reads the draft (tracked).
pub(super) fn build(draft: Draft) -> Built {
    let (request, paths, errors) = if draft.is_old() { update(draft) } else { create(draft) };
    let idle = matches!(&request, Request::Update(data)
        if TableUpdateData { cascade: false, ..TableUpdateData::clone(data) } == TableUpdateData::default());
    Built { request, paths, errors, idle }
}

type Paths = Vec<(u32, String)>;

pub(super) fn given(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// The bodies of `items`, with their paths.
fn each<T: Copy, B>(
    field: &str,
    items: Vec<T>,
    id: fn(T) -> u32,
    body: impl Fn(T) -> B,
    paths: &mut Paths,
) -> Vec<B> {
    let items = items.into_iter().enumerate();
    items
        .map(|(at, item)| {
            paths.push((id(item), format!("{field}[{at}]")));
            body(item)
        })
        .collect()
}

fn create(draft: Draft) -> (Request, Paths, Vec<FieldError>) {
    let mut paths = Paths::new();
    let columns = draft.columns.get();
    let keyed: Vec<u32> = columns.iter().filter(|column| column.key.get()).map(|column| column.id).collect();
    let mut data = TableFormData {
        name: draft.name.get(),
        schema: given(&draft.schema.get()),
        description: given(&draft.description.get()),
        owner: given(&draft.owner.get()),
        columns: each("columns", columns, |column| column.id, new_column, &mut paths),
        primary_key: key(draft, &keyed),
        unique: each("unique", draft.uniques.get(), |one| one.id, |one| unique(draft, one), &mut paths),
        checks: each("checks", draft.checks.get(), |one| one.id, check, &mut paths),
        foreign_keys: each(
            "foreignKeys",
            draft.foreign.get(),
            |one| one.id,
            |one| foreign(draft, one),
            &mut paths,
        ),
        indexes: each("indexes", draft.indexes.get(), |one| one.id, |one| index(draft, one), &mut paths),
        ..TableFormData::default()
    };
    layout::create(draft, &mut data);
    let errors = data.validate();
    (Request::Create(Box::new(data)), paths, errors)
}

fn update(draft: Draft) -> (Request, Paths, Vec<FieldError>) {
    let mut paths = Paths::new();
    let columns = draft.columns.get();
    let (old, new): (Vec<_>, Vec<_>) = columns.into_iter().partition(|column| column.is_old());
    let (gone, kept): (Vec<_>, Vec<_>) = old.into_iter().partition(|column| column.dropped.get());
    let before = |column: &ColumnDraft| column.was.with_value(|was| was.as_ref().map(|was| was.name.clone()));
    let mut data = TableUpdateData {
        drop_columns: gone.iter().filter_map(before).collect(),
        add_columns: each("addColumns", new.clone(), |column| column.id, new_column, &mut paths),
        ..TableUpdateData::default()
    };
    for column in &kept {
        let change = column.was.with_value(|was| was.as_ref().and_then(|was| changed_column(*column, was)));
        if let Some(change) = change {
            paths.push((column.id, format!("changeColumns[{}]", data.change_columns.len())));
            data.change_columns.push(change);
        }
    }
    properties(draft, &mut data);
    primary_key(draft, &kept, &new, &mut data);
    what_is_there(draft, &mut data, &mut paths);
    data.add_unique =
        each("addUnique", draft.uniques.get(), |one| one.id, |one| unique(draft, one), &mut paths);
    data.add_checks = each("addChecks", draft.checks.get(), |one| one.id, check, &mut paths);
    data.add_foreign_keys =
        each("addForeignKeys", draft.foreign.get(), |one| one.id, |one| foreign(draft, one), &mut paths);
    let at_once = draft.indexes.get().into_iter().filter(|one| !one.concurrently.get()).collect();
    data.add_indexes = each("addIndexes", at_once, |one| one.id, |one| index(draft, one), &mut paths);
    data.cascade = draft.cascade.get();
    let errors = data.validate();
    (Request::Update(Box::new(data)), paths, errors)
}

/// Name, schema, owner and comment, as far as they changed.
fn properties(draft: Draft, data: &mut TableUpdateData) {
    let differs = |now: String, before: &str| (now != before).then_some(now);
    draft.was.with_value(|was| {
        if let Some(was) = was {
            data.name = differs(draft.name.get(), &was.name);
            data.schema = differs(draft.schema.get(), &was.schema);
            data.owner = differs(draft.owner.get(), &was.owner);
            data.description =
                differs(draft.description.get(), was.description.as_deref().unwrap_or_default());
            layout::update(draft, was, data);
        }
    });
}

/// Constraints and indexes that go, are called otherwise, or are to be proven.
fn what_is_there(draft: Draft, data: &mut TableUpdateData, paths: &mut Paths) {
    for old in draft.old.get_value() {
        let index = old.what == "index";
        let (from, to) = (old.name.get_value(), old.called.get());
        if old.dropped.get() {
            let list = if index { &mut data.drop_indexes } else { &mut data.drop_constraints };
            list.push(from);
            continue;
        }
        if old.unproven && old.validate.get() {
            data.validate_constraints.push(to.clone());
        }
        if to != from {
            let (list, field) = if index {
                (&mut data.rename_indexes, "renameIndexes")
            } else {
                (&mut data.rename_constraints, "renameConstraints")
            };
            paths.push((old.id, format!("{field}[{}]", list.len())));
            list.push(Rename { from, to });
        }
    }
}

/// A primary key of other columns is a new one in the place of the old one.
fn primary_key(draft: Draft, kept: &[ColumnDraft], new: &[ColumnDraft], data: &mut TableUpdateData) {
    let mut before: Vec<(i32, u32)> = Vec::new();
    for column in kept {
        let position = column.was.with_value(|was| was.as_ref().and_then(|was| was.primary_key_position));
        before.extend(position.map(|position| (position, column.id)));
    }
    before.sort_unstable();
    // What was in the key keeps its place there.
    let chosen = |id: &u32| kept.iter().chain(new).any(|column| column.id == *id && column.key.get());
    let mut now: Vec<u32> = before.iter().map(|(_, id)| *id).filter(chosen).collect();
    for column in kept.iter().chain(new) {
        if column.key.get() && !now.contains(&column.id) {
            now.push(column.id);
        }
    }
    let old = draft.was.with_value(|was| was.as_ref().and_then(|was| was.primary_key.clone()));
    let same = old.as_ref().map_or(0, |old| old.columns.len()) == now.len()
        && before.iter().map(|(_, id)| *id).eq(now.iter().copied());
    if !same {
        // Dropping one of its columns takes the key along.
        let goes =
            old.as_ref().is_some_and(|old| old.columns.iter().any(|name| data.drop_columns.contains(name)));
        data.drop_constraints.extend(old.filter(|_| !goes).map(|old| old.name));
        data.add_primary_key = key(draft, &now);
    }
}

fn key(draft: Draft, columns: &[u32]) -> Option<KeyFormData> {
    let columns = draft.named(columns);
    (!columns.is_empty()).then(|| KeyFormData { columns, ..KeyFormData::default() })
}

fn new_column(column: ColumnDraft) -> ColumnFormData {
    let (kind, expression) = (column.kind.get(), column.expression.get());
    let identity = match kind.as_str() {
        "always" => Some(IdentityKind::Always),
        "byDefault" => Some(IdentityKind::ByDefault),
        _ => None,
    };
    let generated = match kind.as_str() {
        "stored" => Some(GeneratedKind::Stored),
        "virtual" => Some(GeneratedKind::Virtual),
        _ => None,
    };
    ColumnFormData {
        name: column.name.get(),
        type_name: column.type_name.get().trim().to_owned(),
        nullable: (!column.nullable.get() && !column.key.get() && identity.is_none()).then_some(false),
        default: (kind == "default").then(|| expression.clone()),
        identity: identity.map(|kind| IdentityFormData { kind, start: None, increment: None }),
        generated: generated.map(|kind| GeneratedFormData { expression, kind: Some(kind) }),
        collation: given(&column.collation.get()),
        description: given(&column.description.get()),
        ..ColumnFormData::default()
    }
}

/// What is another than it was; none where nothing is.
fn changed_column(column: ColumnDraft, was: &ColumnDetails) -> Option<ColumnUpdateData> {
    let differs = |now: String, before: &str| (now != before).then_some(now);
    let collated =
        differs(column.collation.get().trim().to_owned(), was.collation.as_deref().unwrap_or_default());
    // A collation is part of the type: without it, a new type would have its own one again.
    let type_name = differs(column.type_name.get().trim().to_owned(), &was.type_name)
        .or_else(|| collated.as_ref().map(|_| was.type_name.clone()));
    let mut data = ColumnUpdateData {
        column: was.name.clone(),
        name: differs(column.name.get(), &was.name),
        using: type_name.as_ref().and_then(|_| given(&column.using.get())),
        collation: type_name.as_ref().and_then(|_| given(&column.collation.get())),
        type_name,
        storage: differs(column.storage.get(), storage_word(was.storage)).and_then(|word| storage(&word)),
        nullable: (column.nullable.get() != was.nullable).then(|| column.nullable.get()),
        description: differs(column.description.get(), was.description.as_deref().unwrap_or_default()),
        ..ColumnUpdateData::default()
    };
    let (before, now) = (kind_of(was), column.kind.get());
    let expression = differs(column.expression.get(), &expression_of(was));
    if now == before {
        match before {
            "default" => data.default = expression,
            "stored" | "virtual" => data.generated = expression,
            _ => {}
        }
    } else {
        let identity = |kind: &str| match kind {
            "always" => Some(IdentityChange::Always),
            "byDefault" => Some(IdentityChange::ByDefault),
            _ => None,
        };
        match before {
            "default" if now != "default" => data.default = Some(String::new()),
            "stored" | "virtual" => data.generated = Some(String::new()),
            _ => {}
        }
        data.identity = identity(&now).or_else(|| identity(before).map(|_| IdentityChange::None));
        if now == "default" {
            data.default = Some(column.expression.get());
        }
    }
    let nothing = ColumnUpdateData { column: data.column.clone(), ..ColumnUpdateData::default() };
    (data != nothing).then_some(data)
}

fn storage(word: &str) -> Option<ColumnStorage> {
    use ColumnStorage::{Extended, External, Main, Plain};
    [Plain, External, Extended, Main].into_iter().find(|storage| storage_word(*storage) == word)
}

fn unique(draft: Draft, one: UniqueDraft) -> KeyFormData {
    KeyFormData {
        columns: draft.named(&one.columns.get()),
        include: draft.named(&one.include.get()),
        nulls_not_distinct: one.nulls_not_distinct.get(),
        deferrable: deferrable(&one.deferrable.get()),
        ..KeyFormData::default()
    }
}

fn check(one: CheckDraft) -> CheckFormData {
    CheckFormData {
        name: given(&one.name.get()),
        expression: one.expression.get(),
        not_valid: one.not_valid.get(),
        ..CheckFormData::default()
    }
}

fn foreign(draft: Draft, one: ForeignDraft) -> ForeignKeyFormData {
    let columns = draft.named(&one.columns.get());
    let mut references_columns = one.references.get();
    references_columns.truncate(columns.len());
    references_columns.retain(|name| !name.is_empty());
    ForeignKeyFormData {
        columns,
        references_schema: given(&one.schema.get()),
        references_table: one.table.get(),
        references_columns,
        on_delete: action(&one.on_delete.get()),
        on_update: action(&one.on_update.get()),
        deferrable: deferrable(&one.deferrable.get()),
        not_valid: one.not_valid.get(),
        ..ForeignKeyFormData::default()
    }
}

fn deferrable(word: &str) -> Option<Deferrable> {
    match word {
        "initiallyImmediate" => Some(Deferrable::InitiallyImmediate),
        "initiallyDeferred" => Some(Deferrable::InitiallyDeferred),
        _ => None,
    }
}

fn action(word: &str) -> Option<ForeignKeyAction> {
    match word {
        "restrict" => Some(ForeignKeyAction::Restrict),
        "cascade" => Some(ForeignKeyAction::Cascade),
        "setNull" => Some(ForeignKeyAction::SetNull),
        "setDefault" => Some(ForeignKeyAction::SetDefault),
        _ => None,
    }
}

/// Columns, and behind them an expression where one is given.
pub(super) fn keys(
    draft: Draft,
    columns: RwSignal<Vec<u32>>,
    expression: RwSignal<String>,
) -> Vec<IndexKeyFormData> {
    let key = IndexKeyFormData::default;
    let columns = draft.named(&columns.get()).into_iter();
    let columns = columns.map(|column| IndexKeyFormData { column: Some(column), ..key() });
    let expression =
        given(&expression.get()).map(|text| IndexKeyFormData { expression: Some(text), ..key() });
    columns.chain(expression).collect()
}

/// The body of an index.
pub(super) fn index(draft: Draft, one: IndexDraft) -> IndexFormData {
    IndexFormData {
        name: given(&one.name.get()),
        method: given(&one.method.get()).filter(|method| method != "btree"),
        unique: one.unique.get(),
        keys: keys(draft, one.columns, one.expression),
        include: draft.named(&one.include.get()),
        predicate: given(&one.predicate.get()),
        ..IndexFormData::default()
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
