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
        request.body.updates.push(RowUpdate { key, address, version, was, set: (**set).clone() });
        request.updates.push(id.clone());
    }
    for (id, values) in &changes.inserts {
        let values = (**values).clone();
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use howdah_types::row_changes::RowUpdated;
    use howdah_types::rows::{ColumnTraits, TypeKind};

    use super::*;

    fn column(name: &str) -> Column {
        let details = ColumnTraits {
            kind: TypeKind::Base,
            base_type_oid: 25,
            element_type_oid: None,
            writable: true,
            sortable: true,
            default: None,
            identity: None,
            generated: false,
            enum_labels: None,
            references: None,
        };
        Column {
            name: name.to_owned(),
            type_name: "text".to_owned(),
            type_oid: 25,
            table_oid: None,
            attribute_number: None,
            nullable: true,
            primary_key: false,
            description: None,
            details: Some(details),
        }
    }

    fn columns() -> Vec<Column> {
        vec![column("id"), column("a")]
    }

    fn row(id: &str, a: Option<&str>, version: Option<&str>) -> Record {
        Record {
            values: vec![Some(id.to_owned()), a.map(ToOwned::to_owned)],
            address: Some(format!("1:(0,{id})")),
            version: version.map(ToOwned::to_owned),
            cut: Vec::new(),
        }
    }

    fn key(kind: RowKeyKind) -> RowKey {
        let keyed = matches!(kind, RowKeyKind::PrimaryKey | RowKeyKind::Unique);
        RowKey { kind, columns: if keyed { vec!["id".to_owned()] } else { Vec::new() } }
    }

    fn update(kind: RowKeyKind, version: Option<&str>) -> String {
        let origin = Origin { columns: Arc::new(columns()), record: Arc::new(row("1", None, version)) };
        let mut changes = Changes::default();
        let id = id_of(&origin.columns, &origin.record, &key(kind));
        let set = NewValues::from([("a".to_owned(), NewValue::Text("x".to_owned()))]);
        changes.updates.insert(id, (origin, Arc::new(set)));
        serde_json::to_string(&request(&changes, &key(kind)).body.updates).unwrap()
    }

    #[test]
    fn a_row_is_named_by_its_key_or_its_place_or_all_that_it_holds() {
        assert_eq!(
            update(RowKeyKind::PrimaryKey, Some("7")),
            r#"[{"key":{"id":"1"},"version":"7","set":{"a":"x"}}]"#
        );
        assert_eq!(
            update(RowKeyKind::Address, Some("7")),
            r#"[{"address":"1:(0,1)","version":"7","set":{"a":"x"}}]"#
        );
        assert_eq!(update(RowKeyKind::None, None), r#"[{"key":{"a":null,"id":"1"},"set":{"a":"x"}}]"#);
        // Without a version what was read is compared.
        assert_eq!(
            update(RowKeyKind::Unique, None),
            r#"[{"key":{"id":"1"},"was":{"a":null},"set":{"a":"x"}}]"#
        );
    }

    #[test]
    fn a_refused_field_leads_to_its_row_and_column() {
        let request = Request {
            updates: vec!["one".to_owned(), "two".to_owned()],
            inserts: vec![9],
            ..Request::default()
        };
        let entry = |field: &str| request.entry(field);
        assert_eq!(
            entry("updates[1].set.a.b"),
            Some((Entry::Kept("two".to_owned()), Some("a.b".to_owned())))
        );
        assert_eq!(entry("inserts[0].values.a"), Some((Entry::New(9), Some("a".to_owned()))));
        assert_eq!(entry("updates[0]"), Some((Entry::Kept("one".to_owned()), None)));
        assert_eq!((entry("updates[2].set.a"), entry("limit")), (None, None));
    }

    fn image(id: &str, a: &str, version: &str) -> RowImage {
        RowImage {
            values: vec![Some(id.to_owned()), Some(a.to_owned())],
            address: None,
            version: Some(version.to_owned()),
            truncated: Vec::new(),
        }
    }

    #[test]
    fn what_was_applied_is_taken_back_with_the_version_that_it_left() {
        let done = RowsChanged {
            columns: columns(),
            inserts: vec![image("3", "new", "21")],
            updates: vec![RowUpdated { before: image("1", "old", "5"), after: image("1", "x", "20") }],
            deletes: vec![image("2", "gone", "6")],
            ..RowsChanged::default()
        };
        let back = inverse(&done, &key(RowKeyKind::PrimaryKey)).unwrap();
        assert_eq!(
            serde_json::to_string(&back).unwrap(),
            concat!(
                r#"{"deletes":[{"key":{"id":"3"},"version":"21"}],"#,
                r#""updates":[{"key":{"id":"1"},"version":"20","set":{"a":"old"}}],"#,
                r#""inserts":[{"values":{"a":"gone","id":"2"}}]}"#
            )
        );
        let mut cut = done;
        cut.deletes = vec![RowImage {
            truncated: vec![howdah_types::row_changes::TruncatedValue { column: 1, bytes: 9 }],
            ..image("2", "go", "6")
        }];
        assert!(inverse(&cut, &key(RowKeyKind::PrimaryKey)).is_err());
    }
}
