//! Changes of single rows, in one transaction: all of them, or none.
//!
//! Each row is locked and looked at before it is changed: there must be exactly one, and it must be what the caller saw.
//! Then it is changed where it lies, and that must have been one row as well.

mod matching;
mod named;
mod preview;

use howdah_types::row_changes::{
    CountMismatch, NewValue, NewValues, RowChanges, RowConflict, RowDelete, RowImage, RowInsert, RowUpdate,
    RowUpdated, RowsChanged, TruncatedValue,
};
use howdah_types::rows::Identity;
use howdah_types::validate::FieldError;
use tokio_postgres::Row;

use super::Place;
use super::bound::Bound;
use super::columns::{Described, find};
use super::open::{Opened, Purpose, open};
use super::page::values;
use super::select::{Select, Wanted, all};
use crate::error::Error;
use crate::ident::Ident;
use crate::server::Server;
use crate::session::Param;
use crate::trace::Trace;
pub use matching::{Selection, delete_matching, preview_matching, update_matching};
use named::Named;
pub use preview::preview;

/// Bytes of values that one answer holds.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of one value in it, while there is room.
const MOST: usize = 1024 * 1024;
const LEAST: usize = 64;

/// Does what a grid has staged: deletes, then updates, then inserts.
pub async fn change(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    changes: &RowChanges,
) -> Result<RowsChanged, Error> {
    let opened = begin(server, trace, place, Purpose::Change).await?;
    let columns: Vec<&Described> = opened.columns.iter().collect();
    let mut work =
        Work { opened: &opened, place, columns: &columns, room: ANSWER_BYTES, done: RowsChanged::default() };
    for (number, row) in changes.deletes.iter().enumerate() {
        work.delete(number, row).await?;
    }
    for (number, row) in changes.updates.iter().enumerate() {
        work.update(number, row).await?;
    }
    for (number, row) in changes.inserts.iter().enumerate() {
        work.insert(number, row).await?;
    }
    let mut done = work.done;
    opened.session.check_and_commit().await?;
    done.columns = opened.columns.iter().map(|described| described.column.clone()).collect();
    Ok(done)
}

/// Opens the relation for changes that its owner could make.
pub(super) async fn begin(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    purpose: Purpose,
) -> Result<Opened, Error> {
    let opened = open(server, trace, place.database, place.name(), purpose).await?;
    if opened.kind == "m" {
        let what = "changing rows of a materialized view".to_owned();
        return Err(Error::Unsupported { what, needs: "REFRESH MATERIALIZED VIEW".to_owned() });
    }
    if !opened.owner.trusted {
        // Triggers and defaults were written for the owner's own search path. Those of a superuser run with ours, on
        // which nobody can plant anything.
        let doing = "setting the owner’s search path";
        let params = [Param::Oid(opened.owner.oid)];
        opened.session.query(doing, include_str!("change/search_path.sql"), &params).await?;
    }
    Ok(opened)
}

struct Work<'a> {
    opened: &'a Opened,
    place: Place<'a>,
    columns: &'a [&'a Described],
    /// Bytes that the answer may still grow by.
    room: usize,
    done: RowsChanged,
}

