//! Paging by key, from any sort, in both directions.
//!
//! A cursor holds the sort values of a row as text; the next page are the rows after it in the sort. The row key breaks
//! ties. Where there is none, all columns do, and the cursor counts how many rows that are the same in everything have
//! been shown.

use std::hash::{DefaultHasher, Hash, Hasher};

use data_encoding::BASE64URL_NOPAD;
use howdah_types::rows::{Nulls, RowKeyKind, SortKey};
use howdah_types::validate::FieldError;
use serde::{Deserialize, Serialize};

use super::bound::Bound;
use super::columns::{Described, Order, find, row_key};
use crate::error::Error;

const TEXT: u32 = 25;
const OID: u32 = 26;
const TID: u32 = 27;
/// Bytes of a value in a cursor, and of the whole cursor: it has to fit into an address.
pub(super) const VALUE_CAP: usize = 2048;
const CURSOR_CAP: usize = 6144;

/// Something that is sorted by.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// Of the relation `t`.
    expression: String,
    /// The expression for its text.
    pub(super) text: String,
    is_null: String,
    is_not_null: String,
    oid: u32,
    order: Order,
    nullable: bool,
    descending: bool,
    nulls_first: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// What it is a cursor of: one of another sort would lead anywhere.
    #[serde(rename = "s")]
    sort: u64,
    /// It leads to the rows before, not after.
    #[serde(rename = "b")]
    pub(super) backwards: bool,
    #[serde(rename = "v")]
    pub(super) values: Vec<Option<String>>,
    /// How many rows of exactly these values have been shown.
    #[serde(rename = "n")]
    pub(super) seen: u32,
}

/// A sort in which every row has its place.
pub(super) struct Sort {
    pub(super) keys: Vec<Key>,
    /// Two rows can have the same place, when they are the same in everything.
    pub(super) with_twins: bool,
    /// Rows come in the order in which they lie: by their address, without sorting them.
    pub(super) as_it_lies: bool,
    /// Tells this sort from others.
    mark: u64,
}

impl Sort {
    /// The sort that was asked for, with what makes it whole. No keys: there is no order to go on in.
    /// `spread`: its rows lie in several tables.
    pub(super) fn new(
        asked: &[SortKey],
        columns: &[Described],
        kind: &str,
        spread: bool,
    ) -> Result<Self, Error> {
        let mut keys = Vec::new();
        let mut named: Vec<&str> = Vec::new();
        for (number, sort) in asked.iter().enumerate() {
            let field = format!("sort[{number}].column");
            let described = find(columns, &sort.column, &field)?;
            let order = described.order.clone().ok_or_else(|| {
                let message = format!("Values of the type {} have no order.", described.column.type_name);
                Error::Fields(vec![FieldError::new(&field, "unsortable", message)])
            })?;
            if !named.contains(&described.name()) {
                named.push(described.name());
                keys.push(Key::of(described, order, sort.descending, sort.nulls));
            }
        }
        let descending = keys.last().is_some_and(|key: &Key| key.descending);
        let row_key = row_key(columns, kind);
        let mut sort = Self { keys, with_twins: false, as_it_lies: false, mark: 0 };
        match row_key.kind {
            RowKeyKind::PrimaryKey | RowKeyKind::Unique => {
                for name in row_key.columns.iter().filter(|name| !named.contains(&name.as_str())) {
                    let described = find(columns, name, "sort")?;
                    if let Some(order) = described.order.clone() {
                        sort.keys.push(Key::of(described, order, descending, None));
                    }
                }
            }
            RowKeyKind::Address => {
                sort.as_it_lies = sort.keys.is_empty() && !spread;
                if spread {
                    sort.keys.push(Key::system("tableoid", OID, descending));
                }
                sort.keys.push(Key::system("ctid", TID, descending));
            }
            RowKeyKind::None if sort.keys.is_empty() => {}
            RowKeyKind::None => {
                sort.with_twins = true;
                for described in columns.iter().filter(|described| !named.contains(&described.name())) {
                    sort.keys.push(Key::by_any_means(described, descending));
                }
            }
        }
        sort.mark = sort.digest();
        Ok(sort)
    }

