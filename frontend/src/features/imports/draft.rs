//! What is chosen on the way: the file, how it is read, and where its columns go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use howdah_types::imports::{ImportData, ImportFormat, ImportKind, Instead};
use howdah_types::problem::Problem;
use howdah_types::table_details::{ColumnDetails, TableDetails};
use howdah_types::uploads::{SourceColumn, Upload, UploadPreview};
use howdah_types::validate::FieldError;
use leptos::prelude::*;

use super::body::Built;
use super::names;
use crate::routes;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A column of the file, and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnDraft {
    pub(super) id: u32,
    /// Its place in the file.
    pub(super) at: usize,
    pub(super) source: StoredValue<SourceColumn>,
    /// The column of the table that is there; empty: it is left out.
    pub(super) target: RwSignal<String>,
    /// The person has chosen `target`: it is not guessed any more.
    pub(super) chosen: RwSignal<bool>,
    /// In a new table: whether, and as what.
    pub(super) take: RwSignal<bool>,
    pub(super) name: RwSignal<String>,
    pub(super) type_name: RwSignal<String>,
    pub(super) key: RwSignal<bool>,
    pub(super) when_null: RwSignal<Instead>,
    pub(super) when_empty: RwSignal<Instead>,
    pub(super) when_missing: RwSignal<Instead>,
    pub(super) trim: RwSignal<bool>,
    /// What stands for missing values is shown.
    pub(super) open: RwSignal<bool>,
}

impl ColumnDraft {
    fn new(at: usize, source: &SourceColumn) -> Self {
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            at,
            source: StoredValue::new(source.clone()),
            target: RwSignal::new(String::new()),
            chosen: RwSignal::new(false),
            take: RwSignal::new(true),
            name: RwSignal::new(names::plain(&source.name)),
            type_name: RwSignal::new(source.type_name.clone()),
            key: RwSignal::new(false),
            when_null: RwSignal::new(Instead::Keep),
            when_empty: RwSignal::new(Instead::Keep),
            when_missing: RwSignal::new(Instead::Default),
            trim: RwSignal::new(false),
            open: RwSignal::new(false),
        }
    }

    /// Its name in the file.
    pub(super) fn called(self) -> String {
        self.source.with_value(|source| source.name.clone())
    }

    /// It goes somewhere (tracked).
    pub(super) fn is_taken(self, fresh: bool) -> bool {
        if fresh { self.take.get() } else { self.target.with(|target| !target.is_empty()) }
    }
}

/// Everything that is chosen. The signals belong to the page, whoever sets them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    pub(super) database: StoredValue<String>,
    owner: StoredValue<Option<Owner>>,
    /// The address at which all of this is chosen.
    pub(super) home: StoredValue<String>,
    pub(super) upload: RwSignal<Option<Upload>>,
    /// A file is on its way.
    pub(super) sending: RwSignal<bool>,
    /// What the person has said about the file; all else is guessed.
    pub(super) said: RwSignal<ImportFormat>,
    pub(super) preview: RwSignal<Option<Arc<UploadPreview>>>,
    /// Why it cannot be read like this.
    pub(super) unread: RwSignal<Option<Problem>>,
    pub(super) reading: RwSignal<bool>,
    pub(super) columns: RwSignal<Vec<ColumnDraft>>,
    /// Into a new table.
    pub(super) fresh: RwSignal<bool>,
    pub(super) schema: RwSignal<String>,
    /// The table that is there.
    pub(super) table: RwSignal<String>,
    pub(super) details: RwSignal<Option<Arc<TableDetails>>>,
    /// The new table's name.
    pub(super) name: RwSignal<String>,
    /// The new table gets a column that numbers its rows.
    pub(super) numbered: RwSignal<bool>,
    pub(super) batches: RwSignal<bool>,
    /// How many rows may be refused: `none`, `some` or `any`.
    pub(super) allowed: RwSignal<String>,
    pub(super) most: RwSignal<String>,
    pub(super) busy: RwSignal<bool>,
    /// An import has used the file.
    pub(super) used: StoredValue<bool>,
    /// The job of the last try, and what it tried.
    pub(super) tried: RwSignal<Option<(String, ImportData)>>,
    /// Somebody has tried to import: that something is missing is said only then.
    pub(super) attempted: RwSignal<bool>,
    pub(super) refused: RwSignal<Vec<FieldError>>,
    pub(super) problem: RwSignal<Option<Problem>>,
}

impl Draft {
    pub(super) fn new(database: String, schema: Option<String>, table: Option<String>) -> Self {
        Self {
            home: StoredValue::new(routes::import(&database, schema.as_deref(), table.as_deref())),
            database: StoredValue::new(database),
            owner: StoredValue::new(Owner::current()),
            upload: RwSignal::new(None),
            sending: RwSignal::new(false),
            said: RwSignal::new(ImportFormat::default()),
            preview: RwSignal::new(None),
            unread: RwSignal::new(None),
            reading: RwSignal::new(false),
            columns: RwSignal::new(Vec::new()),
            fresh: RwSignal::new(table.is_none()),
            schema: RwSignal::new(schema.unwrap_or_else(|| "public".to_owned())),
            table: RwSignal::new(table.unwrap_or_default()),
            details: RwSignal::new(None),
            name: RwSignal::new(String::new()),
            numbered: RwSignal::new(false),
            batches: RwSignal::new(false),
            allowed: RwSignal::new("none".to_owned()),
            most: RwSignal::new("100".to_owned()),
            busy: RwSignal::new(false),
            used: StoredValue::new(false),
            tried: RwSignal::new(None),
            attempted: RwSignal::new(false),
            refused: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
        }
    }

