//! Which row a change is about, and what it must still be.

use howdah_types::row_changes::{OldValues, RowDelete, RowUpdate};
use howdah_types::validate::FieldError;

use crate::error::Error;
use crate::rows::bound::Bound;
use crate::rows::columns::{Described, find};
use crate::rows::filter::equal;
use crate::rows::open::Opened;
use crate::rows::parse_address;

const TEXT: u32 = 25;
const OID: u32 = 26;
const TID: u32 = 27;
/// regproc, regprocedure, regoper, regoperator, regclass, regtype, regconfig, regdictionary, regnamespace, regrole,
/// regcollation: their text depends on the search path, so they are compared by value.
const NAMES_OF_OBJECTS: [u32; 11] = [24, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191];

/// The part of a change that names its row.
pub(super) struct Named<'a> {
    /// `updates[2]`.
    pub(super) change: String,
    pub(super) key: &'a OldValues,
    pub(super) address: Option<&'a str>,
    pub(super) version: Option<&'a str>,
    was: &'a OldValues,
}

impl<'a> Named<'a> {
    pub(super) fn of_update(number: usize, row: &'a RowUpdate) -> Self {
        Self {
            change: format!("updates[{number}]"),
            key: &row.key,
            address: row.address.as_deref(),
            version: row.version.as_deref(),
            was: &row.was,
        }
    }

    pub(super) fn of_delete(number: usize, row: &'a RowDelete) -> Self {
        Self {
            change: format!("deletes[{number}]"),
            key: &row.key,
            address: row.address.as_deref(),
            version: row.version.as_deref(),
            was: &row.was,
        }
    }

    /// Conditions that find the row.
    pub(super) fn conditions(&self, opened: &Opened, bound: &mut Bound<'a>) -> Result<Vec<String>, Error> {
        let Some(address) = self.address else { return self.by_key(opened, bound) };
        self.must_be_checked(opened)?;
        self.at(address, bound)
    }

    /// Conditions that find it again once it is locked, where it lies at that `address`.
    pub(super) fn again(
        &self,
        opened: &Opened,
        address: Option<&'a str>,
        bound: &mut Bound<'a>,
    ) -> Result<Vec<String>, Error> {
        // The key as well: it spares looking into all partitions.
        let mut conditions = self.by_key(opened, bound)?;
        if let Some(address) = address {
            conditions.extend(self.at(address, bound)?);
        }
        Ok(conditions)
    }

    fn by_key(&self, opened: &Opened, bound: &mut Bound<'a>) -> Result<Vec<String>, Error> {
        let mut conditions = Vec::new();
        for (name, value) in self.key {
            let field = format!("{}.key.{name}", self.change);
            let described = find(&opened.columns, name, &field)?;
            conditions.push(match value {
                None => described.is_null(),
                Some(value) => equal(described, &bound.add(Some(value.as_str()), described.base_oid, field)),
            });
        }
        Ok(conditions)
    }

    fn at(&self, address: &'a str, bound: &mut Bound<'a>) -> Result<Vec<String>, Error> {
        let field = format!("{}.address", self.change);
        let Some((part, place)) = address.split_once(':').filter(|_| parse_address(address).is_some()) else {
            let message = "This is not an address that a page of rows gave.";
            return Err(Error::Fields(vec![FieldError::new(&field, "invalid", message)]));
        };
        let part = bound.add(Some(part), OID, field.as_str());
        let place = bound.add(Some(place), TID, field);
        Ok(vec![
            format!("t.tableoid OPERATOR(pg_catalog.=) {part}"),
            format!("t.ctid OPERATOR(pg_catalog.=) {place}"),
        ])
    }

    /// Another row can have come to lie where this one lay: an address alone is not enough.
    fn must_be_checked(&self, opened: &Opened) -> Result<(), Error> {
        if !matches!(opened.kind.as_str(), "r" | "p") {
            let field = format!("{}.address", self.change);
            let message = "Rows of views and foreign tables lie nowhere; name the row by key.";
            return Err(Error::Fields(vec![FieldError::new(&field, "unsupported", message)]));
        }
        let all = opened.columns.iter().all(|described| self.was.contains_key(described.name()));
        if self.version.is_some() || all {
            return Ok(());
        }
        let message = "With an address, give the version, or what every column was.";
        Err(Error::Fields(vec![FieldError::new(&format!("{}.was", self.change), "required", message)]))
    }

    /// For each column of `was` its name, and whether it still holds that text.
    pub(super) fn checks(
        &self,
        opened: &Opened,
        bound: &mut Bound<'a>,
    ) -> Result<Vec<(&'a str, String)>, Error> {
        let mut checks = Vec::new();
        for (name, value) in self.was {
            let field = format!("{}.was.{name}", self.change);
            let described = find(&opened.columns, name, &field)?;
            checks.push((name.as_str(), still(described, value.as_deref(), field, bound)));
        }
        Ok(checks)
    }
}

fn still<'a>(described: &Described, value: Option<&'a str>, field: String, bound: &mut Bound<'a>) -> String {
    let Some(value) = value else { return described.is_null() };
    let (held, oid) = if NAMES_OF_OBJECTS.contains(&described.base_oid) {
        (described.at_t(), described.base_oid)
    } else {
        (described.text(&described.at_t()), TEXT)
    };
    let place = bound.add(Some(value), oid, field);
    format!("COALESCE({held} OPERATOR(pg_catalog.=) {place}, false)")
}
