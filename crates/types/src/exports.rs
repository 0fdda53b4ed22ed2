//! Export of rows: `GET /api/database/{name}/tables/{table}/export`.
//!
//! Takes `schema`, `columns`, `sort`, `filter` and `where` as `GET …/rows` does, and the options of [`ExportOptions`]
//! as parameters of the same names. The answer is the file, streamed; it is broken off (never ended properly) when
//! something goes wrong on the way. `GET /api/exports/{id}` says how many rows were written.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What kind of file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// RFC 4180. NULL is nothing, an empty text is `""`; what is read back is what was written.
    #[default]
    Csv,
    /// The same with tabs.
    Tsv,
    /// An array of objects. Numbers, booleans and json are written as such, digit for digit; all else is text.
    Json,
    /// One object on each line.
    Ndjson,
    /// `INSERT` statements.
    Sql,
    /// A table for documents.
    Markdown,
    /// A spreadsheet. Numbers that a spreadsheet would round are written as text. At most 1,048,575 rows a sheet; more
    /// go on on the next.
    Xlsx,
}

impl ExportFormat {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::Tsv, Self::Json, Self::Ndjson, Self::Sql, Self::Markdown, Self::Xlsx];

    /// As it is written in JSON and in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Sql => "sql",
            Self::Markdown => "markdown",
            Self::Xlsx => "xlsx",
        }
    }

    /// What files of this kind are called.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            other => other.as_str(),
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Tsv => "text/tab-separated-values; charset=utf-8",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Sql => "application/sql",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// How the file is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExportOptions {
    pub format: ExportFormat,
    /// `csv` and `tsv`: the first row holds the names of the columns.
    pub header: bool,
    /// `csv`: what stands between two values, one ASCII character.
    pub delimiter: char,
    /// `csv` and `tsv`: how NULL is written.
    pub null: String,
    /// `csv` and `tsv`: texts that a spreadsheet would run as a formula (they begin with `=`, `+`, `-`, `@`, tab or
    /// carriage return) are written as they are. Otherwise they get a `'` in front; numbers and dates never do.
    pub formulas: bool,
    /// `csv` and `tsv`: a byte order mark in front, by which Excel knows UTF-8.
    pub bom: bool,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            format: ExportFormat::Csv,
            header: true,
            delimiter: ',',
            null: String::new(),
            formulas: false,
            bom: false,
        }
    }
}

/// What became of an export: `GET /api/exports/{id}`, where the id is the `export` that the request for it named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Export {
    #[cfg_attr(feature = "openapi", schema(example = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f"))]
    pub id: String,
    pub state: ExportState,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "orders"))]
    pub table: String,
    /// Rows that were written so far, or in all.
    #[cfg_attr(feature = "openapi", schema(example = 5104))]
    pub rows: i64,
    /// Bytes of the file.
    #[cfg_attr(feature = "openapi", schema(example = 482_130))]
    pub bytes: i64,
    /// Texts that got a `'` in front.
    pub neutralised: i64,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ExportState {
    Running,
    /// The file was written to its end.
    Done,
    /// PostgreSQL refused on the way; the file is not whole.
    Failed,
    /// The client went away.
    BrokenOff,
}