    /// Another file: what was said about the one before does not hold for it.
    pub(super) fn begin(self, upload: Upload) {
        self.name.set(names::of_file(&upload.name));
        self.said.set(ImportFormat::default());
        self.preview.set(None);
        self.unread.set(None);
        self.columns.set(Vec::new());
        self.forget_errors();
        self.upload.set(Some(upload));
    }

    /// What the server said before does not hold any more.
    pub(super) fn forget_errors(self) {
        self.attempted.set(false);
        self.refused.set(Vec::new());
        self.problem.set(None);
    }

    /// What the server found in the file. A column that is still called the same keeps what was chosen for it.
    pub(super) fn take(self, preview: UploadPreview) {
        let old = self.columns.get_untracked();
        let same = old.len() == preview.columns.len()
            && old.iter().zip(&preview.columns).all(|(old, new)| old.source.with_value(|was| was == new));
        if !same {
            let list = self.owned(|| {
                preview.columns.iter().enumerate().map(|(at, source)| again(&old, at, source)).collect()
            });
            self.columns.set(list);
        }
        self.preview.set(Some(Arc::new(preview)));
        self.unread.set(None);
        if !same {
            self.guess_targets();
        }
    }

    /// Signals that are made in `make` live as long as the page.
    fn owned<T>(self, make: impl FnOnce() -> T) -> T {
        match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    /// Columns go to those of the same name, where nobody has chosen otherwise.
    pub(super) fn guess_targets(self) {
        let columns = self.columns.get_untracked();
        let Some(details) = self.details.get_untracked() else { return };
        let (chosen, free): (Vec<_>, Vec<_>) =
            columns.into_iter().partition(|column| column.chosen.get_untracked());
        let taken: Vec<String> = chosen.iter().map(|column| column.target.get_untracked()).collect();
        let targets = details.columns.iter().filter(|column| is_writable(column));
        let targets: Vec<String> =
            targets.map(|column| column.name.clone()).filter(|name| !taken.contains(name)).collect();
        let sources: Vec<String> = free.iter().map(|column| column.called()).collect();
        for (column, target) in free.into_iter().zip(names::matched(&sources, &targets)) {
            column.target.set(target.unwrap_or_default());
        }
    }

    /// What kind of file it is, as far as it is known (tracked).
    pub(super) fn kind(self) -> Option<ImportKind> {
        self.preview.with(|preview| preview.as_ref().and_then(|preview| preview.format.kind))
    }

    /// Columns of the table that must have a value, have no default, and get nothing from the file (tracked).
    pub(super) fn wanting(self) -> Vec<String> {
        if self.fresh.get() || self.columns.with(Vec::is_empty) {
            return Vec::new();
        }
        let given: Vec<String> = self.columns.get().into_iter().map(|column| column.target.get()).collect();
        self.details.with(|details| {
            let columns = details.iter().flat_map(|details| &details.columns);
            let wanting = columns.filter(|column| {
                !column.nullable
                    && column.default.is_none()
                    && column.identity.is_none()
                    && is_writable(column)
                    && !given.contains(&column.name)
            });
            wanting.map(|column| column.name.clone()).collect()
        })
    }

    /// What is wrong with a field of the body (tracked).
    pub(super) fn error(self, built: Memo<Built>, field: &str) -> Option<String> {
        let attempted = self.attempted.get();
        let find = |errors: &[FieldError]| {
            let shown = |error: &&FieldError| attempted || error.code != "required";
            errors.iter().filter(shown).find(|error| error.field == field).map(|error| error.message.clone())
        };
        built.with(|built| find(&built.errors)).or_else(|| self.refused.with(|errors| find(errors)))
    }
}

/// It may be given a value.
pub(super) fn is_writable(column: &ColumnDetails) -> bool {
    column.generated.is_none()
}

/// The column of the file that is called the same, with what was chosen for it.
fn again(old: &[ColumnDraft], at: usize, source: &SourceColumn) -> ColumnDraft {
    let new = ColumnDraft::new(at, source);
    let before = old.iter().find(|old| old.source.with_value(|was| was.name == source.name));
    if let Some(old) = before {
        new.target.set(old.target.get_untracked());
        new.chosen.set(old.chosen.get_untracked());
        new.take.set(old.take.get_untracked());
        new.name.set(old.name.get_untracked());
        new.key.set(old.key.get_untracked());
        for (new, old) in [
            (new.when_null, old.when_null),
            (new.when_empty, old.when_empty),
            (new.when_missing, old.when_missing),
        ] {
            new.set(old.get_untracked());
        }
        new.trim.set(old.trim.get_untracked());
        new.open.set(old.open.get_untracked());
        // A type that was written stays; one that was guessed is guessed anew.
        let written = old.type_name.get_untracked();
        if old.source.with_value(|was| was.type_name != written) {
            new.type_name.set(written);
        }
    }
    new
}