    /// Backwards.
    pub(super) fn reverse(&mut self) {
        for key in &mut self.keys {
            key.descending = !key.descending;
            key.nulls_first = !key.nulls_first;
        }
    }

    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for key in &self.keys {
            (&key.expression, key.descending, key.nulls_first).hash(&mut hasher);
        }
        // A JSON number that any reader keeps whole.
        hasher.finish() >> 12
    }

    /// The cursor for a row with these texts (see [`Key::select`]); None where they do not fit into one.
    pub(super) fn cursor(&self, texts: &[Option<String>], backwards: bool, seen: u32) -> Option<String> {
        let values: Option<Vec<_>> = texts
            .iter()
            .map(|text| match text {
                None => Some(None),
                Some(text) => text.strip_prefix('=').map(|text| Some(text.to_owned())),
            })
            .collect();
        let cursor = Cursor { sort: self.mark, backwards, values: values?, seen };
        let text = BASE64URL_NOPAD.encode(&serde_json::to_vec(&cursor).ok()?);
        (!self.keys.is_empty() && text.len() <= CURSOR_CAP).then_some(text)
    }

    /// Reads what [`Self::cursor`] has made.
    pub(super) fn read(&self, cursor: &str) -> Result<Cursor, Error> {
        let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
        let cursor: Option<Cursor> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let fits = |cursor: &Cursor| {
            let texts = cursor.values.iter().flatten();
            cursor.sort == self.mark
                && cursor.values.len() == self.keys.len()
                && !texts.into_iter().any(|text| text.contains('\0'))
        };
        cursor.filter(fits).ok_or_else(|| {
            let message = "This is not a cursor of these rows in this sort; begin again without it.";
            Error::Fields(vec![FieldError::new("cursor", "invalid", message)])
        })
    }

    /// Conditions for the rows after the cursor (the sort being reversed for a cursor that leads back), in parts that
    /// follow one another, so that each can use an index.
    pub(super) fn after<'a>(&self, cursor: &'a Cursor, bound: &mut Bound<'a>) -> Vec<String> {
        let places: Vec<_> = self
            .keys
            .iter()
            .zip(&cursor.values)
            .map(|(key, value)| value.as_deref().map(|value| bound.add(Some(value), key.oid, "cursor")))
            .collect();
        if let Some(row) = self.as_row(&self.keys, &places) {
            return vec![row];
        }
        let (Some((first, keys)), Some((place, places))) = (self.keys.split_first(), places.split_first())
        else {
            return vec!["true".to_owned()];
        };
        let rest = self.rest(keys, places);
        let Some(place) = place else {
            let mut parts = vec![format!("{} AND {rest}", first.is_null)];
            parts.extend(first.nulls_first.then(|| first.is_not_null.clone()));
            return parts;
        };
        let mut parts = vec![format!("{} AND {rest}", first.equal(place)), first.beyond(place)];
        parts.extend((first.nullable && !first.nulls_first).then(|| first.is_null.clone()));
        parts
    }

    /// The rows that come after these values of these keys; with twins, the rows of the values themselves as well.
    fn rest(&self, keys: &[Key], places: &[Option<String>]) -> String {
        if let Some(row) = self.as_row(keys, places) {
            return row;
        }
        let (Some((key, keys)), Some((place, places))) = (keys.split_first(), places.split_first()) else {
            return self.with_twins.to_string();
        };
        let rest = self.rest(keys, places);
        match place {
            Some(place) => {
                let mut beyond = key.beyond(place);
                if key.nullable && !key.nulls_first {
                    beyond = format!("{beyond} OR {}", key.is_null);
                }
                format!("({beyond} OR {} AND {rest})", key.equal(place))
            }
            None if key.nulls_first => format!("({} OR {} AND {rest})", key.is_not_null, key.is_null),
            None => format!("({} AND {rest})", key.is_null),
        }
    }

    /// `(a, b) > (1, 2)`, which one index search answers, where all run in one direction and none is null.
    fn as_row(&self, keys: &[Key], places: &[Option<String>]) -> Option<String> {
        let operator = keys.first()?.operator();
        let alike = keys.iter().all(|key| !key.nullable && key.operator() == operator);
        let places: Vec<&str> = places.iter().map(Option::as_deref).collect::<Option<_>>()?;
        if !alike || self.with_twins {
            return None;
        }
        let names: Vec<_> = keys.iter().map(|key| key.expression.as_str()).collect();
        Some(match names.as_slice() {
            [name] => format!("{name} {operator} {}", places.join(", ")),
            _ => format!("ROW({}) {operator} ROW({})", names.join(", "), places.join(", ")),
        })
    }
}

/// ` ORDER BY` and the keys.
pub(super) fn order_by(keys: &[Key]) -> String {
    let keys: Vec<_> = keys.iter().map(Key::order_by).collect();
    if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", keys.join(", ")) }
}

impl Key {
    fn of(described: &Described, order: Order, descending: bool, nulls: Option<Nulls>) -> Self {
        let nullable = described.column.nullable;
        Self {
            expression: described.at_t(),
            text: described.text(&described.at_t()),
            is_null: described.is_null(),
            is_not_null: described.is_not_null(),
            oid: described.base_oid,
            order,
            nullable,
            descending,
            // As an index has them, where there are none.
            nulls_first: nulls.filter(|_| nullable).map_or(descending, |nulls| nulls == Nulls::First),
        }
    }

    fn system(name: &str, oid: u32, descending: bool) -> Self {
        let expression = format!("t.{name}");
        Self {
            text: format!("{expression}::pg_catalog.text"),
            is_null: "false".to_owned(),
            is_not_null: "true".to_owned(),
            expression,
            oid,
            order: Order::built_in(),
            nullable: false,
            descending,
            nulls_first: descending,
        }
    }

    /// By its text, where its type has no order.
    fn by_any_means(described: &Described, descending: bool) -> Self {
        if let Some(order) = described.order.clone() {
            return Self::of(described, order, descending, None);
        }
        let mut key = Self::of(described, Order::built_in(), descending, None);
        key.expression = format!("({} COLLATE pg_catalog.\"C\")", key.text);
        key.oid = TEXT;
        key
    }

    fn order_by(&self) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        let nulls = if self.nulls_first { "FIRST" } else { "LAST" };
        format!("{} {direction} NULLS {nulls}", self.expression)
    }

    /// The expression for its text in a row of the page: `=` and the text, `~` where it is too long, or null.
    pub(super) fn select(&self) -> String {
        format!(
            "CASE WHEN pg_catalog.octet_length({text}) <= {VALUE_CAP} THEN '=' || {text} \
             WHEN {text} IS NOT NULL THEN '~' END",
            text = format_args!("({})", self.text)
        )
    }

    fn operator(&self) -> &str {
        if self.descending { &self.order.less } else { &self.order.greater }
    }

    fn beyond(&self, place: &str) -> String {
        format!("{} {} {place}", self.expression, self.operator())
    }

    fn equal(&self, place: &str) -> String {
        format!("{} {} {place}", self.expression, self.order.equal)
    }
}
