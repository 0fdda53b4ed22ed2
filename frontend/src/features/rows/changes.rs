//! Staged changes as a request, what the server says about them, and how to take back what was applied.

use std::collections::BTreeMap;

use howdah_types::row_changes::{
    NewValue, NewValues, OldValues, RowChanges, RowDelete, RowImage, RowInsert, RowUpdate, RowsChanged,
};
use howdah_types::rows::{Column, Identity, RowKey, RowKeyKind};

use super::staged::{Changes, Id, Origin};
use super::window::Record;

/// How a row is named in a request.
struct Named {
    key: OldValues,
    address: Option<String>,
    version: Option<String>,
}

/// The staged changes as a request, and which rows its entries are about: deletes, updates, inserts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Request {
    pub(super) body: RowChanges,
    pub(super) deletes: Vec<Id>,
    pub(super) updates: Vec<Id>,
    pub(super) inserts: Vec<u32>,
}

/// The row that an entry of a request is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    Kept(Id),
    New(u32),
}

pub(super) fn request(changes: &Changes, key: &RowKey) -> Request {
    let mut request = Request::default();
    for (id, origin) in &changes.deletes {
        let Named { key, address, version } = named(&origin.columns, &origin.record, key);
        let was = if version.is_none() { known(origin, key.keys()) } else { OldValues::new() };
        request.body.deletes.push(RowDelete { key, address, version, was });
        request.deletes.push(id.clone());
    }
    for (id, (origin, set)) in changes.updates.iter().filter(|(id, _)| !changes.deletes.contains_key(*id)) {
        let Named { key, address, version } = named(&origin.columns, &origin.record, key);
        let was = if version.is_none() { known(origin, key.keys()) } else { OldValues::new() };
        request.body.updates.push(RowUpdate { key, address, version, was, set: set.clone() });
        request.updates.push(id.clone());
    }
    for (id, values) in &changes.inserts {
        let values = values.clone();
        request.body.inserts.push(RowInsert { values, overriding_system_value: false });
        request.inserts.push(*id);
    }
    request
}

impl Request {
    /// The row and the column that a field of a problem names: `updates[2].set.total`.
    pub(super) fn entry(&self, field: &str) -> Option<(Entry, Option<String>)> {
        let (kind, rest) = field.split_once('[')?;
        let (at, rest) = rest.split_once(']')?;
        let at: usize = at.parse().ok()?;
        let entry = match kind {
            "deletes" => Entry::Kept(self.deletes.get(at)?.clone()),
            "updates" => Entry::Kept(self.updates.get(at)?.clone()),
            "inserts" => Entry::New(*self.inserts.get(at)?),
            _ => return None,
        };
        let column = rest.strip_prefix(".set.").or_else(|| rest.strip_prefix(".values."));
        Some((entry, column.map(ToOwned::to_owned)))
    }
}

/// What tells the row from the others.
pub(super) fn id_of(columns: &[Column], record: &Record, key: &RowKey) -> Id {
    let Named { key, address, .. } = named(columns, record, key);
    address.unwrap_or_else(|| {
        let parts = key.into_iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={}:{value}", value.len()),
            None => format!("{name}!"),
        });
        parts.collect()
    })
}

fn named(columns: &[Column], record: &Record, key: &RowKey) -> Named {
    let value = |name: &str| {
        let at = columns.iter().position(|column| column.name == name)?;
        record.values.get(at).cloned()
    };
    match key.kind {
        RowKeyKind::PrimaryKey | RowKeyKind::Unique => Named {
            key: key.columns.iter().filter_map(|name| Some((name.clone(), value(name)?))).collect(),
            address: None,
            version: record.version.clone(),
        },
        RowKeyKind::Address => {
            Named { key: OldValues::new(), address: record.address.clone(), version: record.version.clone() }
        }
        // Every column that can be compared: the server refuses when that fits more than one row.
        RowKeyKind::None => Named { key: comparable(columns, record), address: None, version: None },
    }
}