impl Work<'_> {
    async fn delete(&mut self, number: usize, row: &RowDelete) -> Result<(), Error> {
        let named = Named::of_delete(number, row);
        let (old, address) = self.lock(&named).await?;
        let mut bound = Bound::default();
        let conditions = named.again(self.opened, address.as_deref(), &mut bound)?;
        let sql = format!("DELETE FROM {} AS t{}", self.place.qualified(), all(&conditions));
        let result = self.opened.session.affect("deleting a row", &sql, &bound.params()).await;
        let count = result.map_err(|error| about(bound.explain(error), &named.change))?;
        exactly_one(count, &named.change)?;
        self.done.deleted += 1;
        self.done.deletes.push(old);
        Ok(())
    }

    async fn update(&mut self, number: usize, row: &RowUpdate) -> Result<(), Error> {
        let named = Named::of_update(number, row);
        let mut bound = Bound::default();
        let set = assignments(self.opened, &row.set, &format!("{}.set", named.change), &mut bound)?;
        let (before, address) = self.lock(&named).await?;
        let conditions = named.again(self.opened, address.as_deref(), &mut bound)?;
        let cap = self.cap();
        let sql = format!(
            "UPDATE {} AS t SET {set}{} RETURNING {}",
            self.place.qualified(),
            all(&conditions),
            self.select().returning(cap),
        );
        let field = format!("{}.set", named.change);
        let after = self.one("changing a row", &sql, &bound, cap, (&named.change, &field, &row.set)).await?;
        self.done.updated += 1;
        self.done.updates.push(RowUpdated { before, after });
        Ok(())
    }

    async fn insert(&mut self, number: usize, row: &RowInsert) -> Result<(), Error> {
        let change = format!("inserts[{number}]");
        let field = format!("{change}.values");
        let mut bound = Bound::default();
        let list = insertion(self.opened, row, &field, &mut bound)?;
        let cap = self.cap();
        let returning = self.select().returning(cap);
        let sql = format!("INSERT INTO {} AS t{list} RETURNING {returning}", self.place.qualified());
        let made = self.one("inserting a row", &sql, &bound, cap, (&change, &field, &row.values)).await?;
        self.done.inserted += 1;
        self.done.inserts.push(made);
        Ok(())
    }

    fn select(&self) -> Select<'_> {
        let Place { schema, table, .. } = self.place;
        Select { schema, table, kind: &self.opened.kind, columns: self.columns }
    }

    /// How long a value may be in the answer now.
    fn cap(&self) -> usize {
        let long = self.columns.iter().filter(|described| described.variable).count().max(1);
        (self.room / long).clamp(LEAST, MOST)
    }

    /// The one row that is named, locked, as it is now and where it lies. [`Error::RowGone`], [`Error::RowChanged`] or
    /// [`Error::RowCount`] when it is not there, not what it was, or not the only one.
    async fn lock(&mut self, named: &Named<'_>) -> Result<(RowImage, Option<String>), Error> {
        let mut bound = Bound::default();
        let conditions = named.conditions(self.opened, &mut bound)?;
        let (was, checks): (Vec<&str>, Vec<String>) =
            named.checks(self.opened, &mut bound)?.into_iter().unzip();
        self.opened.may_read(&bound).await?;
        let wanted =
            Wanted { conditions: &conditions, limit: 2, locking: " FOR UPDATE", ..Wanted::default() };
        let cap = self.cap();
        let sql = self.select().page(&wanted, cap, &checks);
        let doing = "locking a row";
        let read = self.opened.session.read(doing, &sql, &bound.params(), usize::MAX).await;
        let read = read.map_err(|error| about(bound.explain(error), &named.change))?;
        let row = match read.rows.as_slice() {
            [] => return Err(Error::RowGone { change: named.change.clone() }),
            [row] => row,
            more => {
                let count = CountMismatch { expected: 1, found: more.len() as u64 };
                return Err(Error::RowCount { change: named.change.clone(), count });
            }
        };
        let shape = |error| Error::shape(doing, error);
        let image = self.image(row, cap).map_err(shape)?;
        let mut differing = Vec::new();
        for (number, name) in was.into_iter().enumerate() {
            if !row.try_get::<_, bool>(5 + number).map_err(shape)? {
                differing.push(name.to_owned());
            }
        }
        let moved = named.address.is_some_and(|address| image.address.as_deref() != Some(address));
        let other = named.version.is_some_and(|version| image.version.as_deref() != Some(version));
        if moved || other || !differing.is_empty() {
            let columns = self.columns.iter().map(|described| described.name().to_owned()).collect();
            let change = named.change.clone();
            return Err(Error::RowChanged(Box::new(RowConflict {
                change,
                differing,
                columns,
                current: image,
            })));
        }
        let address = image.address.clone();
        Ok((image, address))
    }

    /// Runs a statement that must answer exactly one row.
    async fn one(
        &mut self,
        doing: &'static str,
        sql: &str,
        bound: &Bound<'_>,
        cap: usize,
        (change, field, given): (&str, &str, &NewValues),
    ) -> Result<RowImage, Error> {
        let read = self.opened.session.read(doing, sql, &bound.params(), usize::MAX).await;
        let read = read.map_err(|error| blame(bound.explain(error), change, field, given, self.columns))?;
        exactly_one(read.rows.len() as u64, change)?;
        let row = read.rows.first().ok_or_else(|| Error::RowGone { change: change.to_owned() })?;
        self.image(row, cap).map_err(|error| Error::shape(doing, error))
    }

    fn image(&mut self, row: &Row, cap: usize) -> Result<RowImage, tokio_postgres::Error> {
        let (values, cut) = values(row, self.columns, cap)?;
        let bytes: usize = values.iter().flatten().map(String::len).sum();
        self.room = self.room.saturating_sub(bytes);
        let truncated = cut.into_iter().map(|(column, bytes)| TruncatedValue { column, bytes }).collect();
        Ok(RowImage { values, address: row.try_get(0)?, version: row.try_get(1)?, truncated })
    }
}

