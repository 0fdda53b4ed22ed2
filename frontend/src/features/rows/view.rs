//! What of a table is shown. All of it is in the address, so that every view has a link of its own.

use howdah_types::rows::{Filter, SortKey};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::encode::route_segment;
use crate::api::from_json;
use crate::api::rows::{Place, RowsQuery};
use crate::routes;
use crate::state::Address;

/// The schema of an address that names none.
const PUBLIC: &str = "public";

/// The table or view of the address (tracked).
pub(super) fn use_place() -> Memo<Place> {
    let (database, table, schema) =
        (routes::use_param("database"), routes::use_param("table"), routes::use_query("schema"));
    Memo::new(move |_| Place {
        database: database.get(),
        schema: schema.get().unwrap_or_else(|| PUBLIC.to_owned()),
        table: table.get(),
    })
}

/// What the address asks for (tracked). What cannot be read is left out.
pub(super) fn asked(address: Address) -> RowsQuery {
    RowsQuery {
        filter: list(address, "filter"),
        condition: address.query("where").filter(|text| !text.trim().is_empty()),
        sort: list(address, "sort"),
        columns: list(address, "columns"),
    }
}

fn list<T: DeserializeOwned>(address: Address, key: &str) -> Vec<T> {
    address.query(key).and_then(|text| from_json(&text)).unwrap_or_default()
}

/// The address of a view.
pub(super) fn address(place: &Place, query: &RowsQuery) -> String {
    let mut out = routes::table(&place.database, &place.schema, &place.table);
    push(&mut out, "filter", json(&query.filter));
    push(&mut out, "where", query.condition.clone());
    push(&mut out, "sort", json(&query.sort));
    push(&mut out, "columns", json(&query.columns));
    out
}

/// The address of the rows of a table in which columns have values.
pub(super) fn rows_where(place: &Place, pairs: impl Iterator<Item = (String, String)>) -> String {
    let filter = pairs
        .map(|(column, value)| Filter {
            column,
            op: howdah_types::rows::FilterOp::Equal,
            value: Some(value),
            values: Vec::new(),
        })
        .collect();
    address(place, &RowsQuery { filter, ..RowsQuery::default() })
}

fn json<T: Serialize>(list: &[T]) -> Option<String> {
    if list.is_empty() { None } else { serde_json::to_string(list).ok() }
}

fn push(out: &mut String, key: &str, value: Option<String>) {
    if let Some(value) = value {
        out.push('&');
        out.push_str(key);
        out.push('=');
        out.push_str(&route_segment(&value));
    }
}

/// The sort after a click on a column: ascending, descending, none; `add` leaves the others.
pub(super) fn sorted(sort: &[SortKey], column: &str, add: bool) -> Vec<SortKey> {
    let before = sort.iter().find(|key| key.column == column);
    let key = match before {
        None => Some(SortKey { column: column.to_owned(), descending: false, nulls: None }),
        Some(key) if !key.descending => Some(SortKey { descending: true, ..key.clone() }),
        Some(_) => None,
    };
    if !add {
        return key.into_iter().collect();
    }
    let mut out = sort.to_vec();
    match (out.iter().position(|key| key.column == column), key) {
        (Some(at), Some(key)) => {
            if let Some(place) = out.get_mut(at) {
                *place = key;
            }
        }
        (Some(at), None) => {
            out.remove(at);
        }
        (None, Some(key)) => out.push(key),
        (None, None) => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sort: &[SortKey]) -> String {
        sort.iter().map(|key| format!("{}{}", key.column, if key.descending { "-" } else { "+" })).collect()
    }

    #[test]
    fn a_click_on_a_header_sorts_up_then_down_then_no_more() {
        let one = sorted(&[], "a", false);
        let two = sorted(&one, "a", false);
        assert_eq!(
            (said(&one), said(&two), said(&sorted(&two, "a", false))),
            ("a+".into(), "a-".into(), String::new())
        );
        assert_eq!(said(&sorted(&two, "b", false)), "b+");
    }

    #[test]
    fn shift_adds_to_the_sort() {
        let two = sorted(&sorted(&[], "a", true), "b", true);
        assert_eq!(said(&two), "a+b+");
        assert_eq!(said(&sorted(&two, "a", true)), "a-b+");
        assert_eq!(said(&sorted(&sorted(&two, "a", true), "a", true)), "b+");
    }

    #[test]
    fn a_view_survives_its_address() {
        use crate::api::encode::from_route;
        let place = Place { database: "d".into(), schema: "s".into(), table: "a/b".into() };
        let query = RowsQuery { condition: Some("a = '~1&2' -- 🐘".to_owned()), ..RowsQuery::default() };
        let made = address(&place, &query);
        let value = made.split_once("&where=").unwrap().1;
        assert!(!value.contains('&'));
        assert_eq!(from_route(value), "a = '~1&2' -- 🐘");
    }
}
