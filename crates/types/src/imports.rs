//! Import of files into tables: `POST /api/database/{name}/import`, and what became of it: `/api/jobs/{id}/import`.

use serde::{Deserialize, Serialize};

use crate::jobs::JobState;
use crate::table_form::TableFormData;
use crate::validate::{self, FieldError, Validate};

/// How a file is written. What is left out is guessed from its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportFormat {
    #[serde(default)]
    pub kind: Option<ImportKind>,
    /// A label of the WHATWG encoding standard: `utf-8`, `windows-1252`, `utf-16le`, `shift_jis` …
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "utf-8"))]
    pub encoding: Option<String>,
    /// For `csv`: what stands between two values, one character. `tsv` has the tab.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = ","))]
    pub delimiter: Option<String>,
    /// For `csv` and `tsv`: what values are quoted with, one character; doubled inside. Empty: nothing is quoted.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "\""))]
    pub quote: Option<String>,
    /// For `csv` and `tsv`: the first row holds the names of the columns.
    #[serde(default)]
    pub header: Option<bool>,
    /// For `csv` and `tsv`: a value that is written like this and not quoted is NULL. Quoted, it is this text.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = ""))]
    pub null: Option<String>,
    /// Lines at the beginning that are no data.
    #[serde(default)]
    pub skip_lines: Option<u32>,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ImportKind {
    /// Values with a character between them, as RFC 4180 has it.
    Csv,
    /// The same with tabs.
    Tsv,
    /// An array of objects.
    Json,
    /// One object on each line.
    Ndjson,
}

/// What is to be imported, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportData {
    /// The id of an upload of one's own.
    #[cfg_attr(feature = "openapi", schema(example = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f"))]
    pub upload: String,
    #[serde(default)]
    pub format: ImportFormat,
    /// The table's schema; `public` when it is left out. With `create` that one's schema counts.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: Option<String>,
    /// The table to import into; not with `create`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub table: Option<String>,
    /// Makes this table first and imports into it; needs `table.create`.
    #[serde(default)]
    pub create: Option<TableFormData>,
    /// Which column of the file goes where. Left out: those of the same name, whatever the case; a column of the file
    /// that fits none is an error then.
    #[serde(default)]
    pub columns: Option<Vec<ImportColumn>>,
    #[serde(default)]
    pub mode: ImportMode,
    /// Writes all rows and takes them back. Sequences stay advanced, and what triggers do outside of the database stays
    /// done. Not with `batches`.
    #[serde(default)]
    pub dry_run: bool,
    /// So many rows may be refused; with one more the import ends. None when it is left out, any number when it is null.
    #[serde(default = "no_rejects")]
    pub max_rejects: Option<u64>,
}

/// Where a column of the file goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportColumn {
    /// Its name in the file, as [`crate::uploads::SourceColumn`] has it.
    #[cfg_attr(feature = "openapi", schema(example = "Total"))]
    pub source: String,
    /// The column of the table.
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub target: String,
    /// What NULL in the file becomes.
    #[serde(default)]
    pub when_null: Instead,
    /// What a text without a character becomes.
    #[serde(default)]
    pub when_empty: Instead,
    /// What a missing key becomes (JSON).
    #[serde(default = "default_instead")]
    pub when_missing: Instead,
    /// Blanks at both ends are taken away first, where the value is not quoted.
    #[serde(default)]
    pub trim: bool,
}

/// What stands for a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Instead {
    /// The value as it is; of a missing key NULL.
    #[default]
    Keep,
    Null,
    /// The column's default.
    Default,
    /// The row is refused.
    Refuse,
}

#[expect(clippy::unnecessary_wraps, reason = "the field’s type")]
fn no_rejects() -> Option<u64> {
    Some(0)
}

fn default_instead() -> Instead {
    Instead::Default
}

/// In how many transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ImportMode {
    /// One: all rows that are not refused, or none.
    #[default]
    Transaction,
    /// Many: what was written stays when the import ends early. It goes on where it was after Howdah or the server was
    /// restarted, and no row is written twice.
    Batches,
}

/// How far an import has come, or how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// The job's state when the numbers were read: with a final one they will not change any more.
    pub state: JobState,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub table: String,
    /// The file's name.
    #[cfg_attr(feature = "openapi", schema(example = "orders.csv"))]
    pub file: String,
    pub dry_run: bool,
    pub mode: ImportMode,
    /// Rows of the file that were dealt with.
    #[cfg_attr(feature = "openapi", schema(example = 1000))]
    pub rows_read: i64,
    /// Rows that are in the table now because of this import: 0 after a dry run, and after one transaction that failed.
    #[cfg_attr(feature = "openapi", schema(example = 990))]
    pub rows_written: i64,
    /// Rows that the table took, also where they were taken back.
    #[cfg_attr(feature = "openapi", schema(example = 990))]
    pub rows_accepted: i64,
    #[cfg_attr(feature = "openapi", schema(example = 10))]
    pub rows_rejected: i64,
    /// Of the rejected rows those that are listed; of more than 100,000 only the number is kept.
    #[cfg_attr(feature = "openapi", schema(example = 10))]
    pub rejects_kept: i64,
}

