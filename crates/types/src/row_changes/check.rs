//! What can be said of changes without the table.

use super::{
    MAX_CHANGES, Matching, NewValues, OldValues, RowChanges, RowDelete, RowUpdate, RowsDeleteData,
    RowsFormData, RowsUpdateData,
};
use crate::validate::{self, FieldError, Validate};

/// Checks what the server must not be asked with.
fn texts<'a>(
    field: &str,
    values: impl Iterator<Item = (&'a String, Option<&'a str>)>,
    errors: &mut Vec<FieldError>,
) {
    for (name, text) in values {
        let field = format!("{field}.{name}");
        validate::name(&field, name, errors);
        if let Some(text) = text {
            validate::no_nul(&field, text, errors);
        }
    }
}

fn new_values(field: &str, values: &NewValues, errors: &mut Vec<FieldError>) {
    texts(field, values.iter().map(|(name, value)| (name, value.text())), errors);
}

fn old_values(field: &str, values: &OldValues, errors: &mut Vec<FieldError>) {
    texts(field, values.iter().map(|(name, text)| (name, text.as_deref())), errors);
}

/// Key and checks of a change of one row.
fn place(
    field: &str,
    (key, address, version): (&OldValues, Option<&str>, Option<&str>),
    was: &OldValues,
    errors: &mut Vec<FieldError>,
) {
    if key.is_empty() == address.is_none() {
        let message = "Name the row: either by key or by address.";
        errors.push(FieldError::new(&format!("{field}.key"), "required", message));
    }
    old_values(&format!("{field}.key"), key, errors);
    old_values(&format!("{field}.was"), was, errors);
    for (name, text) in [("address", address), ("version", version)] {
        if let Some(text) = text {
            validate::no_nul(&format!("{field}.{name}"), text, errors);
        }
    }
}

fn update(field: &str, row: &RowUpdate, errors: &mut Vec<FieldError>) {
    place(field, (&row.key, row.address.as_deref(), row.version.as_deref()), &row.was, errors);
    set(&format!("{field}.set"), &row.set, errors);
}

fn set(field: &str, values: &NewValues, errors: &mut Vec<FieldError>) {
    if values.is_empty() {
        errors.push(FieldError::new(field, "required", "Give at least one column."));
    }
    new_values(field, values, errors);
}

fn delete(field: &str, row: &RowDelete, errors: &mut Vec<FieldError>) {
    place(field, (&row.key, row.address.as_deref(), row.version.as_deref()), &row.was, errors);
}

fn matching(found: &Matching, errors: &mut Vec<FieldError>) {
    for (number, filter) in found.filter.iter().enumerate() {
        filter.check(&format!("matching.filter[{number}]"), errors);
    }
    if let Some(condition) = &found.condition {
        validate::no_nul("matching.where", condition, errors);
    }
}

fn amount(field: &str, count: usize, errors: &mut Vec<FieldError>) {
    if count == 0 {
        errors.push(FieldError::new(field, "required", "Give at least one change."));
    } else if count > MAX_CHANGES {
        let message = format!("At most {MAX_CHANGES} changes; these are {count}.");
        errors.push(FieldError::new(field, "tooMany", message));
    }
}

impl Validate for RowsFormData {
    fn validate(&self) -> Vec<FieldError> {
        let changes = RowChanges { inserts: self.inserts.clone(), ..RowChanges::default() };
        changes.check("inserts")
    }
}

impl Validate for RowsUpdateData {
    fn validate(&self) -> Vec<FieldError> {
        let Some(found) = &self.matching else {
            let mut errors = Vec::new();
            amount("updates", self.updates.len(), &mut errors);
            for (number, row) in self.updates.iter().enumerate() {
                update(&format!("updates[{number}]"), row, &mut errors);
            }
            return errors;
        };
        let mut errors = Vec::new();
        matching(found, &mut errors);
        set("set", &self.set, &mut errors);
        one_of("updates", self.updates.is_empty(), &mut errors);
        errors
    }
}

fn one_of(field: &str, empty: bool, errors: &mut Vec<FieldError>) {
    if !empty {
        errors.push(FieldError::new(field, "exclusive", "Either single rows or those that match, not both."));
    }
}

impl Validate for RowsDeleteData {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Some(found) = &self.matching {
            matching(found, &mut errors);
            one_of("deletes", self.deletes.is_empty(), &mut errors);
            return errors;
        }
        amount("deletes", self.deletes.len(), &mut errors);
        for (number, row) in self.deletes.iter().enumerate() {
            delete(&format!("deletes[{number}]"), row, &mut errors);
        }
        errors
    }
}

impl RowChanges {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.deletes.len() + self.updates.len() + self.inserts.len()
    }

    fn check(&self, field: &str) -> Vec<FieldError> {
        let mut errors = Vec::new();
        amount(field, self.count(), &mut errors);
        for (number, row) in self.deletes.iter().enumerate() {
            delete(&format!("deletes[{number}]"), row, &mut errors);
        }
        for (number, row) in self.updates.iter().enumerate() {
            update(&format!("updates[{number}]"), row, &mut errors);
        }
        for (number, row) in self.inserts.iter().enumerate() {
            new_values(&format!("inserts[{number}].values"), &row.values, &mut errors);
        }
        errors
    }
}

impl Validate for RowChanges {
    fn validate(&self) -> Vec<FieldError> {
        self.check("inserts")
    }
}