fn comparable(columns: &[Column], record: &Record) -> OldValues {
    let whole = columns.iter().enumerate().filter(|(at, column)| {
        record.cut_at(*at).is_none() && column.details.as_ref().is_none_or(|details| details.sortable)
    });
    whole.map(|(at, column)| (column.name.clone(), record.values.get(at).cloned().flatten())).collect()
}

/// What the other columns held, for the check where there is no version.
fn known<'a>(origin: &Origin, named: impl Iterator<Item = &'a String>) -> OldValues {
    let named: Vec<&String> = named.collect();
    let mut all = comparable(&origin.columns, &origin.record);
    all.retain(|name, _| !named.contains(&name));
    all
}

/// The changes that take back what was applied, as long as the rows have not changed since; or why that cannot be.
pub(super) fn inverse(done: &RowsChanged, key: &RowKey) -> Result<RowChanges, &'static str> {
    const CUT: &str = "a value was too long to be kept for that";
    let whole = |image: &RowImage| if image.truncated.is_empty() { Ok(()) } else { Err(CUT) };
    let mut back = RowChanges::default();
    for image in &done.inserts {
        let Named { key, address, version } = named(&done.columns, &record(image), key);
        back.deletes.push(RowDelete { key, address, version, was: OldValues::new() });
    }
    for change in done.updates.iter().rev() {
        whole(&change.before)?;
        let Named { key, address, version } = named(&done.columns, &record(&change.after), key);
        let (before, after) = (&change.before.values, &change.after.values);
        let differing =
            done.columns.iter().zip(before.iter().zip(after)).filter(|(column, (before, after))| {
                before != after && column.details.as_ref().is_none_or(|details| details.writable)
            });
        let (mut set, mut was) = (NewValues::new(), OldValues::new());
        for (column, (before, after)) in differing {
            set.insert(column.name.clone(), NewValue::from(before.clone()));
            if version.is_none() && !key.contains_key(&column.name) {
                was.insert(column.name.clone(), after.clone());
            }
        }
        if !set.is_empty() {
            back.updates.push(RowUpdate { key, address, version, was, set });
        }
    }
    for image in &done.deletes {
        whole(image)?;
        let writable = done.columns.iter().zip(&image.values).filter(|(column, _)| {
            column.details.as_ref().is_none_or(|details| details.writable && !details.generated)
        });
        let values = writable.map(|(column, value)| (column.name.clone(), NewValue::from(value.clone())));
        let overriding_system_value = done.columns.iter().any(|column| {
            column.details.as_ref().is_some_and(|details| details.identity == Some(Identity::Always))
        });
        back.inserts.push(RowInsert { values: values.collect(), overriding_system_value });
    }
    if back == RowChanges::default() { Err("nothing differs") } else { Ok(back) }
}

/// An image as a row of a page that has all columns.
pub(super) fn record(image: &RowImage) -> Record {
    Record {
        values: image.values.clone(),
        address: image.address.clone(),
        version: image.version.clone(),
        cut: image.truncated.iter().map(|cut| (cut.column as usize, cut.bytes)).collect(),
    }
}

/// The same record with other columns, by name; those that are missing are null.
pub(super) fn fitted(record: &Record, from: &[Column], to: &[Column]) -> Record {
    let places: BTreeMap<&str, usize> =
        from.iter().enumerate().map(|(at, column)| (column.name.as_str(), at)).collect();
    let mut fitted =
        Record { address: record.address.clone(), version: record.version.clone(), ..Record::default() };
    for (at, column) in to.iter().enumerate() {
        let place = places.get(column.name.as_str()).copied();
        fitted.values.push(place.and_then(|place| record.values.get(place).cloned().flatten()));
        if let Some(bytes) = place.and_then(|place| record.cut_at(place)) {
            fitted.cut.push((at, bytes));
        }
    }
    fitted
}