/// A row that was refused: `GET /api/jobs/{id}/import/rejects`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportReject {
    /// Grows with each reject of the import, from 1.
    pub number: i64,
    /// The line of the file where the record begins, from 1.
    #[cfg_attr(feature = "openapi", schema(example = 17))]
    pub line: i64,
    /// The column of the table, where one is to blame.
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub column: Option<String>,
    /// PostgreSQL's code, where PostgreSQL refused.
    #[cfg_attr(feature = "openapi", schema(example = "22P02"))]
    pub sqlstate: Option<String>,
    #[cfg_attr(feature = "openapi", schema(example = "invalid input syntax for type numeric: \"a lot\""))]
    pub reason: String,
    /// The record as it stands in the file; null when it is longer than 64 KiB.
    #[cfg_attr(feature = "openapi", schema(example = "17,Ada Lovelace,a lot"))]
    pub record: Option<String>,
}

impl ImportFormat {
    /// What can be said without the file. `at` is what the request calls it.
    pub fn check(&self, at: &str, errors: &mut Vec<FieldError>) {
        let field = |name: &str| format!("{at}.{name}");
        let one = |text: &str| {
            let mut chars = text.chars();
            chars.next().is_some_and(|c| c.is_ascii() && !matches!(c, '\n' | '\r' | '\0'))
                && chars.next().is_none()
        };
        if let Some(delimiter) = &self.delimiter {
            if !one(delimiter) {
                let message = "Give one ASCII character other than a line break.";
                errors.push(FieldError::new(&field("delimiter"), "oneCharacter", message));
            } else if self.quote.as_ref() == Some(delimiter) {
                let message = "Delimiter and quote must differ.";
                errors.push(FieldError::new(&field("quote"), "same", message));
            }
        }
        if let Some(quote) = self.quote.as_deref()
            && !quote.is_empty()
            && !one(quote)
        {
            let message = "Give one ASCII character other than a line break, or nothing.";
            errors.push(FieldError::new(&field("quote"), "oneCharacter", message));
        }
        validate::optional_text(&field("null"), self.null.as_deref(), errors);
    }
}

impl Validate for ImportData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        self.format.check("format", &mut errors);
        match (&self.table, &self.create) {
            (Some(_), Some(_)) => {
                errors.push(FieldError::new("table", "unexpected", "Give either `table` or `create`."));
            }
            (None, None) => {
                errors.push(FieldError::new("table", "required", "Give the table to import into."));
            }
            (Some(table), None) => validate::name("table", table, &mut errors),
            (None, Some(create)) => {
                for mut error in create.validate() {
                    error.field = format!("create.{}", error.field);
                    errors.push(error);
                }
            }
        }
        validate::optional_name("schema", self.schema.as_deref(), &mut errors);
        if self.dry_run && self.mode == ImportMode::Batches {
            let message = "A dry run takes everything back; it is one transaction.";
            errors.push(FieldError::new("mode", "unexpected", message));
        }
        if let Some(columns) = &self.columns {
            if columns.is_empty() {
                errors.push(FieldError::new("columns", "required", "Choose at least one column."));
            }
            let mut targets = std::collections::HashSet::new();
            for (at, column) in columns.iter().enumerate() {
                validate::name(&format!("columns[{at}].target"), &column.target, &mut errors);
                if !targets.insert(column.target.as_str()) {
                    let message = format!("Two columns of the file go to “{}”.", column.target);
                    errors.push(FieldError::new(&format!("columns[{at}].target"), "twice", message));
                }
            }
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(json: serde_json::Value) -> Vec<String> {
        let data: ImportData = serde_json::from_value(json).unwrap();
        data.validate().into_iter().map(|error| format!("{} {}", error.field, error.code)).collect()
    }

    #[test]
    fn what_contradicts_itself_is_said_before_anything_is_done() {
        let plain = |more: serde_json::Value| {
            let mut whole = serde_json::json!({ "upload": "u", "table": "t" });
            whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            data(whole)
        };
        assert!(plain(serde_json::json!({})).is_empty());
        assert_eq!(data(serde_json::json!({ "upload": "u" })), ["table required"]);
        assert_eq!(
            plain(serde_json::json!({ "create": { "name": "", "columns": [] } }))[0],
            "table unexpected"
        );
        assert_eq!(plain(serde_json::json!({ "dryRun": true, "mode": "batches" })), ["mode unexpected"]);
        assert_eq!(plain(serde_json::json!({ "columns": [] })), ["columns required"]);
        assert_eq!(
            plain(serde_json::json!({ "columns": [
                { "source": "a", "target": "x" }, { "source": "b", "target": "x" }
            ] })),
            ["columns[1].target twice"]
        );
        assert_eq!(
            plain(serde_json::json!({ "format": { "delimiter": ";;" } })),
            ["format.delimiter oneCharacter"]
        );
        assert_eq!(
            plain(serde_json::json!({ "format": { "delimiter": ";", "quote": ";" } })),
            ["format.quote same"]
        );
    }
}
