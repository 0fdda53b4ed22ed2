//! What a record of a file gives for the columns of a table.

use std::borrow::Cow;

use howdah_formats::read::{Field, Record, array_literal};
use howdah_pg::rows::Given;
use howdah_types::imports::{ImportColumn, ImportKind, Instead};
use howdah_types::rows::{Column, TypeKind};

const JSON: u32 = 114;
const JSONB: u32 = 3802;

/// Where the columns of the file go.
pub(super) struct Mapping<'a> {
    /// For each column of the import its place among those of a file with a head.
    places: Vec<Option<usize>>,
    columns: &'a [ImportColumn],
    seen: &'a [String],
    keyed: bool,
}

/// Why a row is refused before PostgreSQL sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) column: Option<String>,
    pub(super) reason: String,
}

/// A value that may have been made.
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Null,
    Default,
}

impl Value<'_> {
    pub(super) fn given(&self) -> Given<'_> {
        match self {
            Self::Text(text) => Given::Text(text),
            Self::Null => Given::Null,
            Self::Default => Given::Default,
        }
    }
}

impl<'a> Mapping<'a> {
    pub(super) fn new(kind: Option<ImportKind>, columns: &'a [ImportColumn], seen: &'a [String]) -> Self {
        let keyed = matches!(kind, Some(ImportKind::Json | ImportKind::Ndjson));
        let place = |column: &ImportColumn| seen.iter().position(|name| *name == column.source);
        Self { places: columns.iter().map(place).collect(), columns, seen, keyed }
    }

    /// What the record gives for each column of the import; `targets` describes these, in the same order.
    pub(super) fn values<'r>(
        &self,
        record: &'r Record,
        targets: &[Column],
        values: &mut Vec<Value<'r>>,
    ) -> Result<(), Refused> {
        values.clear();
        if let Some(problem) = record.problem() {
            return Err(Refused { column: None, reason: problem.to_owned() });
        }
        let fields: Vec<(&str, Field<'r>)> = if self.keyed {
            record.keyed().collect()
        } else {
            record.fields().map(|field| ("", field)).collect()
        };
        if self.keyed
            && let Some((key, _)) = fields.iter().find(|(key, _)| !self.seen.iter().any(|name| name == key))
        {
            let reason = format!(
                "The key “{key}” comes up for the first time here; add it to the columns, so that nothing is left out."
            );
            return Err(Refused { column: None, reason });
        }
        for ((column, place), target) in self.columns.iter().zip(&self.places).zip(targets) {
            let field = if self.keyed {
                fields.iter().find(|(key, _)| *key == column.source).map(|(_, field)| *field)
            } else {
                place.and_then(|place| fields.get(place)).map(|(_, field)| *field)
            };
            values.push(self.value(column, target, field)?);
        }
        Ok(())
    }

    fn value<'r>(
        &self,
        column: &ImportColumn,
        target: &Column,
        field: Option<Field<'r>>,
    ) -> Result<Value<'r>, Refused> {
        let text = match field {
            None => return instead(column.when_missing, Value::Null, target, "The key is missing."),
            Some(Field::Null) => return instead(column.when_null, Value::Null, target, "It is NULL."),
            Some(Field::Json(json)) => return Ok(Value::Text(self::json(json, target))),
            Some(Field::Text { text, quoted }) => {
                if column.trim && (self.keyed || !quoted) {
                    text.trim()
                } else {
                    text
                }
            }
        };
        if text.is_empty() {
            let kept = Value::Text(self.text(text, target));
            return instead(column.when_empty, kept, target, "It is empty.");
        }
        Ok(Value::Text(self.text(text, target)))
    }

    /// A string of JSON is JSON in a column of JSON; elsewhere it is the text.
    fn text<'r>(&self, text: &'r str, target: &Column) -> Cow<'r, str> {
        if self.keyed && matches!(base(target), JSON | JSONB) {
            return Cow::Owned(serde_json::Value::from(text).to_string());
        }
        Cow::Borrowed(text)
    }
}

/// An array of JSON is one of PostgreSQL's in a column of arrays.
fn json<'r>(json: &'r str, target: &Column) -> Cow<'r, str> {
    let array = target.details.as_ref().is_some_and(|details| details.kind == TypeKind::Array);
    match array_literal(json) {
        Some(literal) if array => Cow::Owned(literal),
        _ => Cow::Borrowed(json),
    }
}

fn base(column: &Column) -> u32 {
    column.details.as_ref().map_or(column.type_oid, |details| details.base_type_oid)
}

fn instead<'r>(what: Instead, kept: Value<'r>, target: &Column, reason: &str) -> Result<Value<'r>, Refused> {
    match what {
        Instead::Keep => Ok(kept),
        Instead::Null => Ok(Value::Null),
        Instead::Default => Ok(Value::Default),
        Instead::Refuse => Err(Refused { column: Some(target.name.clone()), reason: reason.to_owned() }),
    }
}