fn exactly_one(found: u64, change: &str) -> Result<(), Error> {
    if found == 1 {
        return Ok(());
    }
    Err(Error::RowCount { change: change.to_owned(), count: CountMismatch { expected: 1, found } })
}

/// `"a" = $1, "b" = DEFAULT`. `field` is what the request calls the values.
fn assignments<'a>(
    opened: &Opened,
    set: &'a NewValues,
    field: &str,
    bound: &mut Bound<'a>,
) -> Result<String, Error> {
    let mut list = Vec::new();
    for (name, value) in set {
        let field = format!("{field}.{name}");
        let described = find(&opened.columns, name, &field)?;
        may_be_set(described, value, &field, false)?;
        list.push(format!("{} = {}", Ident(name), term(described, value, field, bound)));
    }
    Ok(list.join(", "))
}

/// ` ("a", "b") VALUES ($1, DEFAULT)`.
fn insertion<'a>(
    opened: &Opened,
    row: &'a RowInsert,
    field: &str,
    bound: &mut Bound<'a>,
) -> Result<String, Error> {
    let (mut names, mut terms) = (Vec::new(), Vec::new());
    for (name, value) in &row.values {
        let field = format!("{field}.{name}");
        let described = find(&opened.columns, name, &field)?;
        if !row.overriding_system_value {
            may_be_set(described, value, &field, true)?;
        }
        names.push(Ident(name).to_string());
        terms.push(term(described, value, field, bound));
    }
    if names.is_empty() {
        return Ok(" DEFAULT VALUES".to_owned());
    }
    let overriding = if row.overriding_system_value { " OVERRIDING SYSTEM VALUE" } else { "" };
    Ok(format!(" ({}){overriding} VALUES ({})", names.join(", "), terms.join(", ")))
}

fn term<'a>(described: &Described, value: &'a NewValue, field: String, bound: &mut Bound<'a>) -> String {
    match value {
        NewValue::Text(text) => bound.add(Some(text.as_str()), described.column.type_oid, field),
        NewValue::Null => "NULL".to_owned(),
        NewValue::Default => "DEFAULT".to_owned(),
    }
}

/// Generated columns and such take no value; said before PostgreSQL would, and of which column.
fn may_be_set(described: &Described, value: &NewValue, field: &str, insert: bool) -> Result<(), Error> {
    let Some(details) = &described.column.details else { return Ok(()) };
    let refuse = |code, message: &str| Err(Error::Fields(vec![FieldError::new(field, code, message)]));
    if *value == NewValue::Default {
        return Ok(());
    }
    if details.generated {
        return refuse("generated", "The column is computed from others; leave it out.");
    }
    match details.identity {
        Some(Identity::Always) if insert => refuse(
            "identity",
            "PostgreSQL numbers this column itself; leave it out, or say overridingSystemValue.",
        ),
        Some(Identity::Always) => {
            refuse("identity", "PostgreSQL numbers this column itself; it can only be set to its default.")
        }
        _ if !details.writable => refuse("readOnly", "This column of the view cannot be changed."),
        _ => Ok(()),
    }
}

/// Says which change an error is about, if nothing more is known.
fn about(error: Error, change: &str) -> Error {
    match error.sqlstate() {
        Some("55P03") => Error::RowLocked { change: change.to_owned() },
        _ if change.is_empty() => error,
        _ => error.in_field(change.to_owned()),
    }
}

/// The same, and which column: the one that PostgreSQL names, or the only one that was given.
fn blame(error: Error, change: &str, field: &str, given: &NewValues, columns: &[&Described]) -> Error {
    let named = match &error {
        Error::Sql { source, .. } => source.column.clone(),
        _ => None,
    };
    let named = named.filter(|name| columns.iter().any(|described| described.name() == name));
    let only = given.keys().next().filter(|_| given.len() == 1);
    let value = error.sqlstate().is_some_and(|state| state.starts_with("22") || state.starts_with("23"));
    match named.as_ref().or(only).filter(|_| value) {
        Some(name) => error.in_field(format!("{field}.{name}")),
        None => about(error, change),
    }
}
