//! The statements of changes as one would write them by hand, for people to read. They are not what is run: there, values
//! are parameters.

use std::fmt::Write;

use howdah_types::row_changes::{NewValue, NewValues, OldValues, RowChanges, RowInsert};

use super::named::Named;
use super::{assignments, begin, insertion};
use crate::error::Error;
use crate::ident::Ident;
use crate::rows::Place;
use crate::rows::bound::{Bound, constant};
use crate::rows::columns::find;
use crate::rows::open::{Opened, Purpose};
use crate::server::Server;
use crate::trace::Trace;

/// What [`super::change`] would do, checked as far as that can be done without doing it.
pub async fn preview(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    changes: &RowChanges,
) -> Result<Vec<String>, Error> {
    let opened = begin(server, trace, place, Purpose::Change).await?;
    let mut statements = Vec::new();
    for (number, row) in changes.deletes.iter().enumerate() {
        let found = whose(&opened, &Named::of_delete(number, row))?;
        statements.push(format!("DELETE FROM {}{found}", place.qualified()));
    }
    for (number, row) in changes.updates.iter().enumerate() {
        let named = Named::of_update(number, row);
        assignments(&opened, &row.set, &format!("{}.set", named.change), &mut Bound::default())?;
        let found = whose(&opened, &named)?;
        statements.push(format!("UPDATE {} SET {}{found}", place.qualified(), set(&row.set)));
    }
    for (number, row) in changes.inserts.iter().enumerate() {
        insertion(&opened, row, &format!("inserts[{number}].values"), &mut Bound::default())?;
        statements.push(format!("INSERT INTO {}{}", place.qualified(), list(row)));
    }
    opened.session.roll_back().await?;
    Ok(statements)
}

pub(super) fn set(values: &NewValues) -> String {
    let list: Vec<_> =
        values.iter().map(|(name, value)| format!("{} = {}", Ident(name), term(value))).collect();
    list.join(", ")
}

fn list(row: &RowInsert) -> String {
    if row.values.is_empty() {
        return " DEFAULT VALUES".to_owned();
    }
    let names: Vec<_> = row.values.keys().map(|name| Ident(name).to_string()).collect();
    let terms: Vec<_> = row.values.values().map(term).collect();
    let overriding = if row.overriding_system_value { " OVERRIDING SYSTEM VALUE" } else { "" };
    format!(" ({}){overriding} VALUES ({})", names.join(", "), terms.join(", "))
}

fn term(value: &NewValue) -> String {
    match value {
        NewValue::Text(text) => constant(text),
        NewValue::Null => "NULL".to_owned(),
        NewValue::Default => "DEFAULT".to_owned(),
    }
}

fn whose(opened: &Opened, named: &Named<'_>) -> Result<String, Error> {
    let mut bound = Bound::default();
    named.conditions(opened, &mut bound)?;
    named.checks(opened, &mut bound)?;
    let mut sql = String::from(" WHERE ");
    if let Some((part, place)) = named.address.and_then(|address| address.split_once(':')) {
        // Writing to a string does not fail.
        let _ = write!(sql, "tableoid = {} AND ctid = {}", constant(part), constant(place));
        return Ok(sql);
    }
    sql.push_str(&by_key(opened, named.key, &named.change)?.join(" AND "));
    Ok(sql)
}

fn by_key(opened: &Opened, key: &OldValues, change: &str) -> Result<Vec<String>, Error> {
    let mut conditions = Vec::new();
    for (name, value) in key {
        let described = find(&opened.columns, name, change)?;
        conditions.push(match value {
            None => format!("{} IS NULL", Ident(name)),
            Some(value) if described.order.is_some() => format!("{} = {}", Ident(name), constant(value)),
            Some(value) => format!("{}::text = {}", Ident(name), constant(value)),
        });
    }
    Ok(conditions)
}
