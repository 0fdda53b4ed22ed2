//! The values of a statement that is put together piece by piece.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::error::Error;
use crate::ident::Literal;
use crate::session::{Input, Param};

/// Oids below belong to PostgreSQL itself.
const FIRST_OF_OTHERS: u32 = 16384;

/// Values in the order of their `$1 …`, each with its type and the part of the request that it came in.
#[derive(Clone, Default)]
pub(super) struct Bound<'a> {
    values: Vec<(Option<Cow<'a, str>>, u32)>,
    fields: Vec<String>,
    /// Values are written into the statement, for a person to read.
    shown: bool,
    /// Values are written into the statement, for one that takes no parameters: the names of their types.
    written: Option<HashMap<u32, String>>,
}

impl<'a> Bound<'a> {
    /// For statements that are shown and not run.
    pub(super) fn shown() -> Self {
        Self { shown: true, ..Self::default() }
    }

    /// For statements that take no parameters. `types` has the names of all that come up.
    pub(super) fn written(types: HashMap<u32, String>) -> Self {
        Self { written: Some(types), ..Self::default() }
    }

    /// The types of the values, by oid.
    pub(super) fn types(&self) -> impl Iterator<Item = u32> {
        self.values.iter().map(|(_, oid)| *oid)
    }

    pub(super) fn is_shown(&self) -> bool {
        self.shown
    }

    /// Adds a value and answers its place, `$1`. It becomes a value of the type `oid` as a constant would.
    pub(super) fn add(
        &mut self,
        value: Option<impl Into<Cow<'a, str>>>,
        oid: u32,
        field: impl Into<String>,
    ) -> String {
        let value = value.map(Into::into);
        if self.shown {
            return value.map_or_else(|| "NULL".to_owned(), |value| constant(&value));
        }
        if let Some(types) = &self.written {
            let value = value.as_deref().map_or_else(|| "NULL".to_owned(), constant);
            // Without a name it is what the statement makes of it.
            return match types.get(&oid) {
                Some(name) if !name.is_empty() => format!("CAST({value} AS {name})"),
                _ => value,
            };
        }
        self.values.push((value, oid));
        self.fields.push(field.into());
        format!("${}", self.values.len())
    }

    pub(super) fn params(&self) -> Vec<Param<'_>> {
        self.values.iter().map(|(value, oid)| Param::Input(Input(value.as_deref()), *oid)).collect()
    }

    /// Reading the values runs more than PostgreSQL's own code: checks of domains, in arrays and rows as well.
    pub(super) fn runs_code(&self) -> bool {
        self.values.iter().any(|(_, oid)| *oid >= FIRST_OF_OTHERS)
    }

    /// Says which part of the request held the value that was refused.
    pub(super) fn explain(&self, error: Error) -> Error {
        match error.parameter().and_then(|number| self.fields.get(number.checked_sub(1)?)) {
            Some(field) => error.in_field(field.clone()),
            None => error,
        }
    }
}

/// A text as a constant.
pub(super) fn constant(text: &str) -> String {
    Literal(text).to_string().trim_start().to_owned()
}
