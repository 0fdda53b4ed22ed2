//! Files that were sent to be worked on: `/api/uploads`.
//!
//! `POST /api/uploads?name=orders.csv` takes the file as its body, whatever the media type. An upload belongs to the
//! account that sent it, is kept for a day and then goes away by itself.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::imports::ImportFormat;

/// A file that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    #[cfg_attr(feature = "openapi", schema(example = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f"))]
    pub id: String,
    /// The file's name, as it was given.
    #[cfg_attr(feature = "openapi", schema(example = "orders.csv"))]
    pub name: String,
    #[cfg_attr(feature = "openapi", schema(example = 48_213))]
    pub bytes: i64,
    pub created_at: Timestamp,
    /// When it goes away.
    pub expires_at: Timestamp,
}

/// What lies in an upload: `GET /api/uploads/{id}/preview?format=…`, where `format` is an [`ImportFormat`] in JSON; what
/// it leaves out is guessed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadPreview {
    /// The format that was used: as it was given, and guessed where nothing was given. Nothing in it is null.
    pub format: ImportFormat,
    /// The columns of the file (of JSON: the keys of the objects, in the order in which they were met).
    pub columns: Vec<SourceColumn>,
    /// The first rows, one value per column: null for NULL and for a key that is not there.
    #[cfg_attr(feature = "openapi", schema(example = json!([["1", "Ada Lovelace", null]])))]
    pub rows: Vec<Vec<Option<String>>>,
    /// What cannot be read among the rows that were looked at; at most 20.
    pub problems: Vec<PreviewProblem>,
    /// How many rows were looked at.
    #[cfg_attr(feature = "openapi", schema(example = 1000))]
    pub looked_at: u64,
    /// The whole file was looked at: the guesses hold for all of it.
    pub whole: bool,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SourceColumn {
    /// From the head; `column 1` … without one. A name that comes twice gets ` (2)`.
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub name: String,
    /// A PostgreSQL type that all values that were looked at fit; `text` where nothing narrower does.
    #[cfg_attr(feature = "openapi", schema(example = "numeric"))]
    pub type_name: String,
    /// NULL, or a missing key, came among what was looked at.
    pub nullable: bool,
}

/// Something that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PreviewProblem {
    /// The line of the file where the record begins, from 1.
    #[cfg_attr(feature = "openapi", schema(example = 17))]
    pub line: u64,
    #[cfg_attr(feature = "openapi", schema(example = "This row has 4 values, the head has 5."))]
    pub reason: String,
}
