//! The request that comes of a draft.

use howdah_types::imports::{ImportColumn, ImportData, ImportMode};
use howdah_types::table_form::{ColumnFormData, IdentityFormData, IdentityKind, KeyFormData, TableFormData};
use howdah_types::validate::{FieldError, Validate};
use leptos::prelude::*;

use super::draft::{ColumnDraft, Draft};

/// The column that numbers the rows of a new table.
pub(super) const NUMBER: &str = "id";

/// The body for a draft, with the rules it breaks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Built {
    /// For the import itself, not for a try.
    pub(super) data: ImportData,
    /// Which column of the file each of `data.columns` is, by its id.
    pub(super) ids: Vec<u32>,
    /// How many columns of the new table stand before those of the file.
    pub(super) before: usize,
    pub(super) errors: Vec<FieldError>,
}

/// Reads the draft (tracked).
pub(super) fn build(draft: Draft) -> Built {
    let fresh = draft.fresh.get();
    let taken: Vec<ColumnDraft> =
        draft.columns.get().into_iter().filter(|column| column.is_taken(fresh)).collect();
    let numbered = fresh && draft.numbered.get();
    let format = draft.preview.with(|preview| preview.as_ref().map(|preview| preview.format.clone()));
    let schema = draft.schema.get();
    let allowed = draft.allowed.get();
    let most = draft.most.with(|most| most.trim().parse::<u64>().ok());
    let data = ImportData {
        upload: draft
            .upload
            .with(|upload| upload.as_ref().map(|upload| upload.id.clone()).unwrap_or_default()),
        // As it was shown, so that nothing is guessed in another way.
        format: format.unwrap_or_default(),
        schema: Some(schema.clone()),
        table: (!fresh).then(|| draft.table.get()),
        create: fresh.then(|| table(draft, &taken, &schema, numbered)),
        columns: Some(taken.iter().map(|column| import(*column, fresh)).collect()),
        mode: if draft.batches.get() { ImportMode::Batches } else { ImportMode::Transaction },
        dry_run: false,
        max_rejects: match allowed.as_str() {
            "none" => Some(0),
            "some" => most,
            _ => None,
        },
    };
    let mut errors = data.validate();
    if allowed == "some" && most.is_none() {
        errors.push(FieldError::new("maxRejects", "number", "Give a whole number from 0."));
    }
    let ids = taken.iter().map(|column| column.id).collect();
    Built { data, ids, before: usize::from(numbered), errors }
}

fn import(column: ColumnDraft, fresh: bool) -> ImportColumn {
    ImportColumn {
        source: column.called(),
        target: if fresh { column.name.get() } else { column.target.get() },
        when_null: column.when_null.get(),
        when_empty: column.when_empty.get(),
        when_missing: column.when_missing.get(),
        trim: column.trim.get(),
    }
}

fn table(draft: Draft, taken: &[ColumnDraft], schema: &str, numbered: bool) -> TableFormData {
    let number = numbered.then(|| ColumnFormData {
        name: NUMBER.to_owned(),
        type_name: "bigint".to_owned(),
        identity: Some(IdentityFormData { kind: IdentityKind::Always, start: None, increment: None }),
        ..ColumnFormData::default()
    });
    let columns = taken.iter().map(|column| ColumnFormData {
        name: column.name.get(),
        type_name: column.type_name.with(|text| text.trim().to_owned()),
        ..ColumnFormData::default()
    });
    let keys = taken.iter().filter(|column| column.key.get()).map(|column| column.name.get());
    let keys: Vec<String> = if numbered { vec![NUMBER.to_owned()] } else { keys.collect() };
    TableFormData {
        name: draft.name.get(),
        schema: Some(schema.to_owned()),
        columns: number.into_iter().chain(columns).collect(),
        primary_key: (!keys.is_empty()).then(|| KeyFormData { columns: keys, ..KeyFormData::default() }),
        ..TableFormData::default()
    }
}

impl Built {
    /// How the body calls what a column of the file becomes.
    pub(super) fn paths(&self, id: u32) -> Option<[String; 2]> {
        let at = self.ids.iter().position(|one| *one == id)?;
        Some([format!("columns[{at}]"), format!("create.columns[{}]", at + self.before)])
    }
}
